"""What a journal says afterwards: sums, reasons, doubts, collisions."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_journal import HEADER, ITEMS, ORDERS, code_of, intent, opened, order, outcome, seal

from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.records import Second
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State


@settings(max_examples=15, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(["TRY", "EUR", None]), st.one_of(st.none(), st.integers(0, 10**12))),
        min_size=1,
        max_size=12,
    )
)
def test_money_adds_up_to_the_cent(
    tmp_path_factory: object, amounts: list[tuple[str | None, int | None]]
) -> None:
    """Per currency, read = created + not created, in whole hundredths and never in floating point."""
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    path = tmp_path_factory.mktemp("money") / "j.db"
    orders = [
        order(row, f"A-{row}", currency=currency, amount_minor=minor)
        for row, (currency, minor) in enumerate(amounts, 2)
    ]
    seal(path, *orders)
    created = range(1, len(orders) + 1, 2)
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(place) for place in created])
        journal.record(outcomes=[outcome(place, State.CREATED) for place in created])
    with closing(JournalReader(path)) as reader:
        money = reader.money()
    for currency, sums in money.items():
        mine = [
            (place, minor)
            for place, (given_currency, minor) in enumerate(amounts, 1)
            if (given_currency or "???") == currency and minor is not None
        ]
        assert sums.read == Decimal(sum(minor for _, minor in mine)) / 100
        assert sums.created == Decimal(sum(minor for place, minor in mine if place in created)) / 100
        assert sums.read == sums.created + sums.not_created
    assert set(money) == {currency or "???" for currency, minor in amounts if minor is not None}


def test_every_outcome_has_its_count_and_its_reason(tmp_path: Path) -> None:
    """Created orders need no reason, all others have one, and the counts are those of the outcomes."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}", valid=row != 9) for row in range(2, 10)))
    refusal = Issue(
        "E511", Location("orders.csv", None, 3), order="A-3", facts={"status": 400, "complaints": "no"}
    )
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(place) for place in range(1, 7)])
        journal.record(
            outcomes=[
                outcome(1, State.CREATED),
                outcome(2, State.REJECTED),
                outcome(3, State.IN_DOUBT, reason="reset"),
                outcome(4, State.WAITING, reason="refused"),
                outcome(5, State.ALREADY_PRESENT, None),
            ],
            issues=[(2, refusal)],
        )
    with closing(JournalReader(path)) as reader:
        counts = reader.order_counts()
        told = {record.number: (record.code, record.message) for record in reader.orders()}
        assert reader.issue_counts() == {"E306": 1, "E511": 1, "E521": 2, "E533": 1}
        assert [issue.order for issue in reader.examples("E521", 5)] == ["A-4", "A-7"]
        assert [issue.order for issue in reader.examples("E521", 1)] == ["A-4"]
        assert reader.items() == (16, 4)
    assert (counts.read, counts.invalid, counts.ready) == (8, 1, 7)
    assert (counts.created, counts.already_present, counts.rejected, counts.in_doubt, counts.unprocessed) == (
        1,
        1,
        1,
        2,
        2,
    )
    assert told["A-2"] == told["A-6"] == (None, None)
    assert told["A-3"][0] == "E511"
    assert told["A-4"] == ("E521", "no clear answer came: reset")
    assert told["A-7"] == ("E521", "no clear answer came: the program ended before an answer came")
    assert told["A-8"] == (None, None)
    assert told["A-9"][0] == "E306"


@pytest.mark.parametrize(("reason", "told"), [("E524", "answer 429"), ("reset", "reset")])
def test_a_doubt_is_told_in_words_and_never_by_a_code_alone(tmp_path: Path, reason: str, told: str) -> None:
    """An attempt may be remembered by its issue code; whoever reads knows the answer better."""
    path = seal(tmp_path / "j.db", order(2, "A-2"))
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
        journal.record(outcomes=[outcome(1, State.IN_DOUBT, status=429, reason=reason)])
    with closing(JournalReader(path)) as reader:
        (issue,) = reader.examples("E521", 5)
        (record,) = reader.orders()
    assert issue.facts["reason"] == told
    assert record.message == f"no clear answer came: {told}"


def test_what_somebody_has_to_correct_comes_with_all_its_rows(tmp_path: Path) -> None:
    """Refused orders come with the rows of both files; those in doubt or still to be sent do not."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1)])
    with closing(JournalReader(path)) as reader:
        assert list(reader.refused()) == [((0, 3), [(0, 3), (1, 6), (1, 7)], State.INVALID, 2, "A-2")]


def test_numbers_that_may_collide_come_in_groups(tmp_path: Path) -> None:
    """Two ready orders of one number, or numbers that a target may hold to be equal, in source order."""
    planning = Planning(tmp_path / "j.db")
    planning.add_tables([ORDERS, ITEMS])
    planning.add(
        [
            order(2, "A-1"),
            order(3, "a-1"),
            order(4, "B-1"),
            order(5, "C-1"),
            order(6, "C-1"),
            order(7, "", collision="", valid=False),
            order(8, "", collision="", valid=False),
            order(9, "D-1", valid=False),
            order(10, "D-1", valid=False),
        ],
        [],
    )
    groups = [[number for _, _, number in group] for group in planning.collisions()]
    planning.refuse(5, Issue("E304", order="C-1"))
    planning.seal(HEADER, {}, sendable=True)
    planning.close()
    assert sorted(groups) == [["A-1", "a-1"], ["C-1", "C-1"]]
    with closing(opened(tmp_path / "j.db")) as journal:
        assert [one.number for one in journal.ready((-1, -1), 10)] == ["A-1", "a-1", "B-1", "C-1"]
        assert len(journal.ready((-1, -1), 10)) == 4


def test_the_timeline_counts_each_second_once(tmp_path: Path) -> None:
    """Outcomes by the second in which they came, since the first attempt."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 6)))
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(place) for place in range(1, 5)])
        journal.record(
            outcomes=[
                outcome(1, State.CREATED, finished=1001.2),
                outcome(2, State.REJECTED, finished=1001.9),
                outcome(3, State.IN_DOUBT, finished=1004.0),
            ]
        )
    with closing(JournalReader(path)) as reader:
        assert reader.seconds() == [Second(0, 1, 1, 0), Second(3, 0, 0, 1)]


def test_issues_come_back_as_they_went_in(tmp_path: Path) -> None:
    """Place, value, field and facts survive the journal, with letters of every script."""
    path = tmp_path / "j.db"
    issue = Issue(
        "E201",
        Location("sipariş.xlsx", "Ürünler", 7, 3, "Tutar ₺"),
        "İ\x00ı",
        "A-1",
        "order.amount",
        facts={"wanted": "a number", "n": 3},
    )
    planning = Planning(path)
    planning.add_tables([ORDERS])
    planning.add([order(2, "A-1")], [((0, 2), issue), (None, Issue("W101"))])
    planning.seal(HEADER, {}, sendable=False)
    planning.close()
    with closing(JournalReader(path)) as reader:
        assert list(reader.issues()) == [issue, Issue("W101")]
        assert not reader.sendable


def test_a_second_look_does_not_search_for_damage_again(tmp_path: Path) -> None:
    """Read as a whole, a journal that was changed is refused; a glance shows what it says."""
    path = seal(tmp_path / "j.db")
    opened(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE orders SET state = 'created' WHERE id = 1")
    with pytest.raises(JournalRefused) as refused:
        JournalReader(path)
    assert code_of(refused) == "E616"
    with closing(JournalReader(path, whole=False)) as glance:
        assert glance.order_counts().created == 1
    with pytest.raises(JournalRefused):
        JournalReader(path)
