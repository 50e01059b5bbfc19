"""Transforms of text that replace, add to it, or take a part of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.transforms.shape import (
    Arguments,
    Example,
    Maker,
    Matches,
    Noted,
    Setting,
    Shape,
    Transform,
)
from pipeline.model.draft import Problem
from pipeline.model.issue import shown

_TEXT = Shape.TEXT


class ReplaceArguments(Arguments):
    """What is replaced, and by what."""

    text: Scalar = Field(min_length=1, description="The text that is looked for, exactly as written.")
    by: Scalar = Field(default="", description="What stands there instead; nothing if left out.")


class MarkArguments(Arguments):
    """A mark in the text."""

    mark: Scalar = Field(min_length=1, description="The text at which it is cut; its first place counts.")
    otherwise: Literal["refuse", "keep", "empty"] = Field(
        default="refuse",
        description="Where the mark is missing: refuse the cell, keep the whole text, or leave it empty.",
    )


class PadArguments(Arguments):
    """A length."""

    length: Annotated[Scalar, AfterValidator(Matches("[1-9][0-9]{0,2}", "a number from 1 to 999"))] = Field(
        description="How long the text is at least."
    )
    with_: Scalar = Field(
        default="0", alias="with", min_length=1, max_length=1, description="What is put in front; 0."
    )


class TruncateArguments(Arguments):
    """The longest text."""

    length: Annotated[Scalar, AfterValidator(Matches("[1-9][0-9]{0,4}", "a number from 1 to 99999"))] = Field(
        description="How many characters are kept."
    )


class AddArguments(Arguments):
    """What is added."""

    text: Scalar = Field(min_length=1, description="The text that is added, as it is written.")


def _replace(arguments: ReplaceArguments, _: Setting) -> Step:
    return lambda text: text.replace(arguments.text, arguments.by)


def _cut_at(side: int) -> Maker:
    def make(arguments: MarkArguments, _: Setting) -> Step:
        mark, otherwise = arguments.mark, arguments.otherwise

        def cut(text: str) -> str:
            parts = text.partition(mark)
            if parts[1]:
                return parts[side].strip()
            if otherwise == "refuse":
                raise CellProblem("E268", wanted=f"{shown(mark)!r}")
            return text if otherwise == "keep" else ""

        return cut

    return make


def _pad(arguments: PadArguments, _: Setting) -> Step:
    length = int(arguments.length)
    return lambda text: text.rjust(length, arguments.with_)


def _truncate(arguments: TruncateArguments, _: Setting) -> Step:
    limit = int(arguments.length)

    def cut(text: str) -> str | Noted:
        if len(text) <= limit:
            return text
        facts: dict[str, str | int] = {"limit": limit, "length": len(text), "cut": shown(text[limit:])}
        return Noted(text[:limit].rstrip(), ((Problem("W260", facts), None),))

    return cut


def _prefix(arguments: AddArguments, _: Setting) -> Step:
    return lambda text: arguments.text + text


def _suffix(arguments: AddArguments, _: Setting) -> Step:
    return lambda text: text + arguments.text


def _cutter(name: str, side: int, says: str, *examples: Example) -> Transform:
    return Transform(name, _TEXT, _TEXT, says, _cut_at(side), MarkArguments, "mark", examples=examples)


TRANSFORMS = (
    Transform(
        "replace",
        _TEXT,
        _TEXT,
        "Puts one text in the place of another, wherever it stands.",
        _replace,
        ReplaceArguments,
        "text",
        examples=(
            Example("{replace: {text: Mah., by: Mahallesi}}", "Moda Mah.", "Moda Mahallesi"),
            Example("{replace: '*'}", "1*2*3", "123"),
        ),
    ),
    _cutter(
        "before",
        0,
        "Keeps what stands before a mark.",
        Example('{before: "/"}', "Kadıköy/İstanbul", "Kadıköy"),
        Example('{before: "/"}', "Kadıköy", refused="E268"),
    ),
    _cutter(
        "after",
        2,
        "Keeps what stands after a mark.",
        Example('{after: "/"}', "Kadıköy/İstanbul", "İstanbul"),
        Example("{after: {mark: ':', otherwise: keep}}", "Ayşe", "Ayşe"),
    ),
    Transform(
        "prefix",
        _TEXT,
        _TEXT,
        "Puts a text in front.",
        _prefix,
        AddArguments,
        "text",
        examples=(Example("{prefix: OLD-}", "1001", "OLD-1001"),),
    ),
    Transform(
        "suffix",
        _TEXT,
        _TEXT,
        "Adds a text at the end.",
        _suffix,
        AddArguments,
        "text",
        examples=(Example("{suffix: -B}", "1001", "1001-B"),),
    ),
    Transform(
        "pad",
        _TEXT,
        _TEXT,
        "Fills up with zeros in front, where Excel has dropped them from codes of one length.",
        _pad,
        PadArguments,
        "length",
        examples=(Example("{pad: 8}", "4711", "00004711"), Example("{pad: 3}", "4711", "4711")),
    ),
    Transform(
        "truncate",
        _TEXT,
        _TEXT,
        "Cuts what is longer. Every cut is told (W260) with what was lost; without this step it is refused.",
        _truncate,
        TruncateArguments,
        "length",
        examples=(Example("{truncate: 4}", "Kapıda", "Kapı"),),
    ),
)
