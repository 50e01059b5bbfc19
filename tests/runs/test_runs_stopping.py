"""Why a run stops early, what it leaves behind, and that it goes on where it stopped."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from small_shop import (
    UNLIMITED,
    WINDOW,
    Shop,
    assert_promises,
    attempts,
    codes,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
)

from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import resume, run
from pipeline.simulator import Settings, Simulator
from pipeline.upload.limits import Limits


def goes_on(shop: Shop, sim: Simulator, **changes: Any) -> Result:
    """Resume the shop's run."""
    return resume(None, sending(sim.token, **changes), shop.places)


def posts(sim: Simulator) -> int:
    """Count the orders that were posted."""
    return sum(entry.method == "POST" for entry in sim.truth.log)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401", "E501"),
        ("403", "E502"),
        ("404", "E503"),
        ("404_html", "E503"),
        ("301", "E504"),
        ("302", "E504"),
        ("303", "E504"),
        ("307", "E504"),
        ("308", "E504"),
    ],
)
def test_a_first_answer_that_is_about_the_run_stops_it_after_one_request(
    tmp_path: Path, fault: str, code: str
) -> None:
    """Token, channel or address are wrong: one request tells, no order is marked, and a resume sends all."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator(faults={"*": [fault]}, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim)
        assert_promises(stopped, sim)
        assert len(sim.truth.log) == 1
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == (code, 5)
    assert stopped.summary.orders.unprocessed + stopped.summary.orders.in_doubt == 12
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 12)


@pytest.mark.parametrize("fault", ["301", "302", "303", "307", "308"])
def test_a_redirect_is_never_followed(tmp_path: Path, fault: str) -> None:
    """Neither order nor token reach the place that an answer points to."""
    shop = open_shop(tmp_path / "shop", 2)
    with Simulator() as elsewhere:
        faults = {"*": [f"{fault}:{elsewhere.url}/api/v1/channel/5/create_orders/"]}
        with Simulator(faults=faults) as sim:
            stopped = send_all(shop, sim)
        assert elsewhere.truth.log == []
    assert stopped.exit_code == 5


def test_a_wrong_token_costs_one_request(tmp_path: Path) -> None:
    """A token that is not accepted ends the run at its first order, and nothing is lost."""
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator() as sim:
        stopped = run(shop.plan_request(sim.url), sending("wrong-token"), shop.places)
        assert [entry.status for entry in sim.truth.log] == [401]
    assert (stopped.ending.code, stopped.exit_code) == ("E501", 5)
    assert set(states(stopped).values()) == {"waiting", "planned"}


def test_a_wrong_channel_marks_no_order(tmp_path: Path) -> None:
    """The channel does not exist: the run stops at the first order, and none counts as refused."""
    shop = open_shop(tmp_path / "shop", 10)
    with Simulator() as sim:
        stopped = run(shop.plan_request(sim.url, channel=99), sending(), shop.places)
        assert len(sim.truth.log) == 1
    assert (stopped.ending.code, stopped.exit_code) == ("E503", 5)
    assert stopped.summary.orders.rejected == 0


@pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
def test_a_token_that_expires_on_the_way_loses_nothing(tmp_path: Path, unique: bool) -> None:
    """After a 401 in the middle the run stops; with a new token it goes on and creates every order once."""
    shop = open_shop(tmp_path / "shop", 30)
    with Simulator(faults={"commit_then_reset": 0.2}, settings=mode_settings(unique=unique)) as sim:
        request = shop.plan_request(sim.url, Capability(unique, WINDOW))
        stopped = run(
            request, sending(), shop.places, told=lambda at: sim.expire_token() if at.created == 12 else None
        )
        assert_promises(stopped, sim)
        credentials = {"username": "demo", "password": "demo"}
        login = httpx.post(f"{sim.url}/api/v1/auth/login/", json=credentials, trust_env=False)
        assert login.json()["key"] == sim.token != "demo-token"
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == ("E501", 5)
    assert resumed.summary.orders.created == 30


def test_a_lookup_that_is_not_let_in_stops_the_run(tmp_path: Path) -> None:
    """A 401 to a question is as good as one to an order."""
    shop = open_shop(tmp_path / "shop", 6)
    faults = {"create": {number(1): ["commit_then_500"]}, "lookup": {number(1): ["401"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim)
        assert posts(sim) == 1
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == ("E501", 5)
    assert resumed.exit_code == 0


def test_crossed_answers_stop_the_run(tmp_path: Path) -> None:
    """A 201 for another order's number proves nothing about anybody: nothing more is sent."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(faults={"*": ["other_number"]}, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim)
        assert posts(sim) == 1
        assert states(stopped)[number(1)] == "in_doubt"
        assert codes(stopped)[number(1)] == "E521"
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == ("E506", 5)
    assert attempts(resumed)[number(1)] == 1
    assert resumed.exit_code == 0


