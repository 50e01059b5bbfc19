"""Invented exports in layouts that no shipped mapping knows, each with what a careful person would map.

``expected`` names for every field the columns that it is read from. What it does not name may stay open.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TypeAlias

Row: TypeAlias = list[str]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Layout:
    """Files as (name, header, rows), and the right answers."""

    name: str
    files: tuple[tuple[str, Row, list[Row]], ...]
    expected: dict[str, tuple[str, ...]]
    dates: dict[str, str] = field(default_factory=dict)
    locale: str = "en_US"
    order_total: str = "none"
    allowed: frozenset[str] = frozenset()
    delimiter: str = ";"
    encoding: str = "utf-8"

    def write(self, folder: Path) -> list[Path]:
        """Write the files; give their paths."""
        paths = []
        for name, header, rows in self.files:
            path = folder / name
            with path.open("w", encoding=self.encoding, newline="") as file:
                csv.writer(file, delimiter=self.delimiter).writerows([header, *rows])
            paths.append(path)
        return paths


@dataclass(frozen=True)
class Line:
    """One line of an invented order; amounts in the order's currency, ``rate`` the VAT in percent."""

    sku: str
    quantity: int
    price: Decimal
    listed: Decimal
    rate: int

    @property
    def total(self) -> Decimal:
        """Quantity times price."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Made:
    """One invented order."""

    index: int
    lines: tuple[Line, ...]
    shipping: Decimal
    discount: Decimal
    state: int

    @property
    def items(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the customer paid where prices include VAT."""
        return self.items + self.shipping - self.discount

    def day(self, pattern: str) -> str:
        """A date as ``pattern`` writes it, days of the whole month among them."""
        parts = {"d": 1 + self.index * 7 % 28, "m": 1 + self.index * 5 % 12, "Y": 2019 + self.index % 5}
        return pattern.format(**parts, H=8 + self.index % 12, M=self.index * 13 % 60)

    @property
    def mail(self) -> str:
        """One of seven customers."""
        return f"kisi{self.index % 7}@ornek.example"

    @property
    def place(self) -> tuple[str, str]:
        """City and township."""
        return (("İstanbul", "Kadıköy"), ("İzmir", "Konak"), ("Ankara", "Çankaya"))[self.index % 3]


def made(count: int = 40, *, whole: bool = False) -> list[Made]:
    """The same invented orders every time; ``whole`` prices have no cents."""
    orders = []
    for i in range(count):
        lines = []
        for k in range(1 + i % 3):
            n = i * 3 + k
            price = Decimal(450 + n * 37 % 2900) if whole else Decimal(1999 + n * 1373 % 150000) / 100
            listed = price + (Decimal(50) if n % 4 == 0 else 0)
            lines.append(Line(f"KOD-{100 + n % 40}", 1 + n % 4, price, listed, 20 if n % 5 else 10))
        shipping = Decimal(0) if i % 3 == 0 else (Decimal(30) if whole else Decimal("29.90"))
        discount = Decimal(10) if i % 4 == 0 else Decimal(0)
        orders.append(Made(i, tuple(lines), shipping, discount, i % 3))
    return orders


def turkish(amount: Decimal) -> str:
    """Write 1.234,50."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def english(amount: Decimal) -> str:
    """Write 1,234.50."""
    return f"{amount:,.2f}"


def plain(amount: Decimal) -> str:
    """Write 1234.50."""
    return f"{amount:.2f}"


def flat(
    orders: Sequence[Made], head: Callable[[Made], Row], line: Callable[[Made, Line, int], Row]
) -> list[Row]:
    """One row a line, the order's columns on each."""
    return [head(one) + line(one, item, k) for one in orders for k, item in enumerate(one.lines, 1)]


