"""What an undo says of an order word for word: groups with their reasons, answers, doubts, and times."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.model.exchange import Answer, Complaint, Lookup, NoAnswer, RemoteOrder, Wire
from pipeline.model.payload import STATUS_ALIASES, STATUSES
from pipeline.model.undo import CreatedOrder, Group, UndoEvent
from pipeline.upload.undo import (
    BEFORE_SHIPPING,
    Decision,
    Sorted,
    Told,
    UndoDoubt,
    UndoVerdict,
    after_asking,
    as_seen,
    before_cancelling,
    cancel_body,
    code_of,
    different_from,
    is_taken_back,
    judge_cancel,
    look_word,
    modified_later,
    out_of_reach,
    settle_cancel,
    sort_order,
    status_of,
)

SENT = {
    "order": {"number": "A-1", "status": "400", "amount": "10.00"},
    "order_item": [{"product": 1, "status": "400"}, {"product": 2, "status": "400"}],
}
WINDOW = 60.0
ITEMS = ({"pk": 500, "product": 1, "status": "400"}, {"pk": 501, "product": 2, "status": "400"})


def created(**changes: Any) -> CreatedOrder:
    """Give an order as the journal knows it."""
    order = CreatedOrder(
        1, "A-1", "a-1", "o.csv", None, 2, "TRY", 1000, "77", "201", "create", orjson.dumps(SENT), 1e9, False
    )
    return order._replace(**changes)


def remote(identity: str | None = "77", items: Any = ITEMS, **fields: Any) -> RemoteOrder:
    """Give it as the target shows it."""
    return RemoteOrder(identity, {"pk": 77, **SENT["order"], **fields}, items)  # type: ignore[dict-item]


def found(*orders: RemoteOrder) -> Lookup:
    """Give a lookup that found these."""
    return Lookup(orders)


def sorted_order(lookup: Lookup, *statuses: str, **changes: Any) -> Sorted:
    """Sort the order."""
    return sort_order(created(**changes), lookup, 7, frozenset(statuses or BEFORE_SHIPPING))


SEEN = as_seen(remote())
NONE, TWO, FAILED = found(), found(remote(), remote()), Lookup(None, "answer 500")
GONE = "the target no longer shows it"
SEVERAL = "the target shows 2 of its number"
ANOTHER = "another order stands under its number"


@pytest.mark.parametrize(
    ("lookup", "group", "reason", "status", "remote_id"),
    [
        (NONE, "touched", GONE, None, "77"),
        (TWO, "touched", SEVERAL, None, "77"),
        (found(remote("78")), "touched", ANOTHER, None, "77"),
        (found(remote(None)), "touched", ANOTHER, None, "77"),
        (found(remote(status="100")), "irreversible", "it is cancelled already", "100", "77"),
        (found(remote(status="50")), "irreversible", "its cancellation is asked for already", "50", "77"),
        (
            found(remote(status="450")),
            "touched",
            "changed: order.status from 400 (approved) to 450 (preparing)",
            "450",
            "77",
        ),
        (
            found(remote(status="425", amount="9")),
            "touched",
            "changed: order.status from 400 (approved) to 425, order.amount",
            "425",
            "77",
        ),
        (
            found(remote(created_date="2026-01-01T00:00:00Z", modified_date="2026-01-01T00:02:01Z")),
            "touched",
            "modified_date is 121 s later than the order",
            "400",
            "77",
        ),
        (
            found(remote(items=None)),
            "irreversible",
            "the target does not show its items, and they have to be named",
            "400",
            "77",
        ),
        (
            found(remote(items=({"pk": "500", "status": "400"}, {"pk": 501, "status": "400"}))),
            "irreversible",
            "the target does not show its items, and they have to be named",
            "400",
            "77",
        ),
        (
            found(remote(items=({"pk": True, "status": "400"}, {"pk": 501, "status": "400"}))),
            "irreversible",
            "the target does not show its items, and they have to be named",
            "400",
            "77",
        ),
    ],
)
def test_what_stays_is_told_with_its_reason(
    lookup: Lookup, group: str, reason: str, status: str | None, remote_id: str | None
) -> None:
    """Group, code, order and reason; and under which id and in which status it was seen."""
    code = {"touched": "W688", "irreversible": "W689"}[group]
    facts = {"what": "order A-1", "reason": reason}
    assert sorted_order(lookup) == Sorted(Group(group), code, facts, status, remote_id)


def test_what_is_cancelled_is_told_with_its_request() -> None:
    """Status, id, request and all that was seen; items by ascending key, whatever their order."""
    found_one = remote(items=(ITEMS[1], ITEMS[0]))
    assert sorted_order(found(found_one)) == Sorted(
        Group.REVERSIBLE,
        status="400",
        remote_id="77",
        body=b'{"order":77,"cancel_items":[500,501],"reasons":{"500":7,"501":7}}',
        seen={"id": "77", "order": {"pk": 77, **SENT["order"]}, "items": [ITEMS[1], ITEMS[0]]},  # type: ignore[dict-item]
    )
    by_id = remote(items=({"id": 500, "product": 1}, {"id": 501, "product": 2}))
    assert sorted_order(found(by_id)).body == cancel_body(77, [500, 501], 7)


@pytest.mark.parametrize("status", ["200", "300", "350", "400", "450"])
def test_orders_are_cancelled_before_they_have_left_the_shop(status: str) -> None:
    """From these statuses, and no others, unless others are named."""
    body = orjson.dumps({**SENT, "order": {**SENT["order"], "status": status}})  # type: ignore[dict-item]
    assert sorted_order(found(remote(status=status)), body=body).group is Group.REVERSIBLE
    assert len(BEFORE_SHIPPING) == 5


def test_a_status_that_is_not_cancelled_is_named() -> None:
    """With its name where it has one."""
    body = orjson.dumps({**SENT, "order": {"number": "A-1", "status": "500"}})
    result = sorted_order(found(remote(status="500")), body=body)
    assert result.group is Group.IRREVERSIBLE
    assert result.facts["reason"] == "its status 500 (shipped) is not one that is cancelled"
    assert sorted_order(found(remote(status="500")), "500", body=body).group is Group.REVERSIBLE


def test_an_id_that_is_no_number_cannot_be_named_in_a_request() -> None:
    """The request carries it as a number."""
    result = sorted_order(found(remote("x-77")), remote_id="x-77")
    assert (result.group, result.facts["reason"]) == (Group.IRREVERSIBLE, "its id is no number")


def test_an_order_of_which_no_id_was_told_is_known_by_its_content() -> None:
    """Where the journal has one, it has to be the same."""
    assert sorted_order(found(remote("78")), remote_id=None).group is Group.REVERSIBLE
    assert sorted_order(found(remote("78"))).group is Group.TOUCHED


def test_an_order_without_any_id_and_a_look_that_failed_are_never_cancelled() -> None:
    """There is nothing to name in a request."""
    assert sorted_order(found(remote(None)), remote_id=None).facts["reason"] == ANOTHER
    assert sorted_order(FAILED).group is Group.TOUCHED


def test_a_later_date_is_passed_over_only_when_asked_to() -> None:
    """What was sent has to read the same in any case."""
    later = {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-02T00:00:00Z"}
    given = (created(), found(remote(**later)), 7, frozenset(BEFORE_SHIPPING))
    assert sort_order(*given).group is Group.TOUCHED
    assert sort_order(*given, ignore_modified=True).group is Group.REVERSIBLE
    changed = (created(), found(remote(amount="11", **later)), 7, frozenset(BEFORE_SHIPPING))
    assert sort_order(*changed, ignore_modified=True).group is Group.TOUCHED


@pytest.mark.parametrize(("count", "words"), [(5, ""), (6, " and 1 more"), (7, " and 2 more")])
def test_at_most_five_fields_are_named(count: int, words: str) -> None:
    """And how many more there are."""
    names = ["segment", "shipping", "currency", "date_placed", "ip_address", "notes", "extra_field"][:count]
    seen = as_seen(remote(**dict.fromkeys(names, "1")))
    now = found(remote(**dict.fromkeys(names, "2")))
    told = ", ".join(f"order.{name}" for name in names[:5])
    assert before_cancelling(seen, now, 0) == f"changed since the plan: {told}{words}"


def test_what_no_reading_can_prove_is_told_so() -> None:
    """With the id that the journal has, and no status: nobody looked."""
    archive, word = out_of_reach(created(route="archive")), out_of_reach(created(via="person"))
    assert archive == Sorted(
        Group.IRREVERSIBLE,
        "W689",
        {"what": "order A-1", "reason": "it stands in the archive, which has no way to cancel"},
        None,
        "77",
    )
    assert word is not None
    assert word.facts["reason"] == "that this run created it is a person's word, and no proof"
    for via in ("201", "lookup", "duplicate"):
        assert out_of_reach(created(via=via)) is None
    assert out_of_reach(created(via=None)) is not None


@pytest.mark.parametrize(
    ("sent", "order", "words"),
    [
        ({}, {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-01T00:02:00Z"}, None),
        (
            {},
            {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-01T03:02:01+03:00"},
            "121 s later than the order",
        ),
        (
            {},
            {"created_date": "2026-01-01T00:00:00Z", "modified_date": "2026-01-01T00:02:01.4Z"},
            "121 s later than the order",
        ),
        ({}, {"created_date": "2026-01-01 00:00:00", "modified_date": "2001-09-09T01:56:40Z"}, None),
        ({}, {"modified_date": "2001-09-09T01:56:41Z"}, "601 s later than the order"),
        ({}, {"modified_date": "2030-01-01 00:00:00"}, None),
        ({}, {"modified_date": "soon"}, None),
        ({"created_date": ""}, {"created_date": "x", "modified_date": "2001-09-09T01:46:40Z"}, None),
        (
            {"created_date": "2000-01-01T00:00:00Z"},
            {"created_date": "2000-01-01T00:00:00Z", "modified_date": "2001-09-09T01:46:41Z"},
            None,
        ),
        ({"modified_date": "2019-01-01T00:00:00Z"}, {"modified_date": "2030-01-01T00:00:00Z"}, None),
    ],
)
def test_how_much_later_is_said_in_seconds(
    sent: dict[str, Any], order: dict[str, Any], words: str | None
) -> None:
    """Two minutes by the target's clock and ten by ours are allowed; what names no zone says nothing."""
    assert modified_later(created(), sent, order) == words


