"""Answers and doubts where orders cannot be looked up: modes A without lookup, and C."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.capability import Capability
from pipeline.model.exchange import Answer
from pipeline.model.states import SENDABLE, TABLE, Event, State
from pipeline.upload.settle import SHORT_WINDOW, Doubt, repeat_at
from pipeline.upload.verdict import Meaning, event_of, judge

A, BLIND_A = Capability(unique=True), Capability(unique=True, lookup=False)
B, C = Capability(), Capability(lookup=False)
FIRST = {
    Meaning.APPLIED: Event.APPLIED,
    Meaning.REFUSED: Event.REFUSED,
    Meaning.DUPLICATE: Event.MISMATCH,
    Meaning.NOT_APPLIED: Event.NOT_APPLIED,
    Meaning.DOUBT: Event.DOUBT,
    Meaning.UNCLEAR: Event.MISMATCH,
}
REPEATED = {
    Meaning.APPLIED: Event.APPLIED,
    Meaning.REFUSED: Event.DOUBT,
    Meaning.DUPLICATE: Event.APPLIED,
    Meaning.NOT_APPLIED: Event.DOUBT,
    Meaning.DOUBT: Event.DOUBT,
    Meaning.UNCLEAR: Event.DOUBT,
}
DOUBT = Doubt(last_sent=1000.0, ours_possible=True, refused_as_duplicate=False)


@pytest.mark.parametrize("meaning", list(Meaning))
@pytest.mark.parametrize("capability", [BLIND_A, C], ids=["A", "C"])
def test_a_first_answer_without_lookups_is_judged_alone(meaning: Meaning, capability: Capability) -> None:
    """A number that is taken at the first sending belongs to somebody else: a conflict."""
    assert event_of(meaning, capability) is FIRST[meaning]


@pytest.mark.parametrize("meaning", list(Meaning))
def test_the_answer_to_a_repetition_speaks_of_the_attempt_before_only_as_a_duplicate(
    meaning: Meaning,
) -> None:
    """Any other no says nothing about an earlier attempt that may have been applied."""
    assert event_of(meaning, BLIND_A, earlier=True) is REPEATED[meaning]


@pytest.mark.parametrize("meaning", list(Meaning))
@pytest.mark.parametrize("capability", [A, B, None], ids=["A", "B", "unknown"])
@pytest.mark.parametrize("earlier", [True, False])
def test_with_lookups_a_duplicate_is_evidence_and_never_an_outcome(
    meaning: Meaning, capability: Capability | None, earlier: bool
) -> None:
    """It is looked up, in both modes, whatever came before."""
    event = event_of(meaning, capability, earlier=earlier)
    assert (event is Event.DOUBT) == (meaning in (Meaning.DUPLICATE, Meaning.DOUBT))


@pytest.mark.parametrize(
    ("capability", "wanted"),
    [
        (A, Meaning.NOT_APPLIED),
        (BLIND_A, Meaning.NOT_APPLIED),
        (B, Meaning.DOUBT),
        (C, Meaning.DOUBT),
    ],
    ids=["A", "A-blind", "B", "C"],
)
def test_an_order_that_came_too_fast_is_safe_to_repeat_only_where_numbers_are_unique(
    capability: Capability, wanted: Meaning
) -> None:
    """No page says that a 429 is answered before the order is looked at."""
    assert judge(Answer(429), "A-1", capability).meaning is wanted


@pytest.mark.parametrize("capability", [A, BLIND_A, B, C], ids=["A", "A-blind", "B", "C"])
@pytest.mark.parametrize("status", [*range(200, 300), 408, *range(500, 600)])
def test_what_proves_nothing_proves_nothing_in_any_mode(status: int, capability: Capability) -> None:
    """Least of all in the mode that cannot ask."""
    verdict = judge(Answer(status), "A-1", capability)
    assert verdict.meaning is Meaning.DOUBT
    assert event_of(verdict.meaning, capability) is Event.DOUBT


@pytest.mark.parametrize("meaning", list(Meaning))
def test_mode_c_never_takes_a_refusal_for_a_success(meaning: Meaning) -> None:
    """Nobody has said that its target refuses only what it holds."""
    for earlier in (True, False):
        assert (event_of(meaning, C, earlier=earlier) is Event.APPLIED) == (meaning is Meaning.APPLIED)


@given(
    st.builds(
        Doubt,
        last_sent=st.floats(0, 1e6),
        ours_possible=st.booleans(),
        refused_as_duplicate=st.booleans(),
        nothing_found=st.integers(0, 5),
        failures=st.integers(0, 100),
        refused=st.booleans(),
    ),
    st.integers(0, 9),
    st.booleans(),
    st.booleans(),
)
def test_only_a_target_that_refuses_a_second_order_is_asked_by_sending(
    doubt: Doubt, attempts: int, unique: bool, lookup: bool
) -> None:
    """Not in mode C, not where it could be looked up, not after a definitive no, and not for ever."""
    at = repeat_at(doubt, attempts, 5, Capability(unique, 100.0, lookup))
    if at is None:
        assert not unique or lookup or doubt.refused or attempts >= 5
    else:
        assert unique
        assert not lookup
        assert at == doubt.last_sent + SHORT_WINDOW


def test_the_last_attempt_is_not_repeated() -> None:
    """Of five there are four repetitions."""
    blind = Capability(unique=True, settle_window=3.0, lookup=False)
    assert [repeat_at(DOUBT, made, 5, blind) is None for made in (4, 5, 6)] == [False, True, True]


def test_a_repetition_waits_half_a_minute_or_the_window_if_that_is_shorter() -> None:
    """The first sending may still be on its way."""
    assert repeat_at(DOUBT, 1, 5, Capability(True, 120.0, False)) == 1030.0
    assert repeat_at(DOUBT, 1, 5, Capability(True, 3.0, False)) == 1003.0


def test_no_answer_to_a_repetition_leads_to_a_state_that_may_be_sent_at_once() -> None:
    """Whatever it says, an order with an attempt in doubt stays in doubt or is settled."""
    reached = {TABLE[State.IN_FLIGHT][event_of(meaning, BLIND_A, earlier=True)] for meaning in Meaning}
    assert reached == {State.CREATED, State.IN_DOUBT}
    assert not reached & SENDABLE
