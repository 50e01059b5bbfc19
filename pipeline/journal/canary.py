"""What the journal knows of a run's canary: the kinds of its orders, which were chosen, how it went."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from pipeline.journal.running import RunJournal
from pipeline.model.planned import ReadyOrder
from pipeline.model.rows import RowRef
from pipeline.model.states import SENDABLE, State

KIND = "canary"
"""The kind of the events; their fact ``step`` is ``chosen``, ``passed``, ``stopped`` or ``dismissed``."""
_AT_ONCE = 500
_PAYLOADS = "JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"


class Chosen(NamedTuple):
    """An order of the canary as it stands: its payload as sent, and the code that stands for a refusal."""

    id: int
    at: RowRef
    number: str
    state: State
    body: bytes
    code: str | None


def kinds(journal: RunJournal) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """(id, (status, payment option or slug, currency)) of every order still to be sent, by ascending id.

    Orders whose records are still to be created are among them: those of the canary come into being first.
    """
    last = -1
    states = ", ".join(f"'{state.value}'" for state in (*SENDABLE, State.UNRESOLVED))
    sql = (
        f"SELECT o.id, coalesce(f.body, p.body) FROM orders o {_PAYLOADS}"  # noqa: S608 - our states
        f" WHERE o.id > ? AND o.state IN ({states}) ORDER BY o.id LIMIT ?"
    )
    while found := journal.read(sql, (last, _AT_ONCE)):
        for order_id, body in found:
            yield order_id, _kind(orjson.loads(body)["order"])
        last = found[-1][0]


def _kind(order: Mapping[str, Any]) -> tuple[str, str, str]:
    option, slug = order.get("payment_option"), order.get("payment_option_slug")
    payment = slug if option is None else option
    return str(order["status"]), "" if payment is None else str(payment), str(order["currency"])


def steps(journal: RunJournal) -> list[Mapping[str, Any]]:
    """Everything that happened to the run's canary, in order."""
    sql = "SELECT facts FROM events WHERE kind = ? ORDER BY id"
    return [orjson.loads(facts) for (facts,) in journal.read(sql, (KIND,))]


def sendable(journal: RunJournal, ids: Iterable[int]) -> list[ReadyOrder]:
    """Those of the orders that are still to be sent, as sending takes them."""
    return [order for order_id in ids for order in journal.ready_one(order_id)]


def chosen(journal: RunJournal, ids: Iterable[int]) -> list[Chosen]:
    """The orders of the canary as they stand."""
    sql = (
        "SELECT o.id, o.tab, o.row, o.number, o.state, coalesce(f.body, p.body),"  # noqa: S608 - ours
        " (SELECT i.code FROM issues i WHERE i.order_id = o.id AND i.code LIKE 'E%'"
        "  ORDER BY i.id DESC LIMIT 1)"
        f" FROM orders o {_PAYLOADS} WHERE o.id = ?"
    )
    return [
        Chosen(order_id, (tab, row), number, State(state), body, code)
        for wanted in ids
        for order_id, tab, row, number, state, body, code in journal.read(sql, (wanted,))
    ]
