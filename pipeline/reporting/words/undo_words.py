"""What the groups and outcomes of an undo are called, with the swatch and symbol that stand for them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeline.model.catalogue import message_of
from pipeline.model.issue import Issue
from pipeline.model.language import N_, _
from pipeline.model.location import Location
from pipeline.model.undo import Group, UndoRecord, UndoState


@dataclass(frozen=True, slots=True)
class Word:
    """``swatch`` names a colour of the report's style sheet; ``called`` is English."""

    swatch: str
    symbol: str
    called: str

    @property
    def name(self) -> str:
        """What people call it, in the language spoken now."""
        return _(self.called)


GROUPS: Final = {
    Group.REVERSIBLE: Word("created", "✓", N_("reversible: the target can be asked to cancel them")),
    Group.TOUCHED: Word("invalid", "!", N_("touched since: left to whoever changed them")),
    Group.IRREVERSIBLE: Word("ignored", "–", N_("irreversible")),
}
_UNCLEAR: Final = Word("conflict", "?", N_("unclear: a person has to look"))
_DOUBT: Final = Word("in_doubt", "?", N_("in doubt"))
_LEFT: Final = Word("unprocessed", "…", N_("not cancelled yet"))
OUTCOMES: Final = {
    UndoState.CANCELLED: Word("created", "✓", N_("cancelled, and read back so")),
    UndoState.ASKED: Word("already_present", "…", N_("waiting for cancellation on the target")),
    UndoState.ALREADY: Word("ignored", "–", N_("cancelled by somebody else before")),
    UndoState.LEFT_ALONE: Word("invalid", "!", N_("changed since the plan, left alone")),
    UndoState.REFUSED: Word("rejected", "✕", N_("refused by the target")),
    UndoState.FAILED: Word("failed", "!", N_("attempts used up")),
    UndoState.UNCLEAR: _UNCLEAR,
    UndoState.IN_DOUBT: _DOUBT,
    UndoState.CANCELLING: _DOUBT,
    UndoState.WAITING: _LEFT,
    UndoState.LISTED: _LEFT,
}
"""Of reversible orders, in the order of telling; states that mean the same to people share one."""
OTHERS: Final = {
    "customer": N_("customers created, irreversible"),
    "address": N_("addresses created, irreversible"),
    "archive_customer": N_("customers in the archive, irreversible"),
    "customer_change": N_("customers changed, irreversible"),
    "registration": N_("remote ids registered, irreversible"),
}
"""What a run makes beside orders, by kind."""


def word_of(record: UndoRecord) -> Word:
    """What became of an order; of one that was never to be cancelled, its group."""
    return OUTCOMES.get(record.state) or GROUPS[record.group]


def issue_of(record: UndoRecord) -> Issue | None:
    """Why a line is not taken back, as an issue; ``None`` where there is nothing to say."""
    if record.code is None:
        return None
    at = Location(record.file, record.sheet, record.row) if record.file else None
    return Issue(record.code, at, order=record.number or None, facts=record.facts)


def why(issue: Issue | None) -> str:
    """The same in the catalogue's words; empty where there is nothing to say."""
    return message_of(issue) if issue is not None else ""


def moment(seconds: float | None) -> str:
    """Seconds since 1970 as ``2024-05-01T10:00:00Z``; empty where there are none."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
