"""What was corrected in the cells of an order, in words and as JSON knows values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.model.language import _
from pipeline.model.location import Location
from pipeline.model.overlay import Taking
from pipeline.reporting.shown.hiding import Hiding
from pipeline.reporting.shown.traced_order import ShownPart, written


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that somebody corrected beside its file.

    ``before`` is the text in the file or, of a cell ``since`` corrected, the one that the run has read; it is
    ``None`` where nobody looked. ``name`` is that of the corrections, ``taking`` the workbook that they come
    from, where that is known. ``since``: the run does not know of it, and a later one would.
    """

    at: Location
    before: str | None
    after: str
    name: str
    taking: Taking | None
    since: bool = False


def corrected_at(corrections: Sequence[Correction], at: Location) -> Correction | None:
    """The correction that the run has read in a cell."""
    place = (at.file, at.sheet, at.row, at.column)
    return next(
        (one for one in corrections if not one.since and place == _place(one.at)),
        None,
    )


def hidden_corrections(
    corrections: Sequence[Correction], parts: Sequence[ShownPart], hiding: Hiding
) -> tuple[Correction, ...]:
    """Corrections as they may be shown, by what reads their cells and by the names of their columns."""
    fields: dict[tuple[str, str | None, int | None, int | None], list[str]] = {}
    for part in parts:
        for trace, cells in part.fields:
            for at in cells:
                fields.setdefault(_place(at), []).append(trace.field)

    def seen(text: str, one: Correction) -> str:
        for field in fields.get(_place(one.at), [""]):
            text = hiding.text(field, text, one.at.header or "")
        return text

    return tuple(
        replace(one, before=None if one.before is None else seen(one.before, one), after=seen(one.after, one))
        for one in corrections
    )


def origin_of(one: Correction) -> str:
    """``corrections 7f3a91c2/1, from fix.xlsx at 2026-11-24T09:12:00Z``."""
    if one.taking is None:
        return _("corrections {name}").format(name=one.name)
    told = _("corrections {name}, from {workbook} at {at}")
    return told.format(name=one.taking.name, workbook=one.taking.workbook, at=one.taking.at)


def beside_cell(one: Correction) -> str:
    """What stands beside a corrected cell: ``corrected; the file says 'lira' (corrections …)``."""
    if one.before is None:
        return _("corrected ({origin})").format(origin=origin_of(one))
    told = _("corrected; the file says {before} ({origin})")
    return told.format(before=written(one.before), origin=origin_of(one))


def short_cell(at: Location) -> str:
    """``Kalemler!B32 (STOK_KODU)``, or ``orders.csv D5 (currency)``."""
    name = at.file.replace("\\", "/").rpartition("/")[2]
    place = f"{at.sheet}!{at.cell}" if at.sheet else f"{name} {at.cell}"
    return f"{place} ({at.header})" if at.header else place


def since_line(one: Correction) -> str:
    """A cell that was corrected since: ``orders.csv D5 (currency): 'lira' → 'try' (corrections …)``."""
    before = "…" if one.before is None else written(one.before)
    return f"{short_cell(one.at)}: {before} → {written(one.after)} ({origin_of(one)})"


def correction_json(one: Correction) -> dict[str, Any]:
    """One correction; every key is always there."""
    taking: Mapping[str, str | None] = one.taking._asdict() if one.taking is not None else {}
    return {
        "file": one.at.file,
        "sheet": one.at.sheet,
        "cell": one.at.cell,
        "header": one.at.header,
        "before": one.before,
        "after": one.after,
        "corrections": taking.get("name") or one.name,
        "workbook": taking.get("workbook"),
        "taken_up": taking.get("at"),
        "since_the_run": one.since,
    }


def _place(at: Location) -> tuple[str, str | None, int | None, int | None]:
    return at.file, at.sheet, at.row, at.column
