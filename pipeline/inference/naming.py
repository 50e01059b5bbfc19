"""File patterns for sources: what the given files are called, without taking those of another source."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from glob import escape
from itertools import takewhile
from pathlib import PurePath


def pattern_of(names: Sequence[str], foreign: Iterable[str]) -> str:
    """A pattern that fits the ``names`` and none of the ``foreign`` ones: ``orders*.csv``.

    One exact name where every wider pattern would take a foreign file.
    """
    others = [one.casefold() for one in foreign]
    stem, suffix = _parted(names[0])
    if len(names) > 1:
        stem = _shared(names)
        suffix = _shared([name[len(stem) :][::-1] for name in names])[::-1]
    short = stem.rstrip("0123456789-_. ") or stem
    for begin, end in ((short, PurePath(names[0]).suffix), (short, suffix), (stem, suffix)):
        pattern = f"{escape(begin)}*{escape(end)}"
        fits = all(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)
        if fits and not any(fnmatchcase(one, pattern.casefold()) for one in others):
            return pattern
    return escape(names[0])


def _shared(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    columns = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in columns)


def _parted(name: str) -> tuple[str, str]:
    suffix = PurePath(name).suffix
    return name[: len(name) - len(suffix)], suffix


def mapping_name(stems: Sequence[str]) -> str:
    """A name for the mapping, made of the first file's."""
    plain = "".join(c if c.isalnum() else "-" for c in PurePath(stems[0]).stem.casefold())
    return "-".join(part for part in plain.split("-") if part) or "mapping"
