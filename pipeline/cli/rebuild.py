"""``orderlift rebuild``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("rebuild")
@options.sources
@options.target
@options.connection
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Make a lost journal again: plan anew, and look every number up.

    \b
    orderlift rebuild orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5
    orderlift rebuild exports/ -m mapping.yaml --target https://… --channel 5 --rate 20

    Nothing is sent. What stands on the target counts as already present, what differs is in conflict, and
    what is not there after the settle window can be sent. Next: orderlift resume.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, look_up_request, places_of, plan_request
    from pipeline.cli.telling import carry_out, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.settling.rebuilding import rebuild

    talk, planned, places = Talk.of(flags), plan_request(flags), places_of(flags)
    try:
        request = look_up_request(flags)
    except Refusal as refusal:
        return tell_refusal(talk, "rebuild", refusal)
    with Bar(talk) as bar:
        return carry_out(
            talk,
            "rebuild",
            lambda: rebuild(planned, request, places, progress=bar.preparing, told=bar.settling),
        )