@pytest.mark.parametrize(("header", "skew", "least"), [("1", 0, 1.0), ("date+2", 7200, 1.0)])
def test_a_pause_that_is_asked_for_holds_everybody(
    tmp_path: Path, header: str, skew: float, least: float
) -> None:
    """Retry-After in seconds, or as a date of a server whose clock is hours off, is waited for."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(faults={"*": [f"429:{header}"]}, settings=Settings(clock_skew=skew)) as sim:
        result = send_all(shop, sim, unique=True)
        assert_promises(result, sim)
        times = [entry.at for entry in sim.truth.log]
    assert least <= times[1] - times[0] < 4
    assert result.exit_code == 0


def test_a_pause_that_makes_no_sense_is_not_taken(tmp_path: Path) -> None:
    """A Retry-After that nobody can read does not stop the run, and does not break it."""
    headers = ["-5", "soon", "1.5e3", "Mon, 01 Jan 99999999999 00:00:00 GMT"]
    shop = open_shop(tmp_path / "shop", 1 + len(headers))
    faults = {number(place): [f"429:{header}"] for place, header in enumerate(headers, 2)}
    with Simulator(faults=faults) as sim:
        result = send_all(shop, sim, unique=True)
    assert result.exit_code == 0
    assert sorted(attempts(result).values()) == [1, 2, 2, 2, 2]


def test_a_pause_of_years_ends_the_run_instead(tmp_path: Path) -> None:
    """A target that asks for too long a pause gets none: the run stops and says how long it would be."""
    shop = open_shop(tmp_path / "shop", 4)
    with Simulator(faults={"*": ["429:1000000000000"]}, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim)
        assert len(sim.truth.log) == 1
    assert (stopped.ending.code, stopped.exit_code) == ("E532", 5)
    assert "seconds" in stopped.ending.facts


@pytest.mark.parametrize("fault", ["429", "503", "reset", "400_html"])
def test_a_target_that_never_gets_well_ends_the_run(tmp_path: Path, fault: str) -> None:
    """After some failures and single probes the run gives up, although the target can still be asked."""
    shop = open_shop(tmp_path / "shop", 40)
    with Simulator(faults={"*": [fault, "repeat"]}, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim, window=0.1, trips_after=2, probes=1)
        assert posts(sim) <= 4
        sim.script({})
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (stopped.ending.code, stopped.exit_code) == ("E531", 5)
    assert stopped.summary.orders.rejected == 0
    assert resumed.summary.orders.created == 40


def test_a_target_that_went_away_and_came_back_gets_every_order_once(tmp_path: Path) -> None:
    """Nobody listens, the run gives up without marking an order; the target returns, and the rest is sent."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        first = send_all(shop, sim, limit=7)
        port = int(sim.url.rpartition(":")[2])
    away = goes_on(shop, sim, trips_after=1, probes=1)
    with Simulator(settings=mode_settings(unique=False), port=port) as again:
        resumed = goes_on(shop, again)
        assert_promises(resumed, sim, again)
        assert len(again.truth.orders(5)) == 13
    assert first.summary.orders.created == 7
    assert (away.ending.code, away.exit_code) == ("E531", 5)
    assert "refused" in str(away.ending.facts["last"]).lower() or away.ending.facts["last"]
    assert away.summary.orders.rejected == 0
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 20)


