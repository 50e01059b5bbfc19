"""What ties the target to the shop and the ERP: remote ids, error reports, the ERP's pick-up list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pipeline.simulator import fields
from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.codes import CODE_OF
from pipeline.simulator.fields import stamp
from pipeline.simulator.form import Field, Fields
from pipeline.simulator.paging import page
from pipeline.simulator.places import KINDS_OF_PLACE
from pipeline.simulator.references import listing
from pipeline.simulator.refusals import cleaned
from pipeline.simulator.seed import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.simulator.seed import Record
    from pipeline.simulator.truth import StoredOrder
    from pipeline.simulator.world import World

_ITEM_MAPPING = Fields(
    {"code": Field(fields.text(255, blank=False)), "update_stock": Field(fields.flag, default=True)}, {"code"}
)


def integration_actions(world: World, request: Request) -> Answer:
    """`GET channel/{id}/integration_actions/`: remote ids of objects; only so many may be asked for."""
    channel = request.parameters["channel_id"]
    if channel not in world.forms:
        return detail(404, "Not found.")
    asked = request.query.get("remote_id__in", "").split(",")
    most = world.settings.remote_ids_most
    if len(asked) > most:
        message = f"Ensure this field has no more than {most} elements."
        return answer_json(400, {"remote_id__in": [message], "code": "filters_100_2"})
    return listing(world, request, "integration_actions", channel)


def report_error(place: str | None = None) -> Callable[[World, Request], Answer]:
    """Give a handler for `POST channel/{id}/error_reports/`, or of the list that is for one kind of place."""
    assert place is None or place in KINDS_OF_PLACE
    kinds = fields.integer(1)
    table = {
        "action_content_type": Field(kinds, nullable=True),
        "action_object_id": Field(fields.integer(1), nullable=True),
        "target_content_type": Field(kinds, nullable=True),
        "target_object_id": Field(fields.integer(1), nullable=True),
        "obj_modified_date": Field(fields.moment("UTC", without_zone=True), nullable=True),
        "error_code": Field(fields.text(255, blank=False)),
        "error_desc": Field(fields.text(), nullable=True, default=""),
        "raw_request": Field(fields.text(), nullable=True, default=""),
        "raw_response": Field(fields.text(), nullable=True, default=""),
        "is_ok": Field(fields.flag, default=False),
    }
    form = Fields(table, {"error_code", "action_content_type", "action_object_id"} if place is None else ())

    def handler(world: World, request: Request) -> Answer:
        channel = request.parameters["channel_id"]
        if channel not in world.forms:
            return detail(404, "Not found.")
        sent = cleaned(request, form.clean, "error_reports_100_1")
        if isinstance(sent, Answer):
            return sent
        reports = world.records["error_reports"]
        record: Record = {"pk": reports.next_pk(), **sent, "created_date": stamp(world.wall())}
        if request.store:
            extra = {"_place": place, "_sent": request.members(), "channels": [channel]}
            reports.add({**record, **extra})
        return answer_json(201, shown(record))

    return handler


def erp_orders(world: World, request: Request) -> Answer:
    """`GET /api/i1/orders/?status=&is_send=`: the list the ERP's integration picks its orders from."""
    found = [order.shown for order in world.truth.orders()]
    status, is_send = request.query.get("status"), request.query.get("is_send")
    if status is not None:
        found = [order for order in found if CODE_OF.get(order["status"]) == CODE_OF.get(status, status)]
    if is_send is not None:
        wanted = is_send.lower() in {"true", "1"}
        found = [order for order in found if order["is_send"] is wanted]
    return page(request, found, dict, world.settings)


def mark_order(world: World, request: Request) -> Answer:
    """`PATCH orders/{pk}/`: `is_send` and nothing else can be changed once an order exists."""
    order = world.truth.by_pk(request.parameters["pk"])
    if order is None:
        return detail(404, "Not found.")
    sent = request.members()
    strange = sorted(set(sent) - {"is_send"})
    if strange or not isinstance(sent.get("is_send"), bool):
        message = "Only is_send can be changed here."
        return answer_json(400, {"non_field_errors": [message], "code": "orders_100_3"})
    document = {**order.shown, "is_send": sent["is_send"], "modified_date": stamp(world.wall())}
    if request.store:
        order.answer = orjson.dumps(document)
    return answer_json(200, document)


def order_by_number(world: World, request: Request) -> Answer:
    """`GET /api/i1/orders/{number}/` and `order_number/{number}/`: one order of any channel."""
    found: StoredOrder | None = next(
        (order for order in world.truth.orders() if order.number == request.parameters["number"]), None
    )
    return detail(404, "Not found.") if found is None else Answer(200, found.answer)


def map_item(world: World, request: Request) -> Answer:
    """`POST order_items/{pk}/create_mapping/` with the ERP's `code`: releases the reservation of the item."""
    pk = request.parameters["pk"]
    if world.truth.by_item(pk) is None:
        return detail(404, "Not found.")
    sent = cleaned(request, _ITEM_MAPPING.clean, "order_items_100_1")
    if isinstance(sent, Answer):
        return sent
    if sent["update_stock"] and request.store:
        world.truth.side_effects.released(pk)
    return answer_json(201, {"order_item": pk, **sent})
