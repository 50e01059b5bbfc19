"""Objects of whole orders put into batches: so many at most, an order's own always in their order."""

from collections.abc import Iterable, Sequence

from pipeline.model.books import RemoteObject

MOST = 100
"""Objects in one batch, as in the batches of the reference client."""

Member = tuple[int, RemoteObject]
"""An object with the journal's id of its order."""


def chunks(orders: Iterable[tuple[int, Sequence[RemoteObject]]], most: int = MOST) -> list[list[Member]]:
    """Batches of at most ``most`` objects. Only an order that has more by itself is spread over several."""
    found: list[list[Member]] = [[]]
    for order_id, objects in orders:
        members = [(order_id, one) for one in objects]
        if len(found[-1]) + len(members) > most:
            found.append([])
        for member in members:
            if len(found[-1]) == most:
                found.append([])
            found[-1].append(member)
    return [chunk for chunk in found if chunk]
