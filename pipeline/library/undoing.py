"""A run is taken back, as far as the target can."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.library.connection import Connection, request_of
from pipeline.library.places import AnyPath, path, places_of
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import UsageRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.catalogue_of_runs import find_run
from pipeline.runs.undoing.planning import UndoRequest
from pipeline.runs.undoing.verbs import UndoResult, is_undo, plan_undo
from pipeline.runs.undoing.verbs import apply_undo as cancel
from pipeline.upload.limits import Limits
from pipeline.upload.undo import BEFORE_SHIPPING, code_of

if TYPE_CHECKING:
    from pipeline.runs.asked.request import Places

_ID = re.compile(r"[0-9a-f]+")


def undo(
    run: str | Result,
    output: AnyPath | None = None,
    *,
    reason: int,
    token: str,
    statuses: Collection[str] = (),
    ignore_modified: bool = False,
    rate: float | None = None,
    concurrency: int = 8,
    connection: Connection | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> UndoResult:
    """Plan to cancel what a run created; nothing is changed before :func:`apply_undo`.

    Every order is read back and sorted: the plan's ``summary.orders`` counts what can be cancelled
    (``reversible``), what somebody has changed since (``touched``) and what cannot be taken back
    (``irreversible``). ``output`` names a plan file for review. ``reason`` is the id of the target's reason
    for cancelling, which only its own panel or API tells. ``statuses``, by code or name, say which orders are
    cancelled, in the place of 200, 300, 350, 400 and 450. With ``ignore_modified`` an order counts as
    untouched though it was modified later, if all that was sent reads the same. There is no "newest run"
    here: it is named.

    Raises :class:`UsageRefused` where the run cannot be undone (E663), :class:`TargetRefused` (E531) where an
    order cannot be read, and :class:`ValueError` for a status that the target does not have.
    """
    codes = [code_of(status) for status in statuses]
    unknown = [status for status, code in zip(statuses, codes, strict=True) if code is None]
    if unknown:
        raise ValueError(f"no status of the target: {', '.join(map(repr, unknown))}")
    chosen = frozenset(code for code in codes if code) or frozenset(BEFORE_SHIPPING)
    named = run.run_id if isinstance(run, Result) else run
    request = UndoRequest(named, reason, chosen, ignore_modified)
    places = places_of(run, state_dir, report_dir, show_pii=show_pii)
    return plan_undo(request, request_of(token, rate, concurrency, connection), path(output), places)


def apply_undo(
    planned: AnyPath | UndoResult,
    *,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    connection: Connection | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> UndoResult:
    """Cancel exactly the orders that an undo lists as reversible: its plan file, the plan itself, or its id.

    The same call continues one that was interrupted. Nobody is asked: to call this is to say that orders on
    the target are to be cancelled, which may write to customers, pay money back and move stock, and which
    nothing takes back. ``canary`` is how many go first, 1 where it is left out. ``rate``, ``limit``,
    ``limits`` and ``connection`` as in :func:`apply`. ``state_dir`` is where the undo was planned.
    """
    places = places_of(None, state_dir, report_dir, show_pii=show_pii)
    request = request_of(token, rate, concurrency, connection, limit=limit, limits=limits, canary=canary)
    return cancel(_found(planned, places), request, places)


def _found(planned: AnyPath | UndoResult, places: "Places") -> Path | UndoResult | str:
    """What is to be carried out; text that is no file's name may be an undo's id."""
    if isinstance(planned, UndoResult):
        return planned
    file = Path(planned)
    if not isinstance(planned, str) or not _ID.fullmatch(planned) or file.exists():
        return file
    found = find_run(places, planned, undos=True)
    if not is_undo(found, places):
        raise UsageRefused(Issue("E622", Location(planned)))
    return found
