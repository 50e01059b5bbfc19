"""Keeps a spreadsheet program from running a value of a report as a formula (CSV injection).

The way: an apostrophe goes before every place where a cell could begin and would begin with something that
a spreadsheet runs: ``= + - @``, their full-width forms, TAB, CR, LF, NUL, a vertical bar, also behind
blanks and quotes. A cell begins at the start of the value, and behind ``;``, TAB, CR and LF within it,
because a program set to another list separator splits there.

The way back: an apostrophe that stands already at such a place gets another one before it. So exactly one
apostrophe at each place where a cell could begin is ours, and :func:`original` takes it away again.
"""

import re

_BEGINS = r"(?:^|(?<=[;\t\r\n]))"
_SKIPPED = r"(?:[^\S\t\r\n]|[\"'\ufeff\u200b])*"
_RISKY = re.compile(rf"{_BEGINS}(?='|{_SKIPPED}[=+\-@＝＋－＠|\t\r\n\0])")  # noqa: RUF001
_HARMLESS = re.compile(r"(?:[0-9A-Za-z][0-9A-Za-z._:/ -]*)?").fullmatch
"""Most cells are plain words and numbers, and a million of them are written."""
_OURS = re.compile(rf"{_BEGINS}'")


def neutral(text: str) -> str:
    """Return the value as a report for people may hold it; see the module for what changes."""
    return text if _HARMLESS(text) else _RISKY.sub("'", text)


def original(text: str) -> str:
    """Return the value that :func:`neutral` was given."""
    return _OURS.sub("", text)
