"""Every line of a text file is accounted for, by a count of its own."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from source_files import cells_of, codes, load, refused, text

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import CHUNK, survey
from pipeline.loaders.text import csv_rows, json_rows
from pipeline.loaders.text.csv_records import records_from
from pipeline.loaders.text.line_count import count_lines

PIECES = [
    "a",
    "a\n",
    "\n",
    "\r",
    "\r\n",
    "\r\r\n",
    "ş\u0085\u2028\n",
    "x" * (1 << 20),
    "x" * ((1 << 20) - 1) + "\r\n",
]
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp037", "utf-7", "shift_jis"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("last", PIECES)
def test_lines_are_counted_in_every_encoding(tmp_path: Path, last: str, encoding: str) -> None:
    """Where bytes are looked at and where text is; a line that nothing ends is one."""
    if encoding in {"cp037", "shift_jis"}:
        last = last.replace("ş", "s").replace("\u0085\u2028", "")
    whole = "No;Name\r\n1;a\r\r2;b\n" + last
    path = text(tmp_path, whole.encode(encoding))
    source = SourceFile(path)
    with path.open(encoding=encoding, newline="") as stream:
        wanted = sum(1 for _ in stream)
    assert count_lines(source, survey(source), encoding) == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
def test_a_line_end_that_is_read_in_two_pieces_is_one(tmp_path: Path, encoding: str) -> None:
    """Files are read a MiB at a time, and an end of two characters may lie across."""
    width = len("x".encode(encoding))
    whole = "x" * ((CHUNK // width) - 1) + "\r\nlast\r\n"
    path = text(tmp_path, whole.encode(encoding))
    assert path.read_bytes()[:CHUNK].endswith("\r".encode(encoding))
    source = SourceFile(path)
    assert count_lines(source, survey(source), encoding) == 2


CSV = 'No;Name\n1;"a\nb"\n\n' + "2;x\n" * 50
JSON = "[" + ",".join(f'{{"No": "{i}"}}' for i in range(50)) + "]"
LINES = "".join(f'{{"No": "{i}"}}\n' for i in range(50))


def plant(monkeypatch: pytest.MonkeyPatch, module: object, name: str, drop: int) -> None:
    """Let a reader lose what it hands out at one place."""
    right = getattr(module, name)

    def losing(*given: object, **named: object) -> Iterator[object]:
        for place, one in enumerate(right(*given, **named)):
            if name == "records_from":
                numbers, rows = one
                keep = [i for i in range(len(rows)) if i != drop]
                yield range(numbers[0], numbers[0] + len(keep)), [rows[i] for i in keep]
            elif place != drop:
                yield one

    monkeypatch.setattr(module, name, losing)


@pytest.mark.parametrize("drop", [1, 2, 30])
@pytest.mark.parametrize("content", [CSV, JSON, LINES])
def test_a_reader_that_loses_a_row_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, drop: int
) -> None:
    """The counts differ, and nothing that was read is used."""
    (table,) = load(text(tmp_path, content), headers=["No"])
    assert len(cells_of(table)) >= 50
    if content is CSV:
        plant(monkeypatch, csv_rows, "records_from", drop)
    else:
        plant(monkeypatch, json_rows, "read_elements", drop)
    (issue,) = refused(lambda: cells_of(table))
    assert issue.code == "E149"
    assert int(issue.facts["read"]) < int(issue.facts["there"])


def test_a_reader_that_stops_early_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where whole blocks are missing at the end."""
    (table,) = load(text(tmp_path, "No;Name\n" + "1;a\n" * 9_000))
    right = records_from
    monkeypatch.setattr(csv_rows, "records_from", lambda *given: islice(right(*given), 2))
    assert codes(refused(lambda: cells_of(table))) == ["E149"]
