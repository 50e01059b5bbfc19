"""The demonstration: a Turkish shop's history in two files, with three orders that are wrong on purpose."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from making import drawing
from making.shop import CUSTOMERS, PRODUCTS
from making.writing import Value, write_csv, write_xlsx

ORDERS = 230
ENGLISH_AMOUNT = 57
UNKNOWN_STATUS = 131
UNKNOWN_PRODUCT = 176
"""Which orders are wrong: two that the checks refuse, and one that only the target can refuse."""

_ORDER_HEADER = (
    *("Sipariş No", "Sipariş Tarihi", "Durum", "Müşteri No", "Müşteri", "E-posta", "Teslimat Adresi No"),
    *(
        "Fatura Adresi No",
        "Para Birimi",
        "Toplam Tutar",
        "Kargo Ücreti",
        "Kargo KDV %",
        "İndirim",
        "İade Tutarı",
    ),
    *("Ödeme Şekli", "Taksit", "Kargo Firması", "Kargo Takip No", "Fatura No", "Fatura Tarihi", "IP Adresi"),
    *("Hediye Paketi", "Hediye Notu", "Sipariş Notu"),
)
_ITEM_HEADER = (
    *(
        "Sipariş No",
        "Satır No",
        "Ürün ID",
        "Stok Kodu",
        "Ürün Adı",
        "Adet",
        "Birim Fiyat",
        "Liste Fiyatı",
        "Tutar",
    ),
    *("KDV %", "Satır Durumu", "Tahmini Teslim", "Kişiye Özel Mesaj"),
)
_FIRST_DAY = datetime(2019, 1, 3, 9, 12)  # noqa: DTZ001 - as the shop wrote it: local time
_NEW_VAT = datetime(2023, 7, 10)  # noqa: DTZ001
_NEW_NUMBERS = 110
_CENT = Decimal("0.01")
_STATUSES = ("Teslim Edildi",) * 15 + (
    "TESLİM EDİLDİ",
    "İptal Edildi",
    "İptal Edildi",
    "İade Edildi",
    "Tamamlandı",
)
_NOTES = (
    "Kapıya bırakın; zili çalmayın",
    'Üzerine "İyi ki doğdun Işıl" yazılsın',
    "Öğleden sonra gelin\nkapıcıya bırakabilirsiniz",
    "ÇĞİÖŞÜ çğıöşü — acil değil",
    "Fatura; adıma değil, şirkete kesilsin",
)
_MESSAGES = (
    "İyi ki doğdun! 🎂🎈",
    "Seni seviyorum ❤️ — Ümit",
    "Mutlu yıllar 🎄; 'yeni yaş' \"yeni\" umut",
    "Iğdır'dan İzmir'e selam 👋🏽",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One order item of the demonstration."""

    product: int
    sku: str
    name: str
    quantity: int
    price: Decimal
    list_price: Decimal

    @property
    def total(self) -> Decimal:
        """What the line costs."""
        return self.quantity * self.price


def write(folder: Path) -> None:
    """Write ``siparisler.csv`` and ``siparis_kalemleri.xlsx``."""
    orders: list[tuple[str, ...]] = [_ORDER_HEADER]
    items: list[tuple[Value, ...]] = [_ITEM_HEADER]
    for index in range(ORDERS):
        lines = _lines(index)
        orders.append(_order(index, lines))
        items += _items(index, lines, serial=len(items))
    write_csv(folder / "siparisler.csv", orders, "cp1254", ";")
    notes = (
        ("Not", "Tarih"),
        ("Kalemler sayfası eski panelden 02.01.2025 tarihinde alındı.", date(2025, 1, 2)),
        ("Fiyatlara KDV dahildir. 999 numaralı ürün 2021'de kaldırıldı.", date(2025, 1, 2)),
    )
    write_xlsx(folder / "siparis_kalemleri.xlsx", {"Kalemler": items, "Notlar": notes})


def _number(index: int) -> str:
    """The old panel filled numbers up with zeros; the new one, from 2022 on, did not need to."""
    return f"{4711 + 37 * index:06d}" if index < _NEW_NUMBERS else str(100_001 + 13 * index)


