"""An inspection as the terminal and the page want it: written out, masked and cut to size."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.inspection.found import ColumnProfile, FileFound, Inspection, Risk, TableFound
from pipeline.inspection.shapes import Shape
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.model.header import header_key
from pipeline.model.issue import Issue
from pipeline.model.language import _
from pipeline.model.location import Location, column_letters
from pipeline.reporting.masking.mask import mask_issue, mask_personal
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.words import inspect_words as words
from pipeline.reporting.words.figures import grouped
from pipeline.reporting.words.grouping import IssueGroup, by_weight

MOST_COLUMNS: Final = 200
_NAME: Final = 160
_SAMPLE: Final = 60
_MESSAGE: Final = 400
_PEOPLE: Final = re.compile(
    r"(?:^|[\s_.\-/])(?:adi?|isim|ismi|name|vorname|nachname|müşteri|customer|client|buyer|recipient|alici|kunde"
    r"|contact|kişi|person)(?:$|[\s_.\-/:])"
)
_THINGS: Final = re.compile(
    r"product|item|article|artikel|ürün|stok|sku|file|sheet|firma|kargo|carrier|status|durum|şehir|city|ülke"
    r"|country|kategori|category|marka|brand|(?:no|id|number|nummer|code|kodu?)$"
)
"""What has a name, or an id, without being a person."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column; ``fill`` is its share of filled cells in per cent."""

    letters: str
    name: str
    filled: str
    fill: float
    distinct: str
    shape: str
    length: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding of a kind: where, how often, and in words."""

    place: str
    message: str
    count: str


@dataclass(frozen=True, slots=True)
class RiskView:
    """All findings of one code in one table or file."""

    code: str
    severity: str
    title: str
    why: str
    remedy: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table. ``about`` are phrases, ``more_columns`` counts those that are left out here."""

    sheet: str
    hidden: bool
    about: tuple[str, ...]
    columns: tuple[ColumnView, ...]
    more_columns: int
    risks: tuple[RiskView, ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """One file. ``refused`` are the reasons why it, or a sheet of it, was not read."""

    path: str
    about: tuple[str, ...]
    sheets: tuple[str, ...]
    tables: tuple[TableView, ...]
    risks: tuple[RiskView, ...]
    refused: tuple[RiskView, ...]


def file_views(inspection: Inspection, *, show_pii: bool = False) -> tuple[FileView, ...]:
    """Return every file; personal data is masked unless ``show_pii``."""
    return tuple(_file(file) for file in masked(inspection, show_pii=show_pii).files)


def masked(inspection: Inspection, *, show_pii: bool = False) -> Inspection:
    """Return the inspection with samples and values masked, as every report does, unless ``show_pii``."""
    if show_pii:
        return inspection
    return replace(inspection, files=tuple(_masked_file(file) for file in inspection.files))


def mask_sample(column: ColumnProfile, text: str) -> str:
    """Mask a sample by what its column is named and what its values look like."""
    if column.shape is Shape.PHONE or _names_people(column.name):
        return mask_personal(text)
    return _mask_value(Issue("W101", Location("", header=column.name)), text)


def _mask_value(issue: Issue, text: str) -> str:
    """Mask a text as the issue's value would be."""
    if issue.at and _names_people(issue.at.header or ""):
        return mask_personal(text)
    return mask_issue(replace(issue, value=text, facts={})).value or ""


def _names_people(header: str) -> bool:
    """Whether a column is named as one of people's names; no mapping says so here."""
    key = header_key(header)
    return bool(_PEOPLE.search(key)) and not _THINGS.search(key)


def _masked_file(file: FileFound) -> FileFound:
    return replace(
        file,
        tables=tuple(
            replace(
                table,
                columns=tuple(_masked_column(column) for column in table.columns),
                risks=tuple(map(_masked_risk, table.risks)),
            )
            for table in file.tables
        ),
        risks=tuple(map(_masked_risk, file.risks)),
        refused=tuple(map(mask_issue, file.refused)),
    )


def _masked_column(column: ColumnProfile) -> ColumnProfile:
    return replace(column, samples=tuple(mask_sample(column, text) for text in column.samples))


def _masked_risk(risk: Risk) -> Risk:
    issue, facts = mask_issue(risk.issue), risk.issue.facts
    if risk.issue.value is not None:
        issue = replace(issue, value=_mask_value(risk.issue, risk.issue.value))
    kept: dict[str, str | int] = {name: facts[name] for name in ("cells", "kinds") if name in facts}
    if "meant" in facts:  # what a garbled value was is as personal as the value
        kept["meant"] = _mask_value(risk.issue, str(facts["meant"]))
    return replace(risk, issue=replace(issue, facts={**issue.facts, **kept}))


def _file(file: FileFound) -> FileView:
    return FileView(
        path=shortened(file.path, _NAME),
        about=tuple(shortened(text, _NAME) for text in words.file_words(file)),
        sheets=tuple(shortened(text, _NAME) for text in words.sheet_words(file)),
        tables=tuple(_table(table) for table in file.tables),
        risks=_risks(file.risks, with_sheet=True),
        refused=_risks((Risk(issue) for issue in file.refused), with_sheet=True),
    )


def _table(table: TableFound) -> TableView:
    shown = table.columns[:MOST_COLUMNS]
    return TableView(
        sheet=shortened(table.sheet or "", _NAME),
        hidden=table.hidden,
        about=tuple(words.table_words(table)),
        columns=tuple(map(_column, shown)),
        more_columns=len(table.columns) - len(shown),
        risks=_risks(table.risks),
    )


def _column(column: ColumnProfile) -> ColumnView:
    cells = column.filled + column.blank
    return ColumnView(
        letters=column_letters(column.index),
        name=shortened(" ".join(column.name.split()), _NAME),
        filled=words.filled_words(column),
        fill=round(100 * column.filled / cells, 1) if cells else 0.0,
        distinct=words.distinct_words(column),
        shape=words.shape_words(column),
        length=words.length_words(column),
        samples=tuple(shortened(text, _SAMPLE) for text in column.samples),
    )


def _risks(risks: Iterable[Risk], *, with_sheet: bool = False) -> tuple[RiskView, ...]:
    """Findings by code, the gravest first."""
    by_code: dict[str, list[Risk]] = {}
    for risk in risks:
        by_code.setdefault(risk.issue.code, []).append(risk)
    groups = [IssueGroup(code, sum(risk.count for risk in found)) for code, found in by_code.items()]
    return tuple(
        _risk(CATALOGUE[group.code], by_code[group.code], with_sheet=with_sheet)
        for group in by_weight(groups, CATALOGUE)
    )


def _risk(entry: Entry, risks: Sequence[Risk], *, with_sheet: bool) -> RiskView:
    return RiskView(
        code=entry.code,
        severity=entry.severity.value,
        title=_(entry.title),
        why=_(entry.why),
        remedy=shortened(entry.fix(_cut(risks[0].issue)), _MESSAGE),
        findings=tuple(_finding(entry, risk, with_sheet=with_sheet) for risk in risks),
    )


def _finding(entry: Entry, risk: Risk, *, with_sheet: bool) -> FindingView:
    return FindingView(
        place=_place(risk.issue.at, with_sheet=with_sheet),
        message=shortened(entry.message(_cut(risk.issue)), _MESSAGE),
        count=grouped(risk.count) if risk.count > 1 else "",
    )


def _place(at: Location | None, *, with_sheet: bool) -> str:
    """Return the column with its name, or else the row; the file and mostly the sheet stand above already."""
    if at is None:
        return ""
    name = shortened(" ".join((at.header or "").split()), _SAMPLE)
    if at.column is not None:
        return f"{column_letters(at.column)} ({name})" if name else column_letters(at.column)
    sheet = shortened(at.sheet or "", _SAMPLE) if with_sheet else ""
    parts = [
        _("sheet {sheet}").format(sheet=sheet) if sheet else "",
        _("row {row}").format(row=at.row) if at.row is not None else "",
    ]
    return ", ".join(filter(None, parts))


def _cut(issue: Issue) -> Issue:
    """Return the issue with a value and facts of bearable length."""
    return replace(
        issue,
        value=None if issue.value is None else shortened(issue.value, _SAMPLE),
        facts={
            key: shortened(fact, _NAME) if isinstance(fact, str) else fact
            for key, fact in issue.facts.items()
        },
    )
