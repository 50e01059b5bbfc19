"""orderlift: a legacy shop's order history, out of spreadsheets and into Akinon Omnitron.

The verbs for programs and notebooks::

    import pipeline

    checked = pipeline.check(["orders.csv", "items.xlsx"], "mapping.yaml")
    checked.summary.orders.invalid, checked.to_frame()

    planned = pipeline.plan(["orders.csv", "items.xlsx"], "mapping.yaml", target=url, channel=5)
    done = pipeline.apply(planned, token=token)

Everything is imported when it is first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.library import apply as apply
    from pipeline.library import check as check
    from pipeline.library import plan as plan
    from pipeline.library import prove as prove
    from pipeline.library import rebuild as rebuild
    from pipeline.library import reconcile as reconcile
    from pipeline.library import report as report
    from pipeline.library import resolve as resolve
    from pipeline.library import resume as resume
    from pipeline.library import retry as retry
    from pipeline.library import run as run
    from pipeline.library import snapshot as snapshot
    from pipeline.model.issue import Issue as Issue
    from pipeline.model.refusal import Refusal as Refusal
    from pipeline.model.summary import Summary as Summary
    from pipeline.runs.accounts.proving import Proof as Proof
    from pipeline.runs.asked.result import Result as Result
    from pipeline.runs.references.snapshotting import SnapshotTaken as SnapshotTaken

_HOMES = {
    "apply": "pipeline.library",
    "check": "pipeline.library",
    "plan": "pipeline.library",
    "prove": "pipeline.library",
    "rebuild": "pipeline.library",
    "reconcile": "pipeline.library",
    "report": "pipeline.library",
    "resolve": "pipeline.library",
    "resume": "pipeline.library",
    "retry": "pipeline.library",
    "run": "pipeline.library",
    "snapshot": "pipeline.library",
    "Issue": "pipeline.model.issue",
    "Proof": "pipeline.runs.accounts.proving",
    "Refusal": "pipeline.model.refusal",
    "Result": "pipeline.runs.asked.result",
    "SnapshotTaken": "pipeline.runs.references.snapshotting",
    "Summary": "pipeline.model.summary",
}

__all__ = [
    "Issue",
    "Proof",
    "Refusal",
    "Result",
    "SnapshotTaken",
    "Summary",
    "apply",
    "check",
    "plan",
    "prove",
    "rebuild",
    "reconcile",
    "report",
    "resolve",
    "resume",
    "retry",
    "run",
    "snapshot",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the name stays out of the package

    return getattr(import_module(_HOMES[name]), name)
