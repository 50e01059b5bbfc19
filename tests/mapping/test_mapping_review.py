"""What cannot be meant, told before any row is read."""

import pytest
from mapping_texts import GOOD, compiled, places_of, refused, spoilt, unmarked, with_order

from pipeline.model.catalogue import message_of, remedy_of

_AMOUNT = "amount: {column: TOPLAM, decimal: true}"
_PLACED = 'date_placed: {column: TARIH, date: "%d.%m.%Y %H:%M"}'


@pytest.mark.parametrize(
    ("marked", "code", "told"),
    [
        pytest.param(
            spoilt(("order:\n  number: NO", "¦order:")), "E413", "'number' is not mapped", id="required"
        ),
        pytest.param(
            spoilt(("items:\n  product: {column: URUN, integer: true}", "¦items:")),
            "E413",
            "'product' is not mapped",
            id="required-of-item",
        ),
        pytest.param(
            spoilt(("sources:", "¦sources:"), ('  items: {files: "items*.csv", key: NO}\n', "")),
            "E414",
            "lines alone",
            id="orders-alone",
        ),
        pytest.param(
            spoilt(("sources:", "¦sources:\n  lines: {files: x, key: NO}")),
            "E414",
            "lines alone",
            id="all-three",
        ),
        pytest.param(
            spoilt(("locale: tr_TR", "locale: ¦tr-TR")), "E415", "'tr-TR' is not a locale", id="locale"
        ),
        pytest.param(spoilt(("locale: tr_TR", "locale: ¦''")), "E415", "'' is not a locale", id="no-locale"),
        pytest.param(
            spoilt((_AMOUNT, "amount: {column: TOPLAM, decimal: {locale: ¦xx_YY}}")),
            "E415",
            "'xx_YY'",
            id="locale-of-a-column",
        ),
        pytest.param(
            spoilt(("timezone: Europe/Istanbul", "timezone: ¦Europe/Constantinople")),
            "E416",
            "'Europe/Constantinople'",
            id="zone",
        ),
        pytest.param(
            spoilt(("timezone: Europe/Istanbul", "timezone: ¦../../etc/passwd")),
            "E416",
            "passwd",
            id="zone-path",
        ),
        pytest.param(
            spoilt(('%H:%M"}', '%H:%M", timezone: ¦Mars}')), "E416", "'Mars'", id="zone-of-a-column"
        ),
        pytest.param(
            spoilt((_PLACED, "date_placed: {constant: 2024-05-01T10:00, timezone: ¦Mars}")),
            "E416",
            "'Mars'",
            id="zone-of-a-constant",
        ),
        pytest.param(
            spoilt(("Kargoda: shipped", "Kargoda: shipped, ¦KARGODA: shipped")),
            "E417",
            "'KARGODA' counts as the same as 'Kargoda'",
            id="table",
        ),
        pytest.param(
            with_order("segment: {column: S, map: {İPTAL: a, ¦ıptal: b}}"),
            "E417",
            "'İPTAL'",
            id="inline-table",
        ),
        pytest.param(
            with_order("has_gift_box: {column: H, boolean: {true: [E, Evet], false: [H, ¦EVET]}}"),
            "E417",
            "'EVET' counts as the same as 'Evet'",
            id="yes-and-no",
        ),
        pytest.param(
            with_order("notes: ¦{column: A, constant: B}"), "E418", "column and constant", id="two-ways"
        ),
        pytest.param(with_order("notes: ¦{required: true}"), "E418", "none of them", id="no-way"),
        pytest.param(
            with_order("notes: {column: A, ¦columns: {a: A}}"),
            "E419",
            "no template",
            id="names-without-template",
        ),
        pytest.param(
            with_order("notes: {template: ¦'{a', columns: {a: A}}"), "E419", "expected '}'", id="open-brace"
        ),
        pytest.param(with_order("notes: {template: ¦text}"), "E419", "use constant:", id="no-name"),
        pytest.param(
            with_order("notes: {template: ¦'{adi}', columns: {ad: A}}"),
            "E419",
            "id you mean 'ad'?",
            id="near-name",
        ),
        pytest.param(with_order("notes: {template: ¦'{a}'}"), "E419", "has no 'a'", id="no-columns"),
        pytest.param(
            with_order("notes: {template: ¦'{a.__class__}', columns: {a: A}}"),
            "E419",
            "not a plain name",
            id="dots",
        ),
        pytest.param(
            with_order("notes: {template: ¦'{a[0]}', columns: {a: A}}"), "E419", "plain name", id="index"
        ),
        pytest.param(
            with_order("notes: {template: ¦'{a!r}', columns: {a: A}}"), "E419", "plain name", id="as-repr"
        ),
        pytest.param(
            with_order("notes: {template: ¦'{a:>{a}}', columns: {a: A}}"),
            "E419",
            "plain name",
            id="formatted",
        ),
        pytest.param(
            with_order("notes: {template: ¦'{}', columns: {a: A}}"), "E419", "plain name", id="unnamed"
        ),
        pytest.param(
            with_order("segment: {column: S, map: ¦statusses}"),
            "E420",
            "id you mean 'statuses'?",
            id="no-table",
        ),
        pytest.param(
            with_order("segment: {column: S, map: ¦zzz}"), "E420", "Add the table", id="no-table-near"
        ),
        pytest.param(
            with_order("notes: {column: N, ¦decimal: true}"), "E422", "kind text", id="decimal-text"
        ),
        pytest.param(
            with_order("notes: {column: N, ¦integer: true}"), "E422", "kind text", id="integer-text"
        ),
        pytest.param(
            with_order("notes: {column: N, ¦boolean: true}"), "E422", "kind text", id="boolean-text"
        ),
        pytest.param(with_order("notes: {column: N, ¦date: x}"), "E422", "kind text", id="date-text"),
        pytest.param(with_order("notes: {column: N, ¦timezone: UTC}"), "E422", "kind text", id="zone-text"),
        pytest.param(
            with_order("notes: {column: N, ¦ambiguous: later}"), "E422", "kind text", id="policy-text"
        ),
        pytest.param(
            spoilt((_AMOUNT, "amount: {column: TOPLAM, ¦integer: true}")),
            "E422",
            "kind money",
            id="integer-money",
        ),
        pytest.param(
            with_order("extra_field: {weight: {column: KG, decimal: true, ¦date: x}}"),
            "E422",
            "kind money",
            id="free",
        ),
        pytest.param(spoilt((_PLACED, "date_placed: ¦TARIH")), "E423", "format is not given", id="no-format"),
        pytest.param(
            spoilt((_PLACED, "date_placed: ¦{column: TARIH, date: []}")),
            "E423",
            "not given",
            id="empty-formats",
        ),
        pytest.param(spoilt(('"%d.%m.%Y %H:%M"', "¦dd.mm.yyyy")), "E424", "'dd.mm.yyyy'", id="other-letters"),
        pytest.param(spoilt(('"%d.%m.%Y %H:%M"', '¦"%d.%m %H:%M"')), "E424", "%d.%m", id="no-year"),
        pytest.param(spoilt(('"%d.%m.%Y %H:%M"', '¦"%d.%m.%Y %d"')), "E424", "%d.%m", id="day-twice"),
        pytest.param(spoilt(('"%d.%m.%Y %H:%M"', '["%d.%m.%Y", ¦"%Q"]')), "E424", "%Q", id="second-format"),
        pytest.param(spoilt(('"%d.%m.%Y %H:%M"', '¦"%d.%m.%Y%"')), "E424", "%d.%m", id="stray-percent"),
        pytest.param(
            spoilt(("timezone: Europe/Istanbul\n", ""), ("date_placed: ", "date_placed: ¦")),
            "E425",
            "no time zone",
            id="no-zone",
        ),
        pytest.param(
            spoilt(("shipping_address: {constant: 11}", "shipping_address: {constant: ¦eleven}")),
            "E426",
            "(E214)",
            id="constant",
        ),
        pytest.param(
            spoilt(("shipping_address: {constant: 11}", "shipping_address: {constant: ¦0}")),
            "E426",
            "(E242)",
            id="constant-limit",
        ),
        pytest.param(spoilt(("default: try", "default: ¦lira")), "E426", "(E233)", id="default"),
        pytest.param(with_order("remote_addr: {constant: ¦here}"), "E426", "(E245)", id="reason"),
        pytest.param(with_order('notes: {constant: ¦"\\a"}'), "E426", "(E203)", id="control-character"),
        pytest.param(
            spoilt(("Kargoda: shipped", "Kargoda: ¦shiped")), "E426", "'shiped'", id="right-side-of-a-table"
        ),
        pytest.param(
            with_order("discount_amount: {column: D, map: {yok: 0, az: ¦some}}"),
            "E426",
            "(E211)",
            id="inline-right",
        ),
        pytest.param(
            with_order("invoice_date: {column: F, date: '%Y-%m-%d', default: ¦0001-01-01}"),
            "E426",
            "(E222)",
            id="placeholder-date",
        ),
        pytest.param(
            spoilt(("number: NO\n", "number: {column: NO, default: ¦''}\n")),
            "E426",
            "(E246)",
            id="empty-number",
        ),
    ],
)
def test_a_mistake_is_told_once_at_its_place(marked: str, code: str, told: str) -> None:
    """Line and column of the setting at fault, and what to do about it."""
    text, (place,) = unmarked(marked)
    issues = refused(text)
    assert places_of(issues) == [(code, *place)]
    assert told in f"{message_of(issues[0])} {remedy_of(issues[0])}"


