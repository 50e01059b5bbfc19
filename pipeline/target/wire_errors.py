"""What can go wrong on the wire, in two classes: never sent, and in doubt.

A request that was never sent may be sent again at once. Any other failure leaves the order in doubt: the
target may have carried it out, so nothing but a look at the target, or a person, may settle it.
"""

from __future__ import annotations

from typing import Final

import httpx

LONGEST_TEXT: Final = 200
# Without the library's own words: h11 quotes the header value it does not like, and that may be the token.
NOT_WIRABLE: Final = "a header of the request cannot be put on the wire"


class CertificateRefused(httpx.ConnectError):
    """The target's certificate did not convince us: unknown issuer, other host, expired. Nothing was sent."""


class TunnelRefused(httpx.ConnectError):
    """The proxy would not connect us to the target. Nothing was sent. `status` is its answer to CONNECT."""

    def __init__(self, status: int | str) -> None:
        super().__init__(f"the proxy answered {status}")


class AnswerTooLarge(httpx.RemoteProtocolError):
    """The answer's body, decoded, is larger than the limit. The request was sent: in doubt."""


_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def never_sent(error: BaseException) -> bool:
    """Tell whether an error of our transports proves that no byte of the request left this machine.

    A proxy's CONNECT is no part of the request: it names the target's host and port and nothing else.

    Holds for errors raised by the transports of `open_transport` only: other transports of httpx have been
    seen to name a connection that broke after the request a connect timeout. Whatever is not an error of
    httpx (a bug, a cancellation) proves nothing, so the answer is False.
    """
    return isinstance(error, _NEVER_SENT)


def short_text(error: BaseException | None) -> str:
    """Name an error in one bounded line; what a hostile answer says does not fill a log."""
    if error is None:
        return "unknown failure"
    text = " ".join(str(error).split())
    name = type(error).__name__
    return f"{name}: {text[:LONGEST_TEXT]}" if text else name
