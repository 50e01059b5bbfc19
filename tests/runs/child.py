"""What runs in a process of its own, so that it can be killed, interrupted or starved of disk."""

from __future__ import annotations

import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from small_shop import Shop, sending

from pipeline.model.refusal import JournalRefused
from pipeline.runs.verbs import resume

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, ForkServerProcess

PATIENCE = 20.0


def server() -> ForkServerContext:
    """Give a context whose children start at once, because one process has imported everything for them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.runs.verbs", "pipeline.target.aiohttp_transport"])
    return context


def start(shop: Shop, token: str, **changes: Any) -> ForkServerProcess:
    """Resume the shop's run in a process of its own."""
    process = server().Process(target=continue_run, args=(shop.folder, shop.count, token, changes))
    process.start()
    return process


def gone(process: ForkServerProcess) -> None:
    """Wait for the process to end; one that does not is killed, so that it disturbs no other test."""
    process.join(PATIENCE)
    process.kill()


def continue_run(folder: Path, count: int, token: str, changes: dict[str, Any]) -> None:
    """Resume the shop's run and exit with its code; 7 where the journal is in trouble."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    most_bytes = changes.pop("most_bytes", None)
    if most_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        result = resume(None, sending(token, **changes), Shop(folder, count).places)
    except JournalRefused as refused:
        Path(folder, "refused").write_text(refused.issues[0].code)
        sys.exit(7)
    sys.exit(result.exit_code)


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so; fails when it does not come."""
    give_up = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < give_up, "what was waited for did not come"
        time.sleep(0.002)
