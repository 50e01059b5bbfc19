"""An overlay laid over the sources of a run, and what the run remembers of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.loaders.open_table import OpenTable
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.overlay import SheetKey
from pipeline.model.refusal import InputRefused, UsageRefused
from pipeline.model.rows import FileFacts, Table
from pipeline.runs.asked.request import OverlayUse, Places
from pipeline.runs.state_folder.overlay_store import StoredOverlay, current, numbered


def key_of(facts: FileFacts, table: Table) -> SheetKey:
    """What a table is called in an overlay."""
    return SheetKey(Path(facts.path).name, facts.sha256, table.sheet)


def lay_over(tables: Sequence[OpenTable], use: OverlayUse) -> None:
    """Let every table be read with its corrections, and tell how many there are.

    Raises :class:`InputRefused` (E673) where the overlay is about other files than these.
    """
    by_key = {key_of(opened.facts, opened.table): opened for opened in tables}
    lost = [key for key in (*use.overlay.cells, *(use.only or {})) if key not in by_key]
    if lost:
        names = {opened.table.file: Path(opened.table.file).name for opened in tables}
        raise InputRefused(
            *(Issue("E673", at, facts=facts) for at, facts in _lost(dict.fromkeys(lost), names))
        )
    for key, opened in by_key.items():
        rows = use.overlay.cells.get(key, {})
        opened.corrections = rows
        if use.only is not None:
            opened.chosen = frozenset(use.only.get(key, ()))
        told = {row: cells for row, cells in rows.items() if opened.chosen is None or row in opened.chosen}
        cells = frozenset((row, column) for row, columns in told.items() for column in columns)
        if cells:
            opened.table = replace(opened.table, corrected=cells)
            facts: dict[str, str | int] = {
                "cells": len(cells),
                "rows": len(told),
                "overlay": use.overlay.name,
            }
            opened.issues.append(Issue("W670", opened.table.at(), facts=facts))


def _lost(
    keys: Mapping[SheetKey, None], names: Mapping[str, str]
) -> list[tuple[Location, dict[str, str | int]]]:
    found: list[tuple[Location, dict[str, str | int]]] = []
    for key in keys:
        file = next((file for file, name in names.items() if name == key.name), None)
        reason = "its contents differ" if file is not None else "it is not among the files of this command"
        found.append((Location(file or key.name, key.sheet), {"reason": reason}))
    return found


def header_part(use: OverlayUse | None, tables: Sequence[OpenTable]) -> dict[str, Any] | None:
    """What a run's header says of its overlay: the run is sealed over it."""
    if use is None:
        return None
    cells = [[opened.table.index, *cell] for opened in tables for cell in sorted(opened.table.corrected)]
    rows = Counter((tab, row) for tab, row, _ in cells)
    return {
        "name": use.overlay.name,
        "sha256": use.sha256,
        "only": use.only is not None,
        "rows": len(rows),
        "cells": cells,
    }


def overlay_of_retry(
    places: Places, run_id: str, header: Mapping[str, Any], *, everything: bool
) -> OverlayUse | None:
    """What a retry of a run lays over its sources: its corrections, and no orders but the corrected ones.

    With ``everything`` all orders of the run are read again. ``None`` where nothing was corrected. Raises
    :class:`UsageRefused` (E679) where no corrected order is ready.
    """
    kept = current(places, run_id)
    if kept is None:
        return None
    came_with = _rows_of(numbered(places, run_id, 0)) if (header.get("overlay") or {}).get("only") else None
    if kept.place == 0 or everything:
        return OverlayUse(kept.overlay, kept.sha256, came_with)
    ready = kept.overlay.ready_rows()
    if not ready:
        facts = {
            "reason": "none of the corrected orders is ready to be sent; see what is still wrong in them"
        }
        raise UsageRefused(Issue("E679", value=kept.overlay.name, facts=facts))
    return OverlayUse(kept.overlay, kept.sha256, ready)


def _rows_of(kept: StoredOverlay | None) -> dict[SheetKey, set[int]] | None:
    return kept.overlay.ready_rows() if kept is not None else None
