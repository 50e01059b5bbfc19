"""An order as the target shows it, field by field against what was sent."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from pipeline.model.exchange import RemoteOrder
from pipeline.model.issue import shown
from pipeline.model.payload import ITEM_BY_NAME, ORDER_BY_NAME, STATUS_ALIASES, STATUSES, Kind

_ABOUT_PEOPLE = frozenset({"notes", "gift_box_note"})
_FREE = frozenset({Kind.OBJECT, Kind.IP})
_CODES = {**{name: code for code, name in STATUSES.items()}, **STATUS_ALIASES}


class Difference(NamedTuple):
    """A field such as ``order.amount`` or ``order_item[2].price`` (counted from 1), and both values."""

    field: str
    sent: object
    read: object


@dataclass(frozen=True, slots=True)
class ReadBack:
    """``differences`` in the order of the payload; ``compared`` counts the values that could be compared.

    ``not_shown`` names the fields of which the target shows nothing (``order.segment``), once each.
    """

    differences: tuple[Difference, ...]
    compared: int
    not_shown: frozenset[str]


def read_back(payload: Mapping[str, Any], remote: RemoteOrder) -> ReadBack:
    """Compare a create-order payload with the one order that the target holds under its number.

    Money and counts are equal as numbers, statuses by code, moments as instants, currencies in either case,
    ids also inside an object with ``pk`` or ``id``; of a free object every member that was sent has to be
    there. What was sent empty (null, "", {}, []) says nothing and is not compared, but a value that was
    sent and is shown as null is a difference. Items are matched to each other whatever their order.
    """
    order = _compared("order", payload["order"], remote.order)
    sent: Sequence[Mapping[str, Any]] = payload["order_item"]
    if remote.items is None:
        return _together([order, *(_compared("order_item", item, {}) for item in sent)])
    if len(sent) != len(remote.items):
        counts = Difference("order_item", f"{len(sent)} items", f"{len(remote.items)} items")
        return _together([order, ReadBack((counts,), 0, frozenset())])
    return _together([order, *_items(sent, remote.items)])


def described(difference: Difference) -> tuple[str, str]:
    """Both values as a message may carry them; of what may speak of a person, only length and place."""
    section, _, field = difference.field.partition(".")
    specs = ORDER_BY_NAME if section == "order" else ITEM_BY_NAME
    kind = specs[field].kind if field in specs else Kind.TEXT
    sent, read = str(difference.sent), str(difference.read)
    if field not in _ABOUT_PEOPLE and kind not in _FREE:
        return shown(sent), shown(read)
    same = next(
        (at for at, (a, b) in enumerate(zip(sent, read, strict=False)) if a != b), min(len(sent), len(read))
    )
    told = "nothing" if difference.read is None else f"{len(read)} characters, others from the {same + 1}. on"
    return f"{len(sent)} characters", told


def _items(sent: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[ReadBack]:
    """Each sent item against the one it is most like, its own place first; as many were found as sent."""
    left = list(range(len(found)))
    results: dict[int, ReadBack] = {}
    # Who says the most chooses first: a short item may be equal to a long one's partner, too.
    for place in sorted(range(len(sent)), key=lambda at: -len(sent[at])):
        name = f"order_item[{place + 1}]"
        best, partner = None, -1
        for at in sorted(left, key=lambda at: (at != place, at)):
            result = _compared("order_item", sent[place], found[at], name)
            if best is None or len(result.differences) < len(best.differences):
                best, partner = result, at
            if not result.differences:
                break
        assert best is not None
        results[place] = best
        left.remove(partner)
    return [results[place] for place in range(len(sent))]


def _together(parts: Sequence[ReadBack]) -> ReadBack:
    return ReadBack(
        tuple(difference for part in parts for difference in part.differences),
        sum(part.compared for part in parts),
        frozenset(name for part in parts for name in part.not_shown),
    )


def _compared(
    section: str, sent: Mapping[str, Any], found: Mapping[str, Any], name: str | None = None
) -> ReadBack:
    specs = ORDER_BY_NAME if section == "order" else ITEM_BY_NAME
    differences, compared, not_shown = [], 0, set()
    for field, value in sent.items():
        if value is None or value in ("", {}, []):
            continue
        if field not in found:
            not_shown.add(f"{section}.{field}")
            continue
        compared += 1
        kind = specs[field].kind if field in specs else Kind.TEXT
        if not _equal(kind, value, found[field]):
            differences.append(Difference(f"{name or section}.{field}", value, found[field]))
    return ReadBack(tuple(differences), compared, frozenset(not_shown))


def _equal(kind: Kind, sent: object, read: object) -> bool:
    if read is None:
        return False
    if kind is Kind.OBJECT:
        return _holds(read, sent)
    if kind is Kind.RANGE:
        return _is_range(sent, read)
    if kind is Kind.IDS:
        return isinstance(sent, list) and isinstance(read, list) and _ids(sent) == _ids(read)
    plain = _PLAIN.get(kind, str)
    return plain(sent) == plain(read)


def _holds(whole: object, part: object) -> bool:
    """Whether every member of an object is in another one, at any depth."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and _holds(whole[name], value) for name, value in part.items()
        )
    return whole == part


def _is_range(sent: object, read: object) -> bool:
    if not isinstance(sent, dict) or not isinstance(read, dict):
        return False
    return all(_moment(value) == _moment(read.get(name)) for name, value in sent.items())


def _ids(values: Sequence[object]) -> Counter[object]:
    return Counter(map(_id, values))


def _number(value: object) -> object:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return number if number.is_finite() else str(value)


def _status(value: object) -> object:
    text = str(value)
    return _CODES.get(text.casefold(), text)


def _moment(value: object) -> object:
    """An instant; what names no zone stays text, because nobody knows which instant it is."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return moment if moment.tzinfo is not None else str(value)


def _id(value: object) -> object:
    return str(value.get("pk", value.get("id"))) if isinstance(value, dict) else str(value)


_PLAIN: dict[Kind, Callable[[object], object]] = {
    Kind.MONEY: _number,
    Kind.RATE: _number,
    Kind.INTEGER: _number,
    Kind.STATUS: _status,
    Kind.MOMENT: _moment,
    Kind.CURRENCY: lambda value: str(value).casefold(),
    Kind.ID: _id,
}
