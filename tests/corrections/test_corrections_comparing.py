"""A workbook that came back, held against what was exported."""

from collections.abc import Sequence

import pytest

from pipeline.corrections.comparing import CellChange, Compared, compare
from pipeline.corrections.placing import Exported
from pipeline.model.cell import Cell
from pipeline.model.fix_book import HIDDEN, BookBack, SheetBack, mark_of
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, Table

TABLE = Table(0, "orders", "orders.csv", ("NO", "DURUM", "NOT", "NOT"))
ROWS: dict[int, tuple[str, ...]] = {
    2: ("A1", "teslm", "x", "y"),
    3: ("A2", "", "x", "z"),
    7: ("A3", "ok", "", ""),
}
HEADER = (*TABLE.header, *HIDDEN)


def exported() -> list[Exported]:
    """What the workbook was written with."""
    return [Exported(TABLE, dict(ROWS), ROWS)]


def row(number: int, *cells: Cell, mark_row: int | None = None) -> Row:
    """A row as it comes back: its cells, or those that it went with, and its hidden columns."""
    texts = ROWS[mark_row or number]
    mark = mark_of("7f3a", 0, TABLE.file, None, mark_row or number, texts)
    return (*(cells or texts), TABLE.file, "", str(number), mark)


def back(*rows: Row, header: Sequence[str] = HEADER, name: str = "orders") -> BookBack:
    """The workbook as it came back."""
    return BookBack({"name.0": "orders"}, [SheetBack(name, tuple(header), list(enumerate(rows, 2)))])


def compared(book: BookBack) -> Compared:
    """Compare it."""
    return compare("fix.xlsx", book, exported(), "7f3a", 0)


def codes(found: Compared) -> list[str]:
    """What was told."""
    return [issue.code for issue in found.issues]


ALL = [row(2), row(3), row(7)]


def test_a_workbook_that_nobody_touched_says_nothing() -> None:
    """No change, no issue."""
    found = compared(back(*ALL))
    assert (found.changes, found.issues) == ([], [])


def test_sorting_is_harmless_because_keys_travel_with_their_rows() -> None:
    """The change reaches the row of the source that it is about."""
    found = compared(back(row(7), row(3, "A2", "ok", "x", "z"), row(2)))
    assert found.changes == [CellChange(0, 3, 1, "", "ok")]
    assert found.issues == []


def test_columns_may_move_and_two_of_one_name_are_told_apart_by_their_order() -> None:
    """Cells are found by the names above them."""
    header = ("DURUM", *HIDDEN, "NOT", "NO", "NOT")
    moved = [(one[1], *one[4:], one[2], one[0], one[3]) for one in ALL]
    moved[0] = (*moved[0][:-1], "new")
    found = compared(back(*moved, header=header))
    assert found.changes == [CellChange(0, 2, 3, "y", "new")]
    assert found.issues == []


def test_a_renamed_column_refuses_the_workbook() -> None:
    """It may hold corrections, which would be lost."""
    with pytest.raises(InputRefused) as refused:
        compared(back(*ALL, header=("NO", "STATUS", *HEADER[2:])))
    assert [issue.code for issue in refused.value.issues] == ["E674"]


def test_a_deleted_column_changes_nothing_and_an_added_one_is_told() -> None:
    """Deleted: its cells stay as they are in the source. Added: it is nobody's."""
    without = back(*[one[:1] + one[2:] for one in ALL], header=(HEADER[0], *HEADER[2:]))
    found = compared(without)
    assert (found.changes, codes(found)) == ([], ["W673"])
    more = back(*[(*one, "mine") for one in ALL], header=(*HEADER, "remark"))
    found = compared(more)
    assert (found.changes, codes(found)) == ([], ["W673"])


def test_a_row_that_is_gone_or_emptied_stays_as_it_is_and_is_told() -> None:
    """Deleting a row here deletes nothing."""
    found = compared(back(row(2), row(3, "", "", "", "")))
    assert found.changes == []
    assert [(issue.code, issue.at.row if issue.at else None) for issue in found.issues] == [
        ("W672", 3),
        ("W672", 7),
    ]


def test_an_added_row_is_told_and_not_taken() -> None:
    """It has no place in the sources; a blank one is nothing."""
    found = compared(back(*ALL, ("A9", "ok", "", "", "", "", "", ""), ("",) * 8))
    assert (found.changes, codes(found)) == ([], ["E675"])


def test_two_copies_of_a_row_that_differ_are_not_taken_and_equal_ones_are_one() -> None:
    """It is open which of them is meant."""
    changed = row(3, "A2", "ok", "x", "z")
    found = compared(back(row(2), row(3), changed, row(7)))
    assert (found.changes, codes(found)) == ([], ["E677"])
    found = compared(back(row(2), changed, changed, row(7)))
    assert (len(found.changes), codes(found)) == (1, [])


@pytest.mark.parametrize(
    "hidden",
    [
        ("orders.csv", "", "99", "x"),
        ("other.csv", "", "3", "x"),
        ("orders.csv", "", "three", "x"),
        ("orders.csv", "", "3", "x"),
    ],
)
def test_a_row_whose_hidden_columns_are_others_is_not_taken(hidden: tuple[str, ...]) -> None:
    """Its cells may belong to another row."""
    found = compared(back(row(2), ("A2", "ok", "x", "z", *hidden), row(7)))
    assert found.changes == []
    assert codes(found) == ["E676", "W672"]


def test_a_row_under_the_key_of_another_row_is_not_taken() -> None:
    """The digest belongs to the key that it was written with."""
    found = compared(back(row(2), row(7, "A2", "ok", "x", "z", mark_row=3), row(3)))
    assert found.changes == []
    assert codes(found) == ["E676", "W672"]


