"""What columns hold, whatever the size of the batches."""

import tracemalloc
from datetime import datetime
from typing import Any

import pytest
from profiled import column, profiler

from pipeline.inspection.column import EXACT, ColumnProfiler
from pipeline.inspection.shapes import Shape


@pytest.mark.parametrize("size", [1, 3, 100])
def test_cells_are_counted_by_what_they_hold(size: int) -> None:
    """Filled, blank, distinct, lengths and samples, in batches of any size."""
    found = column("b", "", "a", "  ", "b", "ccc", "b", size=size)
    assert (found.filled, found.blank, found.distinct) == (5, 2, 3)
    assert (found.shortest, found.longest) == (1, 3)
    assert found.samples == ("b", "a", "ccc")
    assert not found.distinct_exceeds


@pytest.mark.parametrize("size", [1, 100])
def test_values_of_different_types_are_different_values(size: int) -> None:
    """1, TRUE and the text 1 would be one key of a dictionary."""
    found = column(1.0, True, "1", 1.0, False, 0.0, size=size)
    assert found.distinct == 5
    assert dict(found.shares) == {Shape.NUMBER_CELL: 3, Shape.YES_NO_CELL: 2, Shape.WHOLE: 1}


def test_distinct_values_are_exact_up_to_a_limit_and_more_than_it_beyond() -> None:
    """The limit itself is still exact."""
    exactly = column(*(f"v{i}" for i in range(EXACT)), "v0", size=20_000)
    beyond = column(*(f"v{i}" for i in range(EXACT + 1)), size=20_000)
    assert (exactly.distinct, exactly.distinct_exceeds) == (EXACT, False)
    assert (beyond.distinct, beyond.distinct_exceeds) == (EXACT, True)
    assert beyond.filled == EXACT + 1


def test_memory_does_not_grow_with_rows_or_long_texts() -> None:
    """60,000 different notes of 2,000 characters each, 120 MB of them, leave a few MB behind."""
    profiler_ = ColumnProfiler(0, "Note")
    tracemalloc.start()
    for start in range(0, 60_000, 1_000):
        profiler_.feed(
            range(start, start + 1_000), [f"{i}".rjust(2_000, "x") for i in range(start, start + 1_000)]
        )
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert profiler_.profile().filled == 60_000
    assert most < 30_000_000


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("12", "12,5", "1.250,00"), (Shape.DECIMAL, (), ",")),
        (("12", "1.234", "7.5"), (Shape.DECIMAL, (), ".")),
        (("1.234", "2.345"), (Shape.DECIMAL, (), None)),
        (("A1", "B2", "17"), (Shape.CODE, (), None)),
        (("00123", "45678"), (Shape.CODE, (), None)),
        (("20240101", "20241231"), (Shape.DATE, ("%Y%m%d",), None)),
        (("20240101", "20249999"), (Shape.WHOLE, (), None)),
        (("01/02/2024", "13/02/2024"), (Shape.DATE, ("%d/%m/%Y",), None)),
        (("01/02/2024", "02/13/2024"), (Shape.DATE, ("%m/%d/%Y",), None)),
        (("01/02/2024", "03/04/2024"), (Shape.DATE, ("%d/%m/%Y|%m/%d/%Y",), None)),
        (("Ada", "A1", "Evet"), (Shape.TEXT, (), None)),
        (("Ada", "31.12.2024"), (Shape.MIXED, ("%d.%m.%Y",), None)),
        (("", " "), (Shape.EMPTY, (), None)),
    ],
)
def test_a_column_is_what_nearly_all_of_its_values_are(cells: Any, expected: Any) -> None:
    """One value that leaves no doubt decides for those that do."""
    found = column(*cells)
    assert (found.shape, found.formats, found.decimal) == expected


def test_a_few_exceptions_do_not_hide_what_a_column_is() -> None:
    """One word among a hundred amounts."""
    found = column(*["12,50"] * 99, "free")
    assert found.shape is Shape.DECIMAL
    assert dict(found.shares) == {Shape.DECIMAL: 99, Shape.TEXT: 1}


def test_constant_and_empty_columns_are_known() -> None:
    """A single row proves nothing."""
    table = profiler({"a": ["x", "x"], "b": ["x", ""], "c": ["", ""]}).columns()
    assert [one.constant for one in table] == [True, False, False]
    assert not column("x").constant


def test_a_wide_table_remembers_fewer_values_of_each_column() -> None:
    """A hundred columns share what a few could remember."""
    columns = {f"c{i}": [f"{i}-{row}" for row in range(10_100)] for i in range(100)}
    found = profiler(columns, size=20_000).columns()
    assert {one.distinct for one in found} == {10_000}
    assert all(one.distinct_exceeds for one in found)


def test_a_date_cell_shows_as_text_in_samples() -> None:
    """Samples are texts, cut to a bearable length."""
    assert column(datetime(2024, 1, 2, 3, 4)).samples == ("2024-01-02 03:04:00",)  # noqa: DTZ001
    assert [len(text) for text in column("x" * 5_000).samples] == [200]
