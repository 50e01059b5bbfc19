"""Transforms of text that change how it is written."""

import html

from babel.core import Locale, UnknownLocaleError
from pydantic import Field

from pipeline.mapping.steps.problem import Step
from pipeline.mapping.steps.text import casing
from pipeline.mapping.transforms.shape import ArgumentError, Arguments, Example, Setting, Shape, Transform

_TEXT = Shape.TEXT


class LocaleArguments(Arguments):
    """A locale."""

    locale: str | None = Field(
        default=None, description="Whose rules are meant, such as tr_TR; those of the file if left out."
    )


def known_locale(name: str) -> str:
    """The locale; raises :class:`ArgumentError` (E474) where there is none of the name."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError, LookupError, OSError):
        wanted = "a locale such as tr_TR, de_DE or en_US"
        raise ArgumentError("E474", "locale", wanted=wanted) from None
    return name


def _case(name: str) -> Transform:
    def make(arguments: LocaleArguments, setting: Setting) -> Step:
        return casing(name, known_locale(arguments.locale or setting.locale))

    says = {
        "upper": "Capital letters, by the rules of the language: in Turkish i becomes İ, and ı becomes I.",
        "lower": "Small letters, by the rules of the language: in Turkish İ becomes i, and I becomes ı.",
        "title": "Words begin with a capital letter and go on in small ones, by the rules of the language.",
    }
    examples = {
        "upper": (
            Example("{upper: {locale: tr_TR}}", "izmir", "İZMİR"),
            Example("{upper: {locale: en_US}}", "izmir", "IZMIR"),
        ),
        "lower": (Example("{lower: {locale: tr_TR}}", "IŞIK", "ışık"),),
        "title": (Example("{title: {locale: tr_TR}}", "istanbul şişli", "İstanbul Şişli"),),
    }
    return Transform(
        name, _TEXT, _TEXT, says[name], make, LocaleArguments, "locale", tidies=True, examples=examples[name]
    )


def _plain(name: str, says: str, step: Step, *examples: Example, tidies: bool = True) -> Transform:
    return Transform(name, _TEXT, _TEXT, says, lambda *_: step, tidies=tidies, examples=examples)


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


TRANSFORMS = (
    _plain(
        "trim",
        "Takes white space off both ends. Every chain begins with that, so it serves after another step.",
        str.strip,
        Example("trim", "  Ayşe ", "Ayşe"),
    ),
    _plain(
        "squeeze",
        "Takes white space off both ends, and leaves one space where there were several, or line breaks.",
        lambda text: " ".join(text.split()),
        Example("squeeze", "Atatürk  Cad.\n No 5", "Atatürk Cad. No 5"),
    ),
    _plain(
        "remove_spaces",
        "Takes out all white space.",
        lambda text: "".join(text.split()),
        Example("remove_spaces", "TR33 0006 1005", "TR3300061005"),
    ),
    _plain(
        "digits",
        "Keeps the digits 0 to 9 and nothing else.",
        _digits,
        Example("digits", "No: 00-123/A", "00123"),
        tidies=False,
    ),
    _plain(
        "unescape_html",
        "Turns &amp; into & and &uuml; into ü.",
        html.unescape,
        Example("unescape_html", "Tom &amp; Jerry", "Tom & Jerry"),
    ),
    _case("upper"),
    _case("lower"),
    _case("title"),
)
