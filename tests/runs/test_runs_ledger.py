"""Runs of one channel know of each other: nothing is sent by two of them, nothing is lost between them."""

import shutil
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from small_shop import (
    WINDOW,
    Shop,
    assert_promises,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
    table,
)

from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue
from pipeline.model.summary import broken_sums
from pipeline.runs.asked.request import PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.runs.verbs import apply, check, plan, resume
from pipeline.simulator import Simulator
from pipeline.upload.limits import Limits

TWICE = mode_settings(unique=False)
"""A target that takes every number twice: nothing but the ledger keeps a second run from doing harm."""


def planned(shop: Shop, sim: Simulator, channel: int = 5) -> Result:
    """Plan the shop as it stands."""
    return plan(shop.plan_request(sim.url, Capability(settle_window=WINDOW), channel), places=shop.places)


def posts(sim: Simulator) -> int:
    """Count the requests that were to create an order."""
    return sum(entry.method == "POST" for entry in sim.truth.log)


def edit(shop: Shop, old: str, new: str) -> None:
    """Change text in both files."""
    for path in (shop.orders, shop.items):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def make_dearer(shop: Shop, place: int) -> None:
    """Add one to the amount of an order that has one item, and to the item."""
    lines = shop.orders.read_text().splitlines()
    of_order = lines[place].rsplit(",", 1)
    lines[place] = f"{of_order[0]},{float(of_order[1]) + 1:.2f}"
    shop.orders.write_text("\n".join(lines) + "\n")
    items = []
    for line in shop.items.read_text().splitlines():
        name, product, quantity, price, total = line.split(",")
        if name == number(place):
            price, total = (f"{float(value) + 1:.2f}" for value in (price, total))
        items.append(f"{name},{product},{quantity},{price},{total}")
    shop.items.write_text("\n".join(items) + "\n")


def told(result: Result, code: str) -> list[Issue]:
    """Give the issues of a code."""
    return [issue for issue in result.issues() if issue.code == code]


def ledger_of(shop: Shop, sim: Simulator) -> Path:
    """Give the ledger of the channel."""
    return ledger_file(shop.places, sim.url, 5)


def test_the_same_files_again_send_nothing_and_one_changed_amount_is_refused(tmp_path: Path) -> None:
    """The second run finds all of it there; in the third one order says something else than before."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        second = send_all(shop, sim)
        assert posts(sim) == 12
        make_dearer(shop, 3)
        third = send_all(shop, sim)
        requests = len(sim.truth.log)
        assert posts(sim) == 12
        assert requests == 12
    assert (second.exit_code, second.summary.orders.already_present) == (0, 12)
    assert second.summary.traffic.requests == 0
    assert second.summary.money == first.summary.money
    assert second.summary.items == first.summary.items
    remote = {order.number: order.remote_id for order in first.orders()}
    assert {order.number: order.remote_id for order in second.orders()} == remote
    assert set(table(second.journal, "SELECT via FROM orders")) == {("ledger",)}
    assert third.exit_code == 4
    assert states(third)[number(3)] == "conflict"
    assert Counter(states(third).values()) == {"already_present": 11, "conflict": 1}
    (issue,) = told(third, "E640")
    assert issue.facts["run"] == first.run_id
    assert issue.facts["fields"] == "order.amount, order_item.unit_price, order_item.total_price"
    assert issue.at is not None
    assert issue.at.row == 4
    assert broken_sums(third.summary) == []


def test_what_was_changed_and_put_back_is_already_present(tmp_path: Path) -> None:
    """A refusal by the ledger is no knowledge of the target, and stands in nobody's way."""
    shop = open_shop(tmp_path / "shop", 3)
    before = (shop.orders.read_text(), shop.items.read_text())
    with Simulator(settings=TWICE) as sim:
        send_all(shop, sim)
        make_dearer(shop, 3)
        assert send_all(shop, sim).exit_code == 4
        shop.orders.write_text(before[0])
        shop.items.write_text(before[1])
        result = send_all(shop, sim)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 4)}
    assert (result.exit_code, result.summary.orders.already_present) == (0, 3)


