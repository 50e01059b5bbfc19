"""Orders as the target's list shows them, without their items: page by page, or by number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from pipeline.target.client import channel_fits, number_fits
from pipeline.target.list_page import page_in, reason_of, status_of
from pipeline.target.sender import Address, Sender, Turn
from pipeline.target.token import Token

PAGE = 100
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class OrdersSeen:
    """What a request for orders showed: those of our channel; ``None`` where it failed, which proves nothing.

    ``more``: pages follow. ``count``: how many the list says it has; ``size`` how many records the page had,
    whosever they are. ``reason`` and ``status`` say how it failed.
    """

    orders: tuple[Mapping[str, Any], ...] | None
    more: bool = False
    count: int | None = None
    size: int = 0
    reason: str = ""
    status: int | None = None
    requests: int = 1


class OrderPages:
    """Speaks to the list of orders of one channel. Nothing raises for what the target or the wire does."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._sender = Sender(transport, address, token, turn)
        self._channel = address.channel
        self._path = f"channel/{address.channel}/orders/"

    async def page(self, number: int) -> OrdersSeen:
        """One page of all orders of the channel, from 1, oldest first."""
        return await self._page("sort=id", number)

    async def numbered(self, number: str) -> OrdersSeen:
        """Every order of the channel with exactly this number.

        The target's filter is not believed: numbers are compared here, pages are followed, and a list
        without end is a failure.
        """
        found: list[Mapping[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            seen = await self._page(f"number={quote(number, safe='')}", page)
            if seen.orders is None:
                return OrdersSeen(None, reason=seen.reason, status=seen.status, requests=page)
            found += [one for one in seen.orders if number_fits(one, number)]
            if not seen.more:
                return OrdersSeen(tuple(found), requests=page)
        return OrdersSeen(None, reason="the target ignores the number filter", requests=MOST_PAGES)

    async def _page(self, query: str, number: int) -> OrdersSeen:
        asked = f"{self._path}?{query}&channel_id={self._channel}&limit={PAGE}&page={number}"
        reply = await self._sender.get(asked)
        page = page_in(reply)
        if page is None:
            return OrdersSeen(None, reason=reason_of(reply), status=status_of(reply))
        ours = tuple(one for one in page.results if channel_fits(one, self._channel))
        return OrdersSeen(ours, page.more, page.count, len(page.results), status=status_of(reply))
