"""One order explained, as JSON knows values; every key is always there."""

from typing import Any

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace
from pipeline.model.location import Location
from pipeline.model.order_life import RecordNamed
from pipeline.reporting.shown.corrected import corrected_at, correction_json
from pipeline.reporting.shown.explained_order import ExplainedOrder, sent_value
from pipeline.reporting.shown.explained_words import moment, request_line
from pipeline.reporting.shown.traced_order import ShownPart, field_json, issue_json, named_record
from pipeline.reporting.words.outcome import outcome_of

SCHEMA = "orderlift/explain/1"


def explained_json(order: ExplainedOrder, *, show_pii: bool) -> dict[str, Any]:
    """The order, which is fit to be shown, as one JSON object. Times are UTC, ISO 8601."""
    life, traced = order.life, order.traced
    return {
        "schema": SCHEMA,
        "run_id": order.run_id,
        "order": life.number,
        "state": life.state.value,
        "outcome": outcome_of(life.state).key,
        "at": _place(order.at),
        "target": order.target,
        "channel": order.channel,
        "remote_id": life.remote_id,
        "retries": order.retries,
        "masked": not show_pii,
        "reason": issue_json(order.reason) if order.reason else None,
        "sources_lost": dict(order.lost),
        "corrections": [correction_json(one) for one in order.corrections],
        "ready_since": order.ready_since,
        "parts": _parts(order),
        "issues": [issue_json(issue) for issue in traced.homeless()],
        "request": {
            "line": request_line(order),
            "bytes": len(life.body),
            "sha256": life.sha256,
            "payload": order.payload,
        }
        if life.body is not None
        else None,
        "archive": {
            "rows": order.archived,
            "files": [file._asdict() for file in life.files],
        }
        if life.archived
        else None,
        "attempts": [
            {
                "attempt": made.attempt,
                "start": made.epoch,
                "sent": moment(made.started),
                "answered": moment(made.finished) if made.finished is not None else None,
                "status": made.status,
                "meaning": made.outcome,
                "reason": made.reason,
                "complaints": [{"path": list(one.path), "message": one.message} for one in made.complaints],
            }
            for made in life.tries
        ],
        "lookups": [{"at": moment(look.at), "found": look.found} for look in life.lookups],
        "states": [
            {
                "state": step.state,
                "at": moment(step.at) if step.at is not None else None,
                "cause": step.cause,
                "start": step.epoch,
                "attempt": step.number,
                "said": step.said,
            }
            for step in order.steps
        ],
        "decisions": [said._asdict() | {"at": moment(said.at)} for said in life.decisions],
        "next": [{"command": step.command, "purpose": step.purpose} for step in order.next],
    }


def _place(at: Location) -> dict[str, Any]:
    return {"file": at.file, "sheet": at.sheet, "row": at.row}


def _parts(order: ExplainedOrder) -> list[dict[str, Any]]:
    found, item = [], -1
    for part in order.traced.parts:
        item += part.name == "order_item"
        place = item if part.name == "order_item" else None
        found.append(
            {
                "part": part.name,
                "item": place,
                "at": _place(part.at) if part.at else None,
                "fields": [_field(order, part, trace, cells, place) for trace, cells in part.fields],
            }
        )
    return found


def _field(
    order: ExplainedOrder, part: ShownPart, trace: FieldTrace, cells: tuple[Location, ...], item: int | None
) -> dict[str, Any]:
    named = order.named(part, trace)
    payload = sent_value(order, trace, item)
    told = field_json(trace, cells, list(order.traced.issues_at(part, trace)))
    for cell, at in zip(told["cells"], cells, strict=False):
        fixed = corrected_at(order.corrections, at)
        cell |= {
            "corrected": fixed is not None,
            "in_file": fixed.before if fixed is not None else cell["raw"],
        }
    return {
        **told,
        "lookup": _lookup(named) if named else None,
        "in_payload": payload is not OMIT,
        "payload": None if payload is OMIT else payload,
    }


def _lookup(named: RecordNamed) -> dict[str, Any]:
    return {
        "kind": named.reference.kind.value,
        "by": named.reference.key,
        "value": named.reference.value,
        "words": named_record(named.reference),
        "state": named.state,
        "remote_id": named.remote_id,
        "trouble": named.trouble,
    }
