"""What an analyst may write, and what is said where something else is written."""

import pytest
from mapping_texts import GOOD, compiled, places_of, refused, spoilt, unmarked, with_order

from pipeline.model.catalogue import message_of, remedy_of


def test_the_sound_mapping_is_taken() -> None:
    """The text that all these tests spoil is itself without a mistake."""
    mapping = compiled(GOOD)
    assert [plan.name for plan in mapping.items if plan.columns] == [
        *("product", "quantity", "unit_price", "total_price")
    ]
    assert mapping.lines[0] == "version: 1"
    assert str(mapping.places["order.status"]) == "acme.yaml:10:3"
    assert {issue.code for issue in mapping.warnings} == {"W431", "W448"}


@pytest.mark.parametrize(
    ("marked", "code", "told"),
    [
        pytest.param(spoilt(("name: acme", "¦nam: acme\nname: x")), "E411", "id you mean 'name'?", id="top"),
        pytest.param(
            spoilt(("version: 1", "version: 1\n¦zzzzqq: 1")), "E411", "The mapping guide", id="no-hint"
        ),
        pytest.param(spoilt(("  number: NO", "  number: NO\n  ¦nmber: NO")), "E411", "'number'", id="field"),
        pytest.param(
            spoilt(("{column: PARA, default: try}", "{column: PARA, ¦requierd: true}")),
            "E411",
            "id you mean 'required'?",
            id="setting",
        ),
        pytest.param(
            spoilt(
                ("{column: TOPLAM, decimal: true}", "{column: TOPLAM, decimal: {locale: de_DE, ¦locle: x}}")
            ),
            "E411",
            "id you mean 'locale'?",
            id="deep-setting",
        ),
        pytest.param(with_order("extra_field: {id: {column: A, ¦colum: B}}"), "E411", "'column'", id="free"),
        pytest.param(
            spoilt(("key: NO}\n  items", "¦fils: NO, key: NO}\n  items")), "E411", "'files'", id="source"
        ),
        pytest.param(GOOD + "options: {¦status: code}\n", "E411", "'status_as'", id="option"),
        pytest.param(GOOD + "checks: {¦tolerence: 1}\n", "E411", "'tolerance'", id="check"),
    ],
)
def test_an_unknown_setting_is_told_at_its_key_with_the_nearest_known_one(
    marked: str, code: str, told: str
) -> None:
    """A misspelt setting never goes unnoticed, at whatever depth."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [(code, *place)]
    assert told in remedy_of(issues[0])


@pytest.mark.parametrize(
    ("marked", "missing"),
    [
        pytest.param("¦" + spoilt(("version: 1\n", "")), "version", id="version"),
        pytest.param("¦" + spoilt(("name: acme\n", "")), "name", id="name"),
        pytest.param(
            spoilt(('  orders: {files: "orders*.csv", key', "  ¦orders: {key")), "files", id="files"
        ),
        pytest.param(
            with_order("¦delivery_range: {start: {column: A, date: '%d.%m.%Y'}}"), "end", id="half-a-window"
        ),
        pytest.param(
            with_order("has_gift_box: {column: H, ¦boolean: {true: [E]}}"), "false", id="words-for-yes-alone"
        ),
        pytest.param(
            spoilt(("{column: TOPLAM, decimal: true}", "{column: TOPLAM, ¦decimal: {}}")),
            "locale",
            id="locale",
        ),
    ],
)
def test_a_missing_setting_is_told_where_it_belongs(marked: str, missing: str) -> None:
    """The enclosing key is the place, because the setting itself has none."""
    text, (place,) = unmarked(marked)
    issues = [issue for issue in refused(text) if issue.code == "E412"]
    assert places_of(tuple(issues)) == [("E412", *place)]
    assert message_of(issues[0]) == f"{missing!r} is missing"


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        pytest.param(spoilt(("version: 1", "version: ¦2")), "one of '1'", id="version"),
        pytest.param(spoilt(("name: acme", "name: ¦[a]")), "text", id="name"),
        pytest.param(spoilt(("name: acme", "name:¦")), "text", id="no-name"),
        pytest.param(GOOD + "options: {status_as: ¦number}\n", "one of 'code' or 'name'", id="choice"),
        pytest.param(GOOD + "checks: {mismatch: ¦fatal}\n", "one of 'warning' or 'error'", id="check"),
        pytest.param(GOOD + "checks: ¦none\n", "settings such as", id="table"),
        pytest.param(with_order("notes: ¦[A, B]"), "settings such as", id="rule-as-list"),
        pytest.param(with_order("notes: {column: N, text: ¦upper}"), "a list", id="list"),
        pytest.param(with_order("notes: {column: N, text: [upper, ¦uper]}"), "'upper'", id="list-entry"),
        pytest.param(with_order("notes: {column: N, required: ¦perhaps}"), "true or false", id="boolean"),
        pytest.param(with_order("extra_field: ¦A"), "a table of settings", id="object"),
        pytest.param(
            spoilt(('"orders*.csv", key: NO', '"orders*.csv", header_row: ¦two, key: NO')),
            "a whole number",
            id="number",
        ),
        pytest.param(
            spoilt(('"orders*.csv", key: NO', '"orders*.csv", header_row: ¦0, key: NO')),
            "greater than or equal to 1",
            id="too-small",
        ),
        pytest.param(spoilt(("Kargoda: shipped", "Kargoda: ¦[shipped]")), "text", id="table-entry"),
        pytest.param(GOOD + "checks: {tolerance: ¦a little}\n", "a decimal such as 0.01", id="tolerance"),
        pytest.param(GOOD + "checks: {tolerance: ¦-0.01}\n", "a decimal such as 0.01", id="negative"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_at_the_value(marked: str, wanted: str) -> None:
    """And what should stand there is said."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [("E421", *place)]
    assert wanted in message_of(issues[0])


