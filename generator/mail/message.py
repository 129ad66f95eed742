"""What a digest tells → one message (RFC 5322): plain text and HTML, the same bytes for the same catalog.

What it says, and in which order, stands in ``templates/digest.txt`` and ``digest.html``. HTML in a mail has
rules of its own, and these hold for the template:

- Outlook lays out by Word, Gmail drops a style sheet that it doesn't understand as a whole, and of a
  message of more than 102 KB it shows the beginning. So tables hold the columns, what matters stands in
  style attributes, each media query in a style sheet of its own, and of a large week less is shown.
- Apple Mail and Thunderbird ask for dark colours by media query; Gmail and Outlook turn the light ones
  dark by themselves, for which a background and a colour have to be said wherever one of them is.
- Nothing is loaded from anywhere. There are no pictures, and links lead straight to the site.

What differs between subscribers is a few lines at the top, and the address for leaving, which stands on
a line of its own in either text. The rest is made, encoded and kept once.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.quoprimime import body_encode
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from textwrap import fill

import jinja2

from generator import entries, text
from generator.mail.issue import Issue
from generator.mail.subscription import leaving
from generator.model import Catalog, Paper, Publication, Subscription

TEMPLATES = Path(__file__).parents[1] / "templates"
# Bytes of the HTML as it is sent: below what Gmail shows, with room for what lists add.
_LARGEST = 92_000
# Characters of a lead, sections, papers of each: less than on the week's page, as it is a letter. The
# first that fits.
_LIMITS = ((600, 40, 8), (600, 40, 4), (400, 30, 2), (300, 8, 1))
_LAST_LIMITS = (160, 0, 0)
_TITLE = 300  # characters of a paper's title
_SUBJECT = 70  # and in the subject
_NAMED = 5  # authors of a lead
_NAMED_BELOW = 2  # and of the others
_TOPICS = 2  # of a lead
_DOT = "\u00a0· "
_WIDTH = 72  # of the plain text
# Never in a quoted-printable text, where "=" is followed by two digits or ends the line (RFC 2045 §6.7).
_BOUNDARY = "=_digest"
# Stands on a line of its own for the address for leaving: what no text of the catalog holds.
_LEAVING, _LEAVING_ENCODED = "\x01", "=01"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to many: the same for each, but for who gets it and how they leave."""

    id: str  # Message-ID, with its angle brackets: of this digest, and so of all its copies
    head: bytes  # header fields that all copies have
    body: bytes  # the other ones, and the texts
    unsubscribe: str
    one_click: bool

    def to(self, subscriber: str | None) -> bytes:
        """The copy for one address, or a copy for nobody yet; lines end in CR LF."""
        address = leaving(self.unsubscribe, subscriber)
        lines = [f"To: {subscriber}"] if subscriber else []
        lines.append(f"List-Unsubscribe: <{address}>")
        if self.one_click:
            lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        own = "".join(f"{line}\r\n" for line in lines).encode("ascii")
        body = self.body
        for line, shown in (
            (f"\r\n{_LEAVING_ENCODED}\r\n", address),
            (f'\r\nhref=3D"{_LEAVING_ENCODED}"\r\n', _attribute(address)),
        ):
            encoded = body_encode(shown, maxlinelen=60, eol="\r\n")
            body = body.replace(line.encode(), line.replace(_LEAVING_ENCODED, encoded).encode())
        return self.head + own + body


def _attribute(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "%22")


def message(issue: Issue, catalog: Catalog, publication: Publication, sender: str) -> Message:
    """The message that tells an issue; ``sender`` is as in From: an address, or a name and <address>."""
    name, address = parseaddr(sender)
    subscription = publication.subscription or Subscription()
    host = publication.authority.rpartition("@")[2]
    series = f"{issue.topic.slug}.{issue.series}" if issue.topic else issue.series
    of_list = f"{issue.topic.title} · {publication.name}" if issue.topic else publication.name
    id_ = f"<{issue.name}@{series}.{host}>"
    fields = {
        "From": f"{_phrase(name or publication.name)} <{address}>",
        "Subject": _words(_subject(issue)),
        "Date": format_datetime(issue.date),
        "Message-ID": id_,
        "List-Id": f"{_phrase(of_list)} <{series}.{host}>",  # RFC 2919
        "List-Archive": f"<{publication.url}{issue.page}>",  # RFC 2369
        "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's absence is answered to it
        "Content-Language": publication.language,
    }
    both = EmailMessage(SMTP)
    both.set_content(_text(issue, catalog, publication), cte="quoted-printable")
    both.add_alternative(_html(issue, catalog, publication), subtype="html", cte="quoted-printable")
    for part in both.iter_parts():
        del part["MIME-Version"]  # the whole has it
    both.set_boundary(_BOUNDARY)
    return Message(
        id=id_,
        head="".join(f"{field}: {value}\r\n" for field, value in fields.items()).encode("ascii"),
        body=both.as_bytes(),
        unsubscribe=subscription.unsubscribe or f"mailto:{address}?subject=unsubscribe",
        one_click=subscription.one_click,
    )


