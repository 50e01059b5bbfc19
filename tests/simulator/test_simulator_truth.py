"""The twin's own truth, in Python and over HTTP."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from twin import CREATE, client, good_body, good_item, post

from pipeline.simulator import Simulator

if TYPE_CHECKING:
    import httpx


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_truth_keeps_what_was_received_to_the_byte() -> None:
    """Raw bytes, payload, times and the order of commits."""
    content = json.dumps(good_body("A-1"), indent=3).encode()
    with Simulator() as sim, client(sim) as api:
        api.post(CREATE, content=content, headers={"Content-Type": "application/json"})
        post(sim, "A-2")
        first, second = sim.truth.orders(5)
    assert first.raw == content
    assert first.payload == good_body("A-1")
    assert (first.position, second.position) == (1, 2)
    assert first.received <= first.committed <= second.received


def test_the_log_has_every_request() -> None:
    """Also those that failed, with the hash of their bytes and what was done to them."""
    content = json.dumps(good_body("A-1")).encode()
    with Simulator(faults={"A-1": ["500"]}) as sim, client(sim) as api:
        for _ in range(3):
            api.post(CREATE, content=content, headers={"Content-Type": "application/json"})
        api.get("/api/v1/channel/5/orders/?number=A-1")
        log = sim.truth.log
    assert [(e.method, e.number, e.attempt, e.action, e.status, e.committed) for e in log] == [
        ("POST", "A-1", 1, "500", 500, False),
        ("POST", "A-1", 2, "ok", 201, True),
        ("POST", "A-1", 3, "ok", 406, False),
        ("GET", "A-1", 1, "ok", 200, False),
    ]
    assert {entry.sha256 for entry in log[:3]} == {sha256(content).hexdigest()}
    assert log[3].query == "number=A-1"
    assert [entry.at for entry in log] == sorted(entry.at for entry in log)


def test_the_log_knows_no_token() -> None:
    """No entry carries what the client authenticated with."""
    with Simulator() as sim:
        post(sim)
        assert sim.token
        assert sim.token not in repr(sim.truth.log)


def test_totals_add_up_orders_items_and_money() -> None:
    """Money is summed per currency, exactly."""
    with Simulator() as sim:
        post(sim, "A", amount="0.10", items=[good_item(), good_item()])
        post(sim, "B", amount="0.20")
        post(sim, "C", amount="5", currency="eur")
        totals = sim.truth.totals(5)
    assert totals == {
        "orders": 3,
        "items": 4,
        "creates_most": 1,
        "requests": 3,
        "money": {"eur": "5.00", "try": "0.30"},
    }


def test_an_order_can_be_there_before_anybody_asks() -> None:
    """A placed order is as real as a posted one; a bad one is refused to the test."""
    with Simulator() as sim:
        placed = sim.place(good_body("A-17"))
        assert post(sim).status_code == 406
        with pytest.raises(ValueError, match="400"):
            sim.place(good_body("B", customer=1))
    assert placed.shown["number"] == "A-17"


def test_another_process_can_ask_for_the_truth() -> None:
    """Counts, orders and the log come over HTTP, without a token."""
    with Simulator() as sim, client(sim, token="none") as control:
        post(sim, "A")
        post(sim, "B")
        post(sim, "B")
        counts = control.get("/_simulator/truth/?channel=5").json()
        creates = control.get("/_simulator/creates/").json()
        orders = lines(control.get("/_simulator/orders/?number=B"))
        log = lines(control.get("/_simulator/log/"))
        one = lines(control.get("/_simulator/log/?number=A"))
    assert (counts["orders"], counts["creates_most"], counts["created_twice"]) == (2, 1, [])
    assert creates == {"A": 1, "B": 1}
    assert [(order["number"], order["payload"]) for order in orders] == [("B", good_body("B"))]
    assert [(entry["number"], entry["status"]) for entry in log] == [("A", 201), ("B", 201), ("B", 406)]
    assert one == log[:1]


def test_another_process_can_set_the_faults() -> None:
    """PUT replaces, DELETE removes, what cannot be understood changes nothing."""
    with Simulator() as sim, client(sim) as control:
        put = control.put("/_simulator/faults/", json={"A-17": ["500"]})
        bad = control.put("/_simulator/faults/", json={"A-17": ["explode"]})
        worse = control.put("/_simulator/faults/", content=b"[")
        kept = control.get("/_simulator/faults/").json()
        code = post(sim).status_code
        control.delete("/_simulator/faults/")
        cleared = control.get("/_simulator/faults/").json()
    assert [put.status_code, bad.status_code, worse.status_code] == [200, 400, 400]
    assert bad.json() == {"detail": "unknown action 'explode'"}
    assert (kept, code, cleared) == ({"A-17": ["500"]}, 500, {})


def test_a_reset_forgets_orders_requests_and_attempts() -> None:
    """Scripts begin anew, pks too; the faults stay."""
    with Simulator(faults={"A-17": ["500"]}) as sim, client(sim) as control:
        before = [post(sim).status_code, post(sim).status_code]
        control.post("/_simulator/reset/")
        assert (sim.truth.orders(), sim.truth.log) == ([], [])
        after = [post(sim).status_code, post(sim).status_code]
    assert before == after == [500, 201]


def test_a_token_can_be_ended_over_http() -> None:
    """The next request is a 401."""
    with Simulator() as sim, client(sim) as control:
        control.post("/_simulator/expire_token/")
        assert control.get("/api/v1/active_user/").status_code == 401


def test_the_vocabulary_can_be_asked_for() -> None:
    """Words and meanings, for whoever writes a script."""
    with Simulator() as sim, client(sim) as control:
        told = control.get("/_simulator/actions/").json()
    assert told["actions"]["commit_twice"] == "the target stores the order twice for one POST"
    assert told["aliases"]["timeout"] == "hang"
