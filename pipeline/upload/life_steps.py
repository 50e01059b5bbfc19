"""An order's states one by one, each with when and why, from what is written down beside them."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model.order_life import AttemptMade, LookedUp, Moved, OrderLife, PersonSaid
from pipeline.model.states import State

ATTEMPT, ANSWER, SILENCE, LOOKUP, PERSON, RUN = "attempt", "answer", "silence", "lookup", "person", "run"
FILE, FILE_ENDED = "file", "file_ended"
"""What brought a state about: a request left, its answer came, the program ended before one did, the target
was asked, a person decided, the run did something to many orders at once (its start, other runs), or a file
of the archive was started or ended."""


class LifeStep(NamedTuple):
    """One state that the order was in. ``at`` is seconds since 1970 (UTC), ``None`` where not known.

    ``number`` is the attempt that it belongs to, ``said`` what a person said or an answer meant.
    """

    state: str
    at: float | None
    cause: str
    epoch: int | None = None
    number: int | None = None
    said: str | None = None


def life_steps(life: OrderLife, planned: float) -> list[LifeStep]:
    """The states of an order in their order; ``planned`` is when its run was."""
    first = life.moves[0].before if life.moves else life.state.value
    steps = [LifeStep(first, planned, RUN)]
    decisions = list(life.decisions)
    attempt = 0
    for moved in life.moves:
        said = _taken(decisions, moved)
        if said is not None:
            steps.append(LifeStep(moved.after, said.at, PERSON, moved.epoch, None, f"{said.by}: {said.why}"))
        elif life.starts and State.IN_FLIGHT.value in (moved.before, moved.after):
            attempt += moved.after == State.IN_FLIGHT.value
            steps.append(_of_file(life, moved, attempt))
        elif moved.after == State.IN_FLIGHT.value:
            attempt += 1
            made = _attempt(life.tries, attempt)
            steps.append(LifeStep(moved.after, made.started if made else None, ATTEMPT, moved.epoch, attempt))
        elif moved.before == State.IN_FLIGHT.value:
            steps.append(_ended(moved, _attempt(life.tries, attempt), attempt, life.epochs))
        elif moved.before == State.IN_DOUBT.value and life.lookups:
            until = _attempt(life.tries, attempt + 1)
            at = _last_look(life.lookups, until.started if until else None)
            steps.append(LifeStep(moved.after, at, LOOKUP, moved.epoch))
        else:
            steps.append(LifeStep(moved.after, life.epochs.get(moved.epoch), RUN, moved.epoch))
    return steps


def _ended(moved: Moved, made: AttemptMade | None, attempt: int, epochs: dict[int, float]) -> LifeStep:
    """What came of a request: its answer, or a later start of the program that found none."""
    if made is None or made.finished is None:
        return LifeStep(moved.after, epochs.get(moved.epoch), SILENCE, moved.epoch, attempt)
    return LifeStep(moved.after, made.finished, ANSWER, moved.epoch, attempt, made.outcome)


def _of_file(life: OrderLife, moved: Moved, place: int) -> LifeStep:
    """A file with rows of the order was started, or ended."""
    start = life.starts[place - 1] if 0 < place <= len(life.starts) else None
    name = start.name if start else None
    if moved.after == State.IN_FLIGHT.value:
        return LifeStep(moved.after, start.started if start else None, FILE, moved.epoch, None, name)
    return LifeStep(moved.after, start.finished if start else None, FILE_ENDED, moved.epoch, None, name)


def _taken(decisions: list[PersonSaid], moved: Moved) -> PersonSaid | None:
    if decisions and (decisions[0].before, decisions[0].after) == (moved.before, moved.after):
        return decisions.pop(0)
    return None


def _attempt(tries: Sequence[AttemptMade], number: int) -> AttemptMade | None:
    return next((made for made in tries if made.attempt == number), None)


def _last_look(lookups: Sequence[LookedUp], until: float | None) -> float | None:
    return max((look.at for look in lookups if until is None or look.at <= until), default=None)
