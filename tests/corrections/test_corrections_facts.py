"""What is said of a workbook that came back word for word, with two tables in it, and columns by place."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipeline.corrections.cell_text import CUT, LONGEST, cell_of, is_cut, text_of
from pipeline.corrections.comparing import CellChange, Compared, compare
from pipeline.corrections.merging import merged, orders_after
from pipeline.corrections.placing import Columns, Exported, keyed, placed
from pipeline.corrections.retyping import retyped
from pipeline.model.cell import Cell, CellError
from pipeline.model.fix_book import HIDDEN, BookBack, SheetBack, mark_of
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.overlay import FixedOrder, SheetKey
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, Table

ORDERS = Table(0, "orders", "shop.xlsx", ("NO", "QTY"), sheet="Orders")
ITEMS = Table(1, "items", "shop.xlsx", ("NO", "SKU", "", "SKU"), sheet="Items")
TEXTS: dict[int, dict[int, tuple[str, ...]]] = {
    0: {2: ("A1", "1"), 3: ("A2", "2"), 4: ("A3", "3")},
    1: {2: ("A1", "x", "", "y"), 9: ("", "", "", "")},
}
CELLS: dict[int, dict[int, Row]] = {
    0: {2: ("A1", 1.0), 3: ("A2", 2.0), 4: ("A3", 3.0)},
    1: {2: ("A1", "x", "", "y"), 9: ("", "", "", "")},
}
EXPORTED = [Exported(table, CELLS[table.index], TEXTS[table.index]) for table in (ORDERS, ITEMS)]


def row(table: Table, number: int, *cells: Cell, base: int = 0, run: str = "7f3a") -> Row:
    """Give a row as it comes back, under its key."""
    texts = TEXTS[table.index][number]
    mark = mark_of(run, base, table.file, table.sheet, number, texts)
    return (*(cells or texts), table.file, table.sheet or "", str(number), mark)


def orders(*rows: Row, header: Sequence[str] = (*ORDERS.header, *HIDDEN)) -> SheetBack:
    """Give the sheet of orders; rows begin at the second of the workbook."""
    return SheetBack("Orders", tuple(header), list(enumerate(rows, 2)))


def items(*rows: Row) -> SheetBack:
    """Give the sheet of items, which has a column without a name."""
    return SheetBack("Items", ("NO", "SKU", "(column C)", "SKU", *HIDDEN), list(enumerate(rows, 2)))


ALL_ORDERS = [row(ORDERS, number) for number in (2, 3, 4)]
ALL_ITEMS = [row(ITEMS, number) for number in (2, 9)]


def compared(*sheets: SheetBack, base: int = 0, run: str = "7f3a") -> Compared:
    """Compare a workbook of both sheets; those that are not given are as they went."""
    there = {sheet.name for sheet in sheets}
    rest = [one for one in (orders(*ALL_ORDERS), items(*ALL_ITEMS)) if one.name not in there]
    book = BookBack({"name.0": "Orders", "name.1": "Items"}, [*sheets, *rest])
    return compare("fix.xlsx", book, EXPORTED, run, base)


def refusal(*sheets: SheetBack) -> list[Issue]:
    """Give why the workbook is refused."""
    with pytest.raises(InputRefused) as refused:
        compared(*sheets)
    return list(refused.value.issues)


def told(found: Compared) -> list[tuple[str, object, object]]:
    """Give code, reason and cell or row of each issue."""
    return [
        (issue.code, issue.facts.get("reason", issue.facts.get("what")), issue.at and issue.at.row)
        for issue in found.issues
    ]


def test_two_tables_that_nobody_touched_say_nothing() -> None:
    """Nor does a row whose cells were empty from the beginning."""
    found = compared()
    assert (found.changes, found.issues) == ([], [])


def test_a_correction_names_its_table_row_and_column() -> None:
    """With what stood there and what stands there now."""
    found = compared(
        orders(row(ORDERS, 2, "A1", "5"), *ALL_ORDERS[1:]), items(row(ITEMS, 2, "A1", "x", "n", "z"))
    )
    assert found.changes == [
        CellChange(0, 2, 1, "1", "5"),
        CellChange(1, 2, 2, "", "n"),
        CellChange(1, 2, 3, "y", "z"),
    ]
    assert told(found) == [("W672", None, 9)]


def test_a_row_that_was_moved_to_another_sheet_is_told_and_not_taken() -> None:
    """Its columns are not those of the sheet."""
    stray = row(ITEMS, 2, "A1", "x")
    found = compared(orders(*ALL_ORDERS, (*stray[:2], *stray[-4:])))
    assert found.changes == []
    assert told(found) == [("E676", "it was moved here from another sheet", 5)]


@pytest.mark.parametrize(("base", "run"), [(1, "7f3a"), (0, "7f3b")])
def test_the_digest_is_one_of_the_run_and_of_its_corrections(base: int, run: str) -> None:
    """A workbook of another run, or of another time, says nothing here."""
    changed = row(ORDERS, 2, "A1", "5", base=base, run=run)
    found = compared(orders(changed, *ALL_ORDERS[1:]))
    assert found.changes == []
    assert told(found) == [("E676", "the digest of the row is another", 2), ("W672", None, 2)]


@pytest.mark.parametrize(
    ("hidden", "reason"),
    [
        (("shop.xlsx", "Other", "2", "m"), "they name a file or sheet that was not exported"),
        (("x.xlsx", "Orders", "2", "m"), "they name a file or sheet that was not exported"),
        (("shop.xlsx", "Orders", "77", "m"), "they name a row that was not exported"),
        (("shop.xlsx", "Orders", "-2", "m"), "they name a row that was not exported"),
        (("shop.xlsx", "Orders", "2", "m"), "the digest of the row is another"),
    ],
)
def test_why_a_row_under_other_hidden_columns_is_not_taken(hidden: tuple[str, ...], reason: str) -> None:
    """In words, at the row of the workbook."""
    found = compared(orders(*ALL_ORDERS, ("A1", "5", *hidden)))
    assert found.changes == []
    assert told(found) == [("E676", reason, 5)]
    at = found.issues[0].at
    assert at is not None
    assert (at.file, at.sheet) == ("fix.xlsx", "Orders")


def test_keys_are_found_by_file_sheet_and_row() -> None:
    """Each alone is not enough."""
    assert keyed(("shop.xlsx", "Items", "9"), EXPORTED) == (EXPORTED[1], 9, "")
    assert keyed(("shop.xlsx", "Items", "3"), EXPORTED)[:2] == (None, 0)
    assert keyed(("shop.xlsx", "", "9"), EXPORTED)[:2] == (None, 0)


def test_a_row_of_blanks_is_nothing_and_a_short_one_with_text_is_a_row_that_was_added() -> None:
    """Spreadsheet programs leave both behind."""
    found = compared(orders(*ALL_ORDERS, ("", ""), (), ("A9",)))
    assert told(found) == [("E675", None, 7)]


def test_one_of_several_copies_is_told_once() -> None:
    """Three copies of which two differ, and nothing is taken of any."""
    copies = [row(ORDERS, 2), row(ORDERS, 2, "A1", "5"), row(ORDERS, 2, "A1", "6")]
    found = compared(orders(*copies, *ALL_ORDERS[1:]))
    assert found.changes == []
    assert told(found) == [("E677", None, 3)]


def test_a_row_that_was_emptied_is_told_at_its_place_in_the_source() -> None:
    """Nothing of it is taken."""
    found = compared(orders(row(ORDERS, 2, "", ""), *ALL_ORDERS[1:]))
    assert found.changes == []
    assert told(found) == [("W672", None, 2)]
    at = found.issues[0].at
    assert at is not None
    assert (at.file, at.sheet) == ("shop.xlsx", "Orders")


def test_a_cell_that_was_emptied_is_a_correction() -> None:
    """As long as its row holds something else."""
    found = compared(orders(row(ORDERS, 2, "A1", ""), *ALL_ORDERS[1:]))
    assert found.changes == [CellChange(0, 2, 1, "1", "")]


def test_cells_of_two_rows_that_changed_places_are_told_with_both() -> None:
    """The workbook's row, and the two rows of the source."""
    (issue,) = refusal(orders(row(ORDERS, 2, "A2", "2"), row(ORDERS, 3, "A1", "1"), ALL_ORDERS[2]))
    assert (issue.code, issue.value, dict(issue.facts)) == ("E678", "Orders", {"row": 2, "other": 3})
    assert (issue.at and issue.at.file, issue.at and issue.at.row) == ("fix.xlsx", 2)


