"""``orderlift init``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.inference.suggestion import Suggestion

_PATH = click.Path(path_type=Path)


@click.command("init")
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE…")
@click.option(
    "-o", "--output", type=_PATH, metavar="MAP", default=Path("mapping.yaml"), show_default=True,
    help="Write the mapping there; never over a file.",
)  # fmt: skip
@options.read_limits
@options.color
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Make a first mapping of your files, asking about what is not certain.

    \b
    orderlift init orders.csv items.xlsx
    orderlift init export.csv -o mapping.yaml

    Nothing is sent. Without a terminal it says what it would ask, and ends with 2.
    Next: orderlift check FILE… -m mapping.yaml
    """  # noqa: D301
    from pipeline.cli.requests import Talk, read_limits
    from pipeline.cli.suggest import tell_found, tell_next
    from pipeline.cli.telling import see_through
    from pipeline.reporting.files.suggestion_yaml import mapping_text
    from pipeline.runs.rehearsing.suggesting import refuse_existing, suggest, write_mapping

    talk = Talk(as_json=False, quiet=False, color=flags["color"])

    def work() -> None:
        refuse_existing(flags["output"])
        found = suggest(flags["files"], read_limits(flags))
        tell_found(talk, found)
        write_mapping(flags["output"], mapping_text(_asked(talk, found)))

    return see_through(talk, "init", work, lambda _: tell_next(talk, flags["files"], flags["output"]))


def _asked(talk: "Talk", found: "Suggestion") -> "Suggestion":
    """The suggestion with a person's answers; raises :class:`UsageRefused` (E484) where there is none."""
    from pipeline.cli.asking import ask, tell_questions
    from pipeline.model.issue import Issue
    from pipeline.model.refusal import UsageRefused

    if not found.questions:
        return found
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        tell_questions(talk, found)
        raise UsageRefused(Issue("E484", facts={"count": found.questions}))
    return ask(found, _prompt, lambda line: click.echo(line, err=True))


def _prompt(question: str, default: str) -> str:
    answer: str = click.prompt(question, default=default, err=True)
    return answer
