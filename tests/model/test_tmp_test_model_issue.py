"""Values as messages may carry them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.issue import VALUE_LIMIT, Issue, shown
from pipeline.model.refusal import MappingRefused


@settings(deadline=None, max_examples=3000)
@given(st.text(st.characters(codec=None)) | st.integers() | st.floats())
def test_a_shown_value_is_one_short_printable_line(value: object) -> None:
    """Whatever a cell holds, a message stays readable: nothing moves the cursor, nothing is endless."""
    text = shown(value)
    assert text.isprintable()
    assert len(text) <= VALUE_LIMIT


@settings(deadline=None, max_examples=3000)
@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=VALUE_LIMIT))
def test_short_printable_text_is_shown_as_it_is(text: str) -> None:
    """Nothing is changed without need."""
    assert shown(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\tb\nc", "a\\u0009b\\u000ac"),
        ("\x1b[31m", "\\u001b[31m"),
        ("\u202e12,5", "\\u202e12,5"),
        ("\U000e0041", "\\U000e0041"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("\0" * 500, "\\u0000" * 13 + "\\…"),
        (12.5, "12.5"),
    ],
)
def test_what_cannot_be_seen_is_escaped_and_what_is_long_is_cut(value: object, text: str) -> None:
    """Control and direction characters are named by their code point; the cut is marked."""
    assert shown(value) == text


def test_a_refusal_says_why() -> None:
    """A command cannot be refused without an issue, and carries all of them."""
    issues = (Issue("E411"), Issue("E412"))
    refusal = MappingRefused(*issues)
    assert refusal.issues == issues
    assert str(refusal) == "E411, E412"
    with pytest.raises(ValueError, match="at least one issue"):
        MappingRefused()