def test_one_cell_that_becomes_like_another_row_s_is_no_shift() -> None:
    """Only rows of which several cells changed may have been moved."""
    texts = {2: ("A1", "1"), 3: ("A1", "2")}
    cells: dict[int, Row] = {2: ("A1", "1"), 3: ("A1", "2")}
    table = Table(0, "orders", "shop.xlsx", ("NO", "QTY"), sheet="Orders")

    def came(number: int, *values: str) -> Row:
        mark = mark_of("7f3a", 0, table.file, table.sheet, number, texts[number])
        return (*values, table.file, table.sheet or "", str(number), mark)

    book = BookBack({"name.0": "Orders"}, [orders(came(2, "A1", "2"), came(3, "A1", "1"))])
    found = compare("fix.xlsx", book, [Exported(table, cells, texts)], "7f3a", 0)
    assert [change.after for change in found.changes] == ["2", "1"]


def test_every_sheet_that_cannot_be_placed_is_told_at_once() -> None:
    """The first one does not hide the second."""
    bare = SheetBack("Orders", ("NO", "QTY"), [(2, ("A1", "1"))])
    renamed = SheetBack("Items", ("NO", "CODE", "(column C)", "SKU", *HIDDEN), [(2, ALL_ITEMS[0])])
    assert [(issue.code, dict(issue.facts)) for issue in refusal(bare, renamed)] == [
        ("E671", {"reason": "the hidden columns of sheet Orders are gone"}),
        ("E674", {"missing": "SKU", "unknown": "CODE"}),
    ]


