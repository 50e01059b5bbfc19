"""What a journal of an undo holds word for word: attempts, looks, reasons, counts, and who is at stake."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_journal import code_of, intent, opened, order, outcome, seal
from test_journal_undoing import line, seal_undo

from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.journal.undo_planning import CreatedByRun, add_lines, make_undo_tables, undo_digest
from pipeline.journal.undo_reading import undo_counts, undo_records, undo_requests
from pipeline.journal.undoing import REQUESTS, UndoBook, taken_back, undo_at_stake
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State
from pipeline.model.undo import Group, UndoEvent, UndoOrder, UndoState

LOST = ("doubt", None, "lost")
SEEN = {"id": "77", "order": {"pk": 77}, "items": []}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[RunJournal]:
    """An undo of four orders, two of one status, and a fifth that is kept; open for applying."""
    lines = (
        line("A-1"),
        line("A-2")._replace(status="450"),
        line("A-3"),
        line("A-4")._replace(status="450", currency="EUR", amount_minor=None),
        line("A-5", Group.TOUCHED)._replace(body=b"", seen=b"", code="W688", facts={"reason": "x"}),
    )
    running = opened(seal_undo(tmp_path / "runs" / "1" / "journal.db", *lines))
    yield running
    running.close()


def attempts(journal: RunJournal) -> list[tuple[object, ...]]:
    """Give the attempts as they are stored."""
    sql = "SELECT line_id, attempt, epoch, started, finished, outcome, status, reason FROM undo_attempts"
    return list(map(tuple, journal.read(f"{sql} ORDER BY line_id, attempt")))


def looks(journal: RunJournal) -> list[tuple[object, ...]]:
    """Give the looks as they are stored."""
    return list(
        map(tuple, journal.read("SELECT line_id, at, epoch, attempt, seen FROM undo_looks ORDER BY id"))
    )


def in_doubt(book: UndoBook, number: int) -> UndoOrder:
    """Send one order, and lose its answer."""
    return book.answered(book.intent(book.one(number), 1.0, 2.0), UndoEvent.DOUBT, LOST, 3.0)


def test_an_order_is_read_as_it_was_listed(journal: RunJournal) -> None:
    """Its request, and all that the plan saw."""
    listed = UndoOrder(1, "A-1", "77", b"{}", SEEN, UndoState.LISTED, 0, None, None)
    book = UndoBook(journal)
    assert book.one(1) == listed


def test_orders_come_in_the_order_of_the_list_or_one_of_each_status_first(journal: RunJournal) -> None:
    """Those in other states, and those that are kept, do not come."""
    book = UndoBook(journal)
    assert book.ids(UndoState.LISTED) == [1, 2, 3, 4]
    assert book.one_of_each(UndoState.LISTED) == [1, 2, 3, 4]
    in_doubt(book, 1)
    assert book.ids(UndoState.LISTED) == [2, 3, 4]
    assert book.one_of_each(UndoState.LISTED) == [2, 3, 4]
    in_doubt(book, 3)
    both = (UndoState.LISTED, UndoState.IN_DOUBT)
    assert book.one_of_each(*both) == [1, 2, 3, 4]
    assert (book.ids(UndoState.IN_DOUBT), book.count(*both)) == ([1, 3], 4)
    assert (book.ids(UndoState.KEPT), book.count(UndoState.CANCELLED)) == ([5], 0)


def test_one_of_each_status_comes_before_a_second_of_any(tmp_path: Path) -> None:
    """So that the first few orders try every status."""
    lines = [line("A-1"), line("A-2"), line("A-3"), line("A-4")._replace(status="450")]
    with closing(opened(seal_undo(tmp_path / "runs" / "1" / "journal.db", *lines))) as running:
        assert UndoBook(running).one_of_each(UndoState.LISTED) == [1, 4, 2, 3]


def test_an_attempt_is_stored_with_the_look_before_it_and_its_answer(journal: RunJournal) -> None:
    """Who sent it, when, and what was said."""
    book = UndoBook(journal)
    sent = book.intent(book.one(1), 1.0, 2.0)
    assert sent == UndoOrder(1, "A-1", "77", b"{}", SEEN, UndoState.CANCELLING, 1)
    assert book.one(1) == sent
    assert looks(journal) == [(1, 1.0, journal.epoch, 0, "as_planned")]
    assert attempts(journal) == [(1, 1, journal.epoch, 2.0, None, None, None, None)]
    answered = book.answered(sent, UndoEvent.DOUBT, ("refused", 400, "answer 400"), 3.0)
    assert (answered.state, answered.last, answered.reason) == (UndoState.IN_DOUBT, "refused", "answer 400")
    assert book.one(1) == answered
    assert attempts(journal) == [(1, 1, journal.epoch, 2.0, 3.0, "refused", 400, "answer 400")]


def test_only_the_last_attempt_is_answered_and_told(journal: RunJournal) -> None:
    """An earlier one stays as it is."""
    book = UndoBook(journal)
    first = book.answered(
        book.intent(book.one(1), 1.0, 2.0), UndoEvent.NOT_APPLIED, ("not_applied", 429, "wait"), 3.0
    )
    second = book.answered(book.intent(first, 4.0, 5.0), UndoEvent.DOUBT, ("accepted", 200, "ok"), 6.0)
    assert (second.attempts, book.one(1).last, book.one(1).reason) == (2, "accepted", "ok")
    assert [row[3:] for row in attempts(journal)] == [
        (2.0, 3.0, "not_applied", 429, "wait"),
        (5.0, 6.0, "accepted", 200, "ok"),
    ]
    assert [row[3] for row in looks(journal)] == [0, 1]


@pytest.mark.parametrize(
    ("said", "after"),
    [("doubt", "absent"), ("accepted", "accepted"), ("refused", "refused"), ("not_applied", "not_applied")],
)
def test_an_absence_says_something_of_lost_attempts_alone(journal: RunJournal, said: str, after: str) -> None:
    """And of this order's alone."""
    book = UndoBook(journal)
    in_doubt(book, 2)
    sent = book.intent(book.one(1), 1.0, 2.0)
    doubted = book.answered(sent, UndoEvent.DOUBT, (said, None, "x"), 3.0)
    settled = book.settled(doubted, UndoEvent.READ_ABSENT, ("as_planned", 4.0))
    assert settled.state is UndoState.WAITING
    assert [row[5] for row in attempts(journal)] == [after, "doubt"]


