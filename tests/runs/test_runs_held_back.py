"""History that is not over is held back and counted in orders; its items are no way around that."""

from pathlib import Path

import pytest
from small_shop import Shop, number, open_shop, send_all

from pipeline.model.next_steps import NEXT_STEP, NextStep, gravest
from pipeline.model.payload import CLOSED_STATUSES, STATUSES
from pipeline.reporting.words.held_back import held_back_sentence
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.verbs import check
from pipeline.simulator import Simulator

ITEM_STATUS = "  status:      {column: state}\n  product: "


def status_shop(folder: Path, orders: list[str], items: list[str] | None = None) -> Shop:
    """Write past orders with these statuses; items have statuses of their own where these are given."""
    shop = open_shop(folder, len(orders))
    head, *rows = shop.orders.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},state", *(f"{row},{state}" for row, state in zip(rows, orders, strict=True))]
    shop.orders.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = shop.mapping.read_text(encoding="utf-8").replace("version: 1", "version: 1\npreset: historic")
    text = text.replace("{constant: delivered}", "{column: state}")
    if items is not None:
        text = text.replace("  product: ", ITEM_STATUS)
        head, *rows = shop.items.read_text(encoding="utf-8").splitlines()
        states = [*items, *["delivered"] * (len(rows) - len(items))]
        lines = [f"{head},state", *(f"{row},{state}" for row, state in zip(rows, states, strict=True))]
        shop.items.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shop.mapping.write_text(text, encoding="utf-8")
    return shop


def held(shop: Shop) -> tuple[dict[str, int], str]:
    """Check the shop: the counts, and the sentence of the console."""
    summary = check(PlanRequest([shop.orders, shop.items], shop.mapping), shop.places).summary
    assert summary.held_back is not None
    assert summary.as_json()["held_back"] == summary.held_back
    return dict(summary.held_back), held_back_sentence(summary)


def test_every_status_is_closed_or_has_a_next_step() -> None:
    """None is forgotten, and none is both."""
    assert set(NEXT_STEP) == set(STATUSES) - CLOSED_STATUSES
    assert set(NEXT_STEP.values()) == set(NextStep)


def test_the_gravest_step_stands_for_an_order() -> None:
    """What would be shipped is worse than what would be waited for."""
    assert gravest(["waiting", "approved", "review_waiting"]) is NextStep.PACK
    assert gravest(["shipped", "waiting"]) is NextStep.WRITE


def test_orders_are_counted_each_once(tmp_path: Path) -> None:
    """An order with an open status and two open items is one order that would have entered fulfilment."""
    states = ["delivered", "approved", "shipped", "waiting", "canceled"]
    # order 1 has two items, order 2 three, order 3 one: its items are rows 3 to 5
    shop = status_shop(tmp_path / "shop", states, ["delivered", "delivered", "approved", "approved"])
    counts, sentence = held(shop)
    assert counts == {NextStep.PACK.value: 1, NextStep.WRITE.value: 1, NextStep.PAY.value: 1}
    assert "held back by preset: historic: 3 orders (1 would have been picked" in sentence
    page = next(shop.places.report_dir.rglob("report.html")).read_text(encoding="utf-8")
    assert sentence in page


def test_an_open_item_holds_back_an_order_that_is_over(tmp_path: Path) -> None:
    """The order says delivered, one of its items says approved: nothing of it leaves."""
    shop = status_shop(tmp_path / "shop", ["delivered", "delivered"], ["delivered", "approved"])
    assert held(shop)[0] == {NextStep.PACK.value: 1}
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert [order.number for order in sim.truth.orders(5)] == [number(2)]
    assert (result.exit_code, result.summary.orders.invalid) == (3, 1)


@pytest.mark.parametrize("status", ["delivered", "canceled", "refunded"])
def test_items_without_a_status_have_that_of_their_order(tmp_path: Path, status: str) -> None:
    """The target is not left to choose one, which might be open; nothing is reserved."""
    shop = status_shop(tmp_path / "shop", [status] * 2)
    with Simulator() as sim:
        result = send_all(shop, sim)
        items = [item for order in sim.truth.orders(5) for item in order.payload["order_item"]]
        assert {STATUSES[item["status"]] for item in items} == {status}
        assert sim.truth.side_effects.counts["reserved_units"] == 0
    assert (result.exit_code, result.summary.issues["W449"]) == (0, 1)
    assert "Would have entered fulfilment: 0 orders" in held_back_sentence(result.summary)


def test_other_mappings_say_nothing_of_it(tmp_path: Path) -> None:
    """Without preset: historic nothing is held back, so nothing is counted; items stay as they are."""
    shop = open_shop(tmp_path / "shop", 1)
    with Simulator() as sim:
        summary = send_all(shop, sim).summary
        (order,) = sim.truth.orders(5)
        assert not any("status" in item for item in order.payload["order_item"])
    assert summary.held_back is None
    assert "held_back" not in summary.as_json()
    assert held_back_sentence(summary) == ""
