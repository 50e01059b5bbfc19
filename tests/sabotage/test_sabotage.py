"""Planted bugs, one at a time: each must turn the tests red, or the tests prove nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from planted import BUGS as FIRST
from planted import Bug
from planted_stories import STORIES

BUGS = (*FIRST, *STORIES)

HOUSE = Path(__file__).resolve().parents[2]
NEEDED = ("pipeline", "tests", "mappings", "input_samples", "docs", "pyproject.toml")
RED = 1
LONGEST = 300


def copy_house(to: Path) -> Path:
    """Copy all that the tests need; what a test run leaves behind stays where it is."""
    for name in NEEDED:
        source = HOUSE / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        else:
            shutil.copy(source, to / name)
    return to


def plant(bug: Bug, house: Path) -> None:
    """Apply a bug; fails where the text it changes is not there as often as it should be."""
    for edit in bug.edits:
        path = house / edit.file
        text = path.read_text(encoding="utf-8")
        assert text.count(edit.before) == edit.times, f"{edit.file}: {edit.before!r}"
        path.write_text(text.replace(edit.before, edit.after), encoding="utf-8")


def run_tests(house: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy against the package of that copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=house, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )


@pytest.mark.long
@pytest.mark.timeout(2 * LONGEST)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_noticed(tmp_path: Path, bug: Bug) -> None:
    """With the bug in a copy of the package, the tests that guard the place fail."""
    house = copy_house(tmp_path)
    plant(bug, house)
    done = run_tests(house, bug.tests)
    assert done.returncode == RED, f"nobody noticed: {done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.mark.long
@pytest.mark.timeout(2 * LONGEST)
def test_without_a_bug_the_same_tests_are_green(tmp_path: Path) -> None:
    """What turns red above turns red because of the bugs."""
    house = copy_house(tmp_path)
    done = run_tests(house, tuple(sorted({test for bug in BUGS for test in bug.tests})))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_still_be_planted(bug: Bug) -> None:
    """The text is there as often as it should be, it becomes sound Python, and the tests exist."""
    for edit in bug.edits:
        text = (HOUSE / edit.file).read_text(encoding="utf-8")
        assert text.count(edit.before) == edit.times, f"{edit.file}: {edit.before!r}"
        compile(text.replace(edit.before, edit.after), edit.file, "exec")
    for test in bug.tests:
        path, _, name = test.partition("::")
        assert (HOUSE / path).exists(), path
        function = re.sub(r"\[.*", "", name)
        assert not name or f"def {function}(" in (HOUSE / path).read_text(encoding="utf-8"), test


def test_every_bug_has_a_name_of_its_own() -> None:
    """And there are as many as the lists promise."""
    assert len({bug.name for bug in BUGS}) == len(BUGS) > 80
