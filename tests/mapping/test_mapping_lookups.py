"""Rules that look a record up: from cells to a reference, or to what is wrong with them."""
# ruff: noqa: DTZ001 - date cells of a workbook have no zone

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lookup_texts import (
    ALSANCAK,
    AYSE,
    BY_EMAIL,
    CELLS,
    IZMIR,
    KONAK,
    NEW_ADDRESS,
    NEW_CUSTOMER,
    TURKEY,
    looked_up,
    mapper,
    told,
    with_lookups,
)
from mapping_texts import compiled, with_order

from pipeline.model.cell import Cell, CellError
from pipeline.model.lookup import LookupKind, Reference, reference_from

_ALL = with_lookups(customer=NEW_CUSTOMER, address=NEW_ADDRESS)
_MANY = (
    "customer: {lookup: customer, by: [{email: EPOSTA}, {phone_number: TEL}], create: {channel_code: KOD}}"
)


def _created(text: str, field: str = "customer", **cells: Cell) -> dict[str, object]:
    reference = looked_up(text, field, **cells).fields[field]
    assert isinstance(reference, Reference)
    return dict(reference.create or ())


def test_a_record_is_looked_up_by_a_key() -> None:
    """The field's value is a reference: the kind, the key and the text of the cell."""
    row = looked_up(with_lookups(customer=BY_EMAIL), "customer")
    assert row.problems == []
    assert row.fields == {"customer": Reference(LookupKind.CUSTOMER, "email", "ayse@ornek.example")}


@pytest.mark.parametrize(
    ("line", "cells", "key", "value"),
    [
        ("cargo_company: {lookup: cargo_company, by: {erp_code: A}}", {"A": "YK"}, "erp_code", "YK"),
        (
            "cargo_company: {lookup: cargo_company, by: {name: A}}",
            {"A": " Yurtiçi  Kargo"},
            "name",
            "Yurtiçi Kargo",
        ),
        (
            "payment_option: {lookup: payment_option, by: {slug: A}}",
            {"A": "Credit_Card "},
            "slug",
            "Credit_Card",
        ),
        (
            "cargo_company: {lookup: cargo_company, by: {erp_code: {column: A, map: {Yurtiçi: YK}}}}",
            {"A": "YURTİÇİ"},
            "erp_code",
            "YK",
        ),
        (
            (
                "cargo_company: {lookup: cargo_company, by: {name: "
                "{template: '{a} {b}', columns: {a: A, b: B}}}}"
            ),
            {"A": "Yurtiçi", "B": "Kargo"},
            "name",
            "Yurtiçi Kargo",
        ),
    ],
)
def test_a_key_is_read_by_an_ordinary_rule(line: str, cells: dict[str, Cell], key: str, value: str) -> None:
    """Column, template, table, constant and default, as anywhere else."""
    field = line.partition(":")[0]
    assert looked_up(with_order(line), field, **cells).fields == {
        field: Reference(LookupKind(field), key, value)
    }


def test_a_reference_without_a_column_is_the_same_for_every_row() -> None:
    """A price list by its name."""
    line = "product: URUN\n  price_list: {lookup: price_list, by: {name: {constant: TL}}}"
    mapping = compiled(with_lookups(product=line))
    plan = next(plan for plan in mapping.items if plan.name == "price_list")
    assert (plan.columns, plan.read) == ((), None)
    assert plan.value == Reference(LookupKind.PRICE_LIST, "name", "TL")


@pytest.mark.parametrize("cell", ["", "  ", "-", "\u200b"])
def test_an_empty_key_leaves_a_field_out_that_may_be_left_out(cell: str) -> None:
    """No record is named, and null words and invisible characters name none."""
    line = "cargo_company: {lookup: cargo_company, by: {name: {column: A, empty: ['-']}}}"
    row = looked_up(with_order(line), "cargo_company", A=cell)
    assert (row.fields, row.problems) == ({}, [])


