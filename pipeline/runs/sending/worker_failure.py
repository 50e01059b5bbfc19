"""What became of a worker that has finished."""

import asyncio


def failure_of(worker: asyncio.Task[None]) -> BaseException | None:
    """What a finished worker died of; nobody but us may cancel one."""
    if worker.cancelled():
        return RuntimeError("a worker was cancelled")
    return worker.exception()
