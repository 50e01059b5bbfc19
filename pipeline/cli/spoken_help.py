"""Help in another language: a command's texts are translated when it is called, not where they stand.

A command is declared before anybody knows the language, so that its texts are data in English. What is looked
up is a paragraph, whatever its line breaks; examples, which click keeps line by line, are to copy and stay.
"""

import inspect
from collections.abc import Callable, Iterator
from copy import copy
from typing import Final, TypeAlias, TypeVar

import click

from pipeline.model.language import _

C = TypeVar("C", bound=click.Command)
Tell: TypeAlias = Callable[[str], str]
"""From a text in English to the text that is shown."""

_AS_IT_IS: Final = "\b"
"""What click wants at the head of a paragraph whose lines stay as they are."""


class _Heard(click.Option):
    """A flag with a variable of the environment, which click names in errors without asking gettext."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return the flag and its variable."""
        said, open_, variable = super().get_error_hint(ctx).partition(" (env var: ")
        told = _("env var: {var}").format(var=variable.removesuffix(")"))
        return f"{said} ({told})" if open_ else said


def told(command: C, tell: Tell) -> C:
    """Return a copy of a command whose help is what ``tell`` makes of each of its texts.

    Told are the paragraphs of its help and epilog, the help and the placeholder of each flag, the placeholder
    of each argument, what kind of number a flag takes, and the same of the commands below it. The command
    itself stays as it is.
    """
    context = click.Context(command)
    again = copy(command)
    again.help = _paragraphs(command.help, tell)
    again.epilog = _paragraphs(command.epilog, tell)
    again.options_metavar = command.options_metavar and tell(command.options_metavar)
    again.params = [_parameter(one, context, tell) for one in command.params]
    again._help_option = None  # noqa: SLF001 - click keeps the one it made, in the language spoken then
    if isinstance(again, click.Group):
        again.subcommand_metavar = again.subcommand_metavar and tell(again.subcommand_metavar)
        again.commands = {name: told(below, tell) for name, below in again.commands.items()}
    return again


def every_text(command: click.Command) -> Iterator[str]:
    """Yield every text of a command, and of those below it, that :func:`told` would look up."""
    texts: list[str] = []

    def note(text: str) -> str:
        texts.append(text)
        return text

    told(command, note)
    yield from texts


def _paragraphs(text: str | None, tell: Tell) -> str | None:
    if not text:
        return text
    every = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(one if one.startswith(_AS_IT_IS) else tell(" ".join(one.split())) for one in every)


def _parameter(parameter: click.Parameter, context: click.Context, tell: Tell) -> click.Parameter:
    again = copy(parameter)
    if isinstance(again, click.Option) and again.help:
        again.help = tell(again.help)
    if not _names_its_choices(parameter):
        again.metavar = tell(parameter.make_metavar(context))
    if isinstance(again, click.Option) and again.show_envvar:
        again.__class__ = _Heard
    if isinstance(parameter.type, click.IntRange):
        again.type = copy(parameter.type)
        again.type.name = tell(parameter.type.name)
    return again


def _names_its_choices(parameter: click.Parameter) -> bool:
    """Whether there is no placeholder, only what can be typed; a flag shows none at all."""
    plain = isinstance(parameter, click.Option) and parameter.is_flag
    return plain or parameter.name == "lang" or isinstance(parameter.type, click.Choice)
