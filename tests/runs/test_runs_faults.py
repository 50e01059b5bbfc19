"""Every way in which one order's attempt can go wrong, over real sockets, in both modes."""

from pathlib import Path

import orjson
import pytest
from small_shop import (
    WINDOW,
    assert_promises,
    attempts,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
    table,
)

from pipeline.model.capability import Capability
from pipeline.runs.verbs import apply, plan
from pipeline.simulator import Simulator

BOTH = pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
B_FIRST = pytest.mark.parametrize(
    "unique", [pytest.param(False, id="B"), pytest.param(True, id="A", marks=pytest.mark.long)]
)

APPLIED = [
    "commit_then_reset",
    "commit_then_close",
    "commit_then_hang",
    "late_commit:0.7",
    "truncated_body",
    "bad_chunks",
    "commit_then_garbage",
    "commit_then_interim_then_close",
    "drip",
    "endless_body",
    "gzip_bomb:8",
    "header_huge",
    "nul_header",
    "html_body",
    "empty_body",
    "cut_json",
    "no_number",
    "nan_json",
    "array_body",
    "wrong_shape",
    "deep_json",
    "bad_utf8",
    "huge_integer",
    "200",
    "202",
    "204",
    "206",
    "commit_then_408",
    "commit_then_500",
    "commit_then_502_html",
    "commit_then_503_empty",
    "commit_then_504",
    "commit_then_520",
]
"""The target took the order and said so badly or not at all: one attempt, and the order is created."""

LOST = [
    "reset",
    "reset_before_commit",
    "close",
    "hang",
    "garbage",
    "interim_then_close",
    "408",
    "500",
    "502_html",
    "503_empty",
    "504",
    "520",
    "402",
    "405",
    "410",
    "418",
    "304",
    "425",
    "429",
    "400_html",
    "413_html",
]
"""The target did not take it: a second attempt creates the order, once."""

REFUSED = {
    "400": "E511",
    "409": "E511",
    "422": "E511",
    "413": "E511",
    "406": "E512",
    "406_other": "E512",
    "404_product": "E511",
}
UNCLEAR = {"406_html": "E516", "406_empty": "E516", "406_duplicate": "E514"}


@BOTH
def test_what_was_applied_is_found_and_not_sent_again(tmp_path: Path, unique: bool) -> None:
    """An order that the target took is created after one attempt, however its answer was spoilt."""
    shop = open_shop(tmp_path / "shop", len(APPLIED))
    faults = {number(place): [fault] for place, fault in enumerate(APPLIED, 1)}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, deadline=0.5, window=0.6, concurrency=16)
        assert_promises(result, sim)
    assert set(states(result).values()) == {"created"}
    repeated = {APPLIED[int(name[2:]) - 1]: times for name, times in attempts(result).items() if times != 1}
    assert repeated == {}
    assert result.exit_code == 0


@BOTH
def test_what_was_lost_is_sent_again_and_created_once(tmp_path: Path, unique: bool) -> None:
    """An order that the target did not take is created by the second attempt."""
    shop = open_shop(tmp_path / "shop", len(LOST))
    faults = {number(place): [fault] for place, fault in enumerate(LOST, 1)}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, deadline=0.5, concurrency=16)
        assert_promises(result, sim)
    assert set(states(result).values()) == {"created"}
    assert set(attempts(result).values()) == {2}
    assert result.exit_code == 0


@BOTH
def test_a_judgement_is_final_and_told(tmp_path: Path, unique: bool) -> None:
    """A refusal in the target's own words ends an order; words nobody knows are for a person."""
    wanted = {**REFUSED, **UNCLEAR}
    shop = open_shop(tmp_path / "shop", len(wanted))
    faults = {number(place): [fault] for place, fault in enumerate(wanted, 1)}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique)
        assert_promises(result, sim)
        assert sim.truth.creates == {}
    assert dict(zip(wanted, codes(result).values(), strict=True)) == wanted
    assert set(attempts(result).values()) == {1}
    assert list(states(result).values()) == ["rejected"] * len(REFUSED) + ["conflict"] * 3
    assert result.exit_code == 4


