"""Remote ids are registered and refusals reported, once, whatever happens; orders never suffer from it."""

import sys
from pathlib import Path

import httpx
import pytest
from book_shop import (
    BATCHES,
    actions,
    assert_registered_once,
    batches,
    next_batch,
    open_book_shop,
)
from small_shop import Shop, assert_promises, number, open_shop, send_all, sending, states, table

from pipeline.model.capability import Capability
from pipeline.model.summary import broken_sums
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Settings, Simulator

ACTIONS = "/api/v1/channel/5/integration_actions/"
ITEMS = "/api/v1/channel/5/order_items/"
REPORTS = "/api/v1/channel/5/error_reports/"
ITEM = {"product": 101, "quantity": 1, "unit_price": "1.00", "total_price": "1.00"}
ORDER = {
    "channel": 5,
    "status": "delivered",
    "date_placed": "2024-03-01T10:00:00+03:00",
    "customer": 201,
    "shipping_address": 301,
    "billing_address": 302,
    "currency": "try",
    "amount": "1.00",
}
LOST = ["reset", "commit_then_reset", "502_html", "cut_json"]


def again(shop: Shop, sim: Simulator, **changes: object) -> Result:
    """Resume the shop's run."""
    return resume(None, sending(sim.token, **changes), shop.places)


def api(sim: Simulator) -> httpx.Client:
    """Open a client for somebody else."""
    return httpx.Client(base_url=sim.url, headers={"Authorization": f"Token {sim.token}"}, trust_env=False)


def test_orders_and_items_are_registered_in_few_requests(tmp_path: Path) -> None:
    """A batch of up to a hundred objects takes three requests; every request is counted."""
    shop = open_book_shop(tmp_path / "shop", 60)
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert_promises(result, sim)
        assert_registered_once(sim)
        log = sim.truth.log
        assert result.summary.traffic.requests == len(log)
        assert sum("batch_requests" in one.path for one in log) == 3 * batches(sim)["done"]
        assert all(len(one["objects"]) <= 100 for one in sim.records("batch_requests"))
        before = len(log)
        repeated = again(shop, sim)
        assert len(sim.truth.log) == before, "a finished run has nothing left to register"
    books = result.summary.bookkeeping
    assert books is not None
    assert (books.wanted, books.registered, books.left, books.batches) == (60, 60, 0, 2)
    assert (result.exit_code, repeated.exit_code) == (0, 0)
    assert broken_sums(result.summary) == []


@pytest.mark.parametrize("books", ["", "bookkeeping: {}\n", "bookkeeping: {batch: false}\n"])
def test_nothing_is_registered_unless_a_mapping_says_so(tmp_path: Path, books: str) -> None:
    """No request beside those for the orders, and no key in the summary."""
    shop = open_book_shop(tmp_path / "shop", 3, books=books)
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert [one.method for one in sim.truth.log] == ["POST"] * 3
    assert "bookkeeping" not in result.summary.as_json()


