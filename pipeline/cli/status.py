"""``orderlift status``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.model.summary import Summary
    from pipeline.runs.accounts.status import Running

STOPPED = 5
"""The code of a run that stopped early, by which the closing table says what comes next."""


@click.command("status")
@click.argument("run_id", required=False, metavar="[RUN]")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Say where a run stands.

    \b
    orderlift status
    orderlift status 7f3a --json

    Works while the run is being sent by another process, too. Next: orderlift resume, orderlift report.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen, tell_refusal
    from pipeline.cli.undoing import told_of_undo, undos_of
    from pipeline.model.language import _
    from pipeline.model.refusal import Refusal
    from pipeline.reporting.terminal.console import print_summary
    from pipeline.runs.accounts.status import Running, status

    talk = Talk.of(flags)
    if (code := told_of_undo(talk, "status", flags)) is not None:
        return code
    try:
        found = status(flags["run_id"], places_of(flags))
    except Refusal as refusal:
        return tell_refusal(talk, "status", refusal)
    if isinstance(found, Running):
        if talk.as_json:
            print_json(
                {"schema": "orderlift/running/1", "run_id": found.run_id, "running": dict(found.facts)}
            )
        else:
            click.echo(_in_words(found))
    elif talk.as_json:
        print_json(replace(found, exit_code=0).as_json())
    else:
        print_summary(screen(talk, "out"), _as_it_stands(found))
        for undo in undos_of(found.run_id, places_of(flags)):
            click.echo(_("Undone, or planned to be: orderlift status {undo}").format(undo=undo))
    return 0


def _as_it_stands(summary: "Summary") -> "Summary":
    """The summary with a verdict that speaks of what is left: a run that is not sent yet is not done."""
    if not summary.orders.unprocessed:
        return summary
    if not summary.traffic.requests:
        return replace(summary, command="plan")
    return replace(summary, exit_code=STOPPED)


def _in_words(running: "Running") -> str:
    facts = running.facts
    if not facts:
        told = _("Run {run} is being worked on by another process, which has not told anything yet.")
        return told.format(run=running.run_id)
    told = _(
        "Run {run} is being sent by process {pid}: {created} created, {refused} refused, {in_doubt} in "
        "doubt, {left} left, {orders_per_second} orders/s{time}."
    )
    return told.format_map({**facts, "run": running.run_id, "time": _time_left(facts.get("seconds_left"))})


def _time_left(seconds: float | None) -> str:
    from pipeline.upload.time_left import in_words

    return "" if seconds is None else _(", about {time} left").format(time=in_words(seconds))
