"""An undo cancels what a run created, as long as it still is what the run created, and each order once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import orjson
import pytest
from book_shop import open_book_shop
from small_shop import number, send_all, sending, states, table
from undo_shop import (
    REASON,
    applied,
    assert_undone,
    cancels_sent,
    change,
    open_undo_shop,
    outcomes,
    planned_undo,
    sent_shop,
)

from pipeline.journal.ledger import Ledger
from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused, Refusal, TargetRefused, UsageRefused
from pipeline.runs.accounts.proving import prove
from pipeline.runs.asked.request import Places
from pipeline.runs.settling.retrying import RetryRequest
from pipeline.runs.state_folder.catalogue_of_runs import find_run, list_runs
from pipeline.runs.state_folder.channel_files import ledger_file
from pipeline.runs.undoing.planning import UndoRequest
from pipeline.runs.undoing.verbs import apply_undo, plan_undo, report_undo
from pipeline.runs.verbs import apply, resume, retry, run
from pipeline.simulator import Settings, Simulator
from pipeline.upload.limits import Limits


def tampered(journal: Path, sql: str) -> None:
    """Change a closed journal from outside."""
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute(sql)


def refused_with(refused: pytest.ExceptionInfo[Refusal]) -> str:
    """Give the code of a refusal."""
    return refused.value.issues[0].code


def test_every_order_is_cancelled_once_and_read_back(tmp_path: Path) -> None:
    """All items go, with the reason that was given; the report, the journal and the target agree."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 9, sim)
        planned = planned_undo(shop, result, sim)
        assert planned.exit_code == 0
        assert planned.summary.as_json()["orders"] == {"reversible": 9, "touched": 0, "irreversible": 0}
        assert not sim.truth.cancelled, "planning changes nothing"
        undone = apply_undo(shop.folder / "undo.plan", sending(sim.token), shop.places)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert undone.exit_code == 0
        assert set(sim.truth.cancels.values()) == {1}
        items = {order.number: len(order.shown_items) for order in sim.truth.orders(5)}
        for one in sim.truth.cancelled:
            assert len(one.items) == items[one.number]
            assert one.reasons == {str(pk): REASON for pk in one.items}
        money = undone.summary.money
        assert money["TRY"][0] == money["TRY"][1] == f"{result.summary.money['TRY'].created:.2f}"
        assert_undone(shop, undone, sim)
        requests = len(sim.truth.log)
        again = applied(shop, sim, planned)
        assert len(sim.truth.log) == requests, "an undo that is finished has nothing left to do"
        assert again.exit_code == 0


def test_what_was_touched_or_cannot_be_cancelled_is_listed_with_its_reason(tmp_path: Path) -> None:
    """A change of status, of an item, of the date alone, another order, a cancelled one, other items."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 8, sim)
        orders = sim.truth.orders(5)
        change(orders[0], status="450")
        items = orders[1].shown_items
        orders[1].items = orjson.dumps([{**items[0], "total_price": "0.01"}, *items[1:]])
        change(orders[2], modified_date="2999-01-01T00:00:00Z")
        change(orders[3], pk=99)
        change(orders[4], status="100")
        orders[5].items = orjson.dumps(orders[5].shown_items * 2)
        planned = planned_undo(shop, result, sim)
        found = {one.number: (one.group.value, str(one.facts.get("reason"))) for one in planned.records()}
        assert found[number(1)] == ("touched", "changed: order.status from 400 (approved) to 450 (preparing)")
        assert found[number(2)][0] == "touched"
        assert "order_item[1].total_price" in found[number(2)][1]
        assert found[number(3)][0] == "touched"
        assert found[number(3)][1].startswith("modified_date is")
        assert found[number(4)] == ("touched", "another order stands under its number")
        assert found[number(5)] == ("irreversible", "it is cancelled already")
        assert found[number(6)] == ("touched", "changed: order_item")
        assert [found[number(place)][0] for place in (7, 8)] == ["reversible"] * 2
        assert planned.exit_code == 3
        undone = applied(shop, sim, planned)
        assert set(sim.truth.cancels) == {number(7), number(8)}
        assert_undone(shop, undone, sim)
        lines = (shop.places.reports(undone.run_id) / "undo.csv").read_text("utf-8-sig").splitlines()
        assert len(lines) == 9
        assert lines[1].split(",")[3:6] == ["touched", "kept", "W688"]


def test_orders_that_have_left_the_shop_are_tried_only_when_asked_for(tmp_path: Path) -> None:
    """Delivered orders are irreversible; --status names them, and the target decides."""
    with Simulator(settings=Settings(cancel_statuses=frozenset({"550"}))) as sim:
        shop, result = sent_shop(tmp_path, 2, sim, status="delivered")
        planned = planned_undo(shop, result, sim)
        assert planned.summary.orders["irreversible"] == 2
        assert "550 (delivered)" in str(next(planned.records()).facts["reason"])
        asked = planned_undo(shop, result, sim, statuses=frozenset({"550"}))
        assert set(outcomes(applied(shop, sim, asked)).values()) == {"cancelled"}


def test_a_later_date_alone_can_be_waved_through(tmp_path: Path) -> None:
    """With ignore_modified only what was sent counts."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 1, sim)
        change(sim.truth.orders(5)[0], modified_date="2999-01-01T00:00:00Z")
        assert planned_undo(shop, result, sim).summary.orders == {"touched": 1}
        assert planned_undo(shop, result, sim, ignore_modified=True).summary.orders == {"reversible": 1}


