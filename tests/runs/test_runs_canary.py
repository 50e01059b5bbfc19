"""A few orders of every kind go first and are read back; what differs stops the run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_shop import (
    Shop,
    assert_promises,
    mode_settings,
    number,
    open_shop,
    send_all,
    sending,
    states,
    table,
)

import pipeline
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import resume, run
from pipeline.simulator import Settings, Simulator


def goes_on(shop: Shop, sim: Simulator, **changes: Any) -> Result:
    """Resume the shop's run."""
    return resume(None, sending(sim.token, **changes), shop.places)


def sent(sim: Simulator) -> list[str | None]:
    """Give the numbers of the orders that were posted, in order of arrival."""
    return [entry.number for entry in sim.truth.log if entry.method == "POST"]


def looked_up(sim: Simulator) -> list[str | None]:
    """Give the numbers of the orders that were asked for, in order of arrival."""
    return [entry.number for entry in sim.truth.log if entry.method == "GET" and entry.number]


def steps(result: Result) -> list[dict[str, Any]]:
    """Give what the journal remembers of the canary."""
    rows = table(result.journal, "SELECT facts FROM events WHERE kind = 'canary' ORDER BY id")
    return [orjson.loads(facts) for (facts,) in rows]


def shows(field: str, *places: int) -> dict[str, Any]:
    """Let the target show another value of a field of these orders, for ever."""
    return {"lookup": {number(place): [f"other_value:{field}", "repeat"] for place in places}}


def test_a_canary_that_reads_back_equal_lets_the_rest_follow(tmp_path: Path) -> None:
    """Both currencies go first, all of the sample is read back, and only then is anything else sent."""
    shop = open_shop(tmp_path / "shop", 30)
    told: list[str] = []
    with Simulator() as sim:

        def tell(progress: Progress) -> None:
            told.append(progress.canary)

        request = sending(sim.token, canary=6)
        result = run(shop.plan_request(sim.url), request, shop.places, told=tell)
        assert_promises(result, sim)
        first = sent(sim)[:6]
        assert looked_up(sim) == sorted(first, key=str)
        posts = [at for at, entry in enumerate(sim.truth.log) if entry.method == "POST"]
        assert all(entry.method == "GET" for entry in sim.truth.log[posts[5] + 1 : posts[6]])
    currencies = dict(table(result.journal, "SELECT number, currency FROM orders"))
    assert {currencies[one] for one in first} == {"TRY", "EUR"}
    assert (result.exit_code, result.summary.orders.created) == (0, 30)
    assert [step["step"] for step in steps(result)] == ["chosen", "passed"]
    assert told[-1].startswith("canary: 6 of 6 orders read back equal")


def test_every_way_of_paying_goes_first(tmp_path: Path) -> None:
    """Orders are of a kind by what is sealed: here each day of the month stands for a way of paying."""
    shop = open_shop(tmp_path / "shop", 20)
    rule = "  payment_option_slug: placed\n"
    text = shop.mapping.read_text("utf-8").replace("items:\n  product", f"{rule}items:\n  product")
    shop.mapping.write_text(text, encoding="utf-8")
    with Simulator(faults=shows("amount", 20)) as sim:
        stopped = send_all(shop, sim, canary=3)
        assert len(sent(sim)) == 20
    assert (steps(stopped)[0]["kinds"], stopped.ending.facts["order"]) == (20, number(20))


@pytest.mark.parametrize("field", ["amount", "status", "date_placed", "currency", "shipping_address"])
def test_a_value_that_the_target_changed_stops_the_run(tmp_path: Path, field: str) -> None:
    """Nothing but the canary is sent; order, field and both values are named, and the exit code is 6."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(faults=shows(field, 7)) as sim:
        stopped = send_all(shop, sim, canary=4)
        assert_promises(stopped, sim)
        assert len(sent(sim)) == 4
        order = sim.truth.numbered(5, number(7))[0]
        stored, payload = order.shown[field], order.payload
    facts = stopped.ending.facts
    assert (stopped.ending.code, stopped.exit_code) == ("E546", 6)
    assert (facts["order"], facts["field"]) == (number(7), f"order.{field}")
    assert facts["read"] == f"{stored}9"
    assert facts["sent"] == str(payload["order"][field])
    issue = next(issue for issue in stopped.issues() if issue.code == "E546")
    assert (issue.order, issue.field) == (number(7), f"order.{field}")
    assert issue.at is not None
    assert (Path(issue.at.file).name, issue.at.row) == ("orders.csv", 8)
    assert steps(stopped)[-1]["step"] == "stopped"


def test_a_stopped_canary_has_to_pass_before_the_rest_is_sent(tmp_path: Path) -> None:
    """Resuming compares the same orders again, and sends the rest once they are equal."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(faults=shows("amount", 7)) as sim:
        send_all(shop, sim, canary=4)
        again = goes_on(shop, sim)
        assert len(sent(sim)) == 4
        sim.script({})
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
        assert len(sent(sim)) == 20
    assert (again.ending.code, again.exit_code) == ("E546", 6)
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 20)
    assert [step["step"] for step in steps(resumed)] == ["chosen", "stopped", "stopped", "passed"]


