"""A run that did not succeed as a whole is made anew, from the same files or from repaired ones."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as made_by
from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.model.reading import ReadLimits
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.opening.header import capability_of, read_limits_of
from pipeline.runs.opening.overlaying import overlay_of_retry
from pipeline.runs.state_folder.catalogue_of_runs import find_run


@dataclass(frozen=True, slots=True)
class RetryRequest:
    """Which run to repeat, the newest where ``run_id`` is ``None``, and with what.

    Whatever is left out is as it was in that run: its files, its mapping, its target and channel, what it
    relied on the target for, the limits for reading, the values of variables that are not given anew. Of the
    run's own files, where cells of them were corrected, only the corrected orders are read, unless
    ``everything`` is asked for.
    """

    run_id: str | None = None
    sources: Sequence[Path] = ()
    mapping: Path | None = None
    target: str | None = None
    channel: int | None = None
    jobs: int | None = None
    read_limits: ReadLimits | None = None
    variables: Mapping[str, str] = made_by(default_factory=dict)
    everything: bool = False


def request_of_retry(request: RetryRequest, places: Places) -> PlanRequest:
    """What a new run of the same orders plans.

    Raises :class:`UsageRefused` where there is no such run, :class:`JournalRefused` where its journal cannot
    be read.
    """
    run_id = find_run(places, request.run_id, sendable=True)
    with closing(JournalReader(places.journal(run_id))) as journal:
        header = journal.header
    overlay = None
    if not request.sources:
        overlay = overlay_of_retry(places, run_id, header, everything=request.everything)
    return PlanRequest(
        list(request.sources) or [Path(facts["path"]) for facts in header["inputs"]],
        request.mapping or Path(header["mapping"]),
        request.target or header["target"],
        request.channel or header["channel"],
        capability_of(header),
        request.jobs,
        request.read_limits or read_limits_of(header),
        retries=run_id,
        variables={**header["mapping_parts"]["variables"], **request.variables},
        overlay=overlay,
    )
