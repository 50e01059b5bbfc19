"""Tables whose header or rows are not where, or not what, a program expects."""

from pathlib import Path

import pytest
from bad_files import (
    COLUMNS,
    checked,
    csv_file,
    csv_text,
    file,
    line,
    looked_into,
    mapping,
    refused,
    risk_places,
    risks_of,
    told,
    workbook,
)

from pipeline.model.catalogue import message_of, remedy_of


def renamed(**names: str) -> tuple[str, ...]:
    """Write the header with other names for some columns."""
    return tuple(names.get(name, name) for name in COLUMNS)


def test_a_column_that_is_missing_is_told_with_the_closest_name(tmp_path: Path) -> None:
    """And with the header, so that one look is enough."""
    (issue,) = refused(csv_file(tmp_path, line(), header=renamed(Sum="Summ")))
    assert told([issue]) == ["E430 1"]
    assert "No, Placed, Summ" in message_of(issue)
    assert "Did you mean 'Summ'?" in remedy_of(issue)


def test_a_file_without_any_column_of_the_mapping_is_refused_with_what_is_there(tmp_path: Path) -> None:
    """Probably it is another file."""
    (issue,) = refused(file(tmp_path, "Kod;Renk\n1;2\n"))
    assert told([issue]) == ["E120 1"]
    assert "Found there: Kod, Renk" in message_of(issue)


@pytest.mark.parametrize("second", ["Sum", " Sum", "Sum\u00a0", "Su\u200bm"])
def test_a_column_that_stands_twice_is_refused_with_both_letters(tmp_path: Path, second: str) -> None:
    """Blanks and invisible characters do not make another name of it; inspecting it says the same."""
    path = csv_file(tmp_path, line(Note="10"), header=renamed(Note=second))
    (issue,) = refused(path, shop=mapping(tmp_path, notes="{constant: x}"))
    assert told([issue]) == ["E122 D1"]
    assert "C and D" in message_of(issue)
    assert "W141" in risks_of(looked_into(path))


def test_of_names_that_differ_in_case_the_exact_one_counts(tmp_path: Path) -> None:
    """Where none is exact, both could be meant."""
    path = csv_file(tmp_path, line(Sum="10", Note="99"), header=renamed(Note="SUM"))
    exact = checked(path, shop=mapping(tmp_path, notes="{constant: x}"))
    assert (exact.told, exact.sent("amount")) == ([], ["10.00"])
    loose = mapping(tmp_path, amount="sum", notes="{constant: x}")
    assert told(refused(path, shop=loose)) == ["E122 D1"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("\ufeffNo", "No"),
        (" No ", "No"),
        ("No\u00a0", "No"),
        ('"N\no"', "N o"),
        ("SİPARİŞ", "Sipariş"),
        ("SIPARIŞ", "Sipariş"),
        ("Sipari\u0073\u0327", "Sipariş"),
    ],
)
def test_a_column_is_known_in_every_spelling_that_people_cannot_see(
    tmp_path: Path, written: str, wanted: str
) -> None:
    """Marks, blanks, line breaks, composed and decomposed letters, Turkish dots."""
    path = csv_file(tmp_path, line("A"), header=renamed(No=written))
    shop = mapping(tmp_path, f'lines: {{files: "*", key: "{wanted}"}}', number=f'"{wanted}"')
    assert list(checked(path, shop=shop).orders) == ["A"]


def test_a_column_without_a_name_is_pointed_out(tmp_path: Path) -> None:
    """It has values, and no mapping can speak of it."""
    path = csv_file(tmp_path, (*line("A"), "x"), header=(*COLUMNS, ""))
    assert checked(path).told == []
    assert risk_places(path, "W140") == ["H1"]


def test_lines_above_the_header_are_passed_over_and_told(tmp_path: Path) -> None:
    """Titles, filters, blank rows; numbers stay those of the spreadsheet."""
    above = '"Orders; of ""May"""\n\nPrinted:;01.06.2024\n;;;\n'
    found = checked(file(tmp_path, above + csv_text(line("A"), line("B", Sum="ten"))))
    assert (found.told, list(found.orders)) == (["W104 5", "E211 C7"], ["A"])


def test_a_header_far_down_is_found_where_the_mapping_says(tmp_path: Path) -> None:
    """Only the first 20 rows are looked at otherwise."""
    path = file(tmp_path, "x;y\n" * 25 + csv_text(line("A")))
    assert told(refused(path)) == ["E120 1"]
    shop = mapping(tmp_path, 'lines: {files: "*", key: No, header_row: 26}')
    assert list(checked(path, shop=shop).orders) == ["A"]


