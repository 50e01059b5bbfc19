"""The life of a migration file, and what it does to the orders that it speaks of."""

from collections.abc import Iterable
from enum import Enum

from pipeline.model.archive import FileKind
from pipeline.model.states import ImpossibleMove, State


class FileState(Enum):
    """Where a migration file stands. What is stored is the value."""

    WRITTEN = "written"  # its rows and its digest are durable; it has not been started
    STARTING = "starting"  # a start may be under way; durable before its first byte leaves
    RUNNING = "running"  # the target has named a migration, whose progress can be asked for
    IN_DOUBT = "in_doubt"  # it may have been started, or have ended, and nobody can tell
    DONE = "done"  # the migration has ended, and what became of every row is known
    REFUSED = "refused"  # the target did not take the file
    DISMISSED = "dismissed"  # it was never started, or a person says so; its rows go into another file


class FileEvent(Enum):
    """What happens to a file."""

    PUT_BACK = "put_back"  # it waited for its start when the process ended; its rows go into another
    INTENT = "intent"
    NAMED = "named"  # the answer to the start names a migration
    NOT_STARTED = "not_started"  # proven not to have been taken
    REFUSED = "refused"
    DOUBT = "doubt"
    ENDED = "ended"
    DECIDED_DONE = "decided_done"
    DECIDED_REFUSED = "decided_refused"
    DECIDED_NOT_STARTED = "decided_not_started"


FILE_TABLE: dict[FileState, dict[FileEvent, FileState]] = {
    FileState.WRITTEN: {FileEvent.INTENT: FileState.STARTING, FileEvent.PUT_BACK: FileState.DISMISSED},
    FileState.STARTING: {
        FileEvent.NAMED: FileState.RUNNING,
        FileEvent.NOT_STARTED: FileState.WRITTEN,
        FileEvent.REFUSED: FileState.REFUSED,
        FileEvent.DOUBT: FileState.IN_DOUBT,
    },
    FileState.RUNNING: {FileEvent.ENDED: FileState.DONE, FileEvent.DOUBT: FileState.IN_DOUBT},
    FileState.IN_DOUBT: {
        FileEvent.DECIDED_DONE: FileState.DONE,
        FileEvent.DECIDED_REFUSED: FileState.REFUSED,
        FileEvent.DECIDED_NOT_STARTED: FileState.DISMISSED,
    },
}
"""Every move there is. A start follows an intent, an intent follows nothing but a file that never started;
out of doubt lead a person's words alone."""

FILE_AFTER_CRASH = {FileState.STARTING: FileState.IN_DOUBT}
"""Silence means doubt: a start whose answer was never written may have been taken."""


def move_file(state: FileState, event: FileEvent) -> FileState:
    """The state after ``event``; raises :class:`ImpossibleMove` where the table holds none."""
    try:
        return FILE_TABLE[state][event]
    except KeyError:
        raise ImpossibleMove(f"file: {state.value} --{event.value}--> ?") from None


class RowFate(Enum):
    """What became of a row of a file."""

    STANDS = "stands"  # the target has it
    REFUSED = "refused"  # the target judged it and said no
    FREE = "free"  # proven not to have been stored, and nothing said against it: it may be sent again
    DOUBT = "doubt"  # it may be stored or not


_GRAVEST = (RowFate.REFUSED, RowFate.DOUBT, RowFate.FREE, RowFate.STANDS)


def gravest(fates: Iterable[RowFate]) -> RowFate:
    """The fate that decides for an order with several rows in one file."""
    return min(fates, key=_GRAVEST.index)


def order_after(kind: FileKind, fate: RowFate, before: State) -> State:
    """Where an order stands after its rows in a file of that kind have met their fate.

    It is created with its items, which go last; until then what stands of it only means that the next file
    can follow. An order whose items were refused stands there without them, and needs a person.
    """
    last = kind == "order_item"
    if fate is RowFate.DOUBT:
        return State.IN_DOUBT
    if fate is RowFate.REFUSED:
        return State.CONFLICT if last else State.REJECTED
    if fate is RowFate.STANDS and last:
        return State.CREATED
    return State.ABSENT if before is State.IN_DOUBT else State.WAITING
