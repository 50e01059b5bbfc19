"""A journal while orders are sent: what is durable, who may write, and what a new start makes of it."""

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from small_journal import code_of, intent, opened, order, outcome, seal

from pipeline.journal import connection as connections
from pipeline.journal.lock import Lock
from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.journal.schema import APPLICATION_ID, VERSION
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

EARLIEST = (-1, -1)


def state_of(path: Path, order_id: int) -> str:
    """Read an order's state from a journal that nobody has open."""
    with closing(sqlite3.connect(path)) as db:
        state: str = db.execute("SELECT state FROM orders WHERE id = ?", (order_id,)).fetchone()[0]
    return state


def test_a_commit_that_returned_is_on_the_disk(tmp_path: Path) -> None:
    """The settings that make it so are read back: write-ahead log, full sync, one process."""
    with closing(connections.open_existing(seal(tmp_path / "j.db"))) as db:
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "locking_mode": "exclusive",
            "foreign_keys": 1,
            "trusted_schema": 0,
            "secure_delete": 1,
            "fullfsync": 1,
            "checkpoint_fullfsync": 1,
        }
        assert {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
        assert db.isolation_level is None


def test_settings_that_are_not_kept_are_refused(tmp_path: Path) -> None:
    """A connection that would lose commits is not worked with."""
    with closing(connections.open_existing(seal(tmp_path / "j.db"))) as db:
        db.execute("PRAGMA synchronous = NORMAL")
        with pytest.raises(JournalRefused) as refused:
            connections._assert_settings(db, tmp_path)
    assert code_of(refused) == "E608"
    assert refused.value.issues[0].facts == {"settings": "synchronous=1"}


@pytest.mark.skipif(sys.platform == "win32", reason="rights work in the way of POSIX")
def test_a_journal_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """Orders are personal data: file and folder are closed to everybody else."""
    path = seal(tmp_path / "runs" / "x" / "j.db")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_second_opener_is_refused(tmp_path: Path) -> None:
    """While one connection has the journal, no other may read or write it; afterwards it may."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)):
        for other in (opened, JournalReader):
            with pytest.raises(JournalRefused) as refused:
                other(path)
            assert code_of(refused) == "E605"
            assert refused.value.issues[0].facts == {"who": "another process"}
        with Lock(tmp_path / "run.lock", "run x"), pytest.raises(JournalRefused) as refused:
            opened(path)
        assert f"another process (process {os.getpid()} on " in str(refused.value.issues[0].facts["who"])
    JournalReader(path).close()


def test_an_order_from_plan_to_created(tmp_path: Path) -> None:
    """Planned, intended, created: each step can be read back, by this process and by the next."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        first, third = journal.ready(EARLIEST, 10)
        assert [(one.number, one.attempts) for one in (first, third)] == [("A-1", 0), ("A-3", 0)]
        assert journal.ready(first.at, 10) == [third]
        assert journal.ready(EARLIEST, 1) == [first]
        journal.record(intents=[intent(first.id)])
        assert journal.ready(EARLIEST, 10) == [third]
        journal.record(outcomes=[outcome(first.id, State.CREATED, via="201", remote_id="77")])
    with closing(JournalReader(path)) as reader:
        records = list(reader.orders())
        assert [(one.number, one.state, one.attempts, one.remote_id) for one in records] == [
            ("A-1", State.CREATED, 1, "77"),
            ("A-2", State.INVALID, 0, None),
            ("A-3", State.PLANNED, 0, None),
        ]
        assert (reader.traffic().requests, reader.traffic().retries) == (1, 0)


def test_an_attempt_without_an_outcome_becomes_a_doubt(tmp_path: Path) -> None:
    """Silence means doubt: the next process finds the order in doubt, never ready."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
    with closing(JournalReader(path)) as reader:
        assert reader.order_counts().in_doubt == 1, "also before the next start"
        assert [issue.code for issue in reader.issues()] == ["E306", "E521", "E533"]
    with closing(opened(path)) as journal:
        assert journal.epoch == 2
        (doubt,) = journal.doubtful()
        assert (doubt.id, doubt.attempts, doubt.ours_possible, doubt.refused_as_duplicate) == (
            1,
            1,
            True,
            False,
        )
        assert [one.id for one in journal.ready(EARLIEST, 10) + journal.again(EARLIEST, 10)] == [3]


@pytest.mark.parametrize(
    ("meaning", "ours", "duplicate"),
    [("doubt", True, False), ("duplicate", False, True), ("applied", True, False)],
)
def test_a_doubt_remembers_what_is_known(tmp_path: Path, meaning: str, ours: bool, duplicate: bool) -> None:
    """Whether an attempt of ours may be behind it, and whether the target said that the number is taken."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.IN_DOUBT, meaning=meaning)])
    with closing(opened(path)) as journal:
        (doubt,) = journal.doubtful()
    assert (doubt.ours_possible, doubt.refused_as_duplicate) == (ours, duplicate)


def test_an_absent_order_is_sent_again_and_remembers_its_lost_attempt(tmp_path: Path) -> None:
    """After an absence a refusal as duplicate may be about our own first attempt, also after a restart."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.IN_DOUBT)])
        journal.record(outcomes=[outcome(1, State.ABSENT, None)])
    with closing(opened(path)) as journal:
        (again,) = journal.again(EARLIEST, 10)
        assert (again.attempts, again.earlier_possible) == (1, True)
        assert not journal.ready(EARLIEST, 1)[0].earlier_possible
        journal.record(intents=[intent(1, 2)])
        journal.record(outcomes=[outcome(1, State.IN_DOUBT, 2, meaning="duplicate")])
        (doubt,) = journal.doubtful()
        assert (doubt.ours_possible, doubt.refused_as_duplicate) == (True, True)


@pytest.mark.parametrize(
    ("state", "attempt"),
    [
        (State.CREATED, 2),
        (State.REJECTED, 2),
        (State.CONFLICT, 2),
        (State.IN_DOUBT, 2),
        (State.FAILED, 2),
        (State.WAITING, 1),
        (State.WAITING, 3),
    ],
)
def test_an_intent_for_an_order_that_may_not_be_sent_ends_everything(
    tmp_path: Path, state: State, attempt: int
) -> None:
    """Final, in doubt, or another attempt than the next one: refused, and the journal takes nothing more."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, state)])
        with pytest.raises(JournalRefused) as refused:
            journal.record(intents=[intent(3), intent(1, attempt)])
        assert code_of(refused) == "E612"
        with pytest.raises(JournalRefused) as poisoned:
            journal.record(intents=[intent(3)])
        assert code_of(poisoned) == "E606"
    assert state_of(path, 3) == "planned", "not even the good half of a bad commit is kept"


@pytest.mark.parametrize("order_id", [2, 99])
def test_an_intent_for_an_invalid_or_unknown_order_is_refused(tmp_path: Path, order_id: int) -> None:
    """What the checks refused is never sent."""
    with closing(opened(seal(tmp_path / "j.db"))) as journal, pytest.raises(JournalRefused) as refused:
        journal.record(intents=[intent(order_id)])
    assert code_of(refused) == "E612"


def test_a_final_outcome_is_final(tmp_path: Path) -> None:
    """A created order can become nothing else."""
    with closing(opened(seal(tmp_path / "j.db"))) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.CREATED)])
        with pytest.raises(JournalRefused) as refused:
            journal.record(outcomes=[outcome(1, State.REJECTED)])
    assert code_of(refused) == "E612"


