"""Killed at random instants: nothing is lost, nothing exists twice, and a naive client fails here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("processes are killed in the way of POSIX", allow_module_level=True)

from killing import PER_KILL, Tally, kill_many, kill_one_shop

MANY = int(os.environ.get("ORDERLIFT_KILLS", "1000"))


@pytest.mark.parametrize("unique", [True, False], ids=["A", "B"])
def test_killed_at_random_instants_no_order_is_lost_or_doubled(unique: bool) -> None:
    """Ten processes of one run die in a storm of faults, and in the end every order exists once."""
    tally = kill_one_shop(5, unique=unique, orders=160, kills=10)
    assert (tally.lost, tally.twice) == (0, 0)
    assert tally.kills >= 4, "the run was over too soon to be killed"
    assert tally.in_doubt > 0, "nobody was in doubt, so nothing was shown"


def test_a_client_that_posts_again_what_has_no_outcome_is_found_out() -> None:
    """The same kills, and orders exist twice: what the other tests look for would be seen."""
    tally = kill_one_shop(5, unique=False, orders=160, kills=10, naive=True)
    assert tally.kills >= 4
    assert tally.twice > 0
    assert tally.lost == 0


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_killed_as_often_as_asked_for(tmp_path: Path) -> None:
    """``ORDERLIFT_KILLS`` kills, shops side by side, both modes in turns."""
    total = [Tally(), *kill_many(MANY, MANY * PER_KILL, os.cpu_count() or 1, tmp_path / "kills.jsonl")][-1]
    assert (total.lost, total.twice) == (0, 0)
    assert total.kills >= MANY
    assert total.orders >= MANY * PER_KILL
