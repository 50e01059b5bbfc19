"""Transforms that read numbers, and that reckon with them."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps import number
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.mapping.steps.words import NO, YES, boolean
from pipeline.mapping.transforms.shape import (
    ArgumentError,
    Arguments,
    Example,
    Matches,
    Setting,
    Shape,
    Transform,
)
from pipeline.mapping.transforms.writing import LocaleArguments, known_locale
from pipeline.model.cell import Cell
from pipeline.model.folding import fold

_PERCENT = re.compile(r"(?:[%٪]\s*(.+)|(.+?)\s*[%٪])")
_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
_MOST_DIGITS = 40


class PercentArguments(Arguments):
    """How a rate is written."""

    locale: str | None = Field(
        default=None, description="Whose separators are used; those of the file if left out."
    )
    bare: Literal["refuse", "percent", "fraction"] = Field(
        default="refuse",
        description="What a number without a sign means, and every number cell of a workbook: refuse it, 18 "
        "is 18 per cent, or 0.18 is 18 per cent.",
    )


class BooleanArguments(Arguments):
    """Words for yes and no."""

    true: list[Scalar] = Field(default=list(YES), description="Words that mean yes.")
    false: list[Scalar] = Field(default=list(NO), description="Words that mean no.")


class FactorArguments(Arguments):
    """A factor."""

    factor: Annotated[
        Scalar,
        AfterValidator(Matches(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", "a number, plainly written, such as 0.01")),
    ] = Field(description="The number, plainly written: 0.01.")


class RoundArguments(Arguments):
    """How to round."""

    places: Annotated[Scalar, AfterValidator(Matches("[0-6]", "a number from 0 to 6"))] = Field(
        default="2", description="Places behind the point: 2."
    )
    mode: Literal["half_up", "half_even", "down"] = Field(
        default="half_up", description="What becomes of a half: away from zero, to the even digit, cut off."
    )


def _decimal(arguments: LocaleArguments, setting: Setting) -> Step:
    return number.decimal(known_locale(arguments.locale or setting.locale))


def _integer(arguments: LocaleArguments, setting: Setting) -> Step:
    return number.integer(known_locale(arguments.locale or setting.locale))


def _percent(arguments: PercentArguments, setting: Setting) -> Step:
    read, bare = number.decimal(known_locale(arguments.locale or setting.locale)), arguments.bare

    def percent(cell: Cell) -> Decimal:
        found = _PERCENT.fullmatch(as_text(cell)) if isinstance(cell, str) else None
        if found is not None:
            return Decimal(read((found[1] or found[2]).strip()))
        value: Decimal = read(cell)
        if bare == "refuse":
            raise CellProblem("E261")
        return value * 100 if bare == "fraction" else value

    return percent


def _boolean(arguments: BooleanArguments, _: Setting) -> Step:
    both = {fold(word) for word in arguments.true} & {fold(word) for word in arguments.false}
    if both:
        raise ArgumentError("E474", "false", wanted=f"words that do not mean yes too ({min(both)})")
    return boolean(arguments.true, arguments.false)


def _times(arguments: FactorArguments, _: Setting) -> Step:
    factor = Decimal(arguments.factor)

    def times(value: Decimal) -> Decimal:
        product = Decimal(value) * factor
        if len(product.as_tuple().digits) > _MOST_DIGITS:
            raise CellProblem("E213", digits=_MOST_DIGITS)
        return product

    return times


def _round(arguments: RoundArguments, _: Setting) -> Step:
    unit, mode = Decimal(1).scaleb(-int(arguments.places)), _MODES[arguments.mode]
    limit = Decimal(10) ** 18

    def rounded(value: Decimal) -> Decimal:
        if abs(value) >= limit:
            raise CellProblem("E213", digits=18)
        return Decimal(value).quantize(unit, mode)

    return rounded


_DECIMAL = Shape.DECIMAL

TRANSFORMS = (
    Transform(
        "decimal",
        Shape.TEXT,
        _DECIMAL,
        "A number as the locale writes it: groups of three or none, a minus in front, nothing else.",
        _decimal,
        LocaleArguments,
        "locale",
        reads_cells=True,
        examples=(
            Example("{decimal: tr_TR}", "1.234,50", "1234.50"),
            Example("{decimal: en_US}", "1,234.50", "1234.50"),
            Example("{decimal: tr_TR}", "1,234.50", refused="E211"),
        ),
    ),
    Transform(
        "integer",
        Shape.TEXT,
        Shape.INTEGER,
        "A whole number, for ids and counts. 12 and 12,00 are whole, 12,5 is not.",
        _integer,
        LocaleArguments,
        "locale",
        reads_cells=True,
        examples=(Example("{integer: tr_TR}", "1.200", "1200"), Example("integer", "2.5", refused="E214")),
    ),
    Transform(
        "percent",
        Shape.TEXT,
        _DECIMAL,
        "A rate in per cent, its sign in front or behind. A workbook shows 18% where its cell holds 0.18, so "
        "a number without a sign is refused until bare: says what it means.",
        _percent,
        PercentArguments,
        "bare",
        reads_cells=True,
        examples=(
            Example("{percent: {locale: tr_TR}}", "%18", "18"),
            Example("percent", "7.5 %", "7.5"),
            Example("percent", "18", refused="E261"),
            Example("{percent: fraction}", "0.18", "18.00"),
            Example("{percent: percent}", "18", "18"),
        ),
    ),
    Transform(
        "boolean",
        Shape.TEXT,
        Shape.BOOLEAN,
        "Yes or no, by the usual words in Turkish and English, or by yours.",
        _boolean,
        BooleanArguments,
        reads_cells=True,
        examples=(
            Example("boolean", "Evet", "true"),
            Example("{boolean: {true: [Var], false: [Yok]}}", "YOK", "false"),
            Example("boolean", "belki", refused="E215"),
        ),
    ),
    Transform(
        "times",
        _DECIMAL,
        _DECIMAL,
        "Multiplies by a fixed number, such as 0.01 for amounts that are written in kuruş.",
        _times,
        FactorArguments,
        "factor",
        examples=(Example("{times: 0.01}", "12990", "129.90"),),
    ),
    Transform(
        "round",
        _DECIMAL,
        _DECIMAL,
        "Rounds. Without it, a third place that is not zero is refused in an amount.",
        _round,
        RoundArguments,
        "places",
        examples=(
            Example("{round: 2}", "10.005", "10.01"),
            Example("{round: {places: 2, mode: down}}", "10.009", "10.00"),
        ),
    ),
)
