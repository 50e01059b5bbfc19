"""Cells that do not say what they seem to say."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from bad_files import (
    LINES,
    Checked,
    checked,
    csv_file,
    csv_text,
    file,
    line,
    looked_into,
    mapping,
    risk_places,
    risks_of,
    workbook,
)

from pipeline.model.catalogue import message_of


def each(folder: Path, column: str, *cells: str, shop: Path | None = None) -> Checked:
    """Check one order for every cell given: N0, N1 and so on."""
    rows = [line(f"N{i}", **{column: cell}) for i, cell in enumerate(cells)]
    return checked(csv_file(folder, *rows), shop=shop)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1.234,56", "E211"),
        ("1 234,56", "E211"),
        ("1'234.50", "E211"),
        ("₺12", "E211"),
        ("12 TL", "E211"),
        ("(5)", "E211"),
        ("12.50-", "E211"),
        ("1e400", "E211"),
        ("NaN", "E211"),
        ("inf", "E211"),
        ("\uff11\uff12", "E211"),
        ("1,2345.5", "E211"),
        ("-5", "E242"),
        ("\u22125", "E242"),
        ("12.345", "E212"),
        ("0.30000000000000004", "E212"),
        ("12345678901.00", "E213"),
        ("", "E205"),
        ("-", "E211"),
    ],
)
def test_an_amount_written_otherwise_than_declared_is_refused_at_its_cell(
    tmp_path: Path, amount: str, code: str
) -> None:
    """Signs, letters, groups, exponents, too many places: nothing is guessed, nothing is cut."""
    found = each(tmp_path, "Sum", amount, "10")
    assert (found.told, found.values, list(found.orders)) == ([f"{code} C2"], [amount], ["N1"])


@pytest.mark.parametrize(
    ("locale", "amount", "sent"),
    [
        ("en_US", "1,234.56", "1234.56"),
        ("en_US", "1.000", "1.00"),
        ("tr_TR", "1.234,56", "1234.56"),
        ("tr_TR", "1.000", "1000.00"),
        ("de_CH", "1’234.50", "1234.50"),
        ("fr_FR", "1 234,56", "1234.56"),
        ("fr_FR", "1\u00a0234,56", "1234.56"),
        ("fr_FR", "1\u2009234,56", "1234.56"),
    ],
)
def test_an_amount_is_what_it_means_in_its_locale(
    tmp_path: Path, locale: str, amount: str, sent: str
) -> None:
    """The same text is a thousand here and one there; group signs that look alike are alike."""
    path = csv_file(tmp_path, line(Sum=amount))
    shop = mapping(
        tmp_path,
        more=f"locale: {locale}",
        items={"unit_price": "{constant: 1}", "total_price": "{constant: 1}"},
    )
    found = checked(path, shop=shop)
    assert (found.told, found.sent("amount")) == ([], [sent])


def test_the_noise_of_binary_fractions_is_no_money(tmp_path: Path) -> None:
    """0.1 + 0.2 is 0.30; half a cent is half a cent."""
    found = checked(workbook(tmp_path, line("A", Sum=0.1 + 0.2), line("B", Sum=10.125)))
    assert (found.told, found.values, found.sent("amount")) == (["E212 Orders!C3"], ["10.125"], ["0.30"])


def test_numbers_stored_as_text_are_numbers(tmp_path: Path) -> None:
    """With or without Excel's green triangle; inspecting tells which."""
    path = workbook(tmp_path, line("A", Sum=10.0), line("B", Sum="11"), line("C", Sum=12.0))
    assert checked(path).sent("amount") == ["10.00", "11.00", "12.00"]
    assert risk_places(path, "W134") == ["C3"]


@pytest.mark.parametrize(
    ("code", "cells", "places"),
    [
        ("W135", ("1000,50", "10.50", "7,25"), ["C3"]),
        ("W147", ("1.000", "173.900"), ["C2", "C3"]),
        ("W131", ("6,93E+12", "10"), ["C2"]),
        ("W130", ("12345678901234000", "10"), ["C2"]),
    ],
)
def test_numbers_that_may_mean_something_else_are_pointed_out(
    tmp_path: Path, code: str, cells: tuple[str, ...], places: list[str]
) -> None:
    """Before there is a mapping: mixed separators, doubtful thousands, exponents, lost digits."""
    assert (
        risk_places(csv_file(tmp_path, *(line(f"N{i}", Sum=c) for i, c in enumerate(cells))), code) == places
    )


