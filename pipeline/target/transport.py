"""How requests reach the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import httpx

from pipeline.target.proxy import parse_proxy
from pipeline.target.tls_trust import trusted_context, usual_trust
from pipeline.target.wire_limits import WireLimits

if TYPE_CHECKING:
    from pathlib import Path

TransportKind = Literal["fast", "plain"]

Transport: TypeAlias = httpx.AsyncBaseTransport
"""Whatever sends a request at most once."""


def open_transport(
    kind: TransportKind = "fast",
    *,
    limits: WireLimits | None = None,
    ca_file: Path | None = None,
    proxy: str | None = None,
) -> Transport:
    """Make a transport that sends each request at most once and never guesses what became of it.

    "fast" is made of aiohttp, "plain" of httpx alone; both make the promises AiohttpTransport lists, about
    a whole attempt within `limits.deadline` seconds. `ca_file` (PEM) adds issuers to trust; certificates are
    always verified. `proxy` (http://host:port) is asked to CONNECT, and all else goes through it encrypted:
    it takes https targets only. Without it there is no proxy, whatever the environment names. Close with
    `aclose()`. Raises OSError for a `ca_file` and ProxyRefusedError for a `proxy` that cannot be used.
    """
    bounds = limits or WireLimits()
    way = None if proxy is None else parse_proxy(proxy)
    trust = usual_trust() if ca_file is None else trusted_context(ca_file)
    if kind == "plain":
        from pipeline.target.plain_transport import PlainTransport  # noqa: PLC0415 - only one is needed

        return PlainTransport(bounds, trust, way)
    from pipeline.target.aiohttp_transport import AiohttpTransport  # noqa: PLC0415 - only one is needed

    return AiohttpTransport(bounds, trust, way)
