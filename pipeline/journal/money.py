"""What a journal knows of money by day, status and currency, and by which orders the target differs."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson

from pipeline.model.archive import ROUTE
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.money import (
    NOTHING,
    OUTCOME_OF,
    STANDING,
    UNKNOWN,
    Amounts,
    MoneyBook,
    MoneyCell,
    MoneyDifference,
    ReadBackStand,
    lines_of,
)
from pipeline.model.rows import Table

NO_CURRENCY: Final = "???"
READING: Final = "reading back"
"""The kind of event that each reading leaves, with why it ended before its end."""
CODES: Final = {
    "differs": "E685",
    "missing": "E686",
    "several": "E687",
    "unexpected": "E687",
}
PARTLY: Final = "W685"
ARCHIVED: Final = "W686"
_COMPARED: Final = frozenset({"amount", "currency", "status", "date_placed"})
_STANDS = ", ".join(f"'{state}'" for state in sorted(STANDING))
WANTED: Final = (
    f"o.route = 'create' AND (o.state IN ({_STANDS})"
    " OR (o.attempts > 0 AND o.state IN ('rejected', 'failed', 'in_doubt', 'in_flight')))"
)
"""Orders that are read back: all that stand on the target, and all that may, because they were sent."""
_VALID = "r.state = o.state AND r.verdict IS NOT 'again'"
_ODD = "r.verdict IN ('differs', 'missing', 'several', 'unexpected')"

Cells: TypeAlias = dict[MoneyCell, int]
Answers: TypeAlias = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]


def insert_cells(db: sqlite3.Connection, known: Cells, orders: Sequence[tuple[int, MoneyCell]]) -> None:
    """Remember where orders' money is told; ``known`` are the cells so far, by id, and is kept up."""
    new = [cell for cell in dict.fromkeys(cell for _, cell in orders) if cell not in known]
    for cell in new:
        known[cell] = cell_id(db, cell)
    rows = [(order_id, known[cell]) for order_id, cell in orders]
    db.executemany("INSERT INTO order_cells (order_id, cell_id) VALUES (?, ?)", rows)


def cell_id(db: sqlite3.Connection, cell: MoneyCell) -> int:
    """The id of a cell, which is made where there is none."""
    db.execute("INSERT OR IGNORE INTO money_cells (day, status) VALUES (?, ?)", cell)
    found: int = db.execute("SELECT id FROM money_cells WHERE day = ? AND status = ?", cell).fetchone()[0]
    return found


def money_book(read: Answers, zone: str, stand: ReadBackStand) -> MoneyBook:
    """The money of a run as its journal stands, grouped by SQLite: memory grows with the lines alone."""
    cells = {found: MoneyCell(day, status) for found, day, status in read(_CELLS, ())}
    sums: dict[tuple[str, str, str], dict[str, Amounts]] = {}

    def add(cell: int | None, currency: str | None, name: str, amounts: Amounts) -> None:
        day, status = cells.get(cell, MoneyCell()) if cell is not None else MoneyCell()
        line = sums.setdefault((day, status, currency or NO_CURRENCY), {})
        line[name] = line.get(name, NOTHING).plus(amounts)

    for cell, currency, state, archived, count, readable, minor in read(_SOURCE, ()):
        amounts = Amounts(count, minor or 0, count - readable)
        add(cell, currency, OUTCOME_OF[state], amounts)
        if archived and state in STANDING:
            add(cell, currency, "archived", amounts)
    for cell, currency, count, minor, unreadable in read(_READ_BACK, ()) if stand.begun else ():
        add(cell, currency, "read_back", Amounts(count, minor or 0, unreadable or 0))
    return MoneyBook(tuple(lines_of(sums)), zone, stand)


_CELLS = "SELECT id, day, status FROM money_cells"
_SOURCE = (
    "SELECT k.cell_id, o.currency, o.state, o.route = 'archive', count(*), count(o.amount_minor),"
    " sum(o.amount_minor) FROM orders o LEFT JOIN order_cells k ON k.order_id = o.id GROUP BY 1, 2, 3, 4"
)
_READ_BACK = (
    "SELECT coalesce(r.cell_id, k.cell_id), coalesce(r.currency, o.currency), sum(r.found),"  # noqa: S608
    " sum(r.amount_minor), sum(r.found) FILTER (WHERE r.amount_minor IS NULL)"
    " FROM read_backs r JOIN orders o ON o.id = r.order_id"
    " LEFT JOIN order_cells k ON k.order_id = o.id"
    f" WHERE {_VALID} AND r.found > 0 GROUP BY 1, 2"
)


