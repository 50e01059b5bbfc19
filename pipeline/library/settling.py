"""What is in doubt is settled, and what is known is proved: reconcile, resolve, rebuild, prove."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.library.connection import Connection, request_of
from pipeline.library.places import AnyPath, AnyRun, id_of, paths, places_of
from pipeline.model.capability import Capability
from pipeline.model.fingerprint import fingerprint_from
from pipeline.model.reading import ReadLimits
from pipeline.runs.accounts import proving
from pipeline.runs.accounts.proving import Proof
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.settling import rebuilding, reconciling, resolving_orders


def reconcile(
    run: AnyRun = None,
    *,
    token: str,
    everything: bool = False,
    rate: float | None = None,
    concurrency: int = 8,
    connection: Connection | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Settle what is in doubt in a run by looking; ``everything``: all that is not final. Sends nothing."""
    places = places_of(run, state_dir, report_dir, show_pii=show_pii)
    request = request_of(token, rate, concurrency, connection)
    return reconciling.reconcile(id_of(run), request, places, everything=everything)


def resolve(
    number: str,
    said: str,
    *,
    why: str,
    by: str,
    run: AnyRun = None,
    remote_id: str | None = None,
    show_pii: bool = False,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Record what a person found out about an order: ``created``, ``present``, ``absent`` or ``not-ours``."""
    places = places_of(run, state_dir, report_dir, show_pii=show_pii)
    return resolving_orders.resolve(number, said, why, by, id_of(run), places, remote_id=remote_id)


def rebuild(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str,
    channel: int,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    connection: Connection | None = None,
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
    """Make a lost journal again: plan anew, and look every number up; nothing is sent."""
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
    )
    request = request_of(token, rate, concurrency, connection)
    places = places_of(None, state_dir, report_dir, show_pii=show_pii)
    return rebuilding.rebuild(planned, request, places)


def prove(run: AnyRun = None, *, fingerprint: str | None = None, state_dir: AnyPath | None = None) -> Proof:
    """Replay a run's journal and check every promise that it can answer for.

    ``fingerprint``: one that a report named, to be held against the journal. Raises ``ValueError`` where it
    is none.
    """
    kept = None if fingerprint is None else fingerprint_from(fingerprint)
    if fingerprint is not None and kept is None:
        raise ValueError(f"not a fingerprint: {fingerprint!r}")
    return proving.prove(id_of(run), places_of(run, state_dir), kept)