def test_an_attempt_without_any_answer_is_absent_too(journal: RunJournal) -> None:
    """Its process died; what another reading proves closes it, and what it does not leaves it open."""
    book = UndoBook(journal)
    for number in (1, 2):
        book.intent(book.one(number), 1.0, 2.0)
    book.begin()
    book.settled(book.one(1), UndoEvent.READ_ABSENT, ("as_planned", 4.0))
    book.settled(book.one(2), UndoEvent.READ_CANCELLED, ("cancelled", 4.0))
    assert [row[5] for row in attempts(journal)] == ["absent", None]


def test_why_an_order_became_what_it_is_stays_with_its_line(journal: RunJournal) -> None:
    """Code and facts, where there are any; the look before it, where there was one."""
    book = UndoBook(journal)
    book.settled(book.one(1), UndoEvent.READ_CHANGED, ("other", 9.0), ("W688", {"reason": "changed"}))
    book.settled(book.one(2), UndoEvent.READ_ALREADY)
    records = {one.number: one for one in undo_records(journal.read)}
    assert (records["A-1"].code, records["A-1"].facts) == ("W688", {"reason": "changed"})
    assert (records["A-2"].code, records["A-2"].facts) == (None, {})
    assert (records["A-1"].state, records["A-2"].state) == (UndoState.LEFT_ALONE, UndoState.ALREADY)
    assert looks(journal) == [(1, 9.0, journal.epoch, 0, "other")]


@pytest.mark.parametrize("how", ["answered", "settled"])
def test_a_move_from_a_state_that_is_not_the_order_s_any_more_is_refused(
    journal: RunJournal, how: str
) -> None:
    """A value that is out of date moves nothing, and nothing of it stays."""
    book = UndoBook(journal)
    stale = book.intent(book.one(1), 1.0, 2.0)
    book.answered(stale, UndoEvent.DOUBT, LOST, 3.0)
    ways: dict[str, Callable[[], UndoOrder]] = {
        "answered": lambda: book.answered(stale, UndoEvent.NOT_APPLIED, ("not_applied", 429, "wait"), 4.0),
        "settled": lambda: book.settled(
            stale._replace(state=UndoState.WAITING), UndoEvent.READ_CANCELLED, ("x", 4.0)
        ),
    }
    with pytest.raises(JournalRefused) as refused:
        ways[how]()
    (issue,) = refused.value.issues
    assert (issue.code, issue.at and issue.at.file) == ("E612", "order A-1")
    assert dict(issue.facts) == {"moved": 0, "wanted": 1}
    assert attempts(journal) == [(1, 1, journal.epoch, 2.0, 3.0, *LOST)]
    assert len(looks(journal)) == 1


def test_an_intent_counts_the_attempts_that_were_made(journal: RunJournal) -> None:
    """A value with fewer attempts than the journal has sends nothing, though its state would allow it."""
    book = UndoBook(journal)
    stale = book.one(1)
    book.answered(book.intent(stale, 1.0, 2.0), UndoEvent.NOT_APPLIED, ("not_applied", 429, "w"), 3.0)
    with pytest.raises(JournalRefused) as refused:
        book.intent(stale, 4.0, 5.0)
    assert dict(refused.value.issues[0].facts) == {"moved": 0, "wanted": 1}
    assert len(attempts(journal)) == 1


def test_a_list_that_is_not_the_sealed_one_is_not_begun(tmp_path: Path) -> None:
    """Though the journal itself is whole."""
    path = seal_undo(tmp_path / "runs" / "1" / "journal.db", line("A-1"))
    with closing(opened(path)) as running:
        running.header["undo"]["digest"] = "0" * 64
        with pytest.raises(JournalRefused) as refused:
            UndoBook(running).begin()
    assert code_of(refused) == "E611"
    assert refused.value.issues[0].at is not None
    assert refused.value.issues[0].at.file == f"undo {running.header['run_id']}"


