"""The modes over real sockets: what each of them sends again, and what it leaves to a person."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from small_shop import (
    WINDOW,
    Shop,
    assert_promises,
    attempts,
    codes,
    mode_settings,
    number,
    open_shop,
    sending,
    states,
    table,
)

from pipeline.journal.running import RunJournal
from pipeline.model.capability import Capability
from pipeline.model.catalogue import remedy_of
from pipeline.model.planned import Intent
from pipeline.model.refusal import UsageRefused
from pipeline.runs.accounts.proving import prove
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import plan, resume, run
from pipeline.simulator import Simulator
from pipeline.upload.limits import Limits

BLIND_A = Capability(True, WINDOW, lookup=False)
C = Capability(False, WINDOW, lookup=False)
AMBIGUOUS = [
    "reset",
    "reset_before_commit",
    "commit_then_reset",
    "408",
    "commit_then_408",
    "429",
    "500",
    "commit_then_500",
    "503_empty",
    "cut_json",
    "204",
]
"""Of these it cannot be told whether the order was applied."""
FAILED_LOOKUPS = ["500", "html", "cut_json", "wrong_shape", "hang", "reset", "429"]


def send(shop: Shop, sim: Simulator, capability: Capability, **changes: Any) -> Result:
    """Plan and send the shop in a mode; nothing may be looked up in those tried here."""
    planned = shop.plan_request(sim.url, capability)
    return run(planned, sending(sim.token, **changes), shop.places)


def looks(sim: Simulator) -> int:
    """How often the target was asked for orders."""
    return sum(entry.method == "GET" and "/orders/" in entry.path for entry in sim.truth.log)


def via(result: Result) -> dict[str, str | None]:
    """How each order's outcome is known, by number."""
    return dict(table(result.journal, "SELECT number, via FROM orders"))


def holds(result: Result, shop: Shop, *sims: Simulator, **changes: Any) -> None:
    """What the target knows and what the journal proves both bear the result out."""
    assert_promises(result, *sims, **changes)
    proof = prove(result.run_id, shop.places)
    assert proof.holds, proof.issues()


def test_in_mode_c_every_ambiguous_order_goes_to_a_person_and_is_never_sent_twice(tmp_path: Path) -> None:
    """Neither in this run nor in a later one; and nobody is asked what cannot be asked."""
    shop = open_shop(tmp_path / "shop", len(AMBIGUOUS) + 1)
    faults = {number(place): [fault, "repeat"] for place, fault in enumerate(AMBIGUOUS, 1)}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        result = send(shop, sim, C)
        doubtful = {name for name, state in states(result).items() if state == "in_doubt"}
        assert doubtful == set(faults)
        assert {codes(result)[name] for name in doubtful} == {"E521"}
        again = resume(None, sending(sim.token), shop.places)
        assert (result.exit_code, again.exit_code) == (4, 4)
        posts = [entry.number for entry in sim.truth.log if entry.method == "POST"]
        assert len(posts) == len(set(posts)) == shop.count
        assert looks(sim) == 0
        holds(again, shop, sim)


def test_in_mode_c_what_was_not_sent_is_sent_again(tmp_path: Path) -> None:
    """Not one byte left: that is no doubt, in any mode."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(faults={number(1): ["401"]}) as sim:
        stopped = send(shop, sim, C)
        assert stopped.exit_code == 5
        finished = resume(None, sending(sim.token), shop.places)
        assert finished.exit_code == 0
        assert attempts(finished)[number(1)] == 2
        holds(finished, shop, sim)


@pytest.mark.parametrize("capability", [BLIND_A, C], ids=["A", "C"])
def test_a_number_that_is_taken_before_we_sent_it_is_a_conflict(
    tmp_path: Path, capability: Capability
) -> None:
    """Without lookups nobody can compare, and it was not us."""
    shop = open_shop(tmp_path / "shop", 3)
    foreign = frozenset({number(2)})
    with Simulator() as sim:
        other = open_shop(tmp_path / "other", 3)
        send(other, sim, C, limit=2)
        before = len(sim.truth.orders(5))
        result = send(shop, sim, capability)
        assert result.exit_code == 4
        assert states(result) == {number(1): "conflict", number(2): "conflict", number(3): "created"}
        assert codes(result)[number(1)] == "E514"
        assert len(sim.truth.orders(5)) == before + 1
        assert_promises_of_conflicts(result, shop, sim, foreign | {number(1)})


def assert_promises_of_conflicts(result: Result, shop: Shop, sim: Simulator, foreign: frozenset[str]) -> None:
    """Nothing was created twice, and the journal proves what it says."""
    stored = [order.number for order in sim.truth.orders(5)]
    assert len(stored) == len(set(stored))
    assert foreign <= set(stored)
    assert prove(result.run_id, shop.places).holds


def test_mode_a_without_lookups_asks_by_sending_the_same_bytes_again(tmp_path: Path) -> None:
    """Refused as duplicate: the first was applied. Created: it was not. Both stand there once."""
    shop = open_shop(tmp_path / "shop", 4)
    faults = {number(1): ["commit_then_reset"], number(2): ["reset"], number(3): ["500", "500"]}
    with Simulator(faults=faults) as sim:
        result = send(shop, sim, BLIND_A)
        assert result.exit_code == 0
        assert attempts(result) == {number(1): 2, number(2): 2, number(3): 3, number(4): 1}
        assert via(result) == {number(1): "duplicate", number(2): "201", number(3): "201", number(4): "201"}
        assert result.summary.issues["W650"] == 1, "it has a line of its own in every report"
        assert looks(sim) == 0
        holds(result, shop, sim)
        report = (shop.places.reports(result.run_id) / "report.html").read_text("utf-8")
        assert "not compared" in report
        assert "declared" in report


def test_a_repetition_waits_for_the_window(tmp_path: Path) -> None:
    """An order that is applied late is refused the second time, and not created twice."""
    shop = open_shop(tmp_path / "shop", 1)
    with Simulator(faults={number(1): ["commit_then_reset"]}) as sim:
        result = send(shop, sim, Capability(True, 0.8, lookup=False))
        first, second = [entry for entry in sim.truth.log if entry.method == "POST"]
        assert second.at - first.at >= 0.8
        holds(result, shop, sim)


@pytest.mark.parametrize("refusal", ["400", "406_html"])
def test_a_definitive_no_to_a_repetition_leaves_the_first_attempt_in_doubt(
    tmp_path: Path, refusal: str
) -> None:
    """It says nothing about the attempt before, and would only be said again: a person decides."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator(faults={number(1): ["commit_then_reset", refusal, "repeat"]}) as sim:
        result = send(shop, sim, BLIND_A)
        assert result.exit_code == 4
        assert states(result)[number(1)] == "in_doubt"
        assert attempts(result)[number(1)] == 2
        order = next(order for order in result.orders() if order.number == number(1))
        assert order.message is not None
        assert "which says nothing of the attempt before" in order.message
        again = resume(None, sending(sim.token), shop.places)
        assert attempts(again)[number(1)] == 2, "a later run does not ask again either"
        holds(again, shop, sim)


