"""A file of answers: written with every question, read with what a person made of it."""

import pytest
from mapping_texts import FILE

from pipeline.mapping.answers_file import answers_in, template
from pipeline.model.decision import Answer, Asks, Candidate, Decision, Key
from pipeline.model.refusal import MappingRefused

WORD = Decision(
    Key(Asks.VALUE, ("values", "s"), "iade"),
    "E231",
    "order.status",
    "DURUM",
    "İADE",
    3,
    3,
    candidates=(
        Candidate(Answer("value", "refunded"), "why"),
        Candidate(Answer("empty"), "a word for nothing"),
    ),
    suggested=Answer("value", "refunded"),
    id="0012e345",
)
DATE = Decision(
    Key(Asks.DATE, ("order", "d"), "9/9"),
    "E221",
    "order.date_placed",
    "TA\nRIH",
    "1/2\n- question: x",
    2,
    2,
    id="b",
)
BOTH = (WORD, DATE)


def taken(text: str) -> list[tuple[str, Answer]]:
    """Question and answer of all that a file gives."""
    return [(one.decision.id, one.answer) for one in answers_in(text, FILE, BOTH)[0]]


def test_a_new_file_answers_nothing_and_names_every_question() -> None:
    """Whatever the cells hold, no line of theirs becomes one of the file."""
    text = template(BOTH, "map.yaml", {"0012e345": "fixes 3 of 3"})
    assert taken(text) == []
    assert text.count("\n- question: ") == 2
    assert "# value: refunded   # suggested, fixes 3 of 3; why" in text


def test_a_line_without_its_sign_is_an_answer() -> None:
    """Of one question or of several; a word that means nothing says empty: true."""
    text = template(BOTH, "map.yaml", {})
    assert taken(text.replace("# value: ref", "value: ref")) == [("0012e345", Answer("value", "refunded"))]
    text = text.replace("# empty", "empty").replace("  # format:", "  format: '%d/%m'")
    assert taken(text) == [("0012e345", Answer("empty")), ("b", Answer("format", "%d/%m"))]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("- {question: b, value: x}", "E487"),
        ("- {question: b, format: a, locale: b}", "E487"),
        ("- {question: 0012e345, empty: no}", "E487"),
        ("- {question: 0012e345, value: [a]}", "E487"),
        ("- {question: b, format: a}\n- {question: b, format: c}", "E487"),
        ("- {value: x}", "E489"),
        ("- x", "E489"),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused_at_its_line(line: str, code: str) -> None:
    """Nothing of the file is taken then."""
    with pytest.raises(MappingRefused) as caught:
        taken(f"answers:\n{line}\n")
    (wrong,) = caught.value.issues
    assert wrong.code == code
    assert wrong.mark is not None
    assert wrong.mark.line == line.count("\n") + 2


@pytest.mark.parametrize("text", ["a: 1\n", "answers: x\n", "answers: []\nmore: x\n", "- x\n", "a: [\n"])
def test_another_file_is_no_file_of_answers(text: str) -> None:
    """A mapping, for example."""
    with pytest.raises(MappingRefused):
        taken(text)


def test_a_question_that_is_open_no_more_is_told_and_passed_over() -> None:
    """It may have been answered already."""
    given, warnings = answers_in("answers: [{question: zz, value: x}]\n", FILE, BOTH)
    assert given == []
    assert [one.code for one in warnings] == ["W486"]