def test_a_sheet_of_which_no_row_is_known_is_refused() -> None:
    """Its hidden columns are there, and name nothing."""
    (issue,) = refusal(orders(("A1", "1", "x", "", "2", "m")))
    assert issue.code == "E671"
    assert dict(issue.facts) == {"reason": "no row of sheet Orders is one of those that were exported"}


def test_a_part_of_the_hidden_columns_is_not_enough_whoever_s_sheet_it_is() -> None:
    """A copy of a sheet of ours that lost one is no sheet of somebody's own."""
    partly = SheetBack("Copy", ("NO", "QTY", HIDDEN[0]), [(2, ("A1", "1", "shop.xlsx"))])
    assert [issue.code for issue in refusal(partly)] == ["E671"]


def test_a_sheet_is_of_the_table_that_most_of_its_rows_are_of() -> None:
    """Whatever it is called; a row with too few cells is none of them."""
    sheet = SheetBack("new name", ("NO", "QTY", *HIDDEN), [(2, ("A1",)), *enumerate(ALL_ORDERS, 3)])
    columns = placed("fix.xlsx", sheet, EXPORTED, ours=True)
    assert columns == Columns(0, (0, 1), (2, 3, 4, 5), ())


def test_columns_that_came_and_went_are_told_by_name() -> None:
    """One without a name is told by its place if it holds something; blanks around a name do not count."""
    header = (" NO ", *HIDDEN, "", "")
    rows = [(one[0], *one[2:], "", "mine") for one in ALL_ORDERS]
    with pytest.raises(InputRefused) as refused:
        placed("fix.xlsx", orders(*rows, header=header), EXPORTED, ours=True)
    assert dict(refused.value.issues[0].facts) == {"missing": "QTY", "unknown": "column 7"}
    columns = placed("fix.xlsx", orders(*[one[:6] for one in rows], header=header), EXPORTED, ours=True)
    assert columns is not None
    assert columns.places == (0, None)
    assert [dict(issue.facts) for issue in columns.warnings] == [
        {"what": "QTY was deleted: its cells stay as they are in the source"}
    ]
    more = placed(
        "fix.xlsx",
        orders(*[(*one, "x") for one in ALL_ORDERS], header=(*ORDERS.header, *HIDDEN, "WHO")),
        EXPORTED,
        ours=True,
    )
    assert more is not None
    assert [(issue.code, issue.value, dict(issue.facts)) for issue in more.warnings] == [
        ("W673", "Orders", {"what": "WHO is no column of the source, and was not taken"})
    ]