def test_an_order_has_its_own_id_or_its_number(tmp_path: Path) -> None:
    """What is sent as extra_field.id is the remote id; without line ids, orders alone are registered."""
    shop = open_book_shop(tmp_path / "shop", 2, lines="")
    text = shop.mapping.read_text(encoding="utf-8")
    own = text.replace("order:\n  number:", "order:\n  extra_field: {id: placed}\n  number:")
    shop.mapping.write_text(own, encoding="utf-8")
    with Simulator() as sim:
        result = send_all(shop, sim)
        found = [(one["_model"], one["remote_id"]) for one in actions(sim)]
    assert found == [("order", "2024-03-02 10:00"), ("order", "2024-03-03 10:00")]
    assert result.summary.issues["W353"] == 1


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("place", ["open", "commit", "done"])
def test_a_lost_answer_is_looked_at_and_nothing_is_registered_twice(
    tmp_path: Path, place: str, fault: str
) -> None:
    """Whether the target took the request or not: one batch, every object tied once."""
    shop = open_book_shop(tmp_path / "shop", 4)
    with Simulator() as sim:
        path = f"PATCH {next_batch(sim)}"
        scripts = {
            "open": {f"POST {BATCHES}": [fault]},
            "commit": {path: [fault]},
            "done": {path: ["ok", fault]},
        }
        sim.script({"other": scripts[place]})
        result = send_all(shop, sim)
        assert_promises(result, sim)
        assert_registered_once(sim)
        assert result.summary.traffic.requests == len(sim.truth.log)
        assert batches(sim) == {"done": 1}, "what was lost is found again, not made anew"
    assert result.exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed in the way of POSIX")
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("place", ["lookup", "open", "commit", "done"])
def test_killed_over_a_request_the_next_process_goes_on(tmp_path: Path, place: str, taken: bool) -> None:
    """What the dead process was about to do stands in the journal; the next one looks before it repeats."""
    from child import gone, start, until

    shop = open_book_shop(tmp_path / "shop", 3)
    fault = "delay_answer:30" if taken else "hang"
    with Simulator() as sim:
        step = f"PATCH {next_batch(sim)}"
        scripts = {
            "lookup": ({"other": {f"{ITEMS}?order=1002": [fault]}}, ITEMS),
            "open": ({"other": {f"POST {BATCHES}": [fault]}}, BATCHES),
            "commit": ({"other": {step: [fault]}}, next_batch(sim)),
            "done": ({"other": {step: ["ok", fault]}}, next_batch(sim)),
        }
        script, path = scripts[place]
        wanted = 2 if place == "done" else 1
        plan(shop.plan_request(sim.url, Capability(settle_window=0.3)), places=shop.places)
        sim.script(script)
        process = start(shop, sim.token, deadline=40.0)
        until(lambda: sum(path in one.path and one.action == fault for one in sim.truth.log) == 1)
        until(lambda: sum(path in one.path for one in sim.truth.log) >= wanted)
        process.kill()
        gone(process)
        result = again(shop, sim)
        assert_promises(result, sim)
        assert_registered_once(sim)
        assert batches(sim) == {"done": 1}
    assert result.exit_code == 0


@pytest.mark.parametrize("path", ["batches", "actions", "lookup"])
def test_orders_never_suffer_from_bookkeeping(tmp_path: Path, path: str) -> None:
    """A target that answers nothing of it: the orders stand, the exit code says that something is left."""
    shop = open_book_shop(tmp_path / "shop", 3)
    script = {
        "batches": {"other": {BATCHES: ["502_html", "repeat"]}},
        "actions": {"other": {ACTIONS: ["reset", "repeat"]}},
        "lookup": {"other": {f"GET {ITEMS}": ["500", "repeat"]}},
    }
    with Simulator(faults=script[path]) as sim:
        result = send_all(shop, sim, attempts=2)
        assert_promises(result, sim)
        assert set(states(result).values()) == {"created"}
        assert (result.exit_code, result.ending.code) == (5, "E550")
        books = result.summary.bookkeeping
        assert books is not None
        assert books.left == 3
        sim.script({})
        assert again(shop, sim).exit_code == 0
        assert_registered_once(sim)


def test_a_target_without_batch_requests_says_so(tmp_path: Path) -> None:
    """A 404 is not asked again: a person has to look."""
    shop = open_book_shop(tmp_path / "shop", 2)
    with Simulator(faults={"other": {f"POST {BATCHES}": ["404", "repeat"]}}) as sim:
        result = send_all(shop, sim)
        assert sum(one.path == BATCHES for one in sim.truth.log) == 1
    assert (result.exit_code, result.ending.code) == (5, "E550")
    assert "404" in str(result.ending.facts["reason"])


def test_a_token_that_ends_stops_it_and_a_new_one_goes_on(tmp_path: Path) -> None:
    """The code is that of the token; nothing is registered twice afterwards."""
    shop = open_book_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        sim.script({"other": {f"PATCH {next_batch(sim)}": ["401"]}})
        result = send_all(shop, sim)
        assert (result.exit_code, result.ending.code) == (5, "E501")
        assert again(shop, sim).exit_code == 0
        assert_registered_once(sim)
        assert batches(sim) == {"done": 1}


