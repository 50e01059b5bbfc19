"""What a journal says, for summaries and reports: streamed, in source order."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.answers import answers, sending_length
from pipeline.journal.archive_reading import (
    DOUBTS,
    archive_created,
    archive_doubts,
    archive_requests,
)
from pipeline.journal.books import book_counts
from pipeline.journal.cases import Cases
from pipeline.journal.changes import change_counts, changes_digest, listed_changes
from pipeline.journal.damage import demand_same_rows
from pipeline.journal.doubts import DOUBTFUL, IN_DOUBT, doubt_of, doubts
from pipeline.journal.fates import Standing, fates, rows_of, standing, weights
from pipeline.journal.issue_rows import read_errors_of, read_issues
from pipeline.journal.money import (
    ARCHIVED,
    CODES,
    PARTLY,
    difference_of,
    money_book,
    money_differences,
    money_issue_counts,
    money_issues,
    read_back_stand,
)
from pipeline.model.archive import ROUTE
from pipeline.model.books import BookCounts, BookTerms
from pipeline.model.catalogue import message_of
from pipeline.model.change import Change, ChangeCounts
from pipeline.model.ending import DIED, Ending
from pipeline.model.fates import Fate, Weight
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.money import MoneyBook, MoneyDifference, ReadBackStand
from pipeline.model.next_steps import NextStep, gravest
from pipeline.model.planned import unpacked_rows
from pipeline.model.records import OrderRecord, Second, TableRecord
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef, Table
from pipeline.model.states import State
from pipeline.model.summary import Money, OrderCounts, Traffic

CREATED = ("created", "already_present")
REFUSED = ("invalid", "rejected", "failed", "conflict")
_UNPROCESSED = ("unresolved", "held", "planned", "waiting", "absent")
_WITHOUT_REASON = frozenset({*CREATED, "planned", "unresolved"})
_NAMED = ("invalid", "created", "already_present", "rejected", "failed", "in_doubt", "conflict")


class JournalReader:
    """Reads a journal: a sealed one by its path, or one that this process has open.

    One that was changed from outside is refused (E616), unless ``changed`` says that it is to be looked into
    all the same. One that this process has just read as a ``whole`` need not be searched for damage again,
    which takes seconds where a run is large.
    """

    def __init__(
        self, source: Path | sqlite3.Connection, *, changed: bool = False, whole: bool = True
    ) -> None:
        path = source if isinstance(source, Path) else None
        self._own = path is not None
        self._sums: tuple[int, list[Standing]] | None = None
        self._stand: ReadBackStand | None = None  # of a journal that nobody else has open meanwhile
        self._db = (
            connections.open_existing(source, restored=changed, whole=whole)
            if isinstance(source, Path)
            else source
        )
        try:
            with connections.damage_told(path):
                self._read_meta(path)
                if self._own and whole and not changed:
                    demand_same_rows(self._db, path)
        except JournalRefused:
            self.close()
            raise

    def _read_meta(self, path: Path | None) -> None:
        rows = self._db.execute("SELECT key, value FROM meta").fetchall()
        self.meta: Mapping[str, str] = dict(rows)
        if "sealed" not in self.meta:
            raise JournalRefused(Issue("E610", Location(str(path)) if path else None))
        self._header: Mapping[str, Any] = orjson.loads(self.meta["header"])
        self._totals: Mapping[str, int] = orjson.loads(self.meta["totals"])

    def close(self) -> None:
        """Close the file if it was opened here."""
        if self._own:
            self._db.close()

    @property
    def database(self) -> sqlite3.Connection:
        """The connection, for what this room reads beside."""
        return self._db

    @property
    def header(self) -> Mapping[str, Any]:
        """The run's header as it was sealed."""
        return self._header

    @property
    def totals(self) -> Mapping[str, int]:
        """The control totals that were sealed with the plan."""
        return self._totals

    @property
    def digest(self) -> str:
        """The digest that was sealed with the plan, in hex."""
        return self.meta["digest"]

    @property
    def sendable(self) -> bool:
        """Whether the run was planned to be sent, and not only checked."""
        return self.meta["sealed"] == "yes"

    def tables(self) -> list[TableRecord]:
        """The tables that were read, and what became of their rows."""
        sql = (
            "SELECT tab, source, file, header, header_row, sheet, expanded,"
            " rows_read, rows_used, rows_ignored, rows_blank FROM tables ORDER BY tab"
        )
        overlay = self._header.get("overlay") or {"cells": ()}
        corrected: dict[int, set[tuple[int, int]]] = {}
        for tab, row, column in overlay["cells"]:
            corrected.setdefault(tab, set()).add((row, column))
        return [
            TableRecord(
                Table(
                    tab,
                    source,
                    file,
                    tuple(orjson.loads(header)),
                    header_row,
                    sheet,
                    bool(expanded),
                    frozenset(corrected.get(tab, ())),
                ),
                *counts,
            )
            for tab, source, file, header, header_row, sheet, expanded, *counts in self._db.execute(sql)
        ]

    def state_counts(self) -> dict[str, int]:
        """Orders by state."""
        return dict(self._db.execute("SELECT state, count(*) FROM orders GROUP BY state").fetchall())

    def order_counts(self) -> OrderCounts:
        """Orders by outcome."""
        by_state: Counter[str] = Counter()
        for sums in self._standing():
            by_state[sums.state] += sums.orders
        total = sum(by_state.values())
        counts = {name: by_state.get(name, 0) for name in _NAMED}
        counts["in_doubt"] += by_state.get("in_flight", 0)
        unprocessed = sum(by_state.get(name, 0) for name in _UNPROCESSED)
        return OrderCounts(read=total, ready=total - counts["invalid"], unprocessed=unprocessed, **counts)

    def items(self) -> tuple[int, int]:
        """Item rows that belong to orders: all, and those of orders that stand on the target."""
        found = self._standing()
        return sum(sums.items for sums in found), sum(sums.items for sums in found if sums.state in CREATED)

    def money(self) -> dict[str, Money]:
        """Order totals per currency, added up in whole hundredths."""
        minors: dict[str, list[int]] = {}
        for sums in self._standing():
            if sums.orders > sums.unreadable:
                known = minors.setdefault(sums.currency or "???", [0, 0, 0])
                known[0] += sums.minor
                known[1 if sums.state in CREATED else 2] += sums.minor
        return {
            currency: Money(*(Decimal(minor).scaleb(-2) for minor in minors[currency]))
            for currency in sorted(minors)
        }

    def unreadable(self) -> int:
        """How many orders are in no sum, because their amount could not be read."""
        return sum(sums.unreadable for sums in self._standing())

    def _standing(self) -> list[Standing]:
        """What every order adds up to, remembered until this connection, the only one, changes something."""
        if self._sums is None or self._sums[0] != self._db.total_changes:
            self._sums = self._db.total_changes, standing(self._db)
        return self._sums[1]

    def money_book(self, zone: str) -> MoneyBook:
        """The money by day, status and currency; days were told in ``zone`` when the run was planned."""
        return money_book(self._answers, zone, self.money_stand())

    def money_stand(self) -> ReadBackStand:
        """How far reading back from the target has come."""
        if self._stand is None or not self._own:
            self._stand = read_back_stand(self._answers)
        return self._stand

    def money_differences(self, most: int = -1) -> Iterator[MoneyDifference]:
        """The orders by which the target differs from the run, where it was read back; in source order."""
        return money_differences(self._db.execute, self._tables_by_index(), most)

    def _tables_by_index(self) -> dict[int, Table]:
        return {record.table.index: record.table for record in self.tables()}

    def _money_issues(self, most: int = -1, code: str | None = None) -> Iterator[Issue]:
        run = self.header["run_id"]
        return money_issues(self.money_stand(), self._db.execute, self._tables_by_index(), run, most, code)

    def traffic(self) -> Traffic:
        """Attempts and lookups so far; a retry is an attempt after the first."""
        attempts, first = self._db.execute(
            "SELECT count(*), coalesce(sum(attempt = 1), 0) FROM attempts"
        ).fetchone()
        lookups = self._db.execute("SELECT count(*) FROM lookups").fetchone()[0]
        counted = self._db.execute("SELECT coalesce(sum(value), 0) FROM counters").fetchone()[0]
        files, again = archive_requests(self._db)
        return Traffic(attempts + lookups + counted + files, attempts - first + again)

    def cases(self) -> Cases:
        """Single problems of the run, for whoever wants to share them."""
        return Cases(self._answers)

    def changes(self) -> ChangeCounts | None:
        """How many living customers change; ``None`` where no plan has looked."""
        return change_counts(self._answers)

    def listed_changes(self, most: int) -> Iterator[Change]:
        """The first of the changes that a plan has listed."""
        return listed_changes(self._answers, most)

    def changes_digest(self) -> str:
        """A digest of the changes that a plan has listed."""
        return changes_digest(self._answers)

    def ask(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that answer a question of this room."""
        return self._answers(sql, values)

    def _answers(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, values).fetchall()

    def held_back(self) -> dict[str, int]:
        """Orders refused because they are not over (E247), each once, by what would have been done next."""
        sql = "SELECT order_id, facts FROM issues WHERE code = 'E247' AND order_id IS NOT NULL"
        statuses: dict[int, set[str]] = {}
        for order_id, facts in self._db.execute(sql):
            statuses.setdefault(order_id, set()).add(str(orjson.loads(facts).get("status")))
        counts = Counter(gravest(names).value for names in statuses.values())
        return {step.value: counts[step.value] for step in NextStep if counts[step.value]}

    def books(self) -> BookCounts | None:
        """How far bookkeeping is, where the run's mapping asks for any."""
        terms = BookTerms(**self.header.get("bookkeeping", {}))
        return book_counts(self._answers, terms) if terms.asked else None

    def archived(self) -> int:
        """How many of the created orders stand in the archive, and not among the live ones."""
        return archive_created(self._db)

    def issue_counts(self) -> dict[str, int]:
        """Issues by code."""
        counts = dict(
            self._db.execute("SELECT code, count(*) FROM issues GROUP BY code ORDER BY code").fetchall()
        )
        in_doubt = self._db.execute(f"SELECT count(*) FROM orders WHERE {DOUBTFUL}").fetchone()[0]  # noqa: S608 - ours
        files = archive_doubts(self._db)
        in_doubt -= sum(files.values())
        ended = self._ending_issue()
        return {
            **counts,
            **({IN_DOUBT: in_doubt} if in_doubt else {}),
            **files,
            **money_issue_counts(self._answers, self.money_stand()),
            **({ended.code: 1} if ended else {}),
        }

    def ending(self) -> Ending:
        """Why sending ended the last time; no code where it never began or everything was done."""
        sql = "SELECT kind, facts FROM events WHERE kind IN ('epoch', 'ended') ORDER BY id DESC LIMIT 1"
        found = self._db.execute(sql).fetchone()
        if found is None:
            return Ending()
        kind, facts = found
        told = orjson.loads(facts)
        return Ending(told["code"], told["facts"]) if kind == "ended" else Ending(DIED)

    def _ending_issue(self) -> Issue | None:
        ending = self.ending()
        if ending.code is None or not ending.code.startswith("E"):
            return None
        order, field = (ending.facts.get(name) for name in ("order", "field"))
        return Issue(
            ending.code,
            self._place_of(order),
            order=None if order is None else str(order),
            field=None if field is None else str(field),
            facts={**ending.facts, "run": self.header["run_id"]},
        )

    def _place_of(self, number: object) -> Location | None:
        """Where the one order of this number stands; ``None`` where there is none, or several."""
        found = self._db.execute("SELECT tab, row FROM orders WHERE number = ? LIMIT 2", (number,)).fetchall()
        if len(found) != 1:
            return None
        ((tab, row),) = found
        return next(record.table.at(row) for record in self.tables() if record.table.index == tab)

    def issues(self) -> Iterator[Issue]:
        """Every issue, in the order in which it was found.

        Orders that are still in doubt come behind them, and last why sending ended early.
        """
        yield from read_issues(self._db, "ORDER BY id")
        yield from doubts(self._db, self._tables_by_index(), self.header["run_id"])
        yield from self._money_issues()
        ended = self._ending_issue()
        if ended is not None:
            yield ended

    def examples(self, code: str, most: int) -> list[Issue]:
        """The first issues of a code, as the source files hold them."""
        if code in (IN_DOUBT, *DOUBTS):
            told = doubts(self._db, self._tables_by_index(), self.header["run_id"])
            return list(islice((doubt for doubt in told if doubt.code == code), most))
        if code in (PARTLY, ARCHIVED, *CODES.values()):
            return list(self._money_issues(most, code))
        ended = self._ending_issue()
        if ended is not None and code == ended.code:
            return [ended]
        return list(
            read_issues(self._db, "WHERE code = ? ORDER BY file, sheet, row, col, id LIMIT ?", (code, most))
        )

    def orders(
        self,
        *,
        only: tuple[State, ...] = (),
        most: int = -1,
        seen: Callable[[Issue], Issue] = lambda issue: issue,
    ) -> Iterator[OrderRecord]:
        """One record per order read, in source order; ``only`` narrows by state, ``most`` cuts.

        ``seen`` is how an issue may be seen that a message is made of.
        """
        files = {record.table.index: record.table for record in self.tables()}
        states = {state.value: state for state in State}
        for row in self._orders(only, most):
            order_id, tab, line, number, name, currency, minor, items, attempts, remote_id, route = row
            state, at = states[name], files[tab].at(line)
            reason = None if name in _WITHOUT_REASON else self.reason(order_id, state, at, number)
            code, message = (reason.code, message_of(seen(reason))) if reason else (None, None)
            if route == ROUTE and state is State.CREATED:
                message = message_of(Issue("W366"))
            amount = _amount(minor)
            yield OrderRecord(number, at, state, code, message, remote_id, currency, amount, items, attempts)

    def payloads(self, most: int) -> list[bytes]:
        """The first payloads in source order."""
        sql = "SELECT p.body FROM orders o JOIN payloads p ON p.order_id = o.id ORDER BY o.tab, o.row LIMIT ?"
        return [body for (body,) in self._db.execute(sql, (most,))]

    def reason(self, order_id: int, state: State, at: Location, number: str) -> Issue | None:
        """Why an order does not stand on the target; ``None`` where it does, or nothing was tried yet."""
        if state.value in CREATED or state is State.PLANNED:
            return None
        if state in (State.IN_DOUBT, State.IN_FLIGHT):
            return doubt_of(self._db, order_id, at, number, self.header["run_id"])
        sql = "WHERE order_id = ? AND code NOT LIKE 'W%' ORDER BY code LIKE 'E5%' DESC, id LIMIT 1"
        return next(read_issues(self._db, sql, (order_id,)), None)

    def difference(self, order_id: int, at: Location) -> Issue | None:
        """By what the target differs in an order, where somebody has read it back and it does."""
        if not self.money_stand().begun:
            return None
        return difference_of(self._answers, order_id, at, self.header["run_id"])

    def refused(self) -> Iterator[tuple[RowRef, list[RowRef], State, int, str]]:
        """Orders that somebody has to correct: (order row, all rows, state, order id, number).

        Orders still to be sent, and those in doubt, are the run's own to continue: handed out, they would
        be sent a second time.
        """
        marks = ", ".join("?" for _ in REFUSED)
        sql = (
            "SELECT tab, row, rows, state, id, number FROM orders"  # noqa: S608 - question marks
            f" WHERE state IN ({marks}) ORDER BY tab, row"
        )
        for tab, row, rows, state, order_id, number in self._db.execute(sql, REFUSED):
            yield (tab, row), unpacked_rows(rows), State(state), order_id, number

    def errors_of(self, order_ids: Sequence[int]) -> Iterator[tuple[int, Issue]]:
        """The errors of some orders, each with the order's id."""
        return read_errors_of(self._db, order_ids)

    def homeless(self) -> Iterator[Issue]:
        """Issues at rows that belong to no order: orphans, rows without a key."""
        return read_issues(self._db, "WHERE code IN ('E301', 'E305', 'E313') ORDER BY file, sheet, row")

    def sending_length(self) -> int:
        """Whole seconds from the first attempt to the last that ended; 0 where nothing was sent."""
        return sending_length(self._db)

    def seconds(self, span: int = 1) -> list[Second]:
        """What happened in each ``span`` of seconds of the upload, since its first attempt."""
        return answers(self._db, span)

    def fates(self) -> list[Fate]:
        """What became of orders, rows and money."""
        return fates(self._standing(), rows_of(self._db))

    def weights(self) -> list[Weight]:
        """How many orders and how much money wait for each code."""
        return weights(self._db)

    def _orders(self, only: tuple[State, ...], most: int) -> Iterator[tuple[Any, ...]]:
        marks = ", ".join("?" for _ in only)
        where = f"WHERE state IN ({marks})" if only else ""
        sql = (
            "SELECT id, tab, row, number, state, currency, amount_minor, items, attempts, remote_id, route"  # noqa: S608
            f" FROM orders {where} ORDER BY tab, row LIMIT ?"
        )
        return iter(self._db.execute(sql, (*(state.value for state in only), most)))


def _amount(minor: int | None) -> str | None:
    """Hundredths as text: ``-1234`` becomes ``-12.34``."""
    if minor is None:
        return None
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"
