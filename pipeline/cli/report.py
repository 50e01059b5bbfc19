"""``orderlift report``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import Any

import click

from pipeline.cli import options


@click.command("report")
@click.argument("run_id", required=False, metavar="[RUN]")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Write the reports of a run again.

    \b
    orderlift report
    orderlift report 7f3a --report-dir /tmp/reports

    Reports come from the journal alone, so they can be written as often as you like. Next: open report.html.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.telling import carry_out
    from pipeline.runs.verbs import report

    return carry_out(Talk.of(flags), "report", lambda: report(flags["run_id"], places_of(flags)))
