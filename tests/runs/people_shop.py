"""A small invented shop with people in it, in which something is wrong in one place or another."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from pipeline.model.issue import Issue
from pipeline.redaction.sweep import traces
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.verbs import check

MAPPING = """\
# Ask Nurhan Demirci (nurhan.demirci@acme-tekstil.com, 0533 987 65 43) before you change this.
version: 1
name: people-shop
description: The shop of Nurhan Demirci
locale: tr_TR
timezone: Europe/Istanbul
sources:
  orders: {files: "siparis*.*", key: NO}
  items:  {files: "kalem*.*", key: NO}
order:
  number:           NO
  date_placed:      {column: TARIH, date: "%d.%m.%Y"}
  status:           {column: DURUM, map: {Teslim Edildi: delivered}}
  customer:         {lookup: customer, by: {email: EPOSTA}}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         {constant: try}
  amount:           {column: TOPLAM, decimal: true}
  notes:            {column: ACIKLAMA, empty: [yok]}
  extra_field:
    phone: TELEFON
    name:  {column: ALICI}
    help:  {constant: yardim.masasi@acme-tekstil.com}
items:
  product:     {column: URUN, integer: true}
  quantity:    {column: ADET, integer: true}
  unit_price:  {column: FIYAT, decimal: true}
  total_price: {column: TUTAR, decimal: true}
checks: {order_total: items}
"""
ORDERS = ("NO", "TARIH", "DURUM", "EPOSTA", "ALICI", "TELEFON", "ACIKLAMA", "TOPLAM", "TEMSILCI")
ITEMS = ("NO", "URUN", "ADET", "FIYAT", "TUTAR", "ETIKET")
FIRST = ("Ayşe", "Çağrı", "Ömer", "Şule", "Gülnihal", "Hüseyin", "Zeynep")
LAST = ("Öztürkmen", "Işıklar", "Güneşdoğdu", "Şahinbaş", "Yılmazer")
PERSONAL = ("EPOSTA", "ALICI", "TELEFON", "ACIKLAMA", "TEMSILCI")

Rows = list[list[str]]
Spoil = Callable[[Rows, Rows], None]


def rows(count: int = 6) -> tuple[Rows, Rows]:
    """Give the rows of so many orders, headers first, with one or two items each."""
    orders, items = [list(ORDERS)], [list(ITEMS)]
    for place in range(1, count + 1):
        first, last = FIRST[place % len(FIRST)], LAST[place % len(LAST)]
        number, total = f"WB-{place:04d}", 0
        for line in range(place % 2 + 1):
            price = place * 137 + line * 1009
            total += price * (line + 1)
            money = [f"{cents // 100},{cents % 100:02d}" for cents in (price, price * (line + 1))]
            items.append([number, f"{7100 + place}", str(line + 1), *money, f"Hediye {first}"])
        orders.append(
            [
                number,
                f"{place % 28 + 1:02d}.{place % 12 + 1:02d}.2023",
                "Teslim Edildi",
                f"musteri.{place}@eposta-{place % 3}.com.tr",
                f"{first} {last}",
                f"0532 {place + 400} {place + 10} {place + 50}",
                f"Kapıcı {last} teslim alsın {place}",
                f"{total // 100},{total % 100:02d}",
                f"Temsilci {last}oğlu",
            ]
        )
    return orders, items


@dataclass(frozen=True)
class PeopleShop:
    """Where the shop lies; ``personal`` are all values of cells that tell of people."""

    folder: Path
    orders: Path
    items: Path
    mapping: Path
    personal: tuple[str, ...]

    @property
    def places(self) -> Places:
        """Give the folders of journals and reports."""
        return Places(self.folder / "state", self.folder / "reports")

    def request(self) -> PlanRequest:
        """Ask for a check of both files."""
        return PlanRequest([self.orders, self.items], self.mapping, jobs=1)

    def checked(self) -> list[Issue]:
        """Check both files; give every issue."""
        return list(check(self.request(), self.places).issues())


def open_people_shop(
    folder: Path,
    spoil: Spoil = lambda *_: None,
    *,
    kind: str = "csv",
    encoding: str = "utf-8",
    count: int = 6,
) -> PeopleShop:
    """Write the shop's files, in which ``spoil`` has made something wrong; ``kind`` is that of the orders."""
    orders, items = rows(count)
    spoil(orders, items)
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"siparisler_acme_gizli.{kind}", folder / "kalemler_acme_gizli.csv"
    for path, some in zip(paths, (orders, items), strict=True):
        if path.suffix == ".xlsx":
            _write_book(path, some)
        else:
            path.write_bytes("".join(";".join(row) + "\r\n" for row in some).encode(encoding))
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    columns = [orders[0].index(name) if name in orders[0] else 5 for name in PERSONAL]
    personal = {row[column] for row in orders[1:] for column in columns if column < len(row)}
    personal |= {row[5] for row in items[1:] if len(row) > 5}
    return PeopleShop(folder, *paths, mapping, tuple(sorted(personal)))


def _write_book(path: Path, some: Rows) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Nurhan Hanım")
        for line, row in enumerate(some):
            for column, cell in enumerate(row):
                if line and some[0][column] == "ADET" and cell.isdecimal():
                    sheet.write_number(line, column, int(cell))
                else:
                    sheet.write_string(line, column, cell)


def unpacked(bundle: Path, folder: Path) -> dict[str, bytes]:
    """Unpack a bundle into a folder; give its files by name."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
        return {name: archive.read(name) for name in archive.namelist()}


def left_in(bundle: Path, values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Look for values, and for the words that they are made of, in every byte of a bundle."""
    words = {word for value in values for word in value.split() if len(word) > 5}
    return traces({*values, *words}, _files(bundle.read_bytes()), ["cp1254"])


def _files(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