def test_a_column_that_was_added_is_told_if_it_has_a_name_or_holds_anything() -> None:
    """A name alone is enough, and so is one cell."""
    named = orders(*ALL_ORDERS, header=(*ORDERS.header, *HIDDEN, "WHO"))
    held = orders(ALL_ORDERS[0], (*ALL_ORDERS[1], "x"), header=(*ORDERS.header, *HIDDEN, ""))
    empty = orders(*[(*one, "") for one in ALL_ORDERS], header=(*ORDERS.header, *HIDDEN, ""))
    warnings = []
    for sheet in (named, held, empty):
        columns = placed("fix.xlsx", sheet, EXPORTED, ours=True)
        assert columns is not None
        warnings.append([issue.facts["what"] for issue in columns.warnings])
    ending = "is no column of the source, and was not taken"
    assert warnings == [[f"WHO {ending}"], [f"column 7 {ending}"], []]


def test_a_sheet_of_which_every_column_was_deleted_changes_nothing() -> None:
    """Its keys are still there."""
    bare = orders(*[one[2:] for one in ALL_ORDERS], header=HIDDEN)
    columns = placed("fix.xlsx", bare, EXPORTED, ours=True)
    assert columns is not None
    assert columns.places == (None, None)
    assert compared(bare).changes == []


def test_a_cell_under_no_name_is_told_without_one() -> None:
    """The place is enough."""
    found = compared(items(row(ITEMS, 2, "A1", "x", 7.0, "y"), ALL_ITEMS[1]))
    (issue,) = found.issues
    assert issue.at is not None
    assert (issue.code, issue.at.cell, issue.at.header) == ("E670", "C2", None)


def test_a_sheet_of_somebody_s_own_is_told_and_left_alone() -> None:
    """With its name."""
    notes = SheetBack("notes", ("what",), [(2, ("call them",))])
    found = compared(notes)
    assert [(issue.code, issue.value, issue.at and issue.at.sheet) for issue in found.issues] == [
        ("W673", "notes", "notes")
    ]
    assert "not written by orderlift" in str(found.issues[0].facts["what"])


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1.251", "it may be a thousand or a number with three decimals, in a column of numbers"),
        (7.0, "the spreadsheet program made a number of the text"),
        (True, "the spreadsheet program made yes or no of the text"),
        (CellError("#REF!"), "the cell holds an error, #REF!"),
    ],
)
def test_why_a_retyped_cell_is_not_taken(typed: Cell, reason: str) -> None:
    """At the cell of the workbook, under the header of the source."""
    found = compared(orders(row(ORDERS, 2, "A1", typed), *ALL_ORDERS[1:]))
    assert found.changes == []
    (issue,) = found.issues
    assert (issue.code, issue.facts["reason"]) == ("E670", reason)
    assert issue.at is not None
    assert (issue.at.cell, issue.at.header, issue.at.sheet) == ("B2", "QTY", "Orders")


