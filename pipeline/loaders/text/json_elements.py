"""The rows of a JSON file one after the other: elements of a list, or lines with an object each."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn, TextIO

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import changed
from pipeline.loaders.text.encoding import open_text
from pipeline.loaders.text.json_values import NoNumberError, Parser
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

RUNS_ON = "the line ends before its value does"
ELEMENT_LIMIT = 1 << 24
"""Characters in one row."""

_CHUNK = 1 << 18
_LONGEST_WORD = len("-Infinity")
_BLANK = " \t\r\n"
_BLANKS = re.compile(f"[{_BLANK}]*")
_REASONS = {
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting property name": "a name in double quotation marks is missing",
    "Expecting value": "a value is missing",
    "Unterminated string": "a text is not closed by a quotation mark",
    "Illegal trailing comma": "a comma stands behind the last value",
    "Invalid \\": "a backslash is followed by nothing it can stand before",
}


class Element(NamedTuple):
    """A row: its number (in a list from 1, else the line), its own text (empty: a blank line), its value.

    ``repeated`` is a name that stands twice in one object of it.
    """

    number: int
    text: str
    value: object
    repeated: str | None


def read_elements(source: SourceFile, encoding: str, *, in_lines: bool) -> Iterator[Element]:
    """Yield the elements in file order; memory stays flat.

    Raises :class:`InputRefused` at the first place that is no JSON.
    """
    file = str(source.path)
    with open_text(source, encoding) as text:
        try:
            yield from _in_lines(text, file) if in_lines else _in_list(text, file)
        except UnicodeDecodeError:
            raise InputRefused(changed(file)) from None  # the whole file decoded a moment ago


def _in_lines(text: TextIO, file: str) -> Iterator[Element]:
    parser = Parser()
    for number, line in enumerate(text, 1):
        start, end = _BLANKS.match(line).end(), len(line.rstrip(_BLANK))  # type: ignore[union-attr]
        if start >= end:
            yield Element(number, "", None, None)
            continue
        if end - start > ELEMENT_LIMIT:
            raise InputRefused(_too_long(file, number))
        place = start
        try:
            value, place = parser.parse(line, start)
        except json.JSONDecodeError as error:
            runs_on = error.pos >= end or error.msg.startswith("Unterminated")
            reason = RUNS_ON if runs_on else reason_of(error)
            raise InputRefused(broken(file, number, error.pos + 1, reason)) from None
        except (NoNumberError, RecursionError) as error:
            raise InputRefused(broken(file, number, start + 1, reason_of(error))) from None
        if place != end:
            raise InputRefused(broken(file, number, place + 1, "something follows the end of the value"))
        yield Element(number, line[start:end], value, parser.repeated)


def _in_list(text: TextIO, file: str) -> Iterator[Element]:
    window = _Window(text, file)
    window.take("[")
    number = 0
    if window.peek() == "]":
        window.take("]")
    else:
        sign = ","
        while sign == ",":
            number += 1
            yield window.element(number)
            sign = window.peek()
            window.take("," if sign == "," else "]")
    if window.peek():
        window.refuse("something follows the end of the list")


class _Window:
    """The part of the text that is being looked at; it moves on as elements are taken."""

    def __init__(self, text: TextIO, file: str) -> None:
        self._text, self._file = text, file
        self._seen = ""
        self._at = 0
        self._line, self._column = 1, 1
        self._number = 1
        self._parser = Parser()

    def peek(self) -> str:
        """Return the next character that is not blank; none at the end of the file."""
        while True:
            self._at = _BLANKS.match(self._seen, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._seen) or not self._more():
                return self._seen[self._at : self._at + 1]

    def take(self, sign: str) -> None:
        """Go behind a character that must stand there."""
        if self.peek() != sign:
            closing = sign == "]"
            self.refuse(_REASONS["Expecting ',' delimiter"] if closing else f"{sign} is missing")
        self._at += 1

    def element(self, number: int) -> Element:
        """Take the value that stands there."""
        self._number = number
        self.peek()
        while True:
            try:
                value, end = self._parser.parse(self._seen, self._at)
            except json.JSONDecodeError as error:
                if self._is_wrong(error) or not self._more():
                    self.refuse(reason_of(error), error.pos)
                continue
            except (NoNumberError, RecursionError) as error:
                self.refuse(reason_of(error))
            # A number at the end of what is seen may go on behind it.
            if end < len(self._seen) or not self._more():
                if end - self._at > ELEMENT_LIMIT:
                    raise InputRefused(_too_long(self._file, number))
                text = self._seen[self._at : end]
                self._at = end
                return Element(number, text, value, self._parser.repeated)

    def refuse(self, reason: str, at: int | None = None) -> NoReturn:
        """Raise :class:`InputRefused` for a place, the present one unless told otherwise."""
        line, column = self._place(self._at if at is None else at)
        raise InputRefused(broken(self._file, line, column, reason))

    def _is_wrong(self, error: json.JSONDecodeError) -> bool:
        """Whether the fault stays one, whatever follows behind what is seen."""
        return error.pos + _LONGEST_WORD < len(self._seen) and not error.msg.startswith("Unterminated")

    def _more(self) -> bool:
        """See more of the text, and forget what was taken; ``False`` at the end of the file."""
        pending = len(self._seen) - self._at
        if pending > ELEMENT_LIMIT:
            raise InputRefused(_too_long(self._file, self._number))
        chunk = self._text.read(max(_CHUNK, pending))
        if not chunk:
            return False
        self._line, self._column = self._place(self._at)
        self._seen, self._at = self._seen[self._at :] + chunk, 0
        return True

    def _place(self, at: int) -> tuple[int, int]:
        """Return line and column (from 1) of a place in what is seen."""
        breaks = self._seen.count("\n", 0, at)
        if not breaks:
            return self._line, self._column + at
        return self._line + breaks, at - self._seen.rfind("\n", 0, at)


def _too_long(file: str, number: int) -> Issue:
    return Issue("E132", Location(file, row=number), facts={"limit": ELEMENT_LIMIT})


def broken(file: str, line: int, column: int, reason: str) -> Issue:
    """Return the issue for a place in the text that is no JSON."""
    return Issue("E141", Location(file), facts={"line": line, "column": column, "reason": reason})


def reason_of(error: Exception) -> str:
    """Say in words what is wrong."""
    if isinstance(error, RecursionError):
        return "values are nested beyond all reason"
    if isinstance(error, NoNumberError):
        return f"{error} is no value"
    words = error.msg if isinstance(error, json.JSONDecodeError) else ""
    return next((text for start, text in _REASONS.items() if words.startswith(start)), "it is no JSON")
