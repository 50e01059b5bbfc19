"""Small tables, profiled."""

from collections.abc import Mapping, Sequence

from pipeline.inspection.found import ColumnProfile, Risk
from pipeline.inspection.table import TableProfiler
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.cell import Cell
from pipeline.model.rows import RowBatch, Table


def profiler(columns: Mapping[str, Sequence[Cell]], *, size: int = 100, csv: bool = False) -> TableProfiler:
    """Feed a table, given by its columns, in batches of ``size`` rows; the header is row 1."""
    header = tuple(columns)
    table = Table(0, "orders", "orders.csv", header)
    rows = list(zip(*columns.values(), strict=True))
    made = TableProfiler(table, ";" if csv else None)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        made.feed(RowBatch(table, range(start + 2, start + 2 + len(part)), part))
    return made


def column(*cells: Cell, name: str = "Column", size: int = 100) -> ColumnProfile:
    """Profile one column."""
    return profiler({name: cells}, size=size).columns()[0]


def risks(*cells: Cell, size: int = 100, csv: bool = False) -> dict[str, Risk]:
    """Return the risks of one column by code; every one of them must read well."""
    found = profiler({"Column": cells}, size=size, csv=csv).risks()
    for risk in found:
        assert "<" not in message_of(risk.issue) + remedy_of(risk.issue), message_of(risk.issue)
    assert len({risk.issue.code for risk in found}) == len(found)
    return {risk.issue.code: risk for risk in found}


def cells_of(risk: Risk) -> list[str | None]:
    """Name the first cells of a risk."""
    return [place.cell for place in risk.places]
