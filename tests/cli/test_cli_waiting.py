"""What is shown while orders in doubt are waited for."""

import contextlib
import io
from collections.abc import Iterator

import pytest

from pipeline.cli.progress import Bar
from pipeline.cli.requests import Talk
from pipeline.model.issue import Issue
from pipeline.runs.asked.progress import Progress

TALK = Talk(as_json=False, quiet=False, color="never")
WAITING = Progress(1, created=3, in_doubt=1, rate=5.0, seconds_left=90.0, next_look=15.6, failed_looks=5)


class Screen(io.StringIO):
    """A text that takes itself for a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@contextlib.contextmanager
def on(screen: io.StringIO) -> Iterator[io.StringIO]:
    """Let standard error be this."""
    with contextlib.redirect_stderr(screen):
        yield screen


@pytest.mark.parametrize("verb", ["sending", "settling"])
def test_a_narrow_terminal_shows_what_is_waited_for(verb: str) -> None:
    """How often a lookup failed and when the next one is due, within sixty columns."""
    with on(Screen()) as screen, Bar(TALK) as bar:
        getattr(bar, verb)(WAITING)
        drawn = screen.getvalue()
    line = next(part.strip() for part in drawn.split("\r") if "failed lookups" in part)
    assert line == "Settling: 3/4 [00:00, failed lookups 5, next in 16 s]"
    assert len(line) <= 60


def test_a_run_that_still_sends_is_not_called_settling() -> None:
    """Some orders are in doubt, and others are sent meanwhile."""
    with on(Screen()) as screen, Bar(TALK) as bar:
        bar.sending(Progress(2, created=1, in_doubt=1, rate=5.0))
        assert "Sending" in screen.getvalue()
        assert "Settling" not in screen.getvalue()


@pytest.mark.parametrize("verb", ["sending", "settling"])
def test_off_a_terminal_a_line_now_and_then_says_so(verb: str) -> None:
    """Every thirty seconds, reconcile as well; what people should know now is said at once."""
    now = 0.0
    facts: dict[str, str | int] = {"number": "A-1", "failures": 3, "last": "timed out", "most": "15 min"}
    with on(io.StringIO()) as log, Bar(TALK, lambda: now) as bar:
        tell = getattr(bar, verb)
        tell(WAITING)
        assert not log.getvalue()
        tell(Progress(1, in_doubt=1, news=(Issue("W577", facts=facts),)))
        assert "order A-1 is in doubt and has been looked up 3 times in vain (timed out)" in log.getvalue()
        assert "for 15 min at most" in log.getvalue()
        now = 31.0
        tell(WAITING)
        assert log.getvalue().endswith(
            "3/4 orders, limit 5.0/s, 1 in doubt, failed lookups 5, next in 16 s\n"
        )