def test_one_commit_holds_outcomes_before_intents(tmp_path: Path) -> None:
    """An order that waits may be sent again in the very commit that says so."""
    with closing(opened(seal(tmp_path / "j.db"))) as journal:
        journal.record(intents=[intent(1)])
        journal.record(intents=[intent(1, 2)], outcomes=[outcome(1, State.WAITING)], lookups=[(1, 1.0, None)])
        assert journal.count(State.IN_FLIGHT) == 1


def test_an_older_process_is_fenced_off(tmp_path: Path) -> None:
    """Where locks are lies, the epoch still tells: who was taken over writes nothing more."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.database.execute("UPDATE meta SET value = '2' WHERE key = 'epoch'")
        for _ in range(2):
            with pytest.raises(JournalRefused) as refused:
                journal.record(intents=[intent(3)])
        assert code_of(refused) == "E606", "once refused, always refused"
    assert state_of(path, 3) == "planned"
    assert state_of(path, 1) == "in_flight"


def test_a_fenced_process_is_told_why(tmp_path: Path) -> None:
    """The first refusal says that another process took over."""
    with closing(opened(seal(tmp_path / "j.db"))) as journal:
        journal.database.execute("UPDATE meta SET value = '7' WHERE key = 'epoch'")
        with pytest.raises(JournalRefused) as refused:
            journal.note("x", {}, 1.0)
    assert code_of(refused) == "E613"


def test_copies_of_a_journal_count_their_epochs_apart(tmp_path: Path) -> None:
    """Every opening counts one further, in its own file."""
    path = seal(tmp_path / "j.db")
    opened(path).close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(path, copy)
    with closing(opened(path)) as one, closing(opened(copy)) as other:
        assert (one.epoch, other.epoch) == (2, 2)


def test_a_full_disk_ends_the_run_before_the_next_order(tmp_path: Path) -> None:
    """When a commit does not fit any more, nothing of it is there, and nothing further is taken."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 402)))
    with closing(opened(path)) as journal:
        journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        pages = journal.database.execute("PRAGMA page_count").fetchone()[0]
        journal.database.execute(f"PRAGMA max_page_count = {pages}")
        written, refusal = 0, None
        for place in range(1, 401):
            try:
                journal.record(intents=[intent(place)])
            except JournalRefused as refused:
                refusal = refused
                break
            written = place
        assert refusal is not None
        assert refusal.issues[0].code == "E606"
        journal.database.execute("PRAGMA max_page_count = 1000000")
        with pytest.raises(JournalRefused) as again:
            journal.record(intents=[intent(400)])
        assert code_of(again) == "E606", "room that comes back is for the next process"
    with closing(opened(path)) as journal:
        assert len(journal.doubtful()) == written


