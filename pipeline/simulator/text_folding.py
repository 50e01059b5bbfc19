"""Which texts a database holds to be equal when it ignores case: the dotted and the dotless i decide."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.simulator.settings import TextFolding

CACHED = 65_536
_TURKISH = str.maketrans({"i": "İ", "ı": "I"})


@lru_cache(maxsize=CACHED)
def upper(text: str) -> str:
    """Fold as PostgreSQL's UPPER does in most locales: letter by letter, `i` and `ı` to `I`, `İ` to itself.

    So `ısparta` finds Isparta, and `izmir` does not find İzmir.
    """
    return "".join(large if len(large := letter.upper()) == 1 else letter for letter in text)


@lru_cache(maxsize=CACHED)
def casefold(text: str) -> str:
    """Fold as Unicode says: `I` to `i`, `ı` to itself, `İ` to an `i` with a dot above it."""
    return text.casefold()


@lru_cache(maxsize=CACHED)
def turkish(text: str) -> str:
    """Fold as a database in Turkish does: `i` to `İ`, `ı` to `I`."""
    return upper(text.translate(_TURKISH))


FOLDINGS: Mapping[TextFolding, Callable[[str], str]] = {
    "upper": upper,
    "casefold": casefold,
    "turkish": turkish,
}