def dealer_portal() -> Layout:
    """Turkish, two files, abbreviations, slashes in dates, a list price beside the price."""
    orders = made()
    states = ("Teslim Edildi", "İptal", "İade")
    head = [
        [
            f"B{5000 + o.index}", o.day("{d:02}/{m:02}/{Y}"), states[o.state], o.mail, "TL", turkish(o.total),
            turkish(o.shipping), turkish(o.discount), ("Kredi Kartı", "Havale")[o.index % 2],
            f"Deneme Sok. {o.index}", *o.place,
        ]
        for o in orders
    ]  # fmt: skip
    items = [
        [
            f"B{5000 + o.index}", line.sku, str(line.quantity), turkish(line.listed), turkish(line.price),
            turkish(line.total), str(line.rate),
        ]
        for o in orders
        for line in o.lines
    ]  # fmt: skip
    return Layout(
        "dealer portal",
        (
            (
                "bayi_siparis.csv",
                ["Spr. Nr", "Kayıt Tarihi", "Sipariş Durumu", "Cari E-posta", "Para Brm", "Genel Toplam",
                 "Nakliye Bedeli", "İskonto", "Ödeme Tipi", "Teslimat Adresi", "Teslimat İli",
                 "Teslimat İlçesi"],
                head,
            ),
            (
                "bayi_kalem.csv",
                ["Spr. Nr", "Stok Kodu", "Miktar", "Liste Fiyatı", "Birim Fiyatı", "Satır Tutarı",
                 "KDV Oranı"],
                items,
            ),
        ),
        {
            "order.number": ("Spr. Nr",), "order.date_placed": ("Kayıt Tarihi",),
            "order.status": ("Sipariş Durumu",), "order.customer": ("Cari E-posta",),
            "order.currency": ("Para Brm",), "order.amount": ("Genel Toplam",),
            "order.shipping_amount": ("Nakliye Bedeli",), "order.discount_amount": ("İskonto",),
            "order.payment_option_slug": ("Ödeme Tipi",),
            "order.shipping_address": ("Teslimat Adresi", "Teslimat İli", "Teslimat İlçesi"),
            "items.product": ("Stok Kodu",), "items.quantity": ("Miktar",),
            "items.unit_price": ("Birim Fiyatı",), "items.price": ("Birim Fiyatı",),
            "items.retail_price": ("Liste Fiyatı",), "items.total_price": ("Satır Tutarı",),
            "items.tax_rate": ("KDV Oranı",),
        },
        dates={"order.date_placed": "%d/%m/%Y"}, locale="tr_TR", order_total="items+shipping-discount",
    )  # fmt: skip


def german_flat() -> Layout:
    """German, one flat file, cp1252, compound words."""
    states = ("Zugestellt", "Storniert", "Erstattet")
    rows = flat(
        made(),
        lambda o: [
            f"DE-{900 + o.index}", o.day("{d:02}.{m:02}.{Y} {H:02}:{M:02}"), states[o.state], o.mail, "EUR",
            turkish(o.total), turkish(o.shipping), turkish(o.discount), f"Beispielstraße {o.index}",
            ("Köln", "München", "Berlin")[o.index % 3], "Deutschland", ("DHL", "Hermes")[o.index % 2],
        ],
        lambda _, line, k: [
            str(k), line.sku, str(line.quantity), turkish(line.price), turkish(line.total), "19"
        ],
    )  # fmt: skip
    return Layout(
        "german flat",
        (
            (
                "auftraege.csv",
                ["Bestellnr.", "Bestelldatum", "Bestellstatus", "Kunden-E-Mail", "Währung", "Gesamtsumme",
                 "Versandkosten", "Rabatt", "Lieferanschrift", "Lieferort", "Lieferland", "Versender",
                 "Pos.", "Artikelnummer", "Menge", "Einzelpreis", "Zeilensumme", "MwSt-Satz"],
                rows,
            ),
        ),
        {
            "order.number": ("Bestellnr.",), "order.date_placed": ("Bestelldatum",),
            "order.status": ("Bestellstatus",), "order.customer": ("Kunden-E-Mail",),
            "order.currency": ("Währung",), "order.amount": ("Gesamtsumme",),
            "order.shipping_amount": ("Versandkosten",), "order.discount_amount": ("Rabatt",),
            "order.shipping_address": ("Lieferanschrift", "Lieferland", "Lieferort"),
            "order.cargo_company": ("Versender",),
            "items.product": ("Artikelnummer",), "items.quantity": ("Menge",),
            "items.unit_price": ("Einzelpreis",), "items.price": ("Einzelpreis",),
            "items.total_price": ("Zeilensumme",), "items.tax_rate": ("MwSt-Satz",),
        },
        dates={"order.date_placed": "%d.%m.%Y %H:%M"}, locale="de_DE",
        order_total="items+shipping-discount", encoding="cp1252",
    )  # fmt: skip


