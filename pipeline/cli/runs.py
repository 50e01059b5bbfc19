"""``orderlift runs``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("runs")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """List the runs, newest first.

    \b
    orderlift runs
    orderlift runs --json

    Next: orderlift status RUN.
    """  # noqa: D301
    from dataclasses import asdict

    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.catalogue_of_runs import list_runs

    try:
        cards = list_runs(places_of(flags))
    except Refusal as refusal:
        return tell_refusal(Talk.of(flags), "runs", refusal)
    if flags["as_json"]:
        print_json({"schema": "orderlift/runs/1", "runs": [asdict(card) for card in cards]})
        return 0
    for card in cards:
        where = f"{card.target} channel {card.channel}" if card.target else "checked only"
        click.echo(f"{card.run_id}  {card.created}  {card.command:<6}  {card.mapping}  {where}")
    if not cards:
        click.echo("No runs yet.", err=True)
    return 0
