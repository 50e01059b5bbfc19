"""One order explained, as values that a terminal, JSON and the report show alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.order_life import FileOfOrder, OrderLife, RecordNamed
from pipeline.model.rows import Table
from pipeline.reporting.shown.corrected import Correction, hidden_corrections
from pipeline.reporting.shown.hiding import Hiding
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart
from pipeline.reporting.words.next_step import Step
from pipeline.upload.life_steps import LifeStep


@dataclass(frozen=True, slots=True)
class ExplainedOrder:
    """One order of a run.

    ``traced`` holds its fields from cell to payload, with the issues of its checks and of the target; where
    source files are ``lost`` (file and reason), its cells are places without values. ``life`` is all that the
    journal knows, ``steps`` its states with their times, ``reason`` why it does not stand there as it
    was sent, ``next`` what to do. ``corrections`` are cells that were corrected beside the files;
    ``ready_since`` says whether the order is whole with those that came after the run, ``None`` where there
    are none. ``payload`` is what is sent, ``archived`` what stands in migration files in its
    place. Nothing is masked here: see :func:`fit_to_show`.
    """

    run_id: str
    command: str
    mapping: str
    target: str | None
    channel: int | None
    at: Location
    traced: ShownOrder
    life: OrderLife
    steps: tuple[LifeStep, ...]
    reason: Issue | None
    lost: Mapping[str, str]
    tables: Mapping[int, Table]
    next: tuple[Step, ...]
    payload: Mapping[str, Any] | None
    archived: Mapping[str, Any] | None
    retries: str | None = None
    corrections: tuple[Correction, ...] = ()
    ready_since: bool | None = None

    def named(self, part: ShownPart, trace: FieldTrace) -> RecordNamed | None:
        """The record on the target that a field names; several items may share a row."""
        if part.at is None:
            return None
        same = [one for one in self.life.named if one.field == trace.field and self._at(one) == part.at]
        rows = [one for one in self.traced.parts if one.name == part.name and one.at == part.at]
        place = next((index for index, one in enumerate(rows) if one is part), 0)
        return same[min(place, len(same) - 1)] if same else None

    def _at(self, one: RecordNamed) -> Location:
        return self.tables[one.at[0]].at(one.at[1])


def fit_to_show(order: ExplainedOrder, *, show_pii: bool) -> ExplainedOrder:
    """The same order without secrets and, unless they were asked for, without personal data."""
    hiding = Hiding(order.life.number, show_pii)
    traced = order.traced
    life = order.life
    return replace(
        order,
        traced=replace(
            traced,
            parts=tuple(hiding.part(part) for part in traced.parts),
            issues=tuple(hiding.issue(issue) for issue in traced.issues),
            payload=None,
        ),
        life=life._replace(
            tries=tuple(
                made._replace(
                    reason=hiding.words(made.reason) if made.reason else None,
                    complaints=tuple(
                        replace(said, message=hiding.words(said.message)) for said in made.complaints
                    ),
                )
                for made in life.tries
            ),
            named=tuple(one._replace(reference=hiding.reference(one.reference)) for one in life.named),
            decisions=tuple(said._replace(why=hiding.words(said.why)) for said in life.decisions),
            files=tuple(_heard(file, hiding) for file in life.files),
        ),
        steps=tuple(
            step._replace(said=hiding.words(step.said) if step.said else None) for step in order.steps
        ),
        reason=hiding.issue(order.reason) if order.reason else None,
        corrections=hidden_corrections(order.corrections, traced.parts, hiding),
        payload=hiding.document(order.payload) if order.payload is not None else None,
        archived=hiding.document(order.archived, "archive") if order.archived is not None else None,
    )


def _heard(file: FileOfOrder, hiding: Hiding) -> FileOfOrder:
    return file._replace(seen=hiding.words(file.seen) if file.seen else None)


def sent_value(order: ExplainedOrder, trace: FieldTrace, item: int | None) -> Any:  # noqa: ANN401 - as JSON has it
    """What the payload holds for a field; ``OMIT`` where there is no payload or it holds nothing."""
    if order.payload is None or trace.field.startswith("archive."):
        return OMIT
    section, *names = trace.field.split(".")
    found: Any = order.payload.get(section)
    if item is not None:
        found = found[item] if isinstance(found, Sequence) and item < len(found) else None
    for name in names:
        if not isinstance(found, Mapping) or name not in found:
            return OMIT
        found = found[name]
    return found


def wrong_parts(order: ExplainedOrder) -> tuple[ShownPart, ...]:
    """The parts with those fields only that an issue is about; all of them where no issue names a field."""
    traced = order.traced
    chosen = tuple(
        replace(part, fields=fields)
        for part in traced.parts
        if (
            fields := tuple(
                (trace, cells) for trace, cells in part.fields if any(traced.issues_at(part, trace))
            )
        )
    )
    return chosen or traced.parts
