"""One order through every transform, as values that a terminal and JSON show alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.cell import plain_text
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.lookup import Reference

SCHEMA = "orderlift/mapping-show/1"


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The fields that one row gives: of the order, of an item, or of a further source by its name.

    Each field comes with the place of every cell that it reads. ``at`` is the row, ``None`` for what is
    picked of several rows.
    """

    name: str
    at: Location | None
    fields: tuple[tuple[FieldTrace, tuple[Location, ...]], ...]


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """One order: its parts, what is wrong with it, and its payload, ``None`` where it is refused."""

    key: str
    parts: tuple[ShownPart, ...]
    issues: tuple[Issue, ...]
    payload: Mapping[str, Any] | None

    @property
    def refused(self) -> bool:
        """Whether it may not be sent."""
        return self.payload is None

    def issues_at(self, part: ShownPart, trace: FieldTrace) -> Iterator[Issue]:
        """What is wrong with a field of a part."""
        for issue in self.issues:
            same_row = part.at is None or issue.at is None or _row(issue.at) == _row(part.at)
            if same_row and issue.field == trace.field:
                yield issue

    def homeless(self) -> list[Issue]:
        """What is wrong and belongs to no field that is shown."""
        told = [
            issue for part in self.parts for trace, _ in part.fields for issue in self.issues_at(part, trace)
        ]
        return [issue for issue in self.issues if issue not in told]


def _row(at: Location) -> tuple[str, str | None, int | None]:
    return at.file, at.sheet, at.row


def shown_field(value: Any) -> Any:  # noqa: ANN401 - of any type that a field has
    """A value as the payload writes it; a record that is looked up as what it is looked up by."""
    if isinstance(value, Reference):
        return named_record(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def named_record(reference: Reference) -> str:
    """``customer by email 'ayse@example.org'``, with what it lies in and whether it may be created."""
    words = f"{reference.kind.value.replace('_', ' ')} by {reference.key} {reference.value!r}"
    if reference.within:
        words += f" in {', '.join(f'{one.kind.value} {one.value!r}' for one in reference.within)}"
    if reference.create is not None:
        made = ", ".join(f"{name} {value!r}" for name, value in reference.create)
        words += f"; created if missing, of {made}"
    return words


def written(value: Any) -> str:  # noqa: ANN401 - of any type that a step takes or gives
    """A value in one line, text in quotation marks, so that spaces show."""
    if value is OMIT:
        return "left out"
    if isinstance(value, Reference):
        return named_record(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shown(value)}'"
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    plain = shown_field(value)
    return str(plain) if plain is not value or isinstance(value, int) else shown(plain_text(value))


def trace_json(order: ShownOrder) -> dict[str, Any]:
    """One order as JSON knows values; every key is always there."""
    return {
        "schema": SCHEMA,
        "order": order.key,
        "refused": order.refused,
        "parts": [
            {
                "part": part.name,
                "at": str(part.at) if part.at else None,
                "fields": [
                    field_json(trace, cells, list(order.issues_at(part, trace)))
                    for trace, cells in part.fields
                ],
            }
            for part in order.parts
        ],
        "issues": [issue_json(issue) for issue in order.homeless()],
        "payload": order.payload,
    }


def field_json(trace: FieldTrace, cells: tuple[Location, ...], issues: list[Issue]) -> dict[str, Any]:
    """One field as JSON knows values; every key is always there."""
    return {
        "field": trace.field,
        "mapping": str(trace.mark) if trace.mark else None,
        "cells": [
            {
                "file": at.file,
                "sheet": at.sheet,
                "cell": at.cell,
                "header": column,
                "raw": plain_text(cell),
                "type": "text" if isinstance(cell, str) else type(cell).__name__,
            }
            for at, column, cell in zip(cells, trace.columns, trace.cells, strict=False)
        ]
        or [_unread_json(at, column) for at, column in zip(cells, trace.columns, strict=True)],
        "steps": [_step_json(step) for step in trace.steps],
        "sent": trace.value is not OMIT,
        "value": None if trace.value is OMIT else shown_field(trace.value),
        "issues": [issue_json(issue) for issue in issues],
    }


def _unread_json(at: Location, column: str) -> dict[str, Any]:
    """A cell that nobody could look into again."""
    return {"file": at.file, "sheet": at.sheet, "cell": at.cell, "header": column, "raw": None, "type": None}


def _step_json(step: Worked) -> dict[str, Any]:
    return {
        "step": step.name,
        "mapping": str(step.mark) if step.mark else None,
        "in": [written(value) for value in step.given],
        "out": None if step.problem else written(step.gave),
        "problem": step.problem.code if step.problem else None,
        "warnings": list(step.notes),
    }


def issue_json(issue: Issue) -> dict[str, Any]:
    """One issue at its field."""
    return {
        "code": issue.code,
        "at": str(issue.at) if issue.at else None,
        "message": CATALOGUE[issue.code].message(issue),
        "remedy": CATALOGUE[issue.code].fix(issue),
    }
