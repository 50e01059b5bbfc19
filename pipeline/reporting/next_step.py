"""Which command continues from where a run ended."""

from dataclasses import dataclass

from pipeline.model.language import _
from pipeline.model.summary import Summary
from pipeline.reporting.verdict import NOTHING_SENT

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
    run, orders, code = summary.run_id, summary.orders, summary.exit_code
    steps = []
    files = summary.issues.get(FILE_IN_DOUBT, 0)
    if files:
        command = f"orderlift archive resolve {run} FILE --as … --why …"
        steps.append(Step(command, _("say what became of the file in doubt")))
    if code in {5, 6, 130, 143} or (orders.unprocessed and code == 7):  # noqa: PLR2004
        steps.append(Step(f"orderlift resume {run}", _("continue where the run stopped")))
    elif orders.failed or (orders.in_doubt > files and code != NEEDS_A_PERSON):
        steps.append(Step(f"orderlift resume {run}", _("settle what is in doubt, try again what failed")))
    elif orders.unprocessed and code in {0, 3} and summary.command not in NOTHING_SENT:
        steps.append(Step(f"orderlift resume {run}", _("send what is left")))
    if (orders.in_doubt > files or orders.conflict) and code == NEEDS_A_PERSON:
        steps.append(
            Step(f"orderlift resolve NUMBER --run {run}", _("say what you found, with --as and --why"))
        )
    if summary.read_back is not None and summary.read_back.differing:
        command = f"orderlift report {run} --reconcile --again"
        steps.append(Step(command, _("read back anew once the orders that differ are put right")))
    if code == 10:  # noqa: PLR2004
        steps.append(Step("orderlift apply PLAN", _("send exactly what the plan holds")))
    if code in {3, 4} and "failed" in summary.files and summary.command not in {"check", "plan"}:
        folder = summary.files["failed"]
        steps.append(
            Step(f"orderlift retry {run} --input {folder}", _("send the rows there once they are right"))
        )
    errors = {name: number for name, number in summary.issues.items() if name.startswith("E")}
    if errors and (orders.invalid or orders.rejected or orders.conflict or code == 2):  # noqa: PLR2004
        often = max(sorted(errors), key=errors.__getitem__)
        steps.append(Step(f"orderlift explain {often}", _("read about the most frequent issue")))
    return tuple(steps)
