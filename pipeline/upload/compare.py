"""Whether an order on the target is the one that was sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from operator import eq
from typing import Any

from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import shown

_ORDER = ("number", "channel", "currency", "amount", "customer")
_ITEM = ("product", "quantity", "unit_price", "total_price", "price")
_ITEMS = "order_item"
_NAMED = 10
"""Items that differ are named; of more only how many."""
_NUMBERS = frozenset({"amount", "quantity", "unit_price", "total_price", "price"})


def differences(payload: Mapping[str, Any], remote: RemoteOrder) -> list[str]:
    """What differs, in words; empty where it is the same order.

    ``payload`` is the create-order payload as sent. Compared are number, channel, currency, amount and
    customer, and the items as a multiset of product, quantity and prices; what the target leaves out or
    adds does not count. Each begins with what it is about: a field of the order, ``order_item[1].quantity``
    (counted from 0, as sent), or ``items``.
    """
    found = [
        f"{name}: sent {shown(sent[name])}, found {shown(remote.order[name])}"
        for sent in [payload["order"]]
        for name in _ORDER
        if name in sent
        and remote.order.get(name) is not None
        and _plain(name, sent[name]) != _plain(name, remote.order[name])
    ]
    if remote.items is not None:
        found += _item_differences(payload["order_item"], remote.items)
    return found


def _item_differences(sent: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[str]:
    names = [name for name in _ITEM if all(item.get(name) is not None for item in (*sent, *found))]
    if len(sent) != len(found):
        return [f"items: sent {len(sent)}, found {len(found)}"]
    left = Counter(tuple(_plain(name, item[name]) for name in names) for item in found)
    lacking = []
    for place, item in enumerate(sent):
        plain = tuple(_plain(name, item[name]) for name in names)
        if left[plain]:
            left[plain] -= 1
        else:
            lacking.append((place, plain))
    if len(lacking) > _NAMED:
        return [f"items: {len(lacking)} of {len(sent)} differ in {', '.join(names)}"]
    return [words for place, plain in lacking for words in _beside_the_likest(place, plain, names, left)]


def _beside_the_likest(
    place: int, plain: tuple[object, ...], names: Sequence[str], left: Counter[tuple[object, ...]]
) -> list[str]:
    """What differs between an item and the one left that is most like it, which is taken away."""
    likest = max(left.elements(), key=lambda one: sum(map(eq, one, plain)))
    left[likest] -= 1
    return [
        f"order_item[{place}].{name}: sent {shown(ours)}, found {shown(theirs)}"
        for name, ours, theirs in zip(names, plain, likest, strict=True)
        if ours != theirs
    ]


def paths_of(said: Sequence[str]) -> str:
    """The payload fields that :func:`differences` are about: ``order.amount, order_item[1].quantity``."""
    names = dict.fromkeys(words.partition(":")[0] for words in said)
    return ", ".join(
        _ITEMS if name == "items" else name if name.startswith(_ITEMS) else f"order.{name}" for name in names
    )


def _plain(name: str, value: object) -> object:
    if name in _NUMBERS:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return number if number.is_finite() else str(value)
    return str(value).lower() if name == "currency" else str(value)
