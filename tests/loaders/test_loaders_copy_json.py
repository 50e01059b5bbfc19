"""Chosen rows of JSON files again, each in its own words."""

import json
from pathlib import Path

import pytest
from source_files import cells_of, faults_of, load, numbered, text

from pipeline.loaders.copying import copy_rows
from pipeline.loaders.open_table import OpenTable
from pipeline.model.records import RowVerdict

NO = RowVerdict("rejected", "E501", 'Müşteri "yok"\n日本')
TOLD = {"_status": NO.status, "_code": NO.code, "_message": NO.message}


def copied(table: OpenTable, numbers: list[int], out: Path) -> Path:
    """Copy rows of one table by number."""
    assert copy_rows(table.facts, [(table.table, dict.fromkeys(numbers, NO))], out) == len(numbers)
    return out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
@pytest.mark.parametrize("in_lines", [False, True])
def test_rows_keep_their_own_text(tmp_path: Path, in_lines: bool, encoding: str) -> None:
    """Blanks, order, digits and escapes of a row stay; words that the encoding lacks are escaped."""
    rows = [
        '{ "No" : 1.50, "Name":"\\u015f Ş", "n": {"x": [1, 2.0]} }',
        '{"No": 2}',
        '{"No": 12345678901234567890}',
    ]
    content = "\n".join(rows) if in_lines else "[" + ",\n".join(rows) + "]"
    (table,) = load(text(tmp_path, content, encoding, name="a.json"), locale="tr_TR")
    out = copied(table, [1, 3], tmp_path / "b.json")
    raw = out.read_bytes()
    assert raw[:2] == (tmp_path / "a.json").read_bytes()[:2] or encoding in {"utf-8", "cp1254"}
    got = raw.decode(encoding)
    assert rows[0][:-2] in got
    assert rows[2][:-1] in got
    made = [json.loads(line) for line in got.splitlines()] if in_lines else json.loads(got)
    assert [{name: row[name] for name in TOLD} for row in made] == [TOLD, TOLD]
    (again,) = load(out, locale="tr_TR")
    assert cells_of(again) == [row for row in cells_of(table) if row[0] != 2.0]
    assert again.table.header == table.table.header


@pytest.mark.parametrize("in_lines", [False, True])
def test_a_copy_of_a_copy_has_the_added_names_once(tmp_path: Path, in_lines: bool) -> None:
    """Also where another program moved them."""
    rows = [{"No": "1", "Name": "a"}, {"_code": "x", "No": "2", "_status": "", "_message": "", "Name": "b"}]
    content = "\n".join(map(json.dumps, rows)) if in_lines else json.dumps(rows)
    (table,) = load(text(tmp_path, content, name="a.json"))
    assert (table.table.header, cells_of(table)) == (("No", "Name"), [("1", "a"), ("2", "b")])
    (second,) = load(copied(table, [1, 2], tmp_path / "b.json"))
    third = copied(second, [1, 2], tmp_path / "c.json")
    assert third.read_bytes() == (tmp_path / "b.json").read_bytes()
    got = third.read_text("utf-8")
    made = [json.loads(line) for line in got.splitlines()] if in_lines else json.loads(got)
    assert made == [{"No": "1", "Name": "a", **TOLD}, {"No": "2", "Name": "b", **TOLD}]


def test_what_is_wrong_with_a_row_is_wrong_in_its_copy(tmp_path: Path) -> None:
    """A row that was refused must not slip through the second time."""
    (table,) = load(text(tmp_path, '[{"No": 1}, {"No": 1, "No": 2}, 5, [1], null]', name="a.json"))
    (again,) = load(copied(table, [2, 3, 4, 5], tmp_path / "b.json"), headers=["No"])
    assert [fault.code for fault in faults_of(again).values()] == ["E143", "E144", "E144", "E144"]


def test_a_list_of_lists_is_copied_with_its_header(tmp_path: Path) -> None:
    """Rows of the wrong length stay wrong; a copy of a copy has the added columns once."""
    rows: list[list[object]] = [
        ["No", "Name", "Note"],
        ["1", "a", "x"],
        ["2"],
        ["3", "c", "d", "e"],
        [4.50, None, {"k": 1}],
    ]
    (table,) = load(text(tmp_path, json.dumps(rows), name="a.json"))
    (again,) = load(copied(table, [2, 3, 4, 5], tmp_path / "b.json"))
    assert (again.table.header, numbered(again)) == (table.table.header, numbered(table))
    assert list(faults_of(again)) == [3, 4]
    copied(again, [2, 5], tmp_path / "c.json")
    told = list(TOLD.values())
    assert json.loads((tmp_path / "c.json").read_text("utf-8")) == [
        [*rows[0], *TOLD],
        [*rows[1], *told],
        [*rows[4], *told],
    ]
