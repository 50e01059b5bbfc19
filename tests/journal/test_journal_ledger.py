"""The ledger as a file: what it remembers, whose file it is, and what it never forgets."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_journal import code_of, seal

from pipeline.journal.ledger import Ledger
from pipeline.model.ledger import LedgerEntry, LedgerRun
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

FIRST = LedgerRun("aaaa", "2026-01-01T00:00:00+00:00", "acme", started=True, epoch=1)
SECOND = replace(FIRST, run="bbbb", created="2026-01-02T00:00:00+00:00", retries="aaaa")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a ledger of two runs, of which the second has both orders in doubt."""
    path = tmp_path / "channels" / "x.ledger"
    with closing(Ledger(path, create=True)) as ledger:
        ledger.write(FIRST, [("a-1", "A-1", "created", b"1", "77"), ("a-2", "A-2", "rejected", b"2", None)])
        ledger.write(SECOND, [("a-1", "a-1", "in_doubt", b"3", None), ("a-2", "A-2", "planned", b"2", None)])
    return path


def test_what_was_written_is_there_after_it_was_closed(path: Path) -> None:
    """Numbers that may collide share their entries, the earliest run first; unknown ones have none."""
    with closing(Ledger(path)) as ledger:
        assert ledger.entries(["a-1", "a-3"]) == {
            "a-1": [
                LedgerEntry("aaaa", "A-1", State.CREATED, b"1", "77"),
                LedgerEntry("bbbb", "a-1", State.IN_DOUBT, b"3"),
            ]
        }
        assert ledger.runs() == {"aaaa": FIRST, "bbbb": SECOND}


def test_what_stands_on_the_target_is_never_unlearnt(path: Path) -> None:
    """An old copy of a journal, taken over, changes what was open and nothing else."""
    with closing(Ledger(path)) as ledger:
        ledger.write(FIRST, [("a-1", "A-1", "planned", b"1", None), ("a-2", "A-2", "created", b"2", "78")])
        entries = ledger.entries(["a-1", "a-2"])
    assert [entries[key][0].state for key in ("a-1", "a-2")] == [State.CREATED, State.CREATED]
    assert [entries[key][0].remote_id for key in ("a-1", "a-2")] == ["77", "78"]


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({"gone": True, "open": True}, {"a-1": True, "a-2": True}),
        ({"gone": True}, {"a-1": True, "a-2": False}),
        ({"open": True}, {"a-1": False, "a-2": False}),
    ],
)
def test_an_entry_is_unknown_where_its_run_may_have_gone_on_and_cannot_be_asked(
    path: Path, changes: dict[str, Any], unknown: dict[str, bool]
) -> None:
    """Everything of a run that was sending; of one that had ended, what it left in doubt."""
    with closing(Ledger(path)) as ledger:
        ledger.write(replace(SECOND, **changes))
        entries = ledger.entries(["a-1", "a-2"])
    assert {key: found[-1].unknown for key, found in entries.items()} == unknown
    assert not any(found[0].unknown for found in entries.values())


def test_a_write_that_fails_halfway_leaves_what_was_there(path: Path) -> None:
    """A run and its entries are written together or not at all."""
    with closing(Ledger(path)) as ledger:
        with pytest.raises(JournalRefused):
            ledger.write(
                replace(FIRST, open=True),
                [("a-2", "A-2", "created", b"2", "78"), (None, "A-3", "created", b"", "")],  # type: ignore[list-item]
            )
        assert ledger.runs()["aaaa"] == FIRST
        assert ledger.entries(["a-2"])["a-2"][0].state is State.REJECTED


def test_two_processes_do_not_have_it_at_once(path: Path) -> None:
    """The second one is told so, and tries again."""
    with closing(Ledger(path)), pytest.raises(JournalRefused) as refused:
        Ledger(path)
    assert code_of(refused) == "E605"


def test_a_journal_is_no_ledger_and_a_ledger_no_journal(tmp_path: Path, path: Path) -> None:
    """Each has a mark of its own."""
    from pipeline.journal.reading import JournalReader

    with pytest.raises(JournalRefused) as refused:
        Ledger(seal(tmp_path / "journal.db"))
    assert code_of(refused) == "E602"
    with pytest.raises(JournalRefused) as refused:
        JournalReader(path)
    assert code_of(refused) == "E602"


def test_it_is_written_as_safely_as_a_journal(path: Path) -> None:
    """A registration that returned survives a power cut: WAL, synced with every commit, one process."""
    with closing(Ledger(path)) as ledger:
        asked = {
            name: ledger._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "locking_mode")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "locking_mode": "exclusive"}


def test_any_sqlite_tool_can_read_it(path: Path) -> None:
    """States are words, and the tables have names that say what they hold."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT r.run, e.number, e.state FROM entries e JOIN runs r ON r.id = e.run"
            " ORDER BY e.collision, r.id"
        ).fetchall()
    assert rows == [
        ("aaaa", "A-1", "created"),
        ("bbbb", "a-1", "in_doubt"),
        ("aaaa", "A-2", "rejected"),
        ("bbbb", "A-2", "planned"),
    ]
