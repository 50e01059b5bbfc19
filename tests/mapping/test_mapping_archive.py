"""The section ``archive:`` of a mapping file: what it may say, and what it may not."""

from datetime import date

import pytest
from mapping_texts import GOOD, compiled, places_of, refused, unmarked

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.schema import mapping_schema
from pipeline.model.archive import ORDERS_PER_FILE, SECTIONS, Age, RouteRule

ARCHIVE = """\
archive:
  when: {before: 2020-01-01}
  user:
    customer_code: KOD
    email: EPOSTA
    first_name: AD
    last_name: SOYAD
    date_joined: {column: KAYIT, date: "%d.%m.%Y"}
    password: PAROLA
  addresses:
    - {line: ADRES, country: {constant: Türkiye}, city: IL, township: ILCE}
  order:
    shipping_address: ADRES
    billing_address: FADRES
    extra_field: {note: NOT}
  items:
    sku: STOK
"""


def spoilt(old: str, new: str) -> str:
    """Give the sound mapping with its archive, one text of which is replaced."""
    assert ARCHIVE.count(old) == 1, old
    return GOOD + ARCHIVE.replace(old, new)


def test_a_section_is_read_with_the_rows_of_orders_and_items() -> None:
    """Its fields stand beside those of the payload, under names of their own."""
    mapping = compiled(GOOD + ARCHIVE)
    header = ("KOD", "EPOSTA", "AD", "SOYAD", "KAYIT", "PAROLA", "ADRES", "IL", "ILCE", "FADRES", "NOT")
    plans = [plan for plan in mapping.order if plan.name.startswith("archive.")]
    cells = (
        "M1",
        "a@b.example",
        "Ayşe",
        "Deneme",
        "01.02.2014",
        "x",
        "Sok. 1",
        "İzmir",
        "Konak",
        "Cad. 2",
        "bir",
    )
    row = RowMapper(plans, header)(cells, (0, 2))
    assert row.problems == []
    given = row.fields["archive"]
    assert given["user.customer_code"] == "M1"
    assert given["addresses.0.country"] == "Türkiye"
    assert given["order.extra_field.note"] == "bir"
    assert given["user.date_joined"].isoformat() == "2014-01-31T22:00:00+00:00"
    assert [plan.name for plan in mapping.items if plan.name.startswith("archive.")] == ["archive.items.sku"]
    assert {"KOD", "FADRES"} <= {one.column for one in mapping.columns["orders"]}
    assert "STOK" in {one.column for one in mapping.columns["items"]}


def test_a_mapping_without_the_section_has_none() -> None:
    """And reads no column for it."""
    mapping = compiled(GOOD)
    assert mapping.archive is None
    assert not any(plan.name.startswith("archive.") for plan in (*mapping.order, *mapping.items))


