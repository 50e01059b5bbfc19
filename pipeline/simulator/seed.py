"""What already exists at the target when the twin starts: channels, products, customers and their kin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Record: TypeAlias = dict[str, Any]

KINDS = (
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
_REFERENCES = {
    "customer": "customers",
    "address": "addresses",
    "product": "products",
    "cargo_company": "cargo_companies",
    "payment_option": "payment_options",
    "price_list": "price_lists",
    "stock_list": "stock_lists",
}


@dataclass(frozen=True, slots=True)
class Seed:
    """Records by kind. A record with a `channels` list is visible in those channels only."""

    token: str
    username: str
    password: str
    records: Mapping[str, tuple[Record, ...]]

    def all(self, kind: str) -> tuple[Record, ...]:
        """All records of a kind."""
        return self.records[kind]

    def visible(self, kind: str, channel: int) -> list[Record]:
        """Give the records of a kind that one channel may use, without the bookkeeping key `channels`."""
        return [
            {key: value for key, value in record.items() if key != "channels"}
            for record in self.records[kind]
            if channel in record.get("channels", (channel,))
        ]

    def references(self, channel: int) -> dict[str, frozenset[int]]:
        """Give the pks an order of this channel may refer to, by kind of reference."""
        return {
            name: frozenset(record["pk"] for record in self.visible(kind, channel))
            for name, kind in _REFERENCES.items()
        }

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """The channels that exist."""
        return tuple(record["pk"] for record in self.records["channels"])


def read_seed(text: str) -> Seed:
    """Give a seed from its JSON text. Raises ValueError naming what is missing."""
    document = json.loads(text)
    missing = [name for name in ("token", "login", *KINDS) if name not in document]
    if missing:
        raise ValueError(f"the seed lacks: {', '.join(missing)}")
    return Seed(
        document["token"],
        document["login"]["username"],
        document["login"]["password"],
        {kind: tuple(document[kind]) for kind in KINDS},
    )


def load_seed(path: Path) -> Seed:
    """Give a seed from a file."""
    return read_seed(path.read_text(encoding="utf-8"))


def default_seed() -> Seed:
    """Give the seed that comes with the package: channel 5, a test channel 6, invented people and goods."""
    return read_seed(files("pipeline.simulator").joinpath("seed.json").read_text(encoding="utf-8"))
