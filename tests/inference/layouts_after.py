"""Four more invented layouts, written after the inference was done, with other words and other traps."""

# ruff: noqa: E501 - a header and its rows are read side by side

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from layouts import CENT, Layout, english, flat, made, plain, turkish


def warehouse_export() -> Layout:
    """English, two files, database-like names, ids of many kinds, a tax that is added to the order."""
    head, lines = [], []
    for o in made():
        tax = (o.items * 20 / 100).quantize(CENT, ROUND_HALF_UP)
        head.append(
            [f"{9000 + o.index}", f"SO-{o.index:05}", str(40 + o.index % 7), o.day("{Y}-{m:02}-{d:02}T{H:02}:{M:02}:00Z"),
             o.day("{Y}-{m:02}-{d:02}T23:59:00Z"), ("COMPLETED", "CANCELLED", "RETURNED")[o.state], "GBP",
             plain(o.items), plain(tax), plain(o.shipping), plain(o.items + tax + o.shipping)]
        )  # fmt: skip
        lines += [
            [f"{o.index * 10 + k}", f"{9000 + o.index}", f"{700 + int(line.sku[4:])}", line.sku, str(line.quantity),
             plain(line.price), plain(line.total)]
            for k, line in enumerate(o.lines)
        ]  # fmt: skip
    return Layout(
        "warehouse export",
        (
            (
                "sales_order.csv",
                ["order_id", "order_number", "customer_id", "created_at", "updated_at", "order_status",
                 "currency_code", "subtotal", "tax_amount", "shipping_amount", "grand_total"],
                head,
            ),
            (
                "sales_order_item.csv",
                ["item_id", "order_id", "product_id", "sku", "qty_ordered", "unit_price", "row_total"],
                lines,
            ),
        ),
        {
            "order.number": ("order_number",), "order.date_placed": ("created_at",),
            "order.status": ("order_status",), "order.customer": ("customer_id",),
            "order.currency": ("currency_code",), "order.amount": ("grand_total",),
            "order.shipping_amount": ("shipping_amount",), "items.product": ("product_id",),
            "items.quantity": ("qty_ordered",), "items.unit_price": ("unit_price",),
            "items.price": ("unit_price",), "items.total_price": ("row_total",),
        },
        dates={"order.date_placed": "%Y-%m-%dT%H:%M:%S%z"}, order_total="none", delimiter=",",
    )  # fmt: skip


def accountant() -> Layout:
    """Turkish, flat, capitals without Turkish letters, dates with dashes, a discount on the line."""
    rows = flat(
        made(),
        lambda o: [
            o.day("{d:02}-{m:02}-{Y}"), f"IRS{o.index:06}", f"A{2000 + o.index}", f"CH-{o.index % 7:03}",
            "Örnek Ticaret", o.mail, ("KARGOLANDI", "IPTAL EDILDI", "IADE EDILDI")[o.state], "TRY",
            turkish(o.items - 5 * len(o.lines)),
        ],
        lambda _, line, k: [
            str(k), line.sku, "Deneme ürünü", str(line.quantity), turkish(line.price), "5,00",
            turkish(line.total - 5), str(line.rate),
        ],
    )  # fmt: skip
    return Layout(
        "accountant",
        (
            (
                "satis_raporu.csv",
                ["SIPARIS TARIHI", "IRSALIYE NO", "SIPARIS NO", "CARI KODU", "CARI UNVANI", "CARI EMAIL",
                 "SIPARIS DURUMU", "PARA BIRIMI", "SIPARIS TOPLAM TUTARI", "SATIR NO", "STOK KODU", "STOK ADI",
                 "MIKTAR", "BIRIM FIYAT", "SATIR ISKONTO", "SATIR TUTARI", "KDV ORANI"],
                rows,
            ),
        ),
        {
            "order.date_placed": ("SIPARIS TARIHI",), "order.number": ("SIPARIS NO",),
            "order.customer": ("CARI KODU",), "order.status": ("SIPARIS DURUMU",),
            "order.currency": ("PARA BIRIMI",), "order.amount": ("SIPARIS TOPLAM TUTARI",),
            "items.product": ("STOK KODU",), "items.quantity": ("MIKTAR",),
            "items.unit_price": ("BIRIM FIYAT",), "items.price": ("BIRIM FIYAT",),
            "items.discount_amount": ("SATIR ISKONTO",), "items.total_price": ("SATIR TUTARI",),
            "items.tax_rate": ("KDV ORANI",),
        },
        dates={"order.date_placed": "%d-%m-%Y"}, locale="tr_TR", order_total="items",
    )  # fmt: skip


