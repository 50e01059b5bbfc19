"""Processes in which cases are judged, since a spoilt file may take its process along.

A process that dies says by its case what it died of. Where only the second reader was at work, there is no
verdict on ours; where memory ran out, that is a limit, as it is for the process that parses in earnest.
"""

import faulthandler
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import harness
from harness import Verdict

SECONDS = 10
"""A case that takes longer hangs."""
_MEMORY = 1 << 30
_PROCESSOR_SECONDS = 3600
_OPEN_FILES = 64
_BATCH = 50
_ABORTED = -int(signal.SIGABRT)


class ReadingWorker:
    """One process, started anew whenever it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._errors = folder / "stderr"
        self._process: Any = None
        self._pipe: Any = None
        self.deaths = 0

    def verdicts(self, kind: str, numbers: Iterable[int]) -> Iterator[Verdict]:
        """Judge cases, one after the other."""
        waiting = list(numbers)
        while waiting:
            yield from self._batch(kind, waiting[:_BATCH])
            waiting = waiting[_BATCH:]

    def kill(self) -> None:
        """End the process as the system would."""
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._process = None

    def _batch(self, kind: str, numbers: list[int]) -> Iterator[Verdict]:
        while numbers:
            self._start()
            with suppress(OSError):  # it died behind its last answer, which the next case is told for
                self._pipe.send((kind, numbers))
            second = False
            while numbers:
                try:
                    told = self._pipe.recv()
                except (EOFError, OSError):
                    yield self._death(kind, numbers.pop(0), second=second)
                    break
                second = told == "second"
                if not second:
                    yield told
                    numbers.pop(0)

    def _start(self) -> None:
        if self._process is not None:
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._folder, self._errors), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours

    def _death(self, kind: str, number: int, *, second: bool) -> Verdict:
        self._process.join()
        code = self._process.exitcode
        self.close()
        self.deaths += 1
        said = self._errors.read_text("utf-8", "replace")
        if second:
            return Verdict(kind, number, "rows", harness.SECOND_DIED)
        if code == _ABORTED and "memory allocation of" in said:
            return Verdict(kind, number, "limit", ("memory, by abort",))
        cause = f"hangs for {SECONDS} s" if "Timeout (" in said else f"the process died with code {code}"
        return Verdict(kind, number, "finding", (cause,), where=said[-3000:])


def _serve(pipe: Connection, folder: Path, errors: Path) -> None:
    """Judge what is asked for, under limits."""
    os.environ["RUST_BACKTRACE"] = "0"
    warnings.simplefilter("ignore")
    for stream, mode in ((1, os.O_WRONLY), (2, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)):
        target = os.devnull if stream == 1 else str(errors)
        os.dup2(os.open(target, mode, 0o600), stream)
    _limit()

    def on_time() -> None:
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=sys.__stderr__ or sys.stderr)

    def second() -> None:
        pipe.send("second")
        on_time()

    with suppress(EOFError, OSError):
        while True:
            kind, numbers = pipe.recv()
            for number in numbers:
                os.ftruncate(2, 0)
                on_time()
                verdict = harness.judge(kind, number, folder, second)
                faulthandler.cancel_dump_traceback_later()
                pipe.send(verdict)


def _limit() -> None:
    with suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_CPU, _PROCESSOR_SECONDS),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            hard = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
