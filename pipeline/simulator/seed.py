"""What already exists when the twin starts: channels, products, customers, places and their kin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Record: TypeAlias = dict[str, Any]

NEEDED_KINDS = (
    "channels",
    "catalogs",
    "price_lists",
    "stock_lists",
    "cargo_companies",
    "payment_options",
    "customers",
    "addresses",
    "products",
)
OTHER_KINDS = (
    "retail_stores",
    "countries",
    "cities",
    "townships",
    "districts",
    "content_types",
    "integration_actions",
    "batch_requests",
    "error_reports",
)
"""Kinds a seed may lack; then there are none of them, but for content types, which are always the same."""
KINDS = NEEDED_KINDS + OTHER_KINDS
REFERENCES = {
    "customer": "customers",
    "address": "addresses",
    "product": "products",
    "cargo_company": "cargo_companies",
    "payment_option": "payment_options",
    "price_list": "price_lists",
    "stock_list": "stock_lists",
    "retail_store": "retail_stores",
    "country": "countries",
    "city": "cities",
    "township": "townships",
    "district": "districts",
}
CONTENT_TYPES: tuple[tuple[str, str], ...] = (
    ("orders", "order"),
    ("orders", "orderitem"),
    ("orders", "cancellationrequest"),
    ("products", "product"),
    ("customers", "customer"),
    ("customers", "address"),
    ("address", "country"),
    ("address", "city"),
    ("address", "township"),
    ("address", "district"),
    ("integrations", "integrationaction"),
    ("channels", "batchrequest"),
)
"""App label and model; the pk of a content type is its place here, from 1."""


@dataclass(frozen=True, slots=True)
class Seed:
    """Records by kind. A record with a `channels` list is visible in those channels only.

    Keys that begin with `_` are bookkeeping that no answer shows.
    """

    token: str
    username: str
    password: str
    records: Mapping[str, tuple[Record, ...]]

    def all(self, kind: str) -> tuple[Record, ...]:
        """All records of a kind."""
        return self.records[kind]

    def visible(self, kind: str, channel: int) -> list[Record]:
        """Give the records of a kind that one channel may use, as they are answered."""
        return [shown(record) for record in self.records[kind] if is_visible(record, channel)]

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """The channels that exist."""
        return tuple(record["pk"] for record in self.records["channels"])


def is_visible(record: Record, channel: int) -> bool:
    """Whether a channel may see a record."""
    channels = record.get("channels")
    return channels is None or channel in channels


def shown(record: Record, pk: str = "pk") -> Record:
    """Give a record as the API answers it: without bookkeeping, its key under the name the list uses."""
    visible = {key: value for key, value in record.items() if key != "channels" and not key.startswith("_")}
    return visible if pk == "pk" else {pk: visible.pop("pk"), **visible}


def read_seed(text: str, places: str = "{}") -> Seed:
    """Give a seed from its JSON text, with places from a text of their own if they are not in the first.

    Raises ValueError naming what is missing.
    """
    document = {**json.loads(places), **json.loads(text)}
    missing = [name for name in ("token", "login", *NEEDED_KINDS) if name not in document]
    if missing:
        raise ValueError(f"the seed lacks: {', '.join(missing)}")
    records = {kind: tuple(document.get(kind, ())) for kind in KINDS}
    records["content_types"] = tuple(content_type(model) for _, model in CONTENT_TYPES)
    records["integration_actions"] += _product_actions(records["products"])
    return Seed(document["token"], document["login"]["username"], document["login"]["password"], records)


def content_type(model: str) -> Record:
    """Give the record of a content type. Raises ValueError if there is none of that name."""
    place = [name for _, name in CONTENT_TYPES].index(model)
    return {"pk": place + 1, "app_label": CONTENT_TYPES[place][0], "model": model}


def integration_action(pk: int, channel: int, model: str, values: Mapping[str, object]) -> Record:
    """Give the record that ties an object to its id in the shop; `values` are its other fields."""
    kind = content_type(model)
    kind["id"] = kind.pop("pk")
    return {
        "pk": pk,
        "channel": channel,
        "content_type": kind,
        "object_id": None,
        "remote_id": None,
        "version_date": None,
        "state": {},
        "local_batch_id": None,
        "status": "success",
        **values,
        "channels": [channel],
        "_model": model,
    }


def _product_actions(products: tuple[Record, ...]) -> tuple[Record, ...]:
    """Give the actions that tie products to the ids they have in the shop, where the seed knows one."""
    pairs = [
        (channel, product)
        for product in products
        if "_remote_id" in product
        for channel in product.get("channels", ())
    ]
    return tuple(
        integration_action(
            pk, channel, "product", {"object_id": product["pk"], "remote_id": product["_remote_id"]}
        )
        for pk, (channel, product) in enumerate(pairs, 1)
    )


def load_seed(path: Path) -> Seed:
    """Give a seed from a file."""
    return read_seed(path.read_text(encoding="utf-8"))


def default_seed() -> Seed:
    """Give the seed of the package: channels 5, 6 and a closed 7, invented people and goods, real places."""
    package = files("pipeline.simulator")
    texts = [package.joinpath(name).read_text(encoding="utf-8") for name in ("seed.json", "places.json")]
    return read_seed(*texts)
