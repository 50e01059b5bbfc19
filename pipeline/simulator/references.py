"""Lists of what orders refer to: products, customers, addresses, places, cargo companies, payment options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator.answer import Answer, Request, answer_json, detail
from pipeline.simulator.filters import loosely, on, ordered, selected, unknown, unknown_filters
from pipeline.simulator.paging import list_name, page
from pipeline.simulator.places import MAPPING_FILTERS, PLACE_FILTERS, mapped
from pipeline.simulator.seed import is_visible, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.simulator.filters import Declared
    from pipeline.simulator.seed import Record
    from pipeline.simulator.world import World

_PK = on("pk", "exact", "in", "gt", "gte", "lt", "lte")
_DATES = {
    **on("created_date", "exact", "gt", "gte", "lt", "lte"),
    **on("modified_date", "exact", "gt", "gte", "lt", "lte"),
}
FILTERS: Mapping[str, Declared] = {
    "products": {**on("sku", "iexact", "exact", "in"), **on("base_code", "exact"), **_PK},
    "customers": {
        **on("email", "iexact", "startswith"),
        **on("phone_number", "exact"),
        **on("channel_code", "contains"),
        **on("erp_code", "contains"),
        **_DATES,
        **_PK,
    },
    "addresses": {**on("hash_data", "exact"), **on("customer", "exact"), **_PK},
    "cargo_companies": _PK,
    "price_lists": _PK,
    "stock_lists": _PK,
    "catalogs": _PK,
    "retail_stores": {**on("erp_code", "exact"), **_PK},
    "payment_options": {**on("slug", "exact"), **_PK},
    "channels": {**on("is_active", "flag"), **_PK},
    "content_types": {**on("model", "exact"), **on("app_label", "exact"), **_PK},
    "batch_requests": {**on("status", "exact"), **on("content_type", "exact"), **_PK},
    "error_reports": {**on("error_code", "exact"), **on("is_ok", "flag"), **_PK},
    "integration_actions": {
        **on("remote_id", "exact", "in"),
        **on("_model", "exact", name="content_type_name"),
        **on("object_id", "exact", "in"),
        **on("status", "exact"),
        **on("local_batch_id", "exact"),
        **_PK,
    },
    **{kind: {**filters, **_PK} for kind, filters in PLACE_FILTERS.items()},
}
"""The parameters that filter each list. All others are ignored, or refused if the settings say so."""


def of_channel(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET channel/{id}/<kind>/`: the channel's records of one kind, paged."""

    def handler(world: World, request: Request) -> Answer:
        channel = request.parameters["channel_id"]
        if channel not in world.forms:
            return detail(404, "Not found.")
        return listing(world, request, kind, channel)

    return handler


def of_all(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET <kind>/`: all records of one kind, paged."""

    def handler(world: World, request: Request) -> Answer:
        return listing(world, request, kind, None)

    return handler


def single(kind: str) -> Callable[[World, Request], Answer]:
    """Give a handler for `GET <kind>/{pk}/`: one record, of the channel if the path names one."""

    def handler(world: World, request: Request) -> Answer:
        found = world.records[kind].get(request.parameters["pk"])
        channel = request.parameters.get("channel_id")
        if found is None or (channel is not None and not is_visible(found, channel)):
            return detail(404, "Not found.")
        return answer_json(200, shown(found))

    return handler


def listing(world: World, request: Request, kind: str, channel: int | None) -> Answer:
    """Give one page of a list, as the settings and the request's fault let it be seen."""
    settings = world.settings
    name = list_name(request)
    declared = FILTERS[kind]
    mappings = MAPPING_FILTERS if kind in PLACE_FILTERS else {}
    query = request.query
    if not settings.ignore_unknown_filters:
        strange = unknown(query, {**declared, **mappings})
        if strange:
            return unknown_filters(strange)
    honoured = {key: one for key, one in declared.items() if f"{name}.{key}" not in settings.ignored_filters}
    table = world.records[kind]
    if request.variant == "lag":
        found: list[Record] = []
    elif request.variant == "filter_ignored":
        found = list(table)
    elif request.variant == "fuzzy":
        found = loosely(table, query, honoured)
    else:
        found = selected(table, query, honoured, world.fold)
        found = mapped(found, query) if mappings else found
    found = [one for one in found if _is_seen(world, one, channel)]
    pk = "id" if name in settings.lists_with_id else "pk"
    return page(request, ordered(found, query.get("sort")), lambda one: shown(one, pk), settings)


def _is_seen(world: World, record: Record, channel: int | None) -> bool:
    """Whether a record is of the channel, and old enough to be found."""
    if channel is not None and not is_visible(record, channel):
        return False
    lag = world.settings.lookup_lag
    return not lag or record.get("_committed", float("-inf")) <= world.clock() - lag
