"""The catalogue against the code that uses it."""

import re
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

import pipeline
from pipeline.model.catalogue import CATALOGUE, entry_of, message_of, remedy_of, severity_of
from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Issue, Severity

_ROOT = Path(pipeline.__file__).parent
_FAMILIES = {
    "archive": "345",
    "bookkeeping": "35",
    "cells": "2",
    "changes": "3",
    "corrections": "6",
    "decisions": "4",
    "disk": "6",
    "doctor": "7",
    "environment": "7",
    "explaining": "6",
    "files": "1",
    "inspection": "1",
    "journal": "6",
    "language": "24",
    "ledger": "6",
    "mapping": "4",
    "mapping_tests": "4",
    "money": "6",
    "orders": "3",
    "pace": "5",
    "redacting": "6",
    "references": "3",
    "security": "6",
    "settling": "6",
    "suggesting": "4",
    "target": "5",
    "undoing": "6",
    "workbooks": "1",
}
"""The files of the catalogue, and the first digits of their codes."""
_ENTRIES = [
    (digits, entry)
    for name, digits in _FAMILIES.items()
    for entry in import_module(f"pipeline.model.catalogue.{name}").ENTRIES
]
_each_entry = pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.code) for _, entry in _ENTRIES])


def _used_codes() -> dict[str, str]:
    """Every code that the program names outside the catalogue, with one of its files."""
    sources = [path for path in _ROOT.rglob("*.py") if "catalogue" not in path.relative_to(_ROOT).parts]
    return {
        code: path.relative_to(_ROOT).as_posix()
        for path in sources
        for code in re.findall(r"[\"']([EW]\d{3})[\"']", path.read_text("utf-8"))
    }


def test_every_code_that_the_program_uses_has_words() -> None:
    """No issue can be raised that the catalogue does not know."""
    used = _used_codes()
    assert len(used) > 100
    assert {code: file for code, file in used.items() if code not in CATALOGUE} == {}


def test_every_code_is_listed_once() -> None:
    """No entry silently replaces another."""
    codes = [entry.code for _, entry in _ENTRIES]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


@pytest.mark.parametrize(("digits", "entry"), [pytest.param(*pair, id=pair[1].code) for pair in _ENTRIES])
def test_a_code_stands_in_the_file_of_its_family_and_says_its_severity(digits: str, entry: Entry) -> None:
    """W is a warning, E refuses; the first digit is the family."""
    assert re.fullmatch(rf"[EW][{digits}]\d\d", entry.code)
    assert (entry.severity is Severity.WARNING) == entry.code.startswith("W")


@_each_entry
def test_an_entry_can_be_told_without_any_fact(entry: Entry) -> None:
    """A message must never fail: a fact that is missing shows as its name."""
    issue = Issue(entry.code)
    assert message_of(issue).strip()
    assert remedy_of(issue).strip()


@_each_entry
def test_an_entry_has_words_for_everything(entry: Entry) -> None:
    """Title, text, cause and remedy are there, each on one tidy line."""
    for words in (entry.title, entry.text, entry.why, entry.remedy):
        assert words
        assert words == words.strip()
        assert "  " not in words
        assert "\n" not in words


@_each_entry
def test_an_entry_names_plain_facts_only(entry: Entry) -> None:
    """Wording holds names, never a look inside a value."""
    names = [name for text in (entry.text, entry.remedy) for _, name, _, _ in Formatter().parse(text) if name]
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_the_facts_of_an_issue_fill_its_words() -> None:
    """Value, order and facts go by their names; braces in a value stay what they are."""
    issue = Issue(
        "E231", value="{x}", facts={"table": "statuses", "entries": 3, "hint": "did you mean 'y'? "}
    )
    assert message_of(issue) == "'{x}' is not in the table statuses (3 entries)"
    assert remedy_of(issue).startswith("did you mean 'y'? Add")
    assert severity_of(issue) is Severity.ERROR
    assert entry_of(issue).code == "E231"
