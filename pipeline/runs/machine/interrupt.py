"""Ctrl-C and termination: the first asks to stop, the second stops at once."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from pipeline.model.ending import INTERRUPTED, TERMINATED
from pipeline.runs.machine.loop_aside import handed_on

CODES = {INTERRUPTED: 130, TERMINATED: 143}
SAME_KEY = 0.5
"""Seconds in which a second signal is the first one's echo: some shells signal a process and its group."""


@contextlib.contextmanager
def on_interrupt(stop: Callable[[str], None]) -> Iterator[None]:
    """Call ``stop`` with ``interrupted`` or ``terminated`` on the first signal, in the running loop.

    A terminal that goes away (SIGHUP) terminates, unless the process was told to ignore that.

    On the second the process ends there and then: what was under way is in doubt, which the journal knows.
    Outside the main thread signals are left alone; where a notebook waits for this one, it hands Ctrl-C on.
    """
    if threading.current_thread() is not threading.main_thread():
        with handed_on(stop):
            yield
        return
    loop = asyncio.get_running_loop()
    asked: float | None = None

    def handle(number: int, _frame: FrameType | None = None) -> None:
        nonlocal asked
        name = INTERRUPTED if number == signal.SIGINT else TERMINATED
        now = time.monotonic()
        if asked is None:
            asked = now
            loop.call_soon_threadsafe(stop, name)
        elif now - asked > SAME_KEY:
            os._exit(CODES[name])

    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        numbers.append(signal.SIGBREAK)
    elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup has asked for the run to go on
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
