"""What an undo saw and did of one order, on a terminal and as JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.model.issue import Issue
from pipeline.model.language import N_, _, ngettext, retold
from pipeline.model.location import Location
from pipeline.model.undo import UndoLife, UndoLook, UndoTry
from pipeline.reporting.files.issues_jsonl import as_it_is
from pipeline.reporting.masking.mask import mask, mask_issue
from pipeline.reporting.page.undo_view import status_words
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.undo_next import next_of
from pipeline.reporting.words.undo_words import issue_of, moment, why, word_of

SCHEMA: Final = "orderlift/undo-explained/1"
_SEEN: Final = {
    "as_planned": N_("it read as the plan saw it"),
    "cancelled": N_("it read as cancelled"),
    "asked": N_("it read as waiting for its cancellation"),
    "other": N_("it read otherwise than the plan saw it"),
    "nothing": N_("the target did not show it"),
    "unread": N_("it could not be read"),
}
_SAID: Final = {
    "accepted": N_("the target accepted it"),
    "refused": N_("refused"),
    "not_applied": N_("proven not to have been applied"),
    "absent": N_("proven not to have been applied"),
    "doubt": N_("no clear answer"),
    None: N_("no answer was written down"),
}


@dataclass(frozen=True, slots=True)
class UndoExplained:
    """The orders of an undo that a number names, usually one."""

    run_id: str
    undoes: str
    target: str
    channel: int
    lives: Sequence[UndoLife]


def print_undo_explained(screen: Screen, told: UndoExplained) -> None:
    """Print what the plan saw, what was done, and what to do next; masked unless the screen shows all."""
    for life in told.lives:
        _print_life(screen, told, life)
    if not screen.show_pii:
        screen.line()
        screen.line((_("Personal data is masked; --show-pii shows it."), "dim"))


def _print_life(screen: Screen, told: UndoExplained, life: UndoLife) -> None:
    record = life.record
    word = word_of(record)
    head = _("Order {number} in undo {undo} of run {run}: ")
    screen.line(
        (head.format(number=record.number, undo=told.run_id, run=told.undoes), "bold"),
        (f"{word.symbol} {word.name}", "bold"),
    )
    facts = [place_words(Location(record.file, record.sheet, record.row))]
    facts += [f"{record.amount} {record.currency or ''}".strip()] if record.amount else []
    facts.append(_("channel {channel} of {target}").format(channel=told.channel, target=told.target))
    facts += [_("target id {id}").format(id=record.remote_id)] if record.remote_id else []
    screen.line(f"  {' · '.join(facts)}")
    if record.status:
        seen = _("When it was planned, its status was {status}.")
        screen.line("  " + seen.format(status=status_words([record.status])))
    issue = _shown(life, show_pii=screen.show_pii)
    if issue is not None:
        screen.line((f"  {issue.code} ", "bold yellow"), why(issue))
    _print_events(screen, life)
    if following := next_of(record, told.run_id):
        screen.line()
        screen.line(_("Next: {command}").format(command=following))


def _print_events(screen: Screen, life: UndoLife) -> None:
    events = [(look.at, _(_SEEN.get(look.seen, look.seen))) for look in life.looks]
    for one in life.tries:
        events.append((one.started, _("request {number} to cancel it").format(number=one.attempt)))
        if one.finished is not None:
            events.append((one.finished, _answer(one, show_pii=screen.show_pii)))
    if not events:
        screen.line()
        screen.line(_("Nothing was read or sent since the plan."))
        return
    screen.line()
    requests = ngettext(
        "{number} request, times are UTC", "{number} requests, times are UTC", len(life.tries)
    )
    screen.line((requests.format(number=len(life.tries)), "bold"))
    for at, said in sorted(events, key=lambda event: event[0]):
        screen.line(f"  {moment(at)}  {said}")


def _answer(one: UndoTry, *, show_pii: bool) -> str:
    said = _(_SAID.get(one.outcome, one.outcome or ""))
    reason = retold(one.reason or "")
    return f"{said}: {reason if show_pii else mask(reason)}" if reason else said


def undo_explained_json(told: UndoExplained, *, show_pii: bool = False) -> dict[str, Any]:
    """The same as JSON knows values; every key is always there."""
    seen = _mask(show_pii=show_pii)
    return {
        "schema": SCHEMA,
        "run_id": told.run_id,
        "undoes": told.undoes,
        "target": told.target,
        "channel": told.channel,
        "orders": [_life_json(life, told.run_id, seen, show_pii=show_pii) for life in told.lives],
    }


def _life_json(life: UndoLife, run_id: str, seen: Callable[[str], str], *, show_pii: bool) -> dict[str, Any]:
    record, issue = life.record, _shown(life, show_pii=show_pii)
    return {
        "number": record.number,
        "remote_id": record.remote_id,
        "group": record.group.value,
        "outcome": record.state.value,
        "code": record.code,
        "message": why(issue) or None,
        "status": record.status,
        "currency": record.currency,
        "amount": record.amount,
        "file": record.file,
        "sheet": record.sheet,
        "row": record.row,
        "states": list(life.states),
        "looks": [_look_json(look) for look in life.looks],
        "attempts": [_try_json(one, seen) for one in life.tries],
        "next": next_of(record, run_id) or None,
    }


def _look_json(look: UndoLook) -> dict[str, Any]:
    return {"at": moment(look.at), "attempt": look.attempt, "seen": look.seen}


def _try_json(one: UndoTry, seen: Callable[[str], str]) -> dict[str, Any]:
    return {
        "attempt": one.attempt,
        "started": moment(one.started),
        "finished": moment(one.finished) or None,
        "outcome": one.outcome,
        "status": one.status,
        "reason": seen(one.reason) if one.reason else None,
    }


def _mask(*, show_pii: bool) -> Callable[[str], str]:
    return (lambda text: text) if show_pii else mask


def _shown(life: UndoLife, *, show_pii: bool) -> Issue | None:
    issue = issue_of(life.record)
    if issue is None:
        return None
    return (as_it_is if show_pii else mask_issue)(issue)
