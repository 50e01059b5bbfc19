"""``orderlift plan``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options

if TYPE_CHECKING:
    from pipeline.runs.asked.result import Result

WORK = 10
"""The exit code that says: there is work to apply."""


@click.command("plan")
@options.sources
@click.option(
    "-o", "--output", "plan_file", type=click.Path(path_type=Path), help="Write a plan file for apply."
)
@click.option("--detailed-exitcode", is_flag=True, help="End with 10 where there is work to apply.")
@click.option(
    "--online", is_flag=True, help="Look up on the target what orders name there; nothing is changed."
)
@options.overlay
@options.target
@options.connection
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Check, and seal a plan that can be reviewed and applied.

    \b
    orderlift plan orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5 -o may.plan
    orderlift plan exports/ -m mapping.yaml --target https://… --channel 5 --online
    orderlift apply may.plan

    Nothing is sent; with --online the target is asked, and not changed. Next: orderlift apply.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, look_up_request, places_of, plan_request
    from pipeline.cli.telling import carry_out
    from pipeline.runs.verbs import plan

    def ends(result: "Result") -> int:
        work = flags["detailed_exitcode"] and result.exit_code in {0, 3} and result.summary.orders.unprocessed
        return WORK if work else result.exit_code

    talk = Talk.of(flags)
    with Bar(talk) as bar:

        def work() -> "Result":
            online = look_up_request(flags) if flags["online"] else None
            request, places = plan_request(flags), places_of(flags)
            return plan(request, flags["plan_file"], places, progress=bar.preparing, online=online)

        return carry_out(talk, "plan", work, ends)