@B_FIRST
def test_a_storm_of_faults_leaves_every_order_created_once(tmp_path: Path, unique: bool) -> None:
    """With one attempt in three spoilt, all orders are created, and none twice."""
    shop = open_shop(tmp_path / "shop", 60)
    creates = {"503": 0.08, "commit_then_reset": 0.08, "reset": 0.05, "commit_then_500": 0.05, "close": 0.05}
    faults = {"create": creates, "lookup": {"500": 0.02}, "seed": 11}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, attempts=50)
        assert_promises(result, sim)
    assert result.exit_code == 0
    assert result.summary.orders.created == 60


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10))
@BOTH
def test_storms_of_many_kinds_leave_every_order_created_once(tmp_path: Path, unique: bool, seed: int) -> None:
    """Half of the attempts and a third of the lookups spoilt, in ten different ways."""
    shop = open_shop(tmp_path / "shop", 200)
    creates = dict.fromkeys(
        [*LOST[:9], *APPLIED[:3], "truncated_body", "cut_json", "commit_then_503_empty"], 0.03
    )
    lookups = {"500": 0.1, "reset": 0.05, "html": 0.05, "cut_json": 0.05, "timeout": 0.02}
    faults = {"create": creates, "lookup": lookups, "seed": seed}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, attempts=100, deadline=0.4, concurrency=16)
        assert_promises(result, sim)
    assert (result.exit_code, result.summary.orders.created) == (0, 200)


def test_answers_in_any_order_reach_their_own_orders(tmp_path: Path) -> None:
    """With many under way and answers crossing in time, each outcome is booked on its own order."""
    shop = open_shop(tmp_path / "shop", 48)
    faults: dict[str, list[str]] = {
        number(place): [f"delay_answer:{(place * 7 % 48) / 200}"] for place in range(1, 49)
    }
    faults |= {number(place): ["400"] for place in range(5, 49, 5)}
    with Simulator(faults=faults) as sim:
        result = send_all(shop, sim, concurrency=48)
        assert_promises(result, sim)
    refused = {name for name, state in states(result).items() if state == "rejected"}
    assert refused == {number(place) for place in range(5, 49, 5)}


@BOTH
def test_a_refusal_after_a_lost_success_does_not_count(tmp_path: Path, unique: bool) -> None:
    """A 400 that waits behind a lost answer is never met: the order is looked up, and it is there."""
    shop = open_shop(tmp_path / "shop", 2)
    faults = {number(1): ["commit_then_reset", "400"], number(2): ["commit_then_500", "406_other"]}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique)
        assert_promises(result, sim)
    assert set(states(result).values()) == {"created"}


@BOTH
def test_a_lookup_that_lags_behind_is_asked_again(tmp_path: Path, unique: bool) -> None:
    """Not found at once is no proof: the order shows within the window and is not sent again."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["lag"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique)
        assert_promises(result, sim)
    assert attempts(result) == {number(1): 1}


def test_a_duplicate_after_an_absence_is_our_own(tmp_path: Path) -> None:
    """Two lookups saw nothing and the second attempt is refused as taken: ours, so it is created."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["lag", "lag"]}}
    with Simulator(faults=faults) as sim:
        result = send_all(shop, sim, unique=True)
        assert_promises(result, sim)
    assert states(result) == {number(1): "created"}
    assert attempts(result) == {number(1): 2}


