"""The table of threats is complete, and every test that it names exists and would be collected."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| S\d\d \|", line)
]
NAMED = [
    (row[0].strip("| "), *found)
    for row in ROWS
    for found in re.findall(r"`([\w/]+\.py)::(test_\w+)`", row[3])
]


def collected(path: Path) -> dict[str, set[str]]:
    """The test functions of a file that pytest collects, with marks that leave them out of a plain run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: {
            mark
            for one in node.decorator_list
            for mark in ("long", "browser")
            if f"mark.{mark}" in ast.unparse(one)
        }
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_threat_has_a_line_with_control_and_test() -> None:
    """S01 to S38, each once, in order, with four filled cells."""
    assert [row[0].strip("| ") for row in ROWS] == [f"S{number:02}" for number in range(1, 39)]
    assert [row[0] for row in ROWS if len(row) != 4 or not all(row)] == []
    assert {name for name, _, _ in NAMED} == {f"S{number:02}" for number in range(1, 39)}


@pytest.mark.parametrize(("threat", "file", "test"), NAMED)
def test_the_test_that_a_line_names_is_collected(threat: str, file: str, test: str) -> None:
    """It lies where the page says, and runs with a plain ``pytest``."""
    path = ROOT / "tests" / file
    assert path.is_file(), threat
    assert path.name.startswith("test_"), threat
    assert test in collected(path), threat
    assert collected(path)[test] == set(), f"{threat}: not in a plain run"


def test_a_line_without_its_test_would_be_seen() -> None:
    """The search knows a test from what only looks like one."""
    found = collected(Path(__file__))
    assert "test_a_line_without_its_test_would_be_seen" in found
    assert "collected" not in found
