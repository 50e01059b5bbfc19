"""A journal of an undo lets one request of an order be under way, and remembers what was read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from small_journal import HEADER, code_of, opened

from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.journal.schema import TABLES
from pipeline.journal.undo_history import undo_pasts
from pipeline.journal.undo_planning import (
    CreatedByRun,
    add_lines,
    make_undo_tables,
    undo_digest,
)
from pipeline.journal.undo_reading import undo_records
from pipeline.journal.undoing import UndoBook, taken_back, undo_at_stake
from pipeline.model.refusal import JournalRefused
from pipeline.model.undo import Group, UndoEvent, UndoLine, UndoState

ZEROS = dict.fromkeys(("orders", "items_read", "rows_read", "rows_used", "rows_ignored"), 0)


def line(number: str, group: Group = Group.REVERSIBLE) -> UndoLine:
    """Give one line of a list."""
    seen = orjson.dumps({"id": "77", "order": {"pk": 77}, "items": []})
    return UndoLine(
        "order", group, number, number.casefold(), "o.csv", None, 2, "TRY", 1999, "77", "400", b"{}", seen
    )


def seal_undo(path: Path, *lines: UndoLine) -> Path:
    """Write and seal the journal of an undo."""
    planning = Planning(path)
    planning.transaction(make_undo_tables)
    planning.transaction(lambda db: add_lines(db, lines))
    digest = undo_digest(planning.read)
    planning.seal({**HEADER, "undoes": "1", "undo": {"run": "1", "digest": digest}}, ZEROS, sendable=True)
    planning.close()
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sealed undo of two orders, and a third that is kept."""
    return seal_undo(
        tmp_path / "runs" / "1" / "journal.db", line("A-1"), line("A-2"), line("A-3", Group.TOUCHED)
    )


@pytest.fixture
def journal(path: Path) -> Iterator[RunJournal]:
    """The journal, open for applying it."""
    running = opened(path)
    yield running
    running.close()


def test_one_request_of_an_order_is_under_way(journal: RunJournal) -> None:
    """A second intent for the same order is refused, be it from a value that is out of date."""
    book = UndoBook(journal)
    order = book.one(1)
    under_way = book.intent(order, 1.0, 2.0)
    assert (under_way.state, under_way.attempts) == (UndoState.CANCELLING, 1)
    with pytest.raises(JournalRefused) as refused:
        book.intent(order, 1.0, 2.0)
    assert code_of(refused) == "E612"


def test_one_order_of_each_status_comes_before_the_second_of_any(tmp_path: Path) -> None:
    """So that the first few, which are read back alone, show what the target thinks of every status."""
    some = [line(f"A-{place}")._replace(status=status) for place, status in enumerate(("400", "400", "300"))]
    journal = opened(seal_undo(tmp_path / "runs" / "2" / "journal.db", *some))
    assert UndoBook(journal).one_of_each(UndoState.LISTED) == [1, 3, 2]
    assert UndoBook(journal).ids(UndoState.LISTED) == [1, 2, 3]
    journal.close()


def test_what_was_under_way_when_a_process_died_is_in_doubt(path: Path) -> None:
    """And an order whose attempts were used up may be tried again."""
    first = opened(path)
    book = UndoBook(first)
    book.intent(book.one(1), 1.0, 2.0)
    second_order = book.intent(book.one(2), 1.0, 2.0)
    waiting = book.answered(second_order, UndoEvent.NOT_APPLIED, ("not_applied", 429, "answer 429"), 3.0)
    book.settled(waiting, UndoEvent.EXHAUSTED, None, ("E688", {"what": "x", "reason": "y"}))
    first.close()
    second = opened(path)
    book = UndoBook(second)
    book.begin()
    assert book.ids(UndoState.IN_DOUBT) == [1]
    assert book.ids(UndoState.WAITING) == [2]
    assert book.one(1).last is None
    second.close()


def test_an_absence_closes_the_attempt_and_a_kept_line_is_never_an_order(journal: RunJournal) -> None:
    """The past is whole: moves, attempts and looks."""
    book = UndoBook(journal)
    assert book.one_of_each(UndoState.LISTED) == [1, 2]
    order = book.intent(book.one(1), 1.0, 2.0)
    order = book.answered(order, UndoEvent.DOUBT, ("doubt", None, "lost"), 3.0)
    book.looked(order, "as_planned", 4.0)
    order = book.settled(order, UndoEvent.READ_ABSENT, ("as_planned", 5.0))
    assert order.state is UndoState.WAITING
    past = next(undo_pasts(journal.read))
    assert past.tries == ((1, 1, "absent"),)
    assert [look[2] for look in past.looks] == ["as_planned"] * 3
    assert [after for _, after, _ in past.moves] == ["cancelling", "in_doubt", "waiting"]


def test_the_ledger_is_told_of_what_is_cancelled_or_may_be(journal: RunJournal) -> None:
    """Before anything is sent all that is listed is at stake; afterwards what was not touched stands."""
    book = UndoBook(journal)
    assert [number for _, number, _ in undo_at_stake(journal.read)] == ["A-1", "A-2"]
    assert list(taken_back(journal.read)) == []
    book.intent(book.one(2), 1.0, 2.0)
    assert list(taken_back(journal.read)) == [("a-2", "A-2", "cancelling")]


def test_a_list_that_was_changed_is_refused(path: Path) -> None:
    """By the sum over its rows when it is opened."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE undo SET state = 'listed' WHERE id = 3")
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E616"


def test_lines_are_read_as_they_were_written(path: Path) -> None:
    """For people, with amounts as text."""
    with closing(JournalReader(path)) as reader:
        records = list(undo_records(reader.ask))
    assert [(one.number, one.group, one.state) for one in records] == [
        ("A-1", Group.REVERSIBLE, UndoState.LISTED),
        ("A-2", Group.REVERSIBLE, UndoState.LISTED),
        ("A-3", Group.TOUCHED, UndoState.KEPT),
    ]
    assert records[0].amount == "19.99"


def test_records_that_a_run_created_or_changed_are_found() -> None:
    """Customers and addresses of its making, and customers that it changed; none that it only found."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        sql = "INSERT INTO refs (digest, kind, spec, state, remote_id) VALUES (?, ?, '{}', ?, ?)"
        rows = [
            ("a", "customer", "created", "1"),
            ("b", "address", "created", "2"),
            ("c", "customer", "found", "3"),
        ]
        db.executemany(sql, rows)
        sql = (
            "INSERT INTO changes (remote_id, order_id, before, after, state) VALUES (9, 1, '', '', 'changed')"
        )
        db.execute(sql)
        created = CreatedByRun(lambda sql, values=(): db.execute(sql, values).fetchall())
        assert [(one.kind, one.remote_id) for one in created.records()] == [
            ("customer", "1"),
            ("address", "2"),
            ("customer_change", "9"),
        ]
