"""What is worth knowing about a sheet before its rows are read: what people do not see, or see otherwise."""

from collections.abc import Iterator

from pipeline.loaders.header_row import HeaderRow
from pipeline.loaders.workbook.grid import BookFindings, SheetFindings, Sighting, Visibility
from pipeline.loaders.workbook.session import SheetHead
from pipeline.model.header import columns_named
from pipeline.model.issue import Issue
from pipeline.model.location import Location, column_letters

_LISTED = 8


def book_warnings(file: str, book: BookFindings) -> list[Issue]:
    """Return what is worth knowing about a workbook as a whole."""
    at = Location(file)
    warnings = []
    if book.epoch_1904:
        warnings.append(Issue("W112", at))
    if book.macros:
        warnings.append(Issue("W114", at))
    if book.external_links or book.connections:
        facts: dict[str, str | int] = {"links": book.external_links, "connections": book.connections}
        warnings.append(Issue("W115", at, facts=facts))
    return warnings


def sheet_warnings(file: str, head: SheetHead, header: HeaderRow, wanted: frozenset[str]) -> list[Issue]:
    """Return what is worth knowing about a sheet; ``wanted`` are the columns that will be read."""
    at = Location(file, head.entry.name)
    columns = {place for name in wanted for place in columns_named(header.names, name)}
    found = _Found(file, head.entry.name, header)
    hidden_sheet = [Issue("W107", at)] if head.entry.visibility is not Visibility.VISIBLE else []
    return [*hidden_sheet, *found.warnings(head.findings, columns)]


class _Found:
    """Turns the findings of one sheet into warnings."""

    def __init__(self, file: str, sheet: str, header: HeaderRow) -> None:
        self._file, self._sheet, self._header = file, sheet, header

    def warnings(self, findings: SheetFindings, columns: set[int]) -> Iterator[Issue]:
        """Yield the warnings; ``columns`` (from 0) are those that will be read."""
        hidden_rows = _below(findings.hidden_rows, self._header.row)
        if hidden_rows.count:
            at = self._at(hidden_rows.first[0][0] if hidden_rows.first else None)
            rows = _listed([str(row) for row, _, _ in hidden_rows.first], hidden_rows.count)
            facts: dict[str, str | int] = {"count": hidden_rows.count, "rows": rows}
            facts["filter"] = f" by a filter over {findings.filtered}" if findings.filtered else ""
            yield Issue("W108", at, facts=facts)
        elif findings.filtered:
            yield Issue("W110", self._at(), facts={"range": findings.filtered})
        hidden = [column for column in findings.hidden_columns if column in columns]
        if hidden:
            names = _listed(list(map(self._named, hidden)), len(hidden))
            yield Issue("W109", self._at(), facts={"count": len(hidden), "columns": names})
        for column in sorted(columns & findings.computed_columns.keys()):
            facts = {"count": findings.computed_columns[column]}
            first = next((row for row, place, _ in findings.computed.first if place == column), None)
            yield Issue("W113", self._at(first, column), facts=facts)
        if findings.padded.count:
            row, column, text = findings.padded.first[0]
            facts = {"count": findings.padded.count}
            yield Issue("W117", self._at(row, column), text, facts=facts)
        if findings.comments:
            yield Issue("W116", self._at(), facts={"count": findings.comments})

    def _at(self, row: int | None = None, column: int | None = None) -> Location:
        cells = self._header.cells
        name = cells[column] if column is not None and column < len(cells) else None
        return Location(self._file, self._sheet, row, column, name)

    def _named(self, column: int) -> str:
        cells = self._header.cells
        name = cells[column] if column < len(cells) else ""
        return f"{column_letters(column)} ({name})" if name else column_letters(column)


def _below(sighting: Sighting, row: int) -> Sighting:
    """Return the sighting without what stands in the header or above it (as far as it is remembered)."""
    below = [place for place in sighting.first if place[0] > row]
    return Sighting(sighting.count - (len(sighting.first) - len(below)), below)


def _listed(names: list[str], count: int) -> str:
    text = ", ".join(names[:_LISTED])
    return f"{text} and {count - _LISTED} more" if count > _LISTED else text
