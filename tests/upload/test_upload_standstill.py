"""A sleep, a stop, and the ordinary unevenness of a busy machine."""

import pytest

from pipeline.upload.standstill import Standstill, StandstillWatch


@pytest.mark.parametrize(
    ("ran", "awake", "seen"),
    [
        (0.2, 0.2, None),
        (4.9, 4.9, None),
        (30.0, 30.0, (Standstill.STOPPED, 30.0)),
        (3600.2, 0.2, (Standstill.SUSPENDED, 3600.0)),
        (2.3, 0.2, (Standstill.SUSPENDED, 2.1)),
        (1.5, 0.2, None),
    ],
)
def test_what_is_seen_of_a_gap(ran: float, awake: float, seen: tuple[Standstill, float] | None) -> None:
    """Sleep shows between the clocks, a stop between two looks, and a late look is neither."""
    watch = StandstillWatch()
    assert watch.look(1000.0, 400.0) is None, "the clocks need not begin at the same number"
    assert watch.look(1000.2, 400.2) is None
    found = watch.look(1000.2 + ran, 400.2 + awake)
    assert (found and (found[0], round(found[1], 6))) == seen
    assert watch.look(1000.4 + ran, 400.4 + awake) is None, "told once"
