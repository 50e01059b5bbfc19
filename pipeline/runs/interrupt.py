"""Ctrl-C and termination: the first asks to stop, the second stops at once."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

CODES = {"interrupted": 130, "terminated": 143}


@contextlib.contextmanager
def on_interrupt(stop: Callable[[str], None]) -> Iterator[None]:
    """Call ``stop`` with ``interrupted`` or ``terminated`` on the first signal, in the running loop.

    On the second the process ends there and then: what was under way is in doubt, which the journal knows.
    Outside the main thread (a notebook's worker) signals are left alone.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    asked = False

    def handle(number: int, _frame: FrameType | None = None) -> None:
        nonlocal asked
        name = "interrupted" if number == signal.SIGINT else "terminated"
        if asked:
            os._exit(CODES[name])
        asked = True
        loop.call_soon_threadsafe(stop, name)

    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        numbers.append(signal.SIGBREAK)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
