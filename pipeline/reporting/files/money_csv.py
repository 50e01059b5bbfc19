"""``money.csv`` and ``money-differences.csv``: a run's money by day, status and currency, to the cent."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pipeline.model.language import N_, retold
from pipeline.model.money import Amounts, MoneyBook, MoneyDifference, MoneyLine
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.formula import neutral

UNKNOWN: Final = N_("unknown")
"""A day or a status that nobody could read; in files in English."""
FIGURES: Final = (
    "source",
    "invalid",
    "created",
    "already_present",
    "refused",
    "in_doubt",
    "unprocessed",
    "archived",
)
COLUMNS: Final = (
    "day",
    "status",
    "currency",
    *(f"{name}_{what}" for name in FIGURES for what in ("count", "sum")),
    "without_amount",
    "read_back_count",
    "read_back_sum",
    "difference_count",
    "difference_sum",
)
DIFFERENCE_COLUMNS: Final = (
    "code",
    "number",
    "file",
    "sheet",
    "row",
    "day",
    "status",
    "currency",
    "sent",
    "orders_found",
    "found",
    "remote_id",
    "differs",
)


def write_money_csv(path: Path, book: MoneyBook) -> None:
    """Write one line per day, status and currency, those without a day last. Raises ``OSError``.

    What was read back is empty where nobody has read, and the differences are empty until everything was.
    """
    _write(path, COLUMNS, (_cells(line, book) for line in book.lines))


def write_money_differences(path: Path, differences: Iterable[MoneyDifference]) -> None:
    """Write one line for each order by which the target differs, in source order. Raises ``OSError``."""
    _write(path, DIFFERENCE_COLUMNS, map(_difference, differences))


def money(minor: int | None) -> str:
    """Hundredths as an amount with two places: ``-1234`` becomes ``-12.34``; nothing for ``None``."""
    if minor is None:
        return ""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def _cells(line: MoneyLine, book: MoneyBook) -> list[str | int]:
    cells: list[str | int] = [line.day or UNKNOWN, neutral(line.status or UNKNOWN), neutral(line.currency)]
    for name in FIGURES:
        amounts: Amounts = getattr(line, name)
        cells += [amounts.orders, money(amounts.minor)]
    cells.append(line.source.unreadable)
    cells += _pair(line.read_back) if book.stand.begun else ["", ""]
    cells += _pair(line.difference) if book.stand.complete else ["", ""]
    return cells


def _pair(amounts: Amounts) -> list[str | int]:
    return [amounts.orders, money(amounts.minor)]


def _difference(one: MoneyDifference) -> list[str | int]:
    return [
        one.code,
        neutral(one.number),
        neutral(one.at.file),
        neutral(one.at.sheet or ""),
        one.at.row or "",
        one.cell.day or UNKNOWN,
        neutral(one.cell.status or UNKNOWN),
        neutral(one.currency or ""),
        money(one.sent),
        one.held,
        money(one.found),
        neutral(one.remote_id or ""),
        neutral(retold(one.differs)),
    ]


def _write(path: Path, columns: Sequence[str], lines: Iterable[Sequence[str | int]]) -> None:
    """UTF-8 with a byte order mark, by which Excel knows the encoding."""
    with replacing(path) as file:
        file.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(lines)
        text.detach()
