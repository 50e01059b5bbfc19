"""Settling an order in doubt: when it is created, when a person decides, and when it may be sent again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.capability import Capability
from pipeline.model.exchange import Lookup, RemoteOrder
from pipeline.model.states import Event
from pipeline.upload.breaker import Breaker, Flow
from pipeline.upload.settle import (
    FIRST_LOOK,
    MOST_WAIT,
    SHORT_WINDOW,
    Doubt,
    Settlement,
    longest_wait,
    settle,
    window,
)

A, B = Capability(unique=True, settle_window=100.0), Capability(settle_window=100.0)
OURS = Doubt(last_sent=1000.0, ours_possible=True, refused_as_duplicate=False)
FOREIGN = Doubt(last_sent=1000.0, ours_possible=False, refused_as_duplicate=True)
LATE_OURS = Doubt(last_sent=1000.0, ours_possible=True, refused_as_duplicate=True)
FAILED = Lookup(None, "answer 500", status=500)
NOTHING = Lookup(())
ONE = Lookup((RemoteOrder("1", {"number": "A"}, ()),))
TWO = Lookup((RemoteOrder("1", {"number": "A"}, ()), RemoteOrder("2", {"number": "A"}, ())))


def differs(words: str, fields: str) -> dict[str, str | int]:
    """Give the facts of an order that stands there otherwise."""
    return {"differences": words, "fields": fields}


@pytest.mark.parametrize(
    ("doubt", "lookup", "differences", "now", "wanted"),
    [
        (OURS, ONE, [], 1000.0, Settlement(Event.APPLIED)),
        (FOREIGN, ONE, [], 1000.0, Settlement(Event.FOUND)),
        (LATE_OURS, ONE, [], 1000.0, Settlement(Event.APPLIED)),
        (
            OURS,
            ONE,
            ["amount"],
            1000.0,
            Settlement(Event.MISMATCH, 0, "E513", differs("amount", "order.amount")),
        ),
        (
            FOREIGN,
            ONE,
            ["a", "b"],
            1000.0,
            Settlement(Event.MISMATCH, 0, "E513", differs("a; b", "order.a, order.b")),
        ),
        (OURS, TWO, [], 1000.0, Settlement(Event.MISMATCH, 0, "E515", {"found": 2}, stop=True)),
        (OURS, NOTHING, [], 1000.0, Settlement(look_again_at=1100.0)),
        (replace(OURS, nothing_found=9), NOTHING, [], 1099.9, Settlement(look_again_at=1100.0)),
        (OURS, NOTHING, [], 1100.0, Settlement(look_again_at=1100.0 + FIRST_LOOK)),
        (replace(OURS, nothing_found=1), NOTHING, [], 1100.0, Settlement(Event.ABSENCE)),
        (FOREIGN, NOTHING, [], 1000.0, Settlement(Event.MISMATCH, 0, "E514")),
        (LATE_OURS, NOTHING, [], 1000.0, Settlement(look_again_at=1100.0)),
        (replace(OURS, ours_possible=False), NOTHING, [], 1000.0, Settlement(look_again_at=1100.0)),
        (replace(LATE_OURS, nothing_found=1), NOTHING, [], 1100.0, Settlement(Event.MISMATCH, 0, "E514")),
        (replace(OURS, failures=1), FAILED, [], 1000.0, Settlement(look_again_at=1000.0 + FIRST_LOOK)),
        (replace(OURS, failures=3), FAILED, [], 1000.0, Settlement(look_again_at=1000.0 + 4 * FIRST_LOOK)),
        (replace(OURS, failures=5000), FAILED, [], 1000.0, Settlement(look_again_at=1000.0 + MOST_WAIT)),
    ],
)
def test_each_case_is_decided_as_written(
    doubt: Doubt, lookup: Lookup, differences: list[str], now: float, wanted: Settlement
) -> None:
    """The decision table of mode B, line by line."""
    assert settle(doubt, lookup, differences, now, B) == wanted


def test_the_window_is_short_only_where_a_second_order_is_refused() -> None:
    """Mode A needs no more than half a minute, mode B all of its window."""
    assert (window(A), window(B)) == (SHORT_WINDOW, 100.0) == (30.0, 100.0)
    assert window(Capability(unique=True, settle_window=5.0)) == 5.0
    doubt = replace(OURS, nothing_found=1)
    assert settle(doubt, NOTHING, [], 1031.0, A) == Settlement(Event.ABSENCE)
    assert settle(doubt, NOTHING, [], 1031.0, B).event is None


def test_a_doubt_begins_with_no_lookup_and_waits_a_second_to_a_minute() -> None:
    """Nothing was looked up yet; after failures the pause doubles from one second up to a minute."""
    assert Doubt(1000.0, True, False) == Doubt(1000.0, True, False, nothing_found=0, failures=0)
    pauses = [
        settle(replace(OURS, failures=times), FAILED, [], 0.0, B).look_again_at for times in range(1, 9)
    ]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


@given(
    st.builds(
        Doubt,
        last_sent=st.floats(0, 1e6),
        ours_possible=st.booleans(),
        refused_as_duplicate=st.booleans(),
        nothing_found=st.integers(0, 5),
        failures=st.integers(0, 10_000),
    ),
    st.sampled_from([FAILED, NOTHING, ONE, TWO]),
    st.floats(0, 1e6),
    st.booleans(),
)
def test_an_order_is_sent_again_only_after_two_empty_lookups_and_the_window(
    doubt: Doubt, lookup: Lookup, now: float, unique: bool
) -> None:
    """Absence needs two lookups that worked and found nothing, the last one after the window."""
    capability = Capability(unique, 100.0)
    decision = settle(doubt, lookup, [], now, capability)
    if decision.event is Event.ABSENCE:
        assert lookup.orders == ()
        assert doubt.nothing_found >= 1
        assert now >= doubt.last_sent + window(capability)
        assert not doubt.refused_as_duplicate
    if lookup.orders is None:
        assert decision.event is None
        assert now < decision.look_again_at <= now + MOST_WAIT
    if decision.event is None:
        assert decision.look_again_at > now
    assert decision.stop == (decision.code == "E515")


@pytest.mark.parametrize("deadline", [0.5, 30.0])
def test_an_order_whose_lookups_all_fail_is_given_up_in_time(deadline: float) -> None:
    """As long as is told, and no longer; a quarter of an hour at the usual deadline."""
    breaker, now, lookups, doubt = Breaker(), 0.0, 0, OURS
    while (flow := breaker.flow(now)) is not Flow.GIVEN_UP:
        if flow is Flow.PROBE:
            breaker.probe()
        now += deadline
        lookups += 1
        breaker.unwell(now, 1.0)
        doubt = replace(doubt, failures=doubt.failures + 1)
        last, due = now, settle(doubt, FAILED, [], now, B).look_again_at
        while now < due or breaker.flow(now) is Flow.HELD:
            now += 0.25
    most = longest_wait(deadline, breaker.trips_after + breaker.probes)
    assert lookups == breaker.trips_after + breaker.probes
    assert most - 60.0 <= last <= most
    assert deadline < 30.0 or 850.0 < most < 950.0
