"""``orderlift resume``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("resume")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@options.sending
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Continue a run: settle what is in doubt, send what is left.

    \b
    orderlift resume
    orderlift resume 7f3a

    Without RUN the newest is meant; the beginning of its id is enough. Next: orderlift report.
    """  # noqa: D301
    from pipeline.cli.sending import send_sealed
    from pipeline.runs.asked.request import Places
    from pipeline.runs.state_folder.catalogue_of_runs import find_run

    def find(places: Places) -> str:
        return find_run(places, flags["run_id"], sendable=True, undos=True)

    return send_sealed("resume", flags, find)
