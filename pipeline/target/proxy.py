"""The proxy a user names: an address in, and what of an exchange may go its way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx

from pipeline.target.origin import Origin, OriginRefusedError, parse_target

if TYPE_CHECKING:
    from pipeline.target.origin import OriginFault

_ENDS_WITH_PORT: Final = re.compile(r".*:[0-9]+/?")


class ProxyRefusedError(ValueError):
    """An address that is no proxy's. `fault` says why; the address is left out, it may hold a password."""

    def __init__(self, fault: OriginFault) -> None:
        super().__init__(fault)
        self.fault: OriginFault = fault


def parse_proxy(text: str) -> Origin:
    """Take http://host:port, and nothing more, apart.

    The port must be written: programs differ in the one they assume. A user name or password is refused
    (`userinfo`), since every user of the machine can read a command line. Hosts are held to the rules for
    targets. Raises ProxyRefusedError.
    """
    scheme, mark, place = text.partition("://")
    if mark and scheme.lower() != "http":
        raise ProxyRefusedError("scheme")
    try:
        # Read as if it were https: what the rules for targets add to http is about the token, and a proxy
        # never sees that.
        origin, path = parse_target(f"https://{place}" if mark else text)
    except OriginRefusedError as refused:
        raise ProxyRefusedError(refused.fault) from None
    if path:
        raise ProxyRefusedError("path")
    if not _ENDS_WITH_PORT.fullmatch(place):
        raise ProxyRefusedError("port")
    return Origin("http", origin.host, origin.port)


def without_user(text: str) -> str:
    """Give an address as it may be shown: no user name or password, however it was spelt."""
    _, user, place = text.rpartition("@")
    return f"…@{place}" if user else text


def refuse_in_clear(url: httpx.URL, proxy: Origin | None) -> None:
    """Raise httpx.UnsupportedProtocol (never sent) for a request that a proxy would get to read."""
    if proxy is not None and url.scheme != "https":
        raise httpx.UnsupportedProtocol("only https goes through a proxy")
