"""Where the target holds an order otherwise than it was sent, that stands at the cells that differ."""

import json
from pathlib import Path

import orjson
from small_shop import number, open_shop, send_all, sending, table

from pipeline.model.capability import Capability
from pipeline.model.states import State
from pipeline.runs.applying.landing import land_complaints
from pipeline.runs.connection.held_run import change_run
from pipeline.runs.explaining.one_order import explain_order
from pipeline.runs.verbs import apply, plan
from pipeline.simulator import Simulator


def test_what_the_target_holds_otherwise_stands_at_the_cells(tmp_path: Path) -> None:
    """Field and first cell in issues.jsonl and explain; the message names all of them."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator() as sim:
        planned = plan(shop.plan_request(sim.url, Capability(True, 0.3)), places=shop.places)
        bodies = table(planned.journal, "SELECT body FROM payloads ORDER BY order_id")
        other, items = (orjson.loads(bodies[place][0]) for place in (1, 2))
        other["order"]["amount"] = "99.00"
        other["order_item"][2]["quantity"] = 9
        del items["order_item"][0]
        sim.place(other)
        sim.place({**items, "order_item": [*items["order_item"], other["order_item"][0]]})
        result = apply(planned, sending(), shop.places)
    lines = (shop.places.reports(result.run_id) / "issues.jsonl").read_text("utf-8").splitlines()
    found = {one["order"]: one for one in map(json.loads, lines) if one["code"] == "E513"}
    first = found[number(2)]
    assert (first["cell"], first["header"], first["field"]) == ("E3", "total", "order.amount")
    assert "amount: sent 13.10, found 99.00" in first["message"]
    assert "orders.csv E3 (total, '13.10'); items.csv C6 (quantity, '3')" in first["message"]
    assert found[number(3)]["field"] == "order_item.unit_price"
    order = explain_order(number(2), shop.places)
    assert order.life.state is State.CONFLICT
    amount = next(
        (part, trace)
        for part in order.traced.parts
        for trace, _ in part.fields
        if trace.field == "order.amount"
    )
    assert [issue.code for issue in order.traced.issues_at(*amount)] == ["E513"]
    before = table(result.journal, "SELECT * FROM issues ORDER BY id")
    change_run(result.run_id, shop.places, land_complaints)
    assert table(result.journal, "SELECT * FROM issues ORDER BY id") == before


def test_an_order_that_was_changed_after_success_names_its_cells(tmp_path: Path) -> None:
    """The ledger knows which fields differ; an item's field has a cell where there is one item."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        send_all(shop, sim)
        text = shop.orders.read_text("utf-8")
        line = next(line for line in text.splitlines() if line.startswith(number(3)))
        shop.orders.write_text(text.replace(line, line.replace(",204,", ",205,")), "utf-8")
        again = send_all(shop, sim)
    lines = (shop.places.reports(again.run_id) / "issues.jsonl").read_text("utf-8").splitlines()
    (issue,) = [one for one in map(json.loads, lines) if one["code"] == "E640"]
    assert (issue["cell"], issue["field"]) == ("C4", "order.customer")
    assert issue["message"].endswith("order.customer")
