"""A mapping without comments and with other words is still the same mapping, line by line."""

from pathlib import Path

import pytest

from pipeline.mapping.positioned import read_document
from pipeline.mapping.shareable import with_scalars, without_comments

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "mappings").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_comments_go_and_nothing_else(path: Path) -> None:
    """What the file says and where it says so are as before."""
    text = path.read_text(encoding="utf-8")
    before, after = read_document(text, "m"), read_document(without_comments(text), "m")
    assert "#" in text
    assert (after.data, after.keys, after.values) == (before.data, before.keys, before.values)
    assert "yaml-language-server" not in without_comments(text)


def test_a_hash_in_a_value_is_no_comment() -> None:
    """Quoted, inside a word or in a block of text it stays."""
    text = "a: 'x # y' # gone\nb: x#y\nc: |\n  line # kept\n# gone\nd: [1, 2] # gone\n"
    bare = without_comments(text)
    assert bare == "a: 'x # y'\nb: x#y\nc: |\n  line # kept\n\nd: [1, 2]\n"


def test_scalars_are_replaced_in_place_whatever_their_style() -> None:
    """Quoted as they must be, and lines keep their numbers."""
    text = "a: Ayşe\nb: {c: 'Ayşe', d: \"Ayşe\"}\ne: |\n  Ayşe\n  Ayşe\nf: 1\n"
    made = with_scalars(text, lambda path, value: 'x: "y"' if path != ("f",) else value)
    document = read_document(made, "m")
    assert document.data == {"a": 'x: "y"', "b": {"c": 'x: "y"', "d": 'x: "y"'}, "e": 'x: "y"', "f": "1"}
    assert document.keys[("f",)].line == 6
