"""``orderlift runs``."""

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
    import sys
    from dataclasses import asdict

    import orjson

    from pipeline.cli.requests import places_of
    from pipeline.runs.catalogue_of_runs import list_runs

    cards = list_runs(places_of(flags))
    if flags["as_json"]:
        sys.stdout.write(orjson.dumps([asdict(card) for card in cards], option=orjson.OPT_INDENT_2).decode() + "\n")
        return 0
    for card in cards:
        where = f"{card.target} channel {card.channel}" if card.target else "checked only"
        click.echo(f"{card.run_id}  {card.created}  {card.command:<6}  {card.mapping}  {where}")
    if not cards:
        click.echo("No runs yet.", err=True)
    return 0
