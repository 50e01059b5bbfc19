"""Headers of several rows: joined by the mapping's word, or because no row alone will do."""

from pathlib import Path

import pytest
from source_files import cells_of, codes, load, numbered, refused, spec_of, text

from pipeline.loaders.header_row import HeaderRow, best_header, joined_names
from pipeline.model.catalogue import message_of, remedy_of

_TWO = "Sipariş;;Müşteri;;Tutar\nNo;Tarih;Ad;Şehir;\n1;1.5.2024;Ayşe;İzmir;5\n"
_NAMES = ("Sipariş No", "Sipariş Tarih", "Müşteri Ad", "Müşteri Şehir", "Tutar")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        pytest.param([["Order", "", "Total"], ["No", "Date", ""]], "Order No|Order Date|Total", id="groups"),
        pytest.param([["No", "", "Who", ""], ["", "State", "A", "B"]], "No|State|Who A|Who B", id="own"),
        pytest.param([["Who", "", ""], ["Name", "", "City"]], "Who Name||City", id="gap-ends-the-group"),
        pytest.param(
            [["A", "", "", ""], ["B", "", "C", ""], ["1", "2", "3", "4"]],
            "A B 1|A B 2|A C 3|A C 4",
            id="three-rows",
        ),
        pytest.param([["No", "Name"], ["no", "NAME "]], "No|Name", id="the-same-twice"),
        pytest.param([["A", "B"], ["B", "A"], ["A", "A"]], "A B|B A", id="the-same-again"),
        pytest.param([["Paid"], ["on", "by", "for"]], "Paid on|Paid by|Paid for", id="short-row"),
        pytest.param([["Total\n(TL)\u00a0"], [" net "]], "Total (TL) net", id="one-line"),
        pytest.param([[], ["No"]], "No", id="blank-row"),
    ],
)  # fmt: skip
def test_names_are_joined_from_top_to_bottom(rows: list[list[str]], names: str) -> None:
    """A heading stands for the columns of its group, as far as something is named below it."""
    assert joined_names(rows) == tuple(names.split("|"))


def test_merged_ranges_say_what_a_heading_stands_for() -> None:
    """Where they are known nothing is guessed: neighbours outside the range take nothing."""
    rows = [["No", "Who", "", "", "Sum"], ["", "Name", "City", "Date", ""]]
    ranges = [((4, 0), (5, 0)), ((4, 1), (4, 2)), ((9, 0), (9, 4)), ((1, 3), (2, 4)), ((5, 4), (6, 8))]
    assert joined_names(rows, ranges, first=4) == ("No", "Who Name", "Who City", "Date", "Sum")
    assert joined_names(rows, [], first=4) == ("No", "Who Name", "City", "Date", "Sum")


def test_a_header_of_two_rows_is_read_as_the_mapping_says(tmp_path: Path) -> None:
    """Rows begin below the last of them; nothing needs a warning."""
    (table,) = load(text(tmp_path, _TWO), headers=_NAMES, header_rows=(1, 2), locale="tr_TR")
    assert (table.table.header, table.table.header_row, codes(table.issues)) == (_NAMES, 2, [])
    assert numbered(table) == {3: ("1", "1.5.2024", "Ayşe", "İzmir", "5")}


def test_rows_are_joined_where_no_row_alone_has_all_columns(tmp_path: Path) -> None:
    """That is told, with what to write into the mapping."""
    (table,) = load(text(tmp_path, f"Rapor\n{_TWO}"), headers=_NAMES)
    assert (table.table.header, table.table.header_row) == (_NAMES, 3)
    (issue,) = table.issues
    assert (issue.code, str(issue.at)) == ("W123", f"{tmp_path / 'orders.csv'}, row 3")
    assert "the rows 2, 3 joined" in message_of(issue)
    assert "header_row: [2, 3]" in remedy_of(issue)


def test_three_rows_may_be_joined(tmp_path: Path) -> None:
    """More are joined only if the mapping says so."""
    content = "Order;;\nPlaced;;Paid\nday;hour;day\n1;2;3\n"
    wanted = ["Order Placed day", "Order Placed hour"]
    (table,) = load(text(tmp_path, content), headers=wanted)
    assert table.table.header == ("Order Placed day", "Order Placed hour", "Order Paid day")
    four = f"Shop;;\n{content}"
    names = [f"Shop {name}" for name in wanted]
    assert codes(refused(lambda: load(text(tmp_path, four), headers=names))) == ["E120"]
    (table,) = load(text(tmp_path, four), headers=names, header_rows=(1, 2, 3, 4))
    assert cells_of(table) == [("1", "2", "3")]