def test_an_empty_key_of_a_needed_record_is_a_problem_at_its_cell() -> None:
    """E205, as for an id."""
    assert told(looked_up(with_lookups(customer=BY_EMAIL), "customer", EPOSTA=" ")) == [
        ("customer", "E205", "EPOSTA")
    ]
    line = "cargo_company: {lookup: cargo_company, by: {name: {column: AD, required: true}}}"
    assert told(looked_up(with_order(line), "cargo_company", AD="")) == [("cargo_company", "E205", "AD")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Ayse@Ornek.EXAMPLE ", "ayse@ornek.example"),
        ("\u200bayse@ornek.example", "ayse@ornek.example"),
        ("ayse+1@ornek.example", "ayse+1@ornek.example"),
    ],
)
def test_an_email_address_loses_its_case_and_nothing_that_tells_two_apart(cell: str, value: str) -> None:
    """Case and invisible characters do not matter; all else does."""
    assert (
        looked_up(with_lookups(customer=BY_EMAIL), "customer", EPOSTA=cell).fields["customer"].value == value
    )


@pytest.mark.parametrize("cell", ["00123", "aBc-1", "A  1", "12E45", "1E5"])
def test_the_code_of_a_product_stays_as_it_is_written(cell: str) -> None:
    """Zeros, case and inner spaces may tell two products apart."""
    text = with_lookups(product="product: {lookup: product, by: {sku: URUN}}")
    found = looked_up(text, "product", URUN=f" {cell} ").fields["product"]
    assert found == Reference(LookupKind.PRODUCT, "sku", cell)


def test_a_phone_number_stays_as_it_is_written() -> None:
    """Which digits belong to it is for the mapping to say."""
    line = "customer: {lookup: customer, by: {phone_number: {column: TEL, text: [digits]}}}"
    assert looked_up(with_lookups(customer=line), "customer").fields["customer"].value == "05321112233"
    line = line.replace("{column: TEL, text: [digits]}", "TEL")
    assert looked_up(with_lookups(customer=line), "customer").fields["customer"].value == "0532 111 22 33"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"EPOSTA": "yok"}, "E248"),
        ({"EPOSTA": "a b@ornek.example"}, "E248"),
        ({"EPOSTA": CellError("#N/A")}, "E201"),
        ({"EPOSTA": datetime(2024, 5, 1)}, "E204"),
        ({"EPOSTA": "a\x00@ornek.example"}, "E203"),
    ],
)
def test_what_cannot_be_a_key_is_a_problem_at_its_cell(cells: dict[str, Cell], code: str) -> None:
    """Before anything is asked."""
    assert told(looked_up(_ALL, "customer", **cells)) == [("customer", code, "EPOSTA")]


def test_a_code_that_a_spreadsheet_rewrote_is_never_given_to_a_new_record() -> None:
    """Nobody's phone number is 9,05E+11."""
    assert told(looked_up(_ALL, "customer", TEL="9,05E+11")) == [("customer", "E207", "TEL")]
    line = NEW_CUSTOMER.replace("phone_number: TEL", "phone_number: {column: TEL, text: [digits]}")
    row = looked_up(with_lookups(customer=line), "customer", TEL="9,05E+11", EPOSTA="?")
    assert told(row) == [("customer", "E248", "EPOSTA"), ("customer", "E207", "TEL")]


def test_a_character_that_nobody_sees_is_no_part_of_a_code_of_a_new_record() -> None:
    """It would be another code; in a phone number or a name it means nothing."""
    assert told(looked_up(_ALL, "customer", KOD="M\u200b1")) == [("customer", "E203", "KOD")]
    assert _created(_ALL, TEL="0532\u00a0111\u200b", AD="Ay\u00adşe")["phone_number"] == "0532 111"


def test_a_code_by_which_nothing_is_created_is_looked_up_as_it_is() -> None:
    """At worst it is not found."""
    line = "cargo_company: {lookup: cargo_company, by: {erp_code: A}}"
    assert looked_up(with_order(line), "cargo_company", A="1E5").fields["cargo_company"].value == "1E5"


def test_cells_of_different_types_are_never_mixed_up() -> None:
    """What was learnt of the number 1 is not said of TRUE, which is no text."""
    row = mapper(compiled(_ALL), "customer", "shipping_address")
    number, truth = ({**CELLS, "AD": cell, "ADRES": cell} for cell in (1.0, True))
    assert row(tuple(number.values()), (0, 2)).problems == []
    found = row(tuple(truth.values()), (0, 3))
    assert told(found) == [("customer", "E204", "AD"), ("shipping_address", "E204", "ADRES")]


