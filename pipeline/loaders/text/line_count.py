"""How many lines a text file has, counted by another way than its rows are read by."""

import codecs

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import CHUNK, Survey
from pipeline.loaders.text.encoding import mark_of
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

_ASCII = bytes(range(128))


def count_lines(source: SourceFile, found: Survey, encoding: str) -> int:
    """Return the number of lines; one that nothing ends counts, nothing behind the last end does not.

    Where line ends are single bytes the survey has counted them already; otherwise the text is decoded.
    """
    if _ends_are_bytes(encoding):
        return found.lines
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, last = 0, ""
    with source.open() as raw:
        raw.seek(len(mark_of(source, encoding)))
        while chunk := raw.read(CHUNK):
            text = decoder.decode(chunk)
            lines += text.count("\n") + text.count("\r") - (last + text).count("\r\n")
            last = text[-1:] or last
    return lines + (last not in {"", "\n", "\r"})


def refuse_missing(file: str, unit: str, there: int, read: int) -> None:
    """Raise :class:`InputRefused` where a reader did not read what is there."""
    if there != read:
        facts: dict[str, str | int] = {"unit": unit, "there": there, "read": read}
        raise InputRefused(Issue("E149", Location(file), facts=facts))


def _ends_are_bytes(encoding: str) -> bool:
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except UnicodeDecodeError:
        return False
