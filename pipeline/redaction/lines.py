"""Lines whose cells are not known: what stands above a header, and files that cannot be read."""

import re
from collections.abc import Collection

from pipeline.model.folding import fold
from pipeline.redaction.cells import disguised
from pipeline.redaction.disguise import EMAIL, Disguise
from pipeline.redaction.roles import Role

_MARKS = re.compile(r'([;,\t|"\r\n]+)')
_MANY_DIGITS = 7


def disguised_line(line: str, known: Collection[str], disguise: Disguise) -> str:
    """A line with its words replaced, part by part; figures and dates stay, and words that are ``known``."""
    if fold(line).startswith("sep="):
        return line
    return "".join(_part(part, known, disguise) for part in _MARKS.split(line))


def _part(part: str, known: Collection[str], disguise: Disguise) -> str:
    has_letters = any(map(str.isalpha, part))
    digits = sum(map(str.isdecimal, part))
    if _MARKS.fullmatch(part) or (not has_letters and digits < _MANY_DIGITS):
        return part
    if EMAIL.fullmatch(part):
        return disguise.email(part)
    looks_dated = not has_letters and re.search(r"\d[-./]\d", part) is not None
    return str(disguised(part, Role.DATE if looks_dated else Role.TEXT, known, disguise))


def parts_of(line: str) -> list[str]:
    """The parts of a line between the marks that may part cells."""
    return [part for part in _MARKS.split(line) if part and not _MARKS.fullmatch(part)]
