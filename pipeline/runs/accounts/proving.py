"""The journal is replayed, and every promise that it can answer for is checked."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import orjson

from pipeline.journal.history import History
from pipeline.journal.undo_history import listed_digest, undo_pasts
from pipeline.model.fingerprint import Compared, Fingerprint
from pipeline.model.history import OrderHistory
from pipeline.model.issue import Issue, shown
from pipeline.model.undo import HEADER
from pipeline.runs.accounts.summing import summarise, sums_that_differ
from pipeline.runs.asked.request import Places
from pipeline.runs.opening.header import capability_of
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.upload.proof import (
    amount_is_that_sent,
    attempts_are_counted,
    bytes_are_those_sealed,
    epochs_only_grow,
    moves_are_allowed,
    nothing_goes_twice,
    outcomes_have_grounds,
    people_are_on_record,
    processes_follow,
)
from pipeline.upload.undo_proof import UNDO_PROMISES

SCHEMA = "orderlift/proof/1"
BROKEN = 7
NAMED = 20
"""So many faults of one promise are named; all are counted."""


@dataclass(slots=True)
class Check:
    """One promise: what was held against what, how many times, and where it does not hold.

    ``faults`` are the first (order number or ``None``, fault); ``broken`` counts them all.
    """

    name: str
    what: str
    of: str
    checked: int = 0
    broken: int = 0
    faults: list[tuple[str | None, str]] = field(default_factory=list)

    def take(self, faults: Iterable[str], number: str | None = None, checked: int = 1) -> None:
        """Count what was looked at, and remember what does not hold."""
        self.checked += checked
        for fault in faults:
            self.broken += 1
            if len(self.faults) < NAMED:
                self.faults.append((number, fault))


@dataclass(frozen=True, slots=True)
class Proof:
    """What a journal proves of its run; ``emptied`` is when its payloads were removed, if they were.

    ``fingerprint`` is that of its history now; ``compared`` what became of one that was given.
    """

    run_id: str
    checks: Sequence[Check]
    emptied: str | None = None
    fingerprint: Fingerprint | None = None
    compared: Compared | None = None

    @property
    def holds(self) -> bool:
        """Whether every promise does, and the history is the one whose fingerprint was given."""
        return not any(check.broken for check in self.checks) and not self._another

    @property
    def _another(self) -> bool:
        return self.compared is not None and bool(self.compared.reason)

    @property
    def exit_code(self) -> int:
        """0, or 7 where the journal breaks a promise."""
        return 0 if self.holds else BROKEN

    def issues(self) -> list[Issue]:
        """Every fault that is named, as an issue, and what is to be said of the fingerprint."""
        found = [
            Issue("E658", order=number, facts={"what": check.name, "fault": shown(fault)})
            for check in self.checks
            for number, fault in check.faults
        ]
        if self.compared is not None and self.compared.reason:
            found.append(Issue("E659", facts={"reason": self.compared.reason}))
        elif self.compared is not None and self.compared.since:
            found.append(Issue("W659", facts={"count": self.compared.since}))
        return found

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``."""
        return {
            "schema": SCHEMA,
            "run_id": self.run_id,
            "exit_code": self.exit_code,
            "emptied": self.emptied,
            "fingerprint": self.fingerprint.text if self.fingerprint else None,
            "compared": _comparison(self.compared) if self.compared else None,
            "checks": [
                {
                    "name": check.name,
                    "what": check.what,
                    "of": check.of,
                    "checked": check.checked,
                    "broken": check.broken,
                    "faults": [{"order": number, "fault": fault} for number, fault in check.faults],
                }
                for check in self.checks
            ],
        }


def _comparison(compared: Compared) -> dict[str, Any]:
    verdict = "another" if compared.reason else "older" if compared.since else "same"
    return {"fingerprint": compared.kept.text, "verdict": verdict, "since": compared.since}


def prove(run_id: str | None = None, places: Places | None = None, kept: Fingerprint | None = None) -> Proof:
    """Check every promise that a run's journal can answer for, and a fingerprint that was ``kept``.

    Raises :class:`UsageRefused` where there is no such run, :class:`JournalRefused` where it cannot be read.
    """
    places = places or Places()
    found = find_run(places, run_id, undos=True)
    with closing(History(places.journal(found))) as history:
        replay = _Replay(history)
        replay.run()
        return Proof(
            found,
            [*replay.checks, *_undo_checks(history)],
            history.emptied,
            history.fingerprint(),
            history.compared(kept) if kept is not None else None,
        )


