"""Several items in one cell: what is a line, what is not understood, what cannot be meant."""

import pytest
from mapping_texts import compiled, places_of, refused, spoilt, unmarked

from pipeline.mapping.split_rows import SplitMapper, item_columns, item_lines, item_mapper
from pipeline.model.rows import Table

PATTERN = '"{URUN} x{ADET} @ {FIYAT}"'
HEADER = ("NO", "SKU", "ITEMS", "URUN")
TABLE = Table(0, "lines", "orders.csv", HEADER)


def split_text(into: str = PATTERN, more: str = "") -> str:
    """The sound mapping with its items in one cell."""
    return spoilt(
        (
            '  orders: {files: "orders*.csv", key: NO}\n  items: {files: "items*.csv", key: NO}\n',
            f'  lines: {{files: "o*.csv", key: NO, split: {{column: ITEMS, into: {into}{more}}}}}\n',
        ),
        ("total_price: {column: TUTAR, decimal: true}", "total_price: {multiply: [ADET, FIYAT]}"),
    )


def lines_of(cell: str, into: str = PATTERN) -> tuple[list[dict[str, object]], list[tuple[str, int | None]]]:
    """The fields of the items in a cell, and code and column of every problem."""
    mapper = item_mapper(compiled(split_text(into)), TABLE)
    assert isinstance(mapper, SplitMapper)
    items, odd = item_lines(mapper, [(("1", "x", cell, "hidden"), (0, 2))])
    problems = [problem for item in items for problem in item.problems] + [one for _, one in odd]
    return [item.fields for item in items], [(one.problem.code, one.column) for one in problems]


def test_every_item_of_a_cell_is_a_line_of_its_own() -> None:
    """White space and empty ends do not matter; a column of the same name is hidden by the part."""
    items, problems = lines_of(" 101 x2 @ 500,00;102  x1 @ 29,90 ; ")
    assert problems == []
    assert [(item["product"], item["quantity"], str(item["total_price"])) for item in items] == [
        (101, 2, "1000.00"),
        (102, 1, "29.90"),
    ]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("101 x2 @ 5,00; 102 @ 5,00", "E271"),
        ("101 x2", "E271"),
        (" x2 @ 5,00", "E271"),
        ("101 x2 @ ", "E271"),
        ("101 x2 @ 5,00, 102 x1 @ 5,00", "E272"),
        ("; ".join(["101 x2 @ 5,00"] * 201), "E273"),
    ],
)
def test_what_is_not_understood_is_told_at_the_cell_and_nothing_is_guessed(cell: str, code: str) -> None:
    """None of its items is taken."""
    assert lines_of(cell) == ([], [(code, 2)])


def test_a_part_that_is_wrong_is_told_at_the_cell_that_holds_it() -> None:
    """And not at a column that the file does not have."""
    items, problems = lines_of("101 xtwo @ 5,00; 102 x1 @ 5,00")
    assert len(items) == 2
    assert set(problems) == {("E214", 2), ("E211", 2)}


def test_marks_may_stand_around_and_codes_may_hold_what_is_no_mark() -> None:
    """Brackets, and an x within a code."""
    items, problems = lines_of("[101] 2 x 5,00; [102] 1 x 6,00", '"[{URUN}] {ADET} x {FIYAT}"')
    assert problems == []
    assert [item["product"] for item in items] == [101, 102]


def test_an_empty_cell_holds_no_item() -> None:
    """An order whose rows are all so is refused for having none."""
    assert lines_of("  ") == ([], [])


def test_the_cell_that_holds_items_says_which_rows_have_some() -> None:
    """Columns of the parts are not those of the file."""
    assert item_columns(compiled(split_text()), TABLE) == {2}


def test_the_files_must_have_the_cell_and_not_its_parts() -> None:
    """What is wanted of the header."""
    wanted = {one.column for one in compiled(split_text()).columns["lines"]}
    assert "ITEMS" in wanted
    assert not {"URUN", "ADET", "FIYAT"} & wanted


@pytest.mark.parametrize(
    "into",
    ["¦x", '¦"{a}{b}"', '¦"{a} x{a}"', '¦"{} x{b}"', '¦"{a} x{b"', '¦"{a}; {b}"'],
)
def test_a_pattern_that_cannot_be_meant_is_told_at_its_place(into: str) -> None:
    """Before any row is read."""
    text, places = unmarked(split_text(into))
    assert places_of(refused(text)) == [("E473", *places[0])]


def test_only_a_flat_file_has_items_in_cells() -> None:
    """Elsewhere the setting is unknown."""
    text, places = unmarked(
        spoilt(('"items*.csv", key: NO', '"items*.csv", key: NO, ¦split: {column: A, into: "{a}"}'))
    )
    assert places_of(refused(text)) == [("E411", *places[0])]
