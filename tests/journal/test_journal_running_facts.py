"""What a running journal leaves behind word for word: marks of attempts, events, facts of refusals."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from small_journal import code_of, intent, opened, outcome, seal

from pipeline.journal.emptying import empty
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


def test_an_opening_of_a_restored_journal_says_so(tmp_path: Path) -> None:
    """And marks what it would send as perhaps sent; an ordinary opening marks nothing."""
    seal(tmp_path / "journal.db")
    suspects = "SELECT id FROM orders WHERE suspect = 1"
    with closing(opened(tmp_path / "journal.db")) as journal:
        assert journal.read(suspects) == []
    with closing(RunJournal(tmp_path / "journal.db", now=1.0, restored=True)) as journal:
        assert journal.read(suspects) == [(1,), (3,)]
        rows = journal.read("SELECT facts FROM events WHERE kind = 'epoch' ORDER BY id")
    assert [orjson.loads(facts) for (facts,) in rows] == [{"epoch": 1}, {"epoch": 2, "restored": True}]


@pytest.mark.parametrize(
    ("meaning", "refused"), [("refused", True), ("unclear", True), ("doubt", False), ("duplicate", False)]
)
def test_a_doubt_knows_whether_its_last_answer_was_a_no(tmp_path: Path, meaning: str, refused: bool) -> None:
    """A definitive no would only be said again."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        journal.record([intent(1)])
        journal.record((), [outcome(1, State.IN_DOUBT, meaning=meaning)])
        (doubt,) = journal.doubtful()
    assert doubt.refused is refused


def test_bytes_that_are_no_text_are_damage_of_the_journal(tmp_path: Path) -> None:
    """What is no UTF-8 where text belongs is told as damage, and nothing is written afterwards."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        with pytest.raises(JournalRefused) as refused:
            journal.transaction(lambda _: b"\xff".decode())
        (issue,) = refused.value.issues
        assert (issue.code, issue.facts) == ("E604", {"reason": "its contents make no sense"})
        with pytest.raises(JournalRefused) as again:
            journal.record([intent(1)])
        assert again.value.issues[0].code == "E606"


def test_a_question_to_a_closed_journal_is_a_refusal(tmp_path: Path) -> None:
    """Reading fails as writing does: as a refusal with a code."""
    journal = opened(seal(tmp_path / "journal.db"))
    journal.close()
    with pytest.raises(JournalRefused):
        journal.read("SELECT 1 FROM orders")


def test_last_words_are_for_a_full_disk_alone(tmp_path: Path) -> None:
    """Of a sound journal they are not taken, and it goes on; no outcome is written twice."""
    with closing(opened(seal(tmp_path / "journal.db"))) as journal:
        journal.record([intent(1)])
        assert journal.last_words([outcome(1, State.CREATED)]) is False
        assert journal.count(State.CREATED) == 0


def test_a_journal_whose_content_was_taken_out_is_not_opened_for_sending(tmp_path: Path) -> None:
    """There is nothing left to send, which is said before an epoch begins."""
    path = seal(tmp_path / "runs" / "0badcafe" / "journal.db")
    opened(path).close()
    empty(path, "2026-01-02T03:04:05+00:00")
    with pytest.raises(JournalRefused) as refused:
        opened(path)
    assert code_of(refused) == "E690"
