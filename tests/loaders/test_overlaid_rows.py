"""Corrections laid over rows as they come from a file, and chosen rows read again."""

import gzip
from pathlib import Path

import openpyxl
import pytest

from pipeline.loaders.open_table import OpenTable
from pipeline.loaders.opening import open_tables
from pipeline.loaders.rows_again import rows_again
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row, SourceSpec

LIMITS = ReadLimits()


def opened(path: Path, **more: object) -> OpenTable:
    """Open the one table of a file."""
    spec = SourceSpec("orders", "*", frozenset({"NO", "AD"}), **more)  # type: ignore[arg-type]
    (table,) = open_tables(spec, [path], first_index=0)
    return table


def read(table: OpenTable) -> dict[int, Row]:
    """Give all rows by number."""
    return {n: row for batch in table.batches() for n, row in zip(batch.numbers, batch.rows, strict=True)}


def csv(folder: Path, text: str) -> Path:
    """Write a CSV file."""
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_corrected_cells_replace_those_of_the_file_before_anything_is_done_with_the_rows(
    tmp_path: Path,
) -> None:
    """A blank cell below takes the corrected value, as it would in a corrected file."""
    table = opened(csv(tmp_path, "NO,AD\n1,x\n1,\n2,z\n"), key="NO", fill_down=("AD",))
    table.corrections = {2: {1: "y"}}
    assert read(table) == {2: ("1", "y"), 3: ("1", "y"), 4: ("2", "z")}


def test_rows_that_are_not_chosen_are_as_if_they_were_not_there(tmp_path: Path) -> None:
    """They are not counted either; what stands above a chosen row still counts for it."""
    table = opened(csv(tmp_path, "NO,AD\n1,x\n1,\n2,z\n"), key="NO", fill_down=("AD",))
    table.chosen = frozenset({3})
    assert read(table) == {3: ("1", "x")}
    assert table.rows_read == 1


def test_a_correction_of_a_row_that_is_not_there_refuses_the_file(tmp_path: Path) -> None:
    """It would be lost without a word."""
    table = opened(csv(tmp_path, "NO,AD\n1,x\n"))
    table.corrections = {3: {1: "y"}}
    with pytest.raises(InputRefused) as refused:
        read(table)
    assert [issue.code for issue in refused.value.issues] == ["E673"]


def test_writing_a_cell_anew_cures_its_bad_character_and_nothing_else(tmp_path: Path) -> None:
    """A row with too many cells stays as wrong as it is."""
    table = opened(csv(tmp_path, "NO,AD\n1,x\ufffd\n2,y\ufffd\n3,z,4\n"))
    table.corrections = {2: {1: "x"}, 3: {0: "22"}, 4: {1: "zz"}}
    faults = {n: issue.code for batch in table.batches() for n, issue in batch.faults.items()}
    assert faults == {3: "E134", 4: "E133"}


def test_a_number_of_a_workbook_stays_a_number(tmp_path: Path) -> None:
    """What was typed as it is shown there has the type that was there."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["NO", "AD"], ["1", 9], ["2", "nine"]):
        sheet.append(row)
    book.save(tmp_path / "orders.xlsx")
    table = opened(tmp_path / "orders.xlsx")
    table.corrections = {2: {1: "10"}, 3: {1: "10"}}
    assert read(table) == {2: ("1", 10.0), 3: ("2", "10")}


@pytest.mark.parametrize("kind", ["csv", "gz", "jsonl", "json", "xlsx"])
def test_chosen_rows_are_read_again_as_the_file_holds_them(tmp_path: Path, kind: str) -> None:
    """Whatever the file is; nothing is filled in or left out by rule."""
    rows = [["1", "x"], ["2", ""], ["3", "=z"]]
    path = tmp_path / f"orders.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in [["NO", "AD"], *rows]:
            book.active.append(row)
        book.active["B4"].data_type = "s"
        book.save(path)
    elif kind.startswith("json"):
        objects = [f'{{"NO": "{no}", "AD": "{ad}"}}' for no, ad in rows]
        path.write_text("\n".join(objects) if kind == "jsonl" else f"[{','.join(objects)}]")
    else:
        text = "NO,AD\n" + "".join(f"{no},{ad}\n" for no, ad in rows)
        path = tmp_path / ("orders.csv.gz" if kind == "gz" else "orders.csv")
        path.write_bytes(gzip.compress(text.encode()) if kind == "gz" else text.encode())
    table = opened(path, key="NO", fill_down=("AD",))
    numbers = list(read(table))
    found = dict(rows_again(table.facts, table.table, {*numbers[1:], 99}, LIMITS))
    assert found == {numbers[1]: ("2", ""), numbers[2]: ("3", "=z")}


def test_a_file_that_is_another_by_now_is_not_read_again(tmp_path: Path) -> None:
    """Its rows are not those that were chosen."""
    table = opened(csv(tmp_path, "NO,AD\n1,x\n"))
    csv(tmp_path, "NO,AD\n1,x\n2,y\n")
    with pytest.raises(InputRefused):
        list(rows_again(table.facts, table.table, {2}, LIMITS))
