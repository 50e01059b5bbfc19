"""Which command continues from where a run ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from pipeline.model.language import _
from pipeline.model.summary import Summary
from pipeline.reporting.words.verdict import NOTHING_SENT, all_repaired

FILE_IN_DOUBT = "E563"
"""Orders of the archive whose file is in doubt: asking the target does not help them."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command line to type, and what it is good for."""

    command: str
    purpose: str


NEEDS_A_PERSON = 4
"""The exit code of a finished run: whatever could be settled by asking has been."""


def next_steps(summary: Summary) -> tuple[Step, ...]:
    """Return what to do now, the most useful first; empty when nothing is left to do."""
    return (*_go_on(summary), *_settle(summary), *_send(summary), *_mend(summary), *_read(summary))


def _go_on(summary: Summary) -> Iterator[Step]:
    run, orders, code = summary.run_id, summary.orders, summary.exit_code
    files = summary.issues.get(FILE_IN_DOUBT, 0)
    if files:
        command = f"orderlift archive resolve {run} FILE --as … --why …"
        yield Step(command, _("say what became of the file in doubt"))
    if code in {5, 6, 130, 143} or (orders.unprocessed and code == 7):  # noqa: PLR2004
        yield Step(f"orderlift resume {run}", _("continue where the run stopped"))
    elif (orders.failed and not all_repaired(summary)) or (
        orders.in_doubt > files and code != NEEDS_A_PERSON
    ):
        yield Step(f"orderlift resume {run}", _("settle what is in doubt, try again what failed"))
    elif orders.unprocessed and code in {0, 3} and summary.command not in NOTHING_SENT:
        yield Step(f"orderlift resume {run}", _("send what is left"))


def _settle(summary: Summary) -> Iterator[Step]:
    run, orders = summary.run_id, summary.orders
    files = summary.issues.get(FILE_IN_DOUBT, 0)
    if (orders.in_doubt > files or orders.conflict) and summary.exit_code == NEEDS_A_PERSON:
        yield Step(f"orderlift resolve NUMBER --run {run}", _("say what you found, with --as and --why"))
    if summary.read_back is not None and summary.read_back.differing:
        command = f"orderlift report {run} --reconcile --again"
        yield Step(command, _("read back anew once the orders that differ are put right"))


def _send(summary: Summary) -> Iterator[Step]:
    if summary.exit_code == 10:  # noqa: PLR2004
        yield Step("orderlift apply PLAN", _("send exactly what the plan holds"))


def _mend(summary: Summary) -> Iterator[Step]:
    if summary.exit_code not in {3, 4} or all_repaired(summary):
        return
    if "fix" in summary.files:
        command = f"orderlift fix import {quote(summary.files['fix'])}"
        yield Step(command, _("take up what was corrected in the red cells there"))
    if "failed" in summary.files and summary.command not in {"check", "plan"}:
        command = f"orderlift retry {summary.run_id} --input {quote(summary.files['failed'])}"
        yield Step(command, _("send the rows there once they are right"))


def _read(summary: Summary) -> Iterator[Step]:
    if all_repaired(summary):
        return
    orders = summary.orders
    errors = {name: number for name, number in summary.issues.items() if name.startswith("E")}
    if errors and (orders.invalid or orders.rejected or orders.conflict or summary.exit_code == 2):  # noqa: PLR2004
        often = max(sorted(errors), key=errors.__getitem__)
        yield Step(f"orderlift explain {often}", _("read about the most frequent issue"))
