"""Broken in one place at random, a mapping is refused at that place."""

import random
from dataclasses import dataclass

import pytest
from mapping_texts import FILE, spoilt

from pipeline.mapping.compiled import compile_mapping
from pipeline.mapping.positioned import Document, Path, read_document
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

_MORE = (
    "variables:\n  wh: {type: integer, default: 1}\norder:\n"
    "  notes: {first_of: [A, B], when: {column: W, at_least: 10}, steps: [squeeze, {truncate: 30}]}\n"
    "  segment: {constant: big, when: [{column: W, is: [x, y]}], default: small}\n"
    "  refund_amount: {column: R, steps: [{amount: {currency: try, locale: tr_TR}}, {round: 2}]}\n"
    "  gift_box_note: {concat: [A, B], separator: ' ', steps: [{replace: {text: a, by: b}}]}\n"
    "  invoice_date: {column: I, steps: [{date: {formats: ['%d.%m.%Y'], ambiguous: later}}]}\n"
    "  has_gift_box: {column: G, boolean: {true: [E], false: [H]}}\n"
    "  extra_field: {id: {template: '{a}', columns: {a: A}}, w: {constant: '${wh}'}}\n"
)
RICH = spoilt(
    ("order:\n", _MORE),
    ("values:\n", "checks: {order_total: items, tolerance: 0.05}\noptions: {status_as: name}\nvalues:\n"),
)

FREE = {"values", "variables", "extra_field", "columns", "extra"}
"""What stands under these is named by whoever writes the mapping."""


@dataclass(frozen=True)
class Broken:
    """A mapping with one mistake: its text, what was done, and the path at which."""

    text: str
    what: str
    path: Path
    line: int
    column: int


def settings_of(document: Document) -> list[Path]:
    """The paths of keys that the grammar names."""
    return [
        path
        for path in document.keys
        if not FREE & {part for part in path[:-1] if isinstance(part, str)} and path[-1] != "sources"
    ]


def broken(seed: int) -> Broken:
    """One mistake, chosen by the seed."""
    rng = random.Random(seed)
    document = read_document(RICH, FILE)
    lines = RICH.split("\n")

    def spoil(path: Path, at: tuple[int, int], old: str, new: str, what: str) -> Broken:
        line, column = at
        text = lines[line - 1]
        assert text[column - 1 :].startswith(old), (what, text, column, old)
        lines[line - 1] = text[: column - 1] + new + text[column - 1 + len(old) :]
        return Broken("\n".join(lines), what, path, line, column)

    kind = rng.choice(["key", "step", "number", "choice", "type"])
    if kind == "key":
        path = rng.choice(settings_of(document))
        mark, key = document.keys[path], str(path[-1])
        letter = rng.randrange(len(key) + 1)
        return spoil(path, (mark.line, mark.column), key, f"{key[:letter]}q{key[letter:]}", "misspelt key")
    if kind == "step":
        name = rng.choice(["squeeze"])
        line = next(number for number, text in enumerate(lines, 1) if f"[{name}," in text)
        at = lines[line - 1].index(name) + 1
        new = rng.choice(["sqeeze", "decimall", "12", "upper, decimal", "''"])
        return spoil(("order", "notes", "steps"), (line, at), name, new, "another step")
    places: dict[str, list[tuple[Path, str]]] = {
        "number": [
            (("checks", "tolerance"), "0.05"),
            (("order", "notes", "when", "at_least"), "10"),
            (("variables", "wh", "default"), "1"),
        ],
        "choice": [
            (("checks", "order_total"), "items"),
            (("options", "status_as"), "name"),
            (("version",), "1"),
            (("variables", "wh", "type"), "integer"),
        ],
        "type": [
            (("order", "date_placed", "date"), '"%d.%m.%Y %H:%M"'),
            (("timezone",), "Europe/Istanbul"),
            (("locale",), "tr_TR"),
            (("order", "customer", "integer"), "true"),
            (("order", "status", "map"), "statuses"),
            (("values", "statuses", "Kargoda"), "shipped"),
            (("order", "currency", "default"), "try"),
            (("order", "shipping_address", "constant"), "11"),
        ],
    }
    path, old = rng.choice(places[kind])
    mark = document.values[path]
    new = (
        rng.choice(["qq", "[a, b]", "{a: b}", "-"])
        if kind != "type"
        else rng.choice(["qq", "[[a]]", "'x y'"])
    )
    return spoil(path, (mark.line, mark.column), old, new, f"another {kind}")


def check(seed: int) -> None:
    """Refused; one issue points at the mistake, and every other one at something around or because of it."""
    one = broken(seed)
    try:
        compile_mapping(one.text, FILE, field_checks())
    except MappingRefused as refusal:
        issues = refusal.issues
    else:
        raise AssertionError(f"seed {seed}: {one.what} at {one.path} was taken")
    marks = [issue.mark for issue in issues]
    lines = one.text.split("\n")
    assert all(mark is not None for mark in marks)
    assert all(
        1 <= mark.line <= len(lines) and 1 <= mark.column <= len(lines[mark.line - 1]) + 1
        for mark in marks
        if mark
    )
    on_the_line = [mark for mark in marks if mark and mark.line == one.line]
    assert on_the_line, (seed, one.what, one.path, [(issue.code, issue.mark) for issue in issues])
    near = min(abs(mark.column - one.column) for mark in on_the_line)
    most = {"another step": len("upper, decimal, {"), "misspelt key": 0}.get(one.what, len("[["))
    assert near <= most, (seed, one.what, one.path, [(issue.code, issue.mark) for issue in issues])
    assert len(issues) <= 3, (seed, [(issue.code, issue.mark) for issue in issues])


def test_the_mapping_that_is_broken_is_sound() -> None:
    """Otherwise every test below would see another mistake."""
    assert compile_mapping(RICH, FILE, field_checks()).order


@pytest.mark.parametrize("start", range(0, 100, 20))
def test_a_mistake_is_told_at_its_place(start: int) -> None:
    """A hundred mistakes; no traceback, never the wrong line."""
    for seed in range(start, start + 20):
        check(seed)


@pytest.mark.long
def test_a_thousand_mistakes_are_told_at_their_places() -> None:
    """The same, ten times as often."""
    for seed in range(1_000):
        check(seed)
