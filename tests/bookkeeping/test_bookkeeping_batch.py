"""What an answer about a batch means, and what a look at it leaves to be done."""

from typing import Any

import pytest

from pipeline.bookkeeping.batch import FINAL, IN_DOUBT, UNDER_WAY, Batch, BatchState, after_look, registered
from pipeline.bookkeeping.reply import Meaning, judge
from pipeline.model.books import RemoteObject
from pipeline.model.exchange import Answer, NoAnswer, Wire
from pipeline.target.complaints import complaints_in

ORDER = RemoteObject("order", 7, "A-1", None)
ITEM = RemoteObject("orderitem", 11, "L1", None)
OURS = [{"content_type": "order", "pk": 7}, {"content_type": "orderitem", "pk": 11}]
S = BatchState


def look(state: S, status: str, objects: object = OURS) -> S | None:
    """Look at a batch of ours in this state, which shows this status and these objects."""
    return after_look(Batch(1, state, 40, (ITEM, ORDER)), {"status": status, "objects": objects})


def test_every_state_has_a_next_request_or_an_end_or_a_doubt() -> None:
    """Nothing hangs, and whatever is sent is a doubt until it is answered."""
    assert set(S) == set(UNDER_WAY) | FINAL | IN_DOUBT
    assert set(UNDER_WAY.values()) <= IN_DOUBT


@pytest.mark.parametrize(
    ("state", "status", "objects", "after"),
    [
        (S.COMMITTING, "initialized", None, S.OPEN),
        (S.COMMITTING, "commit", OURS, S.COMMITTED),
        (S.COMMITTING, "commit", OURS[:1], S.OPEN),
        (S.COMMITTING, "commit", None, S.OPEN),
        (S.COMMITTING, "ongoing", None, S.COMMITTED),
        (S.FINISHING, "commit", OURS, S.COMMITTED),
        (S.FINISHING, "done", OURS, S.DONE),
        (S.FINISHING, "done", OURS[:1], None),
        (S.FINISHING, "done", None, None),
        (S.COMMITTING, "fail", OURS, S.FAILED),
        (S.FAILING, "fail", None, S.FAILED),
        (S.FAILING, "commit", OURS, S.FAILING),
        (S.FAILING, "done", OURS, S.DONE),
        (S.FINISHING, "asleep", OURS, None),
    ],
)
def test_doubt_ends_with_what_the_batch_shows(
    state: S, status: str, objects: object, after: S | None
) -> None:
    """What was not applied is repeated on this batch; it is done only where our objects are seen in it."""
    assert look(state, status, objects) is after


@pytest.mark.parametrize(
    ("status", "data", "state", "meaning"),
    [
        (201, {"pk": 40, "status": "initialized"}, S.OPENING, Meaning.TAKEN),
        (201, {"status": "initialized"}, S.OPENING, Meaning.DOUBT),
        (200, {"pk": 40}, S.OPENING, Meaning.DOUBT),
        (200, {"pk": 40, "status": "commit"}, S.COMMITTING, Meaning.TAKEN),
        (200, {"pk": 40, "status": "sent_to_remote"}, S.COMMITTING, Meaning.TAKEN),
        (200, {"pk": 40, "status": "initialized"}, S.COMMITTING, Meaning.DOUBT),
        (200, {"pk": 40, "status": "commit"}, S.FINISHING, Meaning.DOUBT),
        (200, {"pk": 40, "status": "done"}, S.FINISHING, Meaning.TAKEN),
        (200, None, S.FINISHING, Meaning.DOUBT),
        (202, {"pk": 40, "status": "done"}, S.FINISHING, Meaning.DOUBT),
        (406, {"non_field_errors": ["x"], "code": "batch_request_status_100_1"}, S.FINISHING, Meaning.EMPTY),
        (406, "batch_request_status_100_1", S.FINISHING, Meaning.EMPTY),
        (406, {"non_field_errors": ["Another"]}, S.COMMITTING, Meaning.CLASH),
        (400, {"objects": ["no"]}, S.COMMITTING, Meaning.REFUSED),
        (400, None, S.COMMITTING, Meaning.DOUBT),
        (401, None, S.COMMITTING, Meaning.STOP),
        (404, {"detail": "Not found."}, S.OPENING, Meaning.STOP),
        (503, None, S.COMMITTING, Meaning.DOUBT),
        (429, None, S.COMMITTING, Meaning.DOUBT),
    ],
)
def test_only_what_is_plain_is_taken(status: int, data: Any, state: S, meaning: Meaning) -> None:
    """Another status, another shape, another word: doubt, which is looked at."""
    complaints = complaints_in(data) if status >= 400 else ()
    assert judge(Answer(status, {}, data, complaints), state).meaning is meaning


@pytest.mark.parametrize("wire", list(Wire))
def test_no_answer_is_doubt(wire: Wire) -> None:
    """Also where nothing was sent: a look costs little."""
    assert judge(NoAnswer(wire, "reset"), S.COMMITTING).meaning is Meaning.DOUBT


def test_the_objects_that_are_complained_of_are_named() -> None:
    """By their places in the request, as the framework nests its complaints."""
    data = {"objects": [{}, {"pk": ["Invalid pk."]}, {}, {"remote_id": ["Too long."]}], "code": "x"}
    verdict = judge(Answer(400, {}, data, complaints_in(data)), S.COMMITTING)
    assert verdict.places == {1, 3}


@pytest.mark.parametrize(
    ("one", "object_id", "status", "word"),
    [
        (ORDER, 7, "success", "ours"),
        (ORDER, 7, "processing", "under_way"),
        (ORDER, 7, "error", None),
        (ORDER, 8, "success", "taken"),
        (ORDER, 8, "error", None),
        (ITEM, 12, "success", None),
    ],
)
def test_what_is_registered_is_compared_here(
    one: RemoteObject, object_id: int, status: str, word: str | None
) -> None:
    """By id, kind and status, whatever the target's filters let through."""
    other = {"content_type": {"model": "product"}, "remote_id": one.remote_id, "object_id": one.pk}
    action = {"content_type": {"model": one.kind}, "remote_id": one.remote_id, "object_id": object_id}
    found = registered([one], [{**other, "status": "success"}, {**action, "status": status}])
    assert found.get(one) == word
