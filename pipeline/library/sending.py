"""Orders leave: apply, run, resume, retry."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.library.connection import Connection, request_of
from pipeline.library.places import AnyPath, AnyRun, id_of, overlay_of, path, paths, places_of
from pipeline.model.capability import Capability
from pipeline.model.reading import ReadLimits
from pipeline.runs import verbs
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.upload.limits import Limits


def apply(
    planned: AnyPath | Result,
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
) -> Result:
    """Send exactly what was planned: a plan file, or the result of :func:`plan`.

    ``rate`` in requests a second: found by itself where it is ``None``, without limit where infinite.
    ``limit`` is the most orders that are sent now, ``limits`` say when to stop, ``canary`` how many orders
    go first and are read back. ``connection`` names a proxy, certificates and the like. Nobody is asked
    whether orders may be created: to call this is to say so. An undo is for :func:`apply_undo`.
    """
    if not isinstance(planned, Result):
        planned = Path(planned)
    places = places_of(
        planned if isinstance(planned, Result) else None, state_dir, report_dir, show_pii=show_pii
    )
    request = request_of(token, rate, concurrency, connection, limit=limit, limits=limits, canary=canary)
    return verbs.apply(planned, request, places)


def run(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str,
    channel: int,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    connection: Connection | None = None,
    overlay: AnyRun | AnyPath = None,
    variables: Mapping[str, str] | None = None,
    assume_unique: bool = False,
    lookup: bool = True,
    ignore_probe: bool = False,
    settle_window: float = 120.0,
    jobs: int | None = None,
    read_limits: ReadLimits | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Check, plan and apply in one; everything as in :func:`plan` and :func:`apply`."""
    places = places_of(None, state_dir, report_dir, show_pii=show_pii)
    planned = PlanRequest(
        paths(sources),
        Path(mapping),
        target,
        channel,
        Capability(assume_unique, settle_window, lookup),
        jobs,
        read_limits or ReadLimits(),
        ignore_probe=ignore_probe,
        variables=variables or {},
        overlay=overlay_of(overlay, places),
    )
    request = request_of(token, rate, concurrency, connection, limit=limit, limits=limits, canary=canary)
    return verbs.run(planned, request, places)


def resume(
    run: AnyRun = None,
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
) -> Result:
    """Continue a run, the newest where none is named: settle what is in doubt, send what is left."""
    request = request_of(token, rate, concurrency, connection, limit=limit, limits=limits, canary=canary)
    return verbs.resume(id_of(run), request, places_of(run, state_dir, report_dir, show_pii=show_pii))


def retry(
    run: AnyRun = None,
    *,
    token: str,
    sources: Sequence[AnyPath] = (),
    mapping: AnyPath | None = None,
    everything: bool = False,
    target: str | None = None,
    channel: int | None = None,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    connection: Connection | None = None,
    variables: Mapping[str, str] | None = None,
    jobs: int | None = None,
    read_limits: ReadLimits | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Send what a run did not, the newest where none is named: a new run of the same target and channel.

    ``sources`` are repaired files, or a folder of them; without them the run's own files are read again, with
    what :func:`fix_import` took up for them. Then only corrected orders are read, unless ``everything``. What
    stands on the target already is not sent. Whatever is left out is as it was in that run.
    """
    again = RetryRequest(
        id_of(run),
        paths(sources),
        path(mapping),
        target,
        channel,
        jobs,
        read_limits,
        variables or {},
        everything,
    )
    request = request_of(token, rate, concurrency, connection, limit=limit, limits=limits, canary=canary)
    return verbs.retry(again, request, places_of(run, state_dir, report_dir, show_pii=show_pii))
