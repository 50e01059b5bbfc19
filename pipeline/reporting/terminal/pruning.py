"""What pruning takes and leaves, for a terminal and as JSON."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol

from pipeline.model.language import _, ngettext, retold
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.figures import grouped, size

SCHEMA: Final = "orderlift/prune/1"


class Card(Protocol):
    """What a run was."""

    @property
    def created(self) -> str:
        """When, ISO 8601 in UTC."""

    @property
    def command(self) -> str:
        """By which command."""


class ToldRun(Protocol):
    """One run that is due."""

    @property
    def run_id(self) -> str:
        """Its id."""

    @property
    def how(self) -> str:
        """``whole`` or ``payloads``."""

    @property
    def bytes(self) -> int:
        """What of it lies on the disk."""

    @property
    def card(self) -> Card | None:
        """What it was; ``None`` for remains."""

    @property
    def open(self) -> int:
        """How many of its orders still have something to come."""

    @property
    def kept(self) -> Enum | None:
        """Why it is left alone."""

    @property
    def reason(self) -> str:
        """The same in words."""

    @property
    def unfinished(self) -> bool:
        """Whether an earlier pruning was stopped in it."""


def print_due(screen: Screen, going: Sequence[ToldRun], left: Sequence[ToldRun], now: datetime) -> None:
    """Print what would go and what is left alone, a run a line, before anything is done."""
    if going:
        head = (_("  run"), _("made"), _("by"), _("goes"), _("open orders"), _("size"))
        screen.table([head, *(_row(one, now) for one in going)])
        screen.line()
    for one in left:
        said = _("Left alone: run {run}, {reason}.")
        screen.line(said.format(run=one.run_id, reason=retold(one.reason)))


def _row(one: ToldRun, now: datetime) -> tuple[str, ...]:
    how = _("whole") if one.how == "whole" else _("what is personal")
    if one.unfinished:
        how += _(", begun before")
    by = one.card.command if one.card is not None else _("remains")
    return (f"  {one.run_id}", _age(one.card, now), by, how, grouped(one.open), size(one.bytes))


def _age(card: Card | None, now: datetime) -> str:
    if card is None:
        return "–"
    days = (now - datetime.fromisoformat(card.created)).days
    return ngettext("{days} day ago", "{days} days ago", days).format(days=grouped(days))


def print_pruned(screen: Screen, gone: Sequence[ToldRun], freed: int, *, dry_run: bool) -> None:
    """Print in one line what came of it."""
    if not gone:
        screen.line(_("Nothing to prune."))
        return
    text = (
        ngettext("{count} run would go, {size}.", "{count} runs would go, {size}.", len(gone))
        if dry_run
        else ngettext("{count} run pruned, {size} freed.", "{count} runs pruned, {size} freed.", len(gone))
    )
    screen.line((text.format(count=grouped(len(gone)), size=size(freed)), "bold"))


def pruned_json(
    gone: Sequence[ToldRun], left: Sequence[ToldRun], freed: int, *, dry_run: bool
) -> dict[str, Any]:
    """The same as JSON knows values; every key is always there."""
    return {
        "schema": SCHEMA,
        "dry_run": dry_run,
        "bytes": freed,
        "runs": [_json(one, goes=True) for one in gone] + [_json(one, goes=False) for one in left],
    }


def _json(one: ToldRun, *, goes: bool) -> dict[str, Any]:
    return {
        "run_id": one.run_id,
        "created": one.card.created if one.card is not None else None,
        "command": one.card.command if one.card is not None else None,
        "how": one.how,
        "goes": goes,
        "open": one.open,
        "kept": one.kept.value if one.kept is not None else None,
        "unfinished": one.unfinished,
        "bytes": one.bytes,
    }
