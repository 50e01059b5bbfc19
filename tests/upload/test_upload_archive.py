"""What the answers about a migration mean: its start, its progress, its end."""

from typing import Any

import pytest

from pipeline.model.archive_states import FileEvent, RowFate
from pipeline.model.exchange import Answer, Complaint, NoAnswer, Wire
from pipeline.upload.archive_conclusion import conclude
from pipeline.upload.archive_decision import WORDS, decided
from pipeline.upload.archive_pace import Asking
from pipeline.upload.archive_progress import Phase, Seen, read_progress
from pipeline.upload.archive_start import (
    NotStarted,
    StartDoubt,
    Started,
    StartRefused,
    StartStop,
    judge_start,
)

ID = "0123456789abcdef0123456789abcdef"
SAID = (Complaint(("file",), "No file was submitted."),)


@pytest.mark.parametrize(
    ("status", "data"), [(200, {"migration_id": ID}), (201, {"migration_id": ID, "x": 1}), (202, {"id": 17})]
)
def test_an_answer_that_names_a_migration_has_started_it(status: int, data: object) -> None:
    """By text or number; what stands in a path must be fit for one."""
    verdict = judge_start(Answer(status, data=data))
    assert verdict == Started(ID if status != 202 else "17")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        "x",
        {"migration_id": ""},
        {"migration_id": "../users"},
        {"migration_id": True},
        {"migration_id": "a" * 129},
    ],
)
def test_a_success_that_names_none_is_in_doubt(data: object) -> None:
    """It may have been started, and nobody can ask about it."""
    assert isinstance(judge_start(Answer(200, data=data)), StartDoubt)


def test_every_status_leads_somewhere_and_only_proof_allows_a_second_start() -> None:
    """Over all: 'not started' is said of 425, and of 429 with a time to come again, and of no other."""
    again = set()
    for status in range(200, 600):
        for headers in ({}, {"retry-after": "3"}):
            verdict = judge_start(Answer(status, headers, {"detail": "x"}, SAID))
            if isinstance(verdict, NotStarted):
                again.add((status, bool(headers)))
            if status >= 500:
                assert isinstance(verdict, StartDoubt)
    assert again == {(425, False), (425, True), (429, True)}


def test_what_never_left_was_not_started_and_what_was_lost_is_in_doubt() -> None:
    """The wire's two kinds of silence, and a certificate that is not trusted."""
    assert judge_start(NoAnswer(Wire.NEVER_SENT, "refused")) == NotStarted("refused")
    assert judge_start(NoAnswer(Wire.LOST, "reset")) == StartDoubt("reset")
    assert judge_start(NoAnswer(Wire.NEVER_SENT, "who?", certificate=True)) == StartStop("E505", "who?")


def test_a_refusal_carries_its_words_and_a_persons_business_stops_the_run() -> None:
    """400 with or without words; 401, 403, 404; redirects, of which two kinds may have been applied."""
    assert judge_start(Answer(400, complaints=SAID)) == StartRefused("file: No file was submitted.")
    assert judge_start(Answer(413)) == StartRefused("answer 413 without a reason")
    assert [judge_start(Answer(status)) for status in (401, 403, 404)] == [
        StartStop("E501"),
        StartStop("E502"),
        StartStop("E503"),
    ]
    assert judge_start(Answer(301)) == StartStop("E504", "answer 301")
    assert judge_start(Answer(302)) == StartStop("E504", "answer 302", doubt=True)


@pytest.mark.parametrize(
    ("data", "phase"),
    [
        ({"status": "completed"}, Phase.DONE),
        ({"status": "Completed", "migration_id": ID}, Phase.DONE),
        ({"data": {"migration": {"state": "done"}}}, Phase.DONE),
        ({"status": "in_progress", "progress": 40}, Phase.UNDER_WAY),
        ({"status": "in-progress"}, Phase.UNDER_WAY),
        ({"status": "FAILED"}, Phase.FAILED),
        ({"status": "zorp"}, Phase.UNCLEAR),
        ({"status": 3}, Phase.UNCLEAR),
        ({"progress": 100}, Phase.UNCLEAR),
        ({"status": "completed", "migration_id": "another"}, Phase.UNCLEAR),
        ([{"status": "completed"}], Phase.UNCLEAR),
        ("completed", Phase.DONE),
        (None, Phase.UNCLEAR),
    ],
)
def test_progress_is_read_by_words_that_everybody_reads_alike(data: Any, phase: Phase) -> None:
    """Whatever else is said, a number or an unknown word is no answer."""
    assert read_progress(Answer(200, data=data), ID).phase is phase


