"""The page of faults: every line is there, and the tests it names exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability-faults.md"
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if re.match(r"\| F\d\d ", line)
]


def test_every_fault_has_one_line() -> None:
    """F01 to F84, in order."""
    assert [line[0] for line in LINES] == [f"F{place:02d}" for place in range(1, 85)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_a_fault_is_shown_or_accounted_for(line: list[str]) -> None:
    """The tests it names stand in the files it links to; without one, it says where to look or why not."""
    cited = re.findall(r"\[([^\]]+)\]\(\.\./([^)]+)\)", line[3])
    for words, path in cited:
        assert f"def test_{words.replace(' ', '_')}(" in (ROOT / path).read_text("utf-8"), words
    assert cited or re.match(r"see the page on|not applicable: ", line[2]), line[2]