def test_a_doubt_is_carried_over_an_outage(tmp_path: Path) -> None:
    """An order whose answer was lost stays in doubt while nobody can be asked, and is settled afterwards."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {number(1): ["500", "repeat"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        stopped = send_all(shop, sim, trips_after=1, probes=1)
        assert_promises(stopped, sim)
        assert stopped.summary.orders.in_doubt == 1
        assert posts(sim) == 1 + stopped.summary.orders.created
        sim.script({})
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
        assert attempts(resumed)[number(1)] == 1
    assert resumed.exit_code == 0


def test_a_finished_run_has_nothing_left_to_send(tmp_path: Path) -> None:
    """Resuming it again and again sends nothing at all."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator(faults={number(2): ["400"]}) as sim:
        first = send_all(shop, sim)
        before = len(sim.truth.log)
        again = [goes_on(shop, sim) for _ in range(2)]
        assert len(sim.truth.log) == before
    assert [result.exit_code for result in (first, *again)] == [3, 3, 3]
    assert {result.summary.orders for result in again} == {first.summary.orders}


def test_failed_orders_are_tried_again_on_request(tmp_path: Path) -> None:
    """What failed without a judgement is sent again by the next resume."""
    shop = open_shop(tmp_path / "shop", 3)
    faults = {number(2): ["400_html", "400_html"]}
    with Simulator(faults=faults) as sim:
        failed = send_all(shop, sim, attempts=2)
        assert_promises(failed, sim)
        assert states(failed)[number(2)] == "failed"
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert codes(resumed)[number(2)] is None
    assert resumed.exit_code == 0


def test_a_limit_sends_so_many_and_the_next_run_the_rest(tmp_path: Path) -> None:
    """The first few may be sent alone; the others follow later, each once."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator() as sim:
        first = send_all(shop, sim, limit=5)
        assert posts(sim) == 5
        assert_promises(first, sim)
        second = goes_on(shop, sim)
        assert_promises(second, sim)
    assert (first.summary.orders.created, first.summary.orders.unprocessed) == (5, 7)
    assert second.summary.orders.created == 12


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_errors=3), "E541"),
        (Limits(max_error_rate=0.5), "E542"),
        (Limits(max_duration=0.0), "E543"),
    ],
)
def test_a_safety_limit_stops_the_run(tmp_path: Path, limits: Limits, code: str) -> None:
    """When too many orders fail, or time is up, no more than those under way are added."""
    shop = open_shop(tmp_path / "shop", 200)
    with Simulator(faults={"400": 1.0}, settings=Settings(latency=0.002)) as sim:
        stopped = send_all(shop, sim, limits=limits, concurrency=4)
        assert_promises(stopped, sim)
        sent = posts(sim)
    assert (stopped.ending.code, stopped.exit_code) == (code, 6)
    assert sent < 200
    if code == "E541":
        assert sent <= 3 + 1 + 4


def test_a_rate_is_kept_by_all_requests_together(tmp_path: Path) -> None:
    """Orders and questions share one pace: in no second do more arrive than were allowed."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(faults={"commit_then_500": 0.5}, settings=mode_settings(unique=False)) as sim:
        result = send_all(shop, sim, rate=25.0)
        assert_promises(result, sim)
        times = [entry.at for entry in sim.truth.log]
    worst = max(sum(start <= moment < start + 1.0 for moment in times) for start in times)
    assert worst <= 25
    assert len(times) > 25


def test_a_channel_is_sent_to_by_one_process_at_a_time(tmp_path: Path) -> None:
    """While a run is being sent, another one for the same channel is refused before its first request."""
    shop, other = open_shop(tmp_path / "shop", 6), open_shop(tmp_path / "other", 3)
    seen: list[str] = []
    with Simulator(settings=Settings(latency=0.02)) as sim:

        def interfere(_: object) -> None:
            if not seen:
                seen.append("tried")
                with pytest.raises(JournalRefused) as refused:
                    run(other.plan_request(sim.url), sending(), shop.places)
                seen.append(refused.value.issues[0].code)

        request = shop.plan_request(sim.url, Capability(settle_window=WINDOW))
        result = run(request, sending(rate=UNLIMITED), shop.places, told=interfere)
        assert_promises(result, sim)
    assert seen == ["tried", "E609"]


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "ışık"])
def test_a_token_that_cannot_be_sent_is_refused_before_anything_else(tmp_path: Path, token: str) -> None:
    """Nothing is sent with half a token, and the refusal does not show it."""
    shop = open_shop(tmp_path / "shop", 1)
    with Simulator() as sim:
        with pytest.raises(UsageRefused) as refused:
            run(shop.plan_request(sim.url), sending(token), shop.places)
        assert sim.truth.log == []
    assert refused.value.issues[0].code == "E703"
    assert not token or token not in str(refused.value.issues)