def default_sender(publication: Publication) -> str:
    """Who a message is from that is written, not sent, when nobody says."""
    return f"digest@{publication.authority.rpartition('@')[2]}"


def _subject(issue: Issue) -> str:
    about = f"{issue.topic.title}, {issue.title}" if issue.topic else issue.title
    if not issue.leads:
        return about
    first = text.teaser(issue.leads[0].title, _SUBJECT)
    more = f" and {len(issue.papers) - 1:,} more" if len(issue.papers) > 1 else ""
    return f"{about}: {first}{more}"


# --- header fields ------------------------------------------------------------------------


def _words(said: str) -> str:
    """A text in a header field: as it is, or, if it holds more than ASCII, as RFC 2047 has it.

    One that looks as if it were encoded already is encoded, so that it is shown as it stands.
    """
    said = text.plain(said)
    if said.isascii() and "=?" not in said:
        return Header(said, "us-ascii", header_name="Subject").encode(linesep="\r\n")
    return Header(said, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _phrase(said: str) -> str:
    """A name before an address (RFC 5322 §3.2.5)."""
    said = text.plain(said)[:_TITLE]
    if said.isascii() and "=?" not in said:
        return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _words(said)


# --- texts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    url: str | None
    papers: list[Paper]  # those that are shown
    more: int  # how many are not
    more_url: str


def _shown(
    issue: Issue, catalog: Catalog, publication: Publication, most: int, each: int
) -> list[_Section]:
    page = publication.url + issue.page
    shown = []
    for slug, papers in issue.sections[:most]:
        url = f"{publication.url}topics/{slug}/" if slug else None
        title = catalog.topic[slug].title if slug else "More papers"
        more = max(0, len(papers) - each)
        shown.append(_Section(title, url, papers[:each], more, url or page))
    return shown


def _text(issue: Issue, catalog: Catalog, publication: Publication) -> str:
    return _rendered("digest.txt", issue, catalog, publication, _LIMITS[0])


def _html(issue: Issue, catalog: Catalog, publication: Publication) -> str:
    for limits in (*_LIMITS, _LAST_LIMITS):
        html = _rendered("digest.html", issue, catalog, publication, limits)
        if len(binascii.b2a_qp(html.encode())) <= _LARGEST:
            break
    return html


def _rendered(
    template: str,
    issue: Issue,
    catalog: Catalog,
    publication: Publication,
    limits: tuple[int, int, int],
) -> str:
    characters, most, each = limits
    return (
        _environment(template.endswith(".html"))
        .get_template(template)
        .render(
            issue=issue,
            catalog=catalog,
            publication=publication,
            sections=_shown(issue, catalog, publication, most, each),
            left=sum(len(papers) for _, papers in issue.sections[most:]),
            said=lambda paper: text.teaser(paper.summary or paper.abstract or "", characters),
            topics=lambda paper: [catalog.topic[slug] for slug in _others(paper, issue)],
            page=publication.url + issue.page,
            leaving=_LEAVING,
        )
    )


def _others(paper: Paper, issue: Issue) -> list[str]:
    here = issue.topic.slug if issue.topic else None
    return [slug for slug in paper.topics if slug != here][:_TOPICS]


def _byline(paper: Paper) -> str:
    """Who, from where, if there are names."""
    names = [entries.joined(paper.authors, _NAMED_BELOW)] if paper.authors else []
    return _DOT.join([*names, *([paper.organization.name] if paper.organization else [])])


@cache
def _environment(is_html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=is_html,
        finalize=_without_what_was_lost,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        counted=text.counted,
        title=lambda paper: entries.cut(paper.title, _TITLE),
        facts=lambda paper: _DOT.join(entries.facts_of(paper, _NAMED)),
        byline=_byline,
        wrapped=_wrapped,
    )
    return environment


def _without_what_was_lost(value: object) -> object:
    return value.replace("\ufffd", "") if isinstance(value, str) else value


def _wrapped(words: str, indent: str = "", first: str | None = None) -> str:
    """Lines of plain text; what has no spaces, as an address, stays whole."""
    return fill(
        words,
        _WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