def test_repetitions_end_and_what_is_then_in_doubt_stays_so(tmp_path: Path) -> None:
    """Attempts are limited, and running out of them is never called failed."""
    shop = open_shop(tmp_path / "shop", 1)
    with Simulator(faults={number(1): ["commit_then_reset", "500", "repeat"]}) as sim:
        result = send(shop, sim, Capability(True, 0.05, lookup=False), attempts=3)
        assert states(result) == {number(1): "in_doubt"}
        assert attempts(result) == {number(1): 3}
        holds(result, shop, sim)


def test_what_a_process_that_died_has_left_is_asked_by_sending(tmp_path: Path) -> None:
    """An intent without an outcome is in doubt; where numbers are unique, the next start repeats it."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        planned = plan(shop.plan_request(sim.url, BLIND_A), places=shop.places)
        with closing(RunJournal(planned.journal, now=0.0)) as journal:
            journal.record([Intent(1, 1, 0.0)])
        result = resume(None, sending(sim.token), shop.places)
        assert result.exit_code == 0
        assert attempts(result) == {number(1): 2, number(2): 1}
        proof = prove(result.run_id, shop.places)
        assert proof.holds, proof.issues()


def test_a_canary_needs_lookups(tmp_path: Path) -> None:
    """It would have to be read back; nothing is sent."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        with pytest.raises(UsageRefused) as refused:
            send(shop, sim, C, canary=1)
        assert refused.value.issues[0].code == "E654"
        assert sim.truth.log == []


@pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
def test_a_lookup_that_fails_never_leads_to_sending(tmp_path: Path, unique: bool) -> None:
    """The orders stay in doubt, whatever kind of failure it is; not one byte more is sent for them."""
    shop = open_shop(tmp_path / "shop", len(FAILED_LOOKUPS))
    numbers = [number(place) for place in range(1, shop.count + 1)]
    faults = {
        "create": {name: ["commit_then_reset"] for name in numbers},
        "lookup": {name: [fault, "repeat"] for name, fault in zip(numbers, FAILED_LOOKUPS, strict=True)},
    }
    with Simulator(faults=faults, settings=mode_settings(unique=unique)) as sim:
        patience = {"deadline": 0.2, "limits": Limits(max_duration=0.6)}
        result = send(shop, sim, Capability(unique, 0.05), **patience)
        assert states(result) == dict.fromkeys(numbers, "in_doubt")
        assert attempts(result) == dict.fromkeys(numbers, 1)
        assert sum(entry.method == "POST" for entry in sim.truth.log) == shop.count
        holds(result, shop, sim)


def test_a_lookup_that_is_not_authorised_stops_the_run(tmp_path: Path) -> None:
    """The token has expired: nothing more is sent, and the doubt stays."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["401", "repeat"]}}
    with Simulator(faults=faults) as sim:
        result = send(shop, sim, Capability(settle_window=0.05))
        assert result.exit_code == 5
        assert states(result) == {number(1): "in_doubt"}


def test_several_orders_under_one_number_stop_the_run_and_are_named(tmp_path: Path) -> None:
    """The remedy names the order that a person has to look at."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["two_matches"]}}
    with Simulator(faults=faults) as sim:
        result = send(shop, sim, Capability(settle_window=0.05))
    told = [remedy_of(issue) for issue in result.issues() if issue.code == "E515"]
    assert told
    assert all(f"orderlift resolve {number(1)}" in remedy for remedy in told)