def test_without_any_clock_nothing_is_later() -> None:
    """Neither the target says when it was created, nor the journal when it was sent."""
    assert modified_later(created(sent_at=None), {}, {"modified_date": "2030-01-01T00:00:00Z"}) is None


@pytest.mark.parametrize(
    ("status", "name"), [*STATUSES.items(), *((c, n) for n, c in STATUS_ALIASES.items())]
)
def test_a_status_is_its_code_by_whatever_name(status: str, name: str) -> None:
    """Codes, names, other spellings, capitals and blanks around."""
    for text in (status, name, f" {name.upper()} "):
        assert status_of({"status": text}) == code_of(text) == status


def test_what_is_no_status_stays_as_it_is() -> None:
    """And has no code."""
    assert [status_of(one) for one in ({"status": " Odd "}, {"status": 400}, {})] == ["Odd", "400", ""]
    assert code_of("odd") is None


@pytest.mark.parametrize(
    ("status", "items", "event"),
    [
        ("100", (), UndoEvent.READ_CANCELLED),
        ("400", ({"status": "canceled"}, {"status": "100"}), UndoEvent.READ_CANCELLED),
        ("50", ({"status": "100"}, {"status": "100"}), UndoEvent.READ_CANCELLED),
        ("50", (), UndoEvent.READ_ASKED),
        ("400", ({"status": "50"}, {"status": "400", "cancel_status": "Waiting"}), UndoEvent.READ_ASKED),
        ("400", ({"status": "50"}, {"status": "400"}), None),
        ("400", ({"status": "100"}, {"status": "400"}), None),
        ("400", ({"status": "100"}, {"status": "50"}), None),
        ("400", ({"status": "400", "cancel_status": "done"},), None),
        ("400", ({"status": "400", "cancel_status": None},), None),
        ("400", (), None),
        ("400", None, None),
    ],
)
def test_an_order_is_taken_back_by_itself_or_by_all_of_its_items(
    status: str, items: tuple[dict[str, Any], ...] | None, event: UndoEvent | None
) -> None:
    """A part of the items is nothing yet."""
    assert is_taken_back(RemoteOrder("77", {"status": status}, items)) is event


