"""Four layouts that were written when all corrections had been made, and measured once."""

# ruff: noqa: E501 - a header and its rows are read side by side

from __future__ import annotations

from collections.abc import Callable

from layouts import Layout, english, flat, made, plain, turkish


def bazaar() -> Layout:
    """Turkish, flat, a marketplace's names, the year first in dates, rates with a percent sign."""
    rows = flat(
        made(),
        lambda o: [
            f"PKT{o.index:07}", f"{60000 + o.index}", o.day("{Y}.{m:02}.{d:02}"), "Örnek Kişi", o.mail,
            ("Teslim Edildi", "İptal", "İade Edildi")[o.state], f"Numune Cad. No {o.index}", *o.place,
            "Yurtiçi", f"7{o.index:010}", turkish(o.total), turkish(o.discount), turkish(o.shipping), "TL",
        ],
        lambda _, line, __: [
            f"8690{line.sku[4:]}000000", line.sku, "Deneme", str(line.quantity), turkish(line.price),
            turkish(line.total), f"%{line.rate}",
        ],
    )  # fmt: skip
    return Layout(
        "bazaar",
        (
            (
                "pazaryeri.csv",
                ["Paket No", "Sipariş Numarası", "Sipariş Tarihi", "Alıcı", "Müşteri E-Postası", "Sipariş Statüsü",
                 "Teslimat Adresi", "İl", "İlçe", "Kargo Firması", "Kargo Takip Kodu", "Sipariş Tutarı",
                 "İndirim Tutarı", "Kargo Tutarı", "Para Birimi", "Barkod", "Ürün Stok Kodu", "Ürün Adı", "Adet",
                 "Birim Satış Fiyatı", "Satır Toplamı", "KDV Oranı"],
                rows,
            ),
        ),
        {
            "order.number": ("Sipariş Numarası",), "order.date_placed": ("Sipariş Tarihi",),
            "order.customer": ("Müşteri E-Postası",), "order.status": ("Sipariş Statüsü",),
            "order.shipping_address": ("Teslimat Adresi", "İl", "İlçe"),
            "order.cargo_company": ("Kargo Firması",), "order.tracking_number": ("Kargo Takip Kodu",),
            "order.amount": ("Sipariş Tutarı",), "order.discount_amount": ("İndirim Tutarı",),
            "order.shipping_amount": ("Kargo Tutarı",), "order.currency": ("Para Birimi",),
            "items.product": ("Ürün Stok Kodu",), "items.quantity": ("Adet",),
            "items.unit_price": ("Birim Satış Fiyatı",), "items.price": ("Birim Satış Fiyatı",),
            "items.total_price": ("Satır Toplamı",), "items.tax_rate": ("KDV Oranı",),
        },
        dates={"order.date_placed": "%Y.%m.%d"}, locale="tr_TR", order_total="items+shipping-discount",
    )  # fmt: skip


def camel_case() -> Layout:
    """English, two files from a program: names in one word, dates without day or month doubt."""
    head = [
        [f"W-{o.index}", o.day("{d:02}-{m:02}-{Y} {H:02}:{M:02}"), ("done", "cancelled", "refunded")[o.state],
         o.mail, "EUR", plain(o.total), plain(o.shipping), plain(o.discount), f"198.51.100.{o.index}",
         ("yes", "no")[o.index % 2], "please ring" if o.index % 9 == 0 else ""]
        for o in made()
    ]  # fmt: skip
    lines = [
        [f"W-{o.index}", line.sku, str(line.quantity), plain(line.price), plain(line.total), str(line.rate)]
        for o in made()
        for line in o.lines
    ]
    return Layout(
        "camel case",
        (
            (
                "OrderHeader.csv",
                ["OrderNumber", "OrderDate", "OrderStatus", "CustomerEmail", "CurrencyCode", "OrderTotal",
                 "ShippingCost", "DiscountAmount", "CustomerIp", "GiftWrap", "CustomerNote"],
                head,
            ),
            ("OrderLine.csv", ["OrderNumber", "ProductSku", "Quantity", "UnitPrice", "LineTotal", "TaxRate"], lines),
        ),
        {
            "order.number": ("OrderNumber",), "order.date_placed": ("OrderDate",), "order.status": ("OrderStatus",),
            "order.customer": ("CustomerEmail",), "order.currency": ("CurrencyCode",),
            "order.amount": ("OrderTotal",), "order.shipping_amount": ("ShippingCost",),
            "order.discount_amount": ("DiscountAmount",), "order.remote_addr": ("CustomerIp",),
            "order.has_gift_box": ("GiftWrap",), "order.notes": ("CustomerNote",),
            "items.product": ("ProductSku",), "items.quantity": ("Quantity",),
            "items.unit_price": ("UnitPrice",), "items.price": ("UnitPrice",),
            "items.total_price": ("LineTotal",), "items.tax_rate": ("TaxRate",),
        },
        dates={"order.date_placed": "%d-%m-%Y %H:%M"}, order_total="items+shipping-discount", delimiter=",",
    )  # fmt: skip