def test_the_first_key_that_is_not_empty_counts() -> None:
    """Ways are tried in the order of the list, row by row."""
    text = with_lookups(customer=_MANY)
    by_email, by_phone = (looked_up(text, "customer", EPOSTA=cell) for cell in ("a@ornek.example", ""))
    assert (by_email.fields["customer"].key, by_phone.fields["customer"].key) == ("email", "phone_number")
    assert told(looked_up(text, "customer", EPOSTA="", TEL="")) == [("customer", "E205", "EPOSTA")]
    assert told(looked_up(text, "customer", EPOSTA="?")) == [("customer", "E248", "EPOSTA")]


def test_nothing_is_created_without_a_key_that_a_new_record_needs() -> None:
    """A customer who is known by the phone alone must be there; one with an e-mail address may be new."""
    text = with_lookups(customer=_MANY)
    assert looked_up(text, "customer", EPOSTA="").fields["customer"].create is None
    assert _created(text) == {
        "email": "ayse@ornek.example",
        "channel_code": "M1",
        "phone_number": "0532 111 22 33",
    }


def test_a_new_customer_is_made_of_the_key_and_what_create_says() -> None:
    """In the order of the target's attributes; empty cells are left out."""
    assert looked_up(_ALL, "customer").fields == {"customer": AYSE}
    assert _created(_ALL, AD="", TEL=" ") == {
        "email": "ayse@ornek.example",
        "channel_code": "M1",
        "last_name": "Deneme",
    }


def test_dates_and_words_of_a_new_customer_are_as_the_target_takes_them() -> None:
    """Days in ISO 8601, points in time in UTC; a birthday may lie long before any order."""
    more = (
        "gender: {column: C, map: {K: female, E: male}}, date_joined: {column: J, date: '%d.%m.%Y %H:%M'}, "
    )
    line = NEW_CUSTOMER.replace(
        "create: {", f"create: {{{more}date_of_birth: {{column: B, date: '%d.%m.%Y'}}, "
    )
    text = with_lookups(customer=line)
    made = _created(text, C="k", J="01.05.2024 10:00", B="23.04.1950")
    assert (made["gender"], made["date_joined"], made["date_of_birth"]) == (
        *("female", "2024-05-01T07:00:00Z", "1950-04-23"),
    )
    assert _created(text, C="", J="", B=datetime(1990, 1, 2))["date_of_birth"] == "1990-01-02"
    row = looked_up(text, "customer", C="", J="", B="01.01.1900")
    assert told(row, C="", J="", B="") == [("customer", "E222", "B")]
    row = looked_up(text, "customer", C="Kadın", J="", B="")
    assert told(row, C="", J="", B="") == [("customer", "E231", "C")]
    text = text.replace("{column: B, date: '%d.%m.%Y'}", "{constant: 1950-04-23}")
    assert _created(text, C="", J="")["date_of_birth"] == "1950-04-23"


def test_an_address_lies_within_its_places_and_belongs_to_the_orders_customer() -> None:
    """Each place within those around it, the customer as the order names it."""
    row = looked_up(_ALL, "customer", "shipping_address")
    address = row.fields["shipping_address"]
    assert (address.kind, address.key, address.value) == (LookupKind.ADDRESS, "line", "Örnek Cad. 1")
    assert address.within == (AYSE, TURKEY, IZMIR, KONAK, ALSANCAK)
    assert address.within[0] == row.fields["customer"]


def test_an_address_has_its_customers_email_phone_and_names_where_it_has_none_of_its_own() -> None:
    """A new one is sent with them."""
    assert _created(_ALL, "shipping_address") == {
        "line": "Örnek Cad. 1",
        "email": "ayse@ornek.example",
        "phone_number": "0532 111 22 33",
        "first_name": "Ayşe",
        "last_name": "Deneme",
        "postcode": "35000",
    }
    own = NEW_ADDRESS.replace(
        "create: {", "create: {email: E, first_name: A, last_name: B, phone_number: P, "
    )
    made = _created(
        with_lookups(customer=NEW_CUSTOMER, address=own),
        "shipping_address",
        E="X@y.example",
        A="a",
        B="b",
        P="1",
    )
    assert {**made, "line": "", "postcode": ""} == {
        "line": "",
        "email": "x@y.example",
        "phone_number": "1",
        "first_name": "a",
        "last_name": "b",
        "postcode": "",
    }


