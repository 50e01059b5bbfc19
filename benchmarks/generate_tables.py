"""Tables to read: the same rows as a workbook and as CSV; the same arguments make the same rows."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

HEADER = (
    "SIPARIS_NO", "TARIH", "DURUM", "AD", "SOYAD", "EPOSTA", "TELEFON", "ADRES", "SEHIR",
    "PARA_BIRIMI", "TOPLAM", "KARGO", "INDIRIM", "NOT", "MUSTERI_KODU",
)  # fmt: skip
_START = datetime(2020, 1, 1)  # noqa: DTZ001 - sheets know no zone
_NAMES = ("Ayşe", "Mehmet", "Fatma", "Ali", "Zeynep")
_DATE = 1


def rows(count: int, seed: int) -> Iterator[list[str | float | datetime]]:
    """Give invented orders of 15 columns: six texts that repeat, four that do not, a date, four numbers."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        yield [
            f"SIP{number:07d}",
            _START + timedelta(minutes=number),
            "Teslim Edildi",
            chance.choice(_NAMES),
            "Yılmaz",
            f"a{number % 9999}@example.com",
            f"0532{number % 9_999_999:07d}",
            f"Örnek Mah. No:{number % 300}",
            "İstanbul",
            "TL",
            round(chance.random() * 1000, 2),
            29.9,
            0.0,
            "",
            number % 5000,
        ]


def write_workbook(path: Path, count: int, seed: int) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet("Siparisler")
        sheet.write_row(0, 0, HEADER)
        for line, row in enumerate(rows(count, seed), 1):
            for column, cell in enumerate(row):
                if column == _DATE:
                    sheet.write_datetime(line, column, cell, dates)
                elif cell != "":
                    sheet.write(line, column, cell)


def write_csv(path: Path, count: int, seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for row in rows(count, seed):
            row[_DATE] = f"{row[_DATE]:%d.%m.%Y %H:%M}"
            writer.writerow(
                [str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row]
            )
