"""rss2email: every entry becomes a mail. It reads RSS and Atom by feedparser, not JSON Feed.

Mails go into a Maildir in the folder that it is given, and nowhere else.

A title in RSS that looks like HTML is taken for HTML (``<b>so</b>`` becomes ``**so**``): RSS has
no word for which of the two it is. In Atom it has.
"""

from __future__ import annotations

import email.policy
import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.clients import Entry, run

_CONFIG = """\
[DEFAULT]
to = subscriber@reader.invalid
from = feeds@reader.invalid
email-protocol = maildir
maildir-path = {folder}/mail
sendmail = /bin/false
date-header = True
date-header-order = issued, created, modified
verbose = warning
"""


class Rss2email:
    """One subscriber to some feeds, with everything they have in a folder of their own."""

    def __init__(self, folder: Path, urls: list[str]):
        self.folder = folder
        (folder / "mail").mkdir(parents=True, exist_ok=True)
        # As `r2e add` would write it, which takes half a second for each.
        feeds = (f"[feed.{number}]\nurl = {url}\n" for number, url in enumerate(urls))
        (folder / "config").write_text(_CONFIG.format(folder=folder) + "".join(feeds))
        self._taken: set[str] = set()

    def run(self) -> dict[str, list[Entry]]:
        """Fetch all feeds, and give what was sent this time: of each feed that had any.

        Raises AssertionError if rss2email complains of a feed.
        """
        run(["r2e", "-c", self.folder / "config", "-d", self.folder / "seen", "run"], self.folder)
        sent: dict[str, list[Entry]] = {}
        files = {file.name: file for file in self.folder.glob("mail/INBOX/new/*")}
        # Their names begin with the time and a number that counts up.
        for name in sorted(files.keys() - self._taken, key=_sent):
            mail = email.message_from_bytes(files[name].read_bytes(), policy=email.policy.default)
            sent.setdefault(mail["X-RSS-Feed"], []).append(_entry(mail))
        self._taken |= files.keys()
        return sent


def _sent(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name.rpartition(".")[0])]


def _entry(mail: EmailMessage) -> Entry:
    """The sender's name is the feed's title, a colon, and the author."""
    tags = mail["X-RSS-TAGS"]
    return Entry(
        str(mail["X-RSS-ID"]),
        str(mail["Subject"]),
        str(mail["X-RSS-URL"]),
        mail["From"].addresses[0].display_name,
        parsedate_to_datetime(str(mail["Date"]).replace("-0000", "+0000")),
        categories=tuple(tags.split(",")) if tags else (),
        content=mail.get_content(),
    )
