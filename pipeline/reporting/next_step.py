"""Which command continues from where a run ended."""

from dataclasses import dataclass

from pipeline.model.summary import Summary


@dataclass(frozen=True, slots=True)
class Step:
    """A command line to type, and what it is good for."""

    command: str
    purpose: str


def next_steps(summary: Summary) -> tuple[Step, ...]:
    """Return what to do now, the most useful first; empty when nothing is left to do."""
    run, orders, code = summary.run_id, summary.orders, summary.exit_code
    steps = []
    if code in {5, 6, 130, 143}:
        steps.append(Step(f"orderlift resume {run}", "continue where the run stopped"))
    if code in {1, 2, 7}:
        steps.append(Step("orderlift doctor", "look at the machine, the journal and the target"))
    if orders.in_doubt:
        steps.append(Step(f"orderlift reconcile {run}", "ask the target about the orders in doubt"))
    if orders.conflict:
        steps.append(Step(f"orderlift resolve {run}", "decide about the orders in conflict"))
    if orders.failed:
        steps.append(Step(f"orderlift retry {run}", "send again what failed"))
    if code == 10:  # noqa: PLR2004
        steps.append(Step("orderlift apply PLAN", "send exactly what the plan holds"))
    if summary.issues and (orders.invalid or orders.rejected or code == 2):  # noqa: PLR2004
        often = max(sorted(summary.issues), key=summary.issues.__getitem__)
        steps.append(Step(f"orderlift explain {often}", "read about the most frequent issue"))
    return tuple(steps)
