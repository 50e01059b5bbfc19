"""Whether the past of an order fits together: each promise as a question to what the journal remembers.

A promise that is kept leaves traces in several places (the order, its attempts, moves, lookups, decisions),
and they are held against each other; nothing that the program says of itself is believed alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.model.capability import Capability
from pipeline.model.history import OrderHistory
from pipeline.model.states import AFTER_CRASH, DECISIONS, REOPENED, TABLE, Event, State

Fault = str
_OPEN = frozenset({None, "doubt"})
"""Meanings of attempts that may have been applied."""
_BY_PROGRAM = frozenset(
    [(before.value, after.value) for before, moves in TABLE.items() for after in moves.values()]
    + [(before.value, after.value) for before, after in (AFTER_CRASH | REOPENED).items()]
)
_BY_PERSON = frozenset(
    (before.value, after.value) for before, moves in DECISIONS.items() for after in moves.values()
)
_ALLOWED = _BY_PROGRAM | _BY_PERSON
_BY_FILES = frozenset(
    (State.IN_DOUBT.value, after.value)
    for after in (State.REJECTED, State.CONFLICT, State.ABSENT, State.CREATED)
)
_BY_LEDGER = frozenset({State.HELD.value, State.ALREADY_PRESENT.value, State.CONFLICT.value})
"""What other runs of the channel may have made of an order before it was sealed."""


def attempts_are_counted(order: OrderHistory) -> Iterator[Fault]:
    """Attempts are numbered 1, 2, … without a gap, and there is one for each time the order was sent."""
    numbers = [one.attempt for one in order.tries]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"its attempts are numbered {numbers}"
    if len(numbers) != order.attempts:
        yield f"{order.attempts} attempts are counted, {len(numbers)} are there"
    sent = [move.epoch for move in order.moves if move.after == State.IN_FLIGHT.value]
    if len(sent) != len(numbers):
        yield f"it was sent {len(sent)} times, with {len(numbers)} attempts"
    elif sent != [one.epoch for one in order.tries]:
        yield "its attempts were made by other processes than those that sent it"


def moves_are_allowed(order: OrderHistory) -> Iterator[Fault]:
    """From the state in which it was sealed to the one it is in, every move is in the table of states.

    A person's word on a migration file moves its orders out of doubt.
    """
    allowed = _ALLOWED | _BY_FILES if order.archived else _ALLOWED
    begins = {State.INVALID.value}
    if order.sealed:
        begins = {State.UNRESOLVED.value} if order.waits else {State.PLANNED.value}
        begins |= _BY_LEDGER
        if order.suspect:
            begins.add(State.IN_DOUBT.value)
    here = order.moves[0].before if order.moves else order.state
    if here not in begins:
        yield f"it began as {here}"
    for move in order.moves:
        if move.before != here:
            yield f"it was {here}, and moved from {move.before}"
        if (move.before, move.after) not in allowed:
            yield f"it moved from {move.before} to {move.after}, which no rule allows"
        here = move.after
    if here != order.state:
        yield f"its moves lead to {here}, and it is {order.state}"


def people_are_on_record(order: OrderHistory) -> Iterator[Fault]:
    """What only a person may decide has a decision with a name, and every decision has moved its order."""
    moved = Counter((move.before, move.after) for move in order.moves)
    said = Counter((one.before, one.after) for one in order.decisions)
    by_program = _BY_PROGRAM | _BY_FILES if order.archived else _BY_PROGRAM
    for edge, count in moved.items():
        if edge not in by_program and count > said[edge]:
            yield f"it moved from {edge[0]} to {edge[1]} without a decision"
    for edge, count in said.items():
        if count > moved[edge]:
            yield f"a decision moved it from {edge[0]} to {edge[1]}, and it did not move so"


def nothing_goes_twice(order: OrderHistory, capability: Capability) -> Iterator[Fault]:
    """No attempt follows one that was applied, nor one in doubt before its absence was seen or decided."""
    absent = sum(one.decision == Event.SAID_ABSENT.value for one in order.decisions)
    asked_by_sending = capability.unique and not capability.lookup
    for one in order.tries[:-1]:
        if one.outcome == "applied":
            yield f"attempt {one.attempt} was applied, and another followed"
        elif one.outcome in _OPEN and not asked_by_sending:
            yield f"attempt {one.attempt} is in doubt, and another followed"
        elif one.outcome == "absent" and not (absent or (capability.lookup and order.empty > 1)):
            yield f"attempt {one.attempt} counts as not there, without two lookups that found nothing"
        elif one.outcome in {"refused", "duplicate", "unclear"} and not (absent or asked_by_sending):
            yield f"attempt {one.attempt} was refused, and another followed"
    yield from _marks_are_moves(order)


def _marks_are_moves(order: OrderHistory) -> Iterator[Fault]:
    """An attempt counts as not there just where its order moved to absent after it."""
    sent = [place for place, move in enumerate(order.moves) if move.after == State.IN_FLIGHT.value]
    last = max(
        (place for place, move in enumerate(order.moves) if move.after == State.ABSENT.value), default=-1
    )
    if len(sent) != len(order.tries):
        return  # which attempt a move belongs to is unknown, and that is told elsewhere
    for one, place in zip(order.tries, sent, strict=True):
        if one.outcome == "absent" and place > last:
            yield f"attempt {one.attempt} counts as not there, and the order did not move so"
        elif one.outcome in _OPEN and place < last:
            yield f"attempt {one.attempt} may have been applied, and the order was found absent after it"


def outcomes_have_grounds(order: OrderHistory) -> Iterator[Fault]:
    """What is said of an order follows from its last answer, a lookup, or a person's decision."""
    if order.archived:
        yield from _files_bear_it_out(order)
    elif order.state not in _GROUNDS:
        yield f"its state is {order.state!r}"
    elif not (_said(order) or _GROUNDS[order.state](order)):
        yield f"it is {order.state}{f' by {order.via}' if order.via else ''}, and nothing in its past says so"


