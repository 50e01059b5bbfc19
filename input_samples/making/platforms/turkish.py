"""Three Turkish platforms. Their exports can be arranged by the shop, so these are examples of a layout."""

from decimal import Decimal
from pathlib import Path

from making.platforms.cases import CASES, Case, Line, Paid, State
from making.writing import Value, csv_text, write_csv, write_text, write_xlsx

_TICIMAX = (
    *("SiparisNo", "SiparisTarihi", "SiparisDurumu", "OdemeTipi", "ParaBirimi", "SiparisToplamTutari"),
    *("KargoTutari", "IndirimTutari", "KargoTakipNo", "SiparisNotu", "Isim", "Soyisim", "Mail", "Telefon"),
    *("KargoAdres", "KargoIl", "KargoPostaKodu", "FaturaAdres", "FaturaIl", "FaturaPostaKodu"),
    *("StokKodu", "UrunAdi", "Adet", "Tutar", "KdvOrani"),
)
_TSOFT = (
    *("OrderCode", "OrderDate", "OrderStatus", "PaymentType", "Currency", "OrderTotalPrice", "CargoPrice"),
    *("DiscountTotal", "CargoTrackingCode", "OrderNote", "CustomerName", "CustomerSurname"),
    *("CustomerUsername", "DeliveryMobile", "DeliveryAddress", "DeliveryCity", "DeliveryZipcode"),
    *("InvoiceAddress", "InvoiceCity", "InvoiceZipcode"),
    *("ProductCode", "ProductName", "Quantity", "SellingPrice", "Vat"),
)
_IDEASOFT = (
    *("Sipariş No", "Sipariş Tarihi", "Sipariş Durumu", "Ödeme Tipi", "Genel Toplam", "Kargo Ücreti"),
    *("İndirim", "Kargo Takip No", "Sipariş Notu", "Müşteri Adı", "Müşteri Soyadı", "E-posta", "Telefon"),
    *("Teslimat Adresi", "Teslimat İl", "Fatura Adresi", "Fatura İl"),
    *("Stok Kodu", "Ürün Adı", "Adet", "Birim Fiyat", "Ürün Toplamı", "KDV Oranı"),
)
_STATES = {
    State.DELIVERED: "Teslim Edildi",
    State.CANCELED: "İptal Edildi",
    State.REFUNDED: "İade Edildi",
    State.OPEN: "Onaylandı",
    State.UNKNOWN: "Kontrol Edilecek",
}
_PAYMENTS = {Paid.CARD: "Kredi Kartı", Paid.TRANSFER: "Havale / EFT", Paid.ON_DELIVERY: "Kapıda Ödeme"}


def write(folder: Path) -> None:
    """Write the workbook of Ticimax and the files of T-Soft and IdeaSoft."""
    cells = [_ticimax(case, line) for case in CASES for line in case.lines]
    write_xlsx(folder / "ticimax_siparisler.xlsx", {"Siparisler": [_TICIMAX, *cells]})
    rows = [_tsoft(case, line) for case in CASES for line in case.lines]
    write_csv(folder / "tsoft_orders.csv", [_TSOFT, *rows], delimiter=";")
    lines = [_ideasoft(case, place, line) for case in CASES for place, line in enumerate(case.lines)]
    text = csv_text([_IDEASOFT, *lines], delimiter=";")
    write_text(folder / "ideasoft_siparisler.csv", text, "utf-8-sig")


def _ticimax(case: Case, line: Line) -> tuple[Value, ...]:
    person = case.person
    return (
        f"TCM{case.pk:06d}",
        case.placed,
        _STATES[case.state],
        _PAYMENTS[case.paid],
        "TL",
        case.total,
        case.shipping,
        case.discount,
        case.tracking,
        case.note,
        person.first,
        person.last,
        person.email,
        person.phone,
        person.shipping.line,
        person.shipping.city,
        person.shipping.postcode,
        person.billing.line,
        person.billing.city,
        person.billing.postcode,
        line.sku,
        line.name,
        line.quantity,
        line.price,
        10,
    )


def _tsoft(case: Case, line: Line) -> tuple[object, ...]:
    person = case.person
    return (
        f"TS{case.pk:05d}",
        case.placed.strftime("%Y-%m-%d %H:%M:%S"),
        _STATES[case.state],
        _PAYMENTS[case.paid],
        "TL",
        f"{case.total:.2f}",
        f"{case.shipping:.2f}",
        f"{case.discount:.2f}",
        case.tracking,
        case.note,
        person.first,
        person.last,
        person.email,
        person.phone,
        person.shipping.line,
        person.shipping.city,
        person.shipping.postcode,
        person.billing.line,
        person.billing.city,
        person.billing.postcode,
        line.sku,
        line.name,
        line.quantity,
        f"{line.price:.2f}",
        10,
    )


def _ideasoft(case: Case, place: int, line: Line) -> tuple[object, ...]:
    person = case.person
    order = (
        case.placed.strftime("%d.%m.%Y %H:%M"),
        _STATES[case.state].lower().replace("i̇", "i").capitalize(),
        _PAYMENTS[case.paid],
        _lira(case.total),
        _lira(case.shipping),
        _lira(case.discount),
        case.tracking,
        case.note,
        person.first,
        person.last,
        person.email,
        person.phone,
        person.shipping.line,
        person.shipping.city,
        person.billing.line,
        person.billing.city,
    )
    item = (line.sku, line.name, line.quantity, _lira(line.price), _lira(line.total), "%10")
    return (10_000 + case.pk, *(order if place == 0 else [""] * len(order)), *item)


def _lira(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + " TL"
