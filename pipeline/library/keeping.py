"""What is kept, and what may be shown to others: prune, redact."""

# ruff: noqa: PLR0913 - keyword arguments are the interface

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from pipeline.library.places import AnyPath, AnyRun, id_of, path, paths, places_of
from pipeline.model.bundle import Bundle
from pipeline.model.reading import ReadLimits
from pipeline.runs.asked.result import Result
from pipeline.runs.pruning import Pruned, PruneRequest, prune_runs
from pipeline.runs.redacting import bundling as redacting
from pipeline.runs.redacting.request import RedactRequest
from pipeline.upload.retention import Retention


def prune(
    runs: Sequence[str | Result] = (),
    *,
    older_than: timedelta = timedelta(days=30),
    keep: int = 0,
    payloads_only: bool = False,
    also_open: bool = False,
    dry_run: bool = True,
    state_dir: AnyPath | None = None,
    report_dir: AnyPath = "reports",
) -> Pruned:
    """Tell which old runs would go; with ``dry_run=False`` remove them, which nothing takes back.

    ``runs`` that are named go whatever their age; else those at least ``older_than`` old, and never the
    ``keep`` newest. ``payloads_only`` takes out what is personal, and leaves numbers, hashes, sums, states.
    A run with orders unsent, failed, in doubt or in conflict stays, unless ``also_open`` gives up its work.
    What stands on the target stays known, so that nothing is created twice.

    Of the value ``gone`` are the runs that went, or would go (``dry_run`` says which), ``left`` those that
    are due and stay, each with the reason, ``freed`` the bytes, ``issues`` what could not be removed.
    Raises :class:`UsageRefused` where a named run does not exist.
    """
    if isinstance(runs, str | Result):
        raise TypeError("runs is a list of runs, not one run")
    named = frozenset(one.run_id if isinstance(one, Result) else one for one in runs)
    retention = Retention(older_than.total_seconds(), keep, also_open, named)
    places = places_of(None, state_dir, report_dir)
    return prune_runs(PruneRequest(retention, payloads_only), places, dry_run=dry_run)


def redact(
    output: AnyPath,
    run: AnyRun = None,
    *,
    sources: Sequence[AnyPath] = (),
    mapping: AnyPath | None = None,
    channel: int | None = None,
    variables: Mapping[str, str] | None = None,
    read_limits: ReadLimits | None = None,
    issue: str | None = None,
    order: str | None = None,
    max_orders: int = 25,
    dry_run: bool = False,
    state_dir: AnyPath | None = None,
) -> Bundle:
    """Make a bundle (zip) of a problem that may be shared: the smallest rows that show it, in disguise.

    Of a ``run``; or of ``sources`` with their ``mapping``, which are checked, and perhaps refused before
    there is a run. ``issue`` (a code) and ``order`` (a number) narrow what is to be shown; else it is
    every error. At most ``max_orders`` orders go in. With ``dry_run`` nothing is written.

    The value tells what is in it; look at ``real``, the cells that kept their value, before you share it.
    ``exit_code`` is 0 where nothing personal is real, 3 where it does not show everything, 4 where a person
    has to look. Raises :class:`SafetyStop` (E697) where something personal would be in it that nothing
    explains, :class:`UsageRefused` where there is no such run or problem.
    """
    given = paths(sources)
    if bool(given) != (mapping is not None):
        raise TypeError("sources and their mapping go together")
    if given and run is not None:
        raise TypeError("a bundle is of one run, or of sources")
    request = RedactRequest(
        Path(output),
        id_of(run),
        given,
        path(mapping),
        channel,
        variables or {},
        read_limits or ReadLimits(),
        issue.strip().upper() if issue else None,
        order,
        max_orders,
        dry_run,
    )
    return redacting.redact(request, places_of(run, state_dir))
