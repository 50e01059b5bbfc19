"""Which living customers change, and whether a live record still is what the plan saw."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.model.change import Change, Disagreement, Wish
from pipeline.references.equality import loosest


def joined(wishes: Iterable[Wish]) -> tuple[list[Wish], list[Disagreement]]:
    """One wish per customer, in the order of the first; customers about whom orders disagree have none.

    Values that mean the same, such as a phone number with and without blanks, do not disagree.
    """
    values: dict[int, dict[str, dict[str, tuple[str, int]]]] = {}
    first: dict[int, int] = {}
    for wish in wishes:
        first.setdefault(wish.remote_id, wish.order_id)
        fields = values.setdefault(wish.remote_id, {})
        for name, value in wish.fields.items():
            fields.setdefault(name, {}).setdefault(_plain(name, value), (value, wish.order_id))
    alike: list[Wish] = []
    apart: list[Disagreement] = []
    for remote_id, fields in values.items():
        split = [name for name, given in fields.items() if len(given) > 1]
        if split:
            found = tuple(order_id for _, order_id in fields[split[0]].values())
            apart.append(Disagreement(remote_id, split[0], found))
        else:
            wanted = {name: next(iter(given.values()))[0] for name, given in fields.items()}
            alike.append(Wish(remote_id, first[remote_id], wanted))
    return alike, apart


def change_of(wish: Wish, record: Mapping[str, Any]) -> Change | None:
    """What differs between a wish and the record as it is; ``None`` where nothing does."""
    differing = {name: value for name, value in wish.fields.items() if not _same(name, record, value)}
    before = {name: _text(record, name) for name in differing}
    return Change(wish.remote_id, wish.order_id, before, differing) if differing else None


def is_after(change: Change, record: Mapping[str, Any]) -> bool:
    """Whether the record holds what it shall."""
    return all(
        _plain(name, _text(record, name)) == _plain(name, value) for name, value in change.after.items()
    )


def moved(change: Change, record: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields in which the record is no longer what the plan saw; exactly so, whatever it means."""
    return tuple(name for name, value in change.before.items() if _text(record, name) != value)


def body(change: Change, record: Mapping[str, Any], channel: int) -> dict[str, Any]:
    """What is sent: the changed fields, the channel, and the customer's own code, as the reference client."""
    code = record.get("channel_code")
    return {"channel": channel, **({"channel_code": code} if code else {}), **change.after}


def _same(name: str, record: Mapping[str, Any], value: str) -> bool:
    return _plain(name, _text(record, name)) == _plain(name, value)


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    return None if value is None else str(value)


def _plain(name: str, value: str | None) -> str:
    """The value as it is compared: phone numbers by their digits, names as they are written."""
    text = value or ""
    return loosest(name)(text) if name == "phone_number" else text.strip()
