"""orderlift: a legacy shop's order history, out of spreadsheets and into Akinon Omnitron.

The verbs for programs and notebooks::

    import pipeline

    checked = pipeline.check(["orders.csv", "items.xlsx"], "mapping.yaml")
    checked.summary.orders.invalid, checked.to_frame()

    planned = pipeline.plan(["orders.csv", "items.xlsx"], "mapping.yaml", target=url, channel=5)
    done = pipeline.apply(planned, token=token)

    print(pipeline.explain(done, "A-1017"))
    pipeline.money(done)

Each command has its function, under the same name where that is one (``docs/library.md``). A verb raises
:class:`Refusal` where it cannot do its work at all; what is wrong with single orders stands in what it gives
back. Personal data is masked in frames, texts and reports unless ``show_pii=True``. Words are English, or
another language inside of ``with pipeline.speaking("tr"):``.

Everything is imported when it is first used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.inspection.found import Inspection as Inspection
    from pipeline.library.accounting import list_runs as list_runs
    from pipeline.library.accounting import money as money
    from pipeline.library.accounting import status as status
    from pipeline.library.archiving import archive_resolve as archive_resolve
    from pipeline.library.archiving import archive_write as archive_write
    from pipeline.library.connection import Connection as Connection
    from pipeline.library.correcting import FixTaken as FixTaken
    from pipeline.library.correcting import fix_export as fix_export
    from pipeline.library.correcting import fix_import as fix_import
    from pipeline.library.explaining import Explanation as Explanation
    from pipeline.library.explaining import explain as explain
    from pipeline.library.keeping import prune as prune
    from pipeline.library.keeping import redact as redact
    from pipeline.library.looking import inspect as inspect
    from pipeline.library.planning import check as check
    from pipeline.library.planning import plan as plan
    from pipeline.library.planning import snapshot as snapshot
    from pipeline.library.reporting import report as report
    from pipeline.library.sending import apply as apply
    from pipeline.library.sending import resume as resume
    from pipeline.library.sending import retry as retry
    from pipeline.library.sending import run as run
    from pipeline.library.settling import prove as prove
    from pipeline.library.settling import rebuild as rebuild
    from pipeline.library.settling import reconcile as reconcile
    from pipeline.library.settling import resolve as resolve
    from pipeline.library.undoing import apply_undo as apply_undo
    from pipeline.library.undoing import undo as undo
    from pipeline.model.bundle import Bundle as Bundle
    from pipeline.model.issue import Issue as Issue
    from pipeline.model.language import speaking as speaking
    from pipeline.model.reading import ReadLimits as ReadLimits
    from pipeline.model.refusal import Refusal as Refusal
    from pipeline.model.summary import Summary as Summary
    from pipeline.runs.accounts.proving import Proof as Proof
    from pipeline.runs.accounts.status import Running as Running
    from pipeline.runs.asked.result import Result as Result
    from pipeline.runs.fixing.exporting import FixBooks as FixBooks
    from pipeline.runs.pruning import Pruned as Pruned
    from pipeline.runs.references.snapshotting import SnapshotTaken as SnapshotTaken
    from pipeline.runs.undoing.verbs import UndoResult as UndoResult
    from pipeline.upload.limits import Limits as Limits

_HOMES = {
    "apply": "pipeline.library.sending",
    "apply_undo": "pipeline.library.undoing",
    "archive_resolve": "pipeline.library.archiving",
    "archive_write": "pipeline.library.archiving",
    "check": "pipeline.library.planning",
    "explain": "pipeline.library.explaining",
    "fix_export": "pipeline.library.correcting",
    "fix_import": "pipeline.library.correcting",
    "inspect": "pipeline.library.looking",
    "list_runs": "pipeline.library.accounting",
    "money": "pipeline.library.accounting",
    "plan": "pipeline.library.planning",
    "prove": "pipeline.library.settling",
    "prune": "pipeline.library.keeping",
    "rebuild": "pipeline.library.settling",
    "reconcile": "pipeline.library.settling",
    "redact": "pipeline.library.keeping",
    "report": "pipeline.library.reporting",
    "resolve": "pipeline.library.settling",
    "resume": "pipeline.library.sending",
    "retry": "pipeline.library.sending",
    "run": "pipeline.library.sending",
    "snapshot": "pipeline.library.planning",
    "speaking": "pipeline.model.language",
    "status": "pipeline.library.accounting",
    "undo": "pipeline.library.undoing",
    "Bundle": "pipeline.model.bundle",
    "Connection": "pipeline.library.connection",
    "Explanation": "pipeline.library.explaining",
    "FixBooks": "pipeline.runs.fixing.exporting",
    "FixTaken": "pipeline.library.correcting",
    "Inspection": "pipeline.inspection.found",
    "Issue": "pipeline.model.issue",
    "Limits": "pipeline.upload.limits",
    "Proof": "pipeline.runs.accounts.proving",
    "Pruned": "pipeline.runs.pruning",
    "ReadLimits": "pipeline.model.reading",
    "Refusal": "pipeline.model.refusal",
    "Result": "pipeline.runs.asked.result",
    "Running": "pipeline.runs.accounts.status",
    "SnapshotTaken": "pipeline.runs.references.snapshotting",
    "Summary": "pipeline.model.summary",
    "UndoResult": "pipeline.runs.undoing.verbs",
}

__all__ = [
    "Bundle",
    "Connection",
    "Explanation",
    "FixBooks",
    "FixTaken",
    "Inspection",
    "Issue",
    "Limits",
    "Proof",
    "Pruned",
    "ReadLimits",
    "Refusal",
    "Result",
    "Running",
    "SnapshotTaken",
    "Summary",
    "UndoResult",
    "apply",
    "apply_undo",
    "archive_resolve",
    "archive_write",
    "check",
    "explain",
    "fix_export",
    "fix_import",
    "inspect",
    "list_runs",
    "money",
    "plan",
    "prove",
    "prune",
    "rebuild",
    "reconcile",
    "redact",
    "report",
    "resolve",
    "resume",
    "retry",
    "run",
    "snapshot",
    "speaking",
    "status",
    "undo",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the name stays out of the package

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