def test_another_batch_in_commit_is_waited_for(tmp_path: Path) -> None:
    """The target lets one be in commit; when it does not end, the run says which, and a later one goes on."""
    shop = open_book_shop(tmp_path / "shop", 3)
    with Simulator() as sim, api(sim) as somebody:
        other = somebody.post(BATCHES, json={"channel": 5}).json()["pk"]
        body = {"channel": 5, "status": "commit", "content_type": "order", "objects": None}
        assert somebody.patch(f"{BATCHES}{other}/", json=body).status_code == 200
        result = send_all(shop, sim)
        assert (result.exit_code, result.ending.code) == (5, "E551")
        assert str(other) in str(result.ending.facts["reason"])
        somebody.patch(f"{BATCHES}{other}/", json={**body, "status": "fail"})
        assert again(shop, sim).exit_code == 0
        assert_registered_once(sim)
        assert batches(sim) == {"fail": 1, "done": 1}


def test_a_run_whose_journal_is_lost_registers_nothing_again(tmp_path: Path) -> None:
    """The same files from another machine: the orders are found, and so is that they are registered."""
    first = open_book_shop(tmp_path / "first", 5)
    second = open_book_shop(tmp_path / "second", 5)
    with Simulator() as sim:
        send_all(first, sim, unique=True)
        result = send_all(second, sim, unique=True)
        assert set(states(result).values()) == {"already_present"}
        assert_registered_once(sim)
        assert batches(sim) == {"done": 1}
    books = result.summary.bookkeeping
    assert books is not None
    assert (books.present, books.registered, result.exit_code) == (5, 0, 0)


def test_what_the_first_run_left_the_second_registers(tmp_path: Path) -> None:
    """Three orders were sent without bookkeeping; another run of the same files makes up for it."""
    without = open_book_shop(tmp_path / "first", 3, books="")
    shop = open_book_shop(tmp_path / "second", 3)
    with Simulator() as sim:
        send_all(without, sim, unique=True)
        assert actions(sim) == []
        assert send_all(shop, sim, unique=True).exit_code == 0
        assert_registered_once(sim)


def test_items_that_do_not_show_their_lines_are_not_guessed_at(tmp_path: Path) -> None:
    """The order stands there from another hand, without line ids: it is not registered, and stays created."""
    without = open_book_shop(tmp_path / "first", 2, books="", lines="")
    shop = open_book_shop(tmp_path / "second", 2)
    with Simulator() as sim:
        send_all(without, sim, unique=True)
        result = send_all(shop, sim, unique=True)
        assert actions(sim) == []
        assert again(shop, sim).exit_code == 3
    assert set(states(result).values()) == {"already_present"}
    assert (result.exit_code, result.summary.issues["E552"]) == (3, 2)


def test_line_ids_that_repeat_are_registered_for_no_second_order(tmp_path: Path) -> None:
    """Lines counted from 1 within each order: whoever cancels line 1 must not strike another order's."""
    shop = open_book_shop(tmp_path / "shop", 3, lines="1")
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert sum(one["_model"] == "order" for one in actions(sim)) == 1
    assert (result.exit_code, result.summary.issues["E555"]) == (3, 2)


def test_a_remote_id_that_another_order_has_stays_its_own(tmp_path: Path) -> None:
    """The order is left unregistered, and the other one keeps its id."""
    first = open_book_shop(tmp_path / "first", 1)
    shop = open_book_shop(tmp_path / "second", 1)
    swap = [(shop.orders, "B-1"), (shop.items, "B-1")]
    for path, name in swap:
        path.write_text(path.read_text(encoding="utf-8").replace(number(1), name), encoding="utf-8")
    text = shop.mapping.read_text(encoding="utf-8").replace(
        "order:\n", f"order:\n  extra_field: {{id: {{constant: {number(1)}}}}}\n", 1
    )
    shop.mapping.write_text(text.replace("{id: line}", "{id: {template: 'x{a}', columns: {a: line}}}"))
    with Simulator() as sim:
        send_all(first, sim)
        before = actions(sim)
        result = send_all(shop, sim)
        assert actions(sim) == before
    assert (result.exit_code, result.summary.issues["E554"]) == (3, 1)