def read_back_stand(read: Answers) -> ReadBackStand:
    """How far reading back has come."""
    events = read("SELECT facts FROM events WHERE kind = ? ORDER BY id DESC LIMIT 1", (READING,))
    archived = read(
        f"SELECT count(*) FROM orders WHERE route = ? AND state IN ({_STANDS})",  # noqa: S608 - ours
        (ROUTE,),
    )[0][0]
    if not events:
        return ReadBackStand(archived=archived)
    wanted = read(f"SELECT count(*) FROM orders o WHERE {WANTED}", ())[0][0]  # noqa: S608 - ours
    done, first, last = read(
        "SELECT count(*), min(r.at), max(r.at) FROM read_backs r JOIN orders o ON o.id = r.order_id"  # noqa: S608
        f" WHERE {_VALID} AND {WANTED}",
        (),
    )[0]
    odd = read(
        "SELECT count(*) FROM read_backs r JOIN orders o ON o.id = r.order_id"  # noqa: S608 - ours
        f" WHERE r.verdict IS NOT NULL AND {_ODD} AND {_VALID}",
        (),
    )[0][0]
    stopped = str(orjson.loads(events[0][0]).get("stopped") or "") if done < wanted else ""
    return ReadBackStand(True, wanted, done, odd, archived, first, last, stopped)


def money_differences(
    rows: Callable[[str, tuple[Any, ...]], Iterator[tuple[Any, ...]]],
    tables: Mapping[int, Table],
    most: int = -1,
    code: str | None = None,
) -> Iterator[MoneyDifference]:
    """The orders by which the target differs from the run, in source order; all codes unless one is named."""
    verdicts = [verdict for verdict, its in CODES.items() if code in (None, its)]
    marks = ", ".join("?" for _ in verdicts)
    sql = (
        "SELECT r.verdict, o.number, o.tab, o.row, c.day, c.status, o.currency, o.amount_minor, r.found,"  # noqa: S608
        " r.amount_minor, coalesce(r.remote_id, o.remote_id), r.differs, o.state"
        " FROM read_backs r JOIN orders o ON o.id = r.order_id"
        " LEFT JOIN order_cells k ON k.order_id = o.id LEFT JOIN money_cells c ON c.id = k.cell_id"
        f" WHERE r.verdict IS NOT NULL AND r.verdict IN ({marks}) AND {_VALID}"
        " ORDER BY o.tab, o.row LIMIT ?"
    )
    for verdict, number, tab, row, day, status, currency, sent, held, found, remote, differs, state in rows(
        sql, (*verdicts, most)
    ):
        words = _words(verdict, differs, held, state)
        yield MoneyDifference(
            CODES[verdict],
            number,
            tables[tab].at(row),
            MoneyCell(day or UNKNOWN, status or UNKNOWN),
            currency,
            sent,
            held,
            found if held else None,
            remote,
            words,
        )


def difference_of(read: Answers, order_id: int, at: Location, run: str) -> Issue | None:
    """By what the target differs in one order, as far as it was read back."""
    sql = (
        "SELECT r.verdict, r.differs, r.found, o.state, o.number"  # noqa: S608 - ours
        " FROM read_backs r JOIN orders o ON o.id = r.order_id"
        f" WHERE o.id = ? AND r.verdict IS NOT NULL AND {_ODD} AND {_VALID}"
    )
    for verdict, differs, held, state, number in read(sql, (order_id,)):
        return _issue(CODES[verdict], at, number, _words(verdict, differs, held, state), run)
    return None


def _words(verdict: str, differs: str | None, held: int, state: str) -> str:
    return differs or {"missing": "not found"}.get(verdict, f"{held} found, {state} in the run")


def _issue(code: str, at: Location, number: str, differs: str, run: str) -> Issue:
    """A difference at its order, and at the first field that differs."""
    name = differs.partition(":")[0]
    field = f"order.{name}" if name in _COMPARED else None
    return Issue(code, at, order=shown(number), field=field, facts={"differences": differs, "run": run})


def money_issue_counts(read: Answers, stand: ReadBackStand) -> dict[str, int]:
    """Issues of reading back, by code: orders that differ, one where it is not complete, archived orders."""
    if not stand.begun:
        return {}
    counts: dict[str, int] = {}
    sql = (
        "SELECT r.verdict, count(*) FROM read_backs r JOIN orders o ON o.id = r.order_id"  # noqa: S608 - ours
        f" WHERE r.verdict IS NOT NULL AND {_ODD} AND {_VALID} GROUP BY 1"
    )
    for verdict, count in read(sql, ()):
        counts[CODES[verdict]] = counts.get(CODES[verdict], 0) + count
    if not stand.complete:
        counts[PARTLY] = 1
    if stand.archived:
        counts[ARCHIVED] = 1
    return dict(sorted(counts.items()))


def money_issues(  # noqa: PLR0913, PLR0917 - what is told, and how it is read
    stand: ReadBackStand,
    rows: Callable[[str, tuple[Any, ...]], Iterator[tuple[Any, ...]]],
    tables: Mapping[int, Table],
    run: str,
    most: int = -1,
    code: str | None = None,
) -> Iterator[Issue]:
    """The same issues one by one, in source order; the general ones last."""
    for one in money_differences(rows, tables, most, code) if code in (None, *CODES.values()) else ():
        yield _issue(one.code, one.at, one.number, one.differs, run)
    if stand.begun and not stand.complete and code in (None, PARTLY):
        reason = stand.stopped or "orders were sent or settled since"
        yield Issue(PARTLY, facts={"read": stand.read, "wanted": stand.wanted, "reason": reason, "run": run})
    if stand.begun and stand.archived and code in (None, ARCHIVED):
        yield Issue(ARCHIVED, facts={"count": stand.archived})
