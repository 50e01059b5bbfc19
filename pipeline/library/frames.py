"""Data frames, in which money is never a float and an order number never a number."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.model.money import Amounts, MoneyBook, MoneyLine
from pipeline.reporting.files.money_csv import COLUMNS as MONEY_COLUMNS
from pipeline.reporting.files.money_csv import FIGURES, UNKNOWN
from pipeline.reporting.masking.mask import mask_value

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.runs.fixing.taking import FixedCell

FIX_COLUMNS = ("file", "sheet", "row", "cell", "header", "before", "after", "wrong", "order_wrong")
FIELD_COLUMNS = (
    "part",
    "item",
    "field",
    "value",
    "payload",
    "mapping",
    "file",
    "sheet",
    "cell",
    "header",
    "raw",
    "codes",
)


def money_frame(book: MoneyBook) -> "pd.DataFrame":
    """One row for each line of the book, with the columns of ``money.csv``."""
    frame = _frame([_money_row(line, book) for line in book.lines], MONEY_COLUMNS)
    counts = [name for name in MONEY_COLUMNS if name.endswith("_count") or name == "without_amount"]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def _money_row(line: MoneyLine, book: MoneyBook) -> list[object]:
    row: list[object] = [line.day or UNKNOWN, line.status or UNKNOWN, line.currency]
    for name in FIGURES:
        row += _pair(getattr(line, name))
    row.append(line.source.unreadable)
    row += _pair(line.read_back) if book.stand.begun else [None, None]
    row += _pair(line.difference) if book.stand.complete else [None, None]
    return row


def _pair(amounts: Amounts) -> list[object]:
    return [amounts.orders, Decimal(amounts.minor).scaleb(-2)]


def fix_frame(cells: Iterable["FixedCell"], *, show_pii: bool) -> "pd.DataFrame":
    """One row for each corrected cell; ``wrong`` and ``order_wrong`` are codes, ``None`` where right."""
    return _frame([_fixed_row(cell, show_pii=show_pii) for cell in cells], FIX_COLUMNS)


def _fixed_row(cell: "FixedCell", *, show_pii: bool) -> list[object]:
    at = cell.at
    before, after = (
        text if show_pii else mask_value(text, "", at.header or "") for text in (cell.before, cell.after)
    )
    codes = (issue.code if issue is not None else None for issue in (cell.wrong, cell.order_wrong))
    return [at.file, at.sheet, at.row, at.cell, at.header, before, after, *codes]


def fields_frame(parts: Iterable[Mapping[str, Any]]) -> "pd.DataFrame":
    """One row for each cell that a field of an explained order reads, and one for a field that reads none."""
    return _frame(
        [row for part in parts for field in part["fields"] for row in _cells(part, field)], FIELD_COLUMNS
    )


def _cells(part: Mapping[str, Any], field: Mapping[str, Any]) -> list[list[object]]:
    codes = ", ".join(issue["code"] for issue in field["issues"]) or None
    own = [part["part"], part["item"], field["field"], field["value"], field["payload"], field["mapping"]]
    names = ("file", "sheet", "cell", "header", "raw")
    cells = field["cells"] or [dict.fromkeys(names)]
    return [[*own, *(cell[name] for name in names), codes] for cell in cells]


def _frame(rows: list[list[object]], columns: tuple[str, ...]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - costs most of a second, and only notebooks want it

    return pd.DataFrame(rows, columns=list(columns), dtype=object)