def test_a_person_may_give_up_on_the_canary(tmp_path: Path) -> None:
    """With 0 the rest is sent although a value differs, and later runs do not ask again."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(faults=shows("amount", 7)) as sim:
        send_all(shop, sim, canary=4)
        part = goes_on(shop, sim, canary=0, limit=5)
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert (part.summary.orders.created, resumed.summary.orders.created) == (9, 20)
    assert resumed.exit_code == 0


def test_a_canary_that_passed_is_not_repeated(tmp_path: Path) -> None:
    """The journal remembers it: a later run goes straight to the rest, whatever it is told."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator() as sim:
        first = send_all(shop, sim, canary=3, limit=5)
        asked = len(looked_up(sim))
        resumed = goes_on(shop, sim, canary=3)
        assert_promises(resumed, sim)
        assert len(looked_up(sim)) == asked == 3
    assert (first.ending.code, first.summary.orders.created) == ("E544", 5)
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 12)


def test_a_limit_below_the_canary_holds_for_it(tmp_path: Path) -> None:
    """Only so many are sent; the next run completes the same canary before it sends the rest."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator() as sim:
        first = send_all(shop, sim, canary=6, limit=2)
        assert (len(sent(sim)), looked_up(sim)) == (2, [])
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
        assert len(looked_up(sim)) == 6
    assert (first.ending.code, first.exit_code) == ("E544", 6)
    assert [step["step"] for step in steps(resumed)] == ["chosen", "passed"]
    assert resumed.summary.orders.created == 12


def test_a_limit_equal_to_the_canary_still_reads_it_back(tmp_path: Path) -> None:
    """The canary passes, and the limit ends the run behind it."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator() as sim:
        first = send_all(shop, sim, canary=4, limit=4)
        assert len(looked_up(sim)) == 4
    assert (first.ending.code, first.ending.facts["left"]) == ("E544", 8)
    assert steps(first)[-1]["step"] == "passed"


def test_an_order_of_the_canary_that_is_refused_stops_the_run(tmp_path: Path) -> None:
    """Who stands for all of its kind does not stand on the target: the others are not sent."""
    shop = open_shop(tmp_path / "shop", 20)
    with Simulator(faults={number(7): ["400"]}) as sim:
        stopped = send_all(shop, sim, canary=4)
        assert_promises(stopped, sim)
        assert len(sent(sim)) == 4
    assert (stopped.ending.code, stopped.exit_code) == ("E547", 6)
    assert stopped.ending.facts == {"order": number(7), "state": "rejected", "code": "E511"}


@pytest.mark.parametrize("fault", ["commit_then_reset", "reset"])
@pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
def test_a_doubt_in_the_canary_is_settled_first(tmp_path: Path, fault: str, unique: bool) -> None:
    """An answer that was lost is no difference: the order is settled, read back, and the run goes on."""
    shop = open_shop(tmp_path / "shop", 12)
    with Simulator(faults={number(7): [fault]}, settings=mode_settings(unique=unique)) as sim:
        result = send_all(shop, sim, unique=unique, canary=3)
        assert_promises(result, sim)
    assert (result.exit_code, result.summary.orders.created) == (0, 12)
    assert steps(result)[-1]["equal"] == 3


def test_other_doubts_wait_for_the_canary(tmp_path: Path) -> None:
    """An order in doubt outside of the canary is neither settled nor sent again before it has passed."""
    shop = open_shop(tmp_path / "shop", 12)
    faults = {"create": {number(1): ["commit_then_500"]}, "lookup": {number(1): ["401"]}}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        begun = send_all(shop, sim)
        assert states(begun)[number(1)] == "in_doubt"
        sim.script(shows("amount", 7))
        stopped = goes_on(shop, sim, canary=3)
        assert states(stopped)[number(1)] == "in_doubt"
        sim.script({})
        resumed = goes_on(shop, sim)
        assert_promises(resumed, sim)
    assert stopped.ending.code == "E546"
    assert resumed.exit_code == 0


