"""Settled without sending: reconcile asks the target, resolve a person, rebuild both for a lost journal."""

import shutil
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import test_runs_references as people
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
from pipeline.model.issue import Issue
from pipeline.model.planned import Intent
from pipeline.model.refusal import Refusal, UsageRefused
from pipeline.reporting.words.next_step import next_steps
from pipeline.runs.accounts.proving import prove
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import Places
from pipeline.runs.asked.result import Result
from pipeline.runs.settling.rebuilding import rebuild
from pipeline.runs.settling.reconciling import reconcile
from pipeline.runs.settling.resolving_orders import resolve
from pipeline.runs.verbs import plan, report, resume, run
from pipeline.simulator import Simulator
from pipeline.upload.limits import Limits

B = Capability(settle_window=WINDOW)
C = Capability(settle_window=WINDOW, lookup=False)


def posts(sim: Simulator) -> int:
    """How many orders were sent to the target."""
    return sum(entry.method == "POST" for entry in sim.truth.log)


def holds(result: Result, shop: Shop) -> None:
    """The journal proves itself."""
    proof = prove(result.run_id, shop.places)
    assert proof.holds, proof.issues()


def in_doubt(shop: Shop, sim: Simulator) -> Result:
    """Plan a run, and leave every order as a process that died would: an intent, and no outcome."""
    planned = plan(shop.plan_request(sim.url, B), places=shop.places)
    with closing(RunJournal(planned.journal, now=0.0)) as journal:
        journal.record([Intent(place, 1, 0.0) for place in range(1, shop.count + 1)])
    return report(planned.run_id, shop.places)


def sent_by_others(shop: Shop, sim: Simulator, orders: int) -> None:
    """Let the first orders stand on the target, sent from another state folder."""
    elsewhere = Shop(shop.folder, shop.count)
    places = elsewhere.places
    run(
        elsewhere.plan_request(sim.url, C),
        sending(sim.token, limit=orders),
        type(places)(shop.folder / "elsewhere", shop.folder / "elsewhere-reports"),
    )


def test_reconcile_settles_every_doubt_and_sends_nothing(tmp_path: Path) -> None:
    """Found and equal is created; not there, after the window, can be sent; resume then sends only those."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        sent_by_others(shop, sim, 3)
        before = posts(sim)
        doubtful = in_doubt(shop, sim)
        assert doubtful.summary.orders.in_doubt == 5
        settled = reconcile(None, sending(sim.token), shop.places)
        assert posts(sim) == before
        assert settled.summary.command == "reconcile"
        assert settled.exit_code == 0
        assert list(states(settled).values()) == ["created"] * 3 + ["absent"] * 2
        holds(settled, shop)
        finished = resume(None, sending(sim.token), shop.places)
        assert posts(sim) == before + 2
        assert finished.summary.orders.created == 5
        assert attempts(finished)[number(5)] == 2
        holds(finished, shop)
        again = reconcile(None, sending(sim.token), shop.places, everything=True)
        assert again.exit_code == 0
        assert again.summary.traffic == finished.summary.traffic, "a finished run has nothing to ask"


def test_a_reconcile_that_cannot_settle_says_so(tmp_path: Path) -> None:
    """Lookups fail: everything stays in doubt, and the run needs a person or another try.

    What is waited for is told meanwhile, once, and how long at most.
    """
    shop = open_shop(tmp_path / "shop", 2)
    faults = {"lookup": {number(1): ["500", "repeat"]}}
    with Simulator(faults=faults) as sim:
        in_doubt(shop, sim)
        request = sending(sim.token, limits=Limits(max_duration=1.6), trips_after=8)
        seen: list[tuple[int, float]] = []
        news: list[Issue] = []

        def told(progress: Progress) -> None:
            if progress.next_look is not None:
                seen.append((progress.failed_looks, progress.next_look))
            news[:] = progress.news

        result = reconcile(None, request, shop.places, told=told)
        assert any(failed == 2 and 0 < due <= 2 for failed, due in seen)
        (issue,) = news
        assert (issue.code, issue.facts["number"], issue.facts["failures"]) == ("W577", number(1), 2)
        assert (issue.facts["last"], issue.facts["most"]) == ("lookup failed: answer 500", "8.5 min")
        assert result.exit_code == 6
        assert states(result) == {number(1): "in_doubt", number(2): "absent"}
        assert posts(sim) == 0


def test_several_orders_under_one_number_are_a_conflict_and_the_others_are_settled(tmp_path: Path) -> None:
    """Looking at the rest can make nothing worse."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {"create": {number(1): ["commit_twice"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        sent_by_others(shop, sim, 2)
        in_doubt(shop, sim)
        result = reconcile(None, sending(sim.token, concurrency=1), shop.places)
        assert result.exit_code == 4
        assert states(result) == {number(1): "conflict", number(2): "created", number(3): "absent"}
        assert codes(result)[number(1)] == "E515"