def test_a_refused_batch_is_ended_and_its_orders_are_told(tmp_path: Path) -> None:
    """The target says no to the objects: nothing is left in commit, every order has its issue."""
    shop = open_book_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        sim.script({"other": {f"PATCH {next_batch(sim)}": ["400"]}})
        result = send_all(shop, sim)
        assert batches(sim) == {"fail": 1}
        assert actions(sim) == []
        assert_promises(result, sim)
    assert (result.exit_code, result.summary.issues["E553"]) == (3, 2)


def wide_shop(folder: Path) -> Shop:
    """Write two orders, the second with so many lines that it needs three batches."""
    shop = open_book_shop(folder, 2)
    lines = [f"{number(2)},101,1,1.00,1.00,M{place}" for place in range(250)]
    with shop.items.open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return shop


def test_an_order_with_very_many_lines_is_spread_over_batches(tmp_path: Path) -> None:
    """No request holds more than a hundred objects, and the order counts once all of them are through."""
    shop = wide_shop(tmp_path / "shop")
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert_registered_once(sim)
        assert max(len(one["objects"]) for one in sim.records("batch_requests")) == 100
        assert batches(sim) == {"done": 4}
    assert result.exit_code == 0


def test_the_rest_of_a_refused_order_is_not_registered(tmp_path: Path) -> None:
    """The first of its three batches is refused: nothing of the others is sent."""
    shop = wide_shop(tmp_path / "shop")
    with Simulator() as sim:
        second = sim.records("batch_requests").next_pk() + 1
        sim.script({"other": {f"PATCH {BATCHES}{second}/": ["400"]}})
        result = send_all(shop, sim)
        assert batches(sim) == {"done": 1, "fail": 1}
        assert [one["remote_id"] for one in actions(sim) if one["_model"] == "order"] == [number(1)]
        assert len(actions(sim)) == len(sim.truth.numbered(5, number(1))[0].shown_items) + 1
    assert (result.exit_code, result.summary.issues["E553"]) == (3, 1)


def refusing_shop(folder: Path) -> Shop:
    """Write three orders, of which the target refuses the second; its note speaks of a person."""
    shop = open_shop(folder, 3)
    mapping = shop.mapping.read_text(encoding="utf-8")
    mapping = mapping.replace("order:\n", "order:\n  notes: {constant: call Ada at +90 532 111 22 33}\n", 1)
    shop.mapping.write_text(mapping + "bookkeeping: {error_reports: true}\n", encoding="utf-8")
    text = shop.orders.read_text(encoding="utf-8").splitlines()
    text[2] = text[2].replace(",202,", ",999,").replace(",203,", ",999,")
    shop.orders.write_text("\n".join(text) + "\n", encoding="utf-8")
    return shop


def reports(sim: Simulator) -> list[dict[str, object]]:
    """Give what was reported, as it was sent."""
    return [one["_sent"] for one in sim.records("error_reports")]


def test_a_refused_order_is_reported_once_and_without_the_person(tmp_path: Path) -> None:
    """The report names the order, the code and the complaint; no note, no phone, no token."""
    shop = refusing_shop(tmp_path / "shop")
    with Simulator() as sim:
        result = send_all(shop, sim)
        assert list(states(result).values()) == ["created", "rejected", "created"]
        (sent,) = reports(sim)
        again(shop, sim)
        assert len(reports(sim)) == 1
        assert batches(sim) == {"fail": 1}
        assert actions(sim) == []
        words = str(sent)
        assert number(2) in words
        assert str(sent["error_code"]).startswith("CreateOrder-E5")
        assert not any(secret in words for secret in ("Ada", "532", sim.token))
    books = result.summary.bookkeeping
    assert books is not None
    assert (books.reports_wanted, books.reports_sent, books.wanted, result.exit_code) == (1, 1, 0, 3)


