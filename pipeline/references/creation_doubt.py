"""Settling a creation in doubt: the only place where creating the same record again is decided.

A customer is looked for by its key. That it is created twice is not known to be impossible: the target is
said to refuse an e-mail address or a channel code that is taken, and no page promises it.

An address could be posted again at once, because the target refuses a duplicate and names its hash: if the
first request was applied, the second is refused and tells where the first one is; if it was not, the second
does its work. That holds only as long as three things do, none of which is published: that duplicates are
refused at all (the reference client lives on it), that the hash of the second equals that of the first (it
does for equal bytes, which is why a body is made once), and that the refusal is part of the write. The last
one fails where the first request is still on its way: the second finds nothing, is applied, and then the
late first one is, too, if the target looks before it writes instead of writing under a constraint. The
customer then sees one address twice in the address book of a live shop. So an address is treated as a
customer is: looked for first, twice, the second time after the settle window, in which a late request may
still be applied. Only then is it posted again; the refusal by hash is the second net and not the first.

Where the target offers no way to look (its filter is ignored and the list is too long), posting again is the
only question left that it answers. It may be asked after the window if this very target was seen to refuse a
duplicate by its hash; otherwise a person decides.
"""

from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model.lookup import LookupKind
from pipeline.references.resolution import Ambiguous, Found, Ignored, Resolution, Unanswered

FIRST_LOOK = 1.0
MOST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Uncertain:
    """What is known of one creation in doubt.

    Times are seconds of one clock that never goes back. ``last_sent`` is when the last request may have left
    (of an earlier process: when this one started). ``nothing_found`` counts looks that found nothing,
    ``failures`` looks in a row that failed, this one included. ``refused``: the target said no in words that
    were not understood. ``hash_seen``: it has refused another address by its hash.
    """

    kind: LookupKind
    last_sent: float
    nothing_found: int = 0
    failures: int = 0
    refused: bool = False
    hash_seen: bool = False


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Ask once more, not before ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The target does not hold it: the same bytes may be sent once more."""


@dataclass(frozen=True, slots=True)
class APersonDecides:
    """``code`` words it: the record may be there, and nothing we can ask says whether."""

    code: str
    reason: str


Settlement: TypeAlias = Found | LookAgain | SendAgain | APersonDecides


def settle(uncertain: Uncertain, seen: Resolution, now: float, window: float) -> Settlement:
    """Decide after a look; ``window`` is how long after it left a request may still be applied, in seconds.

    A look that failed never leads to sending. What is found is taken, whoever made it: it is the record that
    the orders mean.
    """
    settled_at = uncertain.last_sent + window
    if isinstance(seen, Found):
        return Found(seen.id, inactive=seen.inactive)
    if isinstance(seen, Ambiguous):
        return APersonDecides("E343", f"{len(seen.candidates)} records")
    if isinstance(seen, Ignored):
        if uncertain.kind is not LookupKind.ADDRESS or not uncertain.hash_seen or uncertain.refused:
            return APersonDecides("E349", "the target offers no way to look for it")
        return SendAgain() if now >= settled_at else LookAgain(settled_at)
    if isinstance(seen, Unanswered):
        return LookAgain(now + min(MOST_WAIT, FIRST_LOOK * 2 ** min(max(0, uncertain.failures - 1), 16)))
    if now < settled_at:
        return LookAgain(settled_at)
    if uncertain.nothing_found == 0:
        return LookAgain(now + FIRST_LOOK)
    if uncertain.refused:
        return APersonDecides("E346", "it was refused without a reason, and is not there")
    return SendAgain()
