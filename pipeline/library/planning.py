"""Before anything is sent: check, snapshot, plan."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.library.connection import Connection, request_of
from pipeline.library.places import AnyPath, AnyRun, overlay_of, path, paths, places_of
from pipeline.model.capability import Capability
from pipeline.model.reading import ReadLimits
from pipeline.runs import verbs
from pipeline.runs.asked.request import PlanRequest, SnapshotRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.references.snapshotting import SnapshotTaken


def check(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str | None = None,
    channel: int | None = None,
    snapshot: AnyPath | None = None,
    overlay: AnyRun | AnyPath = None,
    variables: Mapping[str, str] | None = None,
    jobs: int | None = None,
    read_limits: ReadLimits | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Find everything that can be known without the network, and write the reports.

    ``snapshot`` is a file of :func:`snapshot`, in which the records that orders name are looked up. With a
    ``target`` and a ``channel`` what earlier runs have sent there is known, too. ``overlay`` lays the
    corrections of a run (its id, its result, or a file of them) over the files, which stay as they are.
    ``jobs`` is the number of processes that prepare orders, chosen by size where it is left out.
    ``variables`` are values, as text, for those that the mapping declares. ``read_limits`` say how much of
    the machine reading a file may take. Reports mask personal data unless ``show_pii``.
    """
    places = places_of(None, state_dir, report_dir, show_pii=show_pii)
    request = PlanRequest(
        paths(sources),
        Path(mapping),
        target,
        channel,
        jobs=jobs,
        read_limits=read_limits or ReadLimits(),
        snapshot=path(snapshot),
        variables=variables or {},
        overlay=overlay_of(overlay, places),
    )
    return verbs.check(request, places)


def snapshot(
    output: AnyPath,
    *,
    target: str,
    channel: int,
    token: str,
    sources: Sequence[AnyPath] = (),
    mapping: AnyPath | None = None,
    rate: float | None = None,
    concurrency: int = 8,
    connection: Connection | None = None,
    variables: Mapping[str, str] | None = None,
    jobs: int | None = None,
    read_limits: ReadLimits | None = None,
    state_dir: AnyPath | None = None,
) -> SnapshotTaken:
    """Read what orders may name on the target into the file ``output``, for :func:`check`.

    With ``sources`` and their ``mapping`` what their rows name; with a mapping alone the lists in which it
    looks things up, products included; else every list. Never people, nor their addresses. ``rate`` as in
    :func:`apply`.
    """
    request = SnapshotRequest(
        target,
        channel,
        Path(output),
        path(mapping),
        paths(sources),
        jobs,
        read_limits or ReadLimits(),
        variables or {},
    )
    asking = request_of(token, rate, concurrency, connection)
    return verbs.snapshot(request, asking, places_of(None, state_dir))


def plan(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str,
    channel: int,
    output: AnyPath | None = None,
    token: str | None = None,
    rate: float | None = None,
    concurrency: int = 8,
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
    """Check, and seal a run that :func:`apply` sends as it is; ``output`` names a plan file for review.

    With a ``token`` the records that orders name are looked up on the target now, which is not changed; the
    result's ``resolved`` tells what would be created there. ``settle_window`` in seconds: how long the target
    may still apply a request whose answer was lost. Without ``lookup`` orders are never looked up, and what
    is in doubt may be left to a person. ``ignore_probe`` leaves aside what the doctor has found out about the
    target. The rest as in :func:`check`.
    """
    places = places_of(None, state_dir, report_dir, show_pii=show_pii)
    request = PlanRequest(
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
    online = None if token is None else request_of(token, rate, concurrency, connection)
    return verbs.plan(request, path(output), places, online=online)
