"""The named places at which a process can be made to die, and how to arm them in a child.

The product knows nothing of them: a child wraps the function that stands at the place, then works as
always. A function that is not there any more is an error, so no point is lost without anybody noticing.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aiohttp.client_reqrep import ClientResponse
from child import continue_run
from small_shop import Shop

from pipeline.journal.planning import Planning
from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.reporting.files import atomic
from pipeline.runs import verbs
from pipeline.runs.applying.stages import INTERRUPTED
from pipeline.runs.sending import sending
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.target.client import OmnitronClient

WAL_HEADER, FRAME_HEADER, PAGE = 32, 24, 4096
Call = Callable[..., Any]


@dataclass(frozen=True)
class Point:
    """One place. ``planning``: it lies before the run is sealed. ``arm`` is called in the child.

    Without ``arm`` the child is killed from outside, while it waits for an answer that does not come.
    """

    code: str
    what: str
    arm: Callable[[], None] | None
    planning: bool = False
    before: tuple[str, ...] = ()
    """Points at which earlier processes of the same run die, so that this one can be reached."""
    unanswered: bool = False
    """The first order's request must find a target that takes its time, or there is nothing to die in."""
    looking: bool = False
    """It lies in looking an order up, and is not reached where that cannot be done."""


def die() -> None:
    """End this process at once, as a power switch would."""
    os.kill(os.getpid(), signal.SIGKILL)


def always(*_: Any, **__: Any) -> bool:
    """Strike at the first call."""
    return True


def called_from(file: str) -> Call:
    """Strike at the first call that a file of this name makes."""
    return lambda *_, **__: Path(sys._getframe(2).f_code.co_filename).name == file


def dies_before(owner: Any, name: str, when: Call = always) -> Callable[[], None]:
    """Die when a function is called, before it does anything."""
    return lambda: _wrap(owner, name, when, after=False)


def dies_after(owner: Any, name: str, when: Call = always) -> Callable[[], None]:
    """Die when a function has done its work and before anybody hears of it."""
    return lambda: _wrap(owner, name, when, after=True)


def _wrap(owner: Any, name: str, when: Call, *, after: bool) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def plainly(*given: Any, **named: Any) -> Any:
        if not after and when(*given, **named):
            die()
        result = original(*given, **named)
        if after and when(*given, **named):
            die()
        return result

    @wraps(original)
    async def in_turn(*given: Any, **named: Any) -> Any:
        if not after and when(*given, **named):
            die()
        result = await original(*given, **named)
        if after and when(*given, **named):
            die()
        return result

    setattr(owner, name, in_turn if inspect.iscoroutinefunction(original) else plainly)


def _in_commit(which: Call, strike: Callable[[RunJournal], None], *, after: bool) -> Callable[[], None]:
    """Strike before or after the first commit whose writing ``which`` is looking for."""

    def arm() -> None:
        meant = []
        write, commit = RunJournal.write, RunJournal.commit

        def writing(self: RunJournal, *given: Any, **named: Any) -> None:
            write(self, *given, **named)
            meant.append(which(*given, **named))

        def committing(self: RunJournal) -> None:
            if not after and meant and meant[-1]:
                strike(self)
            commit(self)
            if after and meant and meant[-1]:
                strike(self)

        RunJournal.write, RunJournal.commit = writing, committing  # type: ignore[method-assign]

    return arm


def _intents(intents: Any = (), *_: Any) -> bool:
    return bool(intents)


def _outcomes(_: Any = (), outcomes: Any = (), *__: Any) -> bool:
    return bool(outcomes)


def _absences(_: Any = (), outcomes: Any = (), *__: Any) -> bool:
    return any(outcome.state == "absent" for outcome in outcomes)


def _at_once(_: RunJournal) -> None:
    die()


def _amid_checkpoint(journal: RunJournal) -> None:
    """Die while the write-ahead log is copied: the system kills us at the last of the pages."""
    path = journal.database.execute("PRAGMA database_list").fetchone()[2]
    frames = Path(f"{path}-wal").read_bytes()[WAL_HEADER:]
    pages = {int.from_bytes(frames[at : at + 4], "big") for at in range(0, len(frames), FRAME_HEADER + PAGE)}
    assert len(pages) > 1, "a checkpoint of one page has no middle"
    limit = (max(pages) - 1) * PAGE
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    journal.database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    raise AssertionError("the checkpoint went through")


def _checkpoint() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # which Python ignores
    _in_commit(_intents, _amid_checkpoint, after=True)()


def _amid_epoch() -> None:
    transaction = RunJournal.transaction

    def struck(self: RunJournal, work: Call, *, fenced: bool = True) -> None:
        def then_die(db: sqlite3.Connection) -> None:
            work(db)
            die()

        transaction(self, work if fenced else then_die, fenced=fenced)

    RunJournal.transaction = struck  # type: ignore[method-assign]


