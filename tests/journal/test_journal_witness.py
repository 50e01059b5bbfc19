"""An older copy of a journal in the place of the last one: it is whole, and it is refused."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from changed_journal import change
from small_journal import code_of, intent, opened, order, outcome, seal

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

EARLIEST = (-1, -1)


def sealed_run(state_dir: Path, orders: int = 5) -> Path:
    """Seal a journal where runs lie."""
    path = state_dir / "runs" / "0badcafe" / "journal.db"
    return seal(path, *(order(row, f"A-{row}") for row in range(2, orders + 2)))


def witness(path: Path, end: str = "json") -> Path:
    """Give the file that knows of the journal from outside."""
    return path.parents[2] / "witness" / f"{path.parent.name}.{end}"


def copied(path: Path, to: Path) -> Path:
    """Copy the journal's files as a backup would, in the middle of whatever goes on."""
    to.mkdir()
    for file in path.parent.iterdir():
        shutil.copy(file, to)
    return to


def restored(path: Path, backup: Path) -> None:
    """Put the copy in the journal's place."""
    shutil.rmtree(path.parent)
    shutil.copytree(backup, path.parent)


def test_a_copy_from_before_the_run_is_refused(tmp_path: Path) -> None:
    """It knows nothing of the orders that were sent since, and would send them again."""
    path = sealed_run(tmp_path)
    backup = copied(path, tmp_path / "backup")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
    restored(path, backup)
    for _ in range(2):
        with pytest.raises(JournalRefused) as refused:
            opened(path)
        assert code_of(refused) == "E614"
    assert refused.value.issues[0].facts == {"journal": "start 0, commit 0", "seen": "start 1, commit 2"}
    with closing(JournalReader(path)) as reader:
        assert reader.order_counts().unprocessed == 5, "it may be read"


@pytest.mark.parametrize("killed", [False, True])
def test_a_copy_from_the_middle_of_the_run_is_refused(tmp_path: Path, killed: bool) -> None:
    """Also one of the very same start, whether the run ended well or was killed."""
    path = sealed_run(tmp_path)
    journal = opened(path)
    journal.record(intents=[intent(1)])
    backup = copied(path, tmp_path / "backup")
    journal.record(intents=[intent(2)], outcomes=[outcome(1, State.CREATED)])
    if not killed:
        journal.close()
    restored(path, backup)
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E614"
    journal.close()


def test_the_last_journal_is_taken_as_often_as_it_is_opened(tmp_path: Path) -> None:
    """Each opening counts one further, in the journal and beside it, and none is refused."""
    path = sealed_run(tmp_path)
    for epoch in range(1, 5):
        with closing(opened(path)) as journal:
            assert journal.epoch == epoch
            journal.note("x", {}, 1.0)
        assert b'"epoch":%d' % epoch in witness(path).read_bytes()


def test_a_start_that_died_before_its_witness_is_only_a_start(tmp_path: Path) -> None:
    """The journal knows more than the witness: nothing was sent in between."""
    path = sealed_run(tmp_path)
    opened(path).close()
    before = witness(path).read_bytes()
    opened(path).close()
    witness(path).write_bytes(before)
    with closing(opened(path)) as journal:
        assert journal.epoch == 3


def test_a_journal_that_moved_without_its_witness_is_taken(tmp_path: Path) -> None:
    """On another machine nobody knows of it; a journal outside of a folder of runs has none either."""
    path = sealed_run(tmp_path / "here")
    opened(path).close()
    shutil.copytree(tmp_path / "here" / "runs", tmp_path / "there" / "runs")
    there = tmp_path / "there" / "runs" / "0badcafe" / "journal.db"
    with closing(opened(there)) as journal:
        assert journal.epoch == 2
    loose = seal(tmp_path / "loose" / "j.db")
    opened(loose).close()
    assert not (tmp_path / "witness").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": "x"}', b"\0" * 80])
