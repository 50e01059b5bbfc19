"""A loop beside one that runs already: notebooks run their cells inside an event loop of their own."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from pipeline.model.ending import INTERRUPTED

Answer = TypeVar("Answer")
LOOK = 0.2
"""Seconds between two looks for Ctrl-C, which does not wake a waiting thread on every platform."""


class _Aside:
    """Work in another thread, and how to end it."""

    def __init__(self) -> None:
        self._asked = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self.listeners: list[Callable[[str], None]] = []

    async def known(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do the work, so that it can be ended from elsewhere."""
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        if self._asked:
            self._end()
        return await work

    def interrupt(self) -> None:
        """Ask the work to stop; if it cannot be asked, or was asked before, give it up."""
        self._asked += 1
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if self._asked == 1 and self.listeners:
            self.listeners[-1](INTERRUPTED)
        elif self._task is not None:
            self._task.cancel()


_aside: ContextVar[_Aside | None] = ContextVar("aside", default=None)


def loop_is_running() -> bool:
    """Whether this thread is inside of an event loop, so that no second one can run here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_aside(
    run: Callable[[Coroutine[Any, Any, Answer]], Answer], work: Coroutine[Any, Any, Answer]
) -> Answer:
    """Let ``run`` do the work in a thread of its own, and wait for it.

    The first Ctrl-C asks the work to stop, as :func:`handed_on` was told; it then answers as ever. The second
    one gives it up: what was under way is in doubt, which the journal knows, and KeyboardInterrupt is raised.
    """
    aside = _Aside()
    context = copy_context()
    context.run(_aside.set, aside)
    with ThreadPoolExecutor(1, thread_name_prefix="orderlift") as pool:
        future = pool.submit(context.run, run, aside.known(work))
        while True:
            try:
                return _waited_for(future)
            except KeyboardInterrupt:
                aside.interrupt()
            except asyncio.CancelledError:
                raise KeyboardInterrupt from None


def _waited_for(future: Future[Answer]) -> Answer:
    while not wait([future], LOOK).done:
        pass
    return future.result()


@contextmanager
def handed_on(stop: Callable[[str], None]) -> Iterator[None]:
    """Call ``stop`` with ``interrupted`` when somebody who waits for this thread is interrupted."""
    aside = _aside.get()
    if aside is None:
        yield
        return
    aside.listeners.append(stop)
    try:
        yield
    finally:
        aside.listeners.remove(stop)
