"""``--lang``: the language in which the whole program speaks, before a command or after it."""

from typing import Final

import click

from pipeline.model.language import ENGLISH, LANGUAGES, _, speaking

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
        typed = str(value).strip().lower().replace("-", "_")
        if typed not in LANGUAGES:
            hint = _(" Did you mean {code}?").format(code=near) if (near := _near(typed)) else ""
            told = _("{value!r} is not a language of this program ({known}).")
            self.fail(told.format(value=value, known=", ".join(LANGUAGES)) + hint, param, ctx)
        return typed


def _near(typed: str) -> str | None:
    from pipeline.mapping.steps.words import nearest  # noqa: PLC0415 - only a wrong language needs it

    known = {**{code: code for code in LANGUAGES}, **_NAMES}
    return known.get(typed) or known.get(nearest(typed, known))


def language_option(*, envvar: str | None = None) -> click.Option:
    """Return the flag; the one of the whole program also listens to a variable of the environment."""
    return click.Option(
        ["--lang"],
        type=Language(),
        metavar=f"[{'|'.join(LANGUAGES)}]",
        envvar=envvar,
        show_envvar=envvar is not None,
        is_eager=True,
        expose_value=False,
        callback=_speak,
        help=f"Speak this language; {ENGLISH} where none is named.",
    )


def _speak(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().with_resource(speaking(value))


def takes_language(command: click.Command) -> click.Command:
    """Give a command, and every command below it, the flag."""
    if not any(one.name == "lang" for one in command.params):
        command.params.append(language_option())
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        takes_language(below)
    return command
