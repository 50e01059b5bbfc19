"""Looking up many orders in few requests, by a filter that is not documented for orders and not believed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MOST = 50
LONGEST = 2_000
"""Numbers in one question, and their length together: some servers take no longer address."""


def questions(numbers: Iterable[str], channel: int) -> Iterator[list[tuple[str, str]]]:
    """The questions for orders of these numbers; a number with a comma in it is in none."""
    some: list[str] = []
    for number in (one for one in numbers if "," not in one):
        if some and (len(some) == MOST or len(",".join([*some, number])) > LONGEST):
            yield _question(some, channel)
            some = []
        some.append(number)
    if some:
        yield _question(some, channel)


def _question(numbers: Sequence[str], channel: int) -> list[tuple[str, str]]:
    return [("number__in", ",".join(numbers)), ("channel_id", str(channel))]


def strays(page: Iterable[Mapping[str, Any]], asked: Sequence[tuple[str, str]]) -> bool:
    """Whether the target answers with orders that were not asked for: it does not know the filter."""
    wanted = set(asked[0][1].split(","))
    return any(str(one.get("number")) not in wanted for one in page)


def each_once(
    orders: Iterable[Mapping[str, Any]], numbers: Iterable[str], channel: int
) -> dict[str, Mapping[str, Any]]:
    """The orders that are there exactly once, by number; all others are looked up by themselves."""
    found: dict[str, list[Mapping[str, Any]]] = {number: [] for number in numbers}
    for order in orders:
        if str(order.get("channel", channel)) == str(channel):
            found.get(str(order.get("number")), []).append(order)
    return {number: same[0] for number, same in found.items() if len(same) == 1}
