"""Old runs go: whole, or what they hold of people. What exists on a target stays known in its ledger.

A run is marked before anything of it goes, and the mark is the last thing that goes: whatever stops this in
between, the next pruning finishes it first. Its card goes at once, so that nobody takes a part for a run.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal.emptying import emptied_at, empty
from pipeline.journal.folders import sync_folder, write_durably
from pipeline.journal.lock import Lock
from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_reading import undo_states
from pipeline.journal.witness import traces_of
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import HEADER
from pipeline.runs.asked.request import Places
from pipeline.runs.ledger.keeping import opened_ledger
from pipeline.runs.state_folder.catalogue_of_runs import CARD, RunCard, find_run, list_runs
from pipeline.upload.retention import Kept, Retention, due, left_alone, open_cancellings, open_orders

MARK = "pruning.json"
SCHEMA = "orderlift/pruning/1"
WHOLE, PAYLOADS = "whole", "payloads"
_RUN_ID = re.compile(r"[0-9a-f]{4,64}")
_STAYS = frozenset({"summary.json"})
"""Of the reports of a run that is emptied: counts, sums and hashes."""
_KNOWN = frozenset({"check", "plan", "run", "retry", "rebuild", "undo"})
"""Commands that make runs; what is open in a run of another kind is not known here."""
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class PruneRequest:
    """What to prune: ``retention`` chooses; ``payloads_only`` takes what is personal and leaves the run."""

    retention: Retention
    payloads_only: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One run that is due. ``how`` is ``whole`` or ``payloads``; ``kept`` why it is left alone.

    ``card`` is ``None`` for what a process left behind that died while it prepared, or pruned. ``open`` is
    how many orders still have something to come, ``bytes`` what lies on the disk now.
    """

    run_id: str
    how: str
    bytes: int
    card: RunCard | None = None
    open: int = 0
    kept: Kept | None = None
    reason: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was done: of each run that was due, whether it went, and the bytes that are free since.

    After a ``dry_run`` nothing was done: ``gone`` would go, and ``freed`` would be free.
    """

    gone: tuple[Due, ...] = ()
    left: tuple[Due, ...] = ()
    freed: int = 0
    issues: tuple[Issue, ...] = ()
    dry_run: bool = False

    @property
    def exit_code(self) -> int:
        """7 where something could not be removed."""
        return 7 if self.issues else 0


def runs_due(request: PruneRequest, places: Places, now: datetime) -> list[Due]:
    """The runs that would go, and those that are due and left alone, the oldest first; nothing is changed.

    Raises :class:`UsageRefused` where a named run does not exist, :class:`JournalRefused` for the folder.
    """
    cards = {card.run_id: card for card in list_runs(places)}
    folders = {folder.name: folder for folder in _folders(places)}
    marked = {run: told for run, folder in folders.items() if (told := _mark_of(folder)) is not None}
    begun = {run for run, told in marked.items() if told["how"] == WHOLE or request.payloads_only}
    created = {run: _created(cards.get(run), folder) for run, folder in folders.items() if run not in begun}
    chosen = due(created, now.timestamp(), _named(request.retention, places))
    found = filter(None, (_looked_at(run, cards.get(run), request, places) for run in chosen))
    looked_at = [
        one for one in found if not (one.run_id in marked and left_alone(one.kept, request.retention))
    ]
    known = {one.run_id for one in looked_at}
    unfinished = [_unfinished(run, told, places) for run, told in sorted(marked.items()) if run not in known]
    return [*unfinished, *looked_at]


def prune(
    found: list[Due],
    places: Places,
    now: datetime,
    retention: Retention,
    told: Callable[[str], None] = lambda _: None,
) -> Pruned:
    """Let go what :func:`runs_due` found; ``told`` hears of each step before it is taken.

    A run that another process has taken up since, or whose ledger cannot be brought up to date, is left.
    """
    gone: list[Due] = []
    left: list[Due] = []
    issues: list[Issue] = []
    freed = 0
    for one in found:
        if left_alone(one.kept, retention):
            left.append(one)
            continue
        before = _size(one.run_id, places)
        try:
            _let_go(one, places, now, told)
        except JournalRefused as refusal:
            left.append(one)
            issues += refusal.issues
        except OSError as error:
            facts: dict[str, str | int] = {"run": one.run_id, "reason": shown(error.strerror or error)}
            left.append(one)
            issues.append(Issue("E692", Location(str(places.run_dir(one.run_id))), facts=facts))
        else:
            gone.append(one)
            freed += max(0, before - _size(one.run_id, places))
    return Pruned(tuple(gone), tuple(left), freed, tuple(issues))


def _named(retention: Retention, places: Places) -> Retention:
    """The retention with whole ids in the place of the beginnings that were typed."""
    whole = frozenset(find_run(places, name) for name in retention.named)
    return Retention(retention.older_than, retention.keep, retention.also_open, whole)


def _folders(places: Places) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(places.state_dir / "runs"), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and _RUN_ID.fullmatch(entry.name):
            yield Path(entry.path)


def _created(card: RunCard | None, folder: Path) -> float:
    if card is not None and card.run_id == folder.name:
        with suppress(ValueError):
            return datetime.fromisoformat(card.created).timestamp()
    return folder.stat().st_mtime


def _mark_of(folder: Path) -> dict[str, Any] | None:
    """What a pruning that was stopped has left to do; a mark that cannot be read is one to go whole."""
    try:
        told = orjson.loads((folder / MARK).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, orjson.JSONDecodeError):
        return {"how": WHOLE}
    return told if isinstance(told, dict) and told.get("how") in {WHOLE, PAYLOADS} else {"how": WHOLE}


def _unfinished(run: str, told: dict[str, Any], places: Places) -> Due:
    return Due(run, told["how"], _size(run, places), unfinished=True)


def _looked_at(run: str, card: RunCard | None, request: PruneRequest, places: Places) -> Due | None:
    """One run that is old enough: what is open in it, and whether somebody works on it.

    ``None`` where nothing is left of it that would have to go.
    """
    checked = card is None or card.command == "check"
    how = PAYLOADS if request.payloads_only and not checked else WHOLE
    size = _size(run, places)
    try:
        with closing(JournalReader(places.journal(run))) as journal:
            left = _open_in(journal)
            emptied = emptied_at(journal.meta) is not None
    except JournalRefused as refusal:
        code = refusal.issues[0].code
        if code == "E605":
            return Due(run, how, size, card, kept=Kept.HELD, reason="another process works on it")
        if code in {"E601", "E610"} and card is None:  # never sealed: nothing was ever sent from it
            return Due(run, WHOLE, size)
        return Due(
            run, WHOLE, size, card, kept=Kept.UNREADABLE, reason=f"its journal cannot be read ({code})"
        )
    if emptied and how == PAYLOADS:
        return None
    if card is not None and card.command not in _KNOWN:
        return Due(run, how, size, card, left, Kept.UNREADABLE, f"it is of another kind ({card.command})")
    if left:
        return Due(run, how, size, card, left, Kept.OPEN, f"{left} orders are open")
    return Due(run, how, size, card)


def _open_in(journal: JournalReader) -> int:
    """How many orders of a run, or of an undo, still have something to come."""
    if HEADER in journal.header:
        return open_cancellings(undo_states(journal.ask))
    return open_orders(journal.state_counts(), sendable=journal.sendable)


def _let_go(one: Due, places: Places, now: datetime, told: Callable[[str], None]) -> None:
    folder = places.run_dir(one.run_id)
    lock = Lock(folder / "run.lock", f"run {one.run_id}")
    with lock:
        if one.how == WHOLE and not one.unfinished and one.card is not None:
            told("ledger")
            _bring_ledger_up_to_date(one.card, places)
        reports = _reports_of(one, places)
        told("mark")
        mark = {"schema": SCHEMA, "run": one.run_id, "how": one.how, "reports": str(reports)}
        write_durably(folder / MARK, orjson.dumps(mark))
        steps = _empty_steps if one.how == PAYLOADS else _whole_steps
        for name, step in steps(folder, reports, now):
            told(name)
            step()
    told("folder")
    if one.how == PAYLOADS:
        _unlink(folder / MARK)
    else:
        for last in (folder / "run.lock", folder / MARK):
            _unlink(last)
        folder.rmdir()
    sync_folder(folder if folder.exists() else folder.parent)


def _bring_ledger_up_to_date(card: RunCard, places: Places) -> None:
    """From here on the ledger alone knows what this run has sent. Raises :class:`JournalRefused`."""
    if card.command == "check" or card.target is None or card.channel is None:
        return
    with opened_ledger(places, card.target, card.channel, own=None, patience=_PATIENCE) as kept:
        known = kept.ledger.runs().get(card.run_id)
        if known is not None and known.open and not known.gone:
            facts: dict[str, str | int] = {"run": card.run_id, "reason": "its ledger is behind it"}
            raise JournalRefused(Issue("W691", facts=facts))


def _whole_steps(folder: Path, reports: Path | None, _: datetime) -> Iterator[tuple[str, Callable[[], None]]]:
    """The journal goes before its log: a journal without its last commits would be taken for a whole one."""
    yield "card", lambda: _unlink(folder / CARD)
    yield "journal", lambda: _unlink(folder / "journal.db")
    yield "beside", lambda: _clear(folder, {"run.lock", MARK})
    yield "witness", lambda: _unlink_all(traces_of(folder / "journal.db"))
    if reports is not None:
        yield "reports", lambda: _remove_folder(reports)


def _empty_steps(
    folder: Path, reports: Path | None, now: datetime
) -> Iterator[tuple[str, Callable[[], None]]]:
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    yield "journal", lambda: empty(folder / "journal.db", at)
    yield "archive", lambda: _remove_folder(folder / "archive")
    yield "beside", lambda: _remove_folder(folder / "spool")
    if reports is not None:
        yield "reports", lambda: _clear(reports, _STAYS)


def _reports_of(one: Due, places: Places) -> Path | None:
    """The run's reports: those beside us, or those that an earlier pruning had begun with."""
    told = (_mark_of(places.run_dir(one.run_id)) or {}).get("reports")
    reports = (
        Path(told) if isinstance(told, str) and told != "None" else places.reports(one.run_id).absolute()
    )
    return reports if reports.name == one.run_id and reports.is_dir() and not reports.is_symlink() else None