def test_an_order_that_shows_late_is_waited_for(tmp_path: Path) -> None:
    """Not found at once is no difference."""
    shop = open_shop(tmp_path / "shop", 6)
    with Simulator(settings=Settings(lookup_lag=0.5)) as sim:
        result = send_all(shop, sim, canary=2, window=2.0)
        assert_promises(result, sim)
        assert len(looked_up(sim)) > 2
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("lag", "not found"), ("two_matches", "2 orders"), ("500", "lookup failed: answer 500")],
)
def test_an_order_that_cannot_be_read_back_stops_the_run(tmp_path: Path, fault: str, reason: str) -> None:
    """Without seeing what the target keeps, nobody knows whether it is right."""
    shop = open_shop(tmp_path / "shop", 8)
    with Simulator(faults={"lookup": {number(7): [fault, "repeat"]}}) as sim:
        stopped = send_all(shop, sim, canary=2, attempts=2)
        assert_promises(stopped, sim)
        assert len(sent(sim)) == 2
    assert (stopped.ending.code, stopped.exit_code) == ("E548", 6)
    assert reason in str(stopped.ending.facts["reason"])


def test_names_and_zones_of_the_target_are_no_difference(tmp_path: Path) -> None:
    """A target that shows statuses by name holds the same orders."""
    shop = open_shop(tmp_path / "shop", 8)
    with Simulator(settings=Settings(status_shown="name")) as sim:
        result = send_all(shop, sim, canary=3)
        assert_promises(result, sim)
    assert (result.exit_code, steps(result)[-1]["not_shown"]) == (0, [])


def test_a_run_without_anything_to_send_has_no_canary(tmp_path: Path) -> None:
    """A finished run stays finished."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        send_all(shop, sim)
        again = goes_on(shop, sim, canary=5)
    assert again.exit_code == 0
    assert steps(again) == []


def _run_by_command(shop: Shop, sim: Simulator, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run the shop as a person does."""
    where = ("--target", sim.url, "--channel", "5", "--rate", "unlimited", *flags)
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "run", shop.orders, shop.items, "-m", shop.mapping, *where],
        cwd=shop.folder,
        env={**os.environ, "ORDERLIFT_TOKEN": sim.token, "ORDERLIFT_STATE_DIR": str(shop.folder / "state")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_command_tells_how_the_canary_went(tmp_path: Path) -> None:
    """On standard error, in one line, once; nothing of it where nobody is to be disturbed."""
    with Simulator() as sim:
        loud = _run_by_command(open_shop(tmp_path / "loud", 9), sim, "--canary", "3")
        quiet = _run_by_command(open_shop(tmp_path / "quiet", 9), sim, "--canary", "3", "--quiet")
    lines = [line for line in loud.stderr.splitlines() if "canary" in line]
    assert len(lines) == 1
    assert lines[0].startswith("canary: 3 of 3 orders read back equal")
    assert (loud.returncode, "canary" in loud.stdout) == (0, False)
    assert "canary" not in quiet.stderr


def test_the_command_ends_with_six_and_says_what_differs(tmp_path: Path) -> None:
    """The issue stands on standard error with the order, the field, and the way to go on."""
    with Simulator(faults=shows("amount", 7)) as sim:
        ended = _run_by_command(open_shop(tmp_path / "shop", 9), sim, "--canary", "2")
    assert ended.returncode == 6
    assert "canary: 1 of 2 orders read back equal" in ended.stderr or "canary: 0 of 2" in ended.stderr
    said = " ".join(ended.stderr.split())
    assert "E546" in said
    assert f"order {number(7)}: order.amount was sent as" in said
    assert "--canary 0" in said


def test_a_program_asks_for_a_canary_by_argument(tmp_path: Path) -> None:
    """The verbs of the library take the same number, and 0 to go on without."""
    shop = open_shop(tmp_path / "shop", 9)
    folders: dict[str, Any] = {"state_dir": shop.places.state_dir, "report_dir": shop.places.report_dir}
    with Simulator(faults=shows("amount", 7)) as sim:
        planned = pipeline.plan([shop.orders, shop.items], shop.mapping, target=sim.url, channel=5, **folders)
        stopped = pipeline.apply(planned, token=sim.token, rate=float("inf"), canary=2, **folders)
        resumed = pipeline.resume(token=sim.token, rate=float("inf"), canary=0, **folders)
    assert (stopped.ending.code, stopped.summary.orders.created) == ("E546", 2)
    assert (resumed.exit_code, resumed.summary.orders.created) == (0, 9)