def test_cells_sorted_without_their_keys_refuse_the_workbook() -> None:
    """Every correction would reach another row."""
    shifted = [row(2, *ROWS[3]), row(3, *ROWS[2]), row(7)]
    with pytest.raises(InputRefused) as refused:
        compared(back(*shifted))
    assert [issue.code for issue in refused.value.issues] == ["E678"]


def test_a_row_that_becomes_like_another_one_is_corrected() -> None:
    """Only where the other one has other cells now, too, were they moved."""
    found = compared(back(row(2, *ROWS[7]), row(3), row(7)))
    assert len(found.changes) == 4
    assert found.issues == []


def test_a_sheet_without_its_hidden_columns_refuses_the_workbook() -> None:
    """Nobody knows any more which row is which; a sheet of somebody's own is told and left alone."""
    bare = back(*[one[:4] for one in ALL], header=TABLE.header)
    with pytest.raises(InputRefused) as refused:
        compared(bare)
    assert [issue.code for issue in refused.value.issues] == ["E671"]
    notes = SheetBack("notes", ("what", "who"), [(2, ("call them", "me"))])
    found = compared(BookBack({"name.0": "orders"}, [*back(*ALL).sheets, notes]))
    assert (found.changes, codes(found)) == ([], ["W673"])


def test_only_the_retyped_cells_of_a_row_are_refused() -> None:
    """What else was corrected there is taken; the issue names the cell of the workbook."""
    found = compared(back(row(2, 17.0, "ok", "x", "y"), row(3), row(7)))
    assert found.changes == [CellChange(0, 2, 1, "teslm", "ok")]
    (issue,) = found.issues
    assert (issue.code, issue.value, issue.at and issue.at.cell) == ("E670", "17", "A2")


def test_a_column_that_was_sorted_alone_refuses_the_workbook() -> None:
    """Whatever else was corrected in its rows; two cells that change places may be meant."""
    texts = {number: (f"A{number}", "teslm", f"n{number}", "") for number in range(2, 6)}
    table = [Exported(TABLE, dict(texts), texts)]

    def as_row(number: int, note: str) -> Row:
        mark = mark_of("7f3a", 0, TABLE.file, None, number, texts[number])
        return (f"A{number}", "ok", note, "", TABLE.file, "", str(number), mark)

    sorted_alone = back(*(as_row(number, f"n{7 - number}") for number in range(2, 6)))
    with pytest.raises(InputRefused) as refused:
        compare("fix.xlsx", sorted_alone, table, "7f3a", 0)
    (issue,) = refused.value.issues
    assert (issue.code, issue.facts) == ("E678", {"row": 2, "other": 5})
    swapped = back(as_row(2, "n3"), as_row(3, "n2"), as_row(4, "n4"), as_row(5, "n5"))
    found = compare("fix.xlsx", swapped, table, "7f3a", 0)
    assert (len(found.changes), found.issues) == (6, [])


def test_a_copy_of_a_sheet_says_nothing_unless_somebody_worked_on_both() -> None:
    """An untouched copy is no second opinion; of two different ones none is taken."""
    copy = SheetBack("orders (2)", HEADER, list(enumerate(ALL, 2)))
    mine = SheetBack("orders", HEADER, [(2, row(2, "A1", "teslim", "x", "y")), (3, row(3)), (4, row(7))])
    for sheets in ([mine, copy], [copy, mine]):
        found = compared(BookBack({"name.0": "orders"}, sheets))
        assert ([change.after for change in found.changes], found.issues) == (["teslim"], [])
    other = SheetBack("orders (2)", HEADER, [(2, row(2, "A1", "iptal", "x", "y"))])
    found = compared(BookBack({"name.0": "orders"}, [mine, other]))
    assert (found.changes, codes(found)) == ([], ["E677"])
    assert set(found.held) == {(0, 2)}


def test_a_merged_cell_that_lost_its_value_is_not_taken() -> None:
    """Only the first of them keeps one; an empty cell that was empty before is nothing new."""
    rows = [
        (2, row(2, "A1", "teslim", "x", "y")),
        (3, row(3, "A2", "", "", "z")),
        (4, row(7, "A3", "", "", "")),
    ]
    merged = [((2, 1), (4, 1)), ((2, 2), (3, 2))]
    found = compared(BookBack({"name.0": "orders"}, [SheetBack("orders", HEADER, rows, merged)]))
    assert [change.after for change in found.changes] == ["teslim"]
    assert [(issue.code, issue.at and issue.at.cell) for issue in found.issues] == [
        ("E670", "C3"),
        ("E670", "B4"),
    ]
    assert set(found.held) == {(0, 3), (0, 7)}


def test_numbers_that_a_program_wrote_its_own_way_hold_no_order_back() -> None:
    """Nothing that counts is lost of 20.50; leading zeros are told, and the source keeps them."""
    texts = {2: ("0012", "20.50", "20.50", "x")}
    table = [Exported(TABLE, dict(texts), texts)]
    mark = mark_of("7f3a", 0, TABLE.file, None, 2, texts[2])
    cells: Row = (12.0, 20.5, 20.75, "x", TABLE.file, "", "2", mark)
    found = compare("fix.xlsx", back(cells), table, "7f3a", 0)
    assert [(issue.code, issue.value) for issue in found.issues] == [("E670", "12"), ("E670", "20.75")]
    assert [issue.value for issue in found.held.values()] == ["20.75"]
    without = compare("fix.xlsx", back((*cells[:2], "20.50", *cells[3:])), table, "7f3a", 0)
    assert (codes(without), without.held) == (["E670"], {})