@pytest.mark.parametrize("customer", ["{column: MUSTERI, integer: true}", "{constant: 201}"])
def test_an_address_of_a_customer_whose_id_is_known_lies_within_that_id(customer: str) -> None:
    """Nobody needs to look the customer up."""
    line = "shipping_address: {lookup: address, by: {line: ADRES}}"
    row = looked_up(with_lookups(customer=f"customer: {customer}", address=line), "shipping_address")
    assert row.fields["shipping_address"].within == (Reference(LookupKind.CUSTOMER, "id", "201"),)


@pytest.mark.parametrize("cell", ["yok", "", CellError("#N/A")])
def test_what_is_wrong_with_the_customer_is_told_once_and_not_of_its_addresses(cell: Cell) -> None:
    """The address has nothing wrong in itself; the order is refused for its customer."""
    row = looked_up(_ALL, "customer", "shipping_address", EPOSTA=cell)
    assert [field for field, _, _ in told(row)] == ["customer"]
    assert row.fields == {}
    line = "customer: {column: MUSTERI, integer: true}"
    text = with_lookups(customer=line, address="shipping_address: {lookup: address, by: {line: ADRES}}")
    assert told(looked_up(text, "customer", "shipping_address", MUSTERI="x")) == [
        ("customer", "E214", "MUSTERI")
    ]


@pytest.mark.parametrize(
    ("country", "cell", "expected"),
    [("code", "tr ", ("code", "TR")), ("name", " TÜRKİYE", ("name", "TÜRKİYE"))],
)
def test_a_country_is_found_by_its_code_or_its_name(
    country: str, cell: str, expected: tuple[str, str]
) -> None:
    """Codes are capitals; names are compared by whoever looks them up."""
    line = (
        f"shipping_address: {{lookup: address, by: {{line: ADRES}}, within: {{country: {{{country}: U}}}}}}"
    )
    address = looked_up(with_lookups(address=line), "shipping_address", U=cell).fields["shipping_address"]
    assert (address.within[1].key, address.within[1].value) == expected


def test_a_place_whose_cell_is_empty_narrows_nothing() -> None:
    """Unless another lies within it."""
    row = looked_up(_ALL, "shipping_address", MAHALLE="", ILCE="")
    assert row.fields["shipping_address"].within == (AYSE, TURKEY, IZMIR)
    assert told(looked_up(_ALL, "shipping_address", ILCE="")) == [("shipping_address", "E249", "ILCE")]


def test_a_new_record_without_what_it_needs_is_a_problem_at_the_empty_cell() -> None:
    """An address has a city and a phone number, a customer a code in the channel."""
    assert told(looked_up(_ALL, "shipping_address", IL="", ILCE="", MAHALLE="")) == [
        ("shipping_address", "E250", "IL")
    ]
    assert told(looked_up(_ALL, "shipping_address", TEL="")) == [("shipping_address", "E250", "TEL")]
    assert told(looked_up(_ALL, "customer", KOD="")) == [("customer", "E250", "KOD")]


def test_everything_that_is_wrong_with_a_reference_is_told_at_once() -> None:
    """Each at its cell, each once."""
    row = looked_up(_ALL, "shipping_address", PK="x" * 65, IL="a\x00", TEL="", ADRES="")
    assert told(row) == [
        ("shipping_address", "E205", "ADRES"),
        ("shipping_address", "E203", "IL"),
        ("shipping_address", "E250", "TEL"),
        ("shipping_address", "E241", "PK"),
    ]
    assert row.problems[3].problem.facts == {"limit": 64, "length": 65}


