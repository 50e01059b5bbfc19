"""The process in which workbooks are parsed: it may die of one, and nothing else dies with it.

Started by ``session.py`` with one workbook. Requests come in on standard input, a JSON object a line;
answers go out on standard output as frames (see ``wire.py``). It runs under limits, opens no file for
writing, starts no program and speaks to no network. It ends when its standard input does.
"""

import contextlib
import faulthandler
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook import xlsx
from pipeline.loaders.workbook.grid import Blocks, BookReader
from pipeline.loaders.workbook.wire import MESSAGE, ROWS, packed_rows, write_frame
from pipeline.model.cell import plain_text
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

MIB = 1 << 20
_FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "ctypes.")
_FORBIDDEN_FILE_EVENTS = (
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.truncate",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OPEN_FILES = 32
_BLOCK_CELLS = 1_000_000
"""Cells that cross the pipe at once: a sheet may have 16,384 columns."""
_NO_MEMORY, _FAULT = 3, 4
"""How the process ends where it cannot even tell what is wrong."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Open the workbook that the first request names, then answer one request after the other."""
    write_frame(answers, MESSAGE, b"{}")  # everything is imported: from here on a death has another cause
    first = requests.readline()
    if not first:
        return
    opening = orjson.loads(first)
    limits = ReadLimits(**opening["limits"])
    _restrict(limits)
    server = _Server(answers, limits.seconds)
    if opening["only_measure"]:
        with server.guarded():
            source = _source(opening)
            server.tell(farthest=xlsx.farthest_cell(source, opening["file"], limits))
        return
    with server.guarded(), _reader(opening["kind"], _source(opening), opening["file"], limits) as book:
        server.tell(book=asdict(book.findings), sheets=[asdict(entry) for entry in book.sheets()])
        faulthandler.cancel_dump_traceback_later()
        for line in requests:
            with server.guarded():
                server.answer(book, orjson.loads(line))
            faulthandler.cancel_dump_traceback_later()


class _Server:
    """Answers requests; what is wrong with the workbook is an answer, too."""

    def __init__(self, answers: BinaryIO, seconds: int) -> None:
        self._answers = answers
        self._seconds = seconds
        self._sheets: dict[str, Blocks] = {}

    def tell(self, **message: object) -> None:
        """Send a message."""
        write_frame(self._answers, MESSAGE, orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS))

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Give the step inside its time, and turn what it raises into an answer."""
        try:
            self._on_time()
            yield
        except InputRefused as refusal:
            self.tell(refused=[_issue_as_json(issue) for issue in refusal.issues])
        except MemoryError:
            self._sheets.clear()
            self.tell(out_of="memory")
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - a reader that fails is told of, whatever it failed at
            self.tell(failed=_place_of(error))

    def answer(self, book: BookReader, request: dict[str, Any]) -> None:
        """Do what a request asks: load a sheet, send its rows, count them anew, or forget it."""
        name = request["sheet"]
        match request["do"]:
            case "load":
                sheet = book.load(name)
                fitting = _BLOCK_CELLS // max(1, sheet.findings.width)
                blocks = sheet.blocks(max(request["head"], min(request["size"], fitting)))
                first = next(blocks, None)
                self._sheets[name] = blocks if first is None else chain([first], blocks)
                head = first[1][: request["head"]] if first else []
                texts = [list(map(plain_text, row)) for row in head]
                self.tell(findings=asdict(sheet.findings), head=texts)
            case "rows":
                for number, rows in _wanted(self._sheets.pop(name), request.get("wanted")):
                    body = packed_rows(number, rows)
                    faulthandler.cancel_dump_traceback_later()  # how long the parent takes is its own affair
                    write_frame(self._answers, ROWS, body)
                    self._on_time()
                self.tell(end=True)
            case "count":
                self.tell(count=book.valued_rows(name))
            case _:
                self._sheets.pop(name, None)

    def _on_time(self) -> None:
        """Start the clock anew: a watch that needs no help from the parser ends the process."""
        try:
            faulthandler.dump_traceback_later(self._seconds, exit=True)
        except RuntimeError:  # there is no room for its thread
            raise MemoryError from None


def _wanted(blocks: Blocks, wanted: list[int] | None) -> Blocks:
    """The blocks, or of them only the wanted rows (numbers in order), each for itself."""
    if wanted is None:
        yield from blocks
        return
    left = deque(wanted)
    for first, rows in blocks:
        while left and left[0] < first + len(rows):
            number = left.popleft()
            yield number, [rows[number - first]]
        if not left:
            return


def _source(opening: dict[str, Any]) -> Path | BytesIO:
    """Where the workbook is; a packed one is unpacked into memory."""
    packed = SourceFile(Path(opening["path"]), opening["packing"], opening["member"])
    if not packed.packing:
        return packed.path
    with packed.open() as stream:
        return BytesIO(stream.read())


@contextlib.contextmanager
def _reader(kind: str, source: Path | BytesIO, file: str, limits: ReadLimits) -> Iterator[BookReader]:
    """Open the workbook by the reader of its kind; a process needs one of them."""
    reader = import_module(f"pipeline.loaders.workbook.{'xlsx' if kind == 'xlsm' else kind}")
    with reader.open_book(source, file, limits) as book:
        yield book


def _restrict(limits: ReadLimits) -> None:
    """Take away what a parser needs not: memory and time beyond the limits, files, programs, the network."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - Windows has none

        _limit(resource.RLIMIT_AS, limits.memory * MIB)
        _limit(resource.RLIMIT_CPU, limits.seconds)
        _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_CORE, 0)
    sys.addaudithook(_refuse)


def _limit(what: int, most: int) -> None:
    import resource  # noqa: PLC0415 - Windows has none

    _, hard = resource.getrlimit(what)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (wanted, hard))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN_EVENTS) or event in _FORBIDDEN_FILE_EVENTS:
        raise PermissionError(event)
    if event == "open" and arguments[2] & _WRITING:
        raise PermissionError(event)


def _place_of(error: Exception) -> str:
    """Return kind and place of a failure; its words may hold the customer's data, so they stay here."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"failed with {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _issue_as_json(issue: Issue) -> dict[str, object]:
    at = asdict(issue.at) if issue.at else None
    return {"code": issue.code, "at": at, "value": issue.value, "facts": dict(issue.facts)}


def main() -> None:
    """Serve until the parent has heard enough."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints, in whatever language it is written, must not stand between the frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    try:
        with contextlib.suppress(BrokenPipeError):
            serve(sys.stdin.buffer, answers)
    except MemoryError:
        os._exit(_NO_MEMORY)
    except Exception:  # noqa: BLE001 - nothing may end it like the watch does
        os._exit(_FAULT)


if __name__ == "__main__":
    main()
