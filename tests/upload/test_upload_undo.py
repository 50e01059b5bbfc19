"""What may be cancelled, what an answer proves, and what a read-back proves."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.model.exchange import Answer, Complaint, Lookup, NoAnswer, RemoteOrder, Reply, Wire
from pipeline.model.undo import CreatedOrder, Group, UndoEvent
from pipeline.upload.undo import (
    BEFORE_SHIPPING,
    Told,
    UndoDoubt,
    after_asking,
    as_seen,
    before_cancelling,
    code_of,
    judge_cancel,
    look_word,
    modified_later,
    out_of_reach,
    settle_cancel,
    sort_order,
)

SENT = {
    "order": {"number": "A-1", "status": "400", "amount": "10.00"},
    "order_item": [{"product": 1, "status": "400"}, {"product": 2, "status": "400"}],
}
WINDOW = 60.0


def created(**changes: Any) -> CreatedOrder:
    """Give an order as the journal knows it."""
    order = CreatedOrder(
        1, "A-1", "a-1", "o.csv", None, 2, "TRY", 1000, "77", "201", "create", orjson.dumps(SENT), 1e9, False
    )
    return order._replace(**changes)


def remote(status: str = "400", items: tuple[str, ...] = ("400", "400"), **fields: Any) -> RemoteOrder:
    """Give it as the target shows it."""
    order = {"pk": 77, **SENT["order"], "status": status, **fields}  # type: ignore[dict-item]
    shown = tuple({"pk": 500 + at, "product": at + 1, "status": one} for at, one in enumerate(items))
    return RemoteOrder("77", order, shown)


def found(*orders: RemoteOrder) -> Lookup:
    """Give a lookup that found these."""
    return Lookup(orders)


FAILED = Lookup(None, "answer 500")
SEEN = as_seen(remote())


def sorted_as(lookup: Lookup, order: CreatedOrder | None = None) -> Group:
    """Give the group of the order."""
    return sort_order(order or created(), lookup, 7, frozenset(BEFORE_SHIPPING)).group


def test_an_untouched_order_is_reversible_with_all_of_its_items() -> None:
    """The request names the order, every item, and a reason for each."""
    result = sort_order(created(), found(remote()), 7, frozenset(BEFORE_SHIPPING))
    assert result.group is Group.REVERSIBLE
    assert orjson.loads(result.body) == {
        "order": 77,
        "cancel_items": [500, 501],
        "reasons": {"500": 7, "501": 7},
    }


@pytest.mark.parametrize(
    ("lookup", "group"),
    [
        (found(), Group.TOUCHED),
        (found(remote(), remote()), Group.TOUCHED),
        (found(RemoteOrder("78", remote().order, remote().items)), Group.TOUCHED),
        (found(remote(amount="11.00")), Group.TOUCHED),
        (found(remote(items=("400",))), Group.TOUCHED),
        (found(remote("450")), Group.TOUCHED),
        (found(remote("100")), Group.IRREVERSIBLE),
        (found(remote("canceled")), Group.IRREVERSIBLE),
        (found(remote("50")), Group.IRREVERSIBLE),
        (found(remote(items=("100", "100"))), Group.IRREVERSIBLE),
        (found(RemoteOrder("77", remote().order, None)), Group.IRREVERSIBLE),
        (found(remote("approved")), Group.REVERSIBLE),
    ],
)
def test_the_group_of_an_order_is_what_was_read_of_it(lookup: Lookup, group: Group) -> None:
    """Nothing is cancelled that is not, beyond doubt, the order that was sent and as it was sent."""
    assert sorted_as(lookup) is group


def test_what_no_reading_can_prove_is_out_of_reach() -> None:
    """The archive cannot cancel, and a person's word proves nothing."""
    assert out_of_reach(created()) is None
    assert out_of_reach(created(route="archive")) is not None
    assert out_of_reach(created(via="person")) is not None


