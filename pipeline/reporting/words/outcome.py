"""What an order's state is called in reports."""

from dataclasses import dataclass
from typing import Final

from pipeline.model.language import N_, _
from pipeline.model.states import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way an order can end. ``key`` is the name of the count in the summary that it adds to.

    ``called`` and ``means`` are English; ``name`` and ``meaning`` say the same in the language spoken now.
    """

    key: str
    symbol: str
    called: str
    means: str

    @property
    def name(self) -> str:
        """What people call it."""
        return _(self.called)

    @property
    def meaning(self) -> str:
        """What that is, in a few words."""
        return _(self.means)


INVALID = Outcome("invalid", "✕", N_("refused by the checks"), N_("never sent; correct the named cells"))
CREATED = Outcome("created", "✓", N_("created"), N_("stands on the target because of this run"))
ALREADY_PRESENT = Outcome(
    "already_present", "✓", N_("already present"), N_("the target held the same order before")
)
REJECTED = Outcome("rejected", "✕", N_("refused by the target"), N_("the target judged it and said no"))
FAILED = Outcome("failed", "!", N_("failed"), N_("not created; can be sent again as it is"))
IN_DOUBT = Outcome("in_doubt", "?", N_("in doubt"), N_("may or may not stand on the target; ask it first"))
CONFLICT = Outcome(
    "conflict", "≠", N_("in conflict"), N_("the target holds something else under this number")
)
UNPROCESSED = Outcome("unprocessed", "…", N_("not sent"), N_("its turn did not come; can be sent"))

SENT: Final = (CREATED, ALREADY_PRESENT, REJECTED, FAILED, IN_DOUBT, CONFLICT, UNPROCESSED)
"""What becomes of a ready order, as the summary counts it and in this order."""

_BY_STATE: Final = {
    State.INVALID: INVALID,
    State.UNRESOLVED: UNPROCESSED,
    State.PLANNED: UNPROCESSED,
    State.HELD: UNPROCESSED,
    State.IN_FLIGHT: IN_DOUBT,  # silence means doubt
    State.WAITING: UNPROCESSED,
    State.IN_DOUBT: IN_DOUBT,
    State.ABSENT: UNPROCESSED,
    State.CREATED: CREATED,
    State.ALREADY_PRESENT: ALREADY_PRESENT,
    State.REJECTED: REJECTED,
    State.FAILED: FAILED,
    State.CONFLICT: CONFLICT,
}


def outcome_of(state: State) -> Outcome:
    """Return the outcome under which the summary counts an order in this state."""
    return _BY_STATE[state]
