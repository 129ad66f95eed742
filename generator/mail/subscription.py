"""How people subscribe to digests and leave them: ``extra.subscribe`` in mkdocs.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from generator import fields, text
from generator.errors import did_you_mean
from generator.model import Subscription

ADDRESS = "{address}"  # stands for the subscriber's, in the address for leaving
_FIELDS = ("address", "field", "unsubscribe", "one_click")
_NAME = re.compile(r"[A-Za-z_][\w.:\[\]-]{0,99}", re.ASCII)
_MAILTO = re.compile(r"mailto:[\w.+%-]+@[\w.-]+(?:\?[\w.+%=&{}-]*)?", re.ASCII)
_FORM_ACTION = re.compile(r"(?i)(?:^|;)\s*form-action\b([^;]*)")


def host(subscription: Subscription) -> str | None:
    """Who gets what is written into the form."""
    return urlsplit(subscription.address).hostname if subscription.address else None


def permitted(policy: str, subscription: Subscription) -> str:
    """A Content-Security-Policy such that the form may be sent, and else the same.

    Forms may go anywhere where the policy doesn't speak of them (CSP 3 §6.4.1).
    """
    found = _FORM_ACTION.search(policy)
    if not found or not subscription.address:
        return policy
    parts = urlsplit(subscription.address)
    origin = f"{parts.scheme}://{parts.netloc}"
    allowed = [word for word in found[1].split() if word.lower() != "'none'"]
    if origin not in allowed:
        allowed.append(origin)
    start, end = found.span(1)
    return f"{policy[:start]} {' '.join(allowed)}{policy[end:]}"


def parse(said: object) -> Subscription:
    """What mkdocs.yml says; raises ValueError, of which the field is the first word."""
    if not isinstance(said, Mapping):
        raise ValueError("must be fields, as address: https://…; write them one a line")
    for name in said:
        if name not in _FIELDS:
            raise ValueError(f"no field {fields.shown(name)}; {did_you_mean(str(name), _FIELDS)}")
    address, unsubscribe = said.get("address"), said.get("unsubscribe")
    if address is not None:
        address = text.ascii_address(fields.url(address))
    field = said.get("field", "email")
    if not isinstance(field, str) or not _NAME.fullmatch(field):
        raise ValueError(
            f"field: {fields.shown(field)} is no name of a form's field; write as email"
        )
    one_click = said.get("one_click", False)
    if not isinstance(one_click, bool):
        raise ValueError("one_click: must be true or false")
    if unsubscribe is not None and not _MAILTO.fullmatch(str(unsubscribe)):
        try:
            whole = text.ascii_address(fields.url(str(unsubscribe).replace(ADDRESS, "ADDRESS")))
        except ValueError as error:
            raise ValueError(f"unsubscribe: {error}, or mailto:…") from error
        if str(unsubscribe).count(ADDRESS) > 1 or "ADDRESS" in str(unsubscribe):
            raise ValueError(f"unsubscribe: write {ADDRESS} once, where the subscriber's is to be")
        unsubscribe = whole.replace("ADDRESS", ADDRESS)
    if one_click and not str(unsubscribe).startswith("https://"):
        raise ValueError("one_click: needs unsubscribe, an https address to which a POST is enough")
    return Subscription(address, field, unsubscribe, one_click)


def leaving(address: str, subscriber: str | None) -> str:
    """The address for leaving, for one subscriber; for a message to nobody yet it stays as it is."""
    return address if subscriber is None else address.replace(ADDRESS, quote(subscriber, safe=""))