def swiss_shop() -> Layout:
    """German words with a decimal point, two files, gross and net prices side by side."""
    head, lines = [], []
    for o in made():
        head.append(
            [f"CH{o.index:04}", o.day("{d:02}.{m:02}.{Y}"), ("Versandt", "Storniert", "Abgeschlossen")[o.state],
             o.mail, f"0791234{o.index:03}", "CHF", plain(o.total), plain(o.shipping), plain(o.discount),
             ("Kreditkarte", "Vorkasse")[o.index % 2], f"Musterweg {o.index}", "Zürich", "CH"]
        )  # fmt: skip
        lines += [
            [f"CH{o.index:04}", line.sku, str(line.quantity),
             plain((line.price / Decimal("1.077")).quantize(CENT, ROUND_HALF_UP)), plain(line.price),
             plain(line.total)]
            for line in o.lines
        ]  # fmt: skip
    return Layout(
        "swiss shop",
        (
            (
                "bestellungen.csv",
                ["Bestellung", "Datum der Bestellung", "Status", "E-Mail-Adresse", "Telefonnummer", "Währung",
                 "Gesamtbetrag", "Versandgebühr", "Gutscheinbetrag", "Zahlungsart", "Lieferadresse",
                 "Lieferstadt", "Lieferland"],
                head,
            ),
            (
                "positionen.csv",
                ["Bestellung", "Artikel-Nr", "Anzahl", "Preis netto", "Preis brutto", "Positionssumme"],
                lines,
            ),
        ),
        {
            "order.number": ("Bestellung",), "order.date_placed": ("Datum der Bestellung",),
            "order.status": ("Status",), "order.customer": ("E-Mail-Adresse",), "order.currency": ("Währung",),
            "order.amount": ("Gesamtbetrag",), "order.shipping_amount": ("Versandgebühr",),
            "order.discount_amount": ("Gutscheinbetrag",), "order.payment_option_slug": ("Zahlungsart",),
            "order.shipping_address": ("Lieferadresse", "Lieferland", "Lieferstadt"),
            "items.product": ("Artikel-Nr",), "items.quantity": ("Anzahl",),
            "items.unit_price": ("Preis brutto",), "items.price": ("Preis brutto",),
            "items.total_price": ("Positionssumme",),
        },
        dates={"order.date_placed": "%d.%m.%Y"}, order_total="items+shipping-discount",
    )  # fmt: skip


def marketplace() -> Layout:
    """English, flat, names with dashes, a list price; a discount that no column holds lies in the totals."""
    rows = flat(
        made(),
        lambda o: [
            f"114-{o.index:07}-{o.index * 31:07}", o.day("{Y}/{m:02}/{d:02} {H:02}:{M:02}"), o.mail,
            f"+44 7700 9{o.index:05}", ("shipped", "canceled", "returned")[o.state], "EUR",
            english(o.shipping), f"{o.index} Test Lane", "Dublin", "IE", f"D0{o.index % 9} X2{o.index % 7}{o.index % 5}",
            "standard", english(o.total),
        ],
        lambda _, line, k: [
            f"{k}", line.sku, "A thing", str(line.quantity), english(line.listed), english(line.price),
            english(line.total),
        ],
    )  # fmt: skip
    return Layout(
        "marketplace",
        (
            (
                "report.csv",
                ["order-id", "purchase-date", "buyer-email", "buyer-phone-number", "order-status", "currency",
                 "shipping-price", "ship-address-1", "ship-city", "ship-country", "ship-postal-code",
                 "ship-service-level", "order-total", "line-number", "sku", "product-name",
                 "quantity-purchased", "list-price", "item-price", "item-total"],
                rows,
            ),
        ),
        {
            "order.number": ("order-id",), "order.date_placed": ("purchase-date",),
            "order.customer": ("buyer-email",), "order.status": ("order-status",),
            "order.currency": ("currency",), "order.shipping_amount": ("shipping-price",),
            "order.amount": ("order-total",),
            "order.shipping_address": ("ship-address-1", "ship-city", "ship-country"),
            "items.product": ("sku",), "items.quantity": ("quantity-purchased",),
            "items.retail_price": ("list-price",), "items.unit_price": ("item-price",),
            "items.price": ("item-price",), "items.total_price": ("item-total",),
        },
        dates={"order.date_placed": "%Y/%m/%d %H:%M"}, delimiter="\t",
    )  # fmt: skip


WRITTEN_AFTER: tuple[Callable[[], Layout], ...] = (warehouse_export, accountant, swiss_shop, marketplace)
"""Layouts that the code had not seen when it was written."""
