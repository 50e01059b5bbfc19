"""A request as the handlers see it and an answer before it meets the wire: plain values, no sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from pipeline.simulator.truth import Cancelled, Made, StoredOrder

Headers = tuple[tuple[bytes, bytes], ...]

JSON_TYPE = b"application/json"
HTML_TYPE = b"text/html; charset=utf-8"
TEXT_TYPE = b"text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers; `stored` is what came into being on the way here."""

    status: int
    body: bytes = b""
    content_type: bytes = JSON_TYPE
    headers: Headers = ()
    stored: tuple[StoredOrder | Made | Cancelled, ...] = ()


def answer_json(
    status: int, document: object, headers: Headers = (), stored: tuple[Made, ...] = ()
) -> Answer:
    """Give an answer with `document` as compact JSON."""
    return Answer(status, orjson.dumps(document), JSON_TYPE, headers, stored)


def detail(status: int, message: str, headers: Headers = ()) -> Answer:
    """Give the message shape: `{"detail": "..."}`."""
    return answer_json(status, {"detail": message}, headers)


def parse_error() -> Answer:
    """Give the framework's refusal of a body that is no JSON."""
    return answer_json(400, {"detail": "JSON parse error", "code": "parse_error"})


@dataclass(slots=True)
class Request:
    """One request, completely read.

    `store` is how often what is accepted is to be stored (1, unless a fault says 0 or 2); `variant`
    names a deviation of the lookup (empty: none). `parameters` are those of the path: numbers, but for
    names such as an order's number or a migration's key.
    """

    method: str
    path: str
    parameters: Mapping[str, Any]
    query_string: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    root: str
    arrived: float
    store: int = 1
    variant: str = ""
    _query: dict[str, str] | None = field(default=None, repr=False)
    _document: object = field(default=None, repr=False)

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; the last of equal names wins."""
        if self._query is None:
            pairs = parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True)
            self._query = dict(pairs)
        return self._query

    def document(self) -> object:
        """Give the body as JSON. Raises ValueError if it is none."""
        if self._document is None:
            self._document = orjson.loads(self.body)
        return self._document

    def members(self) -> dict[str, Any]:
        """Give the body's JSON object, empty if the body is something else."""
        try:
            document = self.document()
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def member(self, name: str) -> object:
        """Give one member of the body's JSON object, as far as it can be read."""
        return self.members().get(name)


Handler: TypeAlias = "Callable[[Request], Answer]"
