"""Sentences kept in English and told again in another language."""

import ast
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import pipeline
from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue
from pipeline.model.language import retold, speaking
from pipeline.model.lookup import LookupKind
from pipeline.model.payload import Kind
from pipeline.model.phrases import PHRASES, told_by

PACKAGE = Path(pipeline.__file__).parent
JOINED = {
    "a second order with the same number was refused ({answer})",
    "a second order with the same number was refused in unknown words ({answer})",
    "is an old copy",
    "it is {state}, and nothing in its past says so",
    "numbers that differ {how} are not the same to it",
    "numbers that differ {how} are the same to it",
    "undocumented success {status}",
    "whether numbers that differ {how} are the same to it was not seen ({reason})",
    "{file}: through, {count} orders refused",
    "{equal} of {count} orders read back equal, {values} values compared; not shown by the target: {names}",
    "{texts}; and {count} more",
    *(f"read as {kind.value}" for kind in Kind if kind is not Kind.TEXT),
    "placed before {day} and {further}",
    "{rule}; or {other}",
    "{column} is empty",
    "{file}, cell {cell}",
    "{file}, cell {cell} ({header})",
    "{file}, column {column}",
    "{file}, column {column} ({header})",
    "{file}, sheet {sheet}, cell {cell}",
    "{file}, sheet {sheet}, cell {cell} ({header})",
    "{file}, sheet {sheet}, column {column}",
    "{file}, sheet {sheet}, column {column} ({header})",
    "{rows} and more",
    "Input should be a valid boolean",
    "Input should be greater than or equal to {number}",
    "Input should be less than or equal to {number}",
}
"""Phrases that no single text of the code makes: they are put together of two, or a library says them."""


@cache
def made() -> frozenset[str]:
    """Every text that the code makes, what is put in shown as ``{}``; dictionaries of words included."""
    texts = {kind.value.replace("_", " ") for kind in LookupKind}
    for file in PACKAGE.rglob("*.py"):
        if "phrases" in file.parts or "simulator" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                texts.add(
                    "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
                    )
                )
    return frozenset(texts)


def as_made(phrase: str) -> str:
    """Return a phrase as :func:`made` has it."""
    return "".join(
        text + ("" if name is None else "{}") for text, name, _spec, _how in Formatter().parse(phrase)
    )


def test_kinds_of_dates_and_rows_that_are_left_out_are_told_in_turkish_too() -> None:
    """Each name of a list, with its count as it is; what a rule found, by its phrase."""
    issue = Issue("W132", facts={"kinds": "date cells (44), dd.mm.yyyy (3)", "cells": "C2"})
    with speaking("tr"):
        assert "tarih hücreleri (44), dd.mm.yyyy (3)" in message_of(issue)
    told = [
        told_by(text) for text in ("its Şehir is TOPLAM", "a cell of it contains x / y", "its Adet is empty")
    ]
    assert told == [
        ("its {column} is {words}", {"column": "Şehir", "words": "TOPLAM"}),
        ("a cell of it contains {words}", {"words": "x / y"}),
        ("its {column} is empty", {"column": "Adet"}),
    ]


def test_every_phrase_is_made_by_the_code() -> None:
    """A phrase is a text that the code makes, so that none stays behind when a sentence changes."""
    left = [phrase for phrase in PHRASES if not {as_made(phrase), phrase} & made()]
    assert {*left} == JOINED


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("answer 401", ("answer {status}", {"status": "401"})),
        ("settings such as {column: NAME}", ("settings such as {{column: NAME}}", {})),
        ("lookup failed: answer 503", ("lookup failed: {reason}", {"reason": "answer 503"})),
        ("Yurtiçi Kargo", None),
        ("", None),
    ],
)
def test_a_text_is_known_by_its_phrase(text: str, told: tuple[str, dict[str, str]] | None) -> None:
    """A text of ours is taken apart; what comes from a file or from the target is nobody's phrase."""
    assert told_by(text) == told


def test_a_phrase_inside_a_phrase_is_told_too() -> None:
    """What was put into a sentence may be a sentence of ours itself."""
    with speaking("tr"):
        assert retold("lookup failed: answer 503") == "sorgu başarısız oldu: 503 yanıtı"
    assert retold("lookup failed: answer 503") == "lookup failed: answer 503"


def test_every_phrase_is_found_again() -> None:
    """Whatever is put into it, a phrase is known, and told again it reads the same."""
    for phrase in PHRASES:
        values = {name: f"<{name}>" for _t, name, _s, _h in Formatter().parse(phrase) if name is not None}
        text = phrase.format_map(values)
        found = told_by(text)
        assert found is not None, phrase
        assert found[0].format_map(found[1]) == text, phrase
