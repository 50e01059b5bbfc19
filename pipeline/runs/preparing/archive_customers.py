"""Customers of the archive over the whole run: each is told in one way, and has an e-mail of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import orjson

from pipeline.journal.archive_planning import ArchiveCustomers, Told
from pipeline.journal.planning import Planning
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.rows import Table
from pipeline.runs.preparing.archive import rule_in_words

_MOST_NAMED = 3


def settle_customers(
    planning: Planning, mapping: CompiledMapping, tables: Mapping[int, Table], now: datetime, total: int
) -> None:
    """Refuse orders that tell of one customer differently, or take the newest; say how many go this way.

    ``now`` is when the run is planned, ``total`` the number of its orders. Returns at once where the mapping
    has no archive.
    """
    settings = mapping.archive
    if settings is None:
        return
    customers = ArchiveCustomers(planning)
    told: list[tuple[None, Issue]] = []
    newest = 0
    for group in list(customers.differing()):
        if settings.conflicts == "newest":
            customers.take_newest(group)
            newest += 1
            continue
        for one, issue in _different(group, mapping, tables):
            planning.refuse(one.order_id, issue)
    if newest:
        told.append((None, Issue("W361", facts={"count": newest})))
    for group in list(customers.sharing()):
        for one, issue in _shared(group, mapping, tables):
            planning.refuse(one.order_id, issue)
    count = customers.count()
    if count:
        facts: dict[str, str | int] = {"count": count, "total": total, "rule": rule_in_words(mapping, now)}
        told.append((None, Issue("W360", facts=facts)))
    if told:
        planning.add([], told)


def _different(
    group: Sequence[Told], mapping: CompiledMapping, tables: Mapping[int, Table]
) -> Iterator[tuple[Told, Issue]]:
    """An issue for each order, which names the first row that tells otherwise and what is different."""
    first = group[0]
    other = next(one for one in group if one.user != first.user)
    for one in group:
        against = other if one.user == first.user else first
        mine, theirs = orjson.loads(one.user), orjson.loads(against.user)
        fields = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
        facts: dict[str, str | int] = {"rows": _rows((one, against), tables), "fields": ", ".join(fields)}
        at = _at(one, "archive.user.customer_code", mapping, tables)
        yield one, Issue("E360", at, shown(one.code), one.number, "archive.user.customer_code", facts=facts)


def _shared(
    group: Sequence[Told], mapping: CompiledMapping, tables: Mapping[int, Table]
) -> Iterator[tuple[Told, Issue]]:
    by_code = {one.code: one for one in reversed(group)}
    facts: dict[str, str | int] = {"rows": _rows(list(by_code.values())[:_MOST_NAMED], tables)}
    for one in group:
        at = _at(one, "archive.user.email", mapping, tables)
        yield one, Issue("E361", at, shown(one.email), one.number, "archive.user.email", facts=facts)


def _rows(orders: Sequence[Told], tables: Mapping[int, Table]) -> str:
    files = {tables[one.at[0]].file for one in orders}
    if len(files) == 1:
        return f"{' and '.join(f'row {one.at[1]}' for one in orders)} of {files.pop()}"
    return " and ".join(f"row {one.at[1]} of {tables[one.at[0]].file}" for one in orders)


def _at(one: Told, field: str, mapping: CompiledMapping, tables: Mapping[int, Table]) -> Location:
    table = tables[one.at[0]]
    names = next((plan.columns for plan in mapping.order if plan.name == field), ())
    return table.at(one.at[1], column_index(table.header, names[0]) if names else None)
