"""What a running journal leaves behind word for word: marks of attempts, events, facts of refusals."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from small_journal import intent, opened, outcome, seal

from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State


def marks(journal: RunJournal) -> list[tuple[int, int, str | None]]:
    """Give order, attempt and what its answer meant."""
    rows = journal.read("SELECT order_id, attempt, outcome FROM attempts ORDER BY order_id, attempt")
    return [(order_id, attempt, meaning) for order_id, attempt, meaning in rows]


def test_only_an_absence_marks_lost_attempts_as_absent(tmp_path: Path) -> None:
    """Of one order the absence was seen, of the other the presence: only the first one's is absent."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        journal.record([intent(1), intent(3)])
        journal.record((), [outcome(1, State.IN_DOUBT), outcome(3, State.IN_DOUBT)])
        journal.record((), [outcome(1, State.ABSENT, None)])
        assert marks(journal) == [(1, 1, "absent"), (3, 1, "doubt")]
        journal.record((), [outcome(3, State.CREATED, None, via="lookup")])
        assert marks(journal) == [(1, 1, "absent"), (3, 1, "doubt")]


def test_a_refused_duplicate_stays_what_it_is_when_an_absence_is_seen(tmp_path: Path) -> None:
    """Absence says something of attempts that nobody answered, and nothing of the others."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        journal.record([intent(1)])
        journal.record((), [outcome(1, State.IN_DOUBT, meaning="duplicate")])
        journal.record((), [outcome(1, State.ABSENT, None)])
        assert marks(journal) == [(1, 1, "duplicate")]


def test_an_attempt_without_an_answer_is_absent_too(tmp_path: Path) -> None:
    """Its process died; the next one saw that the target does not hold the order."""
    seal(tmp_path / "journal.db")
    with closing(opened(tmp_path / "journal.db")) as journal:
        journal.record([intent(1)])
    with closing(opened(tmp_path / "journal.db")) as journal:
        journal.record((), [outcome(1, State.ABSENT, None)])
        assert marks(journal) == [(1, 1, "absent")]


@pytest.mark.parametrize("which", ["intent", "outcome"])
def test_a_refused_write_is_undone_and_says_how_much_was_wanted(tmp_path: Path, which: str) -> None:
    """Nothing of it stays, no transaction is left open, and the next refusal names the earlier one."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        intents = [intent(1), intent(2)] if which == "intent" else []
        outcomes = [outcome(1, State.CREATED), outcome(2, State.CREATED)] if which == "outcome" else []
        with pytest.raises(JournalRefused) as refused:  # the second order is invalid
            journal.record(intents, outcomes)
        assert not journal.database.in_transaction
        assert refused.value.issues[0].code == "E612"
        assert refused.value.issues[0].facts == {"moved": 1, "wanted": 2}
        assert marks(journal) == []
        with pytest.raises(JournalRefused) as again:
            journal.record([intent(1)])
        assert again.value.issues[0].facts == {"reason": "an earlier write failed"}
        assert journal.count(State.PLANNED) == 2


def test_one_order_is_given_as_long_as_it_may_be_sent(tmp_path: Path) -> None:
    """Planned and waiting orders are; one under way, or one that is not there, is not."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        [ready] = journal.ready_one(3)
        assert (ready.id, ready.number, ready.attempts) == (3, "A-3", 0)
        journal.record([intent(3)])
        assert journal.ready_one(3) == []
        journal.record((), [outcome(3, State.WAITING)])
        [again] = journal.ready_one(3)
        assert again.attempts == 1
        assert journal.ready_one(2) == journal.ready_one(99) == []


def test_what_is_opened_again_is_remembered_and_its_reason_goes(tmp_path: Path) -> None:
    """The failure's own reason is taken away, all others stay; an event says how many and when."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        journal.record([intent(1)])
        journal.record((), [outcome(1, State.FAILED)], [(1, Issue("E523")), (1, Issue("W448"))])
        assert journal.reopen_failed(1234.5) == 1
        assert [code for (code,) in journal.read("SELECT code FROM issues WHERE order_id = 1")] == ["W448"]
        at, facts = journal.read("SELECT at, facts FROM events WHERE kind = 'reopened'")[0]
        assert (at, orjson.loads(facts)) == (1234.5, {"orders": 1})
        assert journal.reopen_failed(1235.0) == 0
        assert len(journal.read("SELECT 1 FROM events WHERE kind = 'reopened'")) == 1


def test_each_opening_is_an_event(tmp_path: Path) -> None:
    """With its number and its time."""
    seal(tmp_path / "journal.db")
    for _ in range(2):
        opened(tmp_path / "journal.db").close()
    with closing(opened(tmp_path / "journal.db")) as journal:
        rows = journal.read("SELECT at, facts FROM events WHERE kind = 'epoch' ORDER BY id")
    assert [(at, orjson.loads(facts)["epoch"]) for at, facts in rows] == [
        (1000.0, 1),
        (1000.0, 2),
        (1000.0, 3),
    ]
