"""Issues as rows of the journal, both ways."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import orjson

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.rows import RowRef

Total: TypeAlias = tuple[str | None, int | None]
"""An order's currency and amount in hundredths, each ``None`` where it could not be read."""
_COLUMNS = "order_id, code, file, sheet, row, col, header, value, number, field, facts"

_AT_ONCE = 500
_CORRECTED = "_corrected"
"""Among the facts of an issue: its cell is not as the file has it."""


def insert_issues(db: sqlite3.Connection, issues: Iterable[tuple[int | None, Issue]]) -> None:
    """Insert issues, each with the id of the order it belongs to or ``None``."""
    db.executemany(
        f"INSERT INTO issues ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our names
        (_row(order_id, issue) for order_id, issue in issues),
    )


def read_issues(db: sqlite3.Connection, where: str = "", values: tuple[Any, ...] = ()) -> Iterator[Issue]:
    """Issues in the order in which they were found, narrowed by a condition of our own."""
    sql = f"SELECT {_COLUMNS} FROM issues {where}"  # noqa: S608 - the condition is ours
    return (_issue(row) for row in db.execute(sql, values))


def _row(order_id: int | None, issue: Issue) -> tuple[object, ...]:
    at = issue.at or Location("")
    return (
        order_id,
        issue.code,
        at.file or None,
        at.sheet,
        at.row,
        at.column,
        at.header,
        issue.value,
        issue.order,
        issue.field,
        orjson.dumps({**issue.facts, _CORRECTED: 1} if at.corrected else dict(issue.facts)).decode(),
    )


def _issue(row: tuple[Any, ...]) -> Issue:
    _, code, file, sheet, number_of_row, column, header, value, order, field, facts = row
    told = orjson.loads(facts)
    corrected = bool(told.pop(_CORRECTED, False))
    at = Location(file, sheet, number_of_row, column, header, corrected) if file else None
    return Issue(code, at, value, order, field, facts=told)


def read_errors_of(db: sqlite3.Connection, order_ids: Sequence[int]) -> Iterator[tuple[int, Issue]]:
    """The errors of some orders, each with the order's id, in the order in which they were found."""
    for first in range(0, len(order_ids), _AT_ONCE):
        some = order_ids[first : first + _AT_ONCE]
        marks = ", ".join("?" for _ in some)
        sql = (
            f"SELECT {_COLUMNS} FROM issues WHERE order_id IN ({marks}) AND code LIKE 'E%'"  # noqa: S608 - question marks
            " ORDER BY order_id, id"
        )
        for row in db.execute(sql, tuple(some)):
            yield row[0], _issue(row)


def read_by_order(db: sqlite3.Connection) -> Iterator[tuple[RowRef, Total, list[Issue]]]:
    """The errors of each order that has some, with its row and total; one by one, in source order."""
    columns = ", ".join(f"i.{name}" for name in _COLUMNS.split(", "))
    sql = (
        f"SELECT {columns}, o.tab, o.row, o.currency, o.amount_minor"  # noqa: S608 - our names
        " FROM issues i CROSS JOIN orders o ON o.id = i.order_id"
        " WHERE i.code LIKE 'E%' ORDER BY i.order_id, i.id"
    )
    for _, rows in groupby(db.execute(sql), key=itemgetter(0)):
        of_one = list(rows)
        tab, number, currency, minor = of_one[0][-4:]
        yield (tab, number), (currency, minor), [_issue(row[:-4]) for row in of_one]
