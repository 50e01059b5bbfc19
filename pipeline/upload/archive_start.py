"""What the answer to the start of a migration means for its file, and for the run.

There is no list of migrations in which a start could be looked up, so whatever is not proven stays in doubt
until a person decides; nothing in here ever leads to a second start of the same rows by itself.
"""

from dataclasses import dataclass
from typing import TypeAlias

from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.issue import shown

_JUDGED = frozenset({400, 406, 409, 411, 413, 414, 415, 422, 431})
_NOT_FOLLOWED = frozenset({301, 307, 308})
_SEE_ELSEWHERE = frozenset({302, 303})
_PERSONS_ACT = {401: "E501", 403: "E502", 404: "E503"}
_NAMES = ("migration_id", "id")
_MOST_TOLD = 5
_LONGEST_ID = 128


@dataclass(frozen=True, slots=True)
class Started:
    """The target has taken the file, and names the migration."""

    migration: str


@dataclass(frozen=True, slots=True)
class StartRefused:
    """The target judged the file and said no; ``complaints`` on one line."""

    complaints: str


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Proven not to have been taken: it may be started again. ``retry_after`` is the raw header."""

    reason: str
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class StartDoubt:
    """Nothing is proven: it may have been started."""

    reason: str


@dataclass(frozen=True, slots=True)
class StartStop:
    """No request will succeed until a person acts: a code of the catalogue. ``doubt``: this one may have."""

    code: str
    reason: str = ""
    doubt: bool = False


StartVerdict: TypeAlias = Started | StartRefused | NotStarted | StartDoubt | StartStop


def judge_start(reply: Reply) -> StartVerdict:
    """What ``reply`` means for the file that was posted. Never raises."""
    if isinstance(reply, NoAnswer):
        if reply.certificate:
            return StartStop("E505", reply.reason)
        return NotStarted(reply.reason) if reply.wire is Wire.NEVER_SENT else StartDoubt(reply.reason)
    status = reply.status
    if status in (200, 201, 202):
        migration = _migration(reply.data)
        return Started(migration) if migration else StartDoubt(f"answer {status} without a migration_id")
    if status in _PERSONS_ACT:
        return StartStop(_PERSONS_ACT[status], _complaints(reply))
    if status in _NOT_FOLLOWED | _SEE_ELSEWHERE:
        return StartStop("E504", f"answer {status}", doubt=status in _SEE_ELSEWHERE)
    if status in _JUDGED:
        return StartRefused(_complaints(reply) or f"answer {status} without a reason")
    asked = reply.headers.get("retry-after")
    if status == 425 or (status == 429 and asked is not None):  # noqa: PLR2004 - whoever asks to come again has not begun
        return NotStarted(f"answer {status}", asked)
    return StartDoubt(f"answer {status}")


def _migration(data: object) -> str:
    """The migration's id in the answer, or nothing: text that can stand in a path as it is."""
    for name in _NAMES if isinstance(data, dict) else ():
        value = data[name] if isinstance(data, dict) and name in data else None
        if isinstance(value, int | str) and not isinstance(value, bool):
            text = str(value)
            if 0 < len(text) <= _LONGEST_ID and all(c.isascii() and (c.isalnum() or c in "-_") for c in text):
                return text
    return ""


def _complaints(reply: Answer) -> str:
    texts = [shown(str(complaint)) for complaint in reply.complaints[:_MOST_TOLD]]
    more = len(reply.complaints) - _MOST_TOLD
    return "; ".join(texts) + (f"; and {more} more" if more > 0 else "")
