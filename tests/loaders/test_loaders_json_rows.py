"""Rows of JSON files: columns, cells, row numbers, faults."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import cells_of, codes, faults_of, load, numbered, refused, spec_of, text

from pipeline.loaders.opening import open_tables
from pipeline.loaders.text.json_elements import ELEMENT_LIMIT
from pipeline.loaders.text.json_layout import COLUMNS_LIMIT

ROWS = [{"No": "0042", "Name": "Şişli"}, {"No": "NA", "Name": "b", "Note": "x"}]
CELLS = {1: ("0042", "Şişli", ""), 2: ("NA", "b", "x")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1254"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(json.dumps(ROWS, ensure_ascii=False), id="one-line"),
        pytest.param(json.dumps(ROWS, ensure_ascii=False, indent=2), id="indented"),
        pytest.param(json.dumps(ROWS, ensure_ascii=False, separators=(",", ":")) + "\n", id="compact"),
        pytest.param("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), id="lines"),
        pytest.param("\r\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), id="lines-of-windows"),
    ],
)
def test_a_list_of_rows_is_a_table_with_all_names_as_columns(
    tmp_path: Path, content: str, encoding: str
) -> None:
    """In order of first appearance; a name that a row lacks is an empty cell there."""
    (table,) = load(text(tmp_path, content, encoding, name="orders.json"), locale="tr_TR")
    assert table.table.header == ("No", "Name", "Note")
    assert (numbered(table), codes(table.issues)) == (CELLS, [] if encoding.startswith("utf") else ["W101"])
    assert table.table.header_row == 0
    assert table.facts.kind == ("json" if content[0] == "[" else "jsonl")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('"00123"', "00123"),
        ("1001", 1001.0),
        ("-12.50", -12.5),
        ("1e3", 1000.0),
        ("0", 0.0),
        ("0.000", 0.0),
        ("999999999999999", 999999999999999.0),
        ("1000000000000000", "1000000000000000"),
        ("9007199254740993", "9007199254740993"),
        ("0.1234567890123456", "0.1234567890123456"),
        ("100.0000000000000000", 100.0),
        ("1e400", "1e400"),
        ("1e-400", "1e-400"),
        ("true", True),
        ("false", False),
        ("null", ""),
        ("[]", "[]"),
        ('[1, 2.50, "ş", {"a": null}, 12345678901234567890]', '[1,2.50,"ş",{"a":null},12345678901234567890]'),
        ('"a\\nb"', "a\nb"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_values_keep_their_digits_and_their_kind(tmp_path: Path, value: str, cell: object) -> None:
    """A number is a number unless that would cost digits; then it stays the text that was written."""
    (table,) = load(text(tmp_path, f'[{{"No": "1", "Name": {value}, "Note": "x"}}]'))
    ((_, found, _),) = cells_of(table)
    assert (found, type(found)) == (cell, type(cell))


def test_objects_inside_a_row_are_columns_with_dots(tmp_path: Path) -> None:
    """However deep; nothing instead of an object leaves their columns empty."""
    rows = '[{"No": 1, "buyer": {"name": "Ann", "home": {"city": "X"}}}, {"No": 2, "buyer": null}, {"No": 3}]'
    (table,) = load(text(tmp_path, rows), headers=["No", "buyer.home.city"])
    assert table.table.header == ("No", "buyer.name", "buyer.home.city", "buyer")
    assert cells_of(table) == [(1.0, "Ann", "X", ""), (2.0, "", "", ""), (3.0, "", "", "")]


def test_row_numbers_are_lines_or_places_in_the_list_across_batches(tmp_path: Path) -> None:
    """Blank lines and empty rows are left out and counted."""
    lines = '\n{"No": 1}\n  \n{}\n{"No": "", "Name": null}\n{"No": 2}\n\n'
    (table,) = load(text(tmp_path, lines, name="orders.jsonl"))
    assert [n for batch in table.batches(1) for n in batch.numbers] == [2, 6]
    assert (table.rows_read, table.blank_rows) == (2, 5)
    (table,) = load(text(tmp_path, '[{}, {"No": 1},\n\n {"No": " "}, {"No": 2}]', name="orders.json"))
    assert [n for batch in table.batches(1) for n in batch.numbers] == [2, 4]
    assert (table.rows_read, table.blank_rows) == (2, 2)


def test_a_list_of_lists_has_its_header_first(tmp_path: Path) -> None:
    """Rows of another length are faults and never shift."""
    rows = [
        ["No", "Name", "Note"],
        ["1", "a", None],
        [2, "b"],
        ["3", "c", "d", "e"],
        ["4", "d", "e", ""],
        {"No": 5},
    ]
    (table,) = load(text(tmp_path, json.dumps(rows)))
    assert (table.table.header, table.table.header_row) == (("No", "Name", "Note"), 1)
    assert numbered(table) == {
        2: ("1", "a", ""),
        3: (2.0, "b", ""),
        4: ("3", "c", "d"),
        5: ("4", "d", "e"),
        6: ("", "", ""),
    }
    assert {n: fault.code for n, fault in faults_of(table).items()} == {3: "E133", 4: "E133", 6: "E144"}


@pytest.mark.parametrize(
    ("row", "code", "fact"),
    [
        ('{"No": 1, "No": 2}', "E143", "No"),
        ('{"No": 1, "a": {"b": 1, "b": 1}}', "E143", "b"),
        ('{"No": 1, "l": [{"b": 1, "b": 1}]}', "E143", "b"),
        ('{"No": 1, "a": {"b": 1}, "a.b": 2}', "E143", "a.b"),
        ("5", "E144", "5"),
        ('"text"', "E144", "text"),
        ("null", "E144", "null"),
        ("[1, 2]", "E144", "[1, 2]"),
        ('{"No": "a\\u0000b"}', "E134", "U+0000"),
        ('{"No": "a\\ud800b"}', "E134", "U+FFFD"),
        ('{"No": "a\tb\x1b"}', "E134", "U+001B"),
    ],
)
@pytest.mark.parametrize("in_lines", [False, True])
def test_what_is_wrong_with_one_row_is_a_fault_of_that_row(
    tmp_path: Path, row: str, code: str, fact: str, in_lines: bool
) -> None:
    """The rows around it are read."""
    rows = ['{"No": "first", "Name": "x"}', row, '{"No": "last", "Name": "y"}']
    content = "\n".join(rows) if in_lines else f"[{','.join(rows)}]"
    (table,) = load(text(tmp_path, content))
    ((number, fault),) = faults_of(table).items()
    assert (number, fault.code) == (2, code)
    assert fact in f"{fault.facts} {fault.value}"
    assert [str(row[0]) for row in cells_of(table)][::2] == ["first", "last"]


@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        ('[{"No": 1},\n {"No": }]', 2, 9, "a value is missing"),
        ('[{"No": 1}\n {"No": 2}]', 2, 2, "a comma or a closing bracket is missing"),
        ('[{"No": 1},\n{"No": 2', 2, 9, "a comma or a closing bracket is missing"),
        ('[{"No": 1},\n{"No": "2', 2, 8, "a text is not closed by a quotation mark"),
        ('[{"No" 1}]', 1, 8, "a colon is missing"),
        ('[{"No": 1},]', 1, 12, "a value is missing"),
        ("[{\"No\": 1}, {'No': 2}]", 1, 14, "a name in double quotation marks is missing"),
        ('[{"No": "\\x"}]', 1, 10, "a backslash is followed by nothing it can stand before"),
        ('[{"No": NaN}]', 1, 2, "NaN is no value"),
        ('[{"No": -Infinity}]', 1, 2, "-Infinity is no value"),
        ('[{"No": 1}] x', 1, 13, "something follows the end of the list"),
        ('[{"No": 1, "x": tru}]', 1, 17, "a value is missing"),
        ('{"No": 1}\n{"No": }\n', 2, 8, "a value is missing"),
        ('{"No": 1}\n{"No": 2\n', 2, 10, "the line ends before its value does"),
        ('{"No": 1} {"No": 2}\n', 1, 10, "something follows the end of the value"),
        ('{"No": 1}\n{"No": Infinity}\n', 2, 1, "Infinity is no value"),
    ],
)
def test_broken_json_is_refused_where_it_breaks(
    tmp_path: Path, content: str, line: int, column: int, reason: str
) -> None:
    """Line and column are those an editor shows."""
    (issue,) = refused(lambda: load(text(tmp_path, content, name="orders.json")))
    assert issue.code == "E141"
    assert (issue.facts["line"], issue.facts["reason"]) == (line, reason)
    assert abs(int(issue.facts["column"]) - column) <= 1


def test_a_fault_far_down_is_named_by_its_own_line(tmp_path: Path) -> None:
    """Also where the text before it is long forgotten."""
    rows = ",\n".join(f'{{"No": "{i:06}", "Name": "a quite ordinary name"}}' for i in range(30_000))
    (issue,) = refused(lambda: load(text(tmp_path, f'[{rows},\n{{"No": oops}}]')))
    assert (issue.code, issue.facts["line"], issue.facts["column"]) == ("E141", 30_001, 8)


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '[{"No": ' + "[" * 100_000 + "]" * 100_000 + "}]", '{"a":' * 100_000]
)
def test_nesting_beyond_reason_is_refused(tmp_path: Path, content: str) -> None:
    """No parser dies of it."""
    (issue,) = refused(lambda: load(text(tmp_path, content)))
    assert (issue.code, issue.facts["reason"]) == ("E141", "values are nested beyond all reason")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('{"orders": [{"No": 1}, {"No": 2}]}', "with the lists orders"),
        ('{\n  "total": 2,\n  "orders": [\n    {"No": 1}\n  ],\n  "items": [{"No": 1}]\n}', "orders, items"),
        ('{\n  "No": 1,\n  "Name": "x"\n}', "one object around everything"),
    ],
)
def test_one_object_around_everything_is_refused_with_what_it_holds(
    tmp_path: Path, content: str, word: str
) -> None:
    """The rows are in a list of it, which nobody should have to guess."""
    (issue,) = refused(lambda: load(text(tmp_path, content, name="orders.json")))
    assert issue.code == "E142"
    assert word in str(issue.facts["what"])


def test_a_single_row_in_a_line_is_a_row(tmp_path: Path) -> None:
    """Not every object that stands alone is one around everything."""
    (table,) = load(text(tmp_path, '{"No": 1, "tags": ["a"]}\n', name="orders.jsonl"))
    assert cells_of(table) == [(1.0, '["a"]')]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[]", "E106"),
        ("[ ]\n", "E106"),
        ('[["No", "Name"]]', "E107"),
        ('[{"Number": 1, "Nmae": 2}]', "E120"),
        ('[{"No": 1, "no": 2, "NO": 3}]', "E122"),
        ('[{"\\ud800": 1}]', "E142"),
    ],
)
def test_a_list_without_the_columns_is_refused(tmp_path: Path, content: str, code: str) -> None:
    """As any other table is; no row is named where there is no header row."""
    (issue,) = refused(lambda: load(text(tmp_path, content, name="orders.json"), headers=["nO", "Name"]))
    assert issue.code == code
    assert issue.at is not None
    assert issue.at.row is None


def test_more_names_than_any_table_has_columns_are_refused(tmp_path: Path) -> None:
    """Rows with a new name each would fill the memory."""
    rows = [{f"n{i}": i} for i in range(COLUMNS_LIMIT + 1)]
    assert codes(refused(lambda: load(text(tmp_path, json.dumps(rows)), headers=["n1"]))) == ["E142"]
    (table,) = load(text(tmp_path, json.dumps(rows[:-1])), headers=["n1"])
    assert sum(len(batch.rows) for batch in table.batches()) == COLUMNS_LIMIT


@pytest.mark.parametrize("in_lines", [False, True])
def test_a_row_too_long_to_be_one_is_refused(tmp_path: Path, in_lines: bool) -> None:
    """Instead of taking all memory; up to the limit it is read."""
    long = '{"No": "1", "Name": "' + "x" * (ELEMENT_LIMIT + (1 << 20)) + '"}'
    content = f'{{"No": 1}}\n{long}\n' if in_lines else f"[{long}]"
    assert codes(refused(lambda: load(text(tmp_path, content)))) == ["E132"]
    fits = '{"No": "1", "Name": "' + "x" * (ELEMENT_LIMIT - 100) + '"}'
    (table,) = load(text(tmp_path, fits + "\n" if in_lines else f"[{fits}]"))
    assert [len(str(cell)) for cell in cells_of(table)[0]] == [1, ELEMENT_LIMIT - 100]


def test_a_fault_is_named_however_much_follows(tmp_path: Path) -> None:
    """The text behind it does not make the row too long."""
    content = '[{"No": "1"},\n{"No": oops}' + ', {"No": "2"}' * 2_000_000
    (issue,) = refused(lambda: load(text(tmp_path, content)))
    assert (issue.code, issue.facts["line"], issue.facts["column"]) == ("E141", 2, 8)


def test_numbers_are_whole_wherever_reading_pauses(tmp_path: Path) -> None:
    """A number could end where the piece read ends."""
    content = '[{"No": "1"}' + ", 1234567890" * 60_000 + "]"
    (table,) = load(text(tmp_path, content), headers=["No"])
    faults = [fault for batch in table.batches() for fault in batch.faults.values()]
    assert (len(faults), {(fault.code, fault.value) for fault in faults}) == (
        60_000,
        {("E144", "1234567890")},
    )


@pytest.mark.parametrize("in_lines", [False, True])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, in_lines: bool) -> None:
    """Only a few rows are held at a time, in a file of one line, too."""
    rows = [f'{{"No": "{i:06}", "Name": "a quite ordinary name"}}' for i in range(60_000)]
    (table,) = load(text(tmp_path, "\n".join(rows) if in_lines else f"[{','.join(rows)}]"))
    tracemalloc.start()
    try:
        read = sum(len(batch.rows) for batch in table.batches())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == 60_000
    assert peak < 4 << 20


NAME = st.sampled_from(["No", "Name", "a", "b", "ş", "a.b", ""])
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=6,
)


DUMPED = st.fixed_dictionaries({"ensure_ascii": st.booleans(), "indent": st.sampled_from([None, 1])})


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.dictionaries(NAME, VALUE, max_size=4), max_size=6), st.booleans(), DUMPED, st.integers(1, 3)
)
def test_no_row_is_lost_whatever_its_values(
    tmp_path: Path, rows: list[dict[str, object]], in_lines: bool, how: dict[str, bool | None], size: int
) -> None:
    """Rows and blank rows together are the rows written, each cell of plain values what it was."""
    rows = [{"No": "first"}, *rows]
    lines = "\n".join(json.dumps(row, ensure_ascii=bool(how["ensure_ascii"])) for row in rows)
    content = lines if in_lines else json.dumps(rows, **how)  # type: ignore[arg-type]
    path = tmp_path / "orders.json"
    path.write_bytes(content.encode())
    (table,) = open_tables(spec_of(["No"], encoding="utf-8"), [path], first_index=0)
    read = {n: row for batch in table.batches(size) for n, row in zip(batch.numbers, batch.rows, strict=True)}
    assert len(read) + table.blank_rows == len(rows)
    place = table.table.header.index("No")
    texts = {n: row.get("No") for n, row in enumerate(rows, 1) if isinstance(row.get("No"), str)}
    assert {n: row[place] for n, row in read.items() if n in texts} == {
        n: texts[n] for n in read if n in texts
    }
