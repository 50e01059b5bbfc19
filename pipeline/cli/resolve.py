"""``orderlift resolve``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("resolve")
@click.argument("number", metavar="NUMBER")
@click.option(
    "--as",
    "said",
    required=True,
    type=click.Choice(["created", "present", "absent", "not-ours"]),
    help="What you found: made by this run, made by others and equal, not there, another order.",
)
@click.option("--why", required=True, metavar="TEXT", help="How you know; stands in the journal.")
@click.option("--by", metavar="NAME", help="Who decides; the user of this machine where it is left out.")
@click.option("--run", "run_id", metavar="RUN", help="The run, by its id or the beginning; else the newest.")
@click.option("--remote-id", metavar="ID", help="The order's id on the target, where you know it.")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Record what a person found out about an order in doubt, in conflict or failed.

    \b
    orderlift resolve A-1017 --as created --why "seen in the panel, same items" --remote-id 88123
    orderlift resolve A-1017 --as absent --why "not in the panel, asked Ayse" --run 7f3a

    An order that is absent will be sent again by resume. Nothing is sent now. Next: orderlift resume.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of, this_person
    from pipeline.cli.telling import carry_out
    from pipeline.runs.settling.resolving_orders import resolve

    by = this_person() if flags["by"] is None else flags["by"]
    return carry_out(
        Talk.of(flags),
        "resolve",
        lambda: resolve(
            flags["number"],
            flags["said"],
            flags["why"],
            by,
            flags["run_id"],
            places_of(flags),
            remote_id=flags["remote_id"],
        ),
    )
