"""Run a command and weigh its whole process tree: wall time, CPU time, peak of resident memory."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

SAMPLE_SECONDS = 0.2
GRACE_SECONDS = 10.0


class Cost(NamedTuple):
    """What one run of a command took."""

    exit_code: int  # negative: the signal that ended it
    wall: float  # seconds
    cpu: float  # seconds, user and system, of the process and every child it waited for
    peak_mb: float  # most the tree held at once, sampled; never less than its largest process
    timed_out: bool


def resident(root: psutil.Process) -> int:
    """Return the bytes the tree holds now. Pages shared by processes count once for each of them."""
    total = 0
    try:
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in tree:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


class Watch:
    """Sample a process tree from a thread of its own, and end it when its time is up."""

    def __init__(self, pid: int, timeout: float) -> None:
        self.peak = 0
        self.timed_out = False
        self.pid = pid
        self.timeout = timeout
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self) -> None:
        """Sample until told that it is over."""
        try:
            root = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return
        end = time.monotonic() + self.timeout
        while not self.over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, resident(root))
            if time.monotonic() > end:
                self.stop(signal.SIGKILL if self.timed_out else signal.SIGTERM)
                self.timed_out = True
                end += GRACE_SECONDS

    def stop(self, how: signal.Signals) -> None:
        """End the tree; it has a process group of its own."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, how)


def measure(command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path, timeout: float) -> Cost:
    """Run ``command`` to its end, or end it and its children after ``timeout`` seconds."""
    with log.open("ab") as out:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        watch = Watch(child.pid, timeout)
        watch.thread.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        watch.over.set()
        watch.thread.join()
        child.returncode = os.waitstatus_to_exitcode(status)
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Cost(
        exit_code=child.returncode,
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=max(watch.peak, largest) / 1e6,
        timed_out=watch.timed_out,
    )
