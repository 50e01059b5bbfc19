"""S20: old runs go, whole or what they hold of people, and nothing is ever created twice because of it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from personal_shop import found_below, open_people_shop, sent, simulator, the_run, work
from small_shop import WINDOW, Shop, mode_settings, number, open_shop, sending, table

from pipeline.journal.emptying import CONTENT, KEPT
from pipeline.journal.lock import Lock
from pipeline.journal.reading import JournalReader
from pipeline.journal.schema import TABLES
from pipeline.model.capability import Capability
from pipeline.model.refusal import UsageRefused
from pipeline.runs.accounts.proving import prove
from pipeline.runs.pruning import PAYLOADS, WHOLE, PruneRequest, prune, runs_due
from pipeline.runs.verbs import plan, run
from pipeline.simulator import Simulator
from pipeline.upload.retention import Kept, Retention, due, open_orders

EVERYTHING = Retention(0.0)
SOON = timedelta(seconds=5)


class StopError(Exception):
    """The power goes."""


def pruned(shop: Shop, *, payloads_only: bool = False, **changes: Any) -> list[str]:
    """Prune everything there is; returns the ids of the runs that went."""
    now = datetime.now(UTC) + SOON
    retention = Retention(0.0, **changes)
    found = runs_due(PruneRequest(retention, payloads_only), shop.places, now)
    done = prune(found, shop.places, now, retention)
    assert not done.issues
    return [one.run_id for one in done.gone]


def test_a_whole_run_leaves_nothing_but_what_the_target_holds(tmp_path: Path) -> None:
    """Journal, witness and reports are gone; the same files create nothing a second time."""
    shop = open_shop(tmp_path, 12)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert pruned(shop) == [first.run_id]
        left = {
            path.name for top in ("state", "reports") for path in (tmp_path / top).rglob(f"*{first.run_id}*")
        }
        assert left == set()
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert again.summary.orders.already_present == 12
        assert again.summary.traffic.requests == 0
        assert sim.truth.totals(5)["orders"] == 12


def test_a_ledger_that_knows_nothing_is_told_before_its_run_goes(tmp_path: Path) -> None:
    """The journal is the last to know what was sent, as after a crash: it tells before it is deleted."""
    shop = open_shop(tmp_path, 4)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        for ledger in (shop.places.state_dir / "channels").glob("*.ledger*"):
            ledger.unlink()
        assert pruned(shop) == [first.run_id]
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert (again.summary.orders.already_present, again.summary.traffic.requests) == (4, 0)


def test_a_run_without_its_content_holds_nobody_and_still_proves(tmp_path: Path) -> None:
    """No person is left in any byte of the state folder or the reports; sums, states and promises stay."""
    open_people_shop(tmp_path, wrong=True)
    with simulator() as sim:
        assert sent(tmp_path, sim).code == 3
        run_id = the_run(tmp_path)
        before = work(tmp_path, "status", "--json", sim=sim).document
        assert found_below(tmp_path / "state", tmp_path / "reports"), "there is something to remove"
        ended = work(tmp_path, "runs", "prune", "--payloads-only", "--older-than", "0", "--yes", sim=sim)
        assert ended.code == 0
        assert found_below(tmp_path / "state", tmp_path / "reports") == {}
        assert [path.name for path in (tmp_path / "reports" / run_id).iterdir()] == ["summary.json"]
        after = work(tmp_path, "status", "--json", sim=sim).document
        assert (before["orders"], before["money"], before["issues"]) == (
            after["orders"],
            after["money"],
            after["issues"],
        )
        proof = work(tmp_path, "prove", "--json", sim=sim).document
        assert proof["exit_code"] == 0
        assert proof["emptied"]
        assert "could not be checked again" in work(tmp_path, "prove", sim=sim).out


def test_a_run_without_its_content_is_never_sent(tmp_path: Path) -> None:
    """There is nothing left to send or to compare, and resume says so; the same files are known as sent."""
    shop = open_shop(tmp_path, 6)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token, limit=4), shop.places)
        assert pruned(shop, payloads_only=True) == [], "two orders are open"
        assert pruned(shop, payloads_only=True, also_open=True) == [first.run_id]
        ended = work(tmp_path, "resume", first.run_id, sim=sim)
        assert ended.code == 7
        assert "E690" in ended.err
        again = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert (again.summary.orders.already_present, again.summary.orders.created) == (4, 2)
        assert sim.truth.totals(5)["orders"] == 6


def test_open_work_is_never_pruned_by_itself(tmp_path: Path) -> None:
    """A plan that was not sent stays; whoever gives it up says so."""
    shop = open_shop(tmp_path, 3)
    planned = plan(shop.plan_request("http://127.0.0.1:9"), None, shop.places)
    assert pruned(shop) == []
    (left,) = runs_due(PruneRequest(EVERYTHING), shop.places, datetime.now(UTC) + SOON)
    assert (left.kept, left.open) == (Kept.OPEN, 3)
    assert pruned(shop, also_open=True) == [planned.run_id]


@pytest.mark.parametrize("state", ["in_doubt", "conflict", "failed", "waiting", "unresolved", "in_flight"])
def test_whatever_somebody_still_has_to_do_counts_as_open(state: str) -> None:
    """One order in such a state keeps its run."""
    assert open_orders({"created": 5, state: 1}, sendable=True) == 1
    assert open_orders({"created": 5, "rejected": 2, "invalid": 1}, sendable=True) == 0


def test_an_order_in_doubt_stays_doubtful_when_its_run_is_given_up(tmp_path: Path) -> None:
    """The ledger remembers that it may stand there: another run does not send it, and says why."""
    shop = open_shop(tmp_path, 3)
    faults = {number(2): ["commit_then_reset"]}
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        request, blind = sending(sim.token), Capability(settle_window=WINDOW, lookup=False)
        first = run(shop.plan_request(sim.url, blind), request, shop.places)
        assert first.summary.orders.in_doubt == 1
        assert pruned(shop) == []
        assert pruned(shop, also_open=True) == [first.run_id]
        again = run(shop.plan_request(sim.url, blind), request, shop.places)
        assert again.summary.orders.already_present == 2
        assert again.summary.orders.created == 0
        assert [order.number for order in sim.truth.orders(5)].count(number(2)) == 1


def test_a_run_that_another_process_holds_stays(tmp_path: Path) -> None:
    """Neither an open journal nor a taken lock is touched, whatever is given up."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        now = datetime.now(UTC) + SOON
        with closing(JournalReader(shop.places.journal(first.run_id))):
            (held,) = runs_due(PruneRequest(EVERYTHING), shop.places, now)
            assert held.kept is Kept.HELD
            assert pruned(shop, also_open=True) == []
        found = runs_due(PruneRequest(EVERYTHING), shop.places, now)
        with Lock(shop.places.run_dir(first.run_id) / "run.lock", "run"):
            done = prune(found, shop.places, now, EVERYTHING)
        assert (done.gone, [issue.code for issue in done.issues]) == ((), ["E609"])
        assert table(shop.places.journal(first.run_id), "SELECT count(*) FROM orders") == [(3,)]