def test_failed_orders_can_be_opened_again(tmp_path: Path) -> None:
    """Somebody asked for another try: the order waits, and its reason is gone."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        assert journal.reopen_failed(1.0) == 0
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.FAILED)])
        assert journal.reopen_failed(1.0) == 1
        assert [one.id for one in journal.again(EARLIEST, 10)] == [1]


@pytest.mark.parametrize("sealed", ["not at all", "checked only"])
def test_only_a_sealed_plan_is_sent(tmp_path: Path, sealed: str) -> None:
    """A plan that was not finished, and a run that was only checked, are refused for sending."""
    path = tmp_path / "j.db"
    if sealed == "checked only":
        seal(path, sendable=False)
        JournalReader(path).close()
    else:
        planning = Planning(path)
        planning.add([order(2, "A-1")], [])
        planning.close()
        with pytest.raises(JournalRefused) as unread:
            JournalReader(path)
        assert code_of(unread) == "E610"
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E610"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE orders SET number = 'A-9' WHERE id = 1",
        "UPDATE orders SET amount_minor = 2000 WHERE id = 1",
        "UPDATE orders SET currency = 'EUR' WHERE id = 1",
        "UPDATE orders SET items = 3 WHERE id = 1",
        "UPDATE orders SET rows = '[]' WHERE id = 1",
        "UPDATE orders SET row = 9 WHERE id = 1",
        "UPDATE orders SET sha256 = NULL WHERE id = 1",
        "DELETE FROM orders WHERE id = 3",
        "INSERT INTO orders (tab, row, number, collision, items, rows, state) VALUES (0, 9, 0, 0, 0, 0, 0)",
        "UPDATE meta SET value = '{}' WHERE key = 'header'",
    ],
)
def test_a_plan_that_was_changed_does_not_fit_its_seal(tmp_path: Path, change: str) -> None:
    """Number, money, items, rows, payload hash and header: each is under the seal."""
    path = seal(tmp_path / "j.db")
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute(change).rowcount == 1
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E611"


def test_a_payload_that_was_changed_is_not_handed_out(tmp_path: Path) -> None:
    """The bytes that are sent are those that were sealed, for new orders and for doubts."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(3)])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE payloads SET body = CAST(replace(body, 'A-', 'B-') AS BLOB)")
    with closing(opened(path)) as journal:
        for ask in (lambda: journal.ready(EARLIEST, 10), journal.doubtful):
            with pytest.raises(JournalRefused) as refused:
                ask()
            assert code_of(refused) == "E611"


def foreign(path: Path) -> None:
    """Put another program's database there."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE t (x)")


def of_tomorrow(path: Path) -> None:
    """Put a journal of a later version there."""
    seal(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA user_version = 99")


def hollow(path: Path) -> None:
    """Put a database there that calls itself a journal and is none."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")


