"""The correction workbook: the customer's own rows as text cells, red where they are wrong, with the reason.

Every cell is written as text, whatever it begins with, so that nothing of a customer's is ever run as a
formula and everything comes back as it went.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from pipeline.model.fix_book import (
    ABOUT,
    DECISION,
    HIDDEN,
    LISTS,
    SCHEMA,
    FixBook,
    FixRow,
    FixSheet,
    mark_of,
    packed_numbers,
    shown_header,
)
from pipeline.model.language import _
from pipeline.model.location import column_letters
from pipeline.reporting.files.atomic import replacing

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_PROTECTED: Final = {
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
}
_AUTHOR: Final = "orderlift"
_PART: Final = 30_000
"""Characters that one cell surely takes."""
_WIDEST, _NARROWEST, _LOOKED_AT = 40, 8, 200
_NOTE: Final = {"author": _AUTHOR, "x_scale": 2.4, "y_scale": 1.6}


def write_fix_book(path: Path, book: FixBook) -> None:
    """Write a correction workbook, whole or not at all, readable by its owner alone; raises ``OSError``."""
    with replacing(path) as file:
        options = {**_OPTIONS, "tmpdir": str(path.parent)}
        with xlsxwriter.Workbook(file, options) as workbook:
            _Writer(workbook).write(book)


class _Writer:
    """One workbook being written."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401 - the library is not typed
        self._workbook = workbook
        text = {"num_format": "@", "locked": False, "valign": "top"}
        self._text = workbook.add_format(text)
        red = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        self._wrong = workbook.add_format({**text, **red})
        self._head = workbook.add_format(
            {"bold": True, "num_format": "@", "bg_color": "#E7E6E6", "bottom": 1, "valign": "top"}
        )
        self._locked = workbook.add_format({"num_format": "@", "font_color": "#808080"})
        self._wrapped = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self._answer = workbook.add_format({**text, "bg_color": "#FFF2CC", "border": 1})
        self._lists: dict[tuple[str, ...], str] = {}

    def write(self, book: FixBook) -> None:
        """Write all sheets: those to correct, the questions, and what is hidden."""
        if book.created is not None:
            self._workbook.set_properties({"created": book.created})
        lists = dict.fromkeys(words for sheet in book.sheets for words in sheet.lists.values())
        lists |= dict.fromkeys(one.candidates for one in book.questions if one.candidates)
        for place, words in enumerate(lists):
            letters = column_letters(place)
            self._lists[words] = f"={LISTS}!${letters}$1:${letters}${len(words)}"
        for sheet in book.sheets:
            self._sheet(book, sheet)
        if book.questions:
            self._questions(book)
        self._about(book)
        if lists:
            self._write_lists(list(lists))

    def _sheet(self, book: FixBook, sheet: FixSheet) -> None:
        page = self._workbook.add_worksheet(sheet.name)
        width, last = len(sheet.header), len(sheet.rows)
        for column, size in enumerate(_widths(sheet)):
            page.set_column(column, column, size, self._text)
        page.set_column(width, width + len(HIDDEN) - 1, None, self._locked, {"hidden": True})
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, width + len(HIDDEN) - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{column_letters(max(width - 1, 0))}{last + 1}"})
        page.protect("", _PROTECTED)
        _lay_out(page)
        for column, name in enumerate((*shown_header(sheet.header), *HIDDEN)):
            page.write_string(0, column, name, self._head)
        for line, row in enumerate(sheet.rows, 1):
            self._row(page, line, book, sheet, row)
        for column, words in sheet.lists.items():
            page.data_validation(1, column, last, column, _choice(self._lists[words]))

    def _row(
        self,
        page: Any,  # noqa: ANN401 - as above
        line: int,
        book: FixBook,
        sheet: FixSheet,
        row: FixRow,
    ) -> None:
        for column, text in enumerate(row.cells):
            style = self._wrong if column in row.wrong else self._text
            if text:
                _write_text(page, line, column, text, style)
            elif column in row.wrong:
                page.write_blank(line, column, None, style)
        for column, note in row.wrong.items():
            page.write_comment(line, column, note, _NOTE)
        width = len(sheet.header)
        mark = mark_of(book.run_id, book.base, sheet.file, sheet.sheet, row.number, row.cells)
        for column, text in enumerate((sheet.file, sheet.sheet or "", str(row.number), mark), width):
            page.write_string(line, column, text, self._locked)

    def _questions(self, book: FixBook) -> None:
        """What is to decide for many rows at once; what stands under the answers is taken up, too."""
        name, taken = _("Decisions"), {sheet.name.casefold() for sheet in book.sheets}
        page = self._workbook.add_worksheet(f"{name} (orderlift)" if name.casefold() in taken else name)
        head = (_("Question"), _("Where"), _("Orders"), _("Suggested"), answer_head(), DECISION)
        for column, size in enumerate((60, 36, 9, 24, 24)):
            page.set_column(column, column, size, self._text if column == 4 else self._wrapped)  # noqa: PLR2004
        page.set_column(5, 5, None, self._locked, {"hidden": True})
        page.freeze_panes(1, 0)
        page.protect("", _PROTECTED)
        _lay_out(page)
        for column, name in enumerate(head):
            page.write_string(0, column, name, self._head)
        for line, one in enumerate(book.questions, 1):
            told = (one.question, one.place, str(one.orders), one.suggested)
            for column, text in enumerate(told):
                _write_text(page, line, column, text, self._wrapped)
            page.write_blank(line, 4, None, self._answer)
            page.write_string(line, 5, one.id, self._locked)
            if one.candidates:
                page.data_validation(line, 4, line, 4, _choice(self._lists[one.candidates]))
        hint = _("Answers written here go into the mapping when the workbook is imported, as by: {command}")
        below = len(book.questions) + 2
        page.write_string(below, 0, hint.format(command=book.answer_by), self._locked)

    def _about(self, book: FixBook) -> None:
        """The hidden sheet by which a workbook that comes back is known."""
        page = self._workbook.add_worksheet(ABOUT)
        page.very_hidden()
        page.protect("")
        told: list[tuple[str, str]] = [
            ("schema", SCHEMA),
            ("run", book.run_id),
            ("base", str(book.base)),
            ("volume", f"{book.volume}/{book.volumes}"),
            ("answer", answer_head()),
        ]
        for place, sheet in enumerate(book.sheets):
            told += [(f"name.{place}", sheet.name), (f"file.{place}", sheet.file)]
            told.append((f"sheet.{place}", sheet.sheet or ""))
            numbers = packed_numbers([row.number for row in sheet.rows])
            told += [(f"rows.{place}", part) for part in _parts(numbers)]
        for line, (name, text) in enumerate(told):
            page.write_string(line, 0, name, self._locked)
            _write_text(page, line, 1, text, self._locked)

    def _write_lists(self, lists: Sequence[tuple[str, ...]]) -> None:
        """Allowed values in a column each: drop-downs name them as ranges, which have no limit of length."""
        page = self._workbook.add_worksheet(LISTS)
        page.hide()
        page.protect("")
        for line in range(max(map(len, lists))):
            for column, words in enumerate(lists):
                if line < len(words):
                    _write_text(page, line, column, words[line], self._locked)