@pytest.mark.parametrize("how", [WHOLE, PAYLOADS])
def test_what_a_crash_left_of_a_pruning_is_finished_by_the_next(tmp_path: Path, how: str) -> None:
    """Stopped before each of its steps, it leaves no half of a run that anybody takes for a whole."""
    steps = ["mark", "card", "journal", "beside", "witness", "reports", "folder"]
    steps = [step for step in steps if how == WHOLE or step not in {"card", "witness"}]
    with simulator() as sim:
        for place, stop in enumerate(steps):
            folder = open_people_shop(tmp_path / f"{place}", 3)
            assert sent(folder, sim).code == 0
            shop = Shop(folder, 3)
            now = datetime.now(UTC) + SOON
            request = PruneRequest(EVERYTHING, how == PAYLOADS)

            def stopping(step: str, stop: str = stop) -> None:
                if step == stop:
                    raise StopError

            with pytest.raises(StopError):
                prune(runs_due(request, shop.places, now), shop.places, now, EVERYTHING, stopping)
            young = PruneRequest(Retention(1e9))  # nothing else would be due
            rest = runs_due(young if stop != "mark" else request, shop.places, now)
            done = prune(rest, shop.places, now, EVERYTHING)
            assert [one.how for one in done.gone] == [how], stop
            assert found_below(folder / "state", folder / "reports") == {}, stop
            left = [path.name for path in folder.rglob("pruning.json")]
            assert left == [], stop
            if how == PAYLOADS:
                assert prove(None, shop.places).holds
            else:
                assert not any((folder / "state" / "runs").iterdir())
            assert sent(folder, sim).code == 0
        assert sim.truth.totals(5)["orders"] == 3


def test_a_crash_in_the_middle_of_taking_out_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    """Either everything is in it, or nothing: the transaction is one."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
    path = shop.places.journal(first.run_id)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'disk full'); END")
        db.commit()
    now = datetime.now(UTC) + SOON
    found = runs_due(PruneRequest(EVERYTHING, payloads_only=True), shop.places, now)
    assert prune(found, shop.places, now, EVERYTHING).issues
    assert table(path, "SELECT count(*) FROM payloads") == [(3,)]
    assert table(path, "SELECT count(*) FROM meta WHERE key = 'emptied'") == [(0,)]


@pytest.mark.parametrize("payloads_only", [True, False])
def test_a_folder_of_reports_that_is_a_link_is_not_followed(tmp_path: Path, *, payloads_only: bool) -> None:
    """What lies behind it is somebody else's."""
    shop = open_shop(tmp_path, 3)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
    reports, elsewhere = shop.places.reports(first.run_id), tmp_path / "elsewhere" / first.run_id
    elsewhere.parent.mkdir()
    reports.rename(elsewhere)
    reports.symlink_to(elsewhere)
    assert pruned(shop, payloads_only=payloads_only) == [first.run_id]
    assert (elsewhere / "report.html").exists()


