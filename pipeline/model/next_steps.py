"""What happens next to an order that is not over: the reason why history must not be sent as open.

Inferred from what the statuses mean; which of them the target's order management acts upon is not documented.
"""

from collections.abc import Iterable
from enum import Enum

from pipeline.model.payload import STATUSES


class NextStep(Enum):
    """The step that somebody or something takes. The gravest first; what is stored and told is the value."""

    PACK = "picked, packed and shipped"
    WRITE = "followed on its way, its customer written to"
    PAY = "waited on for a payment"
    DECIDE = "put up for a decision on a cancellation or return"


NEXT_STEP: dict[str, NextStep] = {
    **dict.fromkeys(("400", "450", "547"), NextStep.PACK),
    **dict.fromkeys(("500", "510", "520", "540"), NextStep.WRITE),
    **dict.fromkeys(("200", "300", "350", "546"), NextStep.PAY),
    **dict.fromkeys(("50", "544", "545"), NextStep.DECIDE),
}
"""The next step of every status that is not closed, by code. Besides, every new order reserves stock."""
_GRAVITY = list(NextStep)
_BY_NAME = {STATUSES.get(code, code): step for code, step in NEXT_STEP.items()}


def gravest(statuses: Iterable[str]) -> NextStep:
    """The gravest next step of an order and its items, by the names of their statuses."""
    return min((_BY_NAME.get(name, NextStep.PACK) for name in statuses), key=_GRAVITY.index)
