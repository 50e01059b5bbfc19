"""Whether an order on the target is the one that was sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import shown

_ORDER = ("number", "channel", "currency", "amount", "customer")
_ITEM = ("product", "quantity", "unit_price", "total_price", "price")
_NUMBERS = frozenset({"amount", "quantity", "unit_price", "total_price", "price"})


def differences(payload: Mapping[str, Any], remote: RemoteOrder) -> list[str]:
    """What differs, in words; empty where it is the same order.

    ``payload`` is the create-order payload as sent. Compared are number, channel, currency, amount and
    customer, and the items as a multiset of product, quantity and prices; what the target leaves out or
    adds does not count.
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
    ours = Counter(tuple(_plain(name, item[name]) for name in names) for item in sent)
    theirs = Counter(tuple(_plain(name, item[name]) for name in names) for item in found)
    missing = ours - theirs
    return [f"items: {sum(missing.values())} of {len(sent)} differ in {', '.join(names)}"] if missing else []


def _plain(name: str, value: object) -> object:
    if name in _NUMBERS:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return number if number.is_finite() else str(value)
    return str(value).lower() if name == "currency" else str(value)
