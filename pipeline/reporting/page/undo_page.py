"""What ``report.html`` of an undo is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model.issue import Issue
from pipeline.model.undo import UndoCount, UndoReasons, UndoRecord, UndoSummary


@dataclass(frozen=True, slots=True)
class UndoTerms:
    """What was agreed when the undo was planned. ``created`` is UTC, ISO 8601.

    ``digest`` seals the plan, ``list_digest`` the list of what is to be cancelled, both in hex; ``reason`` is
    the id of the target's reason for cancelling, ``statuses`` the codes of orders that are cancelled.
    """

    created: str
    digest: str
    list_digest: str
    reason: int
    statuses: Sequence[str]
    ignore_modified: bool
    version: str
    versions: Sequence[tuple[str, str]] = ()
    not_checked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class UndoPage:
    """One undo, as its page tells it.

    ``people`` are the first orders that nothing here finishes, the gravest before all others, of ``open`` in
    all. ``ended`` says why it ended early, where it did. ``files`` name what lies beside the page: a label
    and a path relative to its folder. Personal data is masked unless ``show_pii``.
    """

    terms: UndoTerms
    summary: UndoSummary
    counts: Sequence[UndoCount]
    reasons: UndoReasons = field(default_factory=UndoReasons)
    people: Sequence[UndoRecord] = ()
    open: int = 0
    ended: Issue | None = None
    broken: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    show_pii: bool = False
