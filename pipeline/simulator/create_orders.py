"""`POST channel/{id}/create_orders/`: judges one order and, if it is good, lets it exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pipeline.simulator.answer import JSON_TYPE, Answer, Request, answer_json, detail, parse_error
from pipeline.simulator.fields import Refused, stamp
from pipeline.simulator.refusals import duplicate_order
from pipeline.simulator.truth import StoredOrder

if TYPE_CHECKING:
    from pipeline.simulator.form import Document
    from pipeline.simulator.world import World


def create_orders(world: World, request: Request) -> Answer:
    """201 with the order object only; 400 with every problem; 404 for a channel that does not exist.

    A number the channel already has is refused by the service layer: 406, in the shape the settings name.
    """
    channel = request.parameters["channel_id"]
    form = world.forms.get(channel)
    if form is None:
        return detail(404, "Not found.")
    try:
        body = request.document()
    except ValueError:
        return parse_error()
    try:
        order, items = form.clean(body)
    except Refused as refusal:
        return answer_json(400, refusal.problem)
    if world.settings.unique_numbers and world.truth.is_taken(channel, order["number"]):
        return duplicate_order(world.settings.duplicate_status, world.settings.duplicate_shape)
    now = stamp(world.wall())
    order["created_date"] = order["created_date"] or now
    order["modified_date"] = order["modified_date"] or now
    stored = tuple(store(world, request, order, items) for _ in range(request.store))
    pk = stored[0].pk if stored else 0
    shown = {"pk": pk, **order} if world.settings.pk_in_answer else order
    return Answer(201, orjson.dumps(shown), JSON_TYPE, stored=stored)


def store(world: World, request: Request, order: Document, items: list[Document]) -> StoredOrder:
    """Lets the order exist, once, with all that it sets off."""
    truth = world.truth
    pk, first_item = truth.next_pks(len(items))
    shown_items = [
        {"pk": first_item + place, "order": pk, "is_tradable": True, "image": None, **item}
        for place, item in enumerate(items)
    ]
    stored = StoredOrder(
        pk=pk,
        channel=request.parameters["channel_id"],
        number=order["number"],
        raw=request.body,
        answer=_compact({"pk": pk, **order}),
        items=_compact(shown_items),
        received=request.arrived,
        committed=truth.now(),
        position=truth.commits,
    )
    truth.store(stored, first_item)
    truth.side_effects.created(order, shown_items)
    return stored


def number_of(request: Request) -> str | None:
    """Give the order number a request carries, as far as it can be read, for the log and the scripts."""
    order = request.member("order")
    number = order.get("number") if isinstance(order, dict) else None
    return number if isinstance(number, str) else None


def _compact(document: object) -> bytes:
    """Give JSON that takes no more memory than it has bytes: what orjson returns may sit in 16 KiB."""
    return bytes(memoryview(orjson.dumps(document)))
