"""``orderlift plan``."""

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options


@click.command("plan")
@options.sources
@click.option("-o", "--output", "plan_file", type=click.Path(path_type=Path), help="Write a plan file for apply.")
@click.option("--detailed-exitcode", is_flag=True, help="End with 10 where there is work to apply.")
@options.target
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Check, and seal a plan that can be reviewed and applied.

    \b
    orderlift plan orders.csv items.xlsx -m mapping.yaml --target https://… --channel 5 -o may.plan
    orderlift apply may.plan

    Nothing is sent. Next: orderlift apply.
    """  # noqa: D301
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import Talk, places_of, plan_request
    from pipeline.cli.telling import carry_out
    from pipeline.runs.result import Result
    from pipeline.runs.verbs import plan

    talk = Talk.of(flags)
    ready = 0

    def work() -> Result:
        nonlocal ready
        result = plan(plan_request(flags), flags["plan_file"], places_of(flags), progress=bar.preparing)
        ready = result.summary.orders.ready
        return result

    with Bar(talk) as bar:
        code = carry_out(talk, "plan", work)
    return 10 if flags["detailed_exitcode"] and code in (0, 3) and ready else code
