"""The verbs as programs and notebooks call them: paths and plain values in, a result out.

Every verb raises a :class:`~pipeline.model.refusal.Refusal` where it cannot do its work at all (its
``issues`` say why); what is wrong with single orders stands in the result. Journals live in
``state_dir`` (by default one folder per user), reports in ``report_dir``.
"""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from pipeline.model.capability import Capability
from pipeline.runs import verbs
from pipeline.runs.accounts import proving
from pipeline.runs.accounts.proving import Proof
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest, SnapshotRequest, default_state_dir
from pipeline.runs.asked.result import Result
from pipeline.runs.references.snapshotting import SnapshotTaken
from pipeline.runs.settling import reading_back, rebuilding, reconciling, resolving_orders
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.upload.limits import Limits

AnyPath: TypeAlias = str | PathLike[str]


def check(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    channel: int | None = None,
    snapshot: AnyPath | None = None,
    variables: Mapping[str, str] | None = None,
    jobs: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Find everything that can be known without the network, and write the reports.

    ``snapshot`` is a file of :func:`snapshot`, in which the records that orders name are looked up. ``jobs``
    is the number of processes that prepare orders, chosen by size where it is left out. ``variables`` are
    values, as text, for those that the mapping declares.
    """
    held = Path(snapshot) if snapshot is not None else None
    request = PlanRequest(
        _paths(sources),
        Path(mapping),
        channel=channel,
        jobs=jobs,
        snapshot=held,
        variables=variables or {},
    )
    return verbs.check(request, _places(state_dir, report_dir))


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
    state_dir: AnyPath | None = None,
) -> SnapshotTaken:
    """Read what orders may name on the target into the file ``output``, for :func:`check`.

    With ``sources`` and their ``mapping`` what their rows name; with a mapping alone the lists in which it
    looks things up, products included; else every list. Never people, nor their addresses. ``rate`` as in
    :func:`apply`.
    """
    read_by = Path(mapping) if mapping is not None else None
    request = SnapshotRequest(target, channel, Path(output), read_by, _paths(sources))
    return verbs.snapshot(request, SendRequest(token, rate, concurrency), _places(state_dir, "reports"))


def plan(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str,
    channel: int,
    output: AnyPath | None = None,
    variables: Mapping[str, str] | None = None,
    assume_unique: bool = False,
    lookup: bool = True,
    settle_window: float = 120.0,
    jobs: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Check, and seal a run that :func:`apply` sends as it is; ``output`` names a plan file for review.

    ``settle_window`` in seconds: how long the target may still apply a request whose answer was lost. Without
    ``lookup`` orders are never looked up, and what is in doubt may be left to a person.
    """
    capability = Capability(assume_unique, settle_window, lookup)
    given = variables or {}
    request = PlanRequest(_paths(sources), Path(mapping), target, channel, capability, jobs, variables=given)
    return verbs.plan(request, Path(output) if output is not None else None, _places(state_dir, report_dir))


def apply(
    planned: AnyPath | Result,
    *,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Send exactly what was planned: a plan file, or the result of :func:`plan`.

    ``rate`` in requests a second: found by itself where it is ``None``, without limit where infinite.
    """
    request = SendRequest(token, rate, concurrency, limit, limits or Limits(), canary=canary)
    places = _places(state_dir, report_dir)
    if isinstance(planned, Result):
        return verbs.apply(planned, request, Places(planned.state_dir, places.report_dir))
    return verbs.apply(Path(planned), request, places)


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
    variables: Mapping[str, str] | None = None,
    assume_unique: bool = False,
    lookup: bool = True,
    settle_window: float = 120.0,
    jobs: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Check, plan and apply in one."""
    capability = Capability(assume_unique, settle_window, lookup)
    given = variables or {}
    planned = PlanRequest(_paths(sources), Path(mapping), target, channel, capability, jobs, variables=given)
    request = SendRequest(token, rate, concurrency, limit, limits or Limits(), canary=canary)
    return verbs.run(planned, request, _places(state_dir, report_dir))


def resume(
    run_id: str | None = None,
    *,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Continue a run, the newest where none is named: settle what is in doubt, send what is left."""
    request = SendRequest(token, rate, concurrency, limit, limits or Limits(), canary=canary)
    return verbs.resume(run_id, request, _places(state_dir, report_dir))


def retry(
    run_id: str | None = None,
    *,
    token: str,
    sources: Sequence[AnyPath] = (),
    mapping: AnyPath | None = None,
    rate: float | None = None,
    concurrency: int = 8,
    limit: int | None = None,
    limits: Limits | None = None,
    canary: int | None = None,
    jobs: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Send what a run did not, the newest where none is named: a new run of the same target and channel.

    ``sources`` are repaired files, or a folder of them; without them the run's own files are read again. What
    stands on the target already is not sent.
    """
    again = RetryRequest(run_id, _paths(sources), Path(mapping) if mapping is not None else None, jobs=jobs)
    request = SendRequest(token, rate, concurrency, limit, limits or Limits(), canary=canary)
    return verbs.retry(again, request, _places(state_dir, report_dir))


def report(
    run_id: str | None = None,
    *,
    token: str | None = None,
    again: bool = False,
    rate: float | None = None,
    concurrency: int = 8,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Write the reports of a run again, from its journal alone.

    With a ``token`` what the run created is read back from the target first, as far as that was not done
    before (``again``: all of it), and its money is compared: the exit code is 0 only where it balances.
    """
    places = _places(state_dir, report_dir)
    if token is None:
        return verbs.report(run_id, places)
    return reading_back.report_reconciled(run_id, SendRequest(token, rate, concurrency), places, again=again)


def reconcile(
    run_id: str | None = None,
    *,
    token: str,
    everything: bool = False,
    rate: float | None = None,
    concurrency: int = 8,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Settle what is in doubt in a run by looking; ``everything``: all that is not final. Sends nothing."""
    request = SendRequest(token, rate, concurrency)
    return reconciling.reconcile(run_id, request, _places(state_dir, report_dir), everything=everything)


def resolve(
    number: str,
    said: str,
    *,
    why: str,
    by: str,
    run_id: str | None = None,
    remote_id: str | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Record what a person found out about an order: ``created``, ``present``, ``absent`` or ``not-ours``."""
    places = _places(state_dir, report_dir)
    return resolving_orders.resolve(number, said, why, by, run_id, places, remote_id=remote_id)


def prove(run_id: str | None = None, *, state_dir: AnyPath | None = None) -> Proof:
    """Replay a run's journal and check every promise that it can answer for."""
    return proving.prove(run_id, _places(state_dir, "reports"))


def rebuild(
    sources: Sequence[AnyPath],
    mapping: AnyPath,
    *,
    target: str,
    channel: int,
    token: str,
    rate: float | None = None,
    concurrency: int = 8,
    assume_unique: bool = False,
    settle_window: float = 120.0,
    jobs: int | None = None,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Result:
    """Make a lost journal again: plan anew, and look every number up; nothing is sent."""
    capability = Capability(assume_unique, settle_window)
    planned = PlanRequest(_paths(sources), Path(mapping), target, channel, capability, jobs)
    request = SendRequest(token, rate, concurrency)
    return rebuilding.rebuild(planned, request, _places(state_dir, report_dir))


def _paths(sources: Sequence[AnyPath]) -> list[Path]:
    if isinstance(sources, str | PathLike):
        raise TypeError("sources is a list of paths, not one path")
    return [Path(source) for source in sources]


def _places(state_dir: AnyPath | None, report_dir: AnyPath) -> Places:
    return Places(Path(state_dir) if state_dir is not None else default_state_dir(), Path(report_dir))
