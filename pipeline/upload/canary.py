"""Which orders go before all others: a sample in which every kind of order is found."""

import heapq
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

Stratum: TypeAlias = tuple[str, str, str]
"""Status, payment option or its slug, and currency, as they are sent; empty where there is none."""


class Sample(NamedTuple):
    """The ids of the chosen orders, ascending, and how many kinds of order there are."""

    ids: tuple[int, ...]
    strata: int


def choose(orders: Iterable[tuple[int, Stratum]], size: int) -> Sample:
    """Choose ``size`` of the orders, given as (id, stratum) in ascending order of ids.

    Every stratum has at least one place, even if that makes more of them than ``size``. Further places go,
    one by one, to the stratum with the most orders for each place it has. Within a stratum the chosen lie
    evenly between its first and its last order. The same orders give the same sample, whatever the machine.
    """
    members: dict[Stratum, list[int]] = {}
    for order_id, stratum in orders:
        members.setdefault(stratum, []).append(order_id)
    places = _places({stratum: len(ids) for stratum, ids in members.items()}, size)
    chosen = [one for stratum, ids in members.items() for one in _spread(ids, places[stratum])]
    return Sample(tuple(sorted(chosen)), len(members))


def _places(sizes: dict[Stratum, int], total: int) -> dict[Stratum, int]:
    """How many orders each stratum gives."""
    places = dict.fromkeys(sizes, 1)
    heap = [(-size / 2, stratum) for stratum, size in sizes.items() if size > 1]
    heapq.heapify(heap)
    for _ in range(total - len(places)):
        if not heap:
            break
        _, stratum = heapq.heappop(heap)
        places[stratum] += 1
        if places[stratum] < sizes[stratum]:
            heapq.heappush(heap, (-sizes[stratum] / (places[stratum] + 1), stratum))
    return places


def _spread(ids: list[int], count: int) -> list[int]:
    """So many of the ids, the first and the last among them where there is more than one."""
    if count == 1:
        return ids[:1]
    return [ids[place * (len(ids) - 1) // (count - 1)] for place in range(count)]
