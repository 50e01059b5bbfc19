"""`channel/{id}/batch_requests/`: how a channel tells which remote id an object has.

initialized -> commit -> sent_to_remote -> ongoing -> done | fail. A commit may be repeated to add objects.
While one batch of a content type is in commit, no other of that type and channel may be. What was committed
becomes integration actions: processing at first, success or error when the batch ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from pipeline.simulator import fields
from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.fields import Refused, stamp
from pipeline.simulator.form import REQUIRED, Field, Fields
from pipeline.simulator.refusals import cleaned, invalid
from pipeline.simulator.seed import CONTENT_TYPES, integration_action, is_visible, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.simulator.form import Document
    from pipeline.simulator.seed import Record
    from pipeline.simulator.settings import Settings
    from pipeline.simulator.world import World

INVALID_CODE = "batch_requests_100_1"
EMPTY_CODE = "batch_request_status_100_1"
"""The documented one; the other codes are invented, their family is not."""
ORDER_CODE = "batch_request_status_100_2"
BLOCKED_CODE = "batch_request_status_100_3"
NEXT: Mapping[str, frozenset[str]] = {
    "initialized": frozenset({"commit", "done", "fail"}),
    "commit": frozenset({"commit", "sent_to_remote", "ongoing", "done", "fail"}),
    "sent_to_remote": frozenset({"ongoing", "done", "fail"}),
    "ongoing": frozenset({"done", "fail"}),
    "done": frozenset(),
    "fail": frozenset(),
}
"""What may follow each status. Clients go from commit straight to done, so steps may be left out."""


def batch_form(settings: Settings, channel: int, *needed: str) -> Fields:
    """Give the keys of a batch request, of which the channel and those in `needed` are required."""
    own_channel = fields.same_as(channel) if settings.check_channel_field else fields.reference(None)
    table = {
        "channel": Field(own_channel),
        "remote_batch_id": Field(fields.text(255), nullable=True),
        "content_type": Field(fields.choice({model: model for _, model in CONTENT_TYPES}), nullable=True),
        "status": Field(fields.choice({status: status for status in NEXT})),
        "objects": Field(_objects(settings), nullable=True),
    }
    return Fields(table, {"channel", *needed})


def create_batch(world: World, request: Request) -> Answer:
    """`POST` with `{"channel"}`: 201 with the batch, initialized."""
    channel = request.parameters["channel_id"]
    form = world.batch_forms.get(channel)
    if form is None:
        return detail(404, "Not found.")
    sent = cleaned(request, form.clean, INVALID_CODE)
    if isinstance(sent, Answer):
        return sent
    table = world.records["batch_requests"]
    pk, now = table.next_pk(), stamp(world.wall())
    record: Record = {
        "pk": pk,
        "channel": channel,
        "local_batch_id": str(uuid5(NAMESPACE_URL, f"{channel}/{pk}")),
        "remote_batch_id": sent["remote_batch_id"],
        "content_type": None,
        "status": "initialized",
        "objects": None,
        "log_file": None,
        "created_date": now,
        "modified_date": now,
        "channels": [channel],
    }
    if request.store:
        table.add(record)
    return answer_json(201, shown(record))


def change_batch(world: World, request: Request) -> Answer:
    """`PATCH {pk}/`: takes the batch to another status, with the objects that go with it."""
    channel = request.parameters["channel_id"]
    form = world.batch_steps.get(channel)
    batch = world.records["batch_requests"].get(request.parameters["pk"])
    if form is None or batch is None or not is_visible(batch, channel):
        return detail(404, "Not found.")
    sent = cleaned(request, form.clean, INVALID_CODE)
    if isinstance(sent, Answer):
        return sent
    refusal = _step_refused(world, batch, sent) or _objects_refused(world, batch, sent)
    if refusal is not None:
        return refusal
    if request.store:
        _apply(world, batch, sent)
    return answer_json(200, shown(batch))


def _step_refused(world: World, batch: Record, sent: Document) -> Answer | None:
    """Give the refusal of a step that may not be taken."""
    status = sent["status"]
    if status not in NEXT[batch["status"]]:
        return _custom(f"A batch that is {batch['status']} cannot become {status}.", ORDER_CODE)
    if status != "commit":
        return None
    kind = sent["content_type"] or batch["content_type"]
    if kind is None:
        return invalid({"content_type": REQUIRED}, INVALID_CODE)
    if batch["content_type"] not in {None, kind}:
        return invalid({"content_type": ["The content type of a batch cannot change."]}, INVALID_CODE)
    if _is_blocked(world, batch, kind):
        return _custom(f"Another batch of {kind} is in commit.", BLOCKED_CODE)
    return None


def _objects_refused(world: World, batch: Record, sent: Document) -> Answer | None:
    """Give the refusal of objects that do not exist, or of an end without any."""
    problems = [_problem(world, one, batch["channel"]) for one in sent["objects"] or ()]
    if any(problems):
        return invalid({"objects": problems}, INVALID_CODE)
    if sent["status"] == "done" and not (sent["objects"] or batch["objects"]):
        return _custom("A batch without objects cannot be finished.", EMPTY_CODE)
    return None


def _is_blocked(world: World, batch: Record, kind: str) -> bool:
    return any(
        one is not batch and one["content_type"] == kind and one["channel"] == batch["channel"]
        for one in world.records["batch_requests"].equal("status", "commit")
    )


def _problem(world: World, one: Document, channel: int) -> Document:
    kind, pk = one["content_type"], one["pk"]
    if kind == "order":
        exists = world.truth.by_pk(pk, channel) is not None
    elif kind == "orderitem":
        found = world.truth.by_item(pk)
        exists = found is not None and found[0].channel == channel
    elif kind in {"product", "customer", "address"}:
        record = world.records["addresses" if kind == "address" else f"{kind}s"].get(pk)
        exists = record is not None and is_visible(record, channel)
    else:
        exists = True
    return {} if exists else {"pk": [f'Invalid pk "{pk}" - object does not exist.']}


def _apply(world: World, batch: Record, sent: Document) -> None:
    """Take the step. Objects that are named again replace what was said about them before."""
    held = {(one["content_type"], one["pk"]): one for one in batch["objects"] or ()}
    held |= {(one["content_type"], one["pk"]): one for one in sent["objects"] or ()}
    status = sent["status"]
    changes = {
        "status": status,
        "content_type": sent["content_type"] or batch["content_type"],
        "remote_batch_id": sent["remote_batch_id"] or batch["remote_batch_id"],
        "objects": list(held.values()) or None,
        "modified_date": stamp(world.wall()),
    }
    world.records["batch_requests"].change(batch["pk"], changes)
    table = world.records["integration_actions"]
    known = {
        (one["_model"], one["object_id"]): one["pk"]
        for one in table.equal("local_batch_id", batch["local_batch_id"])
    }
    for key, one in held.items():
        values = {
            "remote_id": one["remote_id"],
            "version_date": one["version_date"],
            "status": _outcome(status, one),
        }
        if key in known:
            table.change(known[key], values)
        else:
            new = {"object_id": one["pk"], "local_batch_id": batch["local_batch_id"], **values}
            table.add(integration_action(table.next_pk(), batch["channel"], one["content_type"], new))


def _outcome(status: str, one: Document) -> str:
    if status == "fail" or one["failed_reason_type"] is not None:
        return "error"
    return "success" if status == "done" else "processing"


def _objects(settings: Settings) -> fields.Clean:
    reasons = {reason: reason for reason in ("mapping", "remote", "channel_app")}
    when = fields.moment(settings.zone_of_dates_without_zone, without_zone=settings.accept_dates_without_zone)
    table = {
        "pk": Field(fields.integer(1)),
        "remote_id": Field(fields.text(255), nullable=True),
        "version_date": Field(when, nullable=True),
        "content_type": Field(fields.choice({model: model for _, model in CONTENT_TYPES})),
        "failed_reason_type": Field(fields.choice(reasons), nullable=True),
    }
    form = Fields(table, {"pk", "content_type"})

    def clean(value: object) -> object:
        if not isinstance(value, list):
            raise Refused([f'Expected a list of items but got type "{type(value).__name__}".'])
        cleaned: list[Document] = []
        problems: list[object] = []
        for one in value:
            try:
                cleaned.append(form.clean(one))
                problems.append({})
            except Refused as refused:
                problems.append(refused.problem)
        if any(problems):
            raise Refused(problems)
        return cleaned

    return clean


def _custom(message: str, code: str) -> Answer:
    return answer_json(406, {"non_field_errors": [message], "code": code})