def _lay_out(page: Any) -> None:  # noqa: ANN401
    """On paper all columns beside each other, and the header on every page."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def answer_head() -> str:
    """What stands above the answers."""
    return _("Your answer")


def _choice(source: str) -> Mapping[str, object]:
    """A drop-down that suggests, and still takes what it does not know."""
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "orderlift",
        "error_message": _("This value is not one of those that are known. Keep it all the same?"),
    }


def _write_text(page: Any, line: int, column: int, text: str, style: object) -> None:  # noqa: ANN401
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer would take this for its own markup; in pieces it escapes it.
        page.write_rich_string(line, column, text[0], text[1], text[2:], style)
    else:
        page.write_string(line, column, text, style)


def _widths(sheet: FixSheet) -> list[int]:
    """How wide each column is: as its texts are, within reason."""
    sizes = [len(name) + 3 for name in shown_header(sheet.header)]  # room for the arrow of the filter
    for row in sheet.rows[:_LOOKED_AT]:
        for column, text in enumerate(row.cells):
            sizes[column] = max(sizes[column], len(text) + 1)
    return [min(max(size, _NARROWEST), _WIDEST) for size in sizes]


def _parts(text: str) -> list[str]:
    return [text[at : at + _PART] for at in range(0, len(text), _PART)]
