"""What other runs of a channel mean for an order: the whole decision, as values."""

import pytest

from pipeline.model.ledger import LedgerEntry
from pipeline.model.states import SENDABLE, Event, State, move
from pipeline.upload.standing import UNSENT, also_unsent, standing

OURS, OTHERS = b"ours", b"others"


def entry(run: str, state: State, content: bytes | None = OURS, *, unknown: bool = False) -> LedgerEntry:
    """Give what a run knows of the order."""
    return LedgerEntry(run, "A-1", state, content, "77", unknown)


def decided(*entries: LedgerEntry, state: State = State.PLANNED) -> tuple[Event, str, str | None] | None:
    """Give (event, run, code) for an order of the run ``own``."""
    found = standing(OURS, state, "own", entries)
    return (found.event, found.entry.run, found.code) if found else None


@pytest.mark.parametrize("state", [State.CREATED, State.ALREADY_PRESENT])
def test_the_same_order_on_the_target_is_already_present(state: State) -> None:
    """It was created, or found there, by another run or by this one before its journal was put back."""
    assert decided(entry("one", state)) == (Event.FOUND, "one", None)
    assert decided(entry("own", state)) == (Event.FOUND, "own", None)


@pytest.mark.parametrize("content", [OTHERS, None])
def test_another_order_on_the_target_is_never_sent_over(content: bytes | None) -> None:
    """Also where it is not known what the earlier one said."""
    assert decided(entry("one", State.CREATED, content)) == (Event.MISMATCH, "one", "E640")


def test_an_order_whose_own_content_is_unknown_is_never_the_same() -> None:
    """Two unknowns are not equal."""
    found = standing(None, State.PLANNED, "own", [entry("one", State.CREATED, None)])
    assert found is not None
    assert found.code == "E640"


def test_what_stands_on_the_target_decides_before_doubt_and_conflict() -> None:
    """A success of any run is knowledge; what another one could not find out does not matter beside it."""
    entries = [entry("one", State.CREATED), entry("two", State.IN_DOUBT), entry("three", State.CONFLICT)]
    assert decided(*entries) == (Event.FOUND, "one", None)
    assert decided(*reversed(entries)) == (Event.FOUND, "one", None)


def test_equal_to_one_of_several_is_equal() -> None:
    """Runs disagree where a person changed the order on the target and sent it again."""
    assert decided(entry("one", State.CREATED), entry("two", State.CREATED, OTHERS)) == (
        Event.FOUND,
        "one",
        None,
    )


@pytest.mark.parametrize(
    ("state", "code"),
    [(State.IN_DOUBT, "E641"), (State.IN_FLIGHT, "E641"), (State.CONFLICT, "E642")],
)
def test_doubt_and_conflict_elsewhere_hold_an_order(state: State, code: str) -> None:
    """Whatever it says: sent by two, it might be there twice. One's own doubt is settled by oneself."""
    assert decided(entry("one", state, OTHERS)) == (Event.HOLD, "one", code)
    assert decided(entry("one", state), state=State.ABSENT) == (Event.HOLD, "one", code)
    assert decided(entry("own", state)) is None


@pytest.mark.parametrize("state", [State.REJECTED, State.FAILED, State.INVALID, *sorted(UNSENT, key=str)])
def test_what_no_run_brought_there_goes(state: State) -> None:
    """Refused, used up or never sent elsewhere: nothing speaks against sending it, changed or not."""
    assert decided(entry("one", state)) is None
    assert decided(entry("one", state, OTHERS)) is None


@pytest.mark.parametrize("state", [*sorted(UNSENT, key=str), State.IN_DOUBT, State.IN_FLIGHT])
def test_a_run_that_nobody_can_ask_holds_every_order_that_it_was_to_send(state: State) -> None:
    """Unless this run has asked the target itself, which is what a rebuilt run does."""
    assert decided(entry("one", state, unknown=True)) == (Event.HOLD, "one", "E643")
    assert decided(entry("one", state, unknown=True), state=State.ABSENT) is None


def test_a_lost_run_that_is_known_not_to_have_created_an_order_does_not_hold_it() -> None:
    """What was refused before the journal was lost stays refused."""
    assert decided(entry("one", State.REJECTED, unknown=True)) is None


@pytest.mark.parametrize("state", [*sorted(SENDABLE, key=str), State.UNRESOLVED])
@pytest.mark.parametrize("of_other", [State.CREATED, State.IN_DOUBT, State.CONFLICT])
def test_every_decision_is_a_move_that_the_table_holds(state: State, of_other: State) -> None:
    """And none of them leads to a state from which an order is sent."""
    for content in (OURS, OTHERS):
        found = standing(OURS, state, "own", [entry("one", of_other, content)])
        assert found is not None
        assert move(state, found.event) not in SENDABLE


def test_the_latest_other_run_that_may_send_the_same_number_is_named() -> None:
    """Not this one, and none that is through with it."""
    entries = [entry("one", State.PLANNED), entry("two", State.HELD), entry("three", State.FAILED)]
    assert also_unsent("own", [*entries, entry("own", State.PLANNED)]) == "two"
    assert also_unsent("two", entries) == "one"
    assert also_unsent("own", [entry("three", State.FAILED)]) is None


@pytest.mark.parametrize("content", [OURS, OTHERS, None])
def test_an_order_that_an_undo_cancelled_does_not_stand(content: bytes | None) -> None:
    """Or may have cancelled: it is neither taken for standing nor sent again, and the undo is named."""
    entries = [entry("one", State.CREATED, content), entry("two", State.ALREADY_PRESENT, content)]
    assert standing(OURS, State.PLANNED, "own", entries, undone="undo-1") == (
        Event.MISMATCH,
        entries[1],
        "E660",
        "undo-1",
    )
    never_there = [entry("one", State.REJECTED, content)]
    assert standing(OURS, State.PLANNED, "own", never_there, undone="undo-1") is None
