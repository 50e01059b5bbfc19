"""``orderlift mapping suggest``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.cli.requests import Talk
    from pipeline.inference.suggestion import Suggestion

_PATH = click.Path(path_type=Path)


@click.command("suggest")
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE…")
@click.option("-o", "--output", type=_PATH, metavar="MAP", help="Write the mapping there; never over a file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output.")
@options.read_limits
@options.color
@options.show_pii
def suggest(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Suggest a mapping for files, from names, values and arithmetic.

    \b
    orderlift mapping suggest orders.csv items.xlsx
    orderlift mapping suggest export.csv -o mapping.yaml
    orderlift mapping suggest export.csv --json

    Nothing is sent. Next: read the comments, then orderlift mapping check mapping.yaml
    """  # noqa: D301
    from pipeline.cli.requests import Talk, read_limits
    from pipeline.cli.telling import see_through
    from pipeline.reporting.files.suggestion_yaml import mapping_text
    from pipeline.runs.rehearsing.suggesting import refuse_existing, suggest, write_mapping

    talk = Talk(flags["as_json"], quiet=False, color=flags["color"], show_pii=flags["show_pii"])

    def work() -> "tuple[Suggestion, str]":
        if flags["output"] is not None:
            refuse_existing(flags["output"])
        found = suggest(flags["files"], read_limits(flags))
        text = mapping_text(found)
        if flags["output"] is not None:
            write_mapping(flags["output"], text)
        return found, text

    def tell(found: "tuple[Suggestion, str]") -> None:
        _tell(talk, *found, flags["output"])
        tell_next(talk, flags["files"], flags["output"])

    return see_through(talk, "mapping suggest", work, tell)


def _tell(talk: "Talk", found: "Suggestion", text: str, output: Path | None) -> None:
    from pipeline.cli.streams import print_json
    from pipeline.reporting.files.suggestion_json import suggestion_object

    tell_found(talk, found)
    if talk.as_json:
        print_json(suggestion_object(found, text))
    elif output is None:
        click.echo(text, nl=False)


def tell_found(talk: "Talk", found: "Suggestion") -> None:
    """What was found, in a few lines on standard error."""
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.console import print_issues
    from pipeline.reporting.words.suggestion_sums import sum_lines
    from pipeline.runs.rehearsing.suggesting import warnings_of

    err = screen(talk)
    filled = [one for one in found.fields if one.choice is not None]
    sure = sum(one.accepted for one in filled)
    missing = sum(one.choice is None and one.required for one in found.fields)
    print_issues(err, warnings_of(found), {})
    told = _("{fields} fields: {sure} sure, {unsure} to look at, {missing} missing.")
    err.line(told.format(fields=len(filled), sure=sure, unsure=len(filled) - sure, missing=missing))
    for line in sum_lines(found.sums):
        err.line(f"  {line}")


def tell_next(talk: "Talk", files: "Sequence[Path]", output: Path | None) -> None:
    """The commands that come next."""
    from shlex import quote

    from pipeline.cli.telling import screen

    name = quote(str(output)) if output is not None else "mapping.yaml"
    sources = " ".join(quote(str(file)) for file in files)
    if output is not None:
        screen(talk).line(_("Written to {file}. Read its comments; then:").format(file=output))
        screen(talk).line(f"  orderlift mapping check {name}")
        screen(talk).line(f"  orderlift check {sources} -m {name}")
    else:
        command = f"orderlift mapping suggest {sources} -o {name}"
        screen(talk).line(_("To keep it: {command}").format(command=command))
