"""What a request must look like before it may come near a socket."""

from __future__ import annotations

import httpx


def sendable_url(url: httpx.URL) -> str:
    """Give the URL's text if a transport may send to it.

    Raises httpx.UnsupportedProtocol (never sent) unless it is http(s) with a host and without a user name:
    aiohttp would make a second Authorization header of that.
    """
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise httpx.UnsupportedProtocol(
            "only http and https, with a host and without a user name, can be sent to"
        )
    return str(url)


async def whole_body(request: httpx.Request) -> bytes:
    """Give the request's body, read into memory if it was a stream."""
    if isinstance(request.stream, httpx.ByteStream):  # in memory already, and asking httpx for it is dear
        return b"".join(request.stream)
    try:
        return request.content
    except httpx.RequestNotRead:
        return await request.aread()