def test_a_plan_says_what_is_there_before_anything_is_sent(tmp_path: Path) -> None:
    """Already when planned, and in a check that names the target; without one nothing is known."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(settings=TWICE) as sim:
        send_all(shop, sim)
        make_dearer(shop, 3)
        ready = planned(shop, sim)
        checked = check(shop.plan_request(sim.url), shop.places)
        blind = check(PlanRequest([shop.orders, shop.items], shop.mapping, channel=5), shop.places)
    for result in (ready, checked):
        assert (result.summary.orders.already_present, result.summary.orders.conflict) == (3, 1)
        assert result.exit_code == 4
    assert blind.summary.orders.unprocessed == 4


def test_another_channel_and_another_target_know_nothing_of_it(tmp_path: Path) -> None:
    """Numbers are unique within a channel of a target."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(settings=TWICE) as sim, Simulator(settings=TWICE) as other:
        send_all(shop, sim)
        assert planned(shop, sim, channel=6).summary.orders.unprocessed == 2
        assert planned(shop, other).summary.orders.unprocessed == 2
        spelled = replace(shop.plan_request(sim.url), target=f"{sim.url.upper().replace('HTTP', 'http')}/")
        assert plan(spelled, places=shop.places).summary.orders.already_present == 2


def test_two_plans_of_the_same_orders_create_each_once(tmp_path: Path) -> None:
    """When the second one starts, the first one's success is in the ledger, as it was not when planned."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(settings=TWICE) as sim:
        one, two = planned(shop, sim), planned(shop, sim)
        assert two.summary.orders.unprocessed == 6
        apply(one, sending(), shop.places)
        second = apply(two, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 7)}
    assert (second.exit_code, second.summary.orders.already_present) == (0, 6)


def test_an_interrupted_run_finds_what_a_later_one_sent_for_it(tmp_path: Path) -> None:
    """The later plan says that both would send them; whichever comes second leaves them alone."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim, limit=2)
        ready = planned(shop, sim)
        assert ready.summary.orders.already_present == 2
        assert [issue.facts for issue in told(ready, "W642")] == [{"run": first.run_id, "count": 4}]
        apply(ready, sending(), shop.places)
        resumed = resume(first.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 7)}
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 2)
    assert resumed.summary.orders.already_present == 4


@pytest.mark.parametrize("fault", ["commit_then_reset", "reset"])
def test_an_order_in_doubt_elsewhere_is_held_until_that_run_has_settled_it(
    tmp_path: Path, fault: str
) -> None:
    """The other run would create it a second time; it says which run to see to, and goes on afterwards."""
    shop = open_shop(tmp_path / "shop", 3)
    script = {number(1): [fault], "lookup": {number(1): ["500", "repeat"]}}
    with Simulator(faults=script, settings=TWICE) as sim:
        first = send_all(shop, sim, limits=Limits(max_duration=0.4))
        assert states(first)[number(1)] == "in_doubt"
        second = send_all(shop, sim)
        assert (second.exit_code, second.summary.orders.unprocessed) == (4, 1)
        assert states(second)[number(1)] == "held"
        assert codes(second)[number(1)] == "E641"
        assert f"run {first.run_id}" in message_of(told(second, "E641")[0])
        assert broken_sums(second.summary) == []
        sim.script({})
        assert resume(first.run_id, sending(), shop.places).exit_code == 0
        after = resume(second.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 4)}
        assert_promises(resume(first.run_id, sending(), shop.places), sim)
    assert (after.exit_code, states(after)[number(1)]) == (0, "already_present")
    assert told(after, "E641") == []


