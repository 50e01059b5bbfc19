"""One page of a list answer: ``{"count", "next", "results"}``, or a bare array."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.exchange import Answer, NoAnswer, Reply


@dataclass(frozen=True, slots=True)
class Page:
    """The objects of a page. ``more``: pages follow. ``count``: how many the list says it has, if it does."""

    results: list[Mapping[str, Any]]
    more: bool = False
    count: int | None = None


def page_in(reply: Reply) -> Page | None:
    """The page in a reply; ``None`` where it is no list."""
    if not isinstance(reply, Answer) or reply.status != 200:  # noqa: PLR2004
        return None
    data = reply.data
    whole = data if isinstance(data, dict) else {}
    results = whole.get("results") if isinstance(data, dict) else data
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        return None
    count = whole.get("count")
    counted = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return Page(results, bool(whole.get("next")), count if counted else None)


def reason_of(reply: Reply) -> str:
    """Why a reply is no list, in a few words."""
    if isinstance(reply, NoAnswer):
        return reply.reason
    return f"answer {reply.status}" if reply.status != 200 else "no list, or one without end"  # noqa: PLR2004


def status_of(reply: Reply) -> int | None:
    """The status of a reply, where an answer came."""
    return reply.status if isinstance(reply, Answer) else None
