"""What an export no longer holds."""

from collections.abc import Iterable, Iterator

Keyed = tuple[str, str, str]


def only_in_first(first: Iterable[Keyed], second: Iterable[str]) -> Iterator[Keyed]:
    """Those of ``first`` whose key (their first element) is not among ``second``; both come sorted by key.

    Keys are compared as their UTF-8 bytes, as a database sorts them. Holds one element of each at a time.
    """
    others = iter(second)
    other = next(others, None)
    for item in first:
        key = item[0].encode()
        while other is not None and other.encode() < key:
            other = next(others, None)
        if other != item[0]:
            yield item
