"""Which objects of an order are registered, under which ids: as Akinon's reference client does it.

The order's remote id is ``extra_field.id`` of what was sent, else its number. An order item's is the
``extra_field.id`` of its line; it is read back from the target, whose item rows may be more than the lines
(one row per unit), each showing the id of its line.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.model.books import RemoteObject
from pipeline.model.exchange import RemoteOrder

ORDER, ITEM = "order", "orderitem"
LONGEST = 255


class Untellable(NamedTuple):
    """Why an order cannot be registered: code and facts of an issue."""

    code: str
    facts: Mapping[str, str | int]


def remote_id_of(payload: Mapping[str, Any]) -> str:
    """The remote id of the order in a create-order payload."""
    order = payload["order"]
    return _id(order) or str(order["number"])


def objects_of(payload: Mapping[str, Any], remote: RemoteOrder) -> tuple[RemoteObject, ...] | Untellable:
    """Everything of an order that is registered, its items first and the order last.

    ``remote`` is the order as the target shows it, with its items. Who finds the order registered may so
    rely on its items being registered, too.
    """
    pk = _pk(remote.order)
    if pk is None:
        return Untellable("E552", {"reason": "the target does not show its id"})
    items = _items(payload["order_item"], remote.items)
    if isinstance(items, Untellable):
        return items
    found = (*items, RemoteObject(ORDER, pk, remote_id_of(payload), _modified(remote.order)))
    if any(len(one.remote_id) > LONGEST for one in found):
        return Untellable("E552", {"reason": f"a remote id has more than {LONGEST} characters"})
    return found


def _items(
    lines: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]] | None
) -> tuple[RemoteObject, ...] | Untellable:
    sent = {_id(line) for line in lines} - {""}
    if not sent:
        return ()
    if rows is None:
        return Untellable("E552", {"reason": "its items cannot be read"})
    shown = [(_pk(row), _id(row), _modified(row)) for row in rows]
    if {name for _, name, _ in shown} - {""} != sent:
        return Untellable("E552", {"reason": "its items do not show the line ids that were sent"})
    found = [RemoteObject(ITEM, pk, name, date) for pk, name, date in shown if pk is not None and name]
    if len(found) != sum(1 for _, name, _ in shown if name):
        return Untellable("E552", {"reason": "the target does not show the ids of its items"})
    return tuple(found)


def _id(thing: Mapping[str, Any]) -> str:
    extra = thing.get("extra_field")
    found = extra.get("id") if isinstance(extra, Mapping) else None
    return "" if found is None or isinstance(found, bool | dict | list) else str(found)


def _pk(thing: Mapping[str, Any]) -> int | None:
    found = thing.get("pk", thing.get("id"))
    return int(found) if isinstance(found, int | str) and str(found).isdecimal() and found != "" else None


def _modified(thing: Mapping[str, Any]) -> str | None:
    found = thing.get("modified_date")
    return found if isinstance(found, str) and found else None