def test_what_is_too_long_for_the_target_is_refused_and_never_cut() -> None:
    """Where a record is created; one that is only looked up can be asked for by any text."""
    long = "x" * 256
    assert told(looked_up(_ALL, "shipping_address", ADRES=long)) == [("shipping_address", "E241", "ADRES")]
    only = with_lookups(address="shipping_address: {lookup: address, by: {line: ADRES}}")
    assert looked_up(only, "shipping_address", ADRES=long).fields["shipping_address"].value == long


def test_a_store_is_looked_up_like_a_place_and_is_no_text_of_the_address() -> None:
    """By its code in the ERP, where the cell has one."""
    line = NEW_ADDRESS.replace("create: {", "create: {retail_store: M, ")
    text = with_lookups(customer=NEW_CUSTOMER, address=line)
    address = looked_up(text, "shipping_address", M="S7").fields["shipping_address"]
    assert address.within[-1] == Reference(LookupKind.RETAIL_STORE, "erp_code", "S7")
    assert "retail_store" not in dict(address.create)
    assert looked_up(text, "shipping_address", M="").fields["shipping_address"].within[-1] == ALSANCAK
    assert LookupKind.RETAIL_STORE in compiled(text).lookups


def test_a_template_inside_a_lookup_blames_its_own_cells() -> None:
    """A date among other cells of the lookup is no reason to blame it."""
    line = NEW_ADDRESS.replace(
        "create: {", "create: {notes: {template: '{a}{b}', columns: {a: A, b: B}}, title: C, "
    )
    text = with_lookups(customer=NEW_CUSTOMER, address=line)
    row = looked_up(text, "shipping_address", A="x", B=datetime(2024, 5, 1), C=CellError("#REF!"))
    assert sorted(code + column for _, code, column in told(row, A="", B="", C="")) == ["E201C", "E204B"]
    row = looked_up(text, "shipping_address", A="x" * 300, B="x" * 300, C="")
    assert told(row, A="", B="", C="") == [("shipping_address", "E241", "A")]


def test_a_mapping_tells_which_kinds_it_looks_up_and_creates() -> None:
    """With those that others lie within; one that looks nothing up tells of none."""
    mapping = compiled(_ALL)
    places = {LookupKind.COUNTRY, LookupKind.CITY, LookupKind.TOWNSHIP, LookupKind.DISTRICT}
    assert mapping.lookups == {LookupKind.CUSTOMER, LookupKind.ADDRESS, *places}
    assert mapping.creates == {LookupKind.CUSTOMER, LookupKind.ADDRESS}
    assert (compiled(with_lookups()).lookups, compiled(with_lookups()).creates) == (frozenset(), frozenset())
    assert compiled(with_lookups(customer=BY_EMAIL)).creates == frozenset()


def test_a_source_must_have_every_column_that_a_lookup_reads() -> None:
    """Those of the customer, in an address, too."""
    wanted = {one.column for one in compiled(_ALL).columns["orders"] if one.field == "order.shipping_address"}
    assert wanted == {*CELLS} - {"MUSTERI"}
    assert compiled(_ALL).places["order.shipping_address"].column == 3


_ANY_CELL: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(["", " ", "x", "A@b", "a@B ", "1E5", "\u200b", "a\0", "İzmir", "IZMIR", "x" * 300]),
    st.sampled_from([1.0, 0.0, -0.0, 1.5, 1e15, True, False, CellError("#N/A"), datetime(2024, 5, 1)]),
    st.text(max_size=4),
)


@settings(deadline=None)
@given(st.lists(st.tuples(*[_ANY_CELL] * len(CELLS)), min_size=1, max_size=8))
def test_whatever_the_cells_hold_there_is_a_reference_or_a_problem_at_a_cell(
    rows: list[tuple[Cell, ...]],
) -> None:
    """What is remembered of other rows changes nothing, and every reference survives being written down."""
    fields = ("customer", "shipping_address")
    one = mapper(compiled(_ALL), *fields)
    for number, row in enumerate([*rows, *rows]):
        found = one(row, (0, number))
        assert repr(found) == repr(mapper(compiled(_ALL), *fields)(row, (0, number)))
        assert found.problems or {*found.fields} == {*fields}
        assert all(problem.column is not None for problem in found.problems)
        for reference in found.fields.values():
            assert reference_from(reference.as_data()) == reference
            assert all(part.value == part.value.strip() != "" for part in reference.chain())
