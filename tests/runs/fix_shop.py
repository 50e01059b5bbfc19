"""An analyst at work on the correction workbook of a small shop."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
from small_shop import Shop, number, open_shop

from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue
from pipeline.runs.asked.result import Result
from pipeline.runs.fixing.taking import Taken, take_fix_book


def broken_shop(folder: Path, count: int, cells: Mapping[tuple[int, str], str]) -> Shop:
    """Write a shop in which some cells of orders (place from 1, column) hold something else."""
    shop = open_shop(folder, count)
    lines = [line.split(",") for line in shop.orders.read_text().splitlines()]
    for (place, column), text in cells.items():
        lines[place][lines[0].index(column)] = text
    shop.orders.write_text("".join(",".join(line) + "\n" for line in lines))
    return shop


def workbook(shop: Shop, result: Result) -> Path:
    """Give the correction workbook beside a run's reports."""
    return shop.places.reports(result.run_id) / "fix.xlsx"


def edit(path: Path, work: Callable[[Any], object], out: Path | None = None) -> Path:
    """Open a workbook as openpyxl does, work on it, and save it."""
    book = openpyxl.load_workbook(path)
    work(book)
    book.save(out or path)
    return out or path


def corrections(cells: Mapping[tuple[int, str], object], sheet: str = "orders") -> Callable[[Any], None]:
    """Write other values into cells of orders, by the place of the order and the column."""

    def work(book: Any) -> None:
        page = book[sheet]
        head = [cell.value for cell in page[1]]
        for row in page.iter_rows(min_row=2):
            for (place, column), value in cells.items():
                if row[0].value == number(place):
                    cell = row[head.index(column)]
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"

    return work


def corrected(shop: Shop, result: Result, cells: Mapping[tuple[int, str], object]) -> Taken:
    """Correct cells in the workbook of a run, and take it up."""
    return take_fix_book(edit(workbook(shop, result), corrections(cells)), shop.places)


def codes(issues: Any) -> list[str]:
    """Give the codes of issues."""
    return [issue.code for issue in issues]


def issues_of(result: Result) -> list[Issue]:
    """Give every issue of a run."""
    with closing(JournalReader(result.journal)) as journal:
        return list(journal.issues())
