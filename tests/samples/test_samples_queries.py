"""The queries that give the exports of Magento, PrestaShop and OpenCart, on a small database."""

import csv
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing

import pytest
from preset_runs import PLATFORMS
from sample_outcomes import ROOT

PAGE = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
QUERIES = {
    title.lower(): re.findall(r"^```sql\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    for title, section in re.findall(r"^## (\w+)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
}
_MAGENTO_ADDRESS = "entity_id firstname lastname street city region postcode telephone country_id"
_PRESTASHOP_ADDRESS = (
    "id_address id_country firstname lastname address1 address2 city postcode phone phone_mobile"
)
_OPENCART_ADDRESS = "firstname lastname address_1 address_2 city zone postcode country"
TABLES: Mapping[str, Mapping[str, str]] = {
    "magento": {
        "sales_order": "entity_id increment_id created_at status order_currency_code grand_total"
        " shipping_incl_tax discount_amount total_refunded coupon_code customer_email customer_firstname"
        " customer_lastname customer_note remote_ip shipping_address_id billing_address_id",
        "sales_order_payment": "entity_id parent_id method",
        "sales_order_address": _MAGENTO_ADDRESS,
        "sales_order_item": "item_id order_id parent_item_id sku name qty_ordered price_incl_tax"
        " row_total_incl_tax discount_amount tax_percent",
    },
    "prestashop": {
        "ps_orders": "id_order reference date_add current_state module id_currency id_customer"
        " id_address_delivery id_address_invoice total_paid_tax_incl total_shipping_tax_incl carrier_tax_rate"
        " total_discounts_tax_incl gift gift_message",
        "ps_order_carrier": "id_order_carrier id_order tracking_number",
        "ps_currency": "id_currency iso_code",
        "ps_customer": "id_customer email firstname lastname",
        "ps_country": "id_country iso_code",
        "ps_address": _PRESTASHOP_ADDRESS,
        "ps_order_detail": "id_order_detail id_order product_reference product_name product_quantity"
        " unit_price_tax_incl total_price_tax_incl",
    },
    "opencart": {
        "oc_order": "order_id date_added order_status_id currency_code currency_value total payment_code"
        " email firstname lastname telephone comment ip tracking "
        + " ".join(
            f"{side}_{part}" for side in ("shipping", "payment") for part in _OPENCART_ADDRESS.split()
        ),
        "oc_order_total": "order_total_id order_id code value",
        "oc_order_product": "order_product_id order_id product_id model name quantity price tax",
        "oc_product": "product_id sku",
    },
}
"""The columns that the queries need, as the platforms' source code names them."""


_CONFIRMED: Mapping[str, dict[str, object]] = {
    "magento": {},
    "prestashop": {},
    "opencart": {"order_status_id": 5},
}
"""What an order needs so that its query takes it."""


def _answer(platform: str, rows: Mapping[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """What the query gives on these rows; columns that a row does not name are empty."""
    (query,) = QUERIES[platform]
    with closing(sqlite3.connect(":memory:")) as database:
        database.row_factory = sqlite3.Row
        for table, columns in TABLES[platform].items():
            database.execute(f"CREATE TABLE {table} ({', '.join(columns.split())})")
            for row in rows.get(table, []):
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        return [dict(row) for row in database.execute(query)]


@pytest.mark.parametrize("platform", TABLES)
def test_a_query_gives_the_columns_of_the_sample(platform: str) -> None:
    """By name and in order, so that the preset reads what the query writes."""
    order = next(iter(TABLES[platform]))
    (row,) = _answer(platform, {order: [{TABLES[platform][order].split()[0]: 1, **_CONFIRMED[platform]}]})
    with (PLATFORMS / f"{platform}_orders.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file, delimiter=";" if platform == "prestashop" else ","))
    assert list(row) == header


def test_magentos_query_takes_a_configurable_product_once() -> None:
    """The row of the variant, which costs nothing, is left out; an order without items stays in."""
    items: list[dict[str, object]] = [
        {"item_id": 1, "order_id": 7, "sku": "SHIRT-RED-M", "row_total_incl_tax": 149.9},
        {"item_id": 2, "order_id": 7, "parent_item_id": 1, "sku": "SHIRT-RED-M", "row_total_incl_tax": 0},
    ]
    orders: list[dict[str, object]] = [{"entity_id": 7, "increment_id": "07"}, {"entity_id": 8}]
    rows = _answer("magento", {"sales_order": orders, "sales_order_item": items})
    assert [(row["increment_id"], row["item_id"]) for row in rows] == [("07", 1), (None, None)]


def test_prestashops_query_takes_an_order_once_however_many_parcels_it_had() -> None:
    """And the mobile number where there is one, else the other."""
    rows = _answer(
        "prestashop",
        {
            "ps_orders": [{"id_order": 3, "id_address_delivery": 1, "id_address_invoice": 2}],
            "ps_address": [
                {"id_address": 1, "phone": "02120000000", "phone_mobile": "05000000000"},
                {"id_address": 2, "phone": "02120000000", "phone_mobile": ""},
            ],
            "ps_order_carrier": [
                {"id_order": 3, "tracking_number": ""},
                {"id_order": 3, "tracking_number": "T1"},
            ],
            "ps_order_detail": [{"id_order": 3, "id_order_detail": 9}],
        },
    )
    assert [(row["tracking_number"], row["delivery_phone"], row["invoice_phone"]) for row in rows] == [
        ("T1", "05000000000", "02120000000")
    ]


def test_opencarts_query_gives_what_the_customer_saw() -> None:
    """With tax, in the customer's currency, discounts above zero; an unconfirmed cart is no order."""
    rows = _answer(
        "opencart",
        {
            "oc_order": [
                {"order_id": 5, "order_status_id": 5, "currency_value": 0.5, "total": 230.0},
                {"order_id": 6, "order_status_id": 0, "currency_value": 1.0, "total": 1.0},
            ],
            "oc_order_product": [
                {"order_id": 5, "product_id": 4, "quantity": 2, "price": 100.0, "tax": 10.0}
            ],
            "oc_product": [{"product_id": 4, "sku": "A"}],
            "oc_order_total": [
                {"order_id": 5, "code": "shipping", "value": 20.0},
                {"order_id": 5, "code": "tax", "value": 20.0},
                {"order_id": 5, "code": "coupon", "value": -10.0},
            ],
        },
    )
    names = ("sku", "total", "shipping", "discount", "price_incl_tax", "total_incl_tax")
    assert [tuple(row[name] for name in names) for row in rows] == [("A", 115.0, 10.0, 5.0, 55.0, 110.0)]