def _files_bear_it_out(order: OrderHistory) -> Iterator[Fault]:
    """What an order of the archive is follows from the files that hold its rows."""
    needed = _FILES.get(order.state)
    if needed is None or _said(order) or order.via == "ledger":
        return
    if not any(kind in needed[0] and state in needed[1] for kind, state in order.files):
        yield f"it is {order.state}, and no migration file says so"


def _said(order: OrderHistory) -> bool:
    last = order.decisions[-1] if order.decisions else None
    return order.via == "person" and last is not None and last.after == order.state


def _last(order: OrderHistory) -> str | None:
    return order.tries[-1].outcome if order.tries else None


def _created(order: OrderHistory) -> bool:
    if order.via == "lookup":
        return bool(order.tries) and order.found > 0
    if order.via == "duplicate":
        return _last(order) == "duplicate" and any(one.outcome in _OPEN for one in order.tries[:-1])
    return order.via == "201" and _last(order) == "applied"


def _never_sent(order: OrderHistory) -> bool:
    return not order.tries


def _not_there(order: OrderHistory) -> bool:
    """Every attempt is proven not to have been applied."""
    return all(one.outcome not in {None, "doubt", "applied"} for one in order.tries)


def _failed(order: OrderHistory) -> bool:
    return _not_there(order) and _last(order) in {"not_applied", "absent"}


_GROUNDS: Mapping[str, Callable[[OrderHistory], bool]] = {
    State.INVALID.value: _never_sent,
    State.UNRESOLVED.value: _never_sent,
    State.HELD.value: _not_there,
    State.PLANNED.value: _not_there,
    State.IN_FLIGHT.value: lambda order: bool(order.tries) and _last(order) is None,
    State.WAITING.value: _failed,
    State.IN_DOUBT.value: lambda order: (
        (bool(order.tries) or order.suspect) and all(one.outcome != "applied" for one in order.tries)
    ),
    State.ABSENT.value: lambda order: order.empty > 1 and _not_there(order),
    State.CREATED.value: _created,
    State.ALREADY_PRESENT.value: lambda order: order.found > 0 or order.via == "ledger",
    State.REJECTED.value: lambda order: _last(order) == "refused",
    State.FAILED.value: _failed,
    State.CONFLICT.value: lambda order: (
        order.found > 0 or order.via == "ledger" or _last(order) in {"duplicate", "unclear"}
    ),
}


_ANY = frozenset({"user", "address", "order", "order_item"})
_FILES = {
    State.CREATED.value: (frozenset({"order_item"}), frozenset({"done"})),
    State.CONFLICT.value: (frozenset({"order_item"}), frozenset({"done", "refused"})),
    State.REJECTED.value: (_ANY, frozenset({"done", "refused"})),
    State.IN_DOUBT.value: (_ANY, frozenset({"in_doubt"})),
    State.IN_FLIGHT.value: (_ANY, frozenset({"starting", "running"})),
}
"""In which kind of file, and in which state of it, the reason for an order's state is to be found."""


def epochs_only_grow(order: OrderHistory, present: int) -> Iterator[Fault]:
    """The processes that moved an order, or sent it, are known and follow one another."""
    for name, epochs in (
        ("attempts", [one.epoch for one in order.tries]),
        ("moves", [move.epoch for move in order.moves]),
    ):
        if epochs != sorted(epochs) or any(not 1 <= epoch <= present for epoch in epochs):
            yield f"its {name} are of the processes {epochs}, of {present} in all"


def processes_follow(begun: Sequence[tuple[int, bool]], present: int) -> Iterator[Fault]:
    """Processes are numbered 1, 2, … to the present one; numbers lack only where a journal had lost them.

    ``begun`` holds them as remembered, with whether each took such a journal.
    """
    last = 0
    for epoch, restored in begun:
        if not (epoch == last + 1 or (restored and epoch > last)):
            yield f"process {epoch} follows on process {last}"
        last = epoch
    if last != present:
        yield f"the last of which is known is {last}, of {present}"


def bytes_are_those_sealed(order: OrderHistory) -> Iterator[Fault]:
    """The payload that every attempt sends has the digest that was sealed."""
    if any(not same for _, same in order.bodies):
        yield "its payload is not what was sealed"
    needed = order.sealed and not order.archived and not order.emptied
    if needed and not order.bodies and order.state != State.INVALID.value:
        yield "its payload is gone"


def amount_is_that_sent(order: OrderHistory, payload: Mapping[str, Any]) -> Iterator[Fault]:
    """The amount and currency that reports add up are those of the payload."""
    sent = payload["order"]
    amount, currency = sent.get("amount"), str(sent.get("currency") or "").upper()
    try:
        minor = None if amount is None else Decimal(str(amount)).scaleb(2)
    except InvalidOperation:
        minor = None
    if order.amount_minor is not None and minor != order.amount_minor:
        yield f"its amount is {order.amount_minor} hundredths, and {amount} was to be sent"
    if order.currency is not None and currency and currency != order.currency:
        yield f"its currency is {order.currency}, and {currency} was to be sent"