def test_one_row_is_taken_as_long_as_joining_shows_no_more(tmp_path: Path) -> None:
    """A column that is missing anyway makes no header of the first row of data."""
    (table,) = load(text(tmp_path, "Shop;\nNo;Name\n1;\n"), headers=["No", "Name", "Total"])
    assert (table.table.header, codes(table.issues)) == (("No", "Name"), ["W104"])


def test_a_header_quoted_over_several_lines_can_be_joined(tmp_path: Path) -> None:
    """The rows of a spreadsheet are counted, wherever their lines end."""
    content = '"Order\nof the\nshop";;Sum\n"No\n(our)";Date;\n1;2;3\n"4\n5";6;7\n'
    names = ("Order of the shop No (our)", "Order of the shop Date", "Sum")
    path = text(tmp_path, content)
    told, found = (load(path, headers=names, header_rows=rows)[0] for rows in ((1, 2), ()))
    assert (told.table.header, found.table.header) == (names, names)
    assert (told.table.header_row, found.table.header_row) == (4, 4)
    assert numbered(told) == numbered(found) == {6: ("1", "2", "3"), 7: ("4\n5", "6", "7")}
    assert (codes(told.issues), codes(found.issues)) == ([], ["W123"])


def test_a_quotation_mark_in_a_title_hides_no_header(tmp_path: Path) -> None:
    """Lines are tried one by one."""
    (table,) = load(text(tmp_path, '"May" report, "all\n"No";"Name"\n1;"Ann"\n'))
    assert table.table.header == ("No", "Name")


def test_rows_that_the_mapping_skips_are_not_the_header(tmp_path: Path) -> None:
    """Nor do they count as standing above it."""
    (table,) = load(text(tmp_path, "No;Name\nx;y\nNo;Name\n1;Ann\n"), skip_rows=((1, 2),))
    assert (table.table.header_row, codes(table.issues)) == (3, [])


def test_what_a_report_added_is_known_by_the_last_row_alone(tmp_path: Path) -> None:
    """Headings above do not reach into it."""
    content = "Order;;;;\nNo;Name;_status;_code;_message\n1;Ann;refused;E205;empty\n"
    (table,) = load(text(tmp_path, content), headers=["Order No"], header_rows=(1, 2))
    assert (table.table.header, cells_of(table)) == (("Order No", "Order Name"), [("1", "Ann")])


def test_joined_rows_without_the_columns_are_answered_with_what_they_make(tmp_path: Path) -> None:
    """The joined names, with the closest ones."""
    (issue,) = refused(lambda: load(text(tmp_path, _TWO), headers=["Sipariş Nos", "Sum"], header_rows=(1, 2)))
    assert (issue.code, issue.facts["where"]) == ("E120", "the rows 1 to 2, joined")
    assert str(issue.facts["found"]).startswith("Sipariş No, Sipariş Tarih, ")
    assert "Sipariş No for Sipariş Nos" in str(issue.facts["near"])


def test_two_columns_that_get_the_same_name_are_refused(tmp_path: Path) -> None:
    """The letters of both are told."""
    content = "Order;;Order\nNo;Date;No\n1;2;3\n"
    (issue,) = refused(lambda: load(text(tmp_path, content), headers=["Order No"], header_rows=(1, 2)))
    assert (issue.code, issue.facts["columns"]) == ("E122", "A and C")


def test_a_header_knows_the_rows_it_was_made_of() -> None:
    """Each as the file holds it, so that its repetitions are known again."""
    rows = [(3, ["Order", "", "x"]), (4, ["No", "Date"])]
    found = best_header(rows, spec_of(["Order Date"]))
    assert found is not None
    assert found.header.own_rows == (("Order", "", "x"), ("No", "Date"))
    assert (found.header.first, found.header.row, found.header.names) == (
        3,
        4,
        ("Order No", "Order Date", "x"),
    )
    assert HeaderRow(1, ("No",)).own_rows == (("No",),)
