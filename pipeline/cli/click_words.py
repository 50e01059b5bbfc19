"""What click itself says to people, and how it comes to say it in another language."""

import gettext
import sys
from typing import Final

from pipeline.model.language import _, ngettext

SENTENCES: Final[tuple[str | tuple[str, str], ...]] = (
    "Aborted!",
    "Argument {name!r} takes {nargs} values.",
    "Choose from:\n\t{choices}",
    "Commands",
    "Error: {message}",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Option {name!r} does not take a value.",
    "Options",
    "Positional arguments",
    "Show the version and exit.",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Usage:",
    "default: {default}",
    "env var: {var}",
    "required",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
"""Those that this command line can come to; others are about what it does not use, or are for programmers."""


def click_listens() -> None:
    """Let click look up what it says where everything else is looked up.

    It takes its words from ``gettext``, whose only language is that of the machine; here it is the one
    spoken, also where a process speaks several one after the other.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for word, theirs, ours in (("_", gettext.gettext, _), ("ngettext", gettext.ngettext, ngettext)):
                if getattr(module, word, None) is theirs:
                    setattr(module, word, ours)
