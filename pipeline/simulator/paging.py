"""Pages of a list: `?page=` from 1 and `?limit=`, answered as `{"count", "next", "previous", "results"}`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipeline.simulator.answer import Answer, Request, answer_json, detail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from pipeline.simulator.settings import Settings

    T = TypeVar("T")


LONGEST = 9


def page(request: Request, found: Sequence[T], show: Callable[[T], object], settings: Settings) -> Answer:
    """Give the page the request asks for; 404 if there is none. Only what is on the page is shown.

    A list that the settings or a fault make bare is answered whole, as an array.
    """
    if request.variant == "two_matches":
        found = [*found, *found]
    if request.variant == "bare_list" or list_name(request) in settings.bare_lists:
        return answer_json(200, [show(one) for one in found])
    limit = _positive(request.query.get("limit", ""))
    limit = settings.page_limit if limit is None else min(limit, settings.page_limit_max)
    number = _positive(request.query.get("page", "1"))
    last = max(1, -(-len(found) // limit))
    if number is None or number > last:
        return detail(404, "Invalid page.")
    start = (number - 1) * limit
    return answer_json(
        200,
        {
            "count": len(found),
            "next": _link(request, number + 1) if number < last else None,
            "previous": _link(request, number - 1) if number > 1 else None,
            "results": [show(one) for one in found[start : start + limit]],
        },
    )


def list_name(request: Request) -> str:
    """Give the name settings call a list by: the last part of its path, such as `cargos`."""
    return request.path.rstrip("/").rpartition("/")[2]


def _positive(text: str) -> int | None:
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return int(text) or None if fits else None


def _link(request: Request, number: int) -> str:
    return f"{request.root}{request.path}?{urlencode({**request.query, 'page': number})}"
