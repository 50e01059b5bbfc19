"""Batch requests, the integration actions they leave, and error reports of the twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twin import client, good_body, good_item

from pipeline.simulator import Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

CHANNEL = "/api/v1/channel/5/"
BATCHES = f"{CHANNEL}batch_requests/"
ACTIONS = f"{CHANNEL}integration_actions/"
WHEN = "2024-03-01T10:00:00.000000Z"


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    """Open a client of a twin that has one order, 1001, with the items 5001 and 5002."""
    with Simulator() as sim, client(sim) as opened:
        sim.place(good_body("A-1", items=[good_item(), good_item(product=102)]))
        yield opened


def start(api: httpx.Client) -> int:
    """Begin a batch and give its pk."""
    pk: int = api.post(BATCHES, json={"channel": 5}).json()["pk"]
    return pk


def step(api: httpx.Client, batch: int, status: str, /, *objects: dict[str, Any], **more: object) -> Any:
    """Take a batch to another status; objects are those of the order unless others are given."""
    body = {"channel": 5, "status": status, "objects": list(objects) or None, **more}
    return api.patch(f"{BATCHES}{batch}/", json=body)


def tied(pk: int, remote_id: str, kind: str = "order", reason: str | None = None) -> dict[str, Any]:
    """Tie one object to a remote id."""
    return {
        "pk": pk,
        "remote_id": remote_id,
        "version_date": WHEN,
        "content_type": kind,
        "failed_reason_type": reason,
    }


def actions(api: httpx.Client, **query: str) -> list[tuple[str, int, str, str]]:
    """Tell model, object, remote id and status of the actions a query finds."""
    found = api.get(ACTIONS, params={"sort": "id", **query}).json()["results"]
    return [
        (one["content_type"]["model"], one["object_id"], one["remote_id"], one["status"]) for one in found
    ]


def test_a_batch_goes_from_initialized_over_commit_to_done(api: httpx.Client) -> None:
    """Its objects are found by their remote ids from the commit on; the end makes them a success."""
    created = api.post(BATCHES, json={"channel": 5})
    batch = created.json()["pk"]
    committed = step(
        api, batch, "commit", tied(1001, "S-1"), tied(5001, "L-1", "orderitem"), content_type="order"
    )
    meanwhile = actions(api, content_type_name="order", remote_id__in="S-1,S-2")
    done = step(api, batch, "done", tied(1001, "S-1"), tied(5001, "L-1", "orderitem", "remote"))
    shown = api.get(f"{BATCHES}{batch}/").json()
    assert (created.status_code, created.json()["status"], len(created.json()["local_batch_id"])) == (
        201,
        "initialized",
        36,
    )
    assert (committed.status_code, committed.json()["status"]) == (200, "commit")
    assert meanwhile == [("order", 1001, "S-1", "processing")]
    assert (done.status_code, shown["status"], len(shown["objects"])) == (200, "done", 2)
    assert actions(api, remote_id="S-1") == [("order", 1001, "S-1", "success")]
    assert actions(api, content_type_name="orderitem") == [("orderitem", 5001, "L-1", "error")]


def test_a_commit_may_be_repeated_to_add_objects(api: httpx.Client) -> None:
    """What was committed first stays; an object that is named again gets the newer remote id."""
    batch = start(api)
    step(api, batch, "commit", tied(1001, "S-1"), content_type="order")
    step(api, batch, "commit", tied(1001, "S-2"), tied(5002, "L-2", "orderitem"))
    assert actions(api, object_id__in="1001,5002") == [
        ("order", 1001, "S-2", "processing"),
        ("orderitem", 5002, "L-2", "processing"),
    ]


def test_an_empty_batch_cannot_be_finished(api: httpx.Client) -> None:
    """The documented 406, whether the batch was committed or not; it may fail, though."""
    fresh, committed, failing = start(api), start(api), start(api)
    step(api, committed, "commit", content_type="order")
    answers = [step(api, fresh, "done"), step(api, committed, "done")]
    assert [answer.status_code for answer in answers] == [406, 406]
    assert all("batch_request_status_100_1" in answer.text for answer in answers)
    assert step(api, failing, "fail").status_code == 200


def test_a_second_commit_of_one_content_type_is_blocked(api: httpx.Client) -> None:
    """Until the first leaves its commit; another type is not held up."""
    first, second, other = start(api), start(api), start(api)
    step(api, first, "commit", tied(1001, "S-1"), content_type="order")
    blocked = step(api, second, "commit", tied(1001, "S-1"), content_type="order")
    beside = step(api, other, "commit", tied(101, "P-1", "product"), content_type="product")
    step(api, first, "sent_to_remote")
    free = step(api, second, "commit", tied(1001, "S-1"), content_type="order")
    assert (blocked.status_code, blocked.json()["code"]) == (406, "batch_request_status_100_3")
    assert [beside.status_code, free.status_code] == [200, 200]


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        (["commit", "initialized"], True),
        (["commit", "sent_to_remote", "commit"], True),
        (["commit", "sent_to_remote", "ongoing", "done"], False),
        (["commit", "done", "fail"], True),
        (["commit", "fail", "commit"], True),
        (["sent_to_remote"], True),
    ],
)
def test_a_batch_does_not_go_back(api: httpx.Client, steps: list[str], *, refused: bool) -> None:
    """A step that the order of statuses does not have is a 406 and changes nothing."""
    batch = start(api)
    answers = [step(api, batch, one, tied(1001, "S-1"), content_type="order") for one in steps]
    assert [answer.status_code for answer in answers[:-1]] == [200] * (len(steps) - 1)
    assert (answers[-1].status_code == 406) == refused
    reached = steps[-2] if refused and len(steps) > 1 else "initialized" if refused else steps[-1]
    assert api.get(f"{BATCHES}{batch}/").json()["status"] == reached


@pytest.mark.parametrize(
    ("status", "change", "field"),
    [
        ("commit", {}, "content_type"),
        ("commit", {"content_type": "parcel"}, "content_type"),
        ("commit", {"content_type": "order", "objects": [tied(1, "S")]}, "objects"),
        ("commit", {"content_type": "order", "objects": [tied(5999, "S", "orderitem")]}, "objects"),
        ("commit", {"content_type": "order", "objects": [tied(1001, "S" * 256)]}, "objects"),
        ("commit", {"content_type": "order", "objects": [tied(1001, "S", reason="bad luck")]}, "objects"),
        ("commit", {"content_type": "order", "objects": "all"}, "objects"),
        ("finished", {}, "status"),
        ("commit", {"channel": 6, "content_type": "order"}, "channel"),
    ],
)
def test_a_step_that_does_not_fit_is_a_400(
    api: httpx.Client, status: str, change: dict[str, object], field: str
) -> None:
    """Objects have to exist in this channel; statuses, types and reasons are closed lists."""
    answer = step(api, start(api), status, **change)
    assert answer.status_code == 400
    assert field in answer.json()
    assert actions(api, content_type_name="order") == []


def test_a_failed_batch_leaves_errors(api: httpx.Client) -> None:
    """Fail needs no objects; what was committed before is in error."""
    batch = start(api)
    step(api, batch, "commit", tied(1001, "S-1"), content_type="order")
    assert step(api, batch, "fail").status_code == 200
    assert actions(api, remote_id="S-1") == [("order", 1001, "S-1", "error")]
    assert actions(api, remote_id="S-1", status="success") == []


def test_products_are_known_by_their_ids_in_the_shop(api: httpx.Client) -> None:
    """The seed ties each product to a remote id per channel; at most fifty are asked for at once."""
    found = actions(api, channel="5", content_type_name="product", remote_id__in="70101,70102,nothing")
    ids = [f"x{number}" for number in range(51)]
    most = api.get(ACTIONS, params={"remote_id__in": ",".join(ids[:50])})
    more = api.get(ACTIONS, params={"remote_id__in": ",".join(ids)})
    assert found == [("product", 101, "70101", "success"), ("product", 102, "70102", "success")]
    assert (most.status_code, more.status_code, more.json()["code"]) == (200, 400, "filters_100_2")


def test_the_number_of_remote_ids_is_a_switch() -> None:
    """An installation may take more or fewer."""
    with Simulator(settings=Settings(remote_ids_most=1)) as sim, client(sim) as api:
        assert api.get(ACTIONS, params={"remote_id__in": "70101"}).status_code == 200
        assert api.get(ACTIONS, params={"remote_id__in": "70101,70102"}).status_code == 400


def test_errors_are_reported_and_listed(api: httpx.Client) -> None:
    """A report names its action and its error; the one about a place has a path of its own."""
    report = {
        "action_content_type": 12,
        "action_object_id": 1,
        "target_content_type": 1,
        "target_object_id": 1001,
        "obj_modified_date": WHEN,
        "error_code": "Product not found",
        "error_desc": "remote_id=7",
        "raw_request": "{}",
        "raw_response": "",
        "is_ok": False,
    }
    answer = api.post(f"{CHANNEL}error_reports/", json=report)
    refused = api.post(f"{CHANNEL}error_reports/", json={**report, "error_code": ""})
    places = [
        api.post(f"{CHANNEL}error_reports/{place}/", json={"error_code": "integrations_200_10_2", "x": 1})
        for place in ("country", "city", "township", "district")
    ]
    unknown = api.post(f"{CHANNEL}error_reports/planet/", json={})
    listed = api.get(f"{CHANNEL}error_reports/", params={"is_ok": "False"}).json()
    assert (answer.status_code, answer.json()["error_code"]) == (201, "Product not found")
    assert (refused.status_code, list(refused.json())) == (400, ["error_code", "code"])
    assert [one.status_code for one in places] == [201] * 4
    assert unknown.status_code == 404
    assert listed["count"] == 5
