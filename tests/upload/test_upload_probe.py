"""What a probe sends, and what it reads out of the answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.capability import Capability
from pipeline.model.exchange import Answer, Complaint, Lookup, NoAnswer, RemoteOrder, Reply, Wire
from pipeline.upload.probe import (
    looked_up,
    numbers,
    payload_for,
    reason_in_words,
    sameness,
    second_sending,
    variants_in_words,
)
from pipeline.upload.verdict import judge

SENT: dict[str, Any] = {
    "order": {"number": "X", "channel": 5, "amount": "10.00"},
    "order_item": [{"product": 1, "quantity": 1}],
}
TAKEN = Answer(406, data={}, complaints=(Complaint(("number",), "Order already exists."),))
OTHER = Answer(406, data={}, complaints=(Complaint(("order", "customer"), "Not allowed."),))
WORDLESS = Answer(406)
CREATED = Answer(201, data={"pk": 1, "number": "X"})
LOST = NoAnswer(Wire.LOST, "connection reset")


def verdict(reply: Reply) -> Any:
    """How the answer to X is judged."""
    return judge(reply, "X", Capability())


@pytest.mark.parametrize(
    ("reply", "unique", "seen", "unknown"),
    [
        (CREATED, False, "was created", False),
        (TAKEN, True, "was refused (406: number: Order already exists.)", False),
        (OTHER, False, "in unknown words (406: order.customer: Not allowed.)", True),
        (WORDLESS, False, "in unknown words (406: without words)", True),
    ],
)
def test_only_a_refusal_as_duplicate_makes_numbers_unique(
    reply: Reply, unique: bool, seen: str, unknown: bool
) -> None:
    """Another refusal may be about anything, and cannot be told from one of a later order."""
    found = second_sending(verdict(reply))
    assert found is not None
    assert (found.unique, bool(found.unknown_words)) == (unique, unknown)
    assert seen in found.seen


@pytest.mark.parametrize("reply", [LOST, Answer(500), Answer(401), Answer(429), Answer(202)])
def test_an_answer_that_proves_nothing_ends_the_probe(reply: Reply) -> None:
    """Neither a lost answer nor a service that is unwell says anything about numbers."""
    assert second_sending(verdict(reply)) is None
    assert sameness(verdict(reply)) is None
    assert reason_in_words(verdict(reply), reply)


def test_a_variant_is_the_same_where_it_is_refused_as_a_duplicate() -> None:
    """And another number where it is created; any other refusal says neither."""
    assert sameness(verdict(TAKEN)) is True
    assert sameness(verdict(CREATED)) is False
    assert sameness(verdict(OTHER)) is None


@pytest.mark.parametrize(
    ("lookup", "works", "words"),
    [
        (
            Lookup((RemoteOrder("1", SENT["order"], ()),)),
            False,
            "not as it was sent (items: sent 1, found 0)",
        ),
        (Lookup((RemoteOrder("1", SENT["order"], None),)), True, "it was found by its number"),
        (Lookup((RemoteOrder("1", SENT["order"], None),) * 2), True, "2 orders were found by its number"),
        (Lookup(()), False, "it was not found by its number"),
        (Lookup(None, "answer 403"), False, "looking it up failed (answer 403)"),
    ],
)
def test_lookups_are_relied_on_where_the_order_was_found_as_it_was_sent(
    lookup: Lookup, works: bool, words: str
) -> None:
    """Anything else could not settle a doubt."""
    found, said = looked_up(lookup, SENT)
    assert found is works
    assert words in said


@given(st.integers(0, 99_999_999))
def test_every_number_of_a_probe_is_another_one(tag: int) -> None:
    """Five numbers, each variant like one of the two in all but one way."""
    chosen = numbers(tag)
    assert len(set(chosen.most)) == 5
    case, space, zero = chosen.variants
    assert case.number.casefold() == chosen.first.casefold()
    assert space.number.rstrip() == chosen.first
    assert int(zero.number) == int(chosen.digits)
    assert variants_in_words([case, zero]) == "in case only, by a leading zero only"


def test_the_payload_is_the_given_one_under_another_number() -> None:
    """Everything else stays as it is; the given one is not changed."""
    made = payload_for(SENT, "Y", 7)
    assert made == {
        "order": {"number": "Y", "channel": 7, "amount": "10.00"},
        "order_item": [{"product": 1, "quantity": 1}],
    }
    assert SENT["order"]["number"] == "X"


@pytest.mark.parametrize("payload", [{}, {"order": {}}, {"order": {}, "order_item": []}, {"order": 1}])
def test_what_is_no_payload_is_refused(payload: dict[str, Any]) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="order_item"):
        payload_for(payload, "Y", 7)