@pytest.mark.parametrize("fault", ["commit_then_reset", "reset", "500", "400"])
def test_a_report_whose_answer_is_lost_is_not_sent_again(tmp_path: Path, fault: str) -> None:
    """At most once: what is not confirmed is told, and left."""
    shop = refusing_shop(tmp_path / "shop")
    with Simulator(faults={"other": {f"POST {REPORTS}": [fault]}}) as sim:
        result = send_all(shop, sim)
        again(shop, sim)
        assert sum(one.path == REPORTS for one in sim.truth.log) == 1
    assert result.summary.issues["W354"] == 1


def test_a_report_that_was_not_taken_yet_is_sent_later(tmp_path: Path) -> None:
    """429 proves that nothing was taken."""
    shop = refusing_shop(tmp_path / "shop")
    with Simulator(faults={"other": {f"POST {REPORTS}": ["429:0", "429:0"]}}) as sim:
        assert send_all(shop, sim).exit_code == 3
        assert len(reports(sim)) == 1


def test_the_journal_knows_what_was_registered(tmp_path: Path) -> None:
    """For people with an SQLite tool: batches with their ids, objects with theirs."""
    shop = open_book_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        result = send_all(shop, sim)
        pks = {one["pk"] for one in sim.records("batch_requests")}
        lookups = {order.number: order.pk for order in sim.truth.orders(5)}
    assert set(table(result.journal, "SELECT state, pk FROM batches")) == {("done", pk) for pk in pks}
    found = table(result.journal, "SELECT remote_id, pk FROM batch_objects WHERE kind = 'order'")
    assert dict(found) == lookups


def test_settings_of_lists_without_pk_are_understood(tmp_path: Path) -> None:
    """A 201 without a pk, and lists that say id: the order is looked up, and registered all the same."""
    shop = open_book_shop(tmp_path / "shop", 2)
    with Simulator(settings=Settings(lists_with_id=frozenset({"integration_actions"}))) as sim:
        assert send_all(shop, sim).exit_code == 0
        assert_registered_once(sim)


def test_an_order_that_the_target_refuses_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """One object is complained of by its place: its order is told, the others go in another batch."""
    shop = open_book_shop(tmp_path / "shop", 3, lines="")
    faults = {"lookup": {"*": ["500"], number(2): ["other_value:pk"]}}
    with Simulator(faults=faults, settings=Settings(pk_in_answer=False)) as sim:
        result = send_all(shop, sim)
        assert batches(sim) == {"fail": 1, "done": 1}
        assert {one["remote_id"] for one in actions(sim) if one["_model"] == "order"} == {
            number(1),
            number(3),
        }
        assert_promises(result, sim)
    assert (result.exit_code, result.summary.issues["E553"]) == (3, 1)


@pytest.mark.parametrize("fault", ["filter_ignored", "404", "html_body", "fuzzy", "two_matches", "lag"])
def test_a_target_that_cannot_look_many_up_is_asked_one_by_one(tmp_path: Path, fault: str) -> None:
    """The filter for many numbers only saves requests: what it answers is not believed."""
    shop = open_book_shop(tmp_path / "shop", 3)
    with Simulator(faults={"lookup": {"*": [fault]}}) as sim:
        sim.place({"order": {**ORDER, "number": "A-00011"}, "order_item": [ITEM]})
        result = send_all(shop, sim)
        assert {one["remote_id"] for one in actions(sim) if one["_model"] == "order"} == {
            number(place) for place in (1, 2, 3)
        }
        assert len(actions(sim)) == 3 + result.summary.items.read
    assert result.exit_code == 0


def test_an_order_that_is_not_the_one_we_made_is_not_registered(tmp_path: Path) -> None:
    """Somebody has deleted it and made another under its number: the id tells them apart."""
    shop = open_book_shop(tmp_path / "shop", 2)
    with Simulator(faults={"lookup": {"*": ["500"], number(2): ["other_value:pk"]}}) as sim:
        result = send_all(shop, sim)
        assert [one["remote_id"] for one in actions(sim) if one["_model"] == "order"] == [number(1)]
    assert (result.exit_code, result.summary.issues["E552"]) == (3, 1)
