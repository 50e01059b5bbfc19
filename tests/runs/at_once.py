"""Several processes that resume the same run in the same instant."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from child import server
from small_shop import Shop, sending

from pipeline.journal import lock
from pipeline.model.refusal import JournalRefused
from pipeline.runs.verbs import resume


def start_together(shop: Shop, token: str, count: int, *, locks: bool = True) -> list[str]:
    """Let processes wait for each other and send one more order; returns what each ended with, sorted.

    A number is an exit code, all else the code of a refusal.
    """
    go = shop.folder / "go"
    for old in [go, *shop.folder.glob("ready-*"), *shop.folder.glob("ended-*")]:
        old.unlink(missing_ok=True)
    processes = [
        server().Process(target=_resume, args=(shop.folder, shop.count, token, place, locks))
        for place in range(count)
    ]
    for process in processes:
        process.start()
    give_up = time.monotonic() + 20
    while len(list(shop.folder.glob("ready-*"))) < count and time.monotonic() < give_up:
        time.sleep(0.005)
    go.touch()
    for process in processes:
        process.join(30)
        process.kill()
    return sorted(file.read_text(encoding="ascii") for file in shop.folder.glob("ended-*"))


def _take_nothing(descriptor: int) -> None:
    """Say that the lock is held, as some network drives do."""


def _resume(folder: Path, count: int, token: str, place: int, locks: bool) -> None:
    if not locks:
        lock._take = _take_nothing
    (folder / f"ready-{place}").touch()
    while not (folder / "go").exists():
        time.sleep(0.0005)
    began = time.monotonic()
    try:
        ended = str(resume(None, sending(token, limit=1), Shop(folder, count).places).exit_code)
    except JournalRefused as refused:
        in_time = time.monotonic() - began < 5
        ended = refused.issues[0].code if in_time else "refused too late"
    (folder / f"ended-{place}").write_text(ended, encoding="ascii")
    sys.exit(0)