def test_reconcile_all_looks_up_what_was_never_sent_as_well(tmp_path: Path) -> None:
    """An older journal that was put back does not know what a newer one has sent."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        planned = plan(shop.plan_request(sim.url, B), places=shop.places)
        shutil.copytree(shop.places.state_dir, tmp_path / "backup")
        finished = resume(None, sending(sim.token, limit=3), shop.places)
        assert finished.summary.orders.created == 3
        shutil.rmtree(shop.places.state_dir)
        shutil.copytree(tmp_path / "backup", shop.places.state_dir)
        settled = reconcile(planned.run_id, sending(sim.token), shop.places, everything=True)
        assert posts(sim) == 3
        assert list(states(settled).values()) == ["already_present"] * 3 + ["absent"]
        done = resume(None, sending(sim.token), shop.places)
        assert (posts(sim), done.exit_code) == (4, 0)
        holds(done, shop)


def test_a_suspicion_outlives_the_process_that_had_it(tmp_path: Path) -> None:
    """Stopped while looking, the next start goes on looking, and sends nothing that was not looked up."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        sent_by_others(shop, sim, 3)
        before = posts(sim)
        plan(shop.plan_request(sim.url, B), places=shop.places)
        at_once = sending(sim.token, limits=Limits(max_duration=0.0001))
        stopped = reconcile(None, at_once, shop.places, everything=True)
        assert stopped.exit_code == 6
        finished = resume(None, sending(sim.token), shop.places)
        assert posts(sim) == before
        assert set(states(finished).values()) == {"already_present"}


@pytest.mark.parametrize("verb", ["reconcile", "rebuild"])
@pytest.mark.parametrize("unique", [True, False], ids=["A", "C"])
def test_where_nothing_can_be_looked_up_nothing_is_settled_by_looking(
    tmp_path: Path, verb: str, unique: bool
) -> None:
    """It is refused before anything is planned or asked."""
    shop = open_shop(tmp_path / "shop", 1)
    blind = Capability(unique, WINDOW, lookup=False)
    with Simulator() as sim:
        if verb == "reconcile":
            plan(shop.plan_request(sim.url, blind), places=shop.places)
        planned = shop.plan_request(sim.url, blind)
        asked: Any = partial(reconcile, None) if verb == "reconcile" else partial(rebuild, planned)
        with pytest.raises(UsageRefused) as refused:
            asked(sending(sim.token), shop.places)
        assert refused.value.issues[0].code == "E651"
        assert sim.truth.log == []


