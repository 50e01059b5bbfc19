"""Proving a run from its journal: a sound one holds, and one that was tampered with does not."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from small_shop import Shop, mode_settings, number, open_shop, sending

from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused
from pipeline.runs.accounts.proving import Proof, prove
from pipeline.runs.asked.request import Places
from pipeline.runs.settling.resolving_orders import resolve
from pipeline.runs.verbs import check, resume, run
from pipeline.simulator import Simulator

B = Capability(settle_window=0.1)
STORM = {"503": 0.1, "commit_then_reset": 0.15, "reset": 0.1, "commit_then_500": 0.1, "seed": 3}


def lasting(shop: Shop) -> Proof:
    """What the newest run of a shop proves."""
    return prove(None, shop.places)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a run that met much: lost answers, an absence, a refusal, a person's decision."""
    folder = tmp_path_factory.mktemp("sound")
    shop = open_shop(folder / "shop", 6)
    faults = {
        "create": {
            number(1): ["commit_then_reset"],
            number(2): ["reset"],
            number(3): ["400"],
            number(4): ["406_html"],
            number(5): ["503_empty"],
        }
    }
    with Simulator(faults=faults, settings=mode_settings(unique=False)) as sim:
        run(shop.plan_request(sim.url, B), sending(sim.token), shop.places)
        resolve(number(4), "absent", "not in the panel", "ayse", None, shop.places)
        result = resume(None, sending(sim.token), shop.places)
    assert (result.summary.orders.created, result.summary.orders.rejected) == (5, 1)
    return shop.places.state_dir


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be tampered with."""
    return Path(shutil.copytree(sound, tmp_path / "state"))


def tampered(state: Path, *statements: str) -> Proof:
    """Change the journal behind the program's back, guards and all, and prove it."""
    journal = next(state.glob("runs/*/journal.db"))
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        guards = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert len(guards) > 4
        for (name,) in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert db.execute(statement).rowcount > 0, f"{statement} changes nothing"
    return prove(None, Places(state))


UNTOUCHED = "nothing changed from outside"
"""Broken by whatever a journal's own writer did not write; what follows from it is broken beside it."""


def broken(proof: Proof) -> set[str]:
    """The names of the promises that do not hold."""
    return {check.name for check in proof.checks if check.broken}


def test_a_sound_run_holds_and_everything_was_looked_at(copy: Path) -> None:
    """No promise is kept by not looking."""
    proof = prove(None, Places(copy))
    assert proof.exit_code == 0
    assert broken(proof) == set()
    assert {check.name: check.checked for check in proof.checks} == {
        "the plan": 1,
        UNTOUCHED: 1,
        "the sums": 9,
        "no row lost": 18,
        "the same bytes": 6,
        "the same money": 6,
        "intent first": 10,
        "none twice": 9,
        "final is final": 22,
        "people on record": 1,
        "no claim alone": 6,
        "one process at a time": 3,
    }


