"""``orderlift apply``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path
from typing import Any

import click

from pipeline.cli import options


@click.command("apply")
@click.argument("plan_file", type=click.Path(path_type=Path), metavar="PLAN")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@options.sending
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Send exactly what a plan holds.

    \b
    orderlift apply may.plan
    orderlift apply may.plan --rate 20 --max-error-rate 2% --yes

    A plan whose files changed since is refused. The plan of an undo cancels orders.
    Next: orderlift status, orderlift resume.
    """  # noqa: D301
    from pipeline.cli.sending import send_sealed
    from pipeline.runs.asked.request import Places
    from pipeline.runs.planning.plan_file import run_of_plan
    from pipeline.runs.undoing.plan_file import undo_of_plan

    def find(places: Places) -> str:
        plan = flags["plan_file"]
        return undo_of_plan(plan, places) or run_of_plan(plan, places)

    return send_sealed("apply", flags, find)