def test_only_what_this_run_created_is_on_the_list(tmp_path: Path) -> None:
    """Orders that were there before it are nobody's to cancel."""
    with Simulator() as sim:
        _, first = sent_shop(tmp_path, 3, sim)
        more = open_undo_shop(tmp_path, 5)
        second = send_all(more, sim)
        assert sorted(states(second).values()) == ["already_present"] * 3 + ["created"] * 2
        planned = planned_undo(more, second, sim)
        assert sorted(outcomes(planned)) == [number(4), number(5)]
        applied(more, sim, planned)
        assert sorted(sim.truth.cancels) == [number(4), number(5)]
        assert {order.shown["status"] for order in sim.truth.orders(5)[:3]} == {"400"}
        assert first.run_id != second.run_id


@pytest.mark.parametrize("fields", [{"status": "450"}, {"tracking_number": "T1"}, {"modified_date": "2030"}])
def test_what_changes_between_plan_and_apply_is_left_alone(tmp_path: Path, fields: dict[str, str]) -> None:
    """It is read again right before; nothing is sent for it, and the rest goes on."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 4, sim)
        planned = planned_undo(shop, result, sim)
        change(sim.truth.orders(5)[0], **fields)
        undone = applied(shop, sim, planned)
        assert outcomes(undone)[number(1)] == "left_alone"
        assert list(outcomes(undone).values()).count("cancelled") == 3
        assert cancels_sent(sim)["1001"] == 0
        assert undone.exit_code == 3
        assert_undone(shop, undone, sim)


@pytest.mark.parametrize(
    ("action", "attempts"),
    [
        ("commit_then_reset", 1),
        ("503", 2),
        ("late_commit:0.1", 1),
        *(
            pytest.param(*given, marks=pytest.mark.long)
            for given in (
                ("commit_then_500", 1),
                ("commit_then_hang", 1),
                ("empty_body", 1),
                ("commit_then_404", 1),
                ("reset", 2),
                ("429", 2),
            )
        ),
    ],
)
def test_a_lost_answer_is_settled_by_reading_the_order_back(
    tmp_path: Path, action: str, attempts: int
) -> None:
    """Whatever the answer says or fails to say, each order is cancelled once and reported so."""
    faults = {"cancel": {"1001": [action], "1002": [action]}}
    with Simulator(faults=faults, settings=Settings(cancel_again="accept")) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        planned = planned_undo(shop, result, sim)
        undone = applied(shop, sim, planned, deadline=0.2)
        assert set(outcomes(undone).values()) == {"cancelled"}
        assert set(sim.truth.cancels.values()) == {1}
        assert {one.attempts for one in islice(undone.records(), 2)} == {attempts}
        assert_undone(shop, undone, sim)


def test_an_accepted_cancelling_that_changes_nothing_is_unclear_and_not_sent_again(tmp_path: Path) -> None:
    """A good answer alone is no proof; a person looks, and the rest is not touched."""
    with Simulator(settings=Settings(cancel_shows="nothing")) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        assert outcomes(undone)[number(1)] == "unclear"
        assert undone.ending.code == "E664"
        assert undone.exit_code == 6
        assert cancels_sent(sim) == {"1001": 1}
        again = applied(shop, sim, undone, canary=0)
        assert set(outcomes(again).values()) == {"unclear"}
        assert again.exit_code == 4
        assert set(cancels_sent(sim).values()) == {1}


def test_a_target_that_asks_for_approval_leaves_orders_waiting_until_it_decides(tmp_path: Path) -> None:
    """What waits is told apart from what is cancelled, and looked at again by a resume."""
    with Simulator(settings=Settings(cancel_becomes="cancellation_waiting")) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        planned = planned_undo(shop, result, sim)
        undone = applied(shop, sim, planned)
        assert set(outcomes(undone).values()) == {"asked"}
        assert undone.exit_code == 0
        first, second, _ = sim.truth.orders(5)
        change(first, status="100")
        change(second, status="400")
        second.items = orjson.dumps(
            [{**one, "status": "400", "cancel_status": None} for one in second.shown_items]
        )
        again = applied(shop, sim, planned)
        assert list(outcomes(again).values()) == ["cancelled", "unclear", "asked"]
        assert again.exit_code == 4
        assert set(cancels_sent(sim).values()) == {1}
        assert_undone(shop, again, sim)


def test_items_that_are_all_cancelled_make_a_cancelled_order(tmp_path: Path) -> None:
    """Where the order's own status stays, its items decide."""
    with Simulator(settings=Settings(cancel_shows="items")) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        assert set(outcomes(undone).values()) == {"cancelled"}


