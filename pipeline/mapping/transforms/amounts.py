"""Amounts with their currency, and currencies by the words and signs that people write."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps import number
from pipeline.mapping.steps.currency_words import AROUND, words_of
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.shape import ArgumentError, Arguments, Example, Setting, Shape, Transform
from pipeline.mapping.transforms.writing import known_locale
from pipeline.model.cell import Cell
from pipeline.model.folding import fold
from pipeline.model.issue import shown

_SIGNS = "-\u2212+"


class AmountArguments(Arguments):
    """What an amount may look like."""

    currency: Scalar | list[Scalar] = Field(
        description="The code of the currency whose signs and words may stand beside the number, such as "
        "try, or several codes. Any other is refused, so that no dollar becomes a lira."
    )
    locale: str | None = Field(
        default=None, description="Whose separators are used; those of the file if left out."
    )


class CurrencyArguments(Arguments):
    """Which words mean which currency."""

    words: dict[str, Scalar] = Field(
        default={}, description='More words and signs, and the code that each stands for: {"$": usd}.'
    )


def _amount(arguments: AmountArguments, setting: Setting) -> Step:
    given = arguments.currency
    codes = tuple(code.lower() for code in ([given] if isinstance(given, str) else given))
    known = {code.lower() for code in setting.currencies}
    for code in codes:
        if code not in known:
            wanted = f"codes of currencies that the mapping allows, and not {shown(code)}"
            raise ArgumentError("E474", "currency", wanted=wanted)
    locale = known_locale(arguments.locale or setting.locale)
    read, allowed = number.decimal(locale), words_of(codes)

    def amount(cell: Cell) -> Decimal:
        if not isinstance(cell, str):
            return Decimal(read(cell))
        text = as_text(cell)
        bracketed = text.startswith("(") and text.endswith(")")
        found = AROUND.fullmatch(text[1:-1].strip() if bracketed else text)
        if found is None:
            raise CellProblem("E263")
        minus = bracketed
        for side in (found[1], found[3]):
            word = side.strip()
            sign = word[:1] if word[:1] in _SIGNS else word[-1:] if word[-1:] in _SIGNS else ""
            if sign:
                if minus and sign != "+":
                    raise CellProblem("E263")
                minus = minus or sign != "+"
                word = word.strip(sign).strip()
            if word and fold(word) not in allowed:
                raise CellProblem("E262", word=shown(word), allowed=", ".join(codes))
        value: Decimal = read(found[2])
        return -value if minus else value

    return amount


def _currency(arguments: CurrencyArguments, setting: Setting) -> Step:
    allowed = tuple(code.lower() for code in setting.currencies)
    extra = {fold(word): code.lower() for word, code in arguments.words.items()}
    for word, code in arguments.words.items():
        if code.lower() not in allowed:
            wanted = f"a currency that the mapping allows for {shown(word)}"
            raise ArgumentError("E474", "words", wanted=wanted)
    known = words_of(allowed)

    def currency(text: str) -> str:
        word = fold(_without_number(text))
        if word in extra:
            return extra[word]
        codes = known.get(word, frozenset())
        if len(codes) > 1:
            raise CellProblem("E267", codes=_listed(codes), first=min(codes))
        if not codes:
            near = nearest(word, known)
            raise CellProblem("E233", hint=f"Did you mean {near!r}? " if near else "")
        return next(iter(codes))

    return currency


def _without_number(text: str) -> str:
    """The words beside a number: of ``1.234,50 TL`` it is ``TL``; text without a number as it is."""
    found = AROUND.fullmatch(text.strip().strip("()"))
    return (
        " ".join(f"{found[1]} {found[3]}".translate(dict.fromkeys(map(ord, _SIGNS))).split())
        if found
        else text
    )


def _listed(codes: Iterable[str]) -> str:
    return " or ".join(sorted(codes))


TRANSFORMS = (
    Transform(
        "amount",
        Shape.TEXT,
        Shape.DECIMAL,
        "An amount with its currency in words or signs, with brackets or a minus sign (in front or behind) "
        "for less than nothing. The currencies are named, and no other is taken.",
        _amount,
        AmountArguments,
        "currency",
        reads_cells=True,
        package="babel",
        examples=(
            Example("{amount: {currency: try, locale: tr_TR}}", "1.234,50 TL", "1234.50"),
            Example("{amount: {currency: try, locale: tr_TR}}", "₺1.234,50", "1234.50"),
            Example("{amount: {currency: try, locale: tr_TR}}", "(12,00 TL)", "-12.00"),
            Example("{amount: {currency: [try, eur]}}", "12.00- EUR", "-12.00"),
            Example("{amount: try}", "$12.00", refused="E262"),
        ),
    ),
    Transform(
        "currency",
        Shape.TEXT,
        Shape.TEXT,
        "The code of a currency from its code, its sign or its name in Turkish, English or German, alone or "
        "beside an amount. A sign that several allowed currencies share is refused until words: decides.",
        _currency,
        CurrencyArguments,
        package="babel",
        examples=(
            Example("currency", "TL", "try"),
            Example("currency", "₺", "try"),
            Example("currency", "Türk Lirası", "try"),
            Example("currency", "49,90 €", "eur"),
            Example('{currency: {words: {"$": usd}}}', "$", "usd"),
            Example("currency", "Taler", refused="E233"),
        ),
    ),
)
