"""The table of payload fields against the facts it states."""

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.payload import (
    CURRENCIES,
    ITEM_FIELDS,
    ORDER_FIELDS,
    STATUS_ALIASES,
    STATUSES,
    Absent,
)

_ORDER_REQUIRED = {"number", "status", "date_placed", "customer", "shipping_address", "billing_address"}
_ITEM_REQUIRED = {"product", "quantity", "unit_price", "total_price"}
_SENT_BY_CLIENT = {
    *("product", "status", "price_currency", "price", "tax_rate", "extra_field", "price_list", "stock_list"),
    *("tracking_number", "carrier_shipping_code", "discount_amount", "retail_price", "attributes"),
    *("attributes_kwargs", "parent", "delivered_date", "estimated_delivery_date"),
}


def test_the_table_has_every_published_field_once() -> None:
    """47 published order fields and one that the reference client adds; 34 of items, and four."""
    orders, items = [spec.name for spec in ORDER_FIELDS], [spec.name for spec in ITEM_FIELDS]
    assert len(set(orders)) == len(orders) == 48
    assert len(set(items)) == len(items) == 38


def test_the_required_fields_are_the_documented_ones() -> None:
    """What nothing can stand in for."""
    orders = {spec.name for spec in ORDER_FIELDS if spec.absent is Absent.REQUIRED}
    assert orders == _ORDER_REQUIRED | {"currency", "amount"}
    assert {spec.name for spec in ITEM_FIELDS if spec.absent is Absent.REQUIRED} == _ITEM_REQUIRED


def test_the_reference_clients_item_has_seventeen_fields() -> None:
    """As its source shows."""
    assert {spec.name for spec in ITEM_FIELDS if spec.by_client} == _SENT_BY_CLIENT


def test_lengths_are_those_at_which_the_reference_client_cuts() -> None:
    """Text beyond them would be lost there, so it is refused here."""
    lengths = {spec.name: spec.max_length for spec in ORDER_FIELDS if spec.max_length}
    assert lengths == {
        "number": 128,
        "bin_number": 8,
        "tracking_number": 256,
        "carrier_shipping_code": 256,
        "gift_box_note": 160,
        "notes": 320,
        "shipping_option_slug": 128,
    }


def test_statuses_and_their_spellings_are_unambiguous() -> None:
    """A name has one code, an alias leads to a code, and the catalogue counts them rightly."""
    assert len(set(STATUSES.values())) == len(STATUSES)
    assert set(STATUS_ALIASES.values()) <= set(STATUSES)
    assert not set(STATUS_ALIASES) & set(STATUSES.values())
    assert f"{len(STATUSES)} statuses" in CATALOGUE["E232"].why


def test_currencies_are_lower_case_and_listed_once() -> None:
    """As the target writes them."""
    assert len(set(CURRENCIES)) == len(CURRENCIES)
    assert all(code == code.lower() and code.isascii() and code.isalpha() for code in CURRENCIES)