def test_a_damaged_witness_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing is concluded from it, least of all that the journal is the last one."""
    path = sealed_run(tmp_path)
    opened(path).close()
    witness(path).write_bytes(content)
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E615"


def test_a_torn_count_is_a_help_that_is_missing(tmp_path: Path) -> None:
    """The count of commits is never waited for, so it may be torn; the epoch beside it still stands."""
    path = sealed_run(tmp_path)
    opened(path).close()
    witness(path, "commits").write_bytes(b"99999999999999999999 00000000\n")
    with closing(opened(path)) as journal:
        assert journal.epoch == 2


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs rights that bind")
def test_a_witness_that_cannot_be_written_ends_the_run_before_it_sends(tmp_path: Path) -> None:
    """Without it the next start could be deceived."""
    path = sealed_run(tmp_path)
    (tmp_path / "witness").mkdir(mode=0o500)
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E615"


def test_a_witness_whose_place_is_taken_ends_the_run_before_it_sends(tmp_path: Path) -> None:
    """A file where the folder should be: the same, also for those whom no rights bind."""
    path = sealed_run(tmp_path)
    (tmp_path / "witness").write_text("")
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E615"


def test_a_restored_journal_is_taken_with_every_order_in_doubt(tmp_path: Path) -> None:
    """Whoever says that it is restored gets it, and every order that it would send is looked up first."""
    path = sealed_run(tmp_path)
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1), intent(2)])
        journal.record(outcomes=[outcome(1, State.CREATED), outcome(2, State.WAITING)])
    backup = copied(path, tmp_path / "backup")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(3)])
        journal.record(outcomes=[outcome(3, State.CREATED)])
    restored(path, backup)
    with closing(RunJournal(path, now=9.0, restored=True)) as journal:
        assert journal.epoch == 3, "no start is counted twice"
        assert [one.id for one in journal.doubtful()] == [2, 3, 4, 5]
        assert journal.ready(EARLIEST, 9) + journal.again(EARLIEST, 9) == []
        assert journal.count(State.CREATED) == 1
    with closing(opened(path)) as journal:
        assert journal.epoch == 4


def test_another_state_for_a_row_is_noticed(tmp_path: Path) -> None:
    """What another program changes, is seen by whoever sends and by whoever reads; neither goes on."""
    path = sealed_run(tmp_path)
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.CREATED, remote_id="77")])
    whole = path.read_bytes()
    for statement in (
        "UPDATE orders SET state = 'planned', attempts = 0 WHERE id = 1",
        "UPDATE orders SET remote_id = '78' WHERE id = 1",
        "UPDATE attempts SET outcome = 'absent' WHERE order_id = 1",
        "DELETE FROM attempts WHERE order_id = 1",
        "UPDATE meta SET value = '0' WHERE key = 'epoch'",
        "UPDATE tables SET file = 'other.csv' WHERE tab = 0",
        "UPDATE events SET facts = '{}' WHERE id = 1",
        "DELETE FROM meta WHERE key = 'tally'",
    ):
        path.write_bytes(whole)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("DROP TRIGGER attempts_stay")
            assert db.execute(statement).rowcount == 1
        for way in (opened, JournalReader):
            with pytest.raises(JournalRefused) as refused:
                way(path)
            assert code_of(refused) == "E616", statement
        JournalReader(path, changed=True).close()
    path.write_bytes(whole)
    change(path, "UPDATE orders SET remote_id = '78' WHERE id = 1")
    opened(path).close()


def test_a_journal_gone_from_under_the_run_stops_it_before_the_next_order(tmp_path: Path) -> None:
    """Removed, or replaced by another file: the intent that notices it is not acted upon."""
    if sys.platform == "win32":
        pytest.skip("an open file cannot be removed")
    for place, what in enumerate(("removed", "replaced by another file")):
        path = sealed_run(tmp_path / str(place))
        with closing(opened(path)) as journal:
            journal.record(intents=[intent(1)])
            copy = copied(path, tmp_path / f"copy{place}")
            path.unlink()
            if what != "removed":
                shutil.copy(copy / path.name, path)
            with pytest.raises(JournalRefused) as refused:
                journal.record(intents=[intent(2)])
            assert code_of(refused) == "E618"
            assert refused.value.issues[0].facts == {"what": what}
            with pytest.raises(JournalRefused):
                journal.record(intents=[intent(3)])
