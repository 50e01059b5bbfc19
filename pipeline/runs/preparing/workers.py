"""Partitions prepared side by side, one process per core, results in order and few at a time."""

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.context import BaseContext

from pipeline.model.rows import Table
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.preparing.partition import PartitionPreparer, Prepared
from pipeline.runs.preparing.spool import Partition, Spool
from pipeline.validation.terms import Terms

MOST_PROCESSES = 8
WORTH_A_PROCESS = 3
"""Partitions from which further processes pay for their start."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a process needs to prepare partitions: values only, so that it can be sent to one."""

    texts: MappingTexts
    tables: tuple[Table, ...]
    terms: Terms
    channel: int | None
    nonce: str = ""
    counted: bool = False
    """Whether what is used of the mapping is counted."""

    def preparer(self) -> PartitionPreparer:
        """The preparer, compiled anew."""
        if self.counted:
            mapping, coverage = self.texts.counted()
            return PartitionPreparer(mapping, self.tables, self.terms, self.channel, self.nonce, coverage)
        return PartitionPreparer(self.texts.compiled(), self.tables, self.terms, self.channel, self.nonce)


def prepare_all(settings: WorkerSettings, spool: Spool, jobs: int | None) -> Iterator[Prepared]:
    """Prepare every partition of the spool, in order. ``jobs`` is the number of processes, 1 for none."""
    partitions = list(spool.partitions())
    wanted = jobs or min(os.cpu_count() or 1, MOST_PROCESSES)
    if not spool.spilled or wanted == 1 or (jobs is None and len(partitions) < WORTH_A_PROCESS):
        preparer = settings.preparer()
        for partition in partitions:
            yield preparer.prepare(partition.load())
        return
    yield from _side_by_side(settings, partitions, min(wanted, len(partitions)))


def _side_by_side(
    settings: WorkerSettings, partitions: list[Partition], processes: int
) -> Iterator[Prepared]:
    pool = ProcessPoolExecutor(processes, mp_context=_context(), initializer=_start, initargs=(settings,))
    waiting: deque[Future[Prepared]] = deque()
    try:
        for partition in partitions:
            waiting.append(pool.submit(_prepare, partition))
            if len(waiting) > processes + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Forking starts at once, but only a process without threads may do it; spawning always works."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


_preparer: PartitionPreparer | None = None


def _start(settings: WorkerSettings) -> None:
    global _preparer  # noqa: PLW0603 - a worker process has one preparer for its life
    gc.disable()  # partitions make no cycles, and looking for some costs a fifth of the time
    _preparer = settings.preparer()


def _prepare(partition: Partition) -> Prepared:
    if _preparer is None:
        raise RuntimeError("the worker was not started")
    return _preparer.prepare(partition.load())
