"""The fingerprint of a run's history: a short text that can be kept where nobody can change it."""

import re
from typing import NamedTuple

_FORM = re.compile(r"((?:[0-9]{1,19}-){4,})([0-9a-f]{64})")


class Fingerprint(NamedTuple):
    """How much of a history is covered (how many rows of each table that only grows), and its SHA-256 in hex.

    As text ``8-22-12-1-9f86…``: the numbers, then the digest.
    """

    covers: tuple[int, ...]
    digest: str

    @property
    def text(self) -> str:
        """As it is printed, and given back to ``orderlift prove``."""
        return "-".join([*map(str, self.covers), self.digest])


def fingerprint_from(text: str) -> Fingerprint | None:
    """The fingerprint that a text is, blanks around it and capitals allowed; ``None`` where it is none."""
    found = _FORM.fullmatch(text.strip().lower())
    if found is None:
        return None
    return Fingerprint(tuple(map(int, found[1][:-1].split("-"))), found[2])


class Compared(NamedTuple):
    """A fingerprint that was kept, held against the journal.

    ``reason`` says why it is another history, and is empty where it is the same. ``since`` counts what was
    added after it was taken.
    """

    kept: Fingerprint
    reason: str = ""
    since: int = 0