def _undo_checks(history: History) -> list[Check]:
    """The promises of an undo; none where the run is no undo."""
    read, header = history.reader.ask, history.reader.header
    if HEADER not in header:
        return []
    listed = Check("undo: the list", "what is to be cancelled is what was sealed", "list")
    if history.emptied is None:  # what was read of the orders is part of the list
        same = listed_digest(read) == header[HEADER]["digest"]
        listed.take([] if same else ["the list is not the one that was sealed"])
    checks = [(Check(name, what, "lines"), ask) for name, what, ask in UNDO_PROMISES]
    for line in undo_pasts(read):
        for check, ask in checks:
            check.take(ask(line), line.number)
    return [listed, *(check for check, _ in checks)]


class _Replay:
    """One journal gone through once, every order held against every promise."""

    def __init__(self, history: History) -> None:
        self._history, self._reader = history, history.reader
        self._capability = capability_of(self._reader.header)
        self.seal = Check("the plan", "header and orders have the digest that was sealed", "plan")
        self.untouched = Check(
            "nothing changed from outside", "rows are those that were committed", "journal"
        )
        self.sums = Check("the sums", "rows, orders, items and money add up, and are those sealed", "sums")
        self.rows = Check("no row lost", "every row used is in exactly one order", "rows")
        self.bytes = Check("the same bytes", "payloads have the digests that were sealed", "payloads")
        self.money = Check("the same money", "amounts of the reports are those of the payloads", "orders")
        self.attempts = Check("intent first", "attempts are numbered, and each sending has one", "attempts")
        self.twice = Check("none twice", "nothing follows an attempt that may have been applied", "attempts")
        self.moves = Check("final is final", "every move of an order is in the table of states", "moves")
        self.people = Check("people on record", "what only people may decide was decided by one", "decisions")
        self.grounds = Check(
            "no claim alone", "answers, lookups or decisions bear out each outcome", "orders"
        )
        self.epochs = Check(
            "one process at a time", "processes are known and follow one another", "processes"
        )

    @property
    def checks(self) -> list[Check]:
        """All promises, in the order of a run."""
        return [
            self.seal,
            self.untouched,
            self.sums,
            self.rows,
            self.bytes,
            self.money,
            self.attempts,
            self.twice,
            self.moves,
            self.people,
            self.grounds,
            self.epochs,
        ]

    def run(self) -> None:
        """Go through the journal."""
        sealed, found = self._reader.digest, self._history.digest()
        self.seal.take([] if sealed == found else ["the orders or the header are not those that were sealed"])
        summary = summarise(self._reader, "prove")
        self.untouched.take([] if self._history.untouched() else ["rows were changed, added or taken away"])
        self.sums.take(sums_that_differ(self._reader, summary), checked=8 + len(summary.money))
        present, begun = self._history.epochs()
        self.epochs.take(processes_follow(begun, present), checked=present)
        strays = self._history.strays()
        self.attempts.take([f"{strays} attempts, moves or lookups belong to no order"] if strays else [])
        seen = _Rows()
        for order in self._history.orders():
            self.rows.take(seen.take(order), order.number, len(order.rows))
            self._order(order, present)
        used = {record.table.index: record.used for record in self._reader.tables()}
        self.rows.take(seen.differences(used), checked=0)

    def _order(self, order: OrderHistory, present: int) -> None:
        number, tries, moves = order.number, len(order.tries), len(order.moves)
        self.bytes.take(bytes_are_those_sealed(order), number, len(order.bodies))
        for body, same in order.bodies[:1]:
            self.money.take(amount_is_that_sent(order, orjson.loads(body)) if same else [], number)
        if not order.archived:  # its attempts are those of its files
            self.attempts.take(attempts_are_counted(order), number, tries)
        self.twice.take(nothing_goes_twice(order, self._capability), number, tries)
        self.moves.take(moves_are_allowed(order), number, moves)
        self.people.take(people_are_on_record(order), number, len(order.decisions))
        self.grounds.take(outcomes_have_grounds(order), number)
        self.epochs.take(epochs_only_grow(order, present), number, 0)


class _Rows:
    """Which rows of which table belong to an order; a bit would do, a byte is simpler."""

    def __init__(self) -> None:
        self._taken: dict[int, bytearray] = {}
        self._count: dict[int, int] = {}

    def take(self, order: OrderHistory) -> Iterable[str]:
        """Take an order's rows; what another order has already is a fault."""
        for table, row in order.rows:
            taken = self._taken.setdefault(table, bytearray())
            if len(taken) <= row:
                taken.extend(bytes(max(row + 1 - len(taken), len(taken))))
            if taken[row]:
                yield f"row {row} of table {table} belongs to another order, too"
            taken[row] = 1
            self._count[table] = self._count.get(table, 0) + 1

    def differences(self, used: dict[int, int]) -> list[str]:
        """Tables of which more or fewer rows belong to orders than were counted as used."""
        return [
            f"table {table}: {self._count.get(table, 0)} rows belong to orders, {count} were used"
            for table, count in used.items()
            if self._count.get(table, 0) != count
        ]
