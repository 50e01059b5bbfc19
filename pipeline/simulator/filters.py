"""Django-style filters and sorting of a table: `sku=`, `name__iexact=`, `pk__in=`, `sort=-id`.

Each list honours the filters it declares and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.simulator.answer import Answer, answer_json
from pipeline.simulator.records import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.simulator.records import Table
    from pipeline.simulator.seed import Record

    Declared = Mapping[str, "Filter"]
    Fold = Callable[[str], str]

NEUTRAL = frozenset({"page", "limit", "sort", "channel", "channel_id", "format"})
"""Parameters that filter nothing, anywhere."""
_FLAGS = {"true": "true", "True": "true", "1": "true", "false": "false", "False": "false", "0": "false"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter of a list: which field it looks at and how it compares."""

    field: str
    way: str


def on(field: str, default: str, *suffixes: str, name: str = "") -> dict[str, Filter]:
    """Declare `name=` (comparing by `default`) and `name__suffix=` for each suffix."""
    name = name or field
    filters = {name: Filter(field, default)}
    filters |= {f"{name}__{suffix}": Filter(field, suffix) for suffix in suffixes}
    if name == "pk":
        filters |= {parameter.replace("pk", "id", 1): one for parameter, one in list(filters.items())}
    return filters


def unknown(query: Mapping[str, str], declared: Iterable[str]) -> list[str]:
    """Name the parameters that are neither filters of the list nor mean something everywhere."""
    return sorted(set(query) - set(declared) - NEUTRAL)


def unknown_filters(names: list[str]) -> Answer:
    """Give the refusal of a strict installation; the ordinary one ignores what it does not know."""
    return answer_json(400, {**{name: ["Unknown filter."] for name in names}, "code": "filters_100_1"})


def selected(table: Table, query: Mapping[str, str], declared: Declared, fold: Fold) -> list[Record]:
    """Give the records all declared filters of the query let through, in the order of their creation."""
    asked = [(declared[name], value) for name, value in query.items() if name in declared]
    found = list(table) if not asked else _candidates(table, *asked[0], fold)
    for one, value in asked[1:]:
        found = [record for record in found if _fits(record, one, value, fold)]
    return found


def loosely(table: Table, query: Mapping[str, str], declared: Declared) -> list[Record]:
    """Give what a careless target would: texts that only begin alike, in any case."""
    asked = [(declared[name], value) for name, value in query.items() if name in declared]
    return [
        record
        for record in table
        if all(
            text_of(record.get(one.field)).casefold().startswith(value.casefold())
            for one, value in asked
            if one.way != "flag"
        )
    ]


def ordered(records: list[Record], sort: str | None) -> list[Record]:
    """Give records by `sort`: a field's name, a minus before it for descending; unsorted if there is none."""
    if not sort:
        return records
    field = {"id": "pk"}.get(sort.lstrip("-"), sort.lstrip("-"))
    if not all(field in record for record in records):
        return records
    return sorted(records, key=lambda record: _rank(text_of(record[field])), reverse=sort.startswith("-"))


def _candidates(table: Table, one: Filter, value: str, fold: Fold) -> list[Record]:
    """Give what the first filter lets through, from an index where there can be one."""
    if one.way == "exact":
        return table.equal(one.field, value)
    if one.way == "iexact":
        return table.equal(one.field, value, fold)
    if one.way == "in":
        return [record for part in dict.fromkeys(value.split(",")) for record in table.equal(one.field, part)]
    return [record for record in table if _fits(record, one, value, fold)]


def _fits(record: Record, one: Filter, value: str, fold: Fold) -> bool:
    held = text_of(record.get(one.field))
    if one.way == "iexact":
        return fold(held) == fold(value)
    if one.way == "flag":
        return value not in _FLAGS or held == _FLAGS[value]
    return _COMPARE[one.way](held, value)


def _rank(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "exact": lambda held, asked: held == asked,
    "in": lambda held, asked: held in asked.split(","),
    "startswith": lambda held, asked: held.startswith(asked),
    "contains": lambda held, asked: asked in held,
    "gt": lambda held, asked: _rank(held) > _rank(asked),
    "gte": lambda held, asked: _rank(held) >= _rank(asked),
    "lt": lambda held, asked: _rank(held) < _rank(asked),
    "lte": lambda held, asked: _rank(held) <= _rank(asked),
}
