"""Corrections of cells, kept beside source files that stay as they are: an overlay."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any, NamedTuple, TypeAlias

SCHEMA = "orderlift/overlay/1"

CorrectedRows: TypeAlias = Mapping[int, Mapping[int, str]]
"""Row number as the spreadsheet shows it → column from 0 → what stands there instead, as text."""


class SheetKey(NamedTuple):
    """One table of one file, whatever a run numbers it: the file's name and sha256 (hex), and the sheet."""

    name: str
    sha256: str
    sheet: str | None


class FixedOrder(NamedTuple):
    """An order of which cells were corrected, all its rows by table, and whether it is ready to be sent."""

    number: str
    rows: tuple[tuple[SheetKey, tuple[int, ...]], ...]
    ready: bool


class Taking(NamedTuple):
    """One workbook that was taken up: the name of the corrections that came of it, the workbook's own, when.

    ``at`` is UTC, ISO 8601.
    """

    name: str
    workbook: str
    at: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """All corrections of a run's sources at one time.

    ``version`` counts what was taken up for the run ``run_id``, from 1; 0 is what the run was planned with.
    ``orders`` are those that corrections for this run touched. ``takings`` are the workbooks that were taken
    up, here and in the runs that this one repeats, and ``taken`` the place there of each cell's; a cell of
    which it is not known has none.
    """

    run_id: str
    version: int
    cells: Mapping[SheetKey, CorrectedRows] = made_by(default_factory=dict)
    orders: tuple[FixedOrder, ...] = ()
    takings: tuple[Taking, ...] = ()
    taken: Mapping[tuple[SheetKey, int, int], int] = made_by(default_factory=dict)

    @property
    def name(self) -> str:
        """``7f3a91c2/1``."""
        return f"{self.run_id}/{self.version}"

    @property
    def count(self) -> int:
        """How many cells are corrected."""
        return sum(len(columns) for rows in self.cells.values() for columns in rows.values())

    def taking(self, key: SheetKey, row: int, column: int) -> Taking | None:
        """The workbook that a cell's correction comes from, where that is known."""
        place = self.taken.get((key, row, column))
        return self.takings[place] if place is not None else None

    def ready_rows(self) -> dict[SheetKey, set[int]]:
        """The rows of the orders that are ready to be sent."""
        found: dict[SheetKey, set[int]] = {}
        for order in self.orders:
            for key, rows in order.rows if order.ready else ():
                found.setdefault(key, set()).update(rows)
        return found


def as_data(overlay: Overlay) -> dict[str, Any]:
    """The overlay as plain data, always in the same order; what nobody knows is not there."""
    keys = sorted(
        {*overlay.cells, *(key for order in overlay.orders for key, _ in order.rows)},
        key=lambda key: (key.name, key.sha256, key.sheet or ""),
    )
    places = {key: place for place, key in enumerate(keys)}
    takings = {"takings": [list(one) for one in overlay.takings]} if overlay.takings else {}
    return {
        "schema": SCHEMA,
        **takings,
        "run_id": overlay.run_id,
        "version": overlay.version,
        "tables": [list(key) for key in keys],
        "cells": [
            [places[key], row, column, text, *_known(overlay.taken.get((key, row, column)))]
            for key in keys
            for row, columns in sorted(overlay.cells.get(key, {}).items())
            for column, text in sorted(columns.items())
        ],
        "orders": [
            [order.number, [[places[key], list(rows)] for key, rows in order.rows], order.ready]
            for order in overlay.orders
        ],
    }


def _known(place: int | None) -> tuple[int, ...]:
    return () if place is None else (place,)


def from_data(data: Mapping[str, Any]) -> Overlay:
    """The overlay that :func:`as_data` was made of; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    keys = [SheetKey(*key) for key in data["tables"]]
    cells: dict[SheetKey, dict[int, dict[int, str]]] = {}
    taken: dict[tuple[SheetKey, int, int], int] = {}
    takings = tuple(Taking(*one) for one in data.get("takings", ()))
    for place, row, column, text, *known in data["cells"]:
        cells.setdefault(keys[place], {}).setdefault(row, {})[column] = text
        for one in known:
            if one not in range(len(takings)):
                raise ValueError(one)
            taken[keys[place], row, column] = one
    orders = tuple(
        FixedOrder(number, tuple((keys[place], tuple(rows)) for place, rows in groups), ready)
        for number, groups, ready in data["orders"]
    )
    return Overlay(data["run_id"], data["version"], cells, orders, takings, taken)
