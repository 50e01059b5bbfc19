"""Rows that a mapping leaves out, and cells that it fills from above."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.loaders.shaping import Shaper
from pipeline.model.catalogue import message_of
from pipeline.model.cell import Cell, CellError
from pipeline.model.issue import Issue
from pipeline.model.rows import DropRule, Row, RowBatch, SourceSpec, Table

HEADER = ("No", "Müşteri Adı", "Adet")


def _table(header: Sequence[str] = HEADER) -> Table:
    return Table(0, "orders", "orders.csv", tuple(header))


def _spec(**choices: object) -> SourceSpec:
    return SourceSpec(**{"name": "orders", "files": "*", "headers": frozenset(), "key": "No", **choices})  # type: ignore[arg-type]


def _shaped(
    rows: Sequence[Row], spec: SourceSpec, header: Sequence[str] = HEADER, own: Sequence[Sequence[str]] = ()
) -> RowBatch:
    """One batch from row 2 on."""
    table = _table(header)
    return Shaper(spec, table, own).shape(RowBatch(table, range(2, len(rows) + 2), rows))


def _ignored(batch: RowBatch) -> dict[int, str]:
    return {number: f"{issue.code} {message_of(issue)}" for number, issue in batch.ignored.items()}


def test_rows_to_skip_are_left_out_by_their_numbers() -> None:
    """The other rows keep theirs."""
    batch = _shaped([("a", "b", "c")] * 6, _spec(skip_rows=((3, 3), (5, 6), (90, 99))))
    assert list(batch.numbers) == [2, 4, 7]
    assert _ignored(batch) == {
        3: "W121 The row is left out: the mapping skips row 3.",
        5: "W121 The row is left out: the mapping skips rows 5 to 6.",
        6: "W121 The row is left out: the mapping skips rows 5 to 6.",
    }


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        (DropRule("No", "is", ("toplam", "ara toplam"), "t"), [2, 3]),
        (DropRule("NO", "starts_with", ("TOPLAM",), "t"), [2, 4]),
        (DropRule("Müşteri Adı", "contains", ("test",), "t"), [5]),
        (DropRule(None, "contains", ("toplam",), "t"), [2, 3, 4, 6]),
        (DropRule("Adet", "empty", (), "t"), [2, 7]),
        (DropRule("Adet", "is", ("5",), "t"), [5]),
        (DropRule("Adet", "is", ("#n/a",), "t"), [8]),
    ],
)
def test_rules_compare_as_people_do(rule: DropRule, left_out: list[int]) -> None:
    """Case, blanks and Turkish dots do not matter; numbers and errors are compared as they are shown."""
    rows: list[Row] = [
        (" TOPLAM\u00a0", "", ""),
        ("Ara  Toplam", "", "7"),
        ("Toplam: 12", "", "12"),
        ("1", "TEST Müşterisi", 5.0),
        ("2", "Genel toplam", "15"),
        ("3", "Ayşe", " "),
        ("4", "Ali", CellError("#N/A")),
    ]
    batch = _shaped(rows, _spec(drop=(rule,)))
    assert list(batch.ignored) == left_out
    assert sorted([*batch.numbers, *batch.ignored]) == list(range(2, 9))


def test_a_row_that_a_rule_leaves_out_is_told_with_reason_test_and_cell() -> None:
    """One look must do to see whether the rule was right."""
    rules = (
        DropRule("No", "starts_with", ("Toplam", "Total"), "monthly totals"),
        DropRule(None, "contains", ("x",), "crossed out"),
        DropRule("Adet", "empty", (), "no quantity"),
    )
    batch = _shaped([("Toplam Mayıs", "x", ""), ("1", "axb", ""), ("1", "", "")], _spec(drop=rules))
    assert _ignored(batch) == {
        2: "W120 The row is left out (monthly totals): its No starts with Toplam / Total.",
        3: "W120 The row is left out (crossed out): a cell of it contains x.",
        4: "W120 The row is left out (no quantity): its Adet is empty.",
    }
    assert [(str(issue.at), issue.value) for issue in batch.ignored.values()] == [
        ("orders.csv, cell A2 (No)", "Toplam Mayıs"),
        ("orders.csv, cell B3 (Müşteri Adı)", "axb"),
        ("orders.csv, cell C4 (Adet)", None),
    ]
    assert not batch.rows


def test_the_first_reason_counts() -> None:
    """A row is left out once: as skipped, then as a header, then by the first rule."""
    spec = _spec(skip_rows=((2, 2),), drop=(DropRule(None, "contains", ("o",), "t"),))
    batch = _shaped([HEADER, HEADER, ("o", "", "")], spec)
    assert [issue.code for issue in batch.ignored.values()] == ["W121", "W122", "W120"]


@pytest.mark.parametrize(
    "row",
    [HEADER, ("NO", "MÜŞTERİ ADI", "ADET"), (" no ", "müşteri\nadı", "\u200badet")],
)
def test_a_row_that_repeats_the_header_is_left_out_without_a_word_in_the_mapping(row: Row) -> None:
    """However its letters are written."""
    batch = _shaped([("1", "a", "b"), row, ("2", "a", "b")], _spec())
    assert (list(batch.numbers), _ignored(batch)) == (
        *([2, 4],),
        {3: "W122 The row repeats the header and is left out."},
    )


@pytest.mark.parametrize(
    "row", [("No", "Müşteri Adı", "1"), ("No", "", ""), ("", "", "Adet"), ("No", "Adet", "No")]
)
def test_a_row_that_only_looks_a_little_like_the_header_stays(row: Row) -> None:
    """Every cell must be the header's."""
    batch = _shaped([row], _spec())
    assert (list(batch.rows), batch.ignored) == ([row], {})


