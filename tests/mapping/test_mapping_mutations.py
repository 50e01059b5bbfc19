"""Whatever is typed into a mapping file, it is understood or refused at a place."""

import re
from string import Formatter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_texts import FILE, GOOD, with_order

from pipeline.mapping.compiled import compile_mapping
from pipeline.model.catalogue import entry_of
from pipeline.model.issue import Issue
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

_WINDOW = "start: {column: D, date: ['%d.%m.%Y']}, end: {column: E, date: '%d.%m.%Y', ambiguous: later}"
_RICH = with_order(
    "extra_field: {id: {template: '{a}-{b}', columns: {a: A, b: B}}, when: {column: C, date: '%Y-%m-%d'}}\n"
    f"  delivery_range: {{{_WINDOW}}}\n"
    "  has_gift_box: {column: H, boolean: {true: [E], false: [H]}, empty: [-], text: [upper]}"
)
_RICH = _RICH.replace(
    "key: NO}\n  items",
    "key: NO, header_row: [1, 2], skip_rows: [4, '6-9'], fill_down: [NO, A], merged: expand, drop: "
    "[{column: NO, is: [T, 0], because: t}, {column: A, empty: true, because: e}]}\n"
    "  further: {pay: {files: p, key: NO, rows: many}, bill: {files: b, key: NO, rows: one}}\n  items",
).replace(
    "order:\n",
    "order:\n  refund_amount: {column: R, source: pay, pick: sum}\n"
    "  notes: {template: '{a}', columns: {a: A}, source: bill}\n",
)
_LOOKUPS = {
    "customer": "by: [{email: E}, {phone_number: {column: T, text: [digits]}}], create: {channel_code: K, "
    "gender: {column: G, map: {k: female}}, date_of_birth: {column: B, date: '%d.%m.%Y'}}",
    "address": "by: {line: L}, within: {country: {code: {constant: TR}}, city: C, township: {column: D, "
    "default: x}}, create: {first_name: A, last_name: B, phone_number: T, retail_store: M}",
    "product": "by: {sku: U}",
}
_RICH = re.sub(
    r"^  (\w*?)(customer|address|product): .*$",
    lambda found: f"  {found[1]}{found[2]}: {{lookup: {found[2]}, {_LOOKUPS[found[2]]}}}",
    _RICH.replace("version: 1\n", "version: 1\npreset: historic\n"),
    flags=re.MULTILINE,
)
_TOKENS = re.findall(r"\w+|\W", _RICH)
_NOISE = [
    *(
        "",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ",",
        "\n",
        "\n  ",
        "'",
        '"',
        "#",
        "&a",
        "*a",
        "!t",
        "---\n",
        "- ",
        "? ",
        "~",
    ),
    *(
        "null",
        "true",
        "-1",
        "0",
        "9" * 40,
        "9" * 5000,
        "1e9",
        "%d",
        "%d%d",
        "{a}",
        "{a.b}",
        "İ",
        "\t",
        "\u2028",
    ),
    *(
        "Europe",
        "tr",
        "TR_tr",
        "x" * 300,
        "columns",
        "template",
        "constant",
        "default",
        "map",
        "date",
        "2024-05-01",
        "lookup",
        "by",
        "within",
        "create",
        "email",
        "live",
        "i_know",
    ),
]


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """The text with a few of its words left out, doubled, swapped or replaced."""
    tokens = list(_TOKENS)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        kind = draw(st.sampled_from(["noise", "other", "twice", "gone"]))
        if kind == "noise":
            tokens[at] = draw(st.sampled_from(_NOISE))
        elif kind == "other":
            tokens[at] = tokens[draw(st.integers(0, len(tokens) - 1))]
        else:
            tokens[at] *= 2 if kind == "twice" else 0
    return "".join(tokens)


def _issues(text: str) -> tuple[Issue, ...]:
    """What is wrong with a mapping; nothing where it is understood, and no other exception."""
    try:
        assert compile_mapping(text, FILE, field_checks()).places
    except MappingRefused as refusal:
        return refusal.issues
    return ()


def _assert_understood_or_refused(text: str) -> None:
    lines = [*(text.splitlines() or [""]), ""]
    for issue in _issues(text):
        assert issue.mark is not None
        assert 1 <= issue.mark.line <= len(lines)
        assert 1 <= issue.mark.column <= len(lines[issue.mark.line - 1]) + 2
        assert _facts_named(issue) <= _facts_given(issue)


def _facts_named(issue: Issue) -> set[str]:
    entry = entry_of(issue)
    return {name for text in (entry.text, entry.remedy) for _, name, _, _ in Formatter().parse(text) if name}


def _facts_given(issue: Issue) -> set[str]:
    return {*issue.facts} | ({"value"} if issue.value is not None else set())


def test_the_text_that_is_mutated_is_sound() -> None:
    """Otherwise the next tests would see refusals only."""
    mapping = compile_mapping(_RICH, FILE, field_checks())
    assert mapping.order
    assert len(mapping.lookups) == len(_LOOKUPS) + 4


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_mutated())
def test_a_mutated_mapping_is_understood_or_refused_at_a_place(text: str) -> None:
    """Nothing else comes out, every mark lies in the file, and every message is complete."""
    _assert_understood_or_refused(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD)), st.text(st.characters(codec=None), max_size=5))
def test_any_character_anywhere_is_understood_or_refused(at: int, inserted: str) -> None:
    """A cat on the keyboard is no bug of ours."""
    _assert_understood_or_refused(GOOD[:at] + inserted + GOOD[at:])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_RICH)))
def test_a_truncated_file_is_understood_or_refused(length: int) -> None:
    """A copy that was cut off says so."""
    _assert_understood_or_refused(_RICH[:length])