@pytest.mark.parametrize(
    ("when", "rules"),
    [
        ("{before: 2020-01-01}", (RouteRule(before=date(2020, 1, 1)),)),
        ("{field: date_placed, older_than: 3 years}", (RouteRule(older=Age(3, "year")),)),
        (
            "{column: KANAL, is: [Eski, ESKİ SİTE]}",
            (RouteRule(cell="when.0", column="KANAL", test="is", words=("eski", "eski site")),),
        ),
        (
            "[{older_than: 90 days, column: KANAL, empty: true}, {column: NO, starts_with: X}]",
            (
                RouteRule(older=Age(90, "day"), cell="when.0", column="KANAL", test="empty"),
                RouteRule(cell="when.1", column="NO", test="starts_with", words=("x",)),
            ),
        ),
    ],
)
def test_rules_say_which_orders_go(when: str, rules: tuple[RouteRule, ...]) -> None:
    """By day, by age, by a cell, or by any of several rules."""
    settings = compiled(spoilt("{before: 2020-01-01}", when)).archive
    assert settings is not None
    assert settings.rules == rules
    assert (settings.addresses, settings.orders_per_file) == (1, ORDERS_PER_FILE)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{before: 2020-01-01}", "{before: ¦soon}", "E450"),
        ("{before: 2020-01-01}", "{before: ¦2020-02-30}", "E450"),
        ("{before: 2020-01-01}", "{older_than: ¦3}", "E450"),
        ("{before: 2020-01-01}", "¦{field: date_placed}", "E450"),
        ("{before: 2020-01-01}", "¦[]", "E450"),
        ("{before: 2020-01-01}", "{before: 2020-01-01, older_than: ¦1 year}", "E450"),
        ("{before: 2020-01-01}", "{column: ¦KANAL}", "E450"),
        ("{before: 2020-01-01}", "{column: ¦KANAL, is: A, contains: B}", "E450"),
        ("{before: 2020-01-01}", "{is: ¦A}", "E450"),
        ("{before: 2020-01-01}", "{column: KANAL, is: ¦['']}", "E450"),
        ("{before: 2020-01-01}", "{¦equals: A}", "E411"),
        ("    password: PAROLA", "    password: {constant: ¦hunter2}", "E452"),
        ("    password: PAROLA", "    password: {column: PAROLA, default: ¦hunter2}", "E452"),
        ("    email: EPOSTA", "    email: {column: EPOSTA, ¦source: kisiler}", "E451"),
        ("  user:\n    customer_code: KOD", "  ¦user:\n   ", "E413"),
        ("    billing_address: FADRES\n", "", "E413"),
        ('date: "%d.%m.%Y"', 'date: ¦"%d"', "E424"),
        ("    sku: STOK", "    ¦skuu: STOK", "E411"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_place(old: str, new: str, code: str) -> None:
    """Before any row is read."""
    text, places = unmarked(spoilt(old, new))
    found = places_of(refused(text))
    assert [one for one, _, _ in found] == [code]
    if places:
        assert [(line, column) for _, line, column in found] == places


def test_a_password_that_nobody_can_log_in_with_may_be_everybodys() -> None:
    """It begins with an exclamation mark."""
    mapping = compiled(spoilt("    password: PAROLA", '    password: {constant: "!migrated"}'))
    plan = next(plan for plan in mapping.order if plan.name == "archive.user.password")
    assert plan.value == "!migrated"


def test_a_constant_that_the_field_does_not_take_is_refused() -> None:
    """As everywhere: a gender that there is not."""
    text = spoilt("    email: EPOSTA", "    email: EPOSTA\n    gender: {constant: kadın}")
    assert [issue.code for issue in refused(text)] == ["E426"]


def test_old_orders_keep_to_the_preset_too() -> None:
    """History that is closed: a status of its own must be, as well."""
    text = spoilt(
        "    billing_address: FADRES", "    billing_address: FADRES\n    status: {constant: shipped}"
    )
    historic = text.replace("name: acme\n", "name: acme\npreset: historic\n")
    assert "E426" in [issue.code for issue in refused(historic)]
    assert compiled(text).archive is not None


def test_a_customer_code_that_a_spreadsheet_has_rewritten_is_refused() -> None:
    """It would be another customer."""
    mapping = compiled(GOOD + ARCHIVE)
    plans = [plan for plan in mapping.order if plan.name == "archive.user.customer_code"]
    row = RowMapper(plans, ("KOD",))(("1,23E+12",), (0, 2))
    assert [problem.problem.code for problem in row.problems] == ["E207"]


def test_the_schema_knows_every_field_of_the_section() -> None:
    """Editors complete them and show what they are."""
    schema = mapping_schema()
    names = {
        "user": "ArchiveUser",
        "addresses": "ArchiveAddress",
        "order": "ArchiveOrder",
        "items": "ArchiveItem",
    }
    for section, name in names.items():
        fields = schema["$defs"][name]["properties"]
        assert set(fields) == {spec.name for spec in SECTIONS[section]}
        assert all(field["description"] for field in fields.values())
