"""What orders set off at the twin: fulfilment, reserved stock, mails; and how each of them ends."""

from __future__ import annotations

import pytest
from twin import client, good_body, good_item, post

from pipeline.simulator import Settings, Simulator

NOTHING = {"fulfilment": 0, "reserved_units": 0, "mails": 0}


@pytest.mark.parametrize("status", ["delivered", "550", "canceled", "100", "600", "refunded", "returned"])
def test_closed_history_that_is_marked_as_sent_touches_nothing(status: str) -> None:
    """No fulfilment, no reservation, no mail."""
    with Simulator() as sim:
        assert post(sim, status=status, is_send=True).status_code == 201
        assert sim.truth.side_effects.counts == NOTHING


@pytest.mark.parametrize(
    ("status", "is_send", "counts"),
    [
        ("550", False, {**NOTHING, "fulfilment": 1}),
        ("100", False, NOTHING),
        ("400", True, {"fulfilment": 0, "reserved_units": 3, "mails": 1}),
        ("400", False, {"fulfilment": 1, "reserved_units": 3, "mails": 1}),
        ("510", True, {"fulfilment": 0, "reserved_units": 3, "mails": 0}),
        ("50", True, {"fulfilment": 0, "reserved_units": 3, "mails": 1}),
    ],
)
def test_what_an_order_sets_off_depends_on_status_and_is_send(
    status: str, is_send: bool, counts: dict[str, int]
) -> None:
    """What is not marked as sent is picked up unless it is cancelled; what is open reserves and mails."""
    items = [good_item(), good_item(product=102, quantity=1)]
    with Simulator() as sim:
        post(sim, status=status, is_send=is_send, items=items)
        assert sim.truth.side_effects.counts == counts
        assert sim.truth.side_effects.fulfilment == (["A-17"] if counts["fulfilment"] else [])
        assert [mail.number for mail in sim.truth.side_effects.mails] == ["A-17"] * counts["mails"]
        assert sim.truth.side_effects.reserved == ({101: 2, 102: 1} if counts["reserved_units"] else {})


def test_without_is_send_an_order_is_picked_up() -> None:
    """The default is false; an installation may refuse to guess."""
    with Simulator() as sim:
        post(sim)
        assert sim.truth.side_effects.counts["fulfilment"] == 1
    with Simulator(settings=Settings(require_is_send=True)) as sim:
        answer = post(sim)
        assert post(sim, is_send=True).status_code == 201
    assert answer.json()["order"] == {"is_send": ["This field is required."]}


def test_an_item_reserves_by_its_own_status() -> None:
    """An open item in a closed order holds its stock."""
    with Simulator() as sim:
        post(sim, is_send=True, items=[good_item(status="waiting"), good_item()])
        assert sim.truth.side_effects.counts == {**NOTHING, "reserved_units": 2}


def test_which_statuses_are_closed_is_a_switch() -> None:
    """By name or by code; a status that does not exist is refused at the start."""
    with Simulator(settings=Settings(closed_statuses=frozenset({"shipped"}), status_shown="name")) as sim:
        post(sim, "A", status="500", is_send=True)
        post(sim, "B", status="550", is_send=True)
        assert sim.truth.side_effects.counts["reserved_units"] == 2
    with pytest.raises(ValueError, match="closd"):
        Simulator(settings=Settings(closed_statuses=frozenset({"closd"})))


def test_refused_orders_and_lost_requests_set_nothing_off() -> None:
    """Only what exists has effects, and a committed order has them although its answer was lost."""
    with Simulator(faults={"B": ["500"], "C": ["commit_then_500"]}) as sim:
        post(sim, "A", customer=1, status="400")
        post(sim, "B", status="400")
        assert sim.truth.side_effects.counts == NOTHING
        post(sim, "C", status="400")
        assert sim.truth.side_effects.counts == {"fulfilment": 1, "reserved_units": 2, "mails": 1}


