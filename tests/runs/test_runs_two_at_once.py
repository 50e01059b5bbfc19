"""Two processes, one run: the lock stops the second, else the database does, else its own epoch the first."""

import sys
from contextlib import closing
from pathlib import Path

import pytest
from small_shop import assert_promises, mode_settings, open_shop, sending

from pipeline.model.capability import Capability
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("processes are started in the way of POSIX", allow_module_level=True)

from at_once import start_together


def together(folder: Path, turns: int, *, locks: bool = True, latency: float = 0.06) -> list[list[str]]:
    """Let two processes send the next order of the same run at once, turn by turn; returns how they ended."""
    shop = open_shop(folder, turns)
    with Simulator(settings=mode_settings(unique=False, latency=latency)) as sim:
        plan(shop.plan_request(sim.url, Capability(settle_window=0.05)), places=shop.places)
        ended = [start_together(shop, sim.token, 2, locks=locks) for _ in range(turns)]
        posts = [entry.number for entry in sim.truth.log if entry.method == "POST"]
        assert len(posts) == len(set(posts)) == turns
        result = resume(None, sending(sim.token), shop.places)
        assert_promises(result, sim)
        assert len(posts) == len([entry for entry in sim.truth.log if entry.method == "POST"])
    return ended


def test_of_two_that_start_at_once_exactly_one_runs(tmp_path: Path) -> None:
    """Ten times over; the other is refused at once."""
    assert together(tmp_path, 10) == [*[["6", "E609"]] * 9, ["0", "E609"]]


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_of_two_that_start_at_once_exactly_one_runs_a_hundred_times(tmp_path: Path) -> None:
    """The same, a hundred times."""
    assert together(tmp_path, 100) == [*[["6", "E609"]] * 99, ["0", "E609"]]


def test_where_locks_are_lies_the_database_stops_the_other(tmp_path: Path) -> None:
    """The journal is opened for one process alone."""
    assert together(tmp_path, 1, locks=False, latency=1.0) == [["0", "E605"]]


def test_where_that_is_a_lie_too_the_first_is_fenced_off(tmp_path: Path) -> None:
    """Whoever comes later takes over; the first learns it before its next intent, and sends nothing more."""
    from apsw_as_sqlite3 import connector
    from small_journal import code_of, intent, order, outcome, seal

    from pipeline.journal.running import RunJournal
    from pipeline.model.refusal import JournalRefused
    from pipeline.model.states import State

    shared = connector("", {"PRAGMA locking_mode = EXCLUSIVE": "PRAGMA locking_mode = NORMAL"})
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 8)))
    with closing(RunJournal(path, now=1.0, connect=shared)) as first:
        first.record(intents=[intent(1)])
        with closing(RunJournal(path, now=2.0, connect=shared)) as second:
            with pytest.raises(JournalRefused) as refused:
                first.record(intents=[intent(2)], outcomes=[outcome(1, State.CREATED)])
            second.record(intents=[intent(2)])
            assert [one.id for one in second.doubtful()] == [1]
    assert code_of(refused) == "E613"
