"""Transforms of telephone numbers, e-mail addresses and countries."""

import re
from functools import lru_cache
from typing import Annotated, Literal

import phonenumbers
from babel.core import Locale
from pydantic import AfterValidator, Field

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.transforms.shape import (
    ArgumentError,
    Arguments,
    Example,
    Matches,
    Setting,
    Shape,
    Transform,
)
from pipeline.model.folding import fold

_TEXT = Shape.TEXT
_MOST = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}")
_LANGUAGES = ("tr", "en", "de")
_NO_COUNTRIES = frozenset(
    {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
)
_MORE_NAMES = {
    "TR": ("Türkiye Cumhuriyeti", "Turkey", "Türkei", "Turkiye", "T.C."),
    "US": ("USA", "U.S.A.", "ABD", "Amerika", "United States of America", "Vereinigte Staaten"),
    "GB": ("UK", "Great Britain", "England", "İngiltere", "Büyük Britanya", "Großbritannien"),
    "NL": ("Holland", "Hollanda", "The Netherlands"),
    "CY": ("Güney Kıbrıs", "Cyprus"),
    "RU": ("Russian Federation", "Rusya Federasyonu"),
}
_REASONS = {
    phonenumbers.ValidationResult.TOO_SHORT: "it is too short",
    phonenumbers.ValidationResult.TOO_LONG: "it is too long",
}


class PhoneArguments(Arguments):
    """Where a number without a country code is from, and how it is written."""

    region: Annotated[
        Scalar, AfterValidator(Matches("[A-Za-z]{2}", "the two letters of a country, such as TR"))
    ] = Field(description="Country of numbers without a country code: TR.")
    form: Literal["e164", "national"] = Field(
        default="e164", description="+905321112233, or 5321112233: the digits without country and zero."
    )


class CountryArguments(Arguments):
    """More names of countries."""

    names: dict[str, Scalar] = Field(default={}, description="More names, and the code each stands for.")


def _phone(arguments: PhoneArguments, _: Setting) -> Step:
    region, form = arguments.region.upper(), arguments.form
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ArgumentError("E474", "region", wanted="the two letters of a country, such as TR")

    def phone(text: str) -> str:
        try:
            number = phonenumbers.parse(text[:_MOST], region)
        except phonenumbers.NumberParseException:
            raise CellProblem("E264", reason="it is no telephone number") from None
        if number.extension:
            raise CellProblem("E264", reason="it ends with an extension, which has no place in it")
        if not phonenumbers.is_valid_number(number):
            why = phonenumbers.is_possible_number_with_reason(number)
            raise CellProblem("E264", reason=_REASONS.get(why, f"no such number exists (read for {region})"))
        if form == "national":
            return phonenumbers.national_significant_number(number)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return phone


def _email(text: str) -> str:
    address = text.strip().removeprefix("mailto:").strip("<>")
    if len(address) > _MOST:
        raise CellProblem("E265", reason=f"it has more than {_MOST} characters")
    foreign = next((character for character in address if not "!" <= character <= "~"), None)
    if foreign is not None:
        what = "a space" if foreign.isspace() else repr(foreign)
        raise CellProblem("E265", reason=f"it holds {what}")
    local = address.partition("@")[0]
    if not _EMAIL.fullmatch(address) or ".." in address or local.startswith(".") or local.endswith("."):
        raise CellProblem("E265", reason="an address looks like name@shop.example")
    return address.lower()


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Folded names and codes, and the code (two capital letters) of each; names of two countries are none."""
    found: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == len("TR") and code.isalpha() and code not in _NO_COUNTRIES:
                for word in (name, code, *_MORE_NAMES.get(code, ())):
                    found.setdefault(fold(word), set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def _country(arguments: CountryArguments, _: Setting) -> Step:
    known, codes = countries(), set(countries().values())
    extra = {}
    for name, code in arguments.names.items():
        if code.upper() not in codes:
            raise ArgumentError("E474", "names", wanted="codes of two letters, such as TR")
        extra[fold(name)] = code.upper()

    def country(text: str) -> str:
        word = fold(text)
        code = extra.get(word) or known.get(word)
        if code is None:
            near = nearest(text, [*known, *extra])
            raise CellProblem("E266", hint=f"Did you mean {near!r}? " if near else "")
        return code

    return country


TRANSFORMS = (
    Transform(
        "phone",
        _TEXT,
        _TEXT,
        "A telephone number in the one form in which it can be dialled from anywhere (E.164), if such a "
        "number can exist.",
        _phone,
        PhoneArguments,
        "region",
        costly=True,
        package="phonenumberslite",
        examples=(
            Example("{phone: TR}", "0532 111 22 33", "+905321112233"),
            Example("{phone: TR}", "+49 30 901820", "+4930901820"),
            Example("{phone: {region: TR, form: national}}", "0(532)1112233", "5321112233"),
            Example("{phone: TR}", "0532 111", refused="E264"),
        ),
    ),
    Transform(
        "email",
        _TEXT,
        _TEXT,
        "An e-mail address in small letters, if it has the shape of one.",
        lambda *_: _email,
        examples=(
            Example("email", " Ayse.Ornekci@Ornek.Example ", "ayse.ornekci@ornek.example"),
            Example("email", "ayşe@ornek.example", refused="E265"),
            Example("email", "ayse@ornek", refused="E265"),
        ),
    ),
    Transform(
        "country",
        _TEXT,
        _TEXT,
        "The code of a country (ISO 3166, two letters) from its name in Turkish, English or German.",
        _country,
        CountryArguments,
        package="babel",
        examples=(
            Example("country", "Türkiye", "TR"),
            Example("country", "Almanya", "DE"),
            Example("country", "Germany", "DE"),
            Example("country", "tr", "TR"),
            Example("country", "Türkistan", refused="E266"),
            Example("{country: {names: {KKTC: CY}}}", "kktc", "CY"),
        ),
    ),
)