def test_what_failed_or_was_refused_goes_again_edited_or_not(tmp_path: Path) -> None:
    """The target said no, or nothing at all: nothing of the order stands there."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(faults={number(1): ["400"], number(2): ["503_empty", "repeat"]}, settings=TWICE) as sim:
        first = send_all(shop, sim, attempts=1)
        assert (states(first)[number(1)], states(first)[number(2)]) == ("rejected", "failed")
        sim.script({})
        edit(shop, "2024-03-02", "2024-04-02")
        second = send_all(shop, sim)
        assert sim.truth.creates == {number(place): 1 for place in range(1, 5)}
    assert (second.exit_code, second.summary.orders.created) == (0, 2)


def test_a_failed_order_that_another_run_created_is_not_sent_by_a_resume(tmp_path: Path) -> None:
    """A resume makes failed orders sendable again, and only then asks the ledger."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(faults={number(1): ["503_empty", "repeat"]}, settings=TWICE) as sim:
        first = send_all(shop, sim, attempts=1)
        assert states(first)[number(1)] == "failed"
        sim.script({})
        send_all(shop, sim)
        resumed = resume(first.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(1): 1, number(2): 1}
    assert states(resumed) == {number(1): "already_present", number(2): "created"}


def test_orders_that_left_the_export_are_reported(tmp_path: Path) -> None:
    """With their count and a few numbers; those of the latest whole export of the same mapping."""
    shop = open_shop(tmp_path / "shop", 9)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        for place in (2, 5):
            for path in (shop.orders, shop.items):
                kept = [line for line in path.read_text().splitlines() if not line.startswith(number(place))]
                path.write_text("\n".join(kept) + "\n")
        second = planned(shop, sim)
        assert posts(sim) == 9
    (issue,) = told(second, "W641")
    assert issue.facts == {
        "count": 2,
        "run": first.run_id,
        "created": 2,
        "examples": f"{number(2)}, {number(5)}",
    }
    assert second.exit_code == 0
    assert told(first, "W641") == []


def test_numbers_that_a_target_may_take_for_the_same_are_not_sent_by_two_runs(tmp_path: Path) -> None:
    """Only the case of a letter differs: the second would be refused, or be another of the same name."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(settings=TWICE) as sim:
        send_all(shop, sim)
        edit(shop, "A-0001", "a-0001")
        second = send_all(shop, sim)
        assert posts(sim) == 2
    assert codes(second) == {"a-0001": "E640", "A-0002": None}
    assert told(second, "E640")[0].facts["fields"] == "order.number"


def test_a_change_of_the_files_between_plan_and_resume_is_told_and_not_sent(tmp_path: Path) -> None:
    """A resume sends what was sealed, and says that the files say something else by now."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(settings=TWICE) as sim:
        ready = planned(shop, sim)
        make_dearer(shop, 3)
        shop.items.unlink()
        shop.mapping.write_text(shop.mapping.read_text() + "# changed\n")
        result = resume(None, sending(), shop.places)
        assert_promises(result, sim)
        assert {Path(str(issue.at.file)).name for issue in told(result, "W644") if issue.at} == {
            "orders.csv",
            "items.csv",
            "mapping.yaml",
        }
        again = resume(None, sending(), shop.places)
    assert (result.run_id, result.exit_code, result.summary.orders.created) == (ready.run_id, 0, 4)
    assert len(told(again, "W644")) == 3, "told once, however often the run is continued"


def test_what_a_person_says_is_not_there_is_sent_whatever_the_ledger_says(tmp_path: Path) -> None:
    """The order was deleted on the target by hand, and its correction is to take its place."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=TWICE) as sim:
        send_all(shop, sim)
        make_dearer(shop, 3)
        second = send_all(shop, sim)
        assert states(second)[number(3)] == "conflict"
        with closing(RunJournal(second.journal, now=0.0)) as journal:
            sql = "UPDATE orders SET state = 'absent', via = 'person' WHERE number = ?"
            journal.transaction(lambda db: db.execute(sql, (number(3),)))
        after = resume(second.run_id, sending(), shop.places)
        assert sim.truth.creates == {number(1): 1, number(2): 1, number(3): 2}
        again = send_all(shop, sim)
    assert (states(after)[number(3)], again.summary.orders.already_present) == ("created", 3)


def test_a_ledger_that_is_lost_is_made_anew_from_the_journals(tmp_path: Path) -> None:
    """It says so, and nothing is sent twice for it; a damaged one is kept for whoever wants to look."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(settings=TWICE) as sim:
        send_all(shop, sim)
        ledger_of(shop, sim).unlink()
        second = send_all(shop, sim)
        ledger_of(shop, sim).write_bytes(b"no ledger at all" * 500)
        third = send_all(shop, sim)
        assert posts(sim) == 5
    assert [issue.facts for issue in told(second, "W640")] == [{"reason": "was missing", "count": 1}]
    assert [issue.facts["reason"] for issue in told(third, "W640")] == ["was damaged"]
    assert second.summary.orders.already_present == third.summary.orders.already_present == 5
    assert [path.name for path in ledger_of(shop, sim).parent.glob("damaged-*")]