@pytest.mark.parametrize(
    ("status", "told", "stop", "unwell", "no_such"),
    [
        (200, Told.ACCEPTED, None, False, False),
        (201, Told.ACCEPTED, None, False, False),
        (299, Told.ACCEPTED, None, False, False),
        (199, Told.DOUBT, None, True, False),
        (300, Told.DOUBT, None, True, False),
        (301, Told.NOT_APPLIED, "E504", False, False),
        (307, Told.NOT_APPLIED, "E504", False, False),
        (308, Told.NOT_APPLIED, "E504", False, False),
        (302, Told.DOUBT, None, True, False),
        (303, Told.DOUBT, None, True, False),
        *((status, Told.REFUSED, None, False, False) for status in (400, 406, 409, 410, 412, 415, 422)),
        *((status, Told.REFUSED, None, False, True) for status in (404, 405, 501)),
        (401, Told.NOT_APPLIED, "E501", False, False),
        (403, Told.NOT_APPLIED, "E502", False, False),
        (425, Told.NOT_APPLIED, None, True, False),
        (429, Told.NOT_APPLIED, None, True, False),
        *(
            (status, Told.DOUBT, None, True, False)
            for status in (402, 407, 408, 413, 418, 500, 502, 503, 504)
        ),
    ],
)
def test_an_answer_is_told_whole(
    status: int, told: Told, stop: str | None, unwell: bool, no_such: bool
) -> None:
    """What was said, what ends the undo, and what it says of the service."""
    assert judge_cancel(Answer(status)) == UndoVerdict(
        told, f"answer {status}", status, stop, unwell, no_such
    )


