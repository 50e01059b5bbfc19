"""What became of rows and money, and how long the target took, added up by the database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from small_journal import ORDERS, intent, opened, order, outcome, seal

from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.model.fates import Fate, Weight
from pipeline.model.issue import Issue
from pipeline.model.planned import packed_rows, unpacked_rows
from pipeline.model.records import Second
from pipeline.model.states import State

REFS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 1_048_576)), min_size=1, max_size=12)


@settings(max_examples=8, deadline=None)
@given(st.lists(REFS, min_size=1, max_size=20))
def test_rows_are_counted_without_being_read(orders: list[list[tuple[int, int]]]) -> None:
    """However many tables and rows an order has, counting signs gives the number of its rows."""
    with TemporaryDirectory() as folder:
        path = seal(
            Path(folder) / "j.db",
            *(order(at, f"A-{at}", rows=packed_rows(refs)) for at, refs in enumerate(orders, 2)),
        )
        with closing(JournalReader(path)) as reader:
            wanted = sum(len(unpacked_rows(packed_rows(refs))) for refs in orders)
            assert [fate.rows for fate in reader.fates()] == [wanted]


def test_every_order_is_in_one_fate(tmp_path: Path) -> None:
    """Outcomes and currencies are kept apart; silence is doubt; unreadable amounts are in no sum."""
    path = seal(
        tmp_path / "j.db",
        order(2, "A-1"),
        order(3, "A-2", currency="EUR", amount_minor=100),
        order(4, "A-3", valid=False, currency=None, amount_minor=None),
        order(5, "A-4", amount_minor=-50),
        order(6, "A-5"),
    )
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1), intent(2), intent(4)])
        journal.record(outcomes=[outcome(1, State.CREATED), outcome(2, State.REJECTED)])
    with closing(JournalReader(path)) as reader:
        assert reader.fates() == [
            Fate("created", "TRY", 1, 3, 1999),
            Fate("in_doubt", "TRY", 1, 3, -50),
            Fate("invalid", None, 1, 3, 0, 1),
            Fate("rejected", "EUR", 1, 3, 100),
            Fate("unprocessed", "TRY", 1, 3, 1999),
        ]
        orders, money = reader.order_counts(), reader.money()
        assert sum(fate.orders for fate in reader.fates()) == orders.read == 5
        assert sum(fate.minor for fate in reader.fates() if fate.currency == "TRY") == 3948
        assert int(money["TRY"].read.scaleb(2)) == 3948


def test_an_order_weighs_once_for_a_code(tmp_path: Path) -> None:
    """Two wrong cells of one kind hold up one order; issues of no order hold up none."""
    planning = Planning(tmp_path / "j.db")
    planning.add_tables([ORDERS])
    twice = [((0, 2), Issue("E214", order="A-1")), ((0, 2), Issue("E214", order="A-1"))]
    other = [((0, 2), Issue("E203")), ((0, 3), Issue("E214")), (None, Issue("W101"))]
    planning.add([order(2, "A-1", valid=False), order(3, "A-2", valid=False, currency="EUR")], twice + other)
    planning.seal({"run_id": "0badcafe"}, {}, sendable=False)
    planning.close()
    with closing(JournalReader(tmp_path / "j.db")) as reader:
        assert sorted(reader.weights()) == [
            Weight("E203", "TRY", 1, 1999),
            Weight("E214", "EUR", 1, 1999),
            Weight("E214", "TRY", 1, 1999),
        ]


def test_answer_times_are_those_of_answers(tmp_path: Path) -> None:
    """Milliseconds to two digits; an attempt without an answer has none; spans hold their seconds."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 7)))
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(place) for place in range(1, 6)])  # all started at 1001.0
        journal.record(
            outcomes=[
                outcome(1, State.CREATED, finished=1001.0421, status=201),
                outcome(2, State.CREATED, finished=1001.0424, status=201),
                outcome(3, State.REJECTED, finished=1001.5678, status=406),
                outcome(4, State.IN_DOUBT, finished=1004.0),
                outcome(5, State.CREATED, finished=1013.3456, status=201),
            ]
        )
    with closing(JournalReader(path)) as reader:
        assert reader.sending_length() == 13
        assert reader.seconds() == [
            Second(0, 2, 1, 0, ((42, 2), (560, 1))),
            Second(3, 0, 0, 1),
            Second(12, 1, 0, 0, ((12_000, 1),)),
        ]
        assert reader.seconds(10) == [
            Second(3, 2, 1, 1, ((42, 2), (560, 1))),
            Second(12, 1, 0, 0, ((12_000, 1),)),
        ]


def test_a_run_that_sent_nothing_has_no_length(tmp_path: Path) -> None:
    """Before the first attempt there is nothing to draw."""
    with closing(JournalReader(seal(tmp_path / "j.db"))) as reader:
        assert reader.sending_length() == 0
        assert reader.seconds() == []


def test_counts_follow_what_the_same_connection_writes(tmp_path: Path) -> None:
    """A reader beside a running journal never tells the numbers of a moment ago."""
    with closing(opened(seal(tmp_path / "j.db"))) as journal:
        reader = JournalReader(journal.database)
        assert (reader.order_counts().created, reader.items()) == (0, (6, 0))
        journal.record(intents=[intent(1)])
        assert reader.order_counts().in_doubt == 1
        journal.record(outcomes=[outcome(1, State.CREATED)])
        assert (reader.order_counts().created, reader.items()) == (1, (6, 2))
        assert int(reader.money()["TRY"].created.scaleb(2)) == 1999
