"""The language in which people are spoken to.

Sentences are written in English where they are needed, inside ``_("…")``; a translation is looked up by that
English text. What a program reads (codes, keys of JSON, column names, exit codes, file names, what is stored
in a journal) is never translated. Sentences are made when they are shown, not when they are stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

ENGLISH = "en"
LANGUAGES = (ENGLISH, "tr")
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(text: str) -> str:
    """Return the sentence in the language spoken now; English where it was never translated."""
    return translations(_spoken.get()).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the sentence that fits a number, in the language spoken now."""
    return translations(_spoken.get()).ngettext(one, many, number)


def spoken() -> str:
    """Return the language spoken now, one of ``LANGUAGES``."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside this block. Raises KeyError for one that is not in ``LANGUAGES``."""
    if language not in LANGUAGES:
        raise KeyError(language)
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations of a language, read once; none for English."""
    compiled = files("pipeline") / "locale" / language / "LC_MESSAGES" / "orderlift.mo"
    if language == ENGLISH or not compiled.is_file():
        return NullTranslations()
    with compiled.open("rb") as file:
        return GNUTranslations(file)
