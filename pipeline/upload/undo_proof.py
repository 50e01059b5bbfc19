"""Whether the past of an undo fits together: each promise as a question to what its journal remembers."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.model.undo import UNDO_AFTER_CRASH, UNDO_REOPENED, UNDO_TABLE, UndoState

Fault = str
_ALLOWED = {
    (before.value, after.value) for before, moves in UNDO_TABLE.items() for after in moves.values()
} | {(before.value, after.value) for before, after in (UNDO_AFTER_CRASH | UNDO_REOPENED).items()}
_OVER = frozenset({"not_applied", "absent"})
"""Outcomes of requests that another may follow: they are proven not to have been applied."""
_TAKEN = frozenset({"cancelled", "asked"})
_BORNE_OUT = {
    UndoState.CANCELLED.value: frozenset({"cancelled"}),
    UndoState.ASKED.value: frozenset({"asked"}),
    UndoState.ALREADY.value: _TAKEN,
    UndoState.LEFT_ALONE.value: frozenset({"other", "nothing"}),
    UndoState.REFUSED.value: frozenset({"as_planned"}),
}
"""How an order must have been read for its outcome."""


class UndoPast(NamedTuple):
    """The past of one line.

    ``moves`` are (before, after, epoch), ``tries`` (attempt, epoch, outcome), ``looks`` (requests made before
    it, epoch, what was seen), each in its order.
    """

    number: str
    reversible: bool
    state: str
    attempts: int
    moves: tuple[tuple[str, str, int], ...] = ()
    tries: tuple[tuple[int, int, str | None], ...] = ()
    looks: tuple[tuple[int, int, str], ...] = ()


def intents_are_first(line: UndoPast) -> Iterator[Fault]:
    """Requests are numbered without a gap, and each has moved its order before it left."""
    numbers = [attempt for attempt, _, _ in line.tries]
    if numbers != list(range(1, line.attempts + 1)):
        yield f"its requests are numbered {numbers}, and {line.attempts} are counted"
    begun = [epoch for _, after, epoch in line.moves if after == UndoState.CANCELLING.value]
    if begun != [epoch for _, epoch, _ in line.tries]:
        yield f"it was sent {len(begun)} times, with {len(numbers)} requests"
    if numbers and not line.reversible:
        yield "it was never to be sent"


def read_before_each(line: UndoPast) -> Iterator[Fault]:
    """Before each request the order was read, by the same process, and was what the plan saw."""
    for attempt, epoch, _ in line.tries:
        if (attempt - 1, epoch, "as_planned") not in line.looks:
            yield f"it was not read as planned before request {attempt}"


def none_goes_twice(line: UndoPast) -> Iterator[Fault]:
    """No request follows one that may have been applied; an absence was seen twice."""
    for attempt, _, outcome in line.tries:
        if attempt < line.attempts and outcome not in _OVER:
            yield f"request {attempt + 1} follows one that may have been applied"
        if outcome == "absent" and sum(look[::2] == (attempt, "as_planned") for look in line.looks) < 2:  # noqa: PLR2004
            yield f"request {attempt} was given up without two looks"


def moves_fit(line: UndoPast) -> Iterator[Fault]:
    """From the state in which it was sealed to the one it is in, every move is in the table."""
    begins = UndoState.LISTED.value if line.reversible else UndoState.KEPT.value
    here = line.moves[0][0] if line.moves else line.state
    if here != begins:
        yield f"it began as {here}"
    for before, after, _ in line.moves:
        if before != here or (before, after) not in _ALLOWED:
            yield f"it was {here}, and moved from {before} to {after}"
        here = after
    if here != line.state:
        yield f"its moves lead to {here}, and it is {line.state}"


def outcomes_are_read(line: UndoPast) -> Iterator[Fault]:
    """What an order became was read, after the last request for it."""
    wanted = _BORNE_OUT.get(line.state)
    if wanted is None:
        return
    seen = {what for attempt, _, what in line.looks if attempt == line.attempts}
    if not seen & wanted:
        yield f"it is {line.state}, and was never read so"
    if line.state in _TAKEN and not line.attempts:
        yield f"it is {line.state} without a request"
    if line.state == UndoState.REFUSED.value and (not line.tries or line.tries[-1][2] != "refused"):
        yield "it is refused, and no answer said so"


UNDO_PROMISES: tuple[tuple[str, str, Callable[[UndoPast], Iterator[Fault]]], ...] = (
    ("undo: intent first", "requests are numbered, and each had moved its order", intents_are_first),
    ("undo: read first", "each request follows a look that found the order as planned", read_before_each),
    ("undo: none twice", "nothing follows a request that may have been applied", none_goes_twice),
    ("undo: final is final", "every move of an order is in the table of states", moves_fit),
    ("undo: no claim alone", "each outcome was read back from the target", outcomes_are_read),
)
"""(name, what is held against what, question)."""
