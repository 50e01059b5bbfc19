"""``orderlift inspect``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.inspection.found import Inspection

_PATH = click.Path(path_type=Path)


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, type=_PATH, metavar="FILE…")
@click.option("-m", "--mapping", type=_PATH, help="Read the files as this mapping's sources say.")
@options.variables
@click.option("--html", type=_PATH, metavar="OUT.html", help="Write a page with everything as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output.")
@options.read_limits
@options.color
@options.show_pii
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Say what files really are: encoding, sheets, columns, risks.

    \b
    orderlift inspect orders.csv items.xlsx
    orderlift inspect exports/ --html files.html
    orderlift inspect orders.csv -m mapping.yaml --json

    Nothing is changed or sent. Next: write a mapping, then orderlift check FILE… -m mapping.yaml
    """  # noqa: D301
    from pipeline.cli.requests import Talk, read_limits
    from pipeline.cli.telling import see_through
    from pipeline.runs.rehearsing.inspecting import inspect

    talk = Talk(flags["as_json"], quiet=False, color=flags["color"], show_pii=flags["show_pii"])

    def work() -> "Inspection":
        found = inspect(flags["files"], flags["mapping"], read_limits(flags), dict(flags["variables"]))
        if flags["html"] is not None:
            _write(flags["html"], found, show_pii=flags["show_pii"])
        return found

    return see_through(
        talk,
        "inspect",
        work,
        lambda found: _tell(talk, found, show_pii=flags["show_pii"]),
        lambda found: found.exit_code,
    )


def _tell(talk: "Talk", found: "Inspection", *, show_pii: bool) -> None:
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen
    from pipeline.reporting.files.inspect_json import inspection_object
    from pipeline.reporting.terminal.inspection import print_inspection

    if talk.as_json:
        print_json(inspection_object(found, show_pii=show_pii))
    else:
        print_inspection(screen(talk, "out"), found, show_pii=show_pii)


def _write(path: Path, found: "Inspection", *, show_pii: bool) -> None:
    from pipeline.model.issue import Issue, shown
    from pipeline.model.location import Location
    from pipeline.model.refusal import UsageRefused
    from pipeline.reporting.page.inspect_html import write_inspection

    try:
        write_inspection(path, found, show_pii=show_pii)
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise UsageRefused(Issue("E713", Location(str(path)), facts=facts)) from None
