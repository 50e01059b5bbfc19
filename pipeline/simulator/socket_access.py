"""Puts the connection's transport into the ASGI scope, so that a fault can break the connection itself."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Scope

EXTENSION = "simulator.connection"
_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class TransportInScope(HttpToolsProtocol):
    """uvicorn's protocol, with the transport at hand in every request's scope."""

    def on_message_begin(self) -> None:
        """Extend the scope of the request that begins."""
        super().on_message_begin()
        self.scope["extensions"] = {EXTENSION: {"transport": self.transport}}


def transport_of(scope: Scope) -> asyncio.Transport:
    """Give the transport a request came in by."""
    return cast("asyncio.Transport", scope["extensions"][EXTENSION]["transport"])


def reset(transport: asyncio.Transport) -> None:
    """Close at once with RST: what was not yet read is lost to the other side, and it is told so."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:  # else the client has left meanwhile
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
