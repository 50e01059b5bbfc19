"""What came back from the target, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias


class Wire(Enum):
    """What became of a request when no whole answer came back."""

    NEVER_SENT = "never_sent"  # proven: not one byte left (refused, no address, no connection)
    LOST = "lost"  # anything else: the target may hold it


@dataclass(frozen=True, slots=True)
class Complaint:
    """One sentence of the target about a request; ``path`` such as ``("order_item", 1, "product")``."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        """``order_item[1].product: does not exist``."""
        where = ""
        for part in self.path:
            where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else part
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer.

    ``data`` is the parsed JSON, ``None`` where the body is not JSON. ``complaints`` are what the target
    says is wrong, flattened, where the body has the API's error shape. Header names are lower case.
    ``text`` is a short body of a 200 that is not JSON.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    complaints: tuple[Complaint, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No complete answer: ``wire`` says what is proven, ``reason`` is a short word for people."""

    wire: Wire
    reason: str
    certificate: bool = False


Reply: TypeAlias = Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """An order as the target holds it; ``id`` is its primary key where known.

    ``items`` are ``None`` where they could not be asked for, and empty where the target holds none.
    """

    id: str | None
    order: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a lookup by number found.

    ``orders`` is ``None`` where the lookup itself failed, which proves nothing; ``reason`` and ``status``
    then say how. ``requests`` counts what it took.
    """

    orders: tuple[RemoteOrder, ...] | None
    reason: str = ""
    requests: int = 1
    status: int | None = None


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """A list of the target, read whole over all of its pages.

    ``records`` is ``None`` where it could not be read whole, which proves nothing about what is in it;
    ``reason`` and ``status`` then say how, and ``beginning`` holds what came before. ``requests`` counts
    what it took.
    """

    records: tuple[Mapping[str, Any], ...] | None
    reason: str = ""
    status: int | None = None
    requests: int = 1
    beginning: tuple[Mapping[str, Any], ...] = ()
