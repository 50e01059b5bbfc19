"""Two mappings on the same files: every order in one box, what changes by kind, and what was sent."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_shop import MAPPING, Shop, number, open_shop, send_all

from pipeline.reporting.terminal.diff import diff_json
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.opening.sources import open_sources
from pipeline.runs.preparing.prepared_sources import payload_of, prepared
from pipeline.runs.rehearsing.diffing import diff_mappings
from pipeline.simulator import Simulator
from pipeline.upload.changes import MappingDiff, changes

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = {
    "currency:         currency": "currency: {column: currency, map: {try: try, eur: usd}}",
    "customer, integer: true": "customer, integer: true, empty: [203]",
    "status:           {constant: delivered}": "status: {constant: canceled}",
    "quantity:    {column": "status: {constant: delivered}\n  quantity:    {column",
    "{constant: 301}": "{constant: 302}",
    "total, decimal": "sum, decimal",
    "number:           number": "number: {template: 'X{n}', columns: {n: number}}",
}
"""What a mapping may say otherwise; one of them names a column that is not there."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Thirty orders."""
    return open_shop(tmp_path, 30)


def other_mapping(shop: Shop, *olds: str) -> Path:
    """The shop's mapping with some things said otherwise."""
    text = MAPPING
    for old in olds:
        assert old in text
        text = text.replace(old, CHANGES[old])
    path = shop.folder / "other.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def request_of(shop: Shop, mapping: Path | None = None, **more: Any) -> PlanRequest:
    """The shop's files by a mapping, the shop's own if left out."""
    return PlanRequest([shop.orders, shop.items], mapping or shop.mapping, **more)


def payloads(request: PlanRequest) -> dict[int, tuple[str, dict[str, Any] | None]]:
    """Number and payload of every order, by its row."""
    return {
        order.at[1]: (order.number, payload_of(order, done.references))
        for done in prepared(open_sources(request), NOW)
        for order in done.orders
    }


def boxes(diff: MappingDiff) -> dict[str, int]:
    """How many orders went where."""
    found: dict[str, int] = diff_json(diff)["orders"]
    return found


def test_the_same_mapping_changes_nothing(shop: Shop) -> None:
    """Every order is the same, whatever is said in comments and in which sequence."""
    lines = MAPPING.splitlines()
    at = lines.index("  number:           number")
    lines[at], lines[at + 1] = lines[at + 1], lines[at] + "  # the shop's own"
    path = shop.folder / "again.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    diff = diff_mappings(request_of(shop), path, now=NOW)
    assert (diff.any, diff.same, sum(boxes(diff).values())) == (False, 30, 30)


def test_every_order_is_in_one_box_and_every_change_is_counted(shop: Shop) -> None:
    """Held against both mappings' payloads, compared one by one; changes drawn by lot, five times."""
    chance = random.Random(11)
    choices = [old for old in CHANGES if old != "total, decimal"]
    for _ in range(5):
        other = other_mapping(shop, *chance.sample(choices, chance.randint(1, 4)))
        diff = diff_mappings(request_of(shop), other, now=NOW)
        before, after = payloads(request_of(shop)), payloads(request_of(shop, other))
        both = [(one, after[row][1]) for row, (_, one) in before.items()]
        assert diff.same == sum(one == two and one is not None for one, two in both)
        assert diff.changed == sum(one != two for one, two in both if one and two)
        assert diff.newly_refused == sum(two is None for one, two in both if one)
        found = [list(changes(one, two)) for one, two in both if one and two]
        assert sum(kind.values for kind in diff.kinds.values()) == sum(map(len, found))
        assert sum(boxes(diff).values()) == 30


def test_changes_are_counted_by_field_and_kind_with_what_they_were(shop: Shop) -> None:
    """Currencies turn into another, a field is added to every item."""
    other = other_mapping(shop, "currency:         currency", "quantity:    {column")
    diff = diff_mappings(request_of(shop), other, now=NOW)
    currency = diff.kinds["order.currency", "changed"]
    added = diff.kinds["order_item.status", "added"]
    assert (currency.orders, dict(currency.pairs)) == (4, {("'eur'", "'usd'"): 4})
    assert currency.examples[0] == (number(7), "'eur'", "'usd'")
    assert (added.orders, added.values, dict(added.pairs)) == (30, 60, {(None, "'550'"): 60})


def test_orders_that_are_refused_or_ready_only_now_are_named_with_their_codes(shop: Shop) -> None:
    """In both directions."""
    other = other_mapping(shop, "customer, integer: true")
    diff = diff_mappings(request_of(shop), other, now=NOW)
    assert (diff.newly_refused, dict(diff.why_refused)) == (2, {"E205": 2})
    assert diff.refused_examples == [(number(2), ("E205",)), (number(22), ("E205",))]
    back = diff_mappings(request_of(shop, other), shop.mapping, now=NOW)
    assert (back.newly_ready, back.ready_examples) == (2, diff.refused_examples)


def test_a_number_that_changes_is_a_change_and_no_other_order(shop: Shop) -> None:
    """An order is known by its row."""
    diff = diff_mappings(request_of(shop), other_mapping(shop, "number:           number"), now=NOW)
    assert diff.kinds["order.number", "changed"].examples[0] == (number(1), "'A-0001'", "'XA-0001'")
    assert boxes(diff) | {"changed": 0} == dict.fromkeys(boxes(diff), 0)


def test_orders_by_another_key_column_are_matched_by_what_they_are(shop: Shop) -> None:
    """Partitions differ then: equal orders are found all the same, others are counted as not compared."""
    orders = shop.orders.read_text(encoding="utf-8").splitlines()
    items = shop.items.read_text(encoding="utf-8").splitlines()
    for path, lines in ((shop.orders, orders), (shop.items, items)):
        second = [f"{lines[0]},second", *(f"{line},B{line.split(',')[0]}" for line in lines[1:])]
        path.write_text("\n".join(second) + "\n", encoding="utf-8")
    other = other_mapping(shop, "currency:         currency")
    other.write_text(other.read_text("utf-8").replace("key: number", "key: second"), encoding="utf-8")
    diff = diff_mappings(request_of(shop), other, now=NOW)
    assert (diff.same, diff.changed, diff.only_before, diff.only_after) == (26, 4, 0, 0)


def test_what_was_sent_already_is_told_by_the_ledger(shop: Shop) -> None:
    """Of the orders that change, those that a run has created; the target itself is not asked."""
    other = other_mapping(shop, "currency:         currency")
    with Simulator() as sim:
        result = send_all(shop, sim, limit=14)
        asked = len(sim.truth.log)
        request = request_of(shop, target=sim.url, channel=5)
        diff = diff_mappings(request, other, shop.places, now=NOW)
        unknown = diff_mappings(request_of(shop, target=sim.url, channel=6), other, shop.places, now=NOW)
        assert len(sim.truth.log) == asked
    assert (diff.changed, diff.sent and diff.sent.count) == (4, 2)
    assert diff.sent is not None
    assert [(order, run) for order, run, _ in diff.sent.examples] == [
        (number(7), result.run_id),
        (number(14), result.run_id),
    ]
    assert (unknown.sent and unknown.sent.count) == 0
    assert diff_mappings(request_of(shop), other, shop.places, now=NOW).sent is None


@pytest.mark.long
def test_many_orders_are_compared_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    """Rows that spill to the disk are compared partition by partition, with the same counts."""
    shop = open_shop(tmp_path, 40_000)
    diff = diff_mappings(request_of(shop), other_mapping(shop, "currency:         currency"), now=NOW)
    assert (diff.changed, diff.same) == (40_000 // 7, 40_000 - 40_000 // 7)