def test_a_first_order_that_is_refused_stops_the_rest(tmp_path: Path) -> None:
    """The others are not even asked; without the first look each is asked once, and stands."""
    with Simulator(settings=Settings(cancel_answer="refuse")) as sim:
        shop, result = sent_shop(tmp_path, 4, sim)
        planned = planned_undo(shop, result, sim)
        undone = applied(shop, sim, planned)
        assert undone.ending.code == "E664"
        assert sum(cancels_sent(sim).values()) == 1
        assert "can not be canceled" in str(next(undone.records()).facts["reason"])
        again = applied(shop, sim, planned, canary=0)
        assert set(outcomes(again).values()) == {"refused"}
        assert again.exit_code == 3
        assert set(cancels_sent(sim).values()) == {1}
        assert_undone(shop, again, sim)


@pytest.mark.parametrize("status", ["404", "405"])
def test_a_target_without_the_endpoint_stops_the_undo(tmp_path: Path, status: str) -> None:
    """One order is asked for, whatever the canary says, with so many at once as were asked for."""
    script = {"cancel": {str(pk): [status, "repeat"] for pk in range(1001, 1021)}}
    with Simulator(faults=script) as sim:
        shop, result = sent_shop(tmp_path, 20, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim), canary=0, concurrency=2)
        assert undone.ending.code == "E664"
        assert sum(cancels_sent(sim).values()) <= 4
        assert_undone(shop, undone, sim)


def test_an_order_that_somebody_else_cancels_first_is_not_ours(tmp_path: Path) -> None:
    """It is told apart, be it seen before the request or after its refusal."""
    with Simulator(faults={"cancel": {"1002": ["no_commit_406"]}}) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        change(sim.truth.orders(5)[0], status="100")
        undone = applied(shop, sim, planned, canary=0)
        assert outcomes(undone) == {number(1): "already_cancelled", number(2): "refused"}
        assert cancels_sent(sim)["1001"] == 0


def test_limits_and_the_canary_hold_for_cancelling(tmp_path: Path) -> None:
    """--limit takes so many, --max-errors stops, and the canary goes alone, one of each status first."""
    with Simulator(faults={"cancel": {"1003": ["406"], "1004": ["406"]}}) as sim:
        shop, result = sent_shop(tmp_path, 8, sim)
        planned = planned_undo(shop, result, sim)
        two = applied(shop, sim, planned, limit=2)
        assert (two.ending.code, two.exit_code) == ("E544", 6)
        assert sum(cancels_sent(sim).values()) == 2
        some = applied(shop, sim, planned, limits=Limits(max_errors=1), concurrency=1)
        assert some.ending.code == "E541"
        assert sum(cancels_sent(sim).values()) == 4
        rest = applied(shop, sim, planned)
        assert sorted(outcomes(rest).values()) == ["cancelled"] * 6 + ["refused"] * 2
        assert_undone(shop, rest, sim)