def test_an_answer_is_quoted_and_silence_named() -> None:
    """The complaints of the target on one line; a bad certificate ends the undo, and nothing was sent."""
    answer = Answer(400, complaints=(Complaint(("order",), "is shipped"), Complaint((), "no")))
    assert judge_cancel(answer) == UndoVerdict(Told.REFUSED, "answer 400: order: is shipped; no", 400)
    assert judge_cancel(NoAnswer(Wire.LOST, "timeout")) == UndoVerdict(Told.DOUBT, "timeout", unwell=True)
    assert judge_cancel(NoAnswer(Wire.NEVER_SENT, "no route")) == UndoVerdict(
        Told.NOT_APPLIED, "no route", unwell=True
    )
    assert judge_cancel(NoAnswer(Wire.NEVER_SENT, "bad", certificate=True)) == UndoVerdict(
        Told.NOT_APPLIED, "bad", stop="E505"
    )


def test_what_an_attempt_is_told_by_is_stored_by_these_words() -> None:
    """A journal of an earlier day is understood."""
    assert [told.value for told in Told] == ["accepted", "refused", "not_applied", "doubt"]


@pytest.mark.parametrize(
    ("lookup", "attempts", "found_out"),
    [
        (found(remote()), 0, None),
        (NONE, 0, GONE),
        (TWO, 0, SEVERAL),
        (FAILED, 0, GONE),
        (found(remote("78")), 0, ANOTHER),
        (found(remote("78", status="100")), 1, ANOTHER),
        (found(remote(status="100")), 0, UndoEvent.READ_ALREADY),
        (found(remote(status="100")), 1, UndoEvent.READ_CANCELLED),
        (found(remote(status="50")), 0, UndoEvent.READ_ALREADY),
        (found(remote(status="50")), 1, UndoEvent.READ_ASKED),
        (found(remote(amount="9")), 0, "changed since the plan: order.amount"),
        (found(remote(amount="9")), 1, "changed since the plan: order.amount"),
    ],
)
def test_what_speaks_against_cancelling_now(
    lookup: Lookup, attempts: int, found_out: UndoEvent | str | None
) -> None:
    """A request of ours is what makes a cancelled order ours."""
    assert before_cancelling(SEEN, lookup, attempts) == found_out


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (remote(), []),
        (remote(amount="9", x=1), ["order.amount", "order.x"]),
        (remote(items=ITEMS[:1]), ["order_item"]),
        (remote(amount="9", items=(*ITEMS, {"pk": 502})), ["order.amount", "order_item"]),
        (remote(items=(ITEMS[1], ITEMS[0])), []),
        (remote(items=tuple({**item, "status": "450"} for item in ITEMS)), ["order_item.status"]),
        (remote(items=({**ITEMS[0], "note": None}, ITEMS[1])), ["order_item.note"]),
        (remote(items=None), ["order_item"]),
    ],
)
def test_every_field_that_reads_otherwise_is_named_once(now: RemoteOrder, names: list[str]) -> None:
    """A field that is new or gone differs, too; items are told apart by their key."""
    assert different_from(SEEN, now) == names


def test_items_are_told_apart_by_their_id_where_they_have_no_key() -> None:
    """As the target shows them."""
    seen = as_seen(remote(items=({"id": 1, "a": 1}, {"id": 2, "a": 2})))
    assert different_from(seen, remote(items=({"id": 2, "a": 2}, {"id": 1, "a": 1}))) == []
    assert different_from(seen, remote(items=({"id": 2, "a": 2}, {"id": 3, "a": 1}))) == ["order_item"]