def test_a_header_of_two_rows_is_joined_and_told(tmp_path: Path) -> None:
    """Groups above the columns, where no row alone has all names."""
    top = ("Order", "", "", "", "Item", "", "")
    shop = mapping(
        tmp_path,
        'lines: {files: "*", key: Order No}',
        number="Order No",
        date_placed='{column: Order Placed, date: "%Y-%m-%d"}',
        amount="Order Sum",
        notes="Order Note",
        items={
            "product": "{column: Item Article, integer: true}",
            "quantity": "{column: Item Qty, integer: true}",
            "unit_price": "Item Each",
            "total_price": "Item Each",
        },
    )
    path = file(tmp_path, ";".join(top) + "\n" + csv_text(line("A")))
    found = checked(path, shop=shop)
    assert (found.told, list(found.orders)) == (["W123 2"], ["A"])
    assert "header_row: [1, 2]" in remedy_of(found.issues[0])


def test_a_header_in_the_middle_is_no_order(tmp_path: Path) -> None:
    """Exports that were pasted below each other bring theirs along."""
    found = checked(csv_file(tmp_path, line("A"), renamed(No="NO", Sum=" Sum"), line("B")))
    assert (found.told, list(found.orders), found.ignored) == (["W122 3"], ["A", "B"], 1)
    assert found.exit_code == 0


def test_totals_are_never_sent_and_can_be_dropped(tmp_path: Path) -> None:
    """They are refused for what they lack; inspecting them says what they are."""
    path = csv_file(tmp_path, line("A"), ("Genel Toplam", "", "10", "", "", "", ""))
    found = checked(path)
    assert (found.told, list(found.orders)) == (["E205 B3", "E302 A3"], ["A"])
    assert risk_places(path, "W136") == ["A3"]
    drop = "drop: [{column: No, contains: toplam, because: totals}]"
    without = checked(path, shop=mapping(tmp_path, f'lines: {{files: "*", key: No, {drop}}}'))
    assert (without.told, list(without.orders), without.exit_code) == (["W120 A3"], ["A"], 0)
    assert "totals" in message_of(without.issues[0])


def test_a_row_without_an_order_number_refuses_the_orders_beside_it(tmp_path: Path) -> None:
    """It may be an item of one of them, and no order is sent with an item missing."""
    found = checked(csv_file(tmp_path, line("A"), line("", Article="102"), line("B"), line("C")))
    assert found.told == ["E301 A3", "E310 3", "E310 3"]
    assert (list(found.orders), found.ignored) == (["C"], 1)


def test_headings_among_the_rows_are_dropped_by_rule(tmp_path: Path) -> None:
    """Each of them is listed with the mapping's reason."""
    heading = ("Customer: Ada", *[""] * 6)
    drop = 'drop: [{column: No, starts_with: "Customer:", because: headings}]'
    shop = mapping(tmp_path, f'lines: {{files: "*", key: No, {drop}}}')
    found = checked(csv_file(tmp_path, heading, line("A"), heading, line("B")), shop=shop)
    assert (found.told, list(found.orders), found.exit_code) == (["W120 A2", "W120 A4"], ["A", "B"], 0)


def test_order_cells_that_stand_on_the_first_row_only_hold_for_all_items(tmp_path: Path) -> None:
    """With the number on each row as it is, without it where the mapping fills down."""
    follow = line("A", Placed="", Sum="", Article="102")
    found = checked(csv_file(tmp_path, line("A"), follow, line("B")))
    assert (found.told, found.sent_items("product")) == ([], [[101, 102], [101]])
    shop = mapping(tmp_path, 'lines: {files: "*", key: No, fill_down: true}')
    found = checked(csv_file(tmp_path, line("A"), ("", *follow[1:]), line("B")), shop=shop)
    assert (found.told, found.sent_items("product")) == ([], [[101, 102], [101]])


def test_a_gap_of_thousands_of_blank_rows_ends_nothing(tmp_path: Path) -> None:
    """The rows below it are data."""
    found = checked(csv_file(tmp_path, line("A"), *[("",) * 7] * 3000, line("B")))
    assert (found.told, list(found.orders), found.read) == ([], ["A", "B"], 2)


def test_columns_that_nothing_reads_are_told(tmp_path: Path) -> None:
    """What they hold is not sent; that is the mapping's word, and nobody may overlook it."""
    from pipeline.runs.asked.request import Places, PlanRequest
    from pipeline.runs.verbs import check

    path = csv_file(tmp_path, line("A"), header=renamed(Note="Gift message"))
    shop = mapping(tmp_path, notes="{constant: x}")
    result = check(PlanRequest([path], shop, jobs=1), Places(tmp_path / "state", tmp_path / "reports"))
    (issue,) = (one for one in result.issues() if one.code == "W432")
    assert "Gift message" in message_of(issue)


def test_a_date_among_order_numbers_is_never_a_number(tmp_path: Path) -> None:
    """Excel made it of a code such as 6-15; inspecting the column points at it."""
    from datetime import date

    codes = [line(f"{month}-AB") for month in range(1, 6)]
    path = workbook(tmp_path, *codes, line(date(2024, 6, 15)))
    found = checked(path)
    assert (found.told, len(found.orders)) == (["E204 Orders!A7"], 5)
    assert risk_places(path, "W142") == ["A7"]