@pytest.mark.parametrize(
    ("shown", "came_back", "reason"),
    [
        ("1", 1.5, "the spreadsheet program made a number of the text"),
        ("1", 2, "the spreadsheet program made a number of the text"),
        (
            "1234567890123456",
            "1.23457E+15",
            "the spreadsheet program wrote a number in its own way, and may have lost digits",
        ),
        (
            " 007 ",
            "7 ",
            "the zeros at the beginning are gone, which spreadsheet programs do by themselves",
        ),
        ("x", "y" * (LONGEST + 1), "the text is longer than a cell can hold"),
        ("x", "y" * LONGEST, None),
        ("70", "7", None),
        ("07", "8", None),
    ],
)
def test_why_a_cell_was_retyped(shown: str, came_back: Cell, reason: str | None) -> None:
    """In words."""
    assert retyped(shown, came_back) == reason


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("\x7f", "\u2421"),
        ("\ufffe", "\ufffd"),
        ("\uffff", "\ufffd"),
        ("\ud800", "\ufffd"),
        ("\x00\x1f", "\u2400\u241f"),
        ("\t\n", "\t\n"),
        ("a b\t\n\ue000\x07", "a b\t\n\ue000\u2407"),
        ("\r", "\n"),
        ("_x000D_x000D_", "_x000D\uff3fx000D_"),
        ("_x000D__x000D_", "_x000D__x000D_"),
        ("a_xb", "a_xb"),
    ],
)
def test_signs_that_no_workbook_holds_are_shown_by_others(cell: str, shown: str) -> None:
    """Each by its own picture, so that two of them stay two."""
    assert text_of(cell) == shown


def test_a_text_is_as_long_as_a_workbook_counts_it() -> None:
    """In units of 16 bits: of signs beyond them only half as many fit."""
    assert LONGEST == 32_000
    assert text_of("😀" * (LONGEST // 2)) == "😀" * (LONGEST // 2)
    cut = text_of("😀" * (LONGEST // 2 + 1))
    assert cut.endswith(CUT)
    assert is_cut(cut)
    assert text_of("x" * LONGEST) == "x" * LONGEST
    assert text_of("x" * (LONGEST + 1)) == "x" * (LONGEST // 2) + CUT
    assert not is_cut(f"x{CUT}")
    assert not is_cut("x" * (LONGEST // 2 + len(CUT)))


@pytest.mark.parametrize("typed", ["0.125", "-0.125", "1.25", "1.2515", "12345.125", "1251"])
def test_a_number_that_can_mean_one_thing_only_is_taken(typed: str) -> None:
    """Three decimals behind a nought are no thousand."""
    assert cell_of(typed, 9.0) == (float(typed) if "." in typed or typed.isdigit() else typed)


def test_an_order_of_which_a_row_is_checked_again_is_another_one_now() -> None:
    """Also where a row of it went to another order meanwhile."""
    key = SheetKey("shop.xlsx", "ab" * 32, "Orders")
    before = FixedOrder("A1", ((key, (2, 3)),), ready=True)
    now = FixedOrder("A9", ((key, (3,)),), ready=False)
    assert orders_after([before], [now]) == (now,)


def test_what_is_typed_over_yes_or_no_or_a_span_of_time_is_text() -> None:
    """Unless it is the same span."""
    assert cell_of("1", True) == "1"
    span = timedelta(hours=30)
    assert cell_of(str(span), span) == span
    assert cell_of("30:00", span) == "30:00"


def test_a_cell_goes_back_alone_and_the_others_of_its_row_stay() -> None:
    """A correction that is taken back takes its row along only where it was the last one there."""
    key = SheetKey("shop.xlsx", "ab" * 32, "Orders")
    tables = {0: (ORDERS, key)}
    sources: dict[tuple[int, int], Sequence[Cell]] = {(0, 2): ("A1", 1.0), (0, 3): ("A2", 2.0)}
    before = {key: {2: {0: "B1", 1: "5"}, 3: {1: "6"}}}
    found = merged(before, [CellChange(0, 2, 1, "5", "1")], tables, sources)
    assert found.cells == {key: {2: {0: "B1"}, 3: {1: "6"}}}
    again = merged(found.cells, [CellChange(0, 2, 0, "B1", "A1")], tables, sources)
    assert again.cells == {key: {3: {1: "6"}}}
    late = merged(before, [CellChange(0, 2, 1, "1", "7")], tables, sources)
    assert [issue.at for issue in late.warnings] == [ORDERS.at(2, 1)]
    assert isinstance(late.warnings[0].at, Location)
