"""The disk fails at the n-th write or sync, once or for good: nothing is sent after it, nothing is lost."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from apsw_as_sqlite3 import connector
from power_cuts import after_crash, standing_of
from power_disk import Disk, Remains, Step
from small_journal import intent, order, outcome, seal
from small_shop import assert_promises, mode_settings, open_shop, sending

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State
from pipeline.runs.applying.stages import _send
from pipeline.runs.connection.address import address_of
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator

HOW = {
    "write": (apsw.IOError, apsw.SQLITE_IOERR_WRITE),
    "sync": (apsw.IOError, apsw.SQLITE_IOERR_FSYNC),
    "full": (apsw.FullError, apsw.SQLITE_FULL),
}


@dataclass
class Failing:
    """Fails the n-th step of a kind, and with `sticky` every later one."""

    kind: str
    nth: int
    sticky: bool
    seen: int = 0
    struck: bool = False

    def __call__(self, step: Step) -> None:
        """Raise where this step fails."""
        if step.kind != ("write" if self.kind == "full" else self.kind):
            return
        self.seen += 1
        if self.seen == self.nth or (self.sticky and self.seen > self.nth):
            self.struck = True
            error, code = HOW[self.kind]
            trouble = error("the disk says no")
            trouble.extendedresult = code  # type: ignore[attr-defined]
            raise trouble


def until_clean(case: Callable[[int], bool], first: int = 1, step: int = 1) -> int:
    """Let the first, the second, … step fail, until a run comes through; returns how many were struck."""
    for struck, nth in enumerate(range(first, 2_000, step)):
        if not case(nth):
            return struck
    pytest.fail("no run came through")


def journal_with_fault(folder: Path, fault: Failing) -> bool:
    """Let a journal work until the fault; the next process finds everything that was acknowledged."""
    path = seal(folder / "j.db", *(order(row, f"A-{row}") for row in range(2, 12)))
    disk, remains = Disk(fault=fault), Remains({"j.db": path.read_bytes()})
    standing = dict.fromkeys(range(1, 11), (State.PLANNED, 0))
    expected, told = [dict(standing)], list[str]()
    with disk.mounted() as vfs, suppress(JournalRefused):
        journal = RunJournal(path, now=1.0, connect=connector(vfs))
        try:
            for place in range(1, 11):
                standing[place] = (State.IN_FLIGHT, 1)
                outcomes = [outcome(place - 1, State.CREATED)] if place > 1 else []
                standing |= {one.order_id: (State.CREATED, 1) for one in outcomes}
                journal.record(intents=[intent(place)], outcomes=outcomes)
                expected.append(dict(standing))
        except JournalRefused as refused:
            told.append(refused.issues[0].code)
            with pytest.raises(JournalRefused):
                journal.record(intents=[intent(10)])
        finally:
            journal.close()
    assert set(told) <= {"E606"}
    for step in disk.steps:
        remains.follow(step)
    remains.after_cut(folder / "cut", random.Random(fault.nth))
    attempted = after_crash(standing)
    for left in (folder / "cut" / "j.db", path):
        assert standing_of(left) in [after_crash(expected[-1]), attempted]
    return fault.struck


@pytest.mark.parametrize("sticky", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize("kind", HOW)
def test_whatever_write_or_sync_fails_nothing_acknowledged_is_lost(
    tmp_path: Path, kind: str, sticky: bool
) -> None:
    """The first, the second, … until none is left: refused from there on, and recovered by the next start."""
    struck = until_clean(
        lambda nth: journal_with_fault(tmp_path / str(nth), Failing(kind, nth, sticky)),
        step=1 if kind == "sync" else 7,
    )
    assert struck >= 6


def run_with_fault(folder: Path, fault: Failing, *, unique: bool) -> bool:
    """Send a small shop until the fault, then resume on a sound disk; the target tells what happened."""
    shop = open_shop(folder, 6)
    with Simulator(settings=mode_settings(unique=unique)) as sim:
        ready = plan(shop.plan_request(sim.url, Capability(unique, 0.05)), places=shop.places)
        disk = Disk(fault=fault)
        with disk.mounted() as vfs, suppress(JournalRefused):
            journal = RunJournal(ready.journal, now=1.0, connect=connector(vfs))
            try:
                records = JournalReader(journal.database).tables()
                tables = {record.table.index: record.table for record in records}
                request = sending(sim.token, concurrency=3)
                rate = folder / "rate.json"
                asyncio.run(_send(journal, address_of(sim.url, 5), tables, request, lambda _: None, rate))
            finally:
                journal.close()
        result = resume(None, sending(sim.token), shop.places)
        assert_promises(result, sim)
    assert result.exit_code == 0
    assert result.summary.orders.created == 6
    return fault.struck


CASES = [("sync", False), ("sync", True), ("write", True), ("full", False), ("full", True)]


@pytest.mark.parametrize(("kind", "sticky"), CASES)
def test_whatever_fails_under_a_run_no_order_is_lost_or_doubled(
    tmp_path: Path, kind: str, sticky: bool
) -> None:
    """By the target's own truth, in mode B: the run ends there, and a resume finishes it."""
    struck = until_clean(
        lambda nth: run_with_fault(tmp_path / str(nth), Failing(kind, nth, sticky), unique=False),
        step=4 if kind == "sync" else 23,
    )
    assert struck >= 2


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
@pytest.mark.parametrize("sticky", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize("kind", HOW)
def test_whatever_fails_under_a_run_every_single_step(
    tmp_path: Path, kind: str, sticky: bool, unique: bool
) -> None:
    """The same for each step there is, in both modes."""
    until_clean(lambda nth: run_with_fault(tmp_path / str(nth), Failing(kind, nth, sticky), unique=unique))
