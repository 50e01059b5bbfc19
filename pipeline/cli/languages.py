"""``--lang``: the language in which the whole program speaks, before a command or after it."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import click

from pipeline.model.language import ENGLISH, LANGUAGES, _, spoken

C = TypeVar("C", bound=click.Command)
VARIABLE: Final = "ORDERLIFT_LANG"
_NAMES: Final = {
    "english": "en", "englisch": "en", "ingilizce": "en", "eng": "en", "en_us": "en", "en_gb": "en",
    "turkish": "tr", "türkçe": "tr", "turkce": "tr", "tur": "tr", "trk": "tr", "tr_tr": "tr",
}  # fmt: skip
"""What people type for a language, in small letters."""


class Language(click.ParamType[str]):
    """One of the languages, by its code."""

    name = "language"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code."""
        typed = _plain(value)
        if typed not in LANGUAGES:
            hint = _(" Did you mean {code}?").format(code=near) if (near := _near(typed)) else ""
            told = _("{value!r} is not a language of this program ({known}).")
            self.fail(told.format(value=value, known=", ".join(LANGUAGES)) + hint, param, ctx)
        return typed


def _plain(value: object) -> str:
    return str(value).strip().lower().replace("-", "_")


def _near(typed: str) -> str | None:
    from pipeline.mapping.steps.words import nearest  # noqa: PLC0415 - only a wrong language needs it

    known = {**{code: code for code in LANGUAGES}, **_NAMES}
    return known.get(typed) or known.get(nearest(typed, known))


def asked_for(words: Sequence[str], variable: str = "") -> str:
    """Return the language of a command line: the last that it names, else the variable's, else English.

    It is known before the line is understood, because help and what is wrong with the line are told in it,
    too. A language there is none of is passed over here; :class:`Language` refuses it.
    """
    named = map(_plain, (ENGLISH, variable, *_named(words)))
    return [one for one in named if one in LANGUAGES][-1]


def _named(words: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if word == "--":
            return
        if flag == "--lang":
            yield value if equals else "".join(words[at + 1 : at + 2])


def language_option(*, envvar: str | None = None) -> click.Option:
    """Return the flag, which only sees to it that there is such a language: :func:`asked_for` reads it.

    The one of the whole program also names the variable of the environment.
    """
    return click.Option(
        ["--lang"],
        type=Language(),
        metavar=f"[{'|'.join(LANGUAGES)}]",
        envvar=envvar,
        show_envvar=envvar is not None,
        is_eager=True,
        expose_value=False,
        help="Speak this language; en where none is named.",
    )


def takes_language(command: click.Command) -> click.Command:
    """Give a command, and every command below it, the flag."""
    if not any(one.name == "lang" for one in command.params):
        command.params.append(language_option())
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        takes_language(below)
    return command


def in_language(command: C) -> C:
    """Return a command with its help in the language spoken now; in English it is the command itself."""
    if spoken() == ENGLISH:
        return command
    from pipeline.cli.click_words import click_listens  # noqa: PLC0415 - only a second language needs them
    from pipeline.cli.spoken_help import told  # noqa: PLC0415

    click_listens()
    return told(command, _)
