"""What an answer says of the load: nothing, that something failed, or that requests come too fast."""

from enum import Enum

from pipeline.model.exchange import Answer, NoAnswer, Reply

_FAILED = frozenset({408, 425})
_REFUSED_BY_SOMEBODY = frozenset({400, 409, 413, 414, 415, 422, 431})


class Load(Enum):
    """What the pace makes of an answer."""

    FINE = "fine"
    FAILED = "failed"
    TOO_MANY = "too_many"


def load_in(reply: Reply) -> Load:
    """By status alone: whose request it was, and what it means for an order, is judged elsewhere.

    A refusal without a reason comes from something in between, which may have had enough of us.
    """
    if isinstance(reply, NoAnswer):
        return Load.FINE if reply.certificate else Load.FAILED
    if reply.status == 429:  # noqa: PLR2004 - HTTP
        return Load.TOO_MANY
    if reply.status >= 500 or reply.status in _FAILED:  # noqa: PLR2004 - HTTP
        return Load.FAILED
    unexplained = reply.status in _REFUSED_BY_SOMEBODY and not reply.complaints
    return Load.FAILED if unexplained else Load.FINE


def headers_about_time(reply: Reply) -> tuple[str | None, str | None]:
    """``Retry-After`` and ``Date`` of an answer that speaks of load."""
    if not isinstance(reply, Answer) or load_in(reply) is Load.FINE:
        return None, None
    return reply.headers.get("retry-after"), reply.headers.get("date")
