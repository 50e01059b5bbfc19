"""What an answer to a request about a batch means. What is not plain is doubt, and is looked at."""

from dataclasses import dataclass
from enum import Enum

from pipeline.bookkeeping.batch import STATUS, BatchState
from pipeline.model.exchange import Answer, NoAnswer, Reply
from pipeline.model.issue import shown

EMPTY = "batch_request_status_100_1"
"""The documented code of a batch without objects, in whatever shape it comes."""
_FURTHER = frozenset({"commit", "sent_to_remote", "ongoing"})


class Meaning(Enum):
    """What became of the request."""

    TAKEN = "taken"
    EMPTY = "empty"  # the target finds no objects in the batch
    CLASH = "clash"  # 406: something else is in the way, most likely another batch
    REFUSED = "refused"  # 400: the target judged the objects and said no
    DOUBT = "doubt"
    STOP = "stop"  # a person has to act before anything more can be done


@dataclass(frozen=True, slots=True)
class Verdict:
    """``pk``: the batch's id where the answer names it. ``places``: which of the objects were refused."""

    meaning: Meaning
    reason: str = ""
    code: str = "E550"
    pk: int | None = None
    places: frozenset[int] = frozenset()


def judge(reply: Reply, state: BatchState) -> Verdict:
    """The verdict on a reply to the request that ``state`` says was under way. Never raises."""
    if isinstance(reply, NoAnswer):
        return Verdict(Meaning.DOUBT, reply.reason)
    status, reason = reply.status, f"answer {reply.status}"
    if status == 401:  # noqa: PLR2004 - HTTP
        return Verdict(Meaning.STOP, reason, "E501")
    if status in (403, 404):
        return Verdict(Meaning.STOP, f"the target answers {status} to batch requests of this channel")
    if status == 406:  # noqa: PLR2004 - HTTP
        empty = any(EMPTY in str(one) for one in reply.complaints) or EMPTY in str(reply.data)
        return Verdict(Meaning.EMPTY if empty else Meaning.CLASH, _complaints(reply) or reason)
    if status == 400:  # noqa: PLR2004 - HTTP
        if not reply.complaints:
            return Verdict(Meaning.DOUBT, reason)
        return Verdict(Meaning.REFUSED, _complaints(reply), places=_places(reply))
    return _succeeded(reply, state) or Verdict(Meaning.DOUBT, reason)


def _succeeded(reply: Answer, state: BatchState) -> Verdict | None:
    data = reply.data if isinstance(reply.data, dict) else {}
    pk = pk_of(data)
    if state is BatchState.OPENING:
        return Verdict(Meaning.TAKEN, pk=pk) if reply.status == 201 and pk is not None else None  # noqa: PLR2004
    wanted = STATUS[state]
    reached = data.get("status") == wanted or (wanted == "commit" and data.get("status") in _FURTHER)
    return Verdict(Meaning.TAKEN, pk=pk) if reply.status == 200 and reached else None  # noqa: PLR2004


def pk_of(data: dict[str, object]) -> int | None:
    """The id of a record, whatever it is called."""
    found = data.get("pk", data.get("id"))
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def _complaints(reply: Answer, most: int = 5) -> str:
    return "; ".join(shown(str(one)) for one in reply.complaints[:most])


def _places(reply: Answer) -> frozenset[int]:
    """The places of the objects that are complained of: ``objects[3].pk``."""
    paths = [one.path for one in reply.complaints if one.path[:1] == ("objects",)]
    return frozenset(path[1] for path in paths if len(path) > 1 and isinstance(path[1], int))
