"""A question that is answered with yes or no, in the words of the language spoken."""

from typing import Final

import click

from pipeline.model.language import N_, _

_YES: Final = (N_("y"), N_("yes"))
_NO: Final = (N_("n"), N_("no"))
_EITHER: Final = N_("y/N")


def agreed(question: str) -> bool:
    """Ask on standard error until there is an answer; Return alone is a no. English always counts."""
    return bool(click.prompt(question, default=_(_EITHER), value_proc=_meant, err=True))


def _meant(typed: str) -> bool:
    word = typed.strip().lower()
    if word in {*_YES, *map(_, _YES)}:
        return True
    if word in {*_NO, *map(_, _NO), _(_EITHER).lower()}:
        return False
    raise click.UsageError(_("invalid input"))
