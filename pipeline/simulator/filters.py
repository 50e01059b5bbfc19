"""Django-style filters and sorting of a list of records: `sku=`, `name__iexact=`, `pk__in=`, `sort=-id`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.simulator.seed import Record

_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda held, asked: held == asked,
    "iexact": lambda held, asked: held.casefold() == asked.casefold(),
    "in": lambda held, asked: held in asked.split(","),
    "startswith": lambda held, asked: held.startswith(asked),
    "contains": lambda held, asked: asked in held,
    "gt": lambda held, asked: _rank(held) > _rank(asked),
    "gte": lambda held, asked: _rank(held) >= _rank(asked),
    "lt": lambda held, asked: _rank(held) < _rank(asked),
    "lte": lambda held, asked: _rank(held) <= _rank(asked),
}


def _rank(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)


def selected(records: Iterable[Record], query: Mapping[str, str], allowed: Mapping[str, str]) -> list[Record]:
    """Give the records all known filters of the query let through, sorted as it asks.

    `allowed` names the fields that can be filtered and how a filter without suffix compares. Filters on
    other fields are ignored, as the framework does.
    """
    found = list(records)
    for name, asked in query.items():
        field, _, suffix = name.partition("__")
        field = {"id": "pk"}.get(field, field)
        compare = _COMPARE.get(suffix or allowed.get(field, ""))
        if field in allowed and compare is not None:
            found = [record for record in found if compare(_text(record.get(field)), asked)]
    return ordered(found, query.get("sort"))


def ordered(records: list[Record], sort: str | None) -> list[Record]:
    """Give records by `sort`: a field's name, a minus before it for descending; unsorted if there is none."""
    if not sort:
        return records
    field = {"id": "pk"}.get(sort.lstrip("-"), sort.lstrip("-"))
    if not all(field in record for record in records):
        return records
    return sorted(records, key=lambda record: _rank(_text(record[field])), reverse=sort.startswith("-"))


def _text(value: Any) -> str:  # noqa: ANN401 - a record holds whatever JSON holds
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
