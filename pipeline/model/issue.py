"""One thing that is wrong or worth knowing: a code, a place and facts. Wording is the catalogue's."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import Enum

from pipeline.model.location import Location, Mark

VALUE_LIMIT = 80
BASIC_PLANE = 0xFFFF


class Severity(Enum):
    """What an issue does to the run."""

    FATAL = "fatal"  # the whole run is refused before anything is sent
    ERROR = "error"  # the order it belongs to is refused, whole
    WARNING = "warning"  # counted and told; nothing is refused


@dataclass(frozen=True, slots=True)
class Issue:
    """A finding as data.

    ``order`` is the order number it belongs to, ``field`` the payload field (``order.status``,
    ``order_item.product``) whose mapping line led to it, ``mark`` a place in a mapping file where the
    mapping itself is at fault. ``facts`` fill the catalogue's wording.
    """

    code: str
    at: Location | None = None
    value: str | None = None
    order: str | None = None
    field: str | None = None
    mark: Mark | None = None
    facts: Mapping[str, str | int] = made_by(default_factory=dict)


def shown(value: object) -> str:
    """A value as messages may carry it: one line, control characters escaped, at most 80 characters."""
    text = value if isinstance(value, str) else str(value)
    begin = text[: VALUE_LIMIT + 1]
    if not begin.isprintable():
        begin = "".join(c if c.isprintable() else _escaped(c) for c in begin)
    return begin if len(begin) <= VALUE_LIMIT else f"{begin[: VALUE_LIMIT - 1]}…"


def _escaped(character: str) -> str:
    point = ord(character)
    return f"\\u{point:04x}" if point <= BASIC_PLANE else f"\\U{point:08x}"
