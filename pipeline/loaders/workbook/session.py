"""A workbook as the rest of the house sees it: questions to the process in which it is parsed.

The process runs under limits and may die; the answer is then an issue that names the limit and how to
raise it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, cast

import orjson

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook.grid import (
    BookFindings,
    Range,
    SheetEntry,
    SheetFindings,
    Sighting,
    Visibility,
)
from pipeline.loaders.workbook.wire import (
    MESSAGE,
    BrokenFrameError,
    read_frame,
    unpacked_rows,
)
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

BLOCK = 5_000
"""Rows that cross the pipe at once: the process prepares the next ones meanwhile."""
HEAD = 80
"""Rows that are shown at once, for finding a header among them."""
_CHILD = [sys.executable, "-P", "-X", "utf8", "-m", "pipeline.loaders.workbook.child"]
_SECRETS = "ORDERLIFT_"
_PIPE = 1 << 20
_RECTANGULAR = {"xlsx", "xlsm"}
_PATIENCE = 10
_OUT_OF_TIME = {1, -int(getattr(signal, "SIGXCPU", 1))}
"""How a process ends whose watch ran out, or whose processor time did."""
_OUT_OF_MEMORY = {3, -int(signal.SIGABRT), -int(getattr(signal, "SIGKILL", signal.SIGABRT))}
"""How a process ends that was refused memory: it aborts, or the system kills it."""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """A sheet after loading: what it holds, and the text of its first rows, from row 1 and column A on."""

    entry: SheetEntry
    findings: SheetFindings
    rows: list[list[str]]


class WorkbookSession:
    """One workbook in one process. Close it, or drop it: the process ends with it.

    Everything may raise :class:`InputRefused`: for what is wrong with the workbook, and for a process that
    went beyond its limits.
    """

    def __init__(self, source: SourceFile, kind: str, limits: ReadLimits) -> None:
        self._file, self._limits = str(source.path), limits
        self._opening = {
            "path": str(source.path.absolute()),
            "packing": source.packing,
            "member": source.member,
            "file": self._file,
            "kind": kind,
            "limits": asdict(limits),
            "only_measure": False,
        }
        self.busy = False
        """Whether the rows of a sheet are on their way: nothing else may be asked until they have come."""
        self._start()
        told = self._ask(self._opening)
        self.book = BookFindings(**told["book"])
        self.sheets = [
            SheetEntry(entry["name"], Visibility(entry["visibility"]), entry["cells"])
            for entry in told["sheets"]
        ]
        try:
            refuse_twins(self._file, self.sheets)
        except InputRefused:
            self.close()
            raise

    def _start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            _CHILD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        _widen(self._process)
        self._end = weakref.finalize(self, _end, self._process)
        self._ready = False
        self._receive()
        self._ready = True

    @property
    def closed(self) -> bool:
        """Whether the process has been ended."""
        return not self._end.alive

    def load(self, entry: SheetEntry, head: int = HEAD) -> SheetHead:
        """Parse a sheet whole; the process keeps it until its rows are read or it is forgotten."""
        told = self._ask({"do": "load", "sheet": entry.name, "size": BLOCK, "head": head})
        return SheetHead(entry, _findings(told["findings"]), told["head"])

    def rows(self, sheet: str, wanted: Sequence[int] | None = None) -> Iterator[tuple[int, list[Row]]]:
        """Yield (number of the first row, rows) of a loaded sheet, once, from row 1 on.

        Of rows that are ``wanted`` by their numbers, in order, only those come, one at a time.
        Stopping on the way closes the session: what is left in the pipe would be taken for another answer.
        """
        self._send({"do": "rows", "sheet": sheet, "wanted": wanted})
        self.busy = True
        try:
            while self.busy:
                sign, body = self._receive()
                if sign == MESSAGE:
                    self._answer(body)
                    self.busy = False
                else:
                    yield unpacked_rows(body)
        finally:
            if self.busy:
                self.close()

    def forget(self, entry: SheetEntry) -> None:
        """Let go of a loaded sheet."""
        self._send({"do": "forget", "sheet": entry.name})

    def valued_rows(self, sheet: str) -> int | None:
        """Count a sheet's rows with a value once more, exactly and slowly."""
        count: int | None = self._ask({"do": "count", "sheet": sheet})["count"]
        return count

    def close(self) -> None:
        """End the process."""
        self._end()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self._send(request)
        return self._answer(self._receive()[1])

    def _send(self, request: dict[str, Any]) -> None:
        stream = self._process.stdin
        if stream is None or stream.closed:
            raise ValueError("the workbook was closed")
        with contextlib.suppress(OSError):  # it is dead: what of, the next answer tells
            stream.write(orjson.dumps(request) + b"\n")
            stream.flush()

    def _receive(self) -> tuple[bytes, bytes]:
        stream = self._process.stdout
        if stream is None or stream.closed:
            raise ValueError("the workbook was closed")
        try:
            return read_frame(cast("BinaryIO", stream))
        except BrokenFrameError:
            raise InputRefused(self._cause_of_death()) from None

    def _answer(self, body: bytes) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(body)
        if "refused" in told:
            self.close()
            raise InputRefused(*map(_issue, told["refused"]))
        if "failed" in told:
            self.close()
            raise InputRefused(Issue("E137", Location(self._file), facts={"what": told["failed"]}))
        if "out_of" in told:
            self.close()
            raise InputRefused(self._out_of_memory())
        return told

    def _cause_of_death(self) -> Issue:
        """What ended the process, as far as its return code tells."""
        process = self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        code = process.returncode
        self.close()
        if not self._ready:
            return Issue("E137", Location(self._file), facts={"what": f"did not start (code {code})"})
        if code in _OUT_OF_TIME:
            return self._beyond("seconds", self._limits.seconds, "seconds")
        if code in _OUT_OF_MEMORY:
            return self._out_of_memory()
        return Issue("E137", Location(self._file), facts={"what": f"ended with code {code}"})

    def _out_of_memory(self) -> Issue:
        """Whether a stray cell is to blame, as a new process finds out without parsing; else the limit."""
        if self._opening["kind"] in _RECTANGULAR and not self._opening["only_measure"]:
            self._opening["only_measure"] = True
            try:
                self._start()
                farthest = self._ask(self._opening)["farthest"]
                if farthest:
                    sheet = farthest.pop("sheet")
                    return Issue("E138", Location(self._file, sheet), facts=farthest)
            except InputRefused:
                pass  # then it is the limit that is told
            finally:
                self.close()
        return self._beyond("memory", self._limits.memory, "MiB of memory")

    def _beyond(self, name: str, limit: int, unit: str) -> Issue:
        facts: dict[str, str | int] = {"name": name, "limit": limit, "unit": unit, "more": limit * 2}
        return Issue("E136", Location(self._file), facts=facts)