def test_progress_may_be_plain_text() -> None:
    """A body that is no JSON is read as one word."""
    assert read_progress(Answer(200, text="completed\n"), ID).phase is Phase.DONE
    assert read_progress(Answer(200, text="<html>"), ID).phase is Phase.UNCLEAR


def test_numbers_and_complaints_are_read_where_they_are() -> None:
    """Rows by their number, with every complaint about them; complaints without a number stay apart."""
    report = {
        "status": "failed",
        "succeeded": 0,
        "failed": 2,
        "errors": [
            {"row": 2, "errors": {"city": ['"X" was not found.']}},
            {"row": 2, "errors": ["late"]},
            "something else",
        ],
        "message": "The file was not stored.",
    }
    seen = read_progress(Answer(200, data=report), ID)
    assert (seen.succeeded, seen.failed, seen.message) == (0, 2, "The file was not stored.")
    assert dict(seen.refused) == {2: 'city: "X" was not found.; late'}
    assert seen.nameless == ("something else",)


def seen(phase: Phase, **changes: Any) -> Seen:
    """Give an answer as it is understood."""
    return Seen(phase, "said", **changes)


@pytest.mark.parametrize(
    ("answer", "others", "refused"),
    [
        (seen(Phase.DONE), RowFate.STANDS, []),
        (seen(Phase.DONE, succeeded=3, failed=0), RowFate.STANDS, []),
        (seen(Phase.DONE, succeeded=2, failed=1, refused={2: "no"}), RowFate.STANDS, [2]),
        (seen(Phase.DONE, refused={0: "no"}), RowFate.STANDS, [1]),
        (seen(Phase.DONE, refused={3: "no"}), RowFate.STANDS, [3]),
        (seen(Phase.DONE, failed=2, refused={2: "no"}), RowFate.DOUBT, [2]),
        (seen(Phase.DONE, succeeded=1, refused={2: "no"}), RowFate.DOUBT, [2]),
        (seen(Phase.DONE, failed=1), RowFate.DOUBT, []),
        (seen(Phase.DONE, nameless=("no",)), RowFate.DOUBT, []),
        (seen(Phase.DONE, refused={4: "no"}), RowFate.DOUBT, []),
        (seen(Phase.DONE, refused={0: "no", 3: "no"}), RowFate.DOUBT, []),
        (seen(Phase.FAILED), RowFate.DOUBT, []),
        (seen(Phase.FAILED, refused={2: "no"}), RowFate.DOUBT, [2]),
        (seen(Phase.FAILED, succeeded=0), RowFate.REFUSED, []),
        (seen(Phase.FAILED, failed=3), RowFate.REFUSED, []),
        (seen(Phase.FAILED, succeeded=0, refused={2: "no"}), RowFate.FREE, [2]),
        (seen(Phase.FAILED, succeeded=2, refused={2: "no"}), RowFate.STANDS, [2]),
        (seen(Phase.FAILED, succeeded=1, refused={2: "no"}), RowFate.DOUBT, [2]),
        (seen(Phase.FAILED, refused={1: "no", 2: "no", 3: "no"}), RowFate.FREE, [1, 2, 3]),
    ],
)
def test_rows_are_free_or_stored_only_where_the_answer_bears_it_out(
    answer: Seen, others: RowFate, refused: list[int]
) -> None:
    """Of a file with three rows: whatever leaves room for another reading is in doubt."""
    end = conclude(answer, 3)
    assert (end.others, sorted(end.refused)) == (others, refused)


def test_a_persons_word_settles_every_row() -> None:
    """Three words, three fates."""
    assert [decided(word) for word in WORDS] == [
        (FileEvent.DECIDED_DONE, RowFate.STANDS),
        (FileEvent.DECIDED_REFUSED, RowFate.REFUSED),
        (FileEvent.DECIDED_NOT_STARTED, RowFate.FREE),
    ]


def test_questions_come_ever_more_rarely() -> None:
    """From the first pause to the longest, and no further."""
    pauses = [Asking().pause(asked) for asked in range(60)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, 30.0)
