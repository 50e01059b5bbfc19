"""Values of payloads, and how they came about, with personal data masked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.mapping.examples.properties import Held
from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.cell import plain_text
from pipeline.model.lookup import Reference
from pipeline.reporting.masking.mask import mask_issue, mask_value
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart, shown_field, written
from pipeline.upload.changes import KindOfChange, MappingDiff


def masked_order(order: ShownOrder) -> ShownOrder:
    """The order as others than its owner may see it: cells, steps, values and payload."""
    return replace(
        order,
        parts=tuple(map(_masked_part, order.parts)),
        issues=tuple(map(mask_issue, order.issues)),
        payload=None if order.payload is None else masked_payload(order.payload),
    )


def masked_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload with the values of personal fields masked, by the path of their keys."""
    return {key: _masked_json(value, key) for key, value in payload.items()}


def masked_diff(diff: MappingDiff) -> MappingDiff:
    """What changes between two mappings, without what belongs to somebody."""
    return replace(diff, kinds={key: _masked_kind(kind) for key, kind in diff.kinds.items()})


def mask_property(held: Held) -> None:
    """Hide the values of the examples that a property of a mapping's tests was found not to hold for."""
    field = str(getattr(held.said, "field", ""))
    held.examples[:] = [(number, mask_value(text, field)) for number, text in held.examples]


def _masked_kind(kind: KindOfChange) -> KindOfChange:
    def told(text: str | None) -> str | None:
        return None if text is None else mask_value(text, kind.field)

    pairs: Counter[tuple[str | None, str | None]] = Counter()
    for (before, after), count in kind.pairs.items():
        pairs[told(before), told(after)] += count
    examples = [(number, told(before), told(after)) for number, before, after in kind.examples]
    return replace(kind, pairs=pairs, examples=examples)


def _masked_json(value: Any, path: str) -> Any:  # noqa: ANN401 - as JSON knows values
    if isinstance(value, Mapping):
        return {key: _masked_json(inside, f"{path}.{key}") for key, inside in value.items()}
    if isinstance(value, list):
        return [_masked_json(one, path) for one in value]
    return mask_value(value, path) if isinstance(value, str) else value


def _masked_part(part: ShownPart) -> ShownPart:
    return replace(part, fields=tuple((_masked_trace(trace), at) for trace, at in part.fields))


def _masked_trace(trace: FieldTrace) -> FieldTrace:
    whose = " ".join(column for column in trace.columns if mask_value("aa", "", column) != "aa")
    cells = tuple(
        _masked(cell, trace.field, column) for cell, column in zip(trace.cells, trace.columns, strict=True)
    )
    return replace(
        trace,
        cells=cells,
        steps=tuple(_masked_step(step, trace.field, whose) for step in trace.steps),
        value=_masked(trace.value, trace.field, whose),
    )


def _masked_step(step: Worked, field: str, header: str) -> Worked:
    return replace(
        step,
        given=tuple(_masked(value, field, header) for value in step.given),
        gave=_masked(step.gave, field, header),
    )


def _masked(value: Any, field: str, header: str) -> Any:  # noqa: ANN401 - of any type that a field has
    """A value masked; one that needs no mask keeps its type."""
    if value is OMIT or value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return tuple(_masked(one, field, header) for one in value)
    if isinstance(value, Reference):
        return _masked_record(value)
    if isinstance(value, str):
        return mask_value(value, field, header)
    text = plain_text(value) if shown_field(value) is value else written(value)
    hidden = mask_value(text, field, header)
    return value if hidden == text else hidden


def _masked_record(record: Reference) -> Reference:
    """What a record is found by, and what it is made of, masked; it names none on the target any more."""
    pairs = {
        name: tuple((key, _masked(value, f"{record.kind.value}.{key}", "")) for key, value in given)
        for name, given in (("create", record.create), ("update", record.update))
        if given is not None
    }
    return Reference(
        record.kind,
        record.key,
        mask_value(record.value, f"{record.kind.value}.{record.key}"),
        tuple(map(_masked_record, record.within)),
        pairs.get("create"),
        pairs.get("update"),
    )