def refuse_twins(file: str, sheets: Sequence[SheetEntry]) -> None:
    """Raise :class:`InputRefused` for two sheets of one name: only one of them could be asked for."""
    names = Counter(entry.name for entry in sheets)
    twin = next((name for name, count in names.items() if count > 1), None)
    if twin is not None:
        facts = {"part": f"two of its sheets are named {shown(twin)}"}
        raise InputRefused(Issue("E110", Location(file), facts=facts))


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Make room for a block of rows in the pipe, so that the process need not wait; Linux can."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl  # noqa: PLC0415 - Windows has none

        if process.stdout is not None:
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def _issue(told: dict[str, Any]) -> Issue:
    at = Location(**told["at"]) if told["at"] else None
    return Issue(told["code"], at, told["value"], facts=told["facts"])


def _findings(told: dict[str, Any]) -> SheetFindings:
    """Findings as they came over the pipe, in their types again."""
    sightings = ("errors", "uncomputed", "computed", "padded", "hidden_rows")
    for name in sightings:
        first = [(row, column, text) for row, column, text in told[name]["first"]]
        told[name] = Sighting(told[name]["count"], first)
    ranges: list[Range] = [((a, b), (c, d)) for (a, b), (c, d) in told["merged"]]
    columns = {int(column): count for column, count in told["computed_columns"].items()}
    return SheetFindings(**{**told, "merged": ranges, "computed_columns": columns})