def terse_german() -> Layout:
    """German, two files, abbreviated names, gross totals beside net ones."""
    head = [
        [f"{4000 + o.index}", o.day("{d:02}.{m:02}.{Y}"), ("geliefert", "storniert", "retourniert")[o.state],
         f"K{o.index % 7:04}", "EUR", turkish(o.total), turkish(o.shipping), turkish(o.discount),
         f"RE{o.index:06}", o.day("{d:02}.{m:02}.{Y}")]
        for o in made()
    ]  # fmt: skip
    lines = [
        [f"{4000 + o.index}", str(k), line.sku, str(line.quantity), turkish(line.price), turkish(line.total)]
        for o in made()
        for k, line in enumerate(o.lines, 1)
    ]
    return Layout(
        "terse german",
        (
            (
                "kopf.csv",
                ["Auftragsnr", "Auftragsdatum", "Stand", "Kundennr", "Whg.", "Gesamtbetrag", "Versand", "Nachlass",
                 "Rechnungsnr", "Rechnungsdatum"],
                head,
            ),
            ("zeilen.csv", ["Auftragsnr", "Pos", "Artikelnr", "Menge", "E-Preis", "G-Preis"], lines),
        ),
        {
            "order.number": ("Auftragsnr",), "order.date_placed": ("Auftragsdatum",), "order.status": ("Stand",),
            "order.customer": ("Kundennr",), "order.currency": ("Whg.",), "order.amount": ("Gesamtbetrag",),
            "order.shipping_amount": ("Versand",), "order.discount_amount": ("Nachlass",),
            "order.invoice_number": ("Rechnungsnr",), "order.invoice_date": ("Rechnungsdatum",),
            "items.product": ("Artikelnr",), "items.quantity": ("Menge",), "items.unit_price": ("E-Preis",),
            "items.price": ("E-Preis",), "items.total_price": ("G-Preis",),
        },
        dates={"order.date_placed": "%d.%m.%Y", "order.invoice_date": "%d.%m.%Y"}, locale="de_DE",
        order_total="items+shipping-discount",
    )  # fmt: skip


def gift_shop() -> Layout:
    """English, flat, two dates, two totals, two phones, and a month that is always below thirteen."""
    rows = flat(
        made(),
        lambda o: [
            f"GS{o.index:05}", o.day("{m:02}/{d:02}/{Y}"), o.day("{m:02}/{d:02}/{Y}"), ("Complete", "Voided", "Returned")[o.state],
            o.mail, english(o.items), english(o.shipping), english(o.total + o.discount), "USD", "PayPal",
            f"+1 555 01{o.index:02}", "happy birthday" if o.index % 5 == 0 else "",
        ],
        lambda _, line, __: [line.sku, str(line.quantity), english(line.price), english(line.total)],
    )  # fmt: skip
    return Layout(
        "gift shop",
        (
            (
                "transactions.csv",
                ["Order #", "Order Date", "Ship Date", "Order Status", "Customer Email", "Sub-total", "Shipping & Handling",
                 "Order Total", "Currency", "Payment Type", "Phone", "Gift Message", "Product Code", "Qty Ordered",
                 "Sale Price", "Extended Price"],
                rows,
            ),
        ),
        {
            "order.number": ("Order #",), "order.date_placed": ("Order Date",), "order.status": ("Order Status",),
            "order.customer": ("Customer Email",), "order.shipping_amount": ("Shipping & Handling",),
            "order.amount": ("Order Total",), "order.currency": ("Currency",),
            "order.payment_option_slug": ("Payment Type",), "order.gift_box_note": ("Gift Message",),
            "items.product": ("Product Code",), "items.quantity": ("Qty Ordered",),
            "items.unit_price": ("Sale Price",), "items.price": ("Sale Price",),
            "items.total_price": ("Extended Price",),
        },
        dates={"order.date_placed": "%m/%d/%Y"}, order_total="items+shipping", delimiter=",",
    )  # fmt: skip


WRITTEN_LAST: tuple[Callable[[], Layout], ...] = (bazaar, camel_case, terse_german, gift_shop)
"""Layouts that were measured before anything was changed for them."""
