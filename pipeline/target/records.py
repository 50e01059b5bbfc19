"""Lists of what orders refer to, read whole, and the creation of records, as values in and values out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from pipeline.model.exchange import ListAnswer, Reply
from pipeline.target.list_page import page_in, reason_of, status_of
from pipeline.target.sender import Address, Sender, Turn
from pipeline.target.token import Token

PAGE: Final = 100
MOST_PAGES: Final = 1000

Record = Mapping[str, Any]


class RecordsClient:
    """Speaks to the lists of one target, which hold what orders refer to.

    Sends each request exactly once through ``transport``, as the client for orders does, and may share
    transport, token and turn with it; nothing raises for what the target or the wire does. Counts its
    requests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._sender = Sender(transport, address, token, turn)

    @property
    def requests(self) -> int:
        """How many requests have left."""
        return self._sender.requests

    async def list_all(
        self,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        *,
        give_up: Callable[[tuple[Record, ...]], bool] | None = None,
        most_pages: int = MOST_PAGES,
    ) -> ListAnswer:
        """Every record of a list, over all of its pages.

        ``path`` is below ``/api/v1/`` and ends with a slash, ``query`` is without paging. ``give_up`` is
        shown each page that others follow, and may end the reading. The answer has records only if the
        list was read to its end: a failed page, a list that repeats itself or has no end, and one that is
        shorter than it says, are failed lookups and never empty or partial lists.
        """
        asked = [*query, ("sort", "id"), ("limit", str(PAGE))]
        reading = _WholeList()
        for number in range(1, most_pages + 1):
            paged = urlencode([*asked, ("page", str(number))], quote_via=quote)
            reply = await self._sender.get(f"{path}?{paged}")
            page = page_in(reply)
            if page is None:
                return reading.failed(reason_of(reply), status_of(reply), number)
            if not reading.takes(page.results):
                return reading.failed("its pages repeat", status_of(reply), number)
            if not page.more:
                if page.count is not None and reading.distinct < page.count:
                    return reading.failed(
                        f"{reading.distinct} of {page.count} records", status_of(reply), number
                    )
                return ListAnswer(tuple(reading.records), status=status_of(reply), requests=number)
            if give_up is not None and give_up(tuple(page.results)):
                return reading.failed("other records than those asked for", status_of(reply), number)
        return reading.failed("a list without end", 200, most_pages)

    async def post(self, path: str, body: bytes) -> Reply:
        """Post one record's JSON document, as it is, to ``path`` below ``/api/v1/``.

        The caller has reserved its turn: between that and this call the intent became durable.
        """
        return await self._sender.post(self._sender.url(path), body)

    async def patch(self, path: str, body: bytes) -> Reply:
        """Send the JSON document that changes the record at ``path``, as :meth:`post` does."""
        return await self._sender.patch(self._sender.url(path), body)

    async def get(self, path: str) -> Reply:
        """Ask for the one record at ``path`` below ``/api/v1/``, at its turn."""
        return await self._sender.get(path)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()


class _WholeList:
    """A list while it is read, page by page."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._seen: set[str] = set()
        self._nameless = 0

    @property
    def distinct(self) -> int:
        """How many records came, those that a page repeats counted once."""
        return len(self._seen) + self._nameless

    def takes(self, results: list[Record]) -> bool:
        """Take a page in; false where it brings nothing that was not there before."""
        first, before = not self.records, self.distinct
        for record in results:
            name = next((str(record[key]) for key in ("pk", "id") if record.get(key) is not None), None)
            if name is None:
                self._nameless += 1
            else:
                self._seen.add(name)
        self.records += results
        return first or not results or self.distinct > before

    def failed(self, reason: str, status: int | None, requests: int) -> ListAnswer:
        """The answer of a list that was not read to its end."""
        return ListAnswer(None, reason, status, requests, tuple(self.records))