def _placed(index: int) -> datetime:
    return _FIRST_DAY + timedelta(days=index * 2180 // ORDERS, minutes=drawing.number(700, "minute", index))


def _lines(index: int) -> list[Line]:
    if index == ENGLISH_AMOUNT:
        jeans, hat = PRODUCTS[9], PRODUCTS[36]
        return [
            Line(jeans.pk, jeans.sku, jeans.name, 2, jeans.price, jeans.price),
            Line(hat.pk, hat.sku, hat.name, 1, hat.price, hat.price),
        ]
    if index == UNKNOWN_PRODUCT:
        return [Line(999, "ESK-URN-01", "Eski Ürün (kaldırıldı)", 1, Decimal("99.90"), Decimal("99.90"))]
    count = drawing.one_of((1, 1, 1, 1, 2, 2, 2, 3, 3, 4), "count", index)
    lines = []
    for product in drawing.several(PRODUCTS, count, "product", index):
        quantity = drawing.one_of((1, 1, 1, 1, 2, 2, 3), "quantity", index, product.pk)
        reduced = drawing.number(5, "reduced", index, product.pk) == 0
        price = (product.price * Decimal("0.8")).quantize(_CENT, ROUND_HALF_UP) if reduced else product.price
        lines.append(Line(product.pk, product.sku, product.name, quantity, price, product.price))
    return lines


def _order(index: int, lines: list[Line]) -> tuple[str, ...]:
    customer = drawing.one_of(CUSTOMERS, "customer", index)
    placed, status = _placed(index), _status(index)
    paid = status != "İptal Edildi"
    goods = sum((line.total for line in lines), Decimal(0))
    special = index in {ENGLISH_AMOUNT, UNKNOWN_PRODUCT}
    shipping = Decimal(0) if goods >= 500 or special else Decimal("29.90")  # noqa: PLR2004 - free from 500 TL on
    reduced = drawing.number(6, "discount", index) == 0 and not special
    discount = (goods / 10).quantize(_CENT, ROUND_HALF_UP) if reduced else Decimal(0)
    amount = goods + shipping - discount
    card = drawing.number(10, "payment", index)
    gift = drawing.number(12, "gift", index) == 0
    return (
        _number(index),
        placed.strftime("%d.%m.%Y %H:%M"),
        "Teslim Edlidi" if index == UNKNOWN_STATUS else status,
        str(customer.pk),
        f"{customer.first} {customer.last}",
        customer.email,
        str(customer.addresses[0]),
        str(customer.addresses[-1]),
        drawing.one_of(("TL", "TL", "TL", "TRY"), "currency", index),
        f"{amount:,.2f}" if index == ENGLISH_AMOUNT else _turkish(amount),
        _turkish(shipping),
        str(_vat(placed)),
        _turkish(discount) if discount else "",
        _turkish(amount) if status == "İade Edildi" else "",
        "Kredi Kartı" if card < 7 else ("Havale/EFT", "Kapıda Ödeme", "Kapıda Ödeme")[card - 7],  # noqa: PLR2004
        str(drawing.one_of((1, 1, 3, 6), "installments", index)) if card < 7 else "",  # noqa: PLR2004
        drawing.one_of(("Yurtiçi Kargo", "Yurtiçi Kargo", "UPS", "Sendeo", "Kolay Gelsin"), "cargo", index),
        f"{700_000_000_000 + drawing.number(10**9, 'tracking', index)}" if paid else "",
        f"ORN{placed.year}{index + 1:09d}" if paid else "",
        (placed + timedelta(hours=3)).strftime("%d.%m.%Y %H:%M") if paid else "",
        f"192.0.2.{1 + drawing.number(254, 'address', index)}",
        "Evet" if gift else "Hayır",
        "İyi günlerde kullan, Çağrı" if gift else "",
        drawing.one_of(_NOTES, "note", index) if drawing.number(4, "noted", index) == 0 else "",
    )


def _items(index: int, lines: list[Line], serial: int) -> list[tuple[Value, ...]]:
    number, placed, status = _number(index), _placed(index), _status(index)
    written: str | int = number if number.startswith("0") else int(number)
    rows: list[tuple[Value, ...]] = []
    for line in lines:
        told = drawing.number(15, "message", index, line.product) == 0
        rows.append(
            (
                written,
                f"K{serial + len(rows):05d}",
                line.product,
                line.sku,
                line.name,
                line.quantity,
                line.price,
                line.list_price,
                line.total,
                _vat(placed),
                status,
                placed.date() + timedelta(days=3),
                drawing.one_of(_MESSAGES, "words", index, line.product) if told else "",
            )
        )
    return rows


def _status(index: int) -> str:
    special = index in {ENGLISH_AMOUNT, UNKNOWN_STATUS, UNKNOWN_PRODUCT}
    return "Teslim Edildi" if special else drawing.one_of(_STATUSES, "status", index)


def _vat(placed: datetime) -> int:
    return 10 if placed >= _NEW_VAT else 8


def _turkish(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