def test_attempts_that_are_used_up_fail_and_may_be_tried_again(tmp_path: Path) -> None:
    """A target that turns every request away leaves the order as it was; a later resume tries anew."""
    with Simulator(faults={"cancel": {"1001": ["429", "429", "ok"]}}) as sim:
        shop, result = sent_shop(tmp_path, 1, sim)
        planned = planned_undo(shop, result, sim)
        failed = applied(shop, sim, planned, attempts=2)
        assert outcomes(failed)[number(1)] == "failed"
        undone = applied(shop, sim, planned, attempts=2)
        assert outcomes(undone)[number(1)] == "cancelled"
        assert_undone(shop, undone, sim)


def test_a_token_that_is_refused_stops_the_undo_without_harm(tmp_path: Path) -> None:
    """No answer of that kind is taken for a cancelled order."""
    with Simulator(faults={"cancel": {"1002": ["401"]}}) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        planned = planned_undo(shop, result, sim)
        undone = applied(shop, sim, planned, concurrency=1)
        assert (undone.ending.code, undone.exit_code) == ("E501", 5)
        assert outcomes(undone)[number(2)] == "waiting"
        assert set(outcomes(applied(shop, sim, planned)).values()) == {"cancelled"}


def test_a_cancelled_number_is_neither_sent_again_nor_taken_for_standing(tmp_path: Path) -> None:
    """A new run of the same files says who cancelled what, order by order, and sends nothing."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        creates = sim.truth.creates
        again = run(
            shop.plan_request(sim.url, Capability(settle_window=0.3)), sending(sim.token), shop.places
        )
        assert set(states(again).values()) == {"conflict"}
        assert again.summary.issues["E660"] == 3
        assert again.summary.exit_code == 4
        assert sim.truth.creates == creates
        issue = next(issue for issue in again.issues() if issue.code == "E660")
        assert issue.facts == {"run": result.run_id, "undo": undone.run_id}


def test_the_ledger_keeps_what_was_cancelled_when_the_journal_is_gone(tmp_path: Path) -> None:
    """Without the undo's journal the numbers are still known."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        journal = shop.places.journal(undone.run_id)
        journal.rename(journal.with_name("away.db"))
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert set(states(again).values()) == {"conflict"}


def test_an_undo_that_was_planned_and_not_applied_holds_nobody_up(tmp_path: Path) -> None:
    """Its orders stand, and count as such."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned_undo(shop, result, sim)
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert set(states(again).values()) == {"already_present"}


def test_no_verb_for_orders_takes_an_undo_nor_the_other_way_round(tmp_path: Path) -> None:
    """The newest run is never an undo, and by its id it is refused."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        assert [card.undoes for card in list_runs(shop.places)] == [result.run_id, None]
        assert find_run(shop.places, None) == result.run_id
        assert resume(None, sending(sim.token), shop.places).run_id == result.run_id
        for work in (
            lambda: resume(planned.run_id, sending(sim.token), shop.places),
            lambda: retry(RetryRequest(planned.run_id), sending(sim.token), shop.places),
            lambda: plan_undo(UndoRequest(planned.run_id, 1), sending(sim.token), None, shop.places),
        ):
            with pytest.raises(UsageRefused) as refused:
                work()
            assert refused_with(refused) == "E661"
        with pytest.raises(UsageRefused) as refused:
            apply(shop.folder / "undo.plan", sending(sim.token), shop.places)
        assert refused_with(refused) == "E622"
        with pytest.raises(UsageRefused):
            apply_undo(shop.mapping, sending(sim.token), shop.places)
        assert not sim.truth.cancelled


