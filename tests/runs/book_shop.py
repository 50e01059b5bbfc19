"""The small shop with line ids and bookkeeping, and what the target must hold in the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from small_shop import Shop, open_shop

from pipeline.simulator import Simulator

BATCHES = "/api/v1/channel/5/batch_requests/"
ALL = "bookkeeping: {batch: true, error_reports: true}\n"


def open_book_shop(folder: Path, count: int, *, books: str = ALL, lines: str = "L{place}") -> Shop:
    """Write the small shop, each line with an id of its own, and a mapping that asks for bookkeeping."""
    shop = open_shop(folder, count)
    mapping = shop.mapping.read_text(encoding="utf-8")
    if lines:
        mapping = mapping.replace("  product: ", "  extra_field: {id: line}\n  product: ")
        head, *rows = shop.items.read_text(encoding="utf-8").splitlines()
        named = [f"{row},{lines.format(place=place)}" for place, row in enumerate(rows, 1)]
        shop.items.write_text("\n".join([f"{head},line", *named]) + "\n", encoding="utf-8")
    shop.mapping.write_text(mapping + books, encoding="utf-8")
    return shop


def actions(sim: Simulator) -> list[dict[str, Any]]:
    """Give what is registered of orders and their items, good and bad."""
    return [one for one in sim.records("integration_actions") if one["_model"] in {"order", "orderitem"}]


def batches(sim: Simulator) -> Counter[str]:
    """Count the target's batch requests by status."""
    return Counter(one["status"] for one in sim.records("batch_requests"))


def next_batch(sim: Simulator) -> str:
    """Give the path of the batch request that will be made next."""
    return f"{BATCHES}{sim.records('batch_requests').next_pk()}/"


def assert_registered_once(sim: Simulator, *, items: bool = True) -> None:
    """Compare the target's books with its orders: each object is tied once, to its own id, with success."""
    wanted: Counter[tuple[str, int, str]] = Counter()
    for order in sim.truth.orders(5):
        wanted["order", order.pk, order.number] += 1
        for item in order.shown_items if items else ():
            wanted["orderitem", item["pk"], item["extra_field"]["id"]] += 1
    found = Counter((one["_model"], one["object_id"], one["remote_id"]) for one in actions(sim))
    assert found == wanted, "an object is not registered, or twice, or under another id"
    assert {one["status"] for one in actions(sim)} <= {"success"}
    assert not batches(sim)["commit"], "a batch left in commit blocks the next"
