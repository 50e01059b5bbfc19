"""What an order says: as a digest by which runs recognise it, and what differs between two of them.

The digest leaves out what may differ between two exports that mean the same order: the sequence of the
mapping's fields, the sequence of the items, what a missing customer would be made of. The channel is left
out, because digests of different channels are never compared. Everything else counts, what the program adds
by itself included.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from pipeline.model.lookup import Reference

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
_RECORD = "record:"
MOST_NAMED = 6
"""Fields that a message names; the rest is counted."""


def content_of(order: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> bytes:
    """The digest (SHA-256) of an order's typed fields and those of its items."""
    said = {name: value for name, value in order.items() if name != "channel"}
    parts = [orjson.dumps(said, default=_plain, option=_OPTIONS)]
    parts += sorted([orjson.dumps(item, default=_plain, option=_OPTIONS) for item in items])
    return hashlib.sha256(b"\n".join(parts)).digest()


def said_by(body: bytes, nonce: str, identity_of: Callable[[str], str]) -> dict[str, Any]:
    """A sealed payload as a document that can be compared with one of another run.

    ``nonce`` begins its marks, ``identity_of`` gives the identity of the record that a digest stands for.
    """
    document: dict[str, Any] = orjson.loads(
        re.sub(
            rb'"' + nonce.encode() + rb':([0-9a-f]{32})"',
            lambda mark: f'"{_RECORD}{identity_of(mark[1].decode())}"'.encode(),
            body,
        )
        if nonce
        else body
    )
    return document


def content_of_document(document: Mapping[str, Any]) -> bytes:
    """The digest of a document of :func:`said_by`; the same as that of the fields it was made of."""
    return content_of(document["order"], document["order_item"])


def different_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The payload fields in which two documents differ, in the words of a mapping.

    Items are compared as a heap: a field is named where its values differ, ``order_item`` where one has more
    items than the other.
    """
    fields = [f"order.{name}" for name in _different(one["order"], other["order"]) if name != "channel"]
    items, others = one["order_item"], other["order_item"]
    if len(items) != len(others):
        fields.append("order_item")
    names = dict.fromkeys(name for item in (*items, *others) for name in item)
    fields += [f"order_item.{name}" for name in names if _values(items, name) != _values(others, name)]
    if not fields and _values(items) != _values(others):
        fields.append("order_item")
    return fields


def named(fields: Sequence[str]) -> str:
    """Fields as a message lists them."""
    more = len(fields) - MOST_NAMED
    return ", ".join(fields[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _different(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    names = dict.fromkeys((*one, *other))
    missing = object()
    return [name for name in names if one.get(name, missing) != other.get(name, missing)]


def _values(items: Sequence[Mapping[str, Any]], name: str | None = None) -> list[bytes]:
    chosen = [item if name is None else item.get(name, "") for item in items]
    return sorted(orjson.dumps(value, option=_OPTIONS) for value in chosen)


def _plain(value: Any) -> str:  # noqa: ANN401 - called back by the JSON writer
    """Money as text, as the payload writes it; records as what they are known by."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Reference):
        return f"{_RECORD}{value.identity}"
    raise TypeError(type(value).__name__)