def test_an_order_applied_after_the_window_is_refused_by_a_unique_target(tmp_path: Path) -> None:
    """In mode A a first request that is applied late, even after the second, makes no second order."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {number(1): ["late_commit:1.5"]}
    with Simulator(faults=faults) as sim:
        result = send_all(shop, sim, unique=True, deadline=0.3, window=0.2)
        while not any(entry.action == "late_commit:1.5" and entry.status is None for entry in sim.truth.log):
            raise AssertionError("the first request never arrived")
        assert_promises(result, sim)
    assert states(result) == {number(1): "created"}


@B_FIRST
def test_a_failing_lookup_never_leads_to_sending(tmp_path: Path, unique: bool) -> None:
    """While the target cannot be asked, an order in doubt is not sent; once it can, it is settled."""
    spoilt = ["500", "timeout", "html", "wrong_shape", "reset", "cut_json", "404"]
    shop = open_shop(tmp_path / "shop", 2 * len(spoilt))
    lookups = {number(place + 1): [spoilt[place % len(spoilt)]] for place in range(shop.count)}
    creates = {
        number(place + 1): ["commit_then_reset" if place < len(spoilt) else "reset"]
        for place in range(shop.count)
    }
    faults = {"create": creates, "lookup": lookups}
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, deadline=0.4, concurrency=16)
        assert_promises(result, sim)
        for name in creates:
            about = [entry for entry in sim.truth.log if entry.number == name]
            between = [entry.method for entry in about]
            assert between[:2] == ["POST", "GET"]
            if len(sim.truth.attempts(name)) > 1:
                assert between.index("POST", 1) >= 4, "two good lookups come before the second attempt"
    assert set(states(result).values()) == {"created"}


def test_two_orders_under_one_number_stop_the_run(tmp_path: Path) -> None:
    """A lookup that finds two is neither success nor absence: nothing more is sent."""
    shop = open_shop(tmp_path / "shop", 8)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["two_matches"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        result = send_all(shop, sim)
        assert_promises(result, sim)
        assert [entry.number for entry in sim.truth.log if entry.method == "POST"] == [number(1)]
    assert result.ending.code == "E515"
    assert codes(result)[number(1)] == "E515"


@pytest.mark.parametrize("way", ["ignore_case", "prefix", "ignored"])
def test_a_lookup_filter_is_not_believed(tmp_path: Path, way: str) -> None:
    """Orders whose numbers only resemble ours are not ours, and ours is found among them."""
    shop = open_shop(tmp_path / "shop", 14)
    faults = {number(13): ["reset"], number(14): ["commit_then_reset"]}
    settings = mode_settings(unique=False, lookup_filter=way, page_limit_max=5)
    with Simulator(faults=faults, settings=settings) as sim:
        for close_by in (number(13).lower(), number(13) + "0", number(14).lower(), number(14) + " "):
            sim.place({"order": _order(close_by), "order_item": [_item()]})
        result = send_all(shop, sim, concurrency=1)
        assert_promises(result, sim)
    assert set(states(result).values()) == {"created"}
    assert attempts(result)[number(13)] == 2
    assert attempts(result)[number(14)] == 1


@BOTH
def test_an_order_that_stood_there_before_is_told_from_ours(tmp_path: Path, unique: bool) -> None:
    """Refused as taken at first: the same content is present already, other content is a conflict."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator() as sim:
        planned = plan(shop.plan_request(sim.url, Capability(unique, WINDOW)), places=shop.places)
        for (body,) in table(planned.journal, "SELECT body FROM payloads ORDER BY order_id LIMIT 2"):
            sim.place(orjson.loads(body))
        sim.place({"order": _order(number(3)), "order_item": [_item()]})
        result = apply(planned, sending(), shop.places)
        assert_promises(result, sim, foreign=frozenset({number(1), number(2), number(3)}))
    assert states(result) == {
        number(1): "already_present",
        number(2): "already_present",
        number(3): "conflict",
        number(4): "created",
    }
    assert codes(result)[number(3)] == "E513"
    assert result.exit_code == 4


@pytest.mark.parametrize(
    ("shape", "state"),
    [
        ("non_field_errors", "already_present"),
        ("non_field_text", "already_present"),
        ("field", "already_present"),
        ("detail", "already_present"),
        ("string", "conflict"),
        ("text", "conflict"),
        ("html", "conflict"),
        ("empty", "conflict"),
    ],
)
def test_every_shape_of_a_duplicate_is_settled_or_shown_to_a_person(
    tmp_path: Path, shape: str, state: str
) -> None:
    """A 406 on a taken number is confirmed by a lookup where it is understood, and never a success else."""
    with Simulator(settings=mode_settings(unique=True, duplicate_shape=shape)) as sim:
        send_all(open_shop(tmp_path / "elsewhere", 1), sim)
        again = send_all(open_shop(tmp_path / "shop", 1), sim)
        assert sim.truth.creates == {number(1): 1}
    assert states(again) == {number(1): state}


def test_every_lost_attempt_is_counted_and_the_budget_is_kept(tmp_path: Path) -> None:
    """An order that is lost again and again fails in the end, is not on the target, and can be retried."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(2): ["reset", "repeat"]}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        result = send_all(shop, sim, attempts=2, window=0.2)
        assert_promises(result, sim)
        assert len(sim.truth.attempts(number(2))) == 2
    assert codes(result)[number(2)] == "E523"
    assert states(result)[number(2)] == "failed"
    assert result.exit_code == 3


def _order(name: str) -> dict[str, object]:
    return {
        "number": name,
        "channel": 5,
        "status": "delivered",
        "date_placed": "2024-03-01T10:00:00+03:00",
        "customer": 201,
        "shipping_address": 301,
        "billing_address": 302,
        "currency": "try",
        "amount": "12345.00",
    }


def _item() -> dict[str, object]:
    return {"product": 101, "quantity": 1, "unit_price": "12345.00", "total_price": "12345.00"}