@pytest.mark.parametrize(
    ("quantity", "code"),
    [("0", "E242"), ("-1", "E242"), ("1.5", "E214"), ("2 adet", "E214"), ("9" * 20, "E243"), ("", "E205")],
)
def test_a_quantity_is_a_whole_number_from_one(tmp_path: Path, quantity: str, code: str) -> None:
    """Kilograms and returns have no place there."""
    found = each(tmp_path, "Qty", quantity, "1")
    assert (found.told, list(found.orders)) == ([f"{code} F2"], ["N1"])


def test_several_values_in_one_cell_are_no_value(tmp_path: Path) -> None:
    """Nothing is split by guess."""
    found = each(tmp_path, "Article", "101 x2", "SKU-1", "101")
    assert (found.told, list(found.orders)) == (["E214 E2", "E214 E3"], ["N2"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-02-31", "E221"),
        ("00.00.0000", "E221"),
        ("02/03/2024", "E221"),
        ("24-02-01", "E221"),
        ("45000", "E221"),
        ("1900-02-29", "E221"),
        ("1899-12-30", "E222"),
        ("0001-01-01", "E222"),
        ("9999-12-31", "E222"),
        ("2099-01-01", "E321"),
        ("", "E205"),
    ],
)
def test_a_date_that_is_none_is_refused_at_its_cell(tmp_path: Path, text: str, code: str) -> None:
    """Days of no calendar, other formats, serial numbers, placeholders, days to come."""
    found = each(tmp_path, "Placed", text, "2024-03-01")
    assert (found.told, list(found.orders)) == ([f"{code} B2"], ["N1"])


def test_the_declared_order_of_day_and_month_is_kept(tmp_path: Path) -> None:
    """A date that only fits the other order is refused; inspecting points at those that fit both."""
    shop = mapping(tmp_path, date_placed='{column: Placed, date: "%d/%m/%Y"}')
    found = each(tmp_path, "Placed", "02/03/2024", "03/13/2024", "01/02/2024", shop=shop)
    assert (found.told, list(found.orders)) == (["E221 B3"], ["N0", "N2"])
    assert found.sent("date_placed") == ["2024-03-01T21:00:00Z", "2024-01-31T21:00:00Z"]
    path = csv_file(tmp_path, line("A", Placed="02/03/2024"), line("B", Placed="04/05/2024"))
    assert risk_places(path, "W133") == ["B2", "B3"]


def test_date_cells_and_text_dates_in_one_column_are_both_read(tmp_path: Path) -> None:
    """A bare number and the zero of no date are not."""
    path = workbook(
        tmp_path,
        line("A", Placed=datetime(2024, 3, 1, 12)),  # noqa: DTZ001
        line("B", Placed="2024-03-02"),
        line("C", Placed=45352.0),
        line("D", Placed=date(1900, 1, 1)),
        line("E", Placed=date(2024, 3, 3)),
    )
    found = checked(path)
    assert (found.told, list(found.orders)) == (["E204 Orders!B4", "E222 Orders!B5"], ["A", "B", "E"])
    assert found.sent("date_placed")[:2] == ["2024-03-01T09:00:00Z", "2024-03-01T21:00:00Z"]
    assert {"W132", "W144"} <= risks_of(looked_into(path)).keys()


def test_local_times_that_a_clock_change_makes_unclear_are_refused(tmp_path: Path) -> None:
    """Türkiye changed its clocks until 2016; the mapping may choose."""
    rule = '{column: Placed, date: "%Y-%m-%d %H:%M"'
    cells = ("2016-03-27 03:30", "2015-11-08 03:30", "2024-03-31 03:30")
    found = each(tmp_path, "Placed", *cells, shop=mapping(tmp_path, date_placed=f"{rule}}}"))
    assert (found.told, list(found.orders)) == (["E223 B2", "E223 B3"], ["N2"])
    assert ["never" in message_of(found.issues[0]), "twice" in message_of(found.issues[1])] == [True, True]
    chosen = each(
        tmp_path, "Placed", *cells, shop=mapping(tmp_path, date_placed=f"{rule}, ambiguous: earlier}}")
    )
    assert (chosen.told, len(chosen.orders)) == ([], 3)


