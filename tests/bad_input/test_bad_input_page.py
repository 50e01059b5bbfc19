"""The page on odd input says what the tests show."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from pipeline.model.catalogue import CATALOGUE

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "bad-input.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text("utf-8").splitlines()
    if re.match(r"\| [A-Z][0-9]{2} \|", line)
]
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


@cache
def written_in(file: str) -> dict[str, str]:
    """The tests of a file with all that is written in and above them."""
    (path,) = TESTS.rglob(file)
    text = path.read_text("utf-8")
    lines = text.splitlines()
    return {
        part.name: "\n".join(
            lines[min([part.lineno, *(d.lineno for d in part.decorator_list)]) - 1 : part.end_lineno]
        )
        for part in ast.parse(text).body
        if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_line_of_the_page_names_tests_that_show_its_codes(row: list[str]) -> None:
    """The tests exist, the codes exist, and every code stands in one of the tests."""
    assert len(row) == 5
    named = NAMED.findall(row[4])
    assert named
    written = "\n".join(written_in(file)[name] for file, name in named)
    codes = re.findall(r"[EW][0-9]{3}", row[3])
    assert codes or row[3] == "–"
    assert [code for code in codes if code not in CATALOGUE or code not in written] == []


def test_every_test_of_this_folder_stands_on_the_page() -> None:
    """And every line has an id of its own."""
    shown = {(file, name) for row in ROWS for file, name in NAMED.findall(row[4])}
    files = {path.name for path in Path(__file__).parent.glob("test_bad_*.py")} - {Path(__file__).name}
    assert {(file, name) for file in files for name in written_in(file)} - shown == set()
    ids = [row[0] for row in ROWS]
    assert len(ids) > 90
    assert len(set(ids)) == len(ids)