def _clear(folder: Path, stays: frozenset[str] | set[str]) -> None:
    for entry in list(os.scandir(folder)) if folder.is_dir() else ():
        if entry.name in stays:
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            _unlink(Path(entry.path))


def _remove_folder(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def _unlink_all(paths: Iterable[Path]) -> None:
    for path in paths:
        _unlink(path)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)


def _size(run: str, places: Places) -> int:
    """Bytes of a run's folder and of its reports."""
    total = 0
    for top in (places.run_dir(run), places.reports(run)):
        for folder, _, names in os.walk(top):
            for name in names:
                with suppress(OSError):
                    total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - thousands of them
    return total


def prune_runs(request: PruneRequest, places: Places, *, dry_run: bool) -> Pruned:
    """Remove the runs that are due now; with ``dry_run`` say which would go, and remove nothing.

    Raises :class:`UsageRefused` where a named run does not exist, :class:`JournalRefused` for the folder.
    """
    now = datetime.now(UTC)
    found = runs_due(request, places, now)
    if not dry_run:
        return prune(found, places, now, request.retention)
    going = tuple(one for one in found if not left_alone(one.kept, request.retention))
    staying = tuple(one for one in found if left_alone(one.kept, request.retention))
    return Pruned(going, staying, sum(one.bytes for one in going), dry_run=True)
