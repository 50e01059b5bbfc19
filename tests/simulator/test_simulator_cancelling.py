"""The twin's cancel endpoint: what is documented is judged, what is not is a switch."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from twin import client, post

from pipeline.simulator import Settings, Simulator

ORDERS = "/api/v1/channel/5/orders/"


def order(sim: Simulator, number: str, status: str = "400") -> tuple[int, list[int]]:
    """Create an order; gives its pk and those of its items."""
    pk: int = post(sim, number, status=status).json()["pk"]
    (stored,) = sim.truth.numbered(5, number)
    return pk, [item["pk"] for item in stored.shown_items]


def body(pk: int, items: list[int], reason: int = 7) -> dict[str, Any]:
    """Give the documented request."""
    return {"order": pk, "cancel_items": items, "reasons": {str(item): reason for item in items}}


def cancel(sim: Simulator, pk: int, document: dict[str, Any]) -> httpx.Response:
    """Post it."""
    with client(sim) as api:
        return api.post(f"{ORDERS}{pk}/cancel/", json=document)


def shown(sim: Simulator, number: str) -> tuple[str, set[str], set[str | None]]:
    """Give the order's status, and those of its items with their cancel statuses."""
    (stored,) = sim.truth.numbered(5, number)
    items = stored.shown_items
    return (
        stored.shown["status"],
        {item["status"] for item in items},
        {item["cancel_status"] for item in items},
    )


def test_an_order_is_cancelled_with_its_items_and_remembered_with_its_reasons() -> None:
    """Its reservations end, its modified date moves, a second time it is refused."""
    with Simulator() as sim:
        pk, items = order(sim, "C-1")
        assert sim.truth.side_effects.counts["reserved_units"] > 0
        assert cancel(sim, pk, body(pk, items)).status_code == 200
        assert shown(sim, "C-1")[:2] == ("100", {"100"})
        assert sim.truth.side_effects.counts["reserved_units"] == 0
        (done,) = sim.truth.cancelled
        assert (done.number, list(done.items), done.reasons) == ("C-1", items, {str(pk): 7 for pk in items})
        assert cancel(sim, pk, body(pk, items)).status_code == 406
        assert sim.truth.cancels == {"C-1": 1}


@pytest.mark.parametrize(
    "changes", [{"order": 1}, {"cancel_items": []}, {"cancel_items": [1]}, {"reasons": {}}, {"reasons": None}]
)
def test_a_request_that_does_not_fit_is_refused(changes: dict[str, Any]) -> None:
    """The order, its items, and a reason for each of them have to be named."""
    with Simulator() as sim:
        pk, items = order(sim, "C-1")
        assert cancel(sim, pk, {**body(pk, items), **changes}).status_code == 400
        assert not sim.truth.cancelled


def test_what_does_not_exist_cannot_be_cancelled() -> None:
    """An unknown order, and one of another channel, are not found."""
    with Simulator() as sim:
        pk, items = order(sim, "C-1")
        assert cancel(sim, 1, body(1, items)).status_code == 404
        with client(sim) as api:
            assert api.post(f"/api/v1/channel/6/orders/{pk}/cancel/", json=body(pk, items)).status_code == 404
            assert api.get(f"{ORDERS}{pk}/cancel/").status_code == 405


@pytest.mark.parametrize(
    ("settings", "answer", "status"),
    [
        ({"cancel_becomes": "cancellation_waiting"}, 200, "50"),
        ({"cancel_answer": "refuse"}, 406, "400"),
        ({"cancel_statuses": frozenset({"450"})}, 406, "400"),
        ({"cancel_reasons": frozenset({"8"})}, 400, "400"),
        ({"cancel_shows": "nothing"}, 200, "400"),
        ({"cancel_taken_status": 204}, 204, "100"),
        ({"status_shown": "name"}, 200, "canceled"),
    ],
)
def test_what_is_not_documented_is_a_switch(settings: dict[str, Any], answer: int, status: str) -> None:
    """Each open question about the endpoint has an answer in the settings."""
    with Simulator(settings=Settings(**settings)) as sim:
        pk, items = order(sim, "C-1")
        assert cancel(sim, pk, body(pk, items)).status_code == answer
        assert shown(sim, "C-1")[0].replace("approved", "400") == status


def test_items_may_be_cancelled_one_by_one_and_again_where_that_is_allowed() -> None:
    """The order itself stands until all are gone; a second cancelling is another switch."""
    with Simulator(settings=Settings(cancel_again="accept", cancel_shows="items")) as sim:
        pk, items = order(sim, "C-1")
        assert cancel(sim, pk, body(pk, items)).status_code == 200
        assert shown(sim, "C-1")[:2] == ("400", {"100"})
        assert cancel(sim, pk, body(pk, items)).status_code == 200
        assert sim.truth.cancels == {"C-1": 2}


def test_faults_strike_a_cancelling_by_the_pk_of_its_order() -> None:
    """Processed or not, as the words of the script say."""
    with Simulator() as sim:
        pk, items = order(sim, "C-1")
        sim.script({"cancel": {str(pk): ["503", "commit_then_500"]}})
        assert cancel(sim, pk, body(pk, items)).status_code == 503
        assert not sim.truth.cancelled
        assert cancel(sim, pk, body(pk, items)).status_code == 500
        assert sim.truth.cancels == {"C-1": 1}