def _on_the_wire(share: float) -> Callable[[], None]:
    """Die when this share of the order's request was handed to the kernel."""

    def arm() -> None:
        from asyncio.selector_events import _SelectorSocketTransport as Wire  # type: ignore[attr-defined]

        write = Wire.write

        def writing(self: Any, data: bytes) -> None:
            if b"create_orders" not in bytes(data[:200]):
                write(self, data)
                return
            part = bytes(data)[: int(len(data) * share)]
            if part:
                self._sock.sendall(part)
            die()

        def writing_lines(self: Any, lines: Any) -> None:
            writing(self, b"".join(lines))

        Wire.write, Wire.writelines = writing, writing_lines

    return arm


def _draining() -> None:
    """Be interrupted when the request is out, and die while its answer is waited for."""
    create = OmnitronClient.create
    stop = Sending.stop

    async def creating(self: OmnitronClient, body: bytes) -> Any:
        asyncio.get_running_loop().call_later(0.001, os.kill, os.getpid(), signal.SIGINT)
        return await create(self, body)

    def stopping(self: Sending, ending: Ending) -> None:
        stop(self, ending)
        assert ending.code == INTERRUPTED
        asyncio.get_running_loop().call_later(0.005, die)

    OmnitronClient.create, Sending.stop = creating, stopping  # type: ignore[method-assign]


def _half_a_witness() -> None:
    dies_before(os, "fsync", called_from("folders.py"))()


def only_with(module: str, code: str, what: str, arm: Call) -> list[Point]:
    """Give a point that lies in a module of the journal, where there is such a module."""
    name = f"pipeline.journal.{module}"
    if find_spec(name) is None:
        return []
    return [Point(code, what, lambda: arm(import_module(name)))]


POINTS = (
    Point("C00", "before the plan", dies_before(verbs, "prepare_run"), planning=True),
    Point("C01", "in the middle of planning", dies_after(Planning, "add"), planning=True),
    Point("C02", "before the seal", dies_before(Planning, "seal"), planning=True),
    Point("C03", "after the seal", dies_after(Planning, "seal"), planning=True),
    Point("C04", "before an intent is committed", _in_commit(_intents, _at_once, after=False)),
    Point("C05", "after the intent, before connecting", dies_before(OmnitronClient, "create")),
    Point("C06", "connected, no byte sent", _on_the_wire(0)),
    Point("C07", "in the middle of the body", _on_the_wire(0.7)),
    Point("C08", "all sent", _on_the_wire(1)),
    Point("C09", "the target has it, no answer yet", None, unanswered=True),
    Point("C10", "a status line is read", dies_after(ClientResponse, "start"), looking=True),
    Point("C11", "the answer is complete, not judged", dies_before(sending, "judge")),
    Point("C12", "judged, not written", dies_before(Recorder, "outcome")),
    Point("C13", "the outcome is written", _in_commit(_outcomes, _at_once, after=True)),
    Point("C14", "in the middle of a checkpoint", _checkpoint),
    Point("C15", "in the middle of a new epoch", _amid_epoch),
    Point("C16", "between two lookups", dies_after(OmnitronClient, "lookup"), before=("C05",), looking=True),
    Point(
        "C17",
        "absent, before it is sent again",
        _in_commit(_absences, _at_once, after=True),
        before=("C05",),
        looking=True,
    ),
    Point("C18", "a report is half written", dies_before(os, "fsync", called_from("atomic.py"))),
    Point("C19", "a report is renamed, its folder not flushed", dies_before(atomic, "_sync_folder")),
    Point("C20", "draining after an interrupt", _draining, unanswered=True),
    Point("C21", "between the lock and the epoch", dies_before(RunJournal, "_open")),
    *only_with("witness", "C22", "the witness is half written", lambda _: _half_a_witness()),
    *only_with("room", "C23", "the ballast is gone", lambda room: dies_after(room.Ballast, "drop")()),
)
BY_CODE = {point.code: point for point in POINTS}
NOT_OURS = {
    "C22": "the journal has no witness",
    "C23": "the journal has no ballast",
    "C24": "there is no migration of a journal: another version of it is refused (E603)",
}
"""Points of the general list that need not exist here, and why they do not where they do not."""


def work_until(  # noqa: PLR0917 - what a process is given
    code: str, folder: Path, count: int, token: str, url: str, capability: Capability
) -> None:
    """Be a child that plans or resumes the shop's run and dies at a point."""
    os.environ["ORDERLIFT_EVENT_LOOP"] = "asyncio"  # whose sockets can be watched
    point = BY_CODE[code]
    if point.arm is not None:
        point.arm()
    if point.planning:
        shop = Shop(folder, count)
        verbs.plan(shop.plan_request(url, capability), places=shop.places)
    else:
        continue_run(folder, count, token, {"concurrency": 2})
