"""Migrations by file: a start that carries the file, and questions about how far it is."""

import hashlib

import httpx

from pipeline.model.archive import FileKind
from pipeline.model.exchange import Reply
from pipeline.target.sender import Address, Sender, Turn
from pipeline.target.token import Token


class MigrationsClient:
    """Speaks to the migrations of one channel.

    Sends each request exactly once through ``transport``; nothing raises for what the target or the wire
    does. Counts its requests.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, address: Address, token: Token, turn: Turn
    ) -> None:
        self._sender = Sender(transport, address, token, turn)
        self._path = f"remote/{address.channel}/migrations"

    @property
    def requests(self) -> int:
        """How many requests have left."""
        return self._sender.requests

    async def start(self, kind: FileKind, name: str, content: bytes) -> Reply:
        """Post a file as the multipart part ``file``.

        The caller has reserved its turn: between that and this call the intent became durable.
        """
        body, content_type = multipart(name, content)
        url = self._sender.url(f"{self._path}/start/{kind}/")
        return await self._sender.post(url, body, content_type)

    async def progress(self, migration: str) -> Reply:
        """Reserve a turn and ask how far a migration is; its id can stand in a path as it is."""
        return await self._sender.get(f"{self._path}/{migration}/")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sender.aclose()


def multipart(name: str, content: bytes) -> tuple[bytes, str]:
    """One JSON file as a multipart body, and its content type; the boundary does not occur in the file."""
    boundary = hashlib.sha256(content).hexdigest()
    while boundary.encode() in content:
        boundary = hashlib.sha256(boundary.encode()).hexdigest()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/json\r\n\r\n"
    )
    body = b"".join((head.encode("ascii"), content, f"\r\n--{boundary}--\r\n".encode("ascii")))
    return body, f"multipart/form-data; boundary={boundary}"