def test_words_for_nothing_are_text_until_the_mapping_lists_them(tmp_path: Path) -> None:
    """No customer named Null gets lost; inspecting points at the words."""
    words = ("NA", "null", "None", "-", "#YOK", "N/A")
    found = each(tmp_path, "Note", *words)
    assert (found.told, found.sent("notes")) == ([], list(words))
    assert risk_places(tmp_path / "orders.csv", "W148")[:2] == ["D2", "D3"]
    shop = mapping(tmp_path, notes='{column: Note, empty: ["NULL", "-", "#YOK"]}')
    assert each(tmp_path, "Note", *words, shop=shop).sent("notes") == ["NA", "", "None", "", "", "N/A"]


def test_yes_and_no_are_the_words_listed(tmp_path: Path) -> None:
    """In English and Turkish, whatever the case; anything else is refused."""
    shop = mapping(tmp_path, notes="{constant: x}", is_send="{column: Note, boolean: true}")
    found = each(tmp_path, "Note", "TRUE", "1", "EVET", "X", "✓", "hayır", "DOĞRU", "0", "maybe", shop=shop)
    assert found.told == ["E215 D10"]
    assert found.sent("is_send") == [True, True, True, True, True, False, True, False]


def test_a_yes_no_cell_is_no_text(tmp_path: Path) -> None:
    """Excel made it of a word, and which one cannot be told."""
    found = checked(workbook(tmp_path, line("A", Note=True), line("B")))
    assert (found.told, found.values) == (["E204 Orders!D2"], ["TRUE"])


def test_words_meet_whatever_their_case_and_dots(tmp_path: Path) -> None:
    """Four letters i, blanks and invisible characters do not keep a status from its code."""
    shop = mapping(tmp_path, status="{column: Note, map: {İptal: canceled}}", notes="{constant: x}")
    cells = ("iptal", "İPTAL", "IPTAL", " ıptal\u00a0", "ip\u00adtal", "i\u0307ptal")
    found = each(tmp_path, "Note", *cells, shop=shop)
    assert (found.told, found.sent("status")) == ([], ["100"] * 6)


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x.example")',
        "+905321112233",
        "-1+2",
        "@SUM(A1)",
        "'00123",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "{{7*7}} ${jndi:ldap://x} %s %(a)s {0.__class__}",
        "\U0001f469\U0001f3fd\u200d\U0001f680 \U0001f381",
        "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
        "e\u0301 \u00e9 İiIı",
        "a\u202eb\u2066c\u2069",
        "x\u00a0y\u200bz",
        "Tom &amp; Jerry",
    ],
)
def test_text_is_sent_as_it_stands(tmp_path: Path, text: str) -> None:
    """Formulas, markup, templates, emoji and letters from right to left are only text."""
    row = line("A", Note='"' + text.replace('"', '""') + '"')
    found = checked(csv_file(tmp_path, row))
    assert (found.told, found.sent("notes")) == ([], [text])


def test_nothing_of_a_cell_runs_in_the_reports(tmp_path: Path) -> None:
    """What is wrong is shown in a page and in tables that people open."""
    bad = '<img src=x onerror="a()">'
    path = csv_file(tmp_path, line("=1+1", Sum=bad.replace('"', "'"), Note="=2+2"))
    assert checked(path).told == ["E211 C2"]
    (report,) = (tmp_path / "reports").glob("*/report.html")
    assert "<img src=x" not in report.read_text("utf-8")
    (orders,) = (tmp_path / "reports").glob("*/orders.csv")
    assert re.search(r"(^|,|\")=1\+1", orders.read_text("utf-8-sig"), re.MULTILINE) is None
    (issues,) = (tmp_path / "reports").glob("*/issues.jsonl")
    assert json.loads(issues.read_text("utf-8").splitlines()[-1])["order"] == "=1+1"


def test_entities_are_text_unless_the_mapping_unescapes_them(tmp_path: Path) -> None:
    """Web shops export names as their pages had them."""
    shop = mapping(tmp_path, notes="{column: Note, text: [unescape_html]}")
    path = csv_file(tmp_path, line(Note='"Tom &amp; Jerry &#305;"'))
    assert checked(path, shop=shop).sent("notes") == ["Tom & Jerry ı"]


@pytest.mark.parametrize(
    ("field", "limit"), [("notes", 320), ("gift_box_note", 160), ("tracking_number", 256)]
)
def test_text_that_is_too_long_is_refused_and_never_cut(tmp_path: Path, field: str, limit: int) -> None:
    """Up to the limit it is sent whole."""
    other: dict[str, Any] = {"notes": "{constant: x}", field: "Note"}
    shop = mapping(tmp_path, **other)
    found = each(tmp_path, "Note", "ş" * limit, "ş" * (limit + 1), shop=shop)
    assert (found.told, found.sent(field)) == (["E241 D3"], ["ş" * limit])
    assert f"{limit + 1} characters" in message_of(found.issues[0])