def test_a_ledger_from_before_the_last_run_learns_what_it_missed(tmp_path: Path) -> None:
    """An older copy was put back: the journals say what happened since."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim, limit=2)
        kept = tmp_path / "kept"
        shutil.copy(ledger_of(shop, sim), kept)
        resume(first.run_id, sending(), shop.places)
        shutil.copy(kept, ledger_of(shop, sim))
        second = send_all(shop, sim)
        assert posts(sim) == 5
    assert second.summary.orders.already_present == 5


def test_an_old_copy_of_a_journal_does_not_make_its_orders_sendable(tmp_path: Path) -> None:
    """It was put back to where nothing had been sent; the ledger remembers."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(settings=TWICE) as sim:
        ready = planned(shop, sim)
        kept = tmp_path / "kept"
        shutil.copy(ready.journal, kept)
        apply(ready, sending(), shop.places)
        shutil.copy(kept, ready.journal)
        second = send_all(shop, sim)
        assert posts(sim) == 5
    assert second.summary.orders.already_present == 5


def test_an_old_copy_of_a_journal_does_not_make_its_doubts_sendable(tmp_path: Path) -> None:
    """It says that nothing was sent, but fewer processes worked on it than the ledger knows of."""
    shop = open_shop(tmp_path / "shop", 2)
    script = {number(1): ["commit_then_reset"], "lookup": {number(1): ["500", "repeat"]}}
    with Simulator(faults=script, settings=TWICE) as sim:
        ready = planned(shop, sim)
        kept = shutil.copy(ready.journal, tmp_path / "kept")
        apply(ready, sending(limits=Limits(max_duration=0.4)), shop.places)
        shutil.copy(kept, ready.journal)
        second = send_all(shop, sim)
        assert sim.truth.creates == {number(1): 1, number(2): 1}
    assert codes(second)[number(1)] == "E643"


def test_a_finished_run_whose_journal_was_removed_is_still_known(tmp_path: Path) -> None:
    """The ledger had taken it over: nothing is unknown, and nothing need be said."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=TWICE) as sim:
        first = send_all(shop, sim)
        shutil.rmtree(first.journal.parent)
        make_dearer(shop, 3)
        second = send_all(shop, sim)
        assert posts(sim) == 3
    assert second.summary.orders.already_present == 2
    assert told(second, "E640")[0].facts["fields"] == "not compared"
    assert "W645" not in second.summary.issues


def test_references_that_only_present_orders_name_are_not_even_looked_up(tmp_path: Path) -> None:
    """Nothing is created, and nothing asked, for orders that are there."""
    from test_runs_references import NEW, sent
    from test_runs_references import shop as reference_shop

    request = reference_shop(tmp_path, NEW, NEW)
    with Simulator(settings=TWICE) as sim:
        assert sent(request, sim).exit_code == 0
        before, made = sum(sim.truth.requests.values()), len(sim.truth.made)
        again = sent(request, sim)
        assert sum(sim.truth.requests.values()) == before
        assert len(sim.truth.made) == made
        changed = request.sources[0]
        changed.write_text(changed.read_text().replace("+905000000099", "+905000000011"))
        same = sent(request, sim)
        changed.write_text(changed.read_text().replace("Deneme Sok. 5", "Deneme Sok. 6"))
        other = sent(request, sim)
    assert again.summary.orders.already_present == same.summary.orders.already_present == 2
    assert [issue.facts["fields"] for issue in told(other, "E640")] == [
        "order.shipping_address, order.billing_address"
    ] * 2