def test_remains_of_a_dead_preparation_go_with_age(tmp_path: Path) -> None:
    """A run that was never sealed holds people too, and nobody would ever open it again."""
    shop = open_shop(tmp_path, 3)
    remains = shop.places.run_dir("deadbeef") / "spool"
    remains.mkdir(parents=True)
    (remains / "partition-00000.jsonl").write_text("somebody")
    now = datetime.now(UTC)
    assert runs_due(PruneRequest(Retention(3600.0)), shop.places, now) == []
    assert pruned(shop) == ["deadbeef"]
    assert not remains.exists()


def test_a_run_of_another_kind_and_a_table_of_nobody_s_are_left_alone(tmp_path: Path) -> None:
    """What is open in it, or what it holds of people, is not known: it stays until somebody says so."""
    shop = open_shop(tmp_path, 2)
    with Simulator() as sim:
        first = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
    card = shop.places.run_dir(first.run_id) / "run.json"
    whole = card.read_bytes()
    card.write_bytes(whole.replace(b'"run"', b'"another"'))
    assert pruned(shop) == []
    card.write_bytes(whole)
    with closing(sqlite3.connect(first.journal)) as db:
        db.execute("CREATE TABLE diary (entry TEXT)")
        db.commit()
    now = datetime.now(UTC) + SOON
    found = runs_due(PruneRequest(EVERYTHING, payloads_only=True), shop.places, now)
    assert [issue.code for issue in prune(found, shop.places, now, EVERYTHING).issues] == ["E692"]
    assert table(first.journal, "SELECT count(*) FROM payloads") == [(2,)]
    assert pruned(shop) == [first.run_id], "whole it may go: nothing of it stays"


def test_every_table_of_a_journal_is_kept_or_emptied() -> None:
    """A table that is added must be judged: does it hold what cells or answers said?"""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - set(CONTENT) - KEPT == set()
    assert set(CONTENT) & KEPT == set()


@given(
    st.dictionaries(st.text("abcdef0123456789", min_size=4, max_size=4), st.floats(0, 1e6), max_size=12),
    st.floats(0, 1e6),
    st.integers(0, 12),
)
def test_neither_the_young_nor_the_newest_are_due(
    created: dict[str, float], older_than: float, keep: int
) -> None:
    """Both limits hold together; what is due comes oldest first."""
    found = due(created, 1e6, Retention(older_than, keep))
    assert all(1e6 - created[one] >= older_than for one in found)
    assert len(created) - len(found) >= min(keep, len(created))
    assert [created[one] for one in found] == sorted(created[one] for one in found)
    newest = sorted(created, key=lambda one: (created[one], one))[len(created) - min(keep, len(created)) :]
    assert not set(found) & set(newest)


def test_the_command_says_first_what_would_go(tmp_path: Path) -> None:
    """Nothing goes with -n, nor without a yes; the JSON object names every run."""
    open_people_shop(tmp_path, 3)
    with simulator() as sim:
        sent(tmp_path, sim)
        run_id = the_run(tmp_path)
        shown = work(tmp_path, "runs", "prune", "-n", "--older-than", "0", sim=sim)
        assert run_id in shown.out
        assert "1 run would go" in shown.out
        refused = work(tmp_path, "runs", "prune", "--older-than", "0", sim=sim)
        assert refused.code == 2
        assert "E691" in refused.err
        assert "Nothing to prune" in work(tmp_path, "runs", "prune", "--yes", sim=sim).out, "it is too young"
        kept = work(tmp_path, "runs", "prune", "--older-than", "0", "--keep", "1", "--yes", sim=sim)
        assert "Nothing to prune" in kept.out
        told = work(tmp_path, "runs", "prune", run_id[:4], "--yes", "--json", sim=sim).document
        assert [(one["run_id"], one["goes"], one["how"]) for one in told["runs"]] == [(run_id, True, "whole")]
        assert told["bytes"] > 10_000
        assert "No runs yet" in work(tmp_path, "runs", sim=sim).err


def test_a_name_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """Whoever names a run means one that is there."""
    shop = open_shop(tmp_path, 1)
    with pytest.raises(UsageRefused):
        runs_due(PruneRequest(Retention(0.0, named=frozenset({"../.."}))), shop.places, datetime.now(UTC))
