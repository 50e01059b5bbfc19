"""The bounds every exchange with the target keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WireLimits:
    """Bounds of one transport. Times are seconds.

    deadline: for one request as a whole: waiting for a connection, connecting, sending, reading it all.
    connect_timeout: for name lookup, TCP, a proxy's CONNECT and TLS together (the plain transport: for each
        of them).
    connections: how many may be open at once; further requests wait for one.
    idle: a connection unused for longer is not used again. Shorter than a server's usual 5 s, because a
        request that meets a closing connection is in doubt.
    answer_bytes: the largest body of an answer, as received and as decoded.
    """

    deadline: float = 30.0
    connect_timeout: float = 10.0
    connections: int = 64
    idle: float = 4.0
    answer_bytes: int = 1 << 20

    def __post_init__(self) -> None:
        """Refuse a bound that would mean "unbounded" to one of the libraries below."""
        if min(self.deadline, self.connect_timeout, self.connections, self.idle, self.answer_bytes) <= 0:
            raise ValueError(f"every limit must be greater than zero: {self}")
