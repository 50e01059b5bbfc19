"""Transforms of other packages: who is let in, and what becomes of their failures."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mapping_texts import FILE, with_order

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import compile_mapping
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.transforms.plugin import Arguments, Example, Shape, Transform, admitted, refuse
from pipeline.mapping.transforms.registry import with_plugins
from pipeline.model.draft import MappedRow
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

TEXT = Shape.TEXT


def reverse(text: str) -> str:
    """What the sound plug-in does; some texts show what an unsound one might do."""
    if text == "no":
        refuse("it says no")
    if text == "boom":
        raise ZeroDivisionError(text)
    if text == "code":
        raise CellProblem("X999")
    return text[::-1]


SOUND = Transform(
    "acme_reverse",
    TEXT,
    TEXT,
    "Turns it round.",
    lambda *_: reverse,
    examples=(Example("acme_reverse", "ab", "ba"),),
)


def mapped(transform: Transform, cell: str, field: str = "notes") -> MappedRow:
    """A cell through one step of a plug-in."""
    registry = with_plugins([admitted(transform, transform.name, "acme-steps", "1.2")])
    text = with_order(f"{field}: {{column: N, steps: [{transform.name}]}}")
    mapping = compile_mapping(text, FILE, field_checks(), registry=registry)
    assert [(one.name, one.package, one.version) for one in mapping.transforms] == [
        (transform.name, "acme-steps", "1.2")
    ]
    plan = next(plan for plan in mapping.order if plan.name == field)
    return RowMapper([plan], ("N",))((cell,), (0, 2))


def test_a_sound_plug_in_is_a_step_like_any_other() -> None:
    """Its package and version are known."""
    assert mapped(SOUND, "abc").fields == {"notes": "cba"}


@pytest.mark.parametrize(
    ("cell", "code", "fact"),
    [("no", "E277", "it says no"), ("boom", "E274", "ZeroDivisionError"), ("code", "E274", "X999")],
)
def test_a_plug_in_that_fails_is_a_problem_at_the_cell(cell: str, code: str, fact: str) -> None:
    """Not a traceback; what it said of the value stays with it."""
    problem = mapped(SOUND, cell).problems[0].problem
    assert problem.code == code
    assert fact in problem.facts.values()
    assert problem.facts["transform"] == "acme_reverse"


@pytest.mark.parametrize("result", [None, 5, b"x", ["x"]])
def test_a_plug_in_that_gives_something_else_is_a_problem_at_the_cell(result: object) -> None:
    """What it promised was text."""

    def odd(text: str) -> Any:
        return result if text == "odd" else text

    example = (Example("acme_odd", "a", "a"),)
    transform = replace(SOUND, name="acme_odd", make=lambda *_: odd, examples=example)
    assert [one.problem.code for one in mapped(transform, "odd").problems] == ["E275"]
    assert mapped(transform, "even").fields == {"notes": "even"}


class Numbered(Arguments):
    """An argument that the maker dislikes."""

    number: int


def _unmade(arguments: Numbered, _: object) -> Callable[[str], str]:
    times = 10 // arguments.number
    return lambda text: text * times


def test_a_plug_in_that_fails_at_its_arguments_is_a_mistake_of_the_mapping() -> None:
    """At the place where it is named."""
    transform = replace(
        SOUND,
        name="acme_many",
        make=_unmade,
        arguments=Numbered,
        short="number",
        examples=(Example("{acme_many: 5}", "a", "aa"),),
    )
    registry = with_plugins([admitted(transform, "acme_many", "acme-steps", "1.2")])
    text = with_order("notes: {column: N, steps: [{acme_many: 0}]}")
    with pytest.raises(MappingRefused) as caught:
        compile_mapping(text, FILE, field_checks(), registry=registry)
    assert [(issue.code, issue.facts.get("reason")) for issue in caught.value.issues] == [
        ("E471", "it fails at these arguments with ZeroDivisionError")
    ]


def test_a_plug_in_is_let_in_only_if_it_is_what_it_says() -> None:
    """Its kind, its name, names that are taken, its examples, the same answer twice."""
    answers = iter(["ba", "ab"])
    fickle = replace(SOUND, make=lambda *_: lambda _: next(answers))
    wrong: list[tuple[object, str, str]] = [
        ("text", "acme_reverse", "no Transform"),
        (SOUND, "other", "its entry point is called other"),
        (replace(SOUND, name="trim"), "trim", "already"),
        (replace(SOUND, examples=()), "acme_reverse", "no examples"),
        (replace(SOUND, examples=(Example("acme_reverse", "ab", "ab"),)), "acme_reverse", "not what"),
        (fickle, "acme_reverse", "second time"),
        (replace(SOUND, gives=Shape.DECIMAL), "acme_reverse", "E275"),
    ]
    for offered, name, reason in wrong:
        with pytest.raises(ValueError, match=reason):
            admitted(offered, name, "acme-steps", "1.2")


def test_no_plug_in_takes_the_place_of_a_transform_of_the_house() -> None:
    """Even if it were let in."""
    false = replace(SOUND, name="trim")
    assert with_plugins([false])["trim"] is not false