def test_every_mistake_is_told_at_once_and_in_the_order_of_the_file() -> None:
    """A mapping is corrected once, from top to bottom."""
    marked = spoilt(
        ("locale: tr_TR", "locale: ¦turkish"),
        ("timezone: Europe/Istanbul", "timezone: ¦Istanbul"),
        ("map: statuses", "map: ¦status"),
        ('date: "%d.%m.%Y %H:%M"', 'date: ¦"%m/%d"'),
        ("{column: ADET, integer: true}", "{column: ADET, integer: true, ¦decimal: true, ¦date: x}"),
        ("Kargoda: shipped", "Kargoda: shipped, ¦kargoda: shipped"),
    )
    text, places = unmarked(
        marked.replace("decimal: true, ¦date", "¦boolean: true, ¦date").replace("¦¦", "¦")
    )
    codes = ["E415", "E416", "E420", "E424", "E422", "E422", "E417"]
    assert places_of(refused(text)) == [(code, *place) for code, place in zip(codes, places, strict=True)]


def test_a_table_that_serves_several_fields_is_told_once() -> None:
    """One wrong right side is one mistake, however many fields read through the table."""
    text = spoilt(
        ("Kargoda: shipped", "Kargoda: shiped"),
        ("  product:", "  status: {column: DURUM, map: statuses}\n  product:"),
    )
    (issue,) = refused(text)
    assert (issue.code, issue.value, issue.facts["reason"]) == ("E426", "shiped", "E232")


