"""Whether a refusal says that the order number is taken.

What create_orders answers to a number it already holds is not documented (406 is, its body is not), so
the words are matched widely and then never believed alone: every match is confirmed by a lookup.
"""

import re

from pipeline.model.exchange import Answer

_TAKEN = re.compile(
    r"already|must be unique|unique set|not unique|duplicate|\bexists\b"
    r"|zaten|mevcut|benzersiz|eşsiz|tekrar eden|kayıtlı",
    re.IGNORECASE,
)
_MISSING = re.compile(r"(does not|doesn't|do not) exist|not found|bulunamad|mevcut değil", re.IGNORECASE)
_NUMBER = re.compile(r"\bnumber\b|sipariş (no|numara)|order no", re.IGNORECASE)
_STATUSES = frozenset({400, 406, 409})


def says_duplicate(reply: Answer) -> bool:
    """Whether one of the complaints says so, naming the number in its path or its words."""
    if reply.status not in _STATUSES:
        return False
    return any(
        _TAKEN.search(complaint.message)
        and not _MISSING.search(complaint.message)
        and ("number" in complaint.path or _NUMBER.search(complaint.message))
        for complaint in reply.complaints
    )
