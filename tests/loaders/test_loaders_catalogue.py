"""The words behind the codes of this room."""

import re
from pathlib import Path

import pipeline.loaders
from pipeline.model.catalogue import files, workbooks

ELSEWHERE = {"E671", "E673"}
"""Codes of corrections, whose words stand with those of the rest of that family."""


def test_every_code_that_loading_raises_has_words_and_no_words_are_left_over() -> None:
    """Code and catalogue name the same codes, each of its family, each once."""
    room = Path(pipeline.loaders.__file__).parent
    raised = {
        code for path in room.rglob("*.py") for code in re.findall(r'"([EW]\d{3})"', path.read_text("utf-8"))
    }
    listed = [entry.code for family in (files, workbooks) for entry in family.ENTRIES]
    assert len(listed) > 30
    assert sorted(raised - ELSEWHERE) == sorted(listed)
    assert all(re.fullmatch(r"[EW]1\d\d", code) for code in listed)
