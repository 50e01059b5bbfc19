"""S26: a journal that was rewritten, and made to fit again, is told by a fingerprint that somebody kept."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_shop import Shop, mode_settings, number, open_shop, sending
from undo_shop import applied, planned_undo, sent_shop

from pipeline.journal import tally
from pipeline.journal.emptying import empty
from pipeline.journal.fingerprints import compared, fingerprint
from pipeline.journal.planning import plan_digest
from pipeline.model.capability import Capability
from pipeline.model.fingerprint import Fingerprint, fingerprint_from
from pipeline.runs.accounts.proving import Proof, prove
from pipeline.runs.asked.request import Places
from pipeline.runs.settling.resolving_orders import resolve
from pipeline.runs.verbs import report, resume, run
from pipeline.simulator import Simulator

B = Capability(settle_window=0.1)
ORDERS = 12
HISTORY = {
    "events": ("id", "at", "kind"),
    "moves": ("id", "order_id", "before", "after", "epoch"),
    "lookups": ("id", "order_id", "at", "found"),
    "decisions": ("id", "order_id", "at", "said_by", "why", "decision", "before", "after", "remote_id"),
    "attempts": ("order_id", "attempt", "epoch", "started", "finished", "outcome", "status"),
    "orders": ("number", "amount_minor", "currency", "sha256", "state", "remote_id"),
}
"""What no change of goes unseen; orders by what was sealed of them, and by their ends."""


@dataclass
class Life:
    """A run that met much, and the fingerprint that each of its steps printed, in their order."""

    state: Path
    printed: list[Fingerprint]

    def copied(self, folder: Path) -> Path:
        """Copy its state folder, to be tampered with, and return its journal."""
        shutil.copytree(self.state, folder)
        return next(folder.glob("runs/*/journal.db"))


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A run of lost answers, absences, refusals; stopped, decided about by a person, resumed and reported."""
    shop = open_shop(tmp_path_factory.mktemp("life") / "shop", ORDERS)
    faults = {
        "create": {
            number(1): ["commit_then_reset"],
            number(2): ["reset"],
            number(3): ["400"],
            number(4): ["406_html"],
            number(5): ["503_empty"],
            number(8): ["reset", "reset"],
            number(9): ["commit_then_500"],
        }
    }
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        results = [
            run(shop.plan_request(sim.url, B), sending(sim.token, limit=7), shop.places),
            resolve(number(4), "absent", "not in the panel", "ayse", None, shop.places),
            resume(None, sending(sim.token, limit=2), shop.places),
            resume(None, sending(sim.token), shop.places),
            report(None, shop.places),
        ]
    assert results[-1].summary.orders.created == ORDERS - 1
    printed = [fingerprint_from(str(result.summary.fingerprint)) for result in results]
    return Life(shop.places.state_dir, [one for one in printed if one is not None])


def opened(journal: Path) -> sqlite3.Connection:
    """Open a journal behind the program's back, without the triggers that guard it."""
    db = sqlite3.connect(journal, isolation_level=None)
    guards = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    assert len(guards) > 4
    for (name,) in guards:
        db.execute(f"DROP TRIGGER {name}")
    return db


def made_to_fit(db: sqlite3.Connection) -> None:
    """Compute every sum and seal of a journal anew, as somebody would who knows the program."""
    meta = dict(db.execute("SELECT key, value FROM meta"))
    seal = plan_digest(db, orjson.loads(meta["header"]))
    db.execute("UPDATE meta SET value = ? WHERE key = 'digest'", (seal,))
    committed = tally.stored(db)
    assert committed is not None
    text = committed._replace(rows=tally.added_up(db)).text()
    db.execute("UPDATE meta SET value = ? WHERE key = ?", (text, tally.KEY))


def flipped(column: str) -> str:
    """Another value than a column holds, as SQL."""
    return (
        f"CASE typeof({column}) WHEN 'text' THEN {column} || 'x' WHEN 'null' THEN 7 WHEN 'blob' THEN x'00'"
        f" ELSE {column} + 1000 END"
    )


