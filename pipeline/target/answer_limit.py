"""Bodies of answers, kept under a limit whatever the sender claims. Bytes in, bytes out."""

from __future__ import annotations

import zlib
from typing import Final

import httpx

from pipeline.target.wire_errors import AnswerTooLarge

_GZIP_HEADER: Final = 16  # added to zlib's window bits
_MOST_LAYERS: Final = 2
_GZIP_NAMES: Final = frozenset({"gzip", "x-gzip"})


def decoded_body(body: bytes, content_encoding: str, limit: int) -> bytes:
    """Undo the content encodings of an answer without ever holding more than `limit` bytes of the result.

    `content_encoding` is the header's value; empty and "identity" give the body back as it is.
    Raises AnswerTooLarge over the limit, httpx.RemoteProtocolError for an encoding we do not read (we ask for
    none) and for damaged or cut off data.
    """
    names = [
        name for part in content_encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")
    ]
    if len(names) > _MOST_LAYERS:
        raise httpx.RemoteProtocolError("the answer is encoded too many times over")
    for name in reversed(names):
        if name in _GZIP_NAMES:
            body = _inflated(body, zlib.MAX_WBITS + _GZIP_HEADER, limit)
        elif name == "deflate":
            body = _inflated(body, _deflate_bits(body), limit)
        else:
            raise httpx.RemoteProtocolError("the answer has a content encoding that was not asked for")
    return body


def _deflate_bits(body: bytes) -> int:
    """Tell zlib's header (RFC 9110 wants one) from the bare stream some servers send instead."""
    has_header = (
        len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    )
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _inflated(body: bytes, window_bits: int, limit: int) -> bytes:
    if not body:
        return body
    inflater = zlib.decompressobj(wbits=window_bits)
    try:
        result = inflater.decompress(body, limit + 1)
    except zlib.error as damage:
        raise httpx.RemoteProtocolError("the answer's body cannot be decoded") from damage
    if len(result) > limit:
        raise AnswerTooLarge(f"the answer's decoded body is larger than {limit} bytes")
    if not inflater.eof or inflater.unused_data:
        raise httpx.RemoteProtocolError("the answer's encoded body is cut off, or something follows it")
    return result