def american_first_row() -> Layout:
    """English, month first, the order's columns on the first row of each order only, no line total."""
    rows = []
    for o in made():
        for k, line in enumerate(o.lines):
            head = [
                o.day("{m:02}/{d:02}/{Y}"), ("Delivered", "Cancelled", "Refunded")[o.state], o.mail, "USD",
                english(o.total), english(o.shipping), english(o.discount), f"{o.index} Sample Street",
                "Springfield", "US", f"10.0.0.{o.index}",
            ]  # fmt: skip
            item = [line.sku, f"Thing {line.sku}", str(line.quantity), english(line.price)]
            rows.append([f"US{o.index:04}", *(head if k == 0 else [""] * len(head)), *item])
    return Layout(
        "american, first row",
        (
            (
                "sales.csv",
                ["Order Ref", "Purchased on", "Order state", "Buyer email", "Currency code", "Grand total",
                 "Postage", "Coupon amount", "Ship to street", "Ship to city", "Ship to country",
                 "Buyer IP", "Item SKU", "Item title", "Qty", "Price each"],
                rows,
            ),
        ),
        {
            "order.number": ("Order Ref",), "order.date_placed": ("Purchased on",),
            "order.status": ("Order state",), "order.customer": ("Buyer email",),
            "order.currency": ("Currency code",), "order.amount": ("Grand total",),
            "order.shipping_amount": ("Postage",), "order.discount_amount": ("Coupon amount",),
            "order.shipping_address": ("Ship to city", "Ship to country", "Ship to street"),
            "order.remote_addr": ("Buyer IP",),
            "items.product": ("Item SKU",), "items.quantity": ("Qty",),
            "items.unit_price": ("Price each",), "items.price": ("Price each",),
            "items.total_price": ("Price each", "Qty"),
        },
        dates={"order.date_placed": "%m/%d/%Y"}, order_total="items+shipping-discount", delimiter=",",
    )  # fmt: skip


def net_prices() -> Layout:
    """Turkish, two files, prices without VAT and an order total with it, rounded by line."""
    head, items = [], []
    for o in made():
        gross = sum(
            ((line.total * (100 + line.rate) / 100).quantize(CENT, ROUND_HALF_UP) for line in o.lines),
            Decimal(0),
        )
        number = str(70000 + o.index)
        head.append(
            [number, o.day("{Y}-{m:02}-{d:02} {H:02}:{M:02}:00"), ("Tamamlandı", "İptal Edildi")[o.state % 2],
             str(300 + o.index % 7), "TRY", turkish(gross + o.shipping), turkish(o.shipping)]
        )  # fmt: skip
        items += [
            [number, f"{i}", line.sku, str(line.quantity), turkish(line.price), turkish(line.total),
             str(line.rate)]
            for i, line in enumerate(o.lines, 1)
        ]  # fmt: skip
    return Layout(
        "net prices",
        (
            (
                "siparis_baslik.csv",
                ["Sipariş Numarası", "Oluşturma Tarihi", "Durumu", "Müşteri Kodu", "Döviz",
                 "KDV Dahil Toplam", "Kargo Bedeli"],
                head,
            ),
            (
                "siparis_detay.csv",
                ["Sipariş Numarası", "Sıra", "Ürün Kodu", "Adet", "KDV Hariç Fiyat", "KDV Hariç Tutar",
                 "KDV"],
                items,
            ),
        ),
        {
            "order.number": ("Sipariş Numarası",), "order.date_placed": ("Oluşturma Tarihi",),
            "order.status": ("Durumu",), "order.customer": ("Müşteri Kodu",), "order.currency": ("Döviz",),
            "order.amount": ("KDV Dahil Toplam",), "order.shipping_amount": ("Kargo Bedeli",),
            "items.product": ("Ürün Kodu",), "items.quantity": ("Adet",),
            "items.unit_price": ("KDV Hariç Fiyat",), "items.price": ("KDV Hariç Fiyat",),
            "items.total_price": ("KDV Hariç Tutar",), "items.tax_rate": ("KDV",),
        },
        dates={"order.date_placed": "%Y-%m-%d %H:%M:%S"}, locale="tr_TR", order_total="none",
    )  # fmt: skip


