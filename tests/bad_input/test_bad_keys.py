"""Order numbers that are lost, alike or rewritten, and rows that find no order."""

from itertools import permutations
from pathlib import Path

import pytest
from bad_files import (
    LINES,
    TWO,
    Checked,
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

from pipeline.model.catalogue import message_of

ORDERS = "No;Placed;Sum;Note\n"
ITEMS = "No;Article;Qty;Each\n"


def pair(folder: Path, orders: list[str], items: list[str]) -> tuple[Path, Path]:
    """Make the shop's two files, with an order or an item for each number given."""
    text = ORDERS + "".join(f"{no};2024-03-01;10;\n" for no in orders)
    rows = ITEMS + "".join(f"{no};101;1;10\n" for no in items)
    return file(folder, text, name="orders.csv"), file(folder, rows, name="items.csv")


def both(folder: Path, orders: list[str], items: list[str]) -> Checked:
    """Check the shop's two files."""
    return checked(*pair(folder, orders, items), shop=mapping(folder, TWO))


def test_a_number_in_two_rows_of_the_orders_is_refused_in_both(tmp_path: Path) -> None:
    """Also where the rows are the same: neither the first nor the last wins."""
    found = both(tmp_path, ["A", "B", "A"], ["A", "B"])
    assert (found.told, list(found.orders)) == (["E303 A2", "E303 A4"], ["B"])
    assert "2 rows: 2 and 4" in message_of(found.issues[0])


def test_rows_of_an_order_may_stand_anywhere(tmp_path: Path) -> None:
    """The same orders come out whatever the file is sorted by."""
    rows = [line("A", Sum="20"), line("A", Sum="20", Article="102"), line("B"), line("C")]
    sent = []
    for number, order in enumerate(permutations(rows, 4)):
        if number % 5 == 0:
            found = checked(csv_file(tmp_path, *order))
            assert found.told == []
            sent.append({no: sorted(i["product"] for i in o["order_item"]) for no, o in found.orders.items()})
    assert sent == [{"A": [101, 102], "B": [101], "C": [101]}] * 5


def test_an_order_column_that_changes_between_its_rows_refuses_the_order(tmp_path: Path) -> None:
    """At the cell that differs, with the value and the row of the first."""
    found = checked(csv_file(tmp_path, line("A"), line("B"), line("A", Sum="20")))
    assert (found.told, found.values, list(found.orders)) == (["E304 C4"], ["20"], ["B"])
    assert "'10' in row 2" in message_of(found.issues[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("abc", "ABC"),
        ("A1", "\uff211"),
        ("İ1", "ı1"),
        ("é", "e\u0301"),
    ],
)
def test_numbers_that_a_target_may_take_for_one_are_both_refused(
    tmp_path: Path, one: str, other: str
) -> None:
    """Case, width, Turkish dots, blanks, invisible characters, decomposed letters."""
    found = checked(csv_file(tmp_path, line(one), line(other), line("ok")))
    assert (found.told, list(found.orders)) == (["E306 A2", "E306 A3"], ["ok"])


@pytest.mark.parametrize("other", ["A\u00a01", "A\u200b 1", "A 1\ufeff"])
def test_a_character_that_nobody_sees_makes_no_other_number(tmp_path: Path, other: str) -> None:
    """The row is refused for the character, and both for being one number to whoever looks at them."""
    found = checked(csv_file(tmp_path, line("A 1"), line(other), line("ok")))
    assert (found.told, list(found.orders)) == (["E203 A3", "E306 A2", "E306 A3"], ["ok"])


def test_blanks_around_a_number_are_not_part_of_it(tmp_path: Path) -> None:
    """The two rows are one order."""
    found = checked(csv_file(tmp_path, line(" A\u00a0"), line("A", Article="102")))
    assert (found.told, found.sent_items("product")) == ([], [[101, 102]])


def test_a_number_cell_that_lost_its_digits_names_no_order(tmp_path: Path) -> None:
    """What was typed is gone; as text the same digits are fine."""
    path = workbook(tmp_path, line("A"), line("12345678901234567"), line(12345678901234567.0), line("B"))
    found = checked(path)
    assert found.told[0] == "E301 Orders!A4"
    assert list(found.orders) == ["A"]
    assert risk_places(path, "W130") == ["A4"]


def test_a_lost_number_in_the_orders_refuses_no_other_order(tmp_path: Path) -> None:
    """Where items have a file of their own, the row next to it is not in doubt."""
    found = both(tmp_path, ["A", "1,23457E+15", "B"], ["A", "B", "123456789012345"])
    assert found.told[0] == "E301 A3"
    assert (list(found.orders), found.told[1:]) == (["A", "B"], ["E305 A4"])


@pytest.mark.parametrize("number", ["1.23E+15", "1,23E+15", "1E5", "6.93217e+12"])
def test_a_number_that_a_spreadsheet_shortened_names_no_order(tmp_path: Path, number: str) -> None:
    """Several orders may have become one by that; inspecting the column says it before."""
    path = csv_file(tmp_path, line(number), line("B"), line("C"))
    found = checked(path)
    assert (found.told, list(found.orders)) == (["E301 A2", "E310 2"], ["C"])
    assert risk_places(path, "W131") == ["A2"]


def test_a_shortened_number_made_of_a_template_is_refused_at_its_cell(tmp_path: Path) -> None:
    """The key may be good where the number is not."""
    shop = mapping(tmp_path, number='{template: "W-{no}", columns: {no: Note}}', notes="{constant: x}")
    found = checked(csv_file(tmp_path, line("A", Note="1E5"), line("B", Note="15")), shop=shop)
    assert (found.told, found.values, list(found.orders)) == (["E207 D2"], ["1E5"], ["W-15"])


def test_whole_number_cells_are_numbers_without_a_point(tmp_path: Path) -> None:
    """Blank cells make floats of a column; the number is what the sheet shows, and meets its text."""
    path = workbook(tmp_path, line(1000123.0), line("1000123", Article="102"), line(7.0), line("00007"))
    found = checked(path)
    assert (found.told, list(found.orders)) == ([], ["1000123", "7", "00007"])
    assert found.sent_items("product")[0] == [101, 102]


def test_a_shorter_number_among_codes_with_zeros_is_pointed_out(tmp_path: Path) -> None:
    """What Excel dropped cannot be told from a short number, so it is sent as it stands."""
    path = csv_file(tmp_path, line("00123"), line("00124"), line("125"))
    assert list(checked(path).orders) == ["00123", "00124", "125"]
    assert risk_places(path, "W143") == ["A4"]


@pytest.mark.parametrize(("cell", "code"), [(True, "E204"), ("9" * 129, "E241")])
def test_what_no_order_number_can_be_is_refused_at_its_cell(tmp_path: Path, cell: object, code: str) -> None:
    """A yes/no cell, more characters than the target takes."""
    found = checked(workbook(tmp_path, line("A"), line(cell)))
    assert (found.told, list(found.orders)) == ([f"{code} Orders!A3"], ["A"])


def test_yes_and_no_in_words_may_be_numbers(tmp_path: Path) -> None:
    """Text is text."""
    assert list(checked(csv_file(tmp_path, line("TRUE"), line("DOĞRU"))).orders) == ["TRUE", "DOĞRU"]


def test_items_without_an_order_and_orders_without_items_are_told(tmp_path: Path) -> None:
    """The items are counted as ignored, the order is refused."""
    found = both(tmp_path, ["A", "C"], ["A", "B"])
    assert sorted(found.told) == ["E302 A3", "E305 A3"]
    assert (list(found.orders), found.ignored) == (["A"], 1)


def test_keys_that_never_meet_refuse_the_run(tmp_path: Path) -> None:
    """Zeros in front in one file, none in the other; with an example of each."""
    files = pair(tmp_path, ["00123", "00124"], ["123", "124"])
    (issue,) = refused(*files, shop=mapping(tmp_path, TWO))
    assert issue.code == "E307"
    assert "none of 2 orders found an item among 2 items" in message_of(issue)
    assert {issue.facts["order_example"], issue.facts["item_example"]} == {"00123", "123"}


def test_keys_that_meet_in_part_refuse_what_does_not_meet(tmp_path: Path) -> None:
    """Row by row."""
    found = both(tmp_path, ["00123", "124"], ["123", "124"])
    assert sorted(found.told) == ["E302 A2", "E305 A2"]
    assert list(found.orders) == ["124"]


def test_an_export_that_goes_on_in_another_file_is_not_joined(tmp_path: Path) -> None:
    """An order in two flat files was cut apart or exported twice; which, cannot be told."""
    first = file(tmp_path, csv_text(line("A"), line("B")), name="lines-1.csv")
    second = file(tmp_path, csv_text(line("B", Article="102"), line("C")), name="lines-2.csv")
    found = checked(first, second, shop=mapping(tmp_path, LINES))
    assert (found.told, list(found.orders)) == (["E303 A3", "E303 A2"], ["A", "C"])


def test_a_month_in_place_of_a_code_is_pointed_out(tmp_path: Path) -> None:
    """A CSV file saved from Excel holds what Excel made of 6-15."""
    path = csv_file(tmp_path, line("6-14"), line("7-22"), line("15-Jun"))
    assert list(checked(path).orders) == ["6-14", "7-22", "15-Jun"]
    assert risk_places(path, "W142") == ["A4"]


@pytest.mark.parametrize("number", ["B\u200b", "\ufeffB", '"B\nB"'])
def test_an_invisible_character_in_a_number_refuses_its_order(tmp_path: Path, number: str) -> None:
    """A mark of a file that was put behind another, a zero-width space, a line break."""
    found = checked(csv_file(tmp_path, line("A"), line(number)))
    assert (found.told, list(found.orders)) == (["E203 A3"], ["A"])


@pytest.mark.parametrize("number", ["20099.0", "1E5"])
def test_a_code_that_a_program_made_a_number_of_names_no_order(tmp_path: Path, number: str) -> None:
    """What it was before cannot be told."""
    found = checked(csv_file(tmp_path, line("A"), line(number)))
    assert found.told[0] == "E301 A3"
    assert "rewritten" in message_of(found.issues[0])
    assert list(found.orders) == []  # the row above may lack this one


def test_an_invisible_character_in_a_number_is_pointed_out(tmp_path: Path) -> None:
    """It may keep the row from its order."""
    path = csv_file(tmp_path, line("A"), line("B\u200b"))
    assert risk_places(path, "W137") == ["A3"]
    assert told([risks_of(looked_into(path))["W137"].issue]) == ["W137 A3"]