def meaningless(path: Path) -> None:
    """Put a journal there whose header is no JSON."""
    seal(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '{' WHERE key = 'header'")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (Path, "E601"),
        (lambda path: path.mkdir(), "E601"),
        (lambda path: path.write_bytes(b""), "E602"),
        (lambda path: path.write_bytes(b"number,total\nA-1,9\n" * 500), "E604"),
        (foreign, "E602"),
        (of_tomorrow, "E603"),
        (hollow, "E604"),
        (meaningless, "E604"),
    ],
)
@pytest.mark.parametrize("way", [JournalReader, opened])
def test_what_is_no_journal_is_told_and_left_alone(
    tmp_path: Path, make: object, code: str, way: object
) -> None:
    """Missing, empty, text, another program's, a later version's, damaged: each by its code, none changed."""
    path = tmp_path / "j.db"
    assert callable(make)
    assert callable(way)
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(JournalRefused) as refused:
        way(path)
    assert code_of(refused) == code
    if code in {"E601", "E602", "E603"}:
        assert (path.read_bytes() if path.is_file() else None) == before
    assert not path.exists() or [other.name for other in tmp_path.iterdir()] == ["j.db"]


def test_a_truncated_journal_never_sends_less_or_anything_else(tmp_path: Path) -> None:
    """However much is missing at the end: a refusal, or all the orders that were sealed."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 100)))
    data, codes = path.read_bytes(), list[str]()
    for kept in range(100, len(data), len(data) // 60):
        cut = tmp_path / "cut.db"
        cut.write_bytes(data[:kept])
        try:
            with closing(opened(cut)) as journal:
                assert len(journal.ready(EARLIEST, 1000)) == 98
        except JournalRefused as refusal:
            codes.append(refusal.issues[0].code)
        for left in tmp_path.glob("cut.db-*"):
            left.unlink()
    assert len(codes) >= 50
    assert set(codes) <= {"E602", "E604", "E610", "E611"}


def test_flipped_bytes_never_send_anything_else(tmp_path: Path) -> None:
    """A byte flipped anywhere: a refusal, or the very orders that were sealed; never another one."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 40)))
    data = bytearray(path.read_bytes())
    bodies = {order(row, f"A-{row}").body for row in range(2, 40)}
    refusals = set()
    for place in range(7, len(data), max(1, len(data) // 300)):
        spoilt = tmp_path / "spoilt.db"
        data[place] ^= 0x5A
        spoilt.write_bytes(data)
        data[place] ^= 0x5A
        try:
            with closing(opened(spoilt)) as journal:
                assert {one.body for one in journal.ready(EARLIEST, 100)} <= bodies
        except JournalRefused as refused:
            refusals.add(refused.issues[0].code)
        for left in tmp_path.glob("spoilt.db-*"):
            left.unlink()
    assert refusals <= {"E602", "E603", "E604", "E606", "E607", "E608", "E610", "E611", "E616"}
    assert {"E604", "E611"} <= refusals


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    """The second is refused at once and told what is held; afterwards it is free."""
    path = tmp_path / "locks" / "x.lock"
    with Lock(path, "run x"):
        with pytest.raises(JournalRefused) as refused, Lock(path, "run x"):
            pass
        assert code_of(refused) == "E609"
        told = str(refused.value.issues[0].facts["what"])
        assert told.startswith(f"run x (process {os.getpid()} on ")
        assert told.endswith(" UTC)")
    with Lock(path, "run x"):
        pass


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    """Another process holds it, refuses us, is killed, and leaves nothing that has to be cleared away."""
    path = tmp_path / "x.lock"
    program = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from pipeline.journal.lock import Lock
        with Lock(Path({str(path)!r}), "it"):
            print("held", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(JournalRefused) as refused, Lock(path, "it"):
            pass
        process.kill()
        process.wait(10)
    assert code_of(refused) == "E609"
    with Lock(path, "it"):
        pass


def test_a_closed_journal_is_a_refusal_and_no_crash(tmp_path: Path) -> None:
    """Writing after closing is refused like any other trouble."""
    journal = opened(seal(tmp_path / "j.db"))
    journal.close()
    journal.close()
    with pytest.raises(JournalRefused):
        journal.record(intents=[intent(1)])
    assert isinstance(journal, RunJournal)
