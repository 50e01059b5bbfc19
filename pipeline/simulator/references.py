"""What orders refer to: products, customers, addresses, cargo companies, payment options, price lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.filters import selected
from pipeline.simulator.paging import page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.simulator.world import World

FILTERS: Mapping[str, Mapping[str, str]] = {
    "products": {"sku": "iexact", "base_code": "exact", "pk": "exact"},
    "customers": {
        "email": "iexact",
        "phone_number": "exact",
        "channel_code": "contains",
        "erp_code": "contains",
        "pk": "exact",
    },
    "addresses": {"hash_data": "exact", "customer": "exact", "pk": "exact"},
    "cargo_companies": {"erp_code": "exact", "pk": "exact"},
    "price_lists": {"pk": "exact"},
    "stock_lists": {"pk": "exact"},
    "payment_options": {"slug": "exact", "pk": "exact"},
}
"""Fields that filter each list, and how a filter without a suffix compares."""


def of_channel(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET channel/{id}/<kind>/`: the channel's records of one kind, paged."""

    def handler(world: World, request: Request) -> Answer:
        channel = request.parameters["channel_id"]
        if channel not in world.forms:
            return detail(404, "Not found.")
        found = selected(world.seed.visible(kind, channel), request.query, FILTERS[kind])
        return page(request, found, dict, world.settings)

    return handler


def of_all(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET <kind>/`: all records of one kind, paged."""

    def handler(world: World, request: Request) -> Answer:
        records = [_shown(record) for record in world.seed.all(kind)]
        return page(request, selected(records, request.query, FILTERS[kind]), dict, world.settings)

    return handler


def single(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET <kind>/{pk}/`: one record."""

    def handler(world: World, request: Request) -> Answer:
        pk = request.parameters["pk"]
        found = next((record for record in world.seed.all(kind) if record["pk"] == pk), None)
        return detail(404, "Not found.") if found is None else answer_json(200, _shown(found))

    return handler


def _shown(record: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in record.items() if key != "channels"}
