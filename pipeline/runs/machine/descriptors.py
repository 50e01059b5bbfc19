"""As many connections at once as the process may open files for."""

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.model.issue import Issue
from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.request import SendRequest

SPARE = 24
"""Descriptors beside connections: the event loop, looking names up, reports, certificates."""


def within_descriptors(request: SendRequest) -> SendRequest:
    """The request with as much at once as there are descriptors for; the limit is raised where it may be.

    Raises :class:`JournalRefused` (E620) where not even one connection fits: without descriptors the journal
    cannot be relied upon either.
    """
    free = _free_descriptors(request.concurrency + SPARE)
    if free is None:
        return request
    if free <= SPARE:
        raise JournalRefused(Issue("E620", facts={"free": max(0, free), "needed": SPARE + 1}))
    return replace(request, concurrency=min(request.concurrency, free - SPARE))


if sys.platform == "win32":

    def _free_descriptors(wanted: int) -> int | None:  # noqa: ARG001 - sockets are no files there
        return None

else:
    import resource

    def _free_descriptors(wanted: int) -> int | None:
        """How many more files may be opened, at least ``wanted`` where the machine allows it."""
        try:
            used = len(list(Path("/dev/fd").iterdir()))
        except OSError:
            return 0  # not even the folder of descriptors can be opened
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY or soft - used >= wanted:
            return None
        most = used + wanted if hard == resource.RLIM_INFINITY else min(hard, used + wanted)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0] - used