def test_a_plan_that_is_not_what_was_sealed_is_refused(tmp_path: Path) -> None:
    """Neither the file nor the list in the journal may have changed."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 1, sim)
        planned = planned_undo(shop, result, sim)
        file = shop.folder / "undo.plan"
        file.write_bytes(file.read_bytes().replace(planned_digest(file), b"0" * 64))
        with pytest.raises(UsageRefused) as stale:
            apply_undo(file, sending(sim.token), shop.places)
        assert refused_with(stale) == "E621"
        journal = shop.places.journal(planned.run_id)
        tampered(journal, "UPDATE undo SET remote_id = '1999'")
        with pytest.raises(JournalRefused) as changed:
            applied(shop, sim, planned)
        assert refused_with(changed) == "E616"
        assert not sim.truth.cancelled


def planned_digest(file: Path) -> bytes:
    """Give the digest that a plan file holds."""
    digest: str = orjson.loads(file.read_bytes())["digest"]
    return digest.encode()


def test_a_run_is_undone_only_where_everything_can_be_read(tmp_path: Path) -> None:
    """A target that does not tell what it holds gets no plan, and leaves none behind."""
    with Simulator(faults={"lookup": {number(2): ["500", "repeat"]}}) as sim:
        shop, result = sent_shop(tmp_path, 3, sim)
        with pytest.raises(TargetRefused) as refused:
            plan_undo(UndoRequest(result.run_id, REASON), sending(sim.token, attempts=1), None, shop.places)
        assert refused_with(refused) == "E531"
        assert len(list_runs(shop.places)) == 1
        assert len(list((shop.places.state_dir / "runs").iterdir())) == 1


def test_a_second_undo_finds_what_the_first_has_cancelled(tmp_path: Path) -> None:
    """It lists the orders as cancelled already, and sends nothing."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        applied(shop, sim, planned_undo(shop, result, sim))
        second = planned_undo(shop, result, sim)
        assert second.summary.orders == {"irreversible": 2}
        assert applied(shop, sim, second).exit_code == 3
        assert set(sim.truth.cancels.values()) == {1}


def test_reports_of_an_undo_can_be_written_again(tmp_path: Path) -> None:
    """From the journal alone, with the same numbers."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        other = Places(shop.places.state_dir, tmp_path / "elsewhere")
        again = report_undo(undone.run_id, other)
        assert again.summary.outcomes == undone.summary.outcomes
        written = orjson.loads((other.reports(undone.run_id) / "summary.json").read_bytes())
        assert written["outcomes"]["cancelled"] == 2
        assert (other.reports(undone.run_id) / "undo.csv").stat().st_mode & 0o777 == 0o600


def test_a_journal_in_which_an_undo_lies_proves_itself_or_does_not(tmp_path: Path) -> None:
    """A request without a look before it, or an outcome that was never read, is found."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        journal = shop.places.journal(undone.run_id)
        tampered(journal, "DELETE FROM undo_looks WHERE line_id = 1")
        proof = prove(undone.run_id, shop.places)
        broken = {check.name for check in proof.checks if check.broken}
        assert {"undo: read first", "undo: no claim alone", "nothing changed from outside"} <= broken


def test_the_ledger_forgets_orders_that_an_undo_left_alone(tmp_path: Path) -> None:
    """While it is applied every order of it counts as maybe cancelled, afterwards those that are."""
    with Simulator() as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        planned = planned_undo(shop, result, sim)
        change(sim.truth.orders(5)[0], tracking_number="T1")
        applied(shop, sim, planned)
        ledger = Ledger(ledger_file(shop.places, sim.url, 5))
        known = table_of(ledger, shop.places.journal(planned.run_id))
        ledger.close()
        assert known == {number(2)}


def table_of(ledger: Ledger, journal: Path) -> set[str]:
    """Give the numbers that a ledger knows as cancelled."""
    rows = table(journal, "SELECT collision, number FROM undo WHERE kind = 'order'")
    found = ledger.cancelled([collision for collision, _ in rows])
    return {name for collision, name in rows if collision in found}


def test_an_order_whose_id_was_not_told_is_known_by_number_and_content(tmp_path: Path) -> None:
    """The id is learnt when the undo is planned, and holds from then on."""
    with Simulator(settings=Settings(pk_in_answer=False)) as sim:
        shop, result = sent_shop(tmp_path, 2, sim)
        undone = applied(shop, sim, planned_undo(shop, result, sim))
        assert set(outcomes(undone).values()) == {"cancelled"}


def test_registered_ids_stay_and_are_said_to(tmp_path: Path) -> None:
    """An order may be cancelled; that its id was registered is not taken back."""
    with Simulator(settings=Settings(cancel_statuses=frozenset({"550"}))) as sim:
        shop = open_book_shop(tmp_path, 2)
        result = send_all(shop, sim)
        planned = planned_undo(shop, result, sim, statuses=frozenset({"550"}))
        assert planned.summary.others == {"registration": 2}
        assert planned.summary.reasons["W689"] == 2
        undone = applied(shop, sim, planned)
        assert set(outcomes(undone).values()) == {"cancelled"}