@pytest.mark.parametrize(
    "unique", [pytest.param(True, id="A", marks=pytest.mark.long), pytest.param(False, id="B")]
)
def test_a_lost_journal_is_rebuilt_by_looking_and_resume_goes_on(tmp_path: Path, unique: bool) -> None:
    """Equal is already present, different a conflict, absent sendable; nothing exists twice in the end."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(settings=mode_settings(unique=unique)) as sim:
        run(shop.plan_request(sim.url, B), sending(sim.token, limit=4), shop.places)
        shutil.rmtree(shop.places.state_dir)
        text = shop.orders.read_text("utf-8")
        line = next(line for line in text.splitlines() if line.startswith(number(2)))
        shop.orders.write_text(text.replace(line, line.replace(",203,", ",204,")), encoding="utf-8")
        before = posts(sim)
        planned = shop.plan_request(sim.url, Capability(unique, WINDOW))
        rebuilt = rebuild(planned, sending(sim.token), shop.places)
        assert posts(sim) == before
        assert list(states(rebuilt).values()) == [
            "already_present",
            "conflict",
            "already_present",
            "already_present",
            "absent",
            "absent",
        ]
        assert codes(rebuilt)[number(2)] == "E513"
        assert rebuilt.exit_code == 4
        holds(rebuilt, shop)
        finished = resume(None, sending(sim.token), shop.places)
        assert posts(sim) == before + 2
        stored = [order.number for order in sim.truth.orders(5)]
        assert sorted(stored) == sorted(states(finished)), "each stands there, and once"
        holds(finished, shop)


def test_a_rebuilt_run_waits_for_late_orders(tmp_path: Path) -> None:
    """What the lost process sent last may be applied late: an absence counts after the window only."""
    shop = open_shop(tmp_path / "shop", 1)
    faults = {"create": {number(1): ["late_commit:0.4"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        run(shop.plan_request(sim.url, C), sending(sim.token, deadline=0.1), shop.places)
        shutil.rmtree(shop.places.state_dir)
        planned = shop.plan_request(sim.url, Capability(settle_window=0.8))
        rebuilt = rebuild(planned, sending(sim.token), shop.places)
        assert states(rebuilt) == {number(1): "already_present"}
        assert posts(sim) == 1


@pytest.fixture
def person_needed(tmp_path: Path) -> Any:
    """A run in mode C with two orders in doubt: the first stands on the target, the second does not."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(1): ["commit_then_reset"], number(2): ["reset"]}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        run(shop.plan_request(sim.url, C), sending(sim.token), shop.places)
        yield shop, sim


def test_a_person_decides_and_it_is_on_record(person_needed: tuple[Shop, Simulator]) -> None:
    """Who, when and why stand in the journal; what is absent is sent again, what is created is not."""
    shop, sim = person_needed
    created = resolve(number(1), "created", "seen in the panel", "ayse", None, shop.places, remote_id="77")
    assert created.exit_code == 4, "the other one is still in doubt"
    assert states(created)[number(1)] == "created"
    absent = resolve(number(2), "absent", " not in the panel ", "can", None, shop.places)
    assert absent.exit_code == 0
    assert posts(sim) == 3, "deciding sends nothing"
    rows = table(
        absent.journal,
        "SELECT o.number, d.said_by, d.why, d.decision, d.before, d.after, d.remote_id, d.at > 1e9"
        " FROM decisions d JOIN orders o ON o.id = d.order_id ORDER BY d.id",
    )
    assert rows == [
        (number(1), "ayse", "seen in the panel", "said_created", "in_doubt", "created", "77", 1),
        (number(2), "can", "not in the panel", "said_absent", "in_doubt", "absent", None, 1),
    ]
    finished = resume(None, sending(sim.token), shop.places)
    assert (finished.exit_code, posts(sim)) == (0, 4)
    assert attempts(finished) == {number(1): 1, number(2): 2, number(3): 1}
    assert_promises(finished, sim)
    holds(finished, shop)


def test_a_person_who_was_wrong_about_an_absence_is_told(person_needed: tuple[Shop, Simulator]) -> None:
    """Sent again by a person's word, a target that refuses the number shows that it was there."""
    shop, _ = person_needed
    with Simulator(faults={number(1): ["commit_then_reset"]}) as unique:
        result = run(shop.plan_request(unique.url, C), sending(unique.token), shop.places)
        resolve(number(1), "absent", "I think so", "can", result.run_id, shop.places)
        again = resume(result.run_id, sending(unique.token), shop.places)
        assert states(again)[number(1)] == "conflict"
        settled = resolve(number(1), "created", "now I see it", "can", result.run_id, shop.places)
        assert settled.exit_code == 0
        assert codes(settled)[number(1)] is None
        holds(settled, shop)


def test_an_order_that_is_not_ours_is_left_out_and_its_rows_are_given_back(
    person_needed: tuple[Shop, Simulator],
) -> None:
    """It is refused for good, with the person's reason, and never sent again."""
    shop, sim = person_needed
    result = resolve(number(2), "not-ours", "belongs to the old shop", "ayse", None, shop.places)
    assert states(result)[number(2)] == "rejected"
    order = next(order for order in result.orders() if order.number == number(2))
    assert order.code == "E657"
    assert order.message == "ayse decided that the number belongs to another order: belongs to the old shop"
    failed = (shop.places.reports(result.run_id) / "failed" / "orders.csv").read_text("utf-8-sig")
    assert number(2) in failed
    resume(None, sending(sim.token), shop.places)
    assert posts(sim) == 3


