"""The key under which rows of one order find each other."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assembly.key import join_key, partition_of
from pipeline.model.cell import Cell, CellError


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("1001", "1001"),
        (1001.0, "1001"),
        (" 1001\u00a0", "1001"),
        ("00123", "00123"),
        (123.0, "123"),
        ("abc", "abc"),
        ("ABC", "ABC"),
        ("2-100000034", "2-100000034"),
        (10.5, "10.5"),
        (999_999_999_999_999.0, "999999999999999"),
        (True, "TRUE"),
        (datetime(2024, 5, 1), "2024-05-01 00:00:00"),  # noqa: DTZ001 - as a workbook has it
        ("", None),
        ("  \t", None),
        (CellError("#REF!"), None),
        (1e15, None),
        ("1.23E+15", None),
        ("1,23e+15", None),
        ("E15", "E15"),
        (float("nan"), None),
    ],
)
def test_a_key_is_what_the_sheet_shows(cell: Cell, key: str | None) -> None:
    """The same for a number cell and for text; none where digits were lost or nothing stands there."""
    assert join_key(cell) == key


@settings(deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_a_number_meets_itself_as_text(number: int) -> None:
    """One file may hold numbers and the other text."""
    assert join_key(float(number)) == join_key(str(number)) == str(number)


@settings(deadline=None)
@given(st.text(st.characters(codec=None)), st.integers(1, 512))
def test_every_key_has_one_partition(key: str, partitions: int) -> None:
    """Within the given number, whatever letters the key has."""
    assert 0 <= partition_of(key, partitions) < partitions
    assert partition_of(key, 1) == 0


@pytest.mark.parametrize(("key", "partition"), [("1001", 39), ("SİP-42", 51), ("", 0)])
def test_a_partition_is_the_same_on_every_machine(key: str, partition: int) -> None:
    """It depends on the key's letters alone, not on the interpreter's seed."""
    assert partition_of(key, 97) == partition


def test_keys_spread_over_partitions() -> None:
    """Consecutive order numbers fill all of them about evenly."""
    counts = [0] * 16
    for number in range(16_000):
        counts[partition_of(str(number), 16)] += 1
    assert min(counts) > 800
