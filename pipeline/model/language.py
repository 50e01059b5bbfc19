"""The language in which people are spoken to.

Sentences are written in English where they are needed, inside ``_("…")``; a translation is looked up by that
English text. What a program reads (codes, keys of JSON, column names, exit codes, file names, what is stored
in a journal) is never translated. Sentences are made when they are shown, not when they are stored: those
that had to be stored are stored in English and translated on showing, by :func:`retold`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

ENGLISH = "en"
LANGUAGES = (ENGLISH, "tr")
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(text: str) -> str:
    """Return the sentence in the language spoken now; English where it was never translated."""
    return (
        translations(_spoken.get()).gettext(text) if text else text
    )  # "" is where a catalogue keeps its head


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Mark a sentence that is kept as data, for whoever collects what is to be translated."""
    return text


def ngettext(one: str, many: str, number: int) -> str:
    """Return the sentence that fits a number, in the language spoken now."""
    return translations(_spoken.get()).ngettext(one, many, number)


def retold(text: str) -> str:
    """Return a sentence that was made or stored in English in the language spoken now.

    It is known by the phrase it was made from (``pipeline.model.phrases``); one that is no phrase, such as a
    word of the target or of a file, comes back as it is.
    """
    language = _spoken.get()
    return text if language == ENGLISH else _retold(text, language)


@lru_cache(maxsize=4096)
def _retold(text: str, language: str) -> str:
    from pipeline.model.phrases import told_by  # noqa: PLC0415 - only a second language needs the phrases

    found = told_by(text)
    if found is None:
        return text
    phrase, parts = found
    again = {name: _retold(part, language) for name, part in parts.items()}
    return translations(language).gettext(phrase).format_map(again)


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
