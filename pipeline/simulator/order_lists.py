"""Looking at orders that exist: by number, by pk, and their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.filters import ordered, unknown, unknown_filters
from pipeline.simulator.paging import page

if TYPE_CHECKING:
    from pipeline.simulator.truth import StoredOrder
    from pipeline.simulator.world import World

NUMBER_FILTERS = ("number", "number__exact", "number__in")


def orders(world: World, request: Request) -> Answer:
    """`GET channel/{id}/orders/?number=&channel_id=`: the channel's orders, paged, oldest first.

    The settings may widen the filter or hide young orders; a fault may do so for one request.
    """
    channel = request.parameters["channel_id"]
    if channel not in world.forms:
        return detail(404, "Not found.")
    if not world.settings.ignore_unknown_filters:
        strange = unknown(request.query, NUMBER_FILTERS)
        if strange:
            return unknown_filters(strange)
    if request.variant == "lag":
        found: list[StoredOrder] = []
    else:
        visible_until = world.clock() - world.settings.lookup_lag
        found = [order for order in _matching(world, request, channel) if order.committed <= visible_until]
    if request.query.get("sort", "").startswith("-"):
        found.reverse()
    return page(request, found, _show, world.settings)


def _matching(world: World, request: Request, channel: int) -> list[StoredOrder]:
    way = {"fuzzy": "prefix", "filter_ignored": "ignored"}.get(request.variant, world.settings.lookup_filter)
    query = request.query
    several = query.get("number__in")
    if several is not None and way != "ignored":
        return [order for number in several.split(",") for order in world.truth.numbered(channel, number)]
    number = query.get("number", query.get("number__exact"))
    if number is None or way == "ignored":
        return world.truth.orders(channel)
    if way == "exact":
        return world.truth.numbered(channel, number)
    asked = number.casefold()
    same = str.startswith if way == "prefix" else str.__eq__
    return [order for order in world.truth.orders(channel) if same(order.number.casefold(), asked)]


def _show(order: StoredOrder) -> orjson.Fragment:
    return orjson.Fragment(order.answer)


def order(world: World, request: Request) -> Answer:
    """`GET orders/{pk}/`: one order of any channel."""
    found = world.truth.by_pk(request.parameters["pk"])
    return detail(404, "Not found.") if found is None else Answer(200, found.answer)


def order_items(world: World, request: Request) -> Answer:
    """`GET channel/{id}/order_items/?order=<pk>&sort=id`: the items of one order, or of all."""
    channel = request.parameters["channel_id"]
    if channel not in world.forms:
        return detail(404, "Not found.")
    pk = request.query.get("order", "")
    if pk.isascii() and pk.isdecimal():
        found = world.truth.by_pk(int(pk), channel)
        items = [] if found is None else found.shown_items
    elif pk:
        return answer_json(400, {"order": ["Select a valid choice."], "code": "invalid"})
    else:
        items = [item for one in world.truth.orders(channel) for item in one.shown_items]
    return page(request, ordered(items, request.query.get("sort")), dict, world.settings)
