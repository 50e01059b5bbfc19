"""``orderlift run``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options
from pipeline.model.language import N_


@click.command("run")
@options.sources
@click.option("-n", "--dry-run", is_flag=True, help="Check only, and send nothing.")
@options.overlay
@options.target
@options.sending
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Check, plan and apply in one.

    \b
    orderlift run orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5
    orderlift run exports/ -m mapping.yaml --target https://… --channel 5 --rate 20 --limit 10

    Good orders are created, wrong ones are reported. Next: orderlift resume, orderlift report.
    """  # noqa: D301
    from pipeline.cli.confirm import confirm
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, places_of, plan_request, send_request
    from pipeline.cli.telling import carry_out, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.verbs import check, run

    talk = Talk.of(flags)
    try:
        planned = plan_request(flags)
    except Refusal as refusal:
        return tell_refusal(talk, "run", refusal)
    with Bar(talk) as bar:
        if flags["dry_run"]:
            return carry_out(talk, "run", lambda: check(planned, places_of(flags), progress=bar.preparing))
        try:
            request = send_request(flags)
            if planned.target is not None and planned.channel is not None:
                confirm(planned.target, planned.channel, N_("all ready"), yes=flags["yes"])
        except Refusal as refusal:
            return tell_refusal(talk, "run", refusal)
        return carry_out(
            talk,
            "run",
            lambda: run(planned, request, places_of(flags), progress=bar.preparing, told=bar.sending),
        )