def changes(db: sqlite3.Connection) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every flip, deletion, exchange and truncation of the history: what it is, and the statement."""
    for table, columns in HISTORY.items():
        key = "order_id = ? AND attempt = ?" if table == "attempts" else "id = ?"
        names = "order_id, attempt" if table == "attempts" else "id"
        keys = db.execute(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()
        for at in keys:
            for column in columns:
                yield (
                    f"{table}.{column} {at}",
                    f"UPDATE {table} SET {column} = {flipped(column)} WHERE {key}",
                    at,
                )
            yield f"{table} {at} deleted", f"DELETE FROM {table} WHERE {key}", at
        if table not in {"attempts", "orders"}:
            for (one,), (other,) in pairwise(keys):
                swapped = f"UPDATE {table} SET id = CASE id WHEN {one} THEN -{other} ELSE -{one} END"
                yield f"{table} {one} and {other} exchanged", f"{swapped} WHERE id IN (?, ?)", (one, other)
            for (last,) in keys:
                yield f"{table} cut off before {last}", f"DELETE FROM {table} WHERE id >= ?", (last,)


def test_no_change_of_the_history_goes_unseen(life: Life, tmp_path: Path) -> None:
    """Each row flipped in each column, deleted, exchanged with its neighbour; each table cut off anywhere."""
    kept, unseen, tried = life.printed[-1], [], 0
    with closing(opened(life.copied(tmp_path / "state"))) as db:
        assert compared(db, kept) == (kept, "", 0)
        for what, statement, values in list(changes(db)):
            db.execute("BEGIN")
            assert db.execute(statement, values).rowcount > 0
            if "exchanged" in what:
                db.execute(f"UPDATE {what.split()[0]} SET id = -id WHERE id < 0")
            made_to_fit(db)
            tried += 1
            unseen += [] if compared(db, kept).reason else [what]
            db.execute("ROLLBACK")
    assert tried > 600
    assert unseen == []


def test_what_is_put_between_is_seen(life: Life, tmp_path: Path) -> None:
    """An attempt, a move and a lookup that never were, with everything behind them numbered anew."""
    kept = life.printed[-1]
    with closing(opened(life.copied(tmp_path / "state"))) as db:
        for table in ("moves", "lookups", "events"):
            db.execute("BEGIN")
            db.execute(f"UPDATE {table} SET id = -id - 1 WHERE id > 1")
            db.execute(f"UPDATE {table} SET id = -id WHERE id < 0")
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] != "id")
            db.execute(f"INSERT INTO {table} (id, {columns}) SELECT 2, {columns} FROM {table} WHERE id = 1")
            made_to_fit(db)
            assert compared(db, kept).reason, table
            db.execute("ROLLBACK")
        db.execute("INSERT INTO attempts (order_id, attempt, epoch, started) VALUES (1, 99, 1, 0)")
        assert compared(db, kept).reason


def test_a_rewriting_that_keeps_every_promise_is_told_by_the_fingerprint_alone(
    life: Life, tmp_path: Path
) -> None:
    """Somebody else's name under a decision: nothing within the journal contradicts it."""
    journal = life.copied(tmp_path / "state")
    with closing(opened(journal)) as db:
        assert db.execute("UPDATE decisions SET said_by = 'can'").rowcount == 1
        made_to_fit(db)
    assert prove(None, Places(tmp_path / "state")).exit_code == 0
    proof = prove(None, Places(tmp_path / "state"), life.printed[-1])
    assert proof.exit_code == 7
    assert [issue.code for issue in proof.issues()] == ["E659"]
    assert proof.fingerprint != life.printed[-1]
    assert proof.as_json()["compared"]["verdict"] == "another"


def test_an_attempt_that_is_called_absent_breaks_a_promise(life: Life, tmp_path: Path) -> None:
    """The mark is made later than the attempt: it must agree with the moves, which are covered."""
    statement = (
        "UPDATE attempts SET outcome = 'absent' WHERE order_id ="
        " (SELECT id FROM orders WHERE number = 'A-0001') AND attempt = 1"
    )
    journal = life.copied(tmp_path / "state")
    with closing(opened(journal)) as db:
        assert db.execute("SELECT count(*) FROM attempts WHERE outcome = 'doubt'").fetchone()[0] > 0
        assert db.execute(statement).rowcount == 1
        made_to_fit(db)
    proof = prove(None, Places(tmp_path / "state"), life.printed[-1])
    faults = [fault for check in proof.checks for _, fault in check.faults]
    assert faults == ["attempt 1 counts as not there, and the order did not move so"]


