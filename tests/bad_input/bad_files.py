"""A small shop's files, spoilt in one way each, and the ways by which users meet what is wrong with them."""

import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipeline.inspection.found import FileFound, Risk
from pipeline.model.catalogue import entry_of, message_of, remedy_of
from pipeline.model.issue import Issue, Severity
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import Refusal
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.rehearsing.inspecting import inspect
from pipeline.runs.verbs import check

_LOADERS = Path(__file__).parents[1] / "loaders"
sys.path += [str(_LOADERS), str(_LOADERS / "workbook")]
"""The makers of odd workbooks stand beside the readers' own tests; they are used here, too."""

COLUMNS = ("No", "Placed", "Sum", "Note", "Article", "Qty", "Each")
RULES = {
    "number": "No",
    "date_placed": '{column: Placed, date: "%Y-%m-%d"}',
    "status": "{constant: delivered}",
    "customer": "{constant: 201}",
    "shipping_address": "{constant: 301}",
    "billing_address": "{constant: 301}",
    "currency": "{constant: try}",
    "amount": "Sum",
    "notes": "Note",
}
ITEM_RULES = {
    "product": "{column: Article, integer: true}",
    "quantity": "{column: Qty, integer: true}",
    "unit_price": "Each",
    "total_price": "Each",
}
LINES = 'lines: {files: "*", key: No}'
TWO = 'orders: {files: "orders.*", key: No}\n  items: {files: "items.*", key: No}'

Cell = Any
"""What Python has for it: text, a number, a date and so on; ``None`` writes nothing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check says. ``orders`` has the payload of every order that may be sent, by its number."""

    issues: tuple[Issue, ...]
    orders: dict[str, dict[str, Any]]
    exit_code: int
    read: int
    ignored: int

    @property
    def told(self) -> list[str]:
        """Every issue as its code and its place: ``E211 C2``, ``W117 Orders!A2``, ``E133 3``."""
        return told(self.issues)

    @property
    def values(self) -> list[str | None]:
        """The value that each issue shows."""
        return [issue.value for issue in self.issues]

    def sent(self, field: str) -> list[object]:
        """One field of every order that may be sent, in the order of the file."""
        return [order["order"][field] for order in self.orders.values()]

    def sent_items(self, field: str) -> list[list[object]]:
        """One field of all items of every order that may be sent."""
        return [[item[field] for item in order["order_item"]] for order in self.orders.values()]


def told(issues: Iterable[Issue]) -> list[str]:
    """Codes with their places."""
    return [f"{issue.code} {_place(issue.at)}" for issue in issues]


def _place(at: Location | None) -> str:
    """The cell, the row or a dash, and before it the sheet, if any."""
    if at is None:
        return "-"
    sheet = f"{at.sheet}!" if at.sheet is not None else ""
    return f"{sheet}{at.cell or at.row or '-'}"


def line(no: Cell = "A", **cells: Cell) -> tuple[Cell, ...]:
    """Make a row of the shop's flat file that is right but for what is given."""
    usual = {"No": no, "Placed": "2024-03-01", "Sum": "10", "Note": "", "Article": "101", "Qty": "1"}
    row = {**usual, "Each": "10", **cells}
    return tuple(row[name] for name in COLUMNS)


def csv_text(*rows: Sequence[Cell], delimiter: str = ";", header: Sequence[str] = COLUMNS) -> str:
    """Write rows below the header, as they stand: nothing is quoted."""
    lines = [header, *rows]
    return "".join(delimiter.join("" if c is None else str(c) for c in row) + "\n" for row in lines)


def csv_file(folder: Path, *rows: Sequence[Cell], name: str = "orders.csv", **choices: Any) -> Path:
    """Make a CSV file of the shop."""
    return file(folder, csv_text(*rows, **choices), name=name)


def file(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "orders.csv") -> Path:
    """Make a file of any content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


_AS_IT_IS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


def workbook(folder: Path, *rows: Sequence[Any], name: str = "orders.xlsx", **options: Any) -> Path:
    """Make a workbook of the shop, its cells typed as Python's values are."""
    path = folder / name
    with xlsxwriter.Workbook(str(path), {**_AS_IT_IS, **options}) as made:
        sheet = made.add_worksheet("Orders")
        for index, row in enumerate((COLUMNS, *rows)):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(index, column, cell)
    return path


