"""The ledger of a channel is kept in step with the journals of its runs."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pipeline.journal.ledger import Ledger
from pipeline.journal.running import RunJournal
from pipeline.journal.taking_over import EarlierRun, bring_home, registered, rows_of
from pipeline.journal.undoing import taken_back
from pipeline.model.issue import Issue
from pipeline.model.ledger import LedgerRun
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import HEADER
from pipeline.runs.asked.request import Places
from pipeline.runs.state_folder.catalogue_of_runs import RunCard, list_runs
from pipeline.runs.state_folder.channel_files import ledger_file, same_channel, stamp_of

Answer = TypeVar("Answer")
PATIENCE = 60.0
"""Seconds to wait for a file that another process has open for a moment."""
_LOOK_AGAIN = 0.05
_HELD = "E605"
_CANNOT_HELP = frozenset({"E605", "E606", "E607", "E608"})
"""In use, disk, rights, settings. Whatever else is wrong with a ledger, it can be made anew."""
_OLD_COPY = "an old copy"


class _OldCopyError(Exception):
    """A journal that does not know of a process which the ledger knows to have worked on it."""


@dataclass(frozen=True, slots=True)
class ChannelLedger:
    """A channel's ledger in step with every journal that could be read; ``issues`` say what is not so.

    ``busy`` names the runs that another process was working on.
    """

    ledger: Ledger
    places: Places
    issues: tuple[Issue, ...] = ()
    busy: tuple[str, ...] = ()


@contextmanager
def opened_ledger(
    places: Places, target: str, channel: int, *, own: str | None, patience: float = 0.0
) -> Iterator[ChannelLedger]:
    """The channel's ledger, brought up to date from the journals of all its runs but ``own``.

    A ledger that is missing or damaged is made anew. A journal that another process has open is waited for
    ``patience`` seconds. Raises :class:`JournalRefused` where the ledger cannot be opened or written, and,
    with patience, where a journal stays in use.
    """
    cards = _cards(places, target, channel)
    ledger, why = _open(ledger_file(places, target, channel))
    with closing(ledger):
        if why is not None:
            ledger.describe({"target": target, "channel": str(channel)})
        runs = dict.fromkeys((*(card.run_id for card in cards), *ledger.runs()))
        issues, busy, found = _catch_up(ledger, places, [run for run in runs if run != own], patience)
        if found and why is not None:
            facts: dict[str, str | int] = {"reason": why, "count": found}
            issues.insert(0, Issue("W640", facts=facts))
        yield ChannelLedger(ledger, places, tuple(issues), tuple(busy))


def anything_known(places: Places, target: str, channel: int) -> bool:
    """Whether a run of this channel was ever planned here."""
    return ledger_file(places, target, channel).exists() or bool(_cards(places, target, channel))


def register(ledger: Ledger, journal: RunJournal) -> None:
    """Tell the ledger, durably, that this run is about to send its orders."""
    ledger.write(registered(journal), rows_of(journal))


def take_over(places: Places, journal: RunJournal) -> None:
    """Tell the ledger what became of a run's orders, which ends its registration."""
    bring_home(journal)
    path = ledger_file(places, journal.header["target"], journal.header["channel"])
    with closing(_patiently(lambda: Ledger(path), PATIENCE)) as ledger:
        stamp = stamp_of(places.journal(journal.header["run_id"]))
        run = replace(registered(journal), open=False, stamp=stamp)
        if HEADER in journal.header:
            ledger.cancel(run.run, taken_back(journal.read))
        ledger.write(run, rows_of(journal))


def _cards(places: Places, target: str, channel: int) -> list[RunCard]:
    """The runs that were planned for the channel, the oldest first."""
    return [
        card
        for card in reversed(list_runs(places))
        if card.command != "check" and same_channel((card.target, card.channel), (target, channel))
    ]


def _open(path: Path) -> tuple[Ledger, str | None]:
    """The ledger, and why it had to be made anew, where it had."""
    if not path.exists():
        return _made(path), "was missing"
    try:
        return _patiently(lambda: Ledger(path), PATIENCE), None
    except JournalRefused as refusal:
        if refusal.issues[0].code in _CANNOT_HELP:
            raise
    for damaged in path.parent.glob(f"{path.name}*"):
        damaged.replace(path.with_name(f"damaged-{damaged.name}"))
    return _made(path), "was damaged"


def _made(path: Path) -> Ledger:
    return _patiently(lambda: Ledger(path, create=True), PATIENCE)


def _catch_up(
    ledger: Ledger, places: Places, runs: Iterable[str], patience: float
) -> tuple[list[Issue], list[str], int]:
    """Take over every journal that changed: (issues, busy runs, how many started ones were not known)."""
    issues: list[Issue] = []
    busy: list[str] = []
    known = ledger.runs()
    found = 0
    for run in runs:
        before = known.get(run)
        path = places.journal(run)
        stamp = stamp_of(path)
        if before is not None and not before.open and not before.gone and before.stamp == stamp:
            continue
        try:
            found += _take_journal(ledger, path, before, patience)
        except JournalRefused as refusal:
            code = refusal.issues[0].code
            if code == _HELD and patience:
                raise
            if code == _HELD:
                busy.append(run)
                issues.append(Issue("W643", facts={"run": run}))
            else:
                issues += _lost(ledger, run, before, code)
        except _OldCopyError:
            issues += _lost(ledger, run, before, _OLD_COPY)
    return issues, busy, found


def _take_journal(ledger: Ledger, path: Path, before: LedgerRun | None, patience: float) -> bool:
    """Take one journal over; returns whether it was started and the ledger did not know of it."""
    with _patiently(lambda: EarlierRun(path), patience) as journal:
        if not journal.sendable:
            return False
        run = journal.as_run()
        if before is not None and journal.epoch < before.epoch:
            raise _OldCopyError
        started = run.started or (before is not None and before.started)
        ledger.write(replace(run, started=started, open=True), journal.rows(started=started))
        if (back := journal.taken_back()) is not None:
            ledger.cancel(run.run, back)
    ledger.write(replace(run, started=started, stamp=stamp_of(path)))
    return before is None and started


def _lost(ledger: Ledger, run: str, before: LedgerRun | None, why: str) -> list[Issue]:
    """A journal that is gone or cannot be read; said aloud where something is unknown because of it."""
    if before is not None and not before.gone:
        ledger.write(replace(before, gone=True))
    if before is not None and not before.open:
        return []
    reasons = {"E601": "is gone", _OLD_COPY: f"is {_OLD_COPY}"}
    return [Issue("W645", facts={"run": run, "reason": reasons.get(why, f"cannot be read ({why})")})]


def _patiently(opening: Callable[[], Answer], patience: float) -> Answer:
    """Open a file, and try again for some time while another process has it."""
    give_up = time.monotonic() + patience
    while True:
        try:
            return opening()
        except JournalRefused as refusal:
            if refusal.issues[0].code != _HELD or time.monotonic() >= give_up:
                raise
        time.sleep(_LOOK_AGAIN)