def test_the_erp_sees_what_is_not_marked_as_sent() -> None:
    """Its list filters by status and mark; marking takes an order off; nothing else can be changed."""
    with Simulator() as sim, client(sim) as api:
        pk = sim.place(good_body("A", status="400")).pk
        sim.place(good_body("B", status="400", is_send=True))
        sim.place(good_body("C"))
        before = api.get("/api/i1/orders/?is_send=false").json()
        open_ones = api.get("/api/i1/orders/?status=400&is_send=false&limit=1&page=1").json()
        marked = api.patch(f"/api/v1/orders/{pk}/", json={"is_send": True})
        after = api.get("/api/i1/orders/?is_send=false").json()
        other = api.patch(f"/api/v1/orders/{pk}/", json={"status": "550"})
        shown = api.get(f"/api/v1/orders/{pk}/").json()
        by_number = [api.get(path) for path in ("/api/i1/orders/A", "/api/v1/order_number/A/")]
        absent = api.get("/api/i1/orders/Z/")
    assert [order["number"] for order in before["results"]] == ["A", "C"]
    assert [order["number"] for order in open_ones["results"]] == ["A"]
    assert [order["number"] for order in after["results"]] == ["C"]
    assert (marked.status_code, other.status_code, shown["is_send"], shown["status"]) == (
        200,
        400,
        True,
        "400",
    )
    assert [answer.json()["pk"] for answer in by_number] == [pk, pk]
    assert (absent.status_code, absent.json()) == (404, {"detail": "Not found."})


def test_a_mark_may_be_confirmed_and_not_kept() -> None:
    """As everything that is created, a change may be answered without being made."""
    with (
        Simulator(faults={"other": {"PATCH /api/v1/orders/1001/": ["no_commit_ok"]}}) as sim,
        client(sim) as api,
    ):
        sim.place(good_body())
        marks = [api.patch("/api/v1/orders/1001/", json={"is_send": True}).json()["is_send"]]
        marks.append(api.get("/api/v1/orders/1001/").json()["is_send"])
    assert marks == [True, False]


def test_mapping_an_item_to_a_line_of_the_erp_releases_its_stock() -> None:
    """The code is needed; with `update_stock` off the reservation stays."""
    with Simulator() as sim, client(sim) as api:
        sim.place(good_body("A", status="400"))
        sim.place(good_body("B", status="400", items=[good_item(product=102), good_item(product=103)]))
        first, second = "/api/v1/order_items/5001/", "/api/i1/order_items/5002/"
        third = api.post("/api/v1/order_items/5003/create_mapping/", json={"code": "E-3"})
        missing = api.post(f"{first}create_mapping/", json={})
        kept = api.post(f"{second}create_mapping/", json={"code": "E-2", "update_stock": False})
        released = api.post(f"{first}create_mapping/", json={"code": "E-1"})
        unknown = api.post("/api/v1/order_items/5004/create_mapping/", json={"code": "E-1"})
        assert sim.truth.side_effects.reserved == {102: 2}
    codes = [one.status_code for one in (missing, kept, released, third, unknown)]
    assert codes == [400, 201, 201, 201, 404]


def test_side_effects_can_be_asked_for_over_http_and_end_with_a_reset() -> None:
    """Another process sees the counts beside the totals."""
    with Simulator() as sim, client(sim) as control:
        post(sim, status="400")
        told = control.get("/_simulator/truth/").json()["side_effects"]
        control.post("/_simulator/reset/")
        assert sim.truth.side_effects.counts == NOTHING
    assert told == {"fulfilment": 1, "reserved_units": 2, "mails": 1}


@pytest.mark.parametrize(
    ("items", "missed"),
    [
        ("quantity", {"quantity", "unit_price", "total_price"}),
        ("unit_rows", {"price"}),
        ("both", {"price", "quantity", "unit_price", "total_price"}),
    ],
)
def test_each_model_of_items_demands_its_own_fields(items: str, missed: set[str]) -> None:
    """An installation has one of the models, or both at once."""
    settings = Settings.from_mapping({"items": items})
    everything = good_item(price="50.00")
    with Simulator(settings=settings) as sim:
        refused = post(sim, items=[{"product": 101}])
        assert post(sim, items=[everything]).status_code == 201
    assert set(refused.json()["order_item"][0]) == missed