def mapping(
    folder: Path, sources: str = LINES, *, more: str = "", items: dict[str, str] | None = None, **rules: str
) -> Path:
    """Make the shop's mapping; ``rules`` change those of the order, ``more`` stands at the top level."""
    order = "".join(f"  {field}: {rule}\n" for field, rule in {**RULES, **rules}.items())
    lines = "".join(f"  {field}: {rule}\n" for field, rule in {**ITEM_RULES, **(items or {})}.items())
    head = "version: 1\nname: shop\ntimezone: Europe/Istanbul\n"
    text = f"{head}{more}\nsources:\n  {sources}\norder:\n{order}items:\n{lines}"
    return file(folder, text, name="shop.yaml")


def checked(
    *files: Path, shop: Path | None = None, limits: ReadLimits | None = None, channel: int | None = None
) -> Checked:
    """Check files as ``orderlift check`` does; every message must read well, every row must be counted."""
    folder = files[0].parent
    request = PlanRequest(
        files, shop or mapping(folder), channel=channel, jobs=1, read_limits=limits or ReadLimits()
    )
    result = check(request, Places(folder / "state", folder / "reports"))
    with closing(sqlite3.connect(result.journal)) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM payloads ORDER BY rowid")]
    issues = tuple(issue for issue in result.issues() if not issue.code.startswith(("W43", "W44")))
    reads_well(issues)
    assert {issue.at.file for issue in issues if issue.at} <= {str(path) for path in files}
    assert all(severity_of(issue) is not Severity.FATAL for issue in issues)
    assert (result.exit_code == 0) == all(severity_of(issue) is Severity.WARNING for issue in issues)
    rows = result.summary.rows
    assert rows.read == rows.used + rows.ignored
    orders = {body["order"]["number"]: body for body in bodies}
    return Checked(issues, orders, result.exit_code, rows.read, rows.ignored)


def refused(*files: Path, shop: Path | None = None, limits: ReadLimits | None = None) -> tuple[Issue, ...]:
    """Check files of which nothing may be read: no journal and no report stays behind."""
    before = _written(files[0].parent)
    with pytest.raises(Refusal) as caught:
        checked(*files, shop=shop, limits=limits)
    reads_well(caught.value.issues)
    assert all(severity_of(issue) is Severity.FATAL for issue in caught.value.issues)
    assert _written(files[0].parent) == before
    return caught.value.issues


def _written(folder: Path) -> set[Path]:
    return {path for name in ("state", "reports") for path in (folder / name).rglob("*") if path.is_file()}


def looked_into(path: Path, limits: ReadLimits | None = None) -> FileFound:
    """Look into a file as ``orderlift inspect`` does; every message must read well."""
    (found,) = inspect([path], limits=limits).files
    reads_well([*found.refused, *(risk.issue for risk in risks_of(found).values())])
    return found


def risks_of(found: FileFound) -> dict[str, Risk]:
    """What may go wrong with a file, by code; the first of each kind."""
    risks: dict[str, Risk] = {}
    for risk in (*found.risks, *(risk for table in found.tables for risk in table.risks)):
        risks.setdefault(risk.issue.code, risk)
    return risks


def risk_places(path: Path, code: str) -> list[str | None]:
    """Name the first cells of a risk that a file must have."""
    return [at.cell or str(at.row) for at in risks_of(looked_into(path))[code].places]


def severity_of(issue: Issue) -> Severity:
    """What the catalogue says that an issue does to the run."""
    return entry_of(issue).severity


def reads_well(issues: Iterable[Issue]) -> None:
    """Every fact that a message wants is there, and nothing of the program shows through."""
    for issue in issues:
        words = f"{message_of(issue)} {remedy_of(issue)}"
        assert not re.search(r"<[a-z_]+>|\bNone\b(?! of)|Traceback|object at 0x", words), words
        assert words.isprintable(), words
