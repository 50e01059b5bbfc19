"""Ages, days and the fates of rows: what the archive's values say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.model.archive import FILE_KINDS, Age, RouteRule, age_of
from pipeline.model.archive_states import (
    FILE_AFTER_CRASH,
    FILE_TABLE,
    FileEvent,
    FileState,
    RowFate,
    gravest,
    move_file,
    order_after,
)
from pipeline.model.states import ImpossibleMove, State


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 years", date(2021, 2, 28)),
        ("1 year", date(2023, 2, 28)),
        ("4 years", date(2020, 2, 29)),
        ("2 months", date(2023, 12, 29)),
        ("12 MONTHS", date(2023, 2, 28)),
        ("1 week", date(2024, 2, 22)),
        ("90 days", date(2023, 12, 1)),
    ],
)
def test_an_age_leads_to_a_day(text: str, day: date) -> None:
    """Counted in the calendar, from 29 February; where a month has no such day, its last counts."""
    age = age_of(text)
    assert age is not None
    assert age.before(date(2024, 2, 29)) == day


@pytest.mark.parametrize(
    "text", ["", "soon", "0 days", "-1 years", "3", "3 yearss", "101 years", "9999 months", "٣ years"]
)
def test_an_age_that_is_none_is_refused(text: str) -> None:
    """Including none at all, and more than a hundred years."""
    assert age_of(text) is None


def test_a_day_begins_at_midnight_of_the_mapping() -> None:
    """In Istanbul that is 21:00 of the day before in UTC; 'today' is Istanbul's too."""
    istanbul = ZoneInfo("Europe/Istanbul")
    now = datetime(2024, 5, 31, 22, 30, tzinfo=UTC)
    assert RouteRule(before=date(2023, 1, 1)).boundary(now, istanbul) == datetime(
        2022, 12, 31, 21, tzinfo=UTC
    )
    assert RouteRule(older=Age(1, "day")).boundary(now, istanbul) == datetime(2024, 5, 30, 21, tzinfo=UTC)
    assert RouteRule(older=Age(1, "day")).boundary(now, None) == datetime(2024, 5, 30, tzinfo=UTC)
    assert RouteRule(cell="when.0").boundary(now, istanbul) is None


def test_a_start_follows_an_intent_and_nothing_is_started_out_of_doubt() -> None:
    """The one move to a start is from a file that was never started; out of doubt lead a person's words."""
    into_start = [state for state, moves in FILE_TABLE.items() if FileState.STARTING in moves.values()]
    assert into_start == [FileState.WRITTEN]
    assert set(FILE_TABLE[FileState.IN_DOUBT]) == {
        FileEvent.DECIDED_DONE,
        FileEvent.DECIDED_REFUSED,
        FileEvent.DECIDED_NOT_STARTED,
    }
    assert FILE_AFTER_CRASH == {FileState.STARTING: FileState.IN_DOUBT}
    with pytest.raises(ImpossibleMove):
        move_file(FileState.IN_DOUBT, FileEvent.INTENT)
    with pytest.raises(ImpossibleMove):
        move_file(FileState.DONE, FileEvent.INTENT)


def test_an_order_shares_the_gravest_fate_of_its_rows() -> None:
    """Refused before doubtful, doubtful before free, and stored only where all are."""
    order = [RowFate.REFUSED, RowFate.DOUBT, RowFate.FREE, RowFate.STANDS]
    for place, fate in enumerate(order):
        assert gravest(order[place:]) is fate
    assert gravest([RowFate.STANDS, RowFate.STANDS]) is RowFate.STANDS


def test_an_order_is_created_by_its_items_alone() -> None:
    """Whatever stands before them only lets the next file follow."""
    after = {kind: order_after(kind, RowFate.STANDS, State.IN_FLIGHT) for kind in FILE_KINDS}
    assert after == {
        "user": State.WAITING,
        "address": State.WAITING,
        "order": State.WAITING,
        "order_item": State.CREATED,
    }
    assert order_after("order", RowFate.FREE, State.IN_DOUBT) is State.ABSENT
    assert order_after("order", RowFate.REFUSED, State.IN_FLIGHT) is State.REJECTED
    assert order_after("order_item", RowFate.REFUSED, State.IN_FLIGHT) is State.CONFLICT
    assert {order_after(kind, RowFate.DOUBT, State.IN_FLIGHT) for kind in FILE_KINDS} == {State.IN_DOUBT}


def test_a_long_age_does_not_leave_the_calendar() -> None:
    """A hundred years before today is a day."""
    assert Age(100, "year").before(date(2024, 1, 1)) == date(1924, 1, 1)
    assert Age(36_600, "day").before(date(2024, 1, 1)) == date(2024, 1, 1) - timedelta(36_600)