ORDER = "(SELECT id FROM orders WHERE number = '{}')"
ONE, TWO, THREE, FOUR = (ORDER.format(number(place)) for place in range(1, 5))
TAMPERED = {
    "a state is flipped": (
        ["UPDATE orders SET state = 'created', via = '201' WHERE number = 'A-0003'"],
        {"final is final", "no claim alone"},
    ),
    "a state is flipped and its last move, too": (
        [
            "UPDATE orders SET state = 'created', via = '201' WHERE number = 'A-0003'",
            f"UPDATE moves SET after = 'created' WHERE order_id = {THREE} AND after = 'rejected'",
        ],
        {"no claim alone"},
    ),
    "a created order is made to be sent again": (
        ["UPDATE orders SET state = 'planned' WHERE number = 'A-0001'"],
        {"final is final", "no claim alone"},
    ),
    "an attempt is deleted": (
        [f"DELETE FROM attempts WHERE order_id = {TWO} AND attempt = 2"],
        {"intent first", "no claim alone"},
    ),
    "an attempt is deleted and no longer counted": (
        [
            f"DELETE FROM attempts WHERE order_id = {TWO} AND attempt = 2",
            "UPDATE orders SET attempts = 1 WHERE number = 'A-0002'",
        ],
        {"intent first", "no claim alone"},
    ),
    "the first attempt is deleted and the second renumbered": (
        [
            f"DELETE FROM attempts WHERE order_id = {TWO} AND attempt = 1",
            f"UPDATE attempts SET attempt = 1 WHERE order_id = {TWO}",
            "UPDATE orders SET attempts = 1 WHERE number = 'A-0002'",
        ],
        {"intent first"},
    ),
    "an amount is changed": (
        ["UPDATE orders SET amount_minor = amount_minor + 1 WHERE number = 'A-0002'"],
        {"the plan", "the same money"},
    ),
    "a currency is changed": (
        ["UPDATE orders SET currency = 'USD' WHERE number = 'A-0002'"],
        {"the plan", "the same money"},
    ),
    "a payload is changed": (
        [f"UPDATE payloads SET body = cast(body || ' ' AS BLOB) WHERE order_id = {TWO}"],
        {"the same bytes"},
    ),
    "an order is deleted": (
        [f"DELETE FROM orders WHERE id = {TWO}"],
        {"the plan", "the sums", "no row lost", "intent first"},
    ),
    "two orders share a row": (
        [f"UPDATE orders SET rows = (SELECT rows FROM orders WHERE id = {ONE}) WHERE id = {TWO}"],
        {"the plan", "no row lost"},
    ),
    "a decision is deleted": (["DELETE FROM decisions"], {"people on record", "none twice"}),
    "a decision is invented": (
        [f"INSERT INTO decisions SELECT 9, {THREE}, 1, 'x', 'y', 'said_created', 'conflict', 'created', 0"],
        {"people on record"},
    ),
    "the lookups are deleted": (["DELETE FROM lookups"], {"none twice", "no claim alone"}),
    "a doubt is sent again": (
        [f"UPDATE attempts SET outcome = 'doubt' WHERE order_id = {TWO} AND attempt = 1"],
        {"none twice"},
    ),
    "an applied attempt is followed by another": (
        [f"UPDATE attempts SET outcome = 'applied' WHERE order_id = {TWO} AND attempt = 1"],
        {"none twice"},
    ),
    "a move is deleted": (
        [f"DELETE FROM moves WHERE order_id = {ONE} AND after = 'in_doubt'"],
        {"final is final"},
    ),
    "a process is forgotten": (
        ["DELETE FROM events WHERE kind = 'epoch' AND id = (SELECT min(id) FROM events)"],
        {"one process at a time"},
    ),
    "an older epoch is put back": (
        ["UPDATE meta SET value = '1' WHERE key = 'epoch'"],
        {"one process at a time"},
    ),
    "the header promises more": (
        ["UPDATE meta SET value = replace(value, 'unique\":false', 'unique\":true') WHERE key = 'header'"],
        {"the plan"},
    ),
    "rows were used that no order has": (
        ["UPDATE tables SET rows_used = rows_used - 1, rows_ignored = rows_ignored + 1 WHERE tab = 0"],
        {"the sums", "no row lost"},
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_journal_that_was_tampered_with_does_not_hold(copy: Path, what: str) -> None:
    """Each change is noticed, by the promise that it breaks and by no other, with exit code 7."""
    statements, promises = TAMPERED[what]
    proof = tampered(copy, *statements)
    assert broken(proof) - {UNTOUCHED} == promises
    assert proof.exit_code == 7
    assert {issue.code for issue in proof.issues()} == {"E658"}


def test_the_order_that_breaks_a_promise_is_named(copy: Path) -> None:
    """By its number, with what is wrong about it."""
    proof = tampered(copy, "UPDATE orders SET state = 'failed' WHERE number = 'A-0003'")
    told = {(issue.order, str(issue.facts["fault"])) for issue in proof.issues()}
    assert told == {
        (None, "rows were changed, added or taken away"),
        (number(3), "its moves lead to rejected, and it is failed"),
        (number(3), "it is failed, and nothing in its past says so"),
    }


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attempts",
        "DELETE FROM moves",
        "UPDATE moves SET after = 'created'",
        "DELETE FROM decisions",
        "UPDATE decisions SET why = 'x'",
    ],
)
def test_history_only_grows(copy: Path, statement: str) -> None:
    """The journal itself refuses to forget; a slip of the program cannot rewrite the past."""
    journal = next(copy.glob("runs/*/journal.db"))
    with (
        closing(sqlite3.connect(journal, isolation_level=None)) as db,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        db.execute(statement)


def test_every_move_of_an_order_is_kept(copy: Path) -> None:
    """From the state in which it was sealed, whoever moved it, with the process that did."""
    with closing(sqlite3.connect(next(copy.glob("runs/*/journal.db")))) as db:
        moves = db.execute(
            f"SELECT before, after, epoch FROM moves WHERE order_id = {FOUR} ORDER BY id"
        ).fetchall()
    assert moves == [
        ("planned", "in_flight", 1),
        ("in_flight", "conflict", 1),
        ("conflict", "absent", 2),
        ("absent", "in_flight", 3),
        ("in_flight", "created", 3),
    ]


def test_a_run_that_was_only_checked_can_be_proved(tmp_path: Path) -> None:
    """Nothing was sent, and its rows and sums hold all the same."""
    shop = open_shop(tmp_path / "shop", 3)
    check(shop.plan_request("http://127.0.0.1:9"), shop.places)
    proof = lasting(shop)
    assert proof.holds
    assert {check.name: check.checked for check in proof.checks}["intent first"] == 1


def test_a_damaged_file_is_refused_and_not_proved(copy: Path) -> None:
    """What cannot be read proves nothing."""
    journal = next(copy.glob("runs/*/journal.db"))
    data = bytearray(journal.read_bytes())
    data[4096:12288] = bytes(8192)
    journal.write_bytes(data)
    with pytest.raises(JournalRefused):
        prove(None, Places(copy))


@pytest.fixture(params=[True, False], ids=["A", "B"])
def stormy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proof]:
    """A larger run through a storm of faults, stopped and resumed on the way."""
    shop = open_shop(tmp_path / "shop", 60)
    settings = mode_settings(unique=request.param)
    with Simulator(faults=STORM, settings=settings) as sim:
        planned = shop.plan_request(sim.url, Capability(request.param, 0.05))
        run(planned, sending(sim.token, limit=30, attempts=50), shop.places)
        result = resume(None, sending(sim.token, attempts=50), shop.places)
        assert result.exit_code == 0
        yield lasting(shop)


def test_what_came_through_a_storm_holds(stormy: Proof) -> None:
    """Doubts, absences, repetitions: all of it fits together."""
    assert stormy.holds, stormy.issues()
    assert next(check.checked for check in stormy.checks if check.name == "none twice") > 65