@pytest.mark.parametrize(
    ("doubt", "lookup", "now", "decision"),
    [
        (UndoDoubt(0.0), FAILED, 1.0, Decision(look_again_at=1.5)),
        (UndoDoubt(0.0, looks=1), FAILED, 1.0, Decision(look_again_at=2.0)),
        (UndoDoubt(0.0, looks=3), FAILED, 1.0, Decision(look_again_at=5.0)),
        (UndoDoubt(0.0, looks=6), FAILED, 1.0, Decision(look_again_at=31.0)),
        (UndoDoubt(0.0, looks=5000), FAILED, 1.0, Decision(look_again_at=31.0)),
        (UndoDoubt(0.0, looks=1, untouched=1), found(remote()), 10.0, Decision(look_again_at=60.0)),
        (UndoDoubt(0.0, looks=6, untouched=1), found(remote()), 40.0, Decision(look_again_at=70.0)),
        (UndoDoubt(0.0, looks=1), found(remote()), 10.0, Decision(look_again_at=11.0)),
        (UndoDoubt(0.0, looks=1), found(remote()), 99.0, Decision(look_again_at=100.0)),
        (UndoDoubt(5.0, untouched=1), found(remote()), 64.9, Decision(look_again_at=65.4)),
        (UndoDoubt(5.0, untouched=1), found(remote()), 65.0, Decision(UndoEvent.READ_ABSENT)),
        (
            UndoDoubt(5.0, Told.ACCEPTED, untouched=1),
            found(remote()),
            65.0,
            Decision(UndoEvent.READ_UNCLEAR, "the target accepted the cancelling, and nothing changed"),
        ),
        (
            UndoDoubt(5.0, Told.REFUSED, "answer 400"),
            found(remote()),
            5.0,
            Decision(UndoEvent.READ_REFUSED, "answer 400"),
        ),
        (UndoDoubt(0.0), found(remote(status="100")), 1.0, Decision(UndoEvent.READ_CANCELLED)),
        (UndoDoubt(0.0), found(remote(status="50")), 1.0, Decision(UndoEvent.READ_ASKED)),
        (UndoDoubt(0.0), NONE, 59.9, Decision(look_again_at=60.4)),
        (
            UndoDoubt(0.0),
            NONE,
            60.0,
            Decision(UndoEvent.READ_UNCLEAR, "the target shows 0 orders of its number, or another"),
        ),
        (
            UndoDoubt(0.0),
            found(remote("78", status="100")),
            60.0,
            Decision(UndoEvent.READ_UNCLEAR, "the target shows 1 orders of its number, or another"),
        ),
        (UndoDoubt(0.0, Told.REFUSED, "no"), found(remote(amount="9")), 1.0, Decision(look_again_at=1.5)),
        (
            UndoDoubt(0.0, Told.REFUSED, "no"),
            found(remote(amount="9")),
            60.0,
            Decision(UndoEvent.READ_UNCLEAR, "it reads neither as before nor as cancelled: order.amount"),
        ),
    ],
)
def test_a_doubt_is_settled_or_looked_at_again_at_a_certain_time(
    doubt: UndoDoubt, lookup: Lookup, now: float, decision: Decision
) -> None:
    """Pauses double from half a second to half a minute, and end with the time of the request."""
    settled = settle_cancel(doubt, SEEN, lookup, now, WINDOW)
    assert (settled.event, settled.reason) == (decision.event, decision.reason)
    assert settled.look_again_at == pytest.approx(decision.look_again_at)


@pytest.mark.parametrize(
    ("lookup", "decision"),
    [
        (found(remote(status="100")), Decision(UndoEvent.READ_CANCELLED)),
        (found(remote(status="50")), Decision()),
        (
            found(remote()),
            Decision(UndoEvent.READ_UNCLEAR, "it no longer reads as waiting for its cancellation"),
        ),
        (found(remote("78", status="100")), Decision()),
        (TWO, Decision()),
        (NONE, Decision()),
        (FAILED, Decision()),
    ],
)
def test_an_order_that_waited_is_told_by_what_it_reads_as(lookup: Lookup, decision: Decision) -> None:
    """Of another order, of several, or of none nothing follows; no time is set for the next look."""
    assert Decision().look_again_at == 0.0
    assert after_asking(lookup, SEEN) == decision


def test_several_orders_or_another_one_read_as_something_else() -> None:
    """Also where the other one is cancelled."""
    words = [
        look_word(SEEN, one)
        for one in (TWO, found(remote("78")), found(remote("78", status="100")), found(remote(x=1)), NONE)
    ]
    assert words == ["other", "other", "other", "other", "nothing"]