def thousands_only() -> Layout:
    """English words, amounts without cents whose dot may be a decimal point: only arithmetic can tell."""

    def dotted(amount: Decimal) -> str:
        return f"{amount:,.0f}".replace(",", ".")

    rows = flat(
        made(whole=True),
        lambda o: [
            f"{8800 + o.index}", o.day("{Y}-{m:02}-{d:02}"), "delivered", o.mail, "TRY", dotted(o.total),
            dotted(o.shipping), dotted(o.discount),
        ],
        lambda _, line, __: [line.sku, str(line.quantity), dotted(line.price), dotted(line.total)],
    )  # fmt: skip
    return Layout(
        "thousands only",
        (
            (
                "export.csv",
                ["Order No", "Date", "Status", "E-mail", "Currency", "Order total", "Shipping fee",
                 "Discount", "SKU", "Quantity", "Unit price", "Line total"],
                rows,
            ),
        ),
        {
            "order.number": ("Order No",), "order.date_placed": ("Date",), "order.status": ("Status",),
            "order.customer": ("E-mail",), "order.currency": ("Currency",),
            "order.amount": ("Order total",), "order.shipping_amount": ("Shipping fee",),
            "order.discount_amount": ("Discount",), "items.product": ("SKU",),
            "items.quantity": ("Quantity",), "items.unit_price": ("Unit price",),
            "items.price": ("Unit price",), "items.total_price": ("Line total",),
        },
        dates={"order.date_placed": "%Y-%m-%d"}, locale="tr_TR", order_total="items+shipping-discount",
    )  # fmt: skip


def look_alikes() -> Layout:
    """Turkish, flat, pairs of columns that a header alone does not tell apart."""
    rows = flat(
        made(),
        lambda o: [
            str(100200 + o.index * 3), f"WEB{o.index:05}", o.day("{d:02}.{m:02}.{Y} {H:02}:{M:02}"),
            o.day("{d:02}.{m:02}.2024 {H:02}:{M:02}"), "Teslim Edildi", f"0532000{o.index:04}",
            f"KRG{o.index:08}", f"FTR2023{o.index:06}", o.mail, turkish(o.total), turkish(o.items),
            turkish(o.shipping), turkish(o.discount), "₺",
        ],
        lambda _, line, __: [
            line.sku, f"86900000{line.sku[-3:]}00", str(line.quantity), turkish(line.listed),
            turkish(line.price), turkish(line.total),
        ],
    )  # fmt: skip
    return Layout(
        "look-alikes",
        (
            (
                "disa_aktarim.csv",
                ["Sipariş ID", "Sipariş Kodu", "Tarih", "Güncellenme Tarihi", "Durum", "Telefon", "Takip No",
                 "Fatura Numarası", "E-Posta", "Ödenecek Tutar", "Ara Toplam", "Kargo", "Kupon İndirimi",
                 "Para Birimi", "SKU", "Barkod", "Adet", "Etiket Fiyatı", "Fiyat", "Tutar"],
                rows,
            ),
        ),
        {
            "order.number": ("Sipariş Kodu",), "order.date_placed": ("Tarih",), "order.status": ("Durum",),
            "order.customer": ("E-Posta",), "order.tracking_number": ("Takip No",),
            "order.invoice_number": ("Fatura Numarası",), "order.amount": ("Ödenecek Tutar",),
            "order.shipping_amount": ("Kargo",), "order.discount_amount": ("Kupon İndirimi",),
            "order.currency": ("Para Birimi",), "items.product": ("SKU",), "items.quantity": ("Adet",),
            "items.unit_price": ("Fiyat",), "items.price": ("Fiyat",),
            "items.retail_price": ("Etiket Fiyatı",), "items.total_price": ("Tutar",),
        },
        dates={"order.date_placed": "%d.%m.%Y %H:%M"}, locale="tr_TR",
        order_total="items+shipping-discount",
    )  # fmt: skip


WRITTEN_FIRST: tuple[Callable[[], Layout], ...] = (
    dealer_portal,
    german_flat,
    american_first_row,
    net_prices,
    thousands_only,
    look_alikes,
)
"""Layouts that were written before the code that reads them."""
