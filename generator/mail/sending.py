"""One copy of a message for each address, to an SMTP server (RFC 5321): each exactly once.

A copy is handed over with the dot that ends it: before that no server may deliver it, and after it only
the server's answer tells. So the journal is written right before the dot and right after the answer,
and whatever goes wrong

- before the dot is tried again, some times in this run, and in any later one;
- with an answer to it that is no yes, as well;
- between the two can't be known by anybody. Such an address is told, and gets no second copy unless
  somebody says so who has looked.
"""

from __future__ import annotations

import os
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr

from generator import text
from generator.errors import BroadsheetError, UsageError
from generator.mail import addresses
from generator.mail.journal import REFUSED, SENT, TRYING, Journal
from generator.mail.message import Message

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_PATIENCE = 60  # seconds for any answer,
_LAST_PATIENCE = 600  # but for that to the dot (RFC 5321 §4.5.3.2.6)
_PER_CONNECTION = 50  # copies; many servers want no more
# Seconds before what wasn't taken is tried again: a server that lets strangers wait wants some minutes.
PAUSES = (30, 120, 300)
_TRIES, _BREATH = 3, 2.0  # to get a connection, and seconds between them
_NOTHING = 0  # what answers there are to what isn't done yet
_MOST_FAILED = 5  # breaks of it in a row, until all others have to wait


@dataclass(frozen=True, slots=True)
class Server:
    """Which server takes the copies, and as whom."""

    host: str
    port: int
    security: str  # "starttls", "tls" or "none"
    user: str | None
    password: str | None = field(repr=False)
    sender: str  # as in From:, an address, or a name and <address>

    @property
    def envelope(self) -> str:
        """The sender's address alone: where bounces go."""
        return parseaddr(self.sender)[1]


@dataclass(slots=True)
class Report:
    """What became of whom, and why."""

    sent: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # by earlier runs
    unsent: dict[str, str] = field(default_factory=dict)  # got no copy → what the server said
    unsure: dict[str, str] = field(default_factory=dict)  # perhaps got one → what happened


class _Failed(Exception):
    """No copy was taken, for certain.

    ``again``: it may be, if it is tried again; ``in_data``: the copy had been begun.
    """

    def __init__(self, said: str, *, again: bool, in_data: bool = False):
        super().__init__(said)
        self.said, self.again, self.in_data = said, again, in_data


class _Unsure(Exception):
    """The copy was handed over, and no answer came."""


