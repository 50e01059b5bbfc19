"""`POST channel/{id}/orders/{pk}/cancel/`: what is known of it is served, what is not is a switch.

Known is the request: the order's pk, the pks of its items, a reason for each. What the target answers, which
orders it takes back, and what they look like afterwards is not documented: the settings named ``cancel_*``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.simulator.answer import Answer, Request, detail
from pipeline.simulator.codes import CODE_OF, STATUS_NAMES
from pipeline.simulator.fields import stamp
from pipeline.simulator.refusals import invalid, refusal
from pipeline.simulator.truth import Cancelled, StoredOrder

if TYPE_CHECKING:
    from pipeline.simulator.world import World

CANCELED, ASKED = "100", "50"
_PROBLEM = "orders_100_9"


def cancel_order(world: World, request: Request) -> Answer:
    """Take the named items of an order back; 404 for an order that the channel does not have."""
    channel = request.parameters["channel_id"]
    order = world.truth.by_pk(request.parameters["pk"], channel) if channel in world.forms else None
    if order is None:
        return detail(404, "Not found.")
    sent = request.members()
    problems = _problems(world, order, sent)
    if problems:
        return invalid(problems, _PROBLEM)
    settings = world.settings
    status = CODE_OF.get(str(order.shown["status"]), "")
    over = status in {CANCELED, ASKED} and settings.cancel_again == "refuse"
    if settings.cancel_answer == "refuse" or over or status not in _taken(world):
        message = f"Order with status {status} can not be canceled."
        return refusal(
            settings.cancel_refused_status, "non_field_errors", message, _PROBLEM, {"order": [message]}
        )
    done = tuple(_take_back(world, order, sent) for _ in range(request.store))
    return Answer(settings.cancel_taken_status, orjson.dumps({"pk": order.pk, "status": status}), stored=done)


def pk_of(request: Request) -> str | None:
    """Give the pk of the order, as scripts call it."""
    return str(request.parameters["pk"])


def _taken(world: World) -> frozenset[str]:
    taken = frozenset(CODE_OF[status] for status in world.settings.cancel_statuses)
    return taken if world.settings.cancel_again == "refuse" else taken | {CANCELED, ASKED}


def _problems(world: World, order: StoredOrder, sent: dict[str, Any]) -> dict[str, list[str]]:
    pks = {item["pk"] for item in order.shown_items}
    items, reasons = sent.get("cancel_items"), sent.get("reasons")
    problems = {}
    if sent.get("order") != order.pk:
        problems["order"] = ["This is not the order of the address."]
    if not isinstance(items, list) or not items or not set(items) <= pks:
        problems["cancel_items"] = ["Select items of this order."]
    if not isinstance(reasons, dict) or set(reasons) != {str(pk) for pk in items or ()}:
        problems["reasons"] = ["A reason is required for each item."]
    elif world.settings.cancel_reasons and not {str(one) for one in reasons.values()} <= set(
        world.settings.cancel_reasons
    ):
        problems["reasons"] = ["Select a valid reason."]
    return problems


def _take_back(world: World, order: StoredOrder, sent: dict[str, Any]) -> Cancelled:
    settings = world.settings
    items = frozenset(sent["cancel_items"])
    code = CANCELED if settings.cancel_becomes == "canceled" else ASKED
    status = code if settings.status_shown == "code" else STATUS_NAMES[code][0]
    waiting = None if code == CANCELED else "waiting"
    shown = [
        {**item, "status": status, "cancel_status": waiting} if item["pk"] in items else item
        for item in order.shown_items
    ]
    document = {**order.shown, "modified_date": stamp(world.wall())}
    if all(item["pk"] in items for item in shown) and settings.cancel_shows != "items":
        document["status"] = status
    if settings.cancel_shows != "nothing":
        order.answer, order.items = orjson.dumps(document), orjson.dumps(shown)
    cancelled = Cancelled(order.pk, order.number, tuple(sorted(items)), sent["reasons"], world.truth.now())
    world.truth.cancelled.append(cancelled)
    for pk in items:
        world.truth.side_effects.released(pk)
    return cancelled
