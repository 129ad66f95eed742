"""Digests by e-mail: what a week or a day brought, as one message, and how it gets to people.

issue        a week or a day of the catalog, of one topic or all → what one message tells
message      that → the message's bytes (RFC 5322), the same for the same catalog
subscription how people subscribe and leave, as mkdocs.yml says
addresses    a file of addresses → those to send to
journal      what has been sent to whom, so that nobody gets it twice
sending      messages → an SMTP server (RFC 5321)
"""
