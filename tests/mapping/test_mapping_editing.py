"""A mapping's text is changed at single places, and says nothing else than before."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_texts import GOOD

from pipeline.mapping.editing import Append, Edit, NotEditableError, Put, edited, written
from pipeline.mapping.positioned import read_document

SHIPPED = sorted(Path(__file__).resolve().parents[2].joinpath("mappings").rglob("*.yaml"))
EDITS: tuple[Edit, ...] = (
    Put(("values", "statuses", "İADE: x"), "refunded"),
    Put(("values", "new words", "x"), "y, z"),
    Append(("order", "date_placed", "date"), "%d/%m/%Y", ("%d.%m.%Y",)),
    Append(("order", "number", "empty"), "- yok"),
    Put(("order", "amount", "decimal"), {"locale": "tr_TR"}),
    Put(("order", "shipping_amount", "default"), "0"),
    Put(("items", "quantity", "steps"), [{"map": {"table": "w", "otherwise": "keep"}}]),
)


def comments(text: str) -> list[str]:
    """Everything behind a # that starts a comment, in order."""
    return re.findall(r"(?:^|\s)#.*$", text, re.MULTILINE)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_shipped_mapping_takes_every_kind_of_edit(path: Path, newline: str) -> None:
    """Comments and lines that no edit speaks of stay byte for byte; the data is the old with the new."""
    old = path.read_text("utf-8").replace("\n", newline)
    new = edited(old, EDITS, "m.yaml")
    assert comments(new) == comments(old)
    kept = [line for line in old.split(newline) if line in new.split(newline)]
    assert len(old.split(newline)) - len(kept) <= len(EDITS)
    assert ("\r\n" in new) == (newline == "\r\n")
    assert new.count("\n") == new.count(newline)
    data = read_document(new, "m.yaml").data
    assert data["values"]["statuses"]["İADE: x"] == "refunded"
    assert data["order"]["date_placed"]["date"][-1] == "%d/%m/%Y"
    assert data["order"]["number"]["empty"] == ["- yok"]
    assert edited(new, EDITS, "m.yaml") == new


LAYOUTS = {
    "flow": ("values: {s: {A: b}}\n", "values: {s: {A: b, K: v}}\n"),
    "flow with a comma behind": ("values: {s: {A: b,}}\n", "values: {s: {A: b, K: v,}}\n"),
    "empty flow": ("values: {s: {}}\n", "values: {s: {K: v}}\n"),
    "nothing yet": ("name: x\n", "name: x\nvalues: {s: {K: v}}\n"),
    "no line break at the end": ("values:\n  s:\n    A: b", "values:\n  s:\n    A: b\n    K: v"),
    "comment behind": ("values:\n  s:\n    A: b # c\n", "values:\n  s:\n    A: b # c\n    K: v\n"),
    "comment below": ("values:\n  s:\n    A: b\n# end\n", "values:\n  s:\n    A: b\n    K: v\n# end\n"),
    "section below": (
        "values:\n  s:\n    A: b\n\nname: x\n",
        "values:\n  s:\n    A: b\n    K: v\n\nname: x\n",
    ),
    "block text": (
        "values:\n  s:\n    A: |\n      b\n\nname: x\n",
        "values:\n  s:\n    A: |\n      b\n    K: v\n\nname: x\n",
    ),
    "empty value": ("values:\n  s:\nname: x\n", None),
    "long lines": (
        f"values:\n  s: {{A: {'b' * 90}, C: d}}\n",
        f"values:\n  s: {{A: {'b' * 90}, C: d,\n      K: v}}\n",
    ),
    "a line each": (
        "values:\n  s: {\n    A: b,\n    C: d # e\n  }\n",
        "values:\n  s: {\n    A: b,\n    C: d, # e\n    K: v\n  }\n",
    ),
    "quoted": ('values: {"s": {"A": "b"}}\n', 'values: {"s": {"A": "b", K: v}}\n'),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_key_goes_where_its_neighbours_are(name: str) -> None:
    """However the table is laid out."""
    old, wanted = LAYOUTS[name]
    new = edited(old, [Put(("values", "s", "K"), "v")], "m.yaml")
    assert read_document(new, "m.yaml").data["values"]["s"]["K"] == "v"
    if wanted is not None:
        assert new == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("order: {d: {date: a}}\n", "order: {d: {date: [a, z]}}\n"),
        ("order: {d: {date: [a]}}\n", "order: {d: {date: [a, z]}}\n"),
        (
            "order:\n  d:\n    date:\n      - a   # c\n",
            "order:\n  d:\n    date:\n      - a   # c\n      - z\n",
        ),
        (
            "order:\n  d:\n    date:\n    - a\n    - b\nname: x\n",
            "order:\n  d:\n    date:\n    - a\n    - b\n    - z\nname: x\n",
        ),
        ("order:\n  d: COL # c\n", "order:\n  d: {column: COL, date: [z]} # c\n"),
        ("order: {d: {date: z}}\n", "order: {d: {date: z}}\n"),
    ],
)
def test_an_item_joins_its_list(old: str, new: str) -> None:
    """One text becomes a list of two; what is there already stays alone."""
    assert edited(old, [Append(("order", "d", "date"), "z")], "m.yaml") == new


def test_what_cannot_be_changed_at_one_place_is_refused() -> None:
    """A list in the place of a table, or a table of several lines that would have to go."""
    for text, edit in (
        ("values: [a]\n", Put(("values", "K"), "v")),
        ("order:\n  d:\n    decimal:\n      locale: x\n", Put(("order", "d", "decimal"), {"locale": "y"})),
    ):
        with pytest.raises(NotEditableError):
            edited(text, [edit], "m.yaml")


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_word_can_be_written_or_is_refused(word: str, meaning: str) -> None:
    """Whatever it holds, a reader of the file gets back exactly it, and no line more or less."""
    try:
        new = edited(GOOD, [Put(("values", "statuses", word), meaning)], "m.yaml")
    except NotEditableError:
        return
    data = read_document(new, "m.yaml").data
    assert data["values"]["statuses"][word] == meaning
    assert data["order"] == read_document(GOOD, "m.yaml").data["order"]


@given(st.text(max_size=30))
def test_a_written_text_is_read_as_itself(text: str) -> None:
    """Quoted unless it is plain beyond doubt, in braces too."""
    if text.isprintable():
        assert yaml.load(f"{{a: {written(text)}}}", yaml.BaseLoader) == {"a": text}
