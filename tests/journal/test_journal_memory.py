"""Memory runs out at any allocation of a commit: refused or done, and the next start finds which."""

import os
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from small_journal import opened, order, seal

from pipeline.model.states import State

pytest.importorskip("_testcapi", reason="this Python was built without its own test helpers")

AT = (0, 2, 4, 6, 10, 15, 20, 30, 40, 50, 70, 100, 400)
"""From which allocation on there is no memory; the last is never reached."""
PROGRAM = textwrap.dedent("""
    import sys
    from pathlib import Path
    import _testcapi
    from small_journal import intent, opened, outcome
    from pipeline.model.states import State

    def commit(journal, nth):
        intents, outcomes, done = [intent(2)], [outcome(1, State.CREATED)], False
        _testcapi.set_nomemory(nth, 0)
        try:
            journal.record(intents, outcomes)
            done = True
        except BaseException:
            pass
        finally:
            _testcapi.remove_mem_hooks()
        return done

    def later(journal):
        try:
            journal.record(intents=[intent(3)])
        except BaseException:
            return False
        return True

    for nth in sys.argv[2:]:
        journal = opened(Path(sys.argv[1], nth, "j.db"))
        journal.record(intents=[intent(1)])
        print(nth, commit(journal, int(nth)), later(journal), flush=True)
""")


def test_without_memory_a_commit_is_whole_or_refused(tmp_path: Path) -> None:
    """From the n-th allocation on none succeeds; what was acknowledged is there, and nothing by halves."""
    for nth in AT:
        seal(tmp_path / str(nth) / "j.db", *(order(row, f"A-{row}") for row in range(2, 6)))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), *map(str, AT)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [line.split() for line in done.stdout.splitlines()]
    for place, acknowledged, later in told:
        with closing(opened(tmp_path / place / "j.db")) as journal:
            doubtful, created = [one.id for one in journal.doubtful()], journal.count(State.CREATED)
        assert doubtful == ([2] if created else [1]) + [3] * (later == "True"), "both halves, or neither"
        assert created or acknowledged == "False"
    assert {acknowledged for _, acknowledged, _ in told} == {"True", "False"}