def test_a_constant_and_a_default_are_written_as_the_payload_wants_them() -> None:
    """With a point, whatever the file's locale; dates in ISO 8601, in the zone of the rule or the file."""
    text = spoilt(
        (_AMOUNT, "amount: {column: TOPLAM, decimal: true, default: 1234.5}"),
        (_PLACED, "date_placed: {constant: 2024-05-01T10:00}"),
        (
            "  number: NO\n",
            "  number: NO\n  invoice_date: {column: F, date: '%Y', default: 2024-05-01, timezone: UTC}\n",
        ),
    ).replace("date: '%Y',", "date: '%Y-%m-%d',")
    plans = {plan.name: plan for plan in compiled(text).order}
    assert str(plans["date_placed"].value) == "2024-05-01 07:00:00+00:00"
    for name, value in (("amount", "1234.50"), ("invoice_date", "2024-05-01 00:00:00+00:00")):
        read = plans[name].read
        assert read is not None
        assert str(read("")) == value


def test_a_setting_that_is_switched_off_fits_every_field() -> None:
    """``decimal: false`` asks for nothing."""
    assert compiled(with_order("notes: {column: N, decimal: false, integer: false}")).order


def test_the_sound_mapping_has_no_mistake() -> None:
    """The text that all these tests spoil is taken as it is."""
    assert compiled(GOOD).file.name == "acme"
