"""``orderlift check``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options


@click.command("check")
@options.sources
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Look up what orders name on the target in this file of orderlift snapshot.",
)
@options.overlay
@options.target
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Find everything that can be known without the network.

    \b
    orderlift check orders.csv items.xlsx -m mapping.yaml
    orderlift check exports/ -m mapping.yaml --json
    orderlift check exports/ -m mapping.yaml --snapshot may.snapshot

    Nothing is sent. Next: orderlift run, or correct what was found.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, places_of, plan_request
    from pipeline.cli.telling import carry_out
    from pipeline.runs.verbs import check

    talk = Talk.of(flags)
    with Bar(talk) as bar:
        return carry_out(
            talk, "check", lambda: check(plan_request(flags), places_of(flags), progress=bar.preparing)
        )
