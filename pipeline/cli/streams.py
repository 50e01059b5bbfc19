"""Standard output and error as other programs leave them: in any encoding, closed at any moment."""

import codecs
import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterator

_TO_CLEAR: list[Callable[[], None]] = []
"""How to take what stands on the terminal's last line off it: there is one terminal."""


def stands_on_the_last_line(clear: Callable[[], None]) -> None:
    """Remember that something without an end of line is shown, and how it goes away."""
    _TO_CLEAR.append(clear)


def clear_the_last_line() -> None:
    """Take it away, so that what is printed next begins on a line of its own."""
    while _TO_CLEAR:
        with contextlib.suppress(OSError):  # the terminal is gone, and so is the line
            _TO_CLEAR.pop()()


def show_everything() -> None:
    """From now on a character that a stream's encoding lacks becomes an escape instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_json(document: object) -> None:
    """Print one JSON document; pure ASCII where the stream is not UTF-8, so that it is JSON anywhere."""
    utf8 = codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=not utf8) + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def reader_may_leave() -> Iterator[None]:
    """Whoever reads our output may stop reading: what was left to say is dropped, what was done stands."""
    try:
        yield
        _flush()
    except BrokenPipeError:
        _talk_to_nobody()
    except OSError as error:
        if error.errno != errno.EIO or not _terminal_is_gone():
            raise
        _talk_to_nobody()
    except SystemExit as ended:  # how click and rich answer a closed pipe
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        _talk_to_nobody()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _talk_to_nobody() -> None:
    """Point the closed stream at nothing, or Python would complain about it once more when it ends."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        try:
            stream.flush()
        except OSError:
            os.dup2(nothing, stream.fileno())
    os.close(nothing)


def _terminal_is_gone() -> bool:
    """Whether a stream was a terminal that has been closed: it fails as a broken disk would."""
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        try:
            os.get_terminal_size(stream.fileno())
        except OSError as error:
            if error.errno == errno.EIO:
                return True
    return False
