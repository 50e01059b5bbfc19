"""What a fingerprint covers of a journal, row by row, and what may change without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_journal import intent, opened, order, outcome, seal

from pipeline.journal.deciding import Decision, decide, numbered
from pipeline.journal.emptying import empty
from pipeline.journal.fingerprints import ENDS_BEFORE, NOT_THE_SAME, compared, fingerprint
from pipeline.model.fingerprint import Fingerprint
from pipeline.model.planned import Outcome
from pipeline.model.states import Event, State


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Seal a journal of four orders."""
    return seal(tmp_path / "journal.db", *(order(row, f"A-{row}") for row in range(2, 6)))


def taken(journal: Path) -> Fingerprint:
    """Take the fingerprint of a closed journal."""
    with closing(sqlite3.connect(journal)) as db:
        return fingerprint(db)


def verdict(journal: Path, kept: Fingerprint) -> tuple[str, int]:
    """Hold a fingerprint against a closed journal: why it is another, and how many entries came since."""
    with closing(sqlite3.connect(journal)) as db:
        found = compared(db, kept)
    return found.reason, found.since


def work(journal: Path, intents: list[int], outcomes: list[Outcome], attempt: int = 1) -> None:
    """Let a process begin, send these orders, learn of these outcomes, and end."""
    with closing(opened(journal)) as running:
        running.record(intents=[intent(one, attempt) for one in intents])
        running.record(outcomes=outcomes)


def test_reading_it_twice_gives_the_same(journal: Path) -> None:
    """Nothing of the moment or the machine is in it, and nothing is written."""
    before = journal.read_bytes()
    first = taken(journal)
    assert first == taken(journal)
    assert first.covers == (0, 0, 0, 0)
    assert journal.read_bytes() == before


@pytest.mark.parametrize("known", [True, False], ids=["doubt", "crash"])
def test_an_attempt_that_is_called_absent_later_does_not_change_what_was_printed(
    journal: Path, *, known: bool
) -> None:
    """In doubt, or cut off by a crash; then looked up twice, sent again, created."""
    work(journal, [1], [outcome(1, State.IN_DOUBT)] if known else [])
    kept = taken(journal)
    work(journal, [], [outcome(1, State.ABSENT, None)])
    work(journal, [1], [outcome(1, State.CREATED, 2, via="201", remote_id="7")], attempt=2)
    with closing(sqlite3.connect(journal)) as db:
        assert db.execute("SELECT outcome FROM attempts").fetchall() == [("absent",), ("applied",)]
    reason, since = verdict(journal, kept)
    assert (reason, since > 4) == ("", True)


def test_an_order_that_failed_and_is_sent_again_does_not_change_what_was_printed(journal: Path) -> None:
    """A failure is no end: its next attempts are later history."""
    work(journal, [1, 2], [outcome(1, State.FAILED), outcome(2, State.CREATED, via="201", remote_id="5")])
    kept = taken(journal)
    with closing(opened(journal)) as running:
        assert running.reopen_failed(1002.0) == 1
    work(journal, [1], [outcome(1, State.CREATED, 2, via="201", remote_id="6")], attempt=2)
    assert verdict(journal, kept)[0] == ""


def test_a_decision_of_a_person_is_later_history(journal: Path) -> None:
    """An order in doubt stays open until somebody decides; its attempt counts as absent from then on."""
    work(journal, [1, 2], [outcome(1, State.CONFLICT, meaning="unclear"), outcome(2, State.IN_DOUBT)])
    kept = taken(journal)
    with closing(opened(journal)) as running:
        for name, said in (("A-2", Event.SAID_NOT_OURS), ("A-3", Event.SAID_ABSENT)):
            (found,) = numbered(running, name)
            decide(running, found, Decision(said, "ayse", "looked", 1002.0), None)
    with closing(sqlite3.connect(journal)) as db:
        assert db.execute("SELECT outcome FROM attempts").fetchall() == [("unclear",), ("absent",)]
    assert verdict(journal, kept) == ("", 5)  # one process, two moves, two decisions


def test_a_history_that_was_cut_off_is_told_as_such(journal: Path) -> None:
    """The journal ends before the fingerprint: the last move, and then the whole last process."""
    work(journal, [1], [outcome(1, State.CREATED, via="201")])
    kept = taken(journal)
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute("DROP TRIGGER moves_stay")
        db.execute("DELETE FROM moves WHERE id = (SELECT max(id) FROM moves)")
    assert verdict(journal, kept) == (ENDS_BEFORE, 0)


def test_a_backup_is_told_as_such(journal: Path, tmp_path: Path) -> None:
    """A copy from before the last process holds less than the fingerprint covers."""
    work(journal, [1], [outcome(1, State.CREATED, via="201")])
    copy = tmp_path / "copy.db"
    copy.write_bytes(journal.read_bytes())
    work(journal, [2], [outcome(2, State.CREATED, via="201")])
    assert verdict(copy, taken(journal)) == (ENDS_BEFORE, 0)
    assert verdict(journal, taken(copy))[0] == ""


def test_another_bytes_to_be_sent_change_it(journal: Path) -> None:
    """The seal covers the hash of each payload, and the fingerprint covers the seal."""
    kept = taken(journal)
    with closing(sqlite3.connect(journal)) as db, db:
        db.execute("UPDATE meta SET value = 'other' WHERE key = 'digest'")
    assert verdict(journal, kept) == (NOT_THE_SAME, 0)


def test_words_of_people_and_targets_may_go(journal: Path) -> None:
    """What ``runs prune --payloads-only`` takes away was never covered."""
    work(journal, [1, 2], [outcome(1, State.REJECTED, reason="no such customer: Ayşe", status=400)])
    with closing(opened(journal)) as running:
        running.note("ended", {"code": "E541", "facts": {"said": "Ayşe was refused"}}, 1003.0)
    kept = taken(journal)
    empty(journal, "2026-11-24T12:00:00+00:00")
    assert "Ayşe".encode() not in journal.read_bytes()
    assert verdict(journal, kept) == ("", 0)
