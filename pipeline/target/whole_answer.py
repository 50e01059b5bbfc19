"""An answer that has arrived completely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Sequence


class WholeAnswer(httpx.Response):
    """An httpx.Response whose body is read, decoded and final: nothing is left on the wire behind it.

    Made directly, because httpx.Response(content=...) takes the body through its decoders again: 10 µs, and
    for a body that is still marked as compressed an error.
    """

    def __init__(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body))
        self._content = body
        self.is_closed = True
        self.is_stream_consumed = True
