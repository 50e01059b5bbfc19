"""Choosing the sheets of a workbook and finding their headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pipeline.loaders.header_row import SEARCHED, Found, best_header, header_issues, no_header
from pipeline.loaders.workbook.grid import SheetEntry, Visibility
from pipeline.loaders.workbook.session import SheetHead, WorkbookSession
from pipeline.model.header import header_key
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in memory, its header found."""

    head: SheetHead
    found: Found
    issues: tuple[Issue, ...] = ()


def open_sheets(file: str, session: WorkbookSession, spec: SourceSpec) -> list[Sheet]:
    """Open the sheets the mapping means.

    That is the one it names, those its pattern (``*``) matches, or the only one that has its columns.
    Raises :class:`InputRefused` with everything that is wrong with them.
    """
    sheets = [entry for entry in session.sheets if entry.cells]
    if not sheets:
        raise InputRefused(Issue("E110", Location(file), facts={"part": "it has no sheet with cells"}))
    if spec.sheet is None and len(_visible(sheets)) != 1:
        return [_only_fitting(file, session, _visible(sheets) or sheets, spec)]
    opened, issues = [], []
    for entry in _chosen(file, sheets, spec):
        found = _header(file, session.load(entry), spec)
        if isinstance(found, Sheet):
            opened.append(found)
        else:
            issues += found
    if issues:
        raise InputRefused(*issues)
    return opened


def _chosen(file: str, sheets: Sequence[SheetEntry], spec: SourceSpec) -> list[SheetEntry]:
    if spec.sheet is None:
        return _visible(sheets)
    exact = [entry for entry in sheets if entry.name == spec.sheet]
    if exact:
        return exact
    key = header_key(spec.sheet)
    if set(spec.sheet) & set("*?["):  # no sheet can be named with these
        alike = [entry for entry in _visible(sheets) if fnmatchcase(header_key(entry.name), key)]
    else:
        alike = [entry for entry in sheets if header_key(entry.name) == key]
        if len(alike) > 1:
            raise InputRefused(Issue("E115", Location(file), facts={"sheets": _names(alike)}))
    if not alike:
        facts: dict[str, str | int] = {"sheet": spec.sheet, "sheets": _names(sheets)}
        raise InputRefused(Issue("E114", Location(file), facts=facts))
    return alike


def _only_fitting(
    file: str, session: WorkbookSession, entries: Sequence[SheetEntry], spec: SourceSpec
) -> Sheet:
    """Find the only sheet with the mapping's columns, where the mapping names none.

    A sheet with all of them wins over sheets with some.
    """
    fitting: list[Sheet] = []
    reasons: list[Issue] = []
    for entry in entries:
        found = _header(file, session.load(entry), spec)
        if isinstance(found, Sheet):
            fitting.append(found)
        else:
            reasons += found
            session.forget(entry)
    whole = [sheet for sheet in fitting if sheet.found.points == len(spec.headers)]
    best = whole or fitting
    if len(best) > 1:
        facts = {"sheets": _names([sheet.head.entry for sheet in best])}
        raise InputRefused(Issue("E115", Location(file), facts=facts))
    if not best:
        telling = [issue for issue in reasons if issue.code != "E106"]
        raise InputRefused(*(telling or reasons))
    for sheet in fitting:
        if sheet is not best[0]:
            session.forget(sheet.head.entry)
    return best[0]


def _header(file: str, head: SheetHead, spec: SourceSpec) -> Sheet | list[Issue]:
    """Find the header of a sheet, or tell why it cannot be read."""
    at = Location(file, head.entry.name)
    filled = [number for number, row in enumerate(head.rows, 1) if any(row)]
    if not head.findings.height:
        return [Issue("E106", at)]
    first = filled[0] if filled else 1
    numbers = spec.header_rows or range(first, first + SEARCHED)
    rows = [(number, head.rows[number - 1]) for number in numbers if number <= len(head.rows)]
    found = best_header(rows, spec, head.findings.merged)
    if found is None:
        return [no_header(rows, spec, at)]
    refusals, warnings = header_issues(found, spec, at)
    if head.findings.height <= found.header.row:
        refusals.append(Issue("E107", at))
    return refusals or Sheet(head, found, tuple(warnings))


def _visible(sheets: Sequence[SheetEntry]) -> list[SheetEntry]:
    return [entry for entry in sheets if entry.visibility is Visibility.VISIBLE]


def _names(sheets: Sequence[SheetEntry]) -> str:
    return ", ".join(
        shown(entry.name) if entry.visibility is Visibility.VISIBLE else f"{shown(entry.name)} (hidden)"
        for entry in sheets
    )
