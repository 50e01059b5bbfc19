"""``orderlift report``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.runs.asked.result import Result


@click.command("report")
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--reconcile",
    is_flag=True,
    help="Read back from the target what the run created; 0 only where every cent balances.",
)
@click.option("--again", is_flag=True, help="With --reconcile: forget what was read back before.")
@options.connection
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Write the reports of a run again.

    \b
    orderlift report
    orderlift report 7f3a --report-dir /tmp/reports
    orderlift report 7f3a --reconcile --rate 20

    Reports come from the journal alone, so they can be written as often as you like. With --reconcile the
    target is asked what it holds of the run, and every cent is compared: nothing is changed there, and
    reading goes on where it stopped. Next: open report.html.
    """  # noqa: D301
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.telling import carry_out
    from pipeline.cli.undoing import told_of_undo
    from pipeline.runs.verbs import report

    talk = Talk.of(flags)
    if (code := told_of_undo(talk, "report", flags)) is not None:
        return code
    if flags["reconcile"]:
        return _reconciled(talk, flags)
    if flags["again"]:
        raise click.UsageError(_("--again says how to --reconcile"))
    return carry_out(talk, "report", lambda: report(flags["run_id"], places_of(flags)))


def _reconciled(talk: "Talk", flags: dict[str, Any]) -> int:
    from pipeline.cli.progress import Bar
    from pipeline.cli.requests import look_up_request, places_of
    from pipeline.cli.telling import see_through, tell_refusal
    from pipeline.model.refusal import Refusal
    from pipeline.runs.settling.reading_back import report_reconciled

    try:
        request, places = look_up_request(flags), places_of(flags)
    except Refusal as refusal:
        return tell_refusal(talk, "report", refusal)
    with Bar(talk) as bar:
        return see_through(
            talk,
            "report",
            lambda: report_reconciled(
                flags["run_id"], request, places, again=flags["again"], told=bar.reading_back
            ),
            lambda result: _tell(talk, result),
            lambda result: result.exit_code,
        )


def _tell(talk: "Talk", result: "Result") -> None:
    """What every command tells, and what was read back, per currency."""
    from contextlib import closing

    from pipeline.cli.telling import screen, tell_result
    from pipeline.journal.reading import JournalReader
    from pipeline.reporting.terminal.money import print_reconciled
    from pipeline.runs.opening.header import zone_of

    tell_result(talk, result, result.exit_code)
    if not talk.as_json:
        with closing(JournalReader(result.journal, whole=False)) as journal:
            print_reconciled(screen(talk, "out"), journal.money_book(zone_of(journal.header)))