@pytest.mark.parametrize(
    ("what", "number_given", "why", "by", "code"),
    [
        ("no reason", number(1), "  ", "ayse", "E653"),
        ("nobody", number(1), "seen", "", "E653"),
        ("no such order", "A-1", "seen", "ayse", "E652"),
        ("nothing to decide", number(3), "seen", "ayse", "E656"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(  # noqa: PLR0917
    person_needed: tuple[Shop, Simulator], what: str, number_given: str, why: str, by: str, code: str
) -> None:
    """Nothing is recorded and nothing moves."""
    shop, _ = person_needed
    with pytest.raises(Refusal) as refused:
        resolve(number_given, "created", why, by, None, shop.places)
    assert refused.value.issues[0].code == code, what
    result = report(None, shop.places)
    assert table(result.journal, "SELECT count(*) FROM decisions") == [(0,)]
    assert list(states(result).values()) == ["in_doubt", "in_doubt", "created"]


def test_a_decision_does_not_hide_why_the_run_had_stopped(tmp_path: Path) -> None:
    """A run that stopped early has stopped early, whoever decides about one of its orders."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(1): ["commit_then_reset"], number(2): ["401", "repeat"]}
    with Simulator(faults=faults) as sim:
        stopped = run(shop.plan_request(sim.url, C), sending(sim.token, concurrency=1), shop.places)
        assert stopped.exit_code == 5
        decided = resolve(number(1), "created", "seen", "ayse", None, shop.places)
        assert decided.exit_code == 5
        assert decided.ending.code == "E501"


def test_a_run_that_stopped_is_over_when_its_last_open_order_is_decided(tmp_path: Path) -> None:
    """It ends by what is true of its orders then; before that it still has to be continued."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator() as sim:
        in_doubt(shop, sim)
        first = resolve(number(1), "created", "seen", "ayse", None, shop.places)
        assert (first.exit_code, first.ending.code) == (5, "E533")
        last = resolve(number(2), "not-ours", "another shop's", "ayse", None, shop.places)
        assert (last.exit_code, last.ending.code) == (3, None)
        assert "E533" not in last.summary.issues
        assert not [step for step in next_steps(last.summary) if "resume" in step.command]
        assert report(None, shop.places).exit_code == 3


def test_an_interrupted_run_is_over_when_looking_has_settled_its_last_order(tmp_path: Path) -> None:
    """A reconcile, too, ends by what is true of the orders when nothing is left."""
    shop = open_shop(tmp_path / "shop", 1)
    with Simulator() as sim:
        sent_by_others(shop, sim, 1)
        doubtful = in_doubt(shop, sim)
        assert (doubtful.exit_code, doubtful.ending.code) == (5, "E533")
        settled = reconcile(None, sending(sim.token), shop.places)
        assert (settled.exit_code, settled.ending.code) == (0, None)
        assert next_steps(settled.summary) == ()


def test_a_rebuilt_order_that_waits_for_its_customer_is_looked_up_before_it_is_sent(tmp_path: Path) -> None:
    """Its customer is made anew by resume; the order is settled first, and then sent once."""
    planned = people.shop(tmp_path, people.KNOWN, people.NEW)
    places = Places(tmp_path / "state", tmp_path / "reports")
    with Simulator(settings=people.LENIENT) as sim:
        there = replace(planned, target=sim.url)
        rebuilt = rebuild(there, sending(sim.token), places)
        assert states(rebuilt) == {"L1": "absent", "L2": "unresolved"}
        assert posts(sim) == 0
        finished = resume(None, sending(sim.token), places)
        assert finished.summary.orders.created == 2
        assert sorted(order.number for order in sim.truth.orders(5)) == ["L1", "L2"]
        lookups = table(finished.journal, "SELECT count(*) FROM lookups WHERE order_id = 2 AND found = 0")
        assert lookups[0][0] >= 2, "what may have been sent by a lost process is looked up first"
        assert prove(finished.run_id, places).holds
        again = rebuild(there, sending(sim.token), places)
        assert states(again) == {"L1": "already_present", "L2": "already_present"}
