"""A mail server on loopback that fails as it is told, and keeps what it took."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Mapping

from aiosmtpd.smtp import SMTP

# How it can fail; the shares of copies that do are given to the server.
BUSY, REFUSED_FROM, REFUSED_TO, UNKNOWN_TO, REFUSED_DATA, FAILED_DATA = (
    "421 at MAIL", "451 at MAIL", "450 at RCPT", "550 at RCPT", "451 at the dot", "554 at the dot",
)  # fmt: skip
DROPPED_BEFORE, DROPPED_DURING = "dropped before DATA", "dropped during DATA"
TAKEN_AND_DROPPED, LOST_AND_DROPPED = "taken, dropped before the answer", "lost at the dot"

# What it says then, by the command after which it does.
REFUSALS = {
    "MAIL": {BUSY: "421 too busy, closing", REFUSED_FROM: "451 not now"},
    "RCPT": {REFUSED_TO: "450 greylisted", UNKNOWN_TO: "550 5.1.1 nobody here"},
    "DATA": {REFUSED_DATA: "451 try again", FAILED_DATA: "554 spam"},
}


class MailServer:
    """A context manager: ``port``, and ``taken``, address → copies, whole messages."""

    def __init__(self, failures: Mapping[str, float] | None = None, seed: int = 1):
        self.failures = failures or {}
        self.random = random.Random(seed)
        self.taken: dict[str, list[bytes]] = {}
        self.failed: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> MailServer:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        async def serve() -> int:
            self._server = await self._loop.create_server(lambda: _Line(self), "127.0.0.1", 0)
            return self._server.sockets[0].getsockname()[1]

        self.port = asyncio.run_coroutine_threadsafe(serve(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            self._server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def environment(self) -> dict[str, str]:
        return {
            "BROADSHEET_SMTP_HOST": "127.0.0.1",
            "BROADSHEET_SMTP_PORT": str(self.port),
            "BROADSHEET_SMTP_SECURITY": "none",
            "BROADSHEET_MAIL_FROM": "The Paper <digest@paper.example>",
        }

    def counts(self) -> Counter[str]:
        return Counter({address: len(copies) for address, copies in self.taken.items()})

    def chosen(self) -> str | None:
        """How the next copy fails, if it does."""
        dice = self.random.random()
        for failure, share in self.failures.items():
            if (dice := dice - share) < 0:
                self.failed[failure] += 1
                return failure
        return None


class _Line(SMTP):
    def __init__(self, server: MailServer):
        super().__init__(self, hostname="mail.example", loop=server._loop, ident="test")
        self.mail_server = server
        self.failure: str | None = None

    async def _drop(self) -> None:
        self.transport.abort()
        await asyncio.sleep(60)  # which the loss of the connection cancels

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.failure = self.mail_server.chosen()
        if self.failure in REFUSALS["MAIL"]:
            return REFUSALS["MAIL"][self.failure]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.failure in REFUSALS["RCPT"]:
            return REFUSALS["RCPT"][self.failure]
        if self.failure == DROPPED_BEFORE:
            await self._drop()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def smtp_DATA(self, argument):
        if self.failure == DROPPED_DURING:
            await self.push("354 go ahead")
            await self._reader.read(1000)
            await self._drop()
        await super().smtp_DATA(argument)

    async def handle_DATA(self, server, session, envelope):
        if self.failure in REFUSALS["DATA"]:
            return REFUSALS["DATA"][self.failure]
        if self.failure == LOST_AND_DROPPED:
            await self._drop()
        (address,) = envelope.rcpt_tos
        self.mail_server.taken.setdefault(address, []).append(envelope.original_content)
        if self.failure == TAKEN_AND_DROPPED:
            await self._drop()
        return "250 taken"
