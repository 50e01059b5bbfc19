"""Columns are known by the fields that are made of them, and by their names."""

import pytest

from pipeline.redaction.naming import bundled_name
from pipeline.redaction.roles import Role, role_of, uses_of, words_of

MAPPING = {
    "sources": {"orders": {"files": "o*.csv", "key": "NO", "drop": [{"column": "AD", "is": "Test"}]}},
    "order": {
        "number": "NO",
        "amount": {"column": "TOPLAM", "decimal": "true"},
        "date_placed": {"column": "TARIH", "date": "%Y"},
        "status": {"column": "DURUM", "map": "durumlar"},
        "notes": "NOTLAR",
        "remote_addr": "IP",
        "customer": {"lookup": "customer", "by": {"email": "MAIL"}, "create": {"first_name": "AD"}},
        "shipping_address": {"by": {"line": "ADRES"}, "within": {"city": "SEHIR"}},
    },
    "items": {"quantity": {"column": "ADET"}, "product": {"lookup": "product", "by": {"sku": "SKU"}}},
    "values": {"durumlar": {"Kargoda": "shipped"}},
}
ROLES = {
    "NO": Role.CODE,
    "TOPLAM": Role.AMOUNT,
    "TARIH": Role.DATE,
    "DURUM": Role.WORD,
    "NOTLAR": Role.TEXT,
    "IP": Role.IDENTITY,
    "MAIL": Role.EMAIL,
    "AD": Role.NAME,
    "ADRES": Role.ADDRESS,
    "SEHIR": Role.PLACE,
    "ADET": Role.AMOUNT,
    "SKU": Role.CODE,
}


@pytest.mark.parametrize(("header", "role"), ROLES.items())
def test_a_column_is_what_its_fields_are(header: str, role: Role) -> None:
    """Fields of the payload, of records to look up and of records to create tell what a cell is."""
    assert role_of(header, uses_of(MAPPING, ROLES)[header]) is role


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("E-Posta", Role.EMAIL),
        ("Müşteri Soyadı", Role.NAME),
        ("Teslimat Adresi", Role.ADDRESS),
        ("Cep Telefonu", Role.PHONE),
        ("TCKN", Role.IDENTITY),
        ("Açıklama", Role.TEXT),
    ],
)
def test_a_column_that_no_field_reads_is_known_by_its_name_or_counts_as_personal(
    header: str, role: Role
) -> None:
    """What nobody knows anything of may hold anything."""
    assert role_of(header, ()) is role
    assert role.personal


def test_words_of_a_mapping_are_all_its_scalars() -> None:
    """Keys of value tables and their values, folded."""
    assert {"kargoda", "shipped", "test"} <= set(words_of(MAPPING))


def test_files_are_called_as_the_patterns_say_and_not_as_the_customer_does() -> None:
    """A made-up name fits the same pattern; where none does, the file keeps its own."""
    patterns = ["siparis*.csv", "kalem*.xls*"]
    assert bundled_name("siparis_acme_ayse.csv", "orders", 1, patterns, as_xlsx=False) == "siparis1.csv"
    assert bundled_name("siparis_acme.csv.gz", "orders", 2, patterns, as_xlsx=False) == "siparis2.csv.gz"
    assert bundled_name("acme.csv", "lines", 1, ["*.csv"], as_xlsx=False) == "lines1.csv"
    assert bundled_name("acme orders.xls", "lines", 1, ["acme*"], as_xlsx=True) == "acme1.xlsx"
    assert bundled_name("a7.csv", "orders", 1, ["a?.csv"], as_xlsx=False) == "a7.csv"
    assert bundled_name("both.csv", "orders", 1, ["both*", "b*.csv"], as_xlsx=False) == "both.csv"
