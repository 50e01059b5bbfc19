"""What files are called in a bundle: as the mapping's patterns say, not as the customer does."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePath

_PACKED = (".gz", ".gzip", ".zip")


def bundled_name(name: str, source: str, number: int, patterns: Sequence[str], *, as_xlsx: bool) -> str:
    """A name for the ``number``-th file of a source that fits the patterns which ``name`` fits, and no other.

    ``patterns`` are those of all sources. Where none can be made up, it is the name itself. A workbook of an
    old kind is called ``.xlsx``.
    """
    old = PurePath(name)
    packing = old.suffix if old.suffix.lower() in _PACKED else ""
    bare = PurePath(old.stem) if packing else old
    fitting = [pattern for pattern in patterns if _fits(bare.name, pattern) or _fits(name, pattern)]
    chosen = name
    if len(fitting) == 1 and not set("?[") & set(fitting[0]):
        made = _filled(fitting[0], source, number, bare.suffix)
        made = made if PurePath(made).suffix.lower() == packing.lower() != "" else made + packing
        same_kind = PurePath(made).suffix.lower() == old.suffix.lower()
        bare_made = made.removesuffix(packing) if packing else made
        if same_kind and [one for one in patterns if _fits(bare_made, one) or _fits(made, one)] == fitting:
            chosen = made
    return str(PurePath(chosen).with_suffix(".xlsx")) if as_xlsx else chosen


def _filled(pattern: str, source: str, number: int, suffix: str) -> str:
    before, star, after = pattern.partition("*")
    if not star:
        return pattern
    stem, dot, ending = after.rpartition(".")
    if not dot or "*" in ending:
        after = stem.replace("*", "") + suffix
    return f"{before or source}{number}{after.replace('*', '')}"


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())