def test_scalars_may_be_written_as_they_come() -> None:
    """``550``, ``true`` and ``NO`` need no quotes: the field gives them their type."""
    text = spoilt(
        ("default: try", "default: TRY"),
        ("Kargoda: shipped", "Kargoda: 500, NO: 550, 012: 100"),
        (
            "shipping_address: {constant: 11}",
            "shipping_address: {constant: 011}\n  is_send: {constant: true}",
        ),
    )
    plans = {plan.name: plan for plan in compiled(text).order}
    assert plans["shipping_address"].value == 11
    assert plans["is_send"].value is True
    status = plans["status"].read
    assert status is not None
    assert [status(cell) for cell in ("kargoda", "no", "012")] == ["500", "550", "100"]


def test_every_mistake_of_the_grammar_is_told_at_once_and_in_order() -> None:
    """From the top of the file to its end, each once."""
    marked = spoilt(
        ("name: acme", "¦nme: acme\nname: acme"),
        ("timezone: Europe/Istanbul", "timezone: ¦[x]"),
        ("{column: DURUM, map: statuses}", "{column: DURUM, ¦mapp: statuses}"),
        ("{column: ADET, integer: true}", "{column: ADET, integer: ¦maybe}"),
    )
    text, places = unmarked(marked)
    assert places_of(refused(text)) == [
        (code, *place) for code, place in zip(("E411", "E421", "E411", "E421"), places, strict=True)
    ]


def test_the_sources_tell_the_loaders_what_they_need() -> None:
    """Columns that are read and the key, file patterns, and the mapping's word on how to read."""
    text = spoilt(
        ('{files: "items*.csv", key: NO}', "{files: 'i*.xlsx', key: SIPARIS, sheet: Kalem, header_row: 3}")
    )
    orders, items = compiled(text).sources
    assert (orders.name, orders.files, orders.sheet, orders.locale) == (
        "orders",
        "orders*.csv",
        None,
        "tr_TR",
    )
    assert orders.headers == {"NO", "DURUM", "TARIH", "MUSTERI", "PARA", "TOPLAM"}
    assert (items.name, items.sheet, items.header_rows) == ("items", "Kalem", (3,))
    assert items.headers == {"SIPARIS", "URUN", "ADET", "FIYAT", "TUTAR"}


def test_one_flat_file_is_read_for_orders_and_items() -> None:
    """Its columns are those of both."""
    text = spoilt(
        ('  orders: {files: "orders*.csv", key: NO}\n', ""),
        ('items: {files: "items*.csv"', 'lines: {files: "all.csv"'),
    )
    (lines,) = compiled(text).sources
    assert lines.name == "lines"
    assert {"NO", "TOPLAM", "URUN"} <= lines.headers


def test_fields_that_the_reference_client_always_sends_are_worth_a_warning() -> None:
    """What is mapped or stands in by itself is not named."""
    warning = next(issue for issue in compiled(GOOD).warnings if issue.facts.get("section") == "order")
    assert warning.facts["fields"] == "shipping_amount, cargo_company"
    assert warning.mark is not None
    assert (warning.mark.line, warning.mark.column) == (8, 1)
    mapped = compiled(with_order("shipping_amount: {constant: 0}\n  cargo_company: {constant: 3}"))
    assert [issue.facts["section"] for issue in mapped.warnings if issue.code == "W431"] == ["items"]
