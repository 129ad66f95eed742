"""Work in a process of its own, at the same time as this one's.

The process is a copy of this one (``fork``), so it has at once whatever there is to work on. Where there can
be none, or shall be none, the work is done when its end is waited for: the result is the same. There can be
none of a process with several threads, as under ``serve``: what the others were about would stay undone.
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext
from typing import TypeVar

from generator import stages
from generator.errors import BroadsheetError
from generator.stages import stage

Receive = Callable[[], object]
Heard = Callable[[object], None]
# What is given a function that waits for what ``Running.send`` gives it, and one that tells how far it is.
Work = Callable[[Receive, Heard], object]

Things = TypeVar("Things", bound=Sequence)
Given = TypeVar("Given")

_LISTENER = "listener"  # the thread that hears what is sent
_ENDED = "a process of the build was ended by something else; build again"


def available() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Running:
    """A piece of work that has begun."""

    def __init__(self, work: Work, jobs: int):
        self._work = work
        self._sent: object = None
        self._process = None
        # Elsewhere copies of processes lack what the system's libraries want, or there are none.
        if jobs > 1 and sys.platform == "linux" and _is_alone():
            # To look for garbage in what both have would make a copy of it; and it is there to stay.
            gc.freeze()
            with suppress(OSError):  # where no more processes, files or memory are to be had
                self._begin(multiprocessing.get_context("fork"))

    def _begin(self, context: ForkContext) -> None:
        self._connection, theirs = context.Pipe()
        # No daemon, which could have no processes of its own.
        process = context.Process(target=_work, args=(self._work, theirs, self._connection))
        process.start()
        theirs.close()
        self._process = process
        _begun.add(self)

    def send(self, value: object) -> None:
        if self._process:
            with suppress(OSError):  # it is over already: why, who waits for it is told
                self._connection.send(value)
        self._sent = value

    def wait(self, heard: Heard = lambda _: None) -> object:
        """What it gives, once it is done; raises what it raised. What it tells meanwhile is heard here."""
        return gather([self], heard)[0]

    def _here(self, heard: Heard) -> object:
        return self._work(lambda: self._sent, heard)

    def stop(self) -> None:
        """Break it off, if it hasn't ended; who waits for it gets nothing."""
        self._work = lambda *_: None
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None


def _is_alone() -> bool:
    """Is there no other thread here, but for one that listens, of which a copy has no need?"""
    here = threading.current_thread()
    return all(one is here or one.name == _LISTENER for one in threading.enumerate())


_begun: weakref.WeakSet[Running] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    """Nobody waits any more: else Python would."""
    for one in list(_begun):
        one.stop()


def shared(
    work: Callable[[Things], Given], things: Things, jobs: int, few: int
) -> list[tuple[Things, Given]]:
    """The things in as many parts as there may be processes, or in one if they are ``few``, each with what
    ``work`` gives for it. The first part is worked on here."""
    parts = jobs if len(things) > few else 1
    step = -(-len(things) // parts) or 1
    mine, *others = [things[start : start + step] for start in range(0, len(things) or 1, step)]
    running = [Running(lambda *_, some=some: work(some), jobs) for some in others]
    try:
        return [*zip((mine, *others), (work(mine), *gather(running)), strict=True)]
    finally:
        for one in running:
            one.stop()


def gather(
    running: Sequence[Running],
    heard: Heard = lambda _: None,
    following: Callable[[], Sequence[Running]] = lambda: (),
) -> list[object]:
    """What each gives, once all are done; raises what the first raised. What they tell meanwhile is heard.

    When a process is over, ``following`` gives those that it begins in its place: what these give comes behind.
    """
    all_of_them = [*running]
    given: dict[Running, object] = {}
    waiting = {one._connection: one for one in running if one._process}

    def listen(seconds: float | None = None) -> None:
        for connection in multiprocessing.connection.wait([*waiting], seconds):
            try:
                is_over, value, error = connection.recv()
            except (EOFError, ConnectionError):
                raise BroadsheetError(_ENDED) from None
            if error:
                raise error
            if is_over:
                one = waiting.pop(connection)
                one._process.join()
                given[one] = value
                more = following()
                all_of_them.extend(more)
                waiting.update((one._connection, one) for one in more if one._process)
            elif isinstance(value, stages.News):
                stages.hear(value)
            else:
                heard(value)

    def heard_here(value: object) -> None:
        heard(value)
        listen(0)  # else the others would wait in the end until somebody does

    looked_at = 0
    while waiting or looked_at < len(all_of_them):
        for one in all_of_them[looked_at:]:
            if not one._process:
                given[one] = one._here(heard_here)
            looked_at += 1
        if waiting:
            with stage(stages.WAITING, is_minor=True):
                multiprocessing.connection.wait([*waiting])
            listen()
    return [given[one] for one in all_of_them]


def _work(work: Work, connection: Connection, others: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is for the one that began it to obey
    others.close()  # so that its end shows here
    received: list[object] = []
    has_received = threading.Event()

    def listen() -> None:
        # Without the process that began it, nobody waits for the work; the next build may have begun already.
        try:
            while True:
                received.append(connection.recv())
                has_received.set()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=listen, name=_LISTENER, daemon=True).start()

    def receive() -> object:
        with stage(stages.WAITING, is_minor=True):
            has_received.wait()
        return received[0]

    def tell(value: object) -> None:
        connection.send((False, value, None))

    end = stages.elsewhere(tell)
    try:
        given = work(receive, tell)
        end()
    except Exception as error:
        try:
            connection.send((True, None, error))
        except Exception:  # there are errors that can't be sent
            connection.send((True, None, RuntimeError(repr(error))))
    else:
        connection.send((True, given, None))