def test_each_row_of_a_header_is_left_out_where_it_is_repeated() -> None:
    """Pasted exports bring all their header rows along; what more a row holds makes it another one."""
    own: list[tuple[str, ...]] = [("Sipariş",), ("No", "Tarih", "Adet")]
    header = ("Sipariş No", "Sipariş Tarih", "Ürün Adet")
    rows: list[Row] = [
        ("1", "2", "3"),
        ("Sipariş", "", ""),
        own[1],
        header,
        ("Sipariş", "x", ""),
        ("Sipariş", "", ""),
    ]
    batch = _shaped(rows, _spec(key="Sipariş No"), header, own)
    assert (list(batch.numbers), list(batch.ignored)) == ([2, 6], [3, 4, 5, 7])


def test_a_header_of_numbers_alone_is_not_looked_for() -> None:
    """Its cells might be data."""
    rows: list[Row] = [("1", "2")]
    assert _shaped(rows, _spec(), ("1", "2")).rows is rows


def test_rows_with_nothing_to_do_come_out_as_they_are() -> None:
    """The very same batch."""
    table = _table()
    batch = RowBatch(table, range(2, 4), [("1", "a", "b"), ("2", "a", "b")])
    assert Shaper(_spec(fill_down=("No",)), table).shape(batch) is batch


def test_a_faulty_row_that_is_left_out_loses_its_fault() -> None:
    """Others keep theirs, and what was ignored before stays so."""
    table = _table()
    fault = Issue("E133", table.at(3), facts={"got": 2, "expected": 3})
    earlier = Issue("W122", table.at(9))
    batch = RowBatch(table, range(2, 5), [("1", "a", "")] * 3, {3: fault, 4: fault}, {9: earlier})
    shaped = Shaper(_spec(skip_rows=((3, 3),)), table).shape(batch)
    assert (dict(shaped.faults), list(shaped.ignored)) == ({4: fault}, [9, 3])


def test_blank_cells_take_the_value_above_them_within_an_order() -> None:
    """Across batches too; what no row above has stays blank."""
    table = _table()
    shaper = Shaper(_spec(fill_down=("Müşteri Adı",)), table)
    first = shaper.shape(RowBatch(table, [2, 3, 4], [("1", "Ayşe", "1"), ("1", " ", "2"), ("2", "", "3")]))
    second = shaper.shape(RowBatch(table, [5, 6, 7], [("2", "Ali", ""), (2.0, "", "5"), ("1", "", "6")]))
    assert [row[1] for row in (*first.rows, *second.rows)] == ["Ayşe", "Ayşe", "", "Ali", "Ali", ""]
    assert second.rows[0] == ("2", "Ali", "")


@pytest.mark.parametrize(
    ("columns", "filled"), [(("Adet", "no"), ["a", "b", "b"]), (("Adet",), ["a", "b", "a"])]
)
def test_a_row_without_a_key_belongs_to_the_order_above_where_the_key_is_filled(
    columns: tuple[str, ...], filled: list[str]
) -> None:
    """Elsewhere it belongs to no order, so nothing comes from it. The key itself stays blank."""
    batch = _shaped([("1", "", "a"), ("", "", "b"), ("1", "", "")], _spec(fill_down=columns))
    assert [row[2] for row in batch.rows] == filled
    assert [row[0] for row in batch.rows] == ["1", "", "1"]


def test_rules_see_the_cells_of_the_file_and_not_those_filled_in() -> None:
    """And a row that is left out gives nothing to those below it."""
    spec = _spec(fill_down=("Müşteri Adı",), drop=(DropRule("Müşteri Adı", "is", ("x",), "t"),))
    batch = _shaped([("1", "x", "1"), ("1", "", "2"), ("1", "y", "3"), ("1", "", "4")], spec)
    assert [row[1] for row in batch.rows] == ["", "y", "y"]


_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.sampled_from(["", " ", "No", "no", "Müşteri Adı", "Adet", "Toplam", "1"]), st.sampled_from([1.0, True])
)
_RULES = st.sampled_from(
    [
        DropRule("No", "is", ("Toplam",), "t"),
        DropRule(None, "contains", ("top",), "t"),
        DropRule("Adet", "empty", (), "t"),
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(st.tuples(*[_CELLS] * 3), max_size=8), max_size=4),
    st.lists(_RULES, max_size=2),
    st.lists(st.tuples(st.integers(2, 30), st.integers(0, 5)), max_size=2),
    st.sampled_from([(), ("Adet",), ("No", "Adet", "Müşteri Adı")]),
)
def test_no_row_is_lost(
    batches: list[list[Row]], rules: list[DropRule], spans: list[tuple[int, int]], fill: tuple[str, ...]
) -> None:
    """Whatever is asked for, each row is either used or ignored, in order, and batches make no difference."""
    spec = _spec(drop=tuple(rules), skip_rows=tuple((a, a + b) for a, b in spans), fill_down=fill)
    table = _table()
    shaper, number, apart = Shaper(spec, table), 2, []
    for rows in batches:
        shaped = shaper.shape(RowBatch(table, range(number, number + len(rows)), rows))
        assert sorted([*shaped.numbers, *shaped.ignored]) == list(range(number, number + len(rows)))
        assert list(shaped.numbers) == sorted(shaped.numbers)
        assert len(shaped.numbers) == len(shaped.rows)
        apart += list(zip(shaped.numbers, shaped.rows, strict=True))
        number += len(rows)
    whole = _shaped([row for rows in batches for row in rows], spec)
    assert repr(apart) == repr(list(zip(whole.numbers, whole.rows, strict=True)))
