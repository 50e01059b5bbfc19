"""What is read back, to be read, and said of it: order by order, whole, and in the order of the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_journal import ITEMS, ORDERS, intent, opened, order, outcome, seal

from pipeline.journal.money import (
    money_book,
    money_differences,
    money_issue_counts,
    money_issues,
    read_back_stand,
)
from pipeline.journal.read_backs import REQUESTS, Awaited, ReadBacks, Reading
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.money import Amounts, MoneyCell, MoneyDifference, ReadBackStand
from pipeline.model.states import State

FIRST, SECOND = MoneyCell("2024-03-01", "delivered"), MoneyCell("2024-03-02", "canceled")
TABLES = {0: ORDERS, 1: ITEMS}
ENDS = (State.CREATED, State.REJECTED, State.FAILED, State.IN_DOUBT, State.WAITING, State.ALREADY_PRESENT)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[RunJournal]:
    """Orders 1 to 8: created, rejected, failed, in doubt, waiting, found there, under way, never sent."""
    orders = [order(9 - at, f"N-{at}", cell=FIRST if at < 4 else SECOND) for at in range(1, 9)]
    running = opened(seal(tmp_path / "journal.db", *orders))
    running.record([intent(number) for number in range(1, 8)])
    for number, state in enumerate(ENDS, 1):
        running.record((), [outcome(number, state, remote_id=f"7{number}")])
    yield running
    running.close()


def reading(number: int, state: State, verdict: str | None = None, **changes: Any) -> Reading:
    """Give what was found of an order: itself, once."""
    given = {"found": 1, "remote_id": "99", "minor": 1999, "currency": "TRY", "differs": ""}
    return Reading(number, state, verdict=verdict, **{**given, **changes})


def numbers(orders: list[Awaited]) -> list[str]:
    """Give the numbers of orders."""
    return [one.number for one in orders]


WANTED = ["N-1", "N-2", "N-3", "N-4", "N-6", "N-7"]


def test_whatever_was_sent_and_may_stand_there_is_read_back(journal: RunJournal) -> None:
    """Not what waits to be sent again, which is proven not to, and not what was never sent."""
    kept = ReadBacks(journal)
    assert kept.left() == 6
    assert numbers(kept.unread(0, 9)) == WANTED
    assert numbers(kept.unread(0, 2)) == ["N-1", "N-2"]
    assert numbers(kept.unread(2, 2)) == ["N-3", "N-4"]
    assert [(one, key) for one, key in kept.not_created(0, 9)] == [
        (2, "n-2"),
        (3, "n-3"),
        (4, "n-4"),
        (7, "n-7"),
    ]
    assert kept.not_created(2, 1) == [(3, "n-3")]


def test_an_order_comes_with_its_payload_and_its_place(journal: RunJournal) -> None:
    """As it was sent."""
    first = ReadBacks(journal).unread(0, 1)[0]
    assert first == Awaited(1, "N-1", State.CREATED, b'{"order":{"number":"N-1"}}', FIRST)


def test_what_was_read_is_left_out_until_it_is_asked_for_again(journal: RunJournal) -> None:
    """An order that has to be looked at once more is not read yet."""
    kept = ReadBacks(journal)
    readings = [reading(1, State.CREATED), reading(2, State.REJECTED, "again", found=0)]
    kept.keep([*readings, reading(3, State.CREATED)], 5.0, 3)
    assert numbers(kept.unread(0, 9)) == ["N-2", "N-3", "N-4", "N-6", "N-7"]
    assert kept.left() == 5
    kept.begin(6.0, again=False)
    assert kept.left() == 5
    kept.begin(7.0, again=True)
    assert kept.left() == 6


def test_a_second_reading_takes_the_place_of_the_first(journal: RunJournal) -> None:
    """And what it cost is added up."""
    kept = ReadBacks(journal)
    kept.keep([reading(1, State.CREATED, "missing", found=0, minor=None)], 5.0, 3)
    kept.keep([reading(1, State.CREATED, cell=SECOND)], 6.0, 4)
    sql = (
        "SELECT r.at, r.state, r.found, r.remote_id, r.amount_minor, r.currency, c.day, r.verdict, r.differs"
        " FROM read_backs r LEFT JOIN money_cells c ON c.id = r.cell_id"
    )
    assert [tuple(row) for row in journal.read(sql)] == [
        (6.0, "created", 1, "99", 1999, "TRY", "2024-03-02", None, "")
    ]
    assert journal.read("SELECT value FROM counters WHERE name = ?", (REQUESTS,))[0][0] == 7
    assert REQUESTS == "read back requests"


def test_reading_in_bulk_goes_on_with_its_page(journal: RunJournal) -> None:
    """Until it is over, or begun again."""
    kept = ReadBacks(journal)
    assert kept.page() is None
    kept.keep([], 5.0, 1, 4)
    kept.keep([], 5.0, 1, 5)
    assert kept.page() == 5
    kept.begin(6.0, again=False)
    assert kept.page() == 5
    kept.begin(6.0, again=True)
    assert kept.page() is None
    kept.keep([], 5.0, 1, 4)
    kept.keep([], 5.0, 1)
    assert kept.page() is None


def test_missing_orders_are_those_that_still_should_stand_there(journal: RunJournal) -> None:
    """By the state in which they were looked for."""
    kept = ReadBacks(journal)
    assert kept.count_missing() == 0
    kept.keep(
        [
            reading(1, State.CREATED, "missing", found=0),
            reading(6, State.ALREADY_PRESENT, "missing", found=0),
            reading(4, State.CREATED, "missing", found=0),
            reading(2, State.REJECTED, "unexpected"),
        ],
        5.0,
        3,
    )
    assert kept.count_missing() == 2
    assert numbers(kept.missing(0, 9)) == ["N-1", "N-6"]
    assert numbers(kept.missing(0, 1)) == ["N-1"]
    assert numbers(kept.missing(1, 9)) == ["N-6"]


def test_orders_are_found_by_their_exact_number_and_say_whether_they_were_seen(journal: RunJournal) -> None:
    """In this state, under which id; what is not to be read back is not found."""
    kept = ReadBacks(journal)
    kept.keep([reading(1, State.CREATED), reading(4, State.CREATED)], 5.0, 1)
    found = kept.numbered(["N-1", "n-2", "N-3", "N-4", "N-5", "N-8", "X"])
    assert {name: (one.id, remote, seen) for name, (one, remote, seen) in found.items()} == {
        "N-1": (1, "99", True),
        "N-3": (3, None, False),
        "N-4": (4, "99", False),
    }


def test_when_the_last_answer_came(journal: RunJournal) -> None:
    """Nothing is known of orders that nobody has sent."""
    assert ReadBacks(journal).last_sent() == 1001.5


def test_readings_leave_events(journal: RunJournal) -> None:
    """One that is not told to have ended has ended before its end."""
    kept = ReadBacks(journal)
    kept.begin(5.0, again=True)
    kept.end(6.0, {"stopped": "x"})
    rows = journal.read("SELECT at, facts FROM events WHERE kind = 'reading back' ORDER BY id")
    assert [(at, orjson.loads(facts)) for at, facts in rows] == [
        (5.0, {"again": True, "stopped": "the program ended before the reading did"}),
        (6.0, {"stopped": "x"}),
    ]


def read_all(journal: RunJournal) -> ReadBackStand:
    """Read everything, each with another finding; returns how it stands."""
    kept = ReadBacks(journal)
    kept.begin(4.0, again=False)
    kept.keep([reading(1, State.CREATED, "differs", minor=2000, differs="amount: 1")], 5.0, 1)
    kept.keep(
        [
            reading(2, State.REJECTED, "unexpected", found=2, minor=3998),
            reading(3, State.FAILED, found=0, minor=None, remote_id=None, currency=None),
            reading(4, State.IN_DOUBT, found=1, cell=FIRST, currency="EUR"),
            reading(6, State.ALREADY_PRESENT, "missing", found=0, minor=None, remote_id=None),
            reading(7, State.IN_FLIGHT, "several", found=3, minor=None),
        ],
        6.0,
        1,
    )
    kept.end(7.0, {"stopped": ""})
    return read_back_stand(journal.read)


def test_how_far_a_reading_has_come(journal: RunJournal) -> None:
    """Nothing is begun; one is stopped; all is read; an order moves on."""
    assert read_back_stand(journal.read) == ReadBackStand()
    kept = ReadBacks(journal)
    kept.begin(4.0, again=False)
    kept.keep([reading(1, State.CREATED, "again", found=0)], 5.0, 1)
    assert read_back_stand(journal.read) == ReadBackStand(
        begun=True, wanted=6, read=0, stopped="the program ended before the reading did"
    )
    assert read_all(journal) == ReadBackStand(
        begun=True, wanted=6, read=6, differing=4, first=5.0, last=6.0, stopped=""
    )
    journal.record((), [outcome(4, State.CREATED, None, via="lookup")])
    moved = read_back_stand(journal.read)
    assert (moved.read, moved.complete, moved.stopped) == (5, False, "")


def test_the_book_tells_money_where_the_target_has_it(journal: RunJournal) -> None:
    """By its own day and currency where it shows them; what has no sum is counted."""
    stand = read_all(journal)
    book = money_book(journal.read, "Europe/Istanbul", stand)
    found = {(line.day, line.status, line.currency): line for line in book.lines}
    assert (book.zone, book.stand) == ("Europe/Istanbul", stand)
    assert {key: line.read_back for key, line in found.items()} == {
        ("2024-03-01", "delivered", "TRY"): Amounts(3, 5998, 0),
        ("2024-03-01", "delivered", "EUR"): Amounts(1, 1999, 0),
        ("2024-03-02", "canceled", "TRY"): Amounts(3, 0, 3),
    }
    late = found["2024-03-02", "canceled", "TRY"]
    assert (late.in_doubt, late.already_present, late.unprocessed) == (
        Amounts(2, 3998),
        Amounts(1, 1999),
        Amounts(2, 3998),
    )
    assert found["2024-03-01", "delivered", "TRY"].refused == Amounts(2, 3998)
    assert {line.read_back for line in money_book(journal.read, "UTC", ReadBackStand()).lines} == {Amounts()}


def differing(journal: RunJournal, most: int = -1, code: str | None = None) -> list[MoneyDifference]:
    """Give the orders that differ."""
    return list(money_differences(lambda sql, values: iter(journal.read(sql, values)), TABLES, most, code))


def test_orders_that_differ_are_told_whole_in_the_order_of_the_source(journal: RunJournal) -> None:
    """With both amounts, how many were found, under which id, and in what they differ."""
    read_all(journal)
    at = {number: Location("orders.csv", None, 9 - number) for number in range(1, 9)}
    expected = [
        MoneyDifference(
            "E687", "N-7", at[7], SECOND, "TRY", 1999, 3, None, "99", "3 found, in_flight in the run"
        ),
        MoneyDifference("E686", "N-6", at[6], SECOND, "TRY", 1999, 0, None, "76", "not found"),
        MoneyDifference(
            "E687", "N-2", at[2], FIRST, "TRY", 1999, 2, 3998, "99", "2 found, rejected in the run"
        ),
        MoneyDifference("E685", "N-1", at[1], FIRST, "TRY", 1999, 1, 2000, "99", "amount: 1"),
    ]
    assert differing(journal) == expected
    assert differing(journal, most=1) == expected[:1]
    assert [one.number for one in differing(journal, code="E687")] == ["N-7", "N-2"]
    assert [one.number for one in differing(journal, code="E686")] == ["N-6"]
    journal.record((), [outcome(7, State.IN_DOUBT)])
    assert [one.number for one in differing(journal)] == ["N-6", "N-2", "N-1"]


def issues(journal: RunJournal, stand: ReadBackStand, code: str | None = None) -> list[Issue]:
    """Give the issues of reading back."""
    rows = lambda sql, values: iter(journal.read(sql, values))  # noqa: E731 - as short as it gets
    return list(money_issues(stand, rows, TABLES, "7f3a", code=code))


def test_issues_of_reading_back_are_counted_and_told(journal: RunJournal) -> None:
    """An order each; one where reading is not complete, one for the archive."""
    stand = read_all(journal)
    assert money_issue_counts(journal.read, stand) == {"E685": 1, "E686": 1, "E687": 2}
    told = issues(journal, stand)
    assert [issue.code for issue in told] == ["E687", "E686", "E687", "E685"]
    assert told[1] == Issue(
        "E686",
        Location("orders.csv", None, 3),
        order="N-6",
        facts={"differences": "not found", "run": "7f3a"},
    )
    assert [issue.order for issue in issues(journal, stand, "E685")] == ["N-1"]
    assert issues(journal, stand, "W685") == []


@pytest.mark.parametrize(("stopped", "reason"), [("", "orders were sent or settled since"), ("why", "why")])
def test_a_part_and_the_archive_are_told_in_general(journal: RunJournal, stopped: str, reason: str) -> None:
    """Behind the orders; each by itself, where it is asked for."""
    stand = ReadBackStand(begun=True, wanted=6, read=5, archived=2, stopped=stopped)
    partly = Issue("W685", facts={"read": 5, "wanted": 6, "reason": reason, "run": "7f3a"})
    archived = Issue("W686", facts={"count": 2})
    assert issues(journal, stand) == [partly, archived]
    assert issues(journal, stand, "W685") == [partly]
    assert issues(journal, stand, "W686") == [archived]
    assert issues(journal, stand, "E685") == []
    assert money_issue_counts(journal.read, stand) == {"W685": 1, "W686": 1}
    unread = ReadBackStand(wanted=6, archived=2)
    assert (money_issue_counts(journal.read, unread), issues(journal, unread)) == ({}, [])


def test_a_run_that_sent_nothing_knows_no_last_answer(tmp_path: Path) -> None:
    """And has nothing to read back."""
    with closing(opened(seal(tmp_path / "journal.db"))) as running:
        assert ReadBacks(running).last_sent() is None
        assert ReadBacks(running).left() == 0