def server(environment: Mapping[str, str] = os.environ) -> Server:
    """The server that BROADSHEET_SMTP_… and BROADSHEET_MAIL_FROM name; raises UsageError."""

    def said(name: str) -> str | None:
        return environment.get(f"BROADSHEET_{name}", "").strip() or None

    host, sender = said("SMTP_HOST"), said("MAIL_FROM")
    user, password = said("SMTP_USER"), environment.get("BROADSHEET_SMTP_PASSWORD") or None
    security = (said("SMTP_SECURITY") or "starttls").lower()
    if not host:
        raise UsageError("BROADSHEET_SMTP_HOST is not set; put the name of your mail server there")
    try:
        host.encode("idna")  # as it will be when it is looked up
    except UnicodeError:
        raise UsageError(
            f"BROADSHEET_SMTP_HOST is {text.plain(host)[:80]}; write the name of a host"
        ) from None
    if security not in _PORTS:
        raise UsageError(
            f"BROADSHEET_SMTP_SECURITY is {security}; it must be starttls, tls or none"
        )
    port = said("SMTP_PORT") or str(_PORTS[security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"BROADSHEET_SMTP_PORT is {port}; it must be a number from 1 to 65535")
    if bool(user) != bool(password):
        raise UsageError("of BROADSHEET_SMTP_USER and _PASSWORD one is set; set both, or neither")
    if user and not (user + password).isascii():  # which is all that smtplib sends
        raise UsageError(
            "BROADSHEET_SMTP_USER and _PASSWORD may hold ASCII alone; give the account another one"
        )
    if user and security == "none":
        raise UsageError(
            "BROADSHEET_SMTP_SECURITY is none, and would show the password; write starttls or tls"
        )
    return Server(host, int(port), security, user, password, checked_sender(sender))


def checked_sender(said: str | None) -> str:
    """Who digests are from; raises UsageError."""
    if not said:
        raise UsageError("BROADSHEET_MAIL_FROM is not set; write who digests are from")
    try:
        addresses.parse(parseaddr(said if text.plain(said) == said else "")[1])
    except ValueError:
        raise UsageError(
            f"BROADSHEET_MAIL_FROM is {text.plain(said)[:80]}; write it as "
            "digest@example.org, or The Name <digest@example.org>"
        ) from None
    return said


def send(
    message: Message,
    to: Sequence[str],
    server: Server,
    journal: Journal,
    *,
    rate: float = 0,
    again: bool = False,
    pauses: Sequence[float] = PAUSES,
    wait: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Hand over a copy for each address that had none, and tell what became of it.

    ``rate``: copies a minute, at most; 0 for no limit. ``again``: also for those of whom an earlier run
    couldn't know. ``pauses``: seconds before each further try; ``progress`` is called for each address
    that is done with. Raises BroadsheetError if the server takes nothing from us at all.
    """
    report = Report()
    left: list[str] = []
    for address in to:
        last = journal.last(address)
        if last == SENT:
            report.before.append(address)
        elif last == TRYING and not again:
            report.unsure[address] = "an earlier run ended before the server's answer"
        else:
            left.append(address)
            continue
        progress()
    in_time = _paced(60 / rate if rate else 0, wait, now)
    with _Line(server, wait) as line:
        for pause in (0, *pauses):
            if not left:
                break
            if pause:
                wait(pause)
            left = _round(message, left, line, journal, report, in_time, progress)
    for _ in left:
        progress()
    return report


def _round(
    message: Message,
    to: Sequence[str],
    line: _Line,
    journal: Journal,
    report: Report,
    in_time: Iterator[None],
    progress: Callable[[], None],
) -> list[str]:
    """Try each once; returns those that are worth another try."""
    left: list[str] = []
    for place, address in enumerate(to):
        if line.failures >= _MOST_FAILED:
            line.failures = 0
            rest = to[place:]
            report.unsent.update(dict.fromkeys(rest, "the connection broke too often"))
            return [*left, *rest]
        next(in_time)
        report.unsent.pop(address, None)
        try:
            line.hand_over(message.to(address), address, journal)
            report.sent.append(address)
        except _Unsure as unsure:
            report.unsure[address] = str(unsure)
        except _Failed as failed:
            report.unsent[address] = failed.said
            if failed.again:
                left.append(address)
                continue
        progress()
    return left


def _paced(
    seconds: float, wait: Callable[[float], None], now: Callable[[], float]
) -> Iterator[None]:
    """Yields no sooner than so many seconds after the last time."""
    due = now()
    while True:
        if (early := due - now()) > 0:
            wait(early)
        due = now() + seconds
        yield


class _Line:
    """A connection to the server, made when it is needed, and anew when it has broken."""

    def __init__(self, server: Server, wait: Callable[[float], None]):
        self.server = server
        self.failures = 0  # how often in a row it broke
        self._wait = wait
        self._was_open = False
        self._smtp: smtplib.SMTP | None = None
        self._used = 0

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up(politely=True)

    def _hang_up(self, politely: bool = False) -> None:
        if self._smtp:
            with suppress(smtplib.SMTPException, OSError):
                if politely:
                    self._smtp.quit()
            self._smtp.close()
        self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        if self._used >= _PER_CONNECTION:
            self._hang_up(politely=True)
        tries = 0
        while self._smtp is None:
            try:
                self._smtp = self._connect()
                self._was_open, self._used = True, 0
            except (smtplib.SMTPException, OSError) as error:
                tries += 1
                if tries < _TRIES:
                    self._wait(_BREATH)
                    continue
                self.failures += 1
                if not self._was_open:
                    where = f"{self.server.host}:{self.server.port}"
                    raise BroadsheetError(
                        f"can't reach {where}: {_told(error)}; nothing was sent"
                    ) from error
                raise _Failed(_told(error), again=True) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        kind = smtplib.SMTP
        more = {}
        if server.security == "tls":
            kind, more = smtplib.SMTP_SSL, {"context": ssl.create_default_context()}
        smtp = kind(server.host, server.port, timeout=_PATIENCE, **more)
        try:
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.ehlo_or_helo_if_needed()
            # Else the dot would wait for the server to acknowledge what came before it.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except smtplib.SMTPNotSupportedError as error:
            smtp.close()
            raise BroadsheetError(
                f"{server.host} has no STARTTLS, or no login; set BROADSHEET_SMTP_SECURITY to what "
                "it has"
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            smtp.close()
            if error.smtp_code < 500:
                raise
            raise BroadsheetError(
                f"{server.host} doesn't take BROADSHEET_SMTP_USER and _PASSWORD: {_told(error)}; "
                "set them right"
            ) from error
        except BaseException:
            smtp.close()
            raise
        return smtp

    def hand_over(self, data: bytes, address: str, journal: Journal) -> None:
        """Returns when the server has taken it; raises _Failed or _Unsure."""
        smtp = self._connected()
        self._used += 1
        try:
            _expect(2, *smtp.mail(self.server.envelope))
            _expect(2, *smtp.rcpt(address))
            _expect(3, *smtp.docmd("DATA"))
            smtp.send(_dots_doubled(data))
            if select.select([smtp.sock], [], [], 0)[0]:  # it speaks out of turn, or has gone
                _expect(_NOTHING, *smtp.getreply())
        except _Failed as failed:
            self.failures = 0
            self._begin_again(failed)
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.failures += 1
            self._hang_up()
            raise _Failed(_told(error), again=True) from error
        self.failures = 0
        journal.note(address, TRYING)
        try:
            smtp.sock.settimeout(_LAST_PATIENCE)
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
            smtp.sock.settimeout(_PATIENCE)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _Unsure(_told(error)) from error
        if 200 <= code < 300:
            journal.note(address, SENT)
        elif 400 <= code < 600:
            journal.note(address, REFUSED)
            failed = _Failed(_answer(code, said), again=code < 500)
            self._begin_again(failed)
            raise failed
        else:
            self._hang_up()
            raise _Unsure(_answer(code, said))

    def _begin_again(self, failed: _Failed) -> None:
        """What follows is about another address."""
        is_closing = failed.said.startswith("421") or failed.in_data
        try:
            if is_closing or self._smtp.rset()[0] != 250:
                self._hang_up()
        except (smtplib.SMTPException, OSError):
            self._hang_up()


def _expect(expected: int, code: int, said: bytes) -> None:
    """By its first digit an answer is a yes or a no (RFC 5321 §4.2.1)."""
    if code // 100 != expected:
        raise _Failed(
            _answer(code, said), again=not 500 <= code < 600, in_data=expected == _NOTHING
        )


def _dots_doubled(data: bytes) -> bytes:
    """As RFC 5321 §4.5.2 has it; lines end in CR LF, the last one as well."""
    return data.replace(b"\r\n.", b"\r\n..")


def _answer(code: int, said: bytes) -> str:
    return text.plain(f"{code} {said.decode('utf-8', 'replace')}")[:200]


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _answer(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    if isinstance(error, OSError) and error.strerror:
        return text.plain(error.strerror)[:200]
    return text.plain(str(error) or type(error).__name__)[:200]
