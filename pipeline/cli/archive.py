"""``orderlift archive``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.runs.asked.result import Result

LEFT = 5
"""The exit code that says: there are orders left, which the next resume takes up."""


@click.group("archive")
def command() -> None:
    """Migration files for old orders: write, resolve.

    \b
    orderlift archive write
    orderlift archive resolve 7f3a order-0001.json --as done --why "support has looked"

    Next: orderlift resume
    """  # noqa: D301


@command.command("write")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder for the files; the run's own if left out."
)
@options.output
def write(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Write the migration files of a run for uploading by hand, and upload nothing.

    \b
    orderlift archive write
    orderlift archive write 7f3a -o for-support/

    The run does not upload them itself any more. Next: orderlift archive resolve RUN all --as done --why …
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.archive.verbs import write_archive

    talk = Talk.of(flags)
    try:
        written = write_archive(flags["run_id"], flags["output"], places_of(flags))
    except Refusal as refusal:
        return tell_refusal(talk, "archive write", refusal)
    names = [path.as_posix() for path in written.files]
    if talk.as_json:
        print_json(
            {
                "schema": "orderlift/archive-files/1",
                "run_id": written.run_id,
                "orders": written.orders,
                "files": names,
            }
        )
        return 0
    told = _("{orders} orders in {files} files, to be uploaded in this order:")
    click.echo(told.format(orders=written.orders, files=len(names)) + "\n")
    for name in names:
        click.echo(f"  {name}")
    if not talk.quiet:
        told = _(
            "They hold names, addresses and password hashes: keep them to yourself. Run {run} does not "
            "upload them itself now; when they are uploaded, say so:"
        )
        why = _("uploaded by hand")
        command = f'  orderlift archive resolve {written.run_id} all --as done --why "{why}"'
        click.echo(f"\n{told.format(run=written.run_id)}\n{command}", err=True)
    return 0


@command.command("resolve")
@click.argument("run_id", metavar="RUN")
@click.argument("file", metavar="FILE")
@click.option(
    "--as",
    "word",
    type=click.Choice(["done", "refused", "not-started"]),
    required=True,
    help="What became of it: all stored, all refused, or never started.",
)
@click.option("--why", required=True, help="How you know; it is kept with the decision.")
@options.output
def resolve(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Say what became of a migration file in doubt, or of all files written by hand.

    \b
    orderlift archive resolve 7f3a order-0001.json --as done --why "shown in the shop"
    orderlift archive resolve 7f3a all --as not-started --why "not uploaded after all"

    A file said to be not started goes out again with the next resume. Next: orderlift resume RUN
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.telling import carry_out
    from pipeline.runs.archive.verbs import resolve_archive

    def work() -> "Result":
        who = getpass.getuser()
        return resolve_archive(
            flags["run_id"], flags["file"], flags["word"], flags["why"], who, places_of(flags)
        )

    def ends(result: "Result") -> int:
        return LEFT if result.summary.orders.unprocessed else result.exit_code

    return carry_out(Talk.of(flags), "archive resolve", work, ends)