@pytest.mark.parametrize(
    ("sent", "order", "later"),
    [
        ({}, {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-01T00:01:00Z"}, False),
        ({}, {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-01T00:03:00Z"}, True),
        ({"created_date": "2019-01-01T00:00:00Z"}, {"modified_date": "2001-09-09T01:50:00Z"}, False),
        ({"created_date": "2019-01-01T00:00:00Z"}, {"modified_date": "2001-09-09T02:00:00Z"}, True),
        ({"modified_date": "x"}, {"modified_date": "2999-01-01T00:00:00Z"}, False),
        ({}, {}, False),
    ],
)
def test_a_later_modified_date_counts_by_the_targets_own_clock(
    sent: dict[str, Any], order: dict[str, Any], later: bool
) -> None:
    """Where the payload sent a date of creation, our clock serves, with more room (1e9 is 01:46:40)."""
    assert (modified_later(created(), sent, order) is not None) is later


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (NoAnswer(Wire.LOST, "timeout"), Told.DOUBT),
        (NoAnswer(Wire.NEVER_SENT, "refused"), Told.NOT_APPLIED),
        (Answer(200), Told.ACCEPTED),
        (Answer(204), Told.ACCEPTED),
        (Answer(302), Told.DOUBT),
        (Answer(307), Told.NOT_APPLIED),
        (Answer(400), Told.REFUSED),
        (Answer(406, complaints=(Complaint((), "no"),)), Told.REFUSED),
        (Answer(401), Told.NOT_APPLIED),
        (Answer(403), Told.NOT_APPLIED),
        (Answer(408), Told.DOUBT),
        (Answer(429), Told.NOT_APPLIED),
        (Answer(500), Told.DOUBT),
        (Answer(503), Told.DOUBT),
    ],
)
def test_only_what_proves_that_nothing_was_applied_says_so(reply: Reply, told: Told) -> None:
    """Silence and failures of the service are doubt."""
    assert judge_cancel(reply).told is told


@pytest.mark.parametrize("status", [401, 403])
def test_an_answer_about_the_token_stops_the_undo(status: int) -> None:
    """Nothing more is asked with a token that is not accepted."""
    assert judge_cancel(Answer(status)).stop == {401: "E501", 403: "E502"}[status]


def test_an_address_that_is_not_there_is_told_apart() -> None:
    """It speaks of the target, or of the order: the read-back decides about the order."""
    assert judge_cancel(Answer(404)).no_such
    assert judge_cancel(Answer(404)).told is Told.REFUSED


def test_before_a_request_the_order_must_read_as_the_plan_saw_it() -> None:
    """Any field that differs keeps it from being cancelled; a cancelled one is ours only after a request."""
    assert before_cancelling(SEEN, found(remote()), 0) is None
    for other in (remote(amount="11"), remote("450"), remote(note="x"), remote(items=("400",))):
        assert isinstance(before_cancelling(SEEN, found(other), 0), str)
    assert isinstance(before_cancelling(SEEN, found(), 0), str)
    assert isinstance(before_cancelling(SEEN, found(RemoteOrder("78", {}, ())), 0), str)
    assert before_cancelling(SEEN, found(remote("100")), 0) is UndoEvent.READ_ALREADY
    assert before_cancelling(SEEN, found(remote("100")), 1) is UndoEvent.READ_CANCELLED


@pytest.mark.parametrize(
    ("told", "lookup", "now", "untouched", "event"),
    [
        (Told.DOUBT, found(remote("100")), 1.0, 0, UndoEvent.READ_CANCELLED),
        (Told.REFUSED, found(remote("100")), 1.0, 0, UndoEvent.READ_CANCELLED),
        (Told.ACCEPTED, found(remote("50")), 1.0, 0, UndoEvent.READ_ASKED),
        (Told.ACCEPTED, found(remote()), 1.0, 0, None),
        (Told.ACCEPTED, found(remote()), 99.0, 0, None),
        (Told.ACCEPTED, found(remote()), 99.0, 1, UndoEvent.READ_UNCLEAR),
        (Told.DOUBT, found(remote()), 1.0, 5, None),
        (Told.DOUBT, found(remote()), 99.0, 0, None),
        (Told.DOUBT, found(remote()), 99.0, 1, UndoEvent.READ_ABSENT),
        (Told.REFUSED, found(remote()), 1.0, 0, UndoEvent.READ_REFUSED),
        (Told.DOUBT, found(remote(items=("100", "400"))), 1.0, 0, None),
        (Told.DOUBT, found(remote(items=("100", "400"))), 99.0, 0, UndoEvent.READ_UNCLEAR),
        (Told.DOUBT, found(), 99.0, 0, UndoEvent.READ_UNCLEAR),
        (Told.DOUBT, FAILED, 99.0, 9, None),
        (Told.REFUSED, FAILED, 99.0, 9, None),
    ],
)
def test_a_read_back_decides_and_nothing_else(
    told: Told, lookup: Lookup, now: float, untouched: int, event: UndoEvent | None
) -> None:
    """An untouched order proves nothing before the request's time is over, and not at the first look."""
    doubt = UndoDoubt(0.0, told, "no", looks=untouched, untouched=untouched)
    decision = settle_cancel(doubt, SEEN, lookup, now, WINDOW)
    assert decision.event is event
    assert event is not None or decision.look_again_at > now


def test_an_order_that_waited_is_cancelled_given_back_or_still_waits() -> None:
    """What cannot be read changes nothing."""
    assert after_asking(found(remote("100")), SEEN).event is UndoEvent.READ_CANCELLED
    assert after_asking(found(remote("50")), SEEN).event is None
    assert after_asking(found(remote()), SEEN).event is UndoEvent.READ_UNCLEAR
    assert after_asking(FAILED, SEEN).event is None


def test_how_an_order_reads_is_one_word() -> None:
    """As the journal remembers it."""
    words = [look_word(SEEN, one) for one in (FAILED, found(), found(remote()), found(remote("100")))]
    assert words == ["unread", "nothing", "as_planned", "cancelled"]
    assert look_word(SEEN, found(remote("50"))) == "asked"
    assert look_word(SEEN, found(remote("450"))) == "other"


def test_statuses_are_known_by_code_and_by_name() -> None:
    """In either case; what is no status has no code."""
    assert [code_of(text) for text in ("400", "Approved", " delivered ", "nonsense")] == [
        "400",
        "400",
        "550",
        None,
    ]
