"""Transforms through tables: those written in the mapping, and CSV files beside it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.words import nearest, value_table
from pipeline.mapping.transforms.shape import ArgumentError, Arguments, Example, Setting, Shape, Transform
from pipeline.model.folding import fold
from pipeline.model.issue import shown

_TEXT = Shape.TEXT
_NEAR_AMONG = 5_000
"""Entries among which a near one is looked for; in a longer table that would take as long as all the rest."""


class MapArguments(Arguments):
    """A value table."""

    table: str | dict[str, Scalar] = Field(description="A name under `values`, or the table itself.")
    otherwise: Literal["refuse", "keep"] = Field(
        default="refuse", description="A value that is not in the table: refuse it or keep it."
    )

    @model_validator(mode="before")
    @classmethod
    def _table_alone(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        """``{map: {A: b}}`` is a table in place."""
        alone = isinstance(value, dict) and set(value) not in ({"table"}, {"table", "otherwise"})
        return {"table": value} if alone else value


class TableArguments(Arguments):
    """A table beside the mapping."""

    name: str = Field(description="A name under `tables`.")
    otherwise: Literal["refuse", "keep", "empty"] = Field(
        default="refuse",
        description="A value that is not in the table: refuse it, keep it, or leave the field empty.",
    )


def _unknown(name: str, known: Any, argument: str, code: str) -> ArgumentError:  # noqa: ANN401
    near = nearest(name, known)
    return ArgumentError(code, argument, value=shown(name), hint=f"Did you mean {near!r}? " if near else "")


def _map(arguments: MapArguments, setting: Setting) -> Step:
    table, keeps = arguments.table, arguments.otherwise == "keep"
    if isinstance(table, str):
        if table not in setting.values:
            raise _unknown(table, setting.values, "table", "E420")
        return value_table(table, setting.values[table], keeps=keeps)
    return value_table("map", table, keeps=keeps)


def _table(arguments: TableArguments, setting: Setting) -> Step:
    name, otherwise = arguments.name, arguments.otherwise
    if name not in setting.tables:
        raise _unknown(name, setting.tables, "name", "E468")
    table = setting.tables[name]

    def look_up(text: str) -> str:
        value = table.get(fold(text))
        if value is not None:
            return value
        if otherwise == "refuse":
            near = nearest(text, table) if len(table) <= _NEAR_AMONG else ""
            raise CellProblem(
                "E270", table=name, entries=len(table), hint=f"Did you mean {near!r}? " if near else ""
            )
        return text if otherwise == "keep" else ""

    return look_up


def table_of(arguments: Arguments, setting: Setting) -> tuple[str, Mapping[str, str]] | None:
    """The value table of a ``map`` step, with its name under ``values`` or ``""``; ``None`` for others."""
    if not isinstance(arguments, MapArguments):
        return None
    table = arguments.table
    return (table, setting.values[table]) if isinstance(table, str) else ("", table)


TRANSFORMS = (
    Transform(
        "map",
        _TEXT,
        _TEXT,
        "Translates by a value table of the mapping; case, spaces and Turkish dots do not matter.",
        _map,
        MapArguments,
        "table",
        examples=(
            Example("{map: {Kapıda Ödeme: cash_on_delivery}}", "KAPIDA ÖDEME", "cash_on_delivery"),
            Example("{map: {Kapıda Ödeme: cash_on_delivery}}", "Havale", refused="E231"),
            Example("{map: {table: {Istambul: İstanbul}, otherwise: keep}}", "Ankara", "Ankara"),
        ),
    ),
    Transform(
        "table",
        _TEXT,
        _TEXT,
        "Translates by a CSV file beside the mapping, which `tables:` names; read as `map` reads its table.",
        _table,
        TableArguments,
        "name",
        examples=(
            Example("{table: skus}", "OLD-1", "NEW-1"),
            Example("{table: skus}", "OLD-9", refused="E270"),
            Example("{table: {name: skus, otherwise: keep}}", "OLD-9", "OLD-9"),
        ),
    ),
)