def verdicts(state: Path, printed: list[Fingerprint]) -> list[str]:
    """What becomes of each fingerprint, held against the newest run of a state folder."""
    proofs: list[Proof] = [prove(None, Places(state), kept) for kept in printed]
    assert [proof.exit_code for proof in proofs] == [0] * len(printed), [p.issues() for p in proofs]
    return [proof.as_json()["compared"]["verdict"] for proof in proofs]


def test_what_was_printed_earlier_stays_true_while_the_run_goes_on(life: Life) -> None:
    """Stopped, decided about, resumed twice, reported: each step's fingerprint holds for its part."""
    assert len(set(life.printed)) == 4
    assert verdicts(life.state, life.printed) == ["older", "older", "older", "same", "same"]
    since = [prove(None, Places(life.state), kept).as_json()["compared"]["since"] for kept in life.printed]
    assert since == sorted(since, reverse=True)
    assert since[0] > since[2] > since[-1] == 0


def test_a_change_of_the_earlier_part_is_seen_by_what_was_printed_then(life: Life, tmp_path: Path) -> None:
    """Also where the run has gone on: an old fingerprint is not excused by new entries."""
    first = life.printed[0]
    with closing(opened(life.copied(tmp_path / "state"))) as db:
        assert not compared(db, first).reason
        for statement in (
            "UPDATE moves SET after = 'rejected' WHERE id = 2",
            "UPDATE attempts SET status = 299 WHERE order_id = 1 AND attempt = 1",
            "UPDATE lookups SET found = 5 WHERE id = 1",
            "UPDATE orders SET remote_id = '1' WHERE number = 'A-0006'",
        ):
            db.execute("BEGIN")
            assert db.execute(statement).rowcount == 1
            made_to_fit(db)
            assert compared(db, first).reason, statement
            db.execute("ROLLBACK")


def test_an_emptied_journal_keeps_its_fingerprints(life: Life, tmp_path: Path) -> None:
    """What is removed of people was never part of them."""
    journal = life.copied(tmp_path / "state")
    empty(journal, "2026-11-24T12:00:00+00:00")
    with closing(sqlite3.connect(journal)) as db:
        assert db.execute("SELECT count(*) FROM payloads").fetchone() == (0,)
    assert verdicts(tmp_path / "state", life.printed)[-1] == "same"


def test_a_fingerprint_is_of_one_run(life: Life, tmp_path: Path) -> None:
    """The same shop sent once more has another one, though its numbers may agree."""
    shop = open_shop(tmp_path / "shop", ORDERS)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        result = run(shop.plan_request(sim.url, B), sending(sim.token), shop.places)
    assert str(result.summary.fingerprint) not in {one.text for one in life.printed}
    assert prove(None, shop.places, life.printed[0]).exit_code == 7
    assert verdicts(shop.places.state_dir, [_kept(result.summary.fingerprint)]) == ["same"]


def _kept(text: str | None) -> Fingerprint:
    found = fingerprint_from(text or "")
    assert found is not None
    return found


def test_an_undo_has_a_fingerprint_of_its_own_kind(life: Life, tmp_path: Path) -> None:
    """Its requests and looks are covered; what was printed when it was planned stays true."""
    with Simulator(settings=mode_settings(unique=False)) as sim:
        shop, result = sent_shop(tmp_path / "shop", 4, sim)
        planned = planned_undo(shop, result, sim)
        before = _undo_fingerprint(shop, planned.run_id)
        done = applied(shop, sim, planned)
    journal = shop.places.journal(done.run_id)
    after = _undo_fingerprint(shop, done.run_id)
    with closing(opened(journal)) as db:
        assert compared(db, after) == (after, "", 0)
        assert not compared(db, before).reason
        assert compared(db, before).since > 12
        assert compared(db, life.printed[0]).reason == "it is of another kind of run"
        for table, column in (("undo_moves", "after"), ("undo_looks", "seen"), ("undo_attempts", "outcome")):
            db.execute("BEGIN")
            assert db.execute(f"UPDATE {table} SET {column} = 'x'").rowcount > 3
            made_to_fit(db)
            assert compared(db, after).reason, table
            db.execute("ROLLBACK")


def _undo_fingerprint(shop: Shop, run_id: str) -> Fingerprint:
    with closing(sqlite3.connect(shop.places.journal(run_id))) as db:
        return fingerprint(db)