def test_what_is_counted_for_a_summary(journal: RunJournal) -> None:
    """Kind, group, state, currency and code; an order without an amount is in no sum."""
    assert sorted(undo_counts(journal.read), key=str) == sorted(
        [
            ("order", "reversible", "listed", "TRY", 3, 5997, None),
            ("order", "reversible", "listed", "EUR", 1, 0, None),
            ("order", "touched", "kept", "TRY", 1, 1999, "W688"),
        ],
        key=str,
    )


def test_the_requests_of_every_process_are_added_up(journal: RunJournal) -> None:
    """Of those that could say so; other events have nothing to do with it."""
    assert undo_requests(journal.read) == 0
    journal.note(REQUESTS, {"requests": 7}, 1.0)
    journal.note("ended", {"requests": 100}, 2.0)
    journal.note(REQUESTS, {"requests": 5}, 3.0)
    assert undo_requests(journal.read) == 12
    assert REQUESTS == "undo_requests"


def test_who_is_at_stake_and_who_is_taken_back(journal: RunJournal) -> None:
    """Left alone or refused: it stands. Cancelled, asked, in doubt or unclear: it may not."""
    book = UndoBook(journal)
    book.settled(book.one(1), UndoEvent.READ_CHANGED, ("other", 1.0))
    book.settled(in_doubt(book, 2), UndoEvent.READ_CANCELLED, ("cancelled", 4.0))
    in_doubt(book, 3)
    assert list(undo_at_stake(journal.read)) == [
        ("a-2", "A-2", "cancelled"),
        ("a-3", "A-3", "in_doubt"),
        ("a-4", "A-4", "listed"),
    ]
    assert list(taken_back(journal.read)) == [("a-2", "A-2", "cancelled"), ("a-3", "A-3", "in_doubt")]


def test_a_run_of_orders_takes_nothing_back(tmp_path: Path) -> None:
    """It has no table of that kind."""
    with closing(opened(seal(tmp_path / "journal.db"))) as running:
        assert list(taken_back(running.read)) == []


def test_lines_for_people_have_everything(journal: RunJournal) -> None:
    """Amounts as text with two decimals; none where there is none."""
    first, *_, fourth, fifth = undo_records(journal.read)
    assert tuple(first)[:14] == (
        "order", "A-1", "o.csv", None, 2, "77", "400", "TRY", "19.99",
        Group.REVERSIBLE, UndoState.LISTED, None, {}, 0,
    )  # fmt: skip
    assert (fourth.amount, fourth.currency) == (None, "EUR")
    assert (fifth.state, fifth.group, fifth.code, fifth.facts) == (
        UndoState.KEPT,
        Group.TOUCHED,
        "W688",
        {"reason": "x"},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"number": "B-1"},
        {"collision": "b-1"},
        {"row": 3},
        {"amount_minor": 2000},
        {"remote_id": "78"},
        {"status": "450"},
        {"body": b"{ }"},
        {"seen": b"{}"},
        {"group": Group.TOUCHED},
    ],
    ids=str,
)
def test_whatever_is_sealed_is_in_the_digest(change: dict[str, Any]) -> None:
    """Number, place, money, id, status, request, what was seen, and the group."""
    digests = []
    for given in (line("A-1"), line("A-1")._replace(**change)):
        with closing(sqlite3.connect(":memory:")) as db:
            make_undo_tables(db)
            add_lines(db, [given])
            digests.append(undo_digest(lambda sql, values=(), db=db: db.execute(sql, values).fetchall()))
    assert digests[0] != digests[1]


def test_what_a_run_created_is_read_in_pages_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    """Created orders alone; what may stand there, and nobody knows, is counted beside them."""
    path = seal(tmp_path / "journal.db", *(order(row, f"A-{row}") for row in (2, 3, 4, 5)))
    with closing(opened(path)) as running:
        running.record([intent(number) for number in (1, 2, 3, 4)])
        running.record(
            (),
            [
                outcome(1, State.CREATED, meaning="201", remote_id="71", via="201"),
                outcome(2, State.CREATED, remote_id="72", via="lookup"),
                outcome(3, State.IN_DOUBT, meaning="doubt"),
            ],
        )
        finished = dict(running.read("SELECT order_id, finished FROM attempts"))
    with closing(JournalReader(path)) as reader:
        created = CreatedByRun(reader.ask)
        first, second = created.orders(-1, 9)
        assert created.orders(-1, 1) == [first]
        assert created.orders(first.id, 9) == [second]
        assert created.orders(second.id, 9) == []
        assert (created.count(), created.unsettled()) == (2, 2)
    assert first == (
        1, "A-2", "a-2", "orders.csv", None, 2, "TRY", 1999, "71", "201", "create",
        orjson.dumps({"order": {"number": "A-2"}}), finished[1], False,
    )  # fmt: skip
    assert (second.remote_id, second.via) == ("72", "lookup")
