"""Chance that is the same everywhere: what is drawn depends only on what it is drawn for."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(most: int, *what: object) -> int:
    """A number from 0 to ``most`` - 1."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % most


def one_of(options: Sequence[T], *what: object) -> T:
    """One of the options."""
    return options[number(len(options), *what)]


def several(options: Sequence[T], count: int, *what: object) -> list[T]:
    """Different ones of the options, as many as asked for."""
    left = list(options)
    return [left.pop(number(len(left), *what, turn)) for turn in range(count)]