def test_a_long_cell_is_shown_short(tmp_path: Path) -> None:
    """Messages stay readable; the cell is read whole."""
    found = each(tmp_path, "Note", "x" * 200_000)
    assert found.told == ["E241 D2"]
    assert found.values == ["x" * 79 + "…"]


def test_sums_that_do_not_add_up_are_told_or_refused_as_the_mapping_says(tmp_path: Path) -> None:
    """Both sums stand in the message."""
    row = line("A", Sum="25", Qty="2")
    found = checked(csv_file(tmp_path, row))
    assert (found.told, list(found.orders)) == (["W311 G2"], ["A"])
    shop = mapping(tmp_path, more="checks: {order_total: items, item_total: none, mismatch: error}")
    found = checked(csv_file(tmp_path, row), shop=shop)
    assert (found.told, found.orders) == (["E312 C2"], {})
    assert "25.00" in message_of(found.issues[0])
    assert "10.00" in message_of(found.issues[0])


def test_phone_numbers_are_text_with_their_zeros(tmp_path: Path) -> None:
    """One that a spreadsheet shortened is pointed out."""
    phones = ("0532 111 22 33", "+905321112233", "05321112233", "5,32E+09")
    found = each(tmp_path, "Note", *phones)
    assert found.sent("notes") == list(phones)
    assert risk_places(tmp_path / "orders.csv", "W131") == ["D5"]


def test_an_address_of_the_network_or_web_in_another_shape_is_refused(tmp_path: Path) -> None:
    """The field takes nothing else."""
    shop = mapping(tmp_path, notes="{constant: x}", remote_addr="Note")
    assert each(tmp_path, "Note", "999.1.1.1", "192.0.2.7", shop=shop).told == ["E245 D2"]
    shop = mapping(tmp_path, notes="{constant: x}", e_archive_url="Note")
    assert each(tmp_path, "Note", "example", "https://example.com/1", shop=shop).told == ["E244 D2"]


def test_per_cent_signs_are_no_part_of_a_number(tmp_path: Path) -> None:
    """A rate is a number of per cent; the sign can be taken off by the mapping where all are whole."""
    rate = "{column: Note, decimal: true}"
    shop = mapping(tmp_path, notes="{constant: x}", shipping_tax_rate=rate)
    found = each(tmp_path, "Note", "%20", "20 %", "20", shop=shop)
    assert (found.told, found.sent("shipping_tax_rate")) == (["E211 D2", "E211 D3"], ["20.00"])
    shop = mapping(
        tmp_path, notes="{constant: x}", shipping_tax_rate="{column: Note, decimal: true, text: [digits]}"
    )
    assert each(tmp_path, "Note", "%20", "20 %", shop=shop).sent("shipping_tax_rate") == ["20.00", "20.00"]


def test_ten_thousand_items_are_one_order(tmp_path: Path) -> None:
    """None is lost, and their order is that of the file."""
    rows = csv_text(*(line("A", Article=str(i)) for i in range(1, 10_001)))
    found = checked(file(tmp_path, rows), shop=mapping(tmp_path, LINES))
    assert found.sent_items("product") == [list(range(1, 10_001))]


def test_a_single_file_may_hold_everything_wrong_at_once(tmp_path: Path) -> None:
    """All of it is told in one go, each at its cell."""
    rows = (line("A", Sum="x", Placed="y", Qty="z"), line("B", Article="w"), line("C"))
    assert checked(csv_file(tmp_path, *rows)).told == ["E221 B2", "E211 C2", "E214 F2", "E214 E3"]


def test_the_same_item_twice_is_pointed_out(tmp_path: Path) -> None:
    """It may be meant, so both are sent."""
    found = checked(csv_file(tmp_path, line("A"), line("A", Article="102"), line("A"), line("B")))
    assert (found.told, found.sent_items("product")) == (["W351 E4"], [[101, 102, 101], [101]])
    assert "row 2" in message_of(found.issues[0])


def test_a_very_large_order_is_pointed_out(tmp_path: Path) -> None:
    """Whether the target takes it is not known before it is sent."""
    rows = csv_text(*(line("A", Article=str(i)) for i in range(1, 14_001)))
    found = checked(file(tmp_path, rows), shop=mapping(tmp_path, LINES))
    assert found.told == ["W352 2"]
    assert len(found.sent_items("product")[0]) == 14_000
