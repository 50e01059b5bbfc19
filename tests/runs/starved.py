"""A run in a process that gets too little of something: descriptors, memory, or disk."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path
from typing import Any

from child import server
from small_shop import Shop, sending

from pipeline.model.refusal import JournalRefused, Refusal
from pipeline.runs.verbs import resume

LIMITS = {
    "descriptors": resource.RLIMIT_NOFILE,
    "memory": resource.RLIMIT_AS,
    "file": resource.RLIMIT_FSIZE,
}
OUT_OF_MEMORY = 70


def starve(shop: Shop, token: str, what: str, amount: int, **changes: Any) -> int:
    """Resume the shop's run with so much of something beyond what the process has; returns its exit code."""
    process = server().Process(target=_continue, args=(shop.folder, shop.count, token, what, amount, changes))
    process.start()
    process.join(30)
    process.kill()
    assert process.exitcode is not None
    return process.exitcode


def _continue(  # noqa: PLR0917 - what a process is started with
    folder: Path, count: int, token: str, what: str, amount: int, changes: dict[str, Any]
) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if what == "memory":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        amount += pages * resource.getpagesize()
    resource.setrlimit(LIMITS[what], (amount, amount))
    try:
        result = resume(None, sending(token, **changes), Shop(folder, count).places)
    except Refusal as refused:
        sys.exit(7 if isinstance(refused, JournalRefused) else 2)
    except (MemoryError, OSError):
        sys.exit(OUT_OF_MEMORY)
    sys.exit(result.exit_code)
