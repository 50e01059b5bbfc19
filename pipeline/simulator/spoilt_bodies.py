"""Answers gone wrong: the same status, another body. Pure: an answer in, an answer out."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import lru_cache

import orjson

from pipeline.simulator.answer import HTML_TYPE, JSON_TYPE, Answer

MEGABYTE = 1 << 20
DEEP = 100_000
IDENTITIES = ("number", "hash_data", "email")


def html(answer: Answer) -> Answer:
    """Give a page where JSON was expected."""
    page = b"<!doctype html><html><body><h1>Please wait</h1></body></html>"
    return replace(answer, body=page, content_type=HTML_TYPE)


def empty(answer: Answer) -> Answer:
    """No body at all."""
    return replace(answer, body=b"")


def cut(answer: Answer) -> Answer:
    """Well framed, but the JSON stops in the middle."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def other_number(answer: Answer) -> Answer:
    """Somebody else's order, customer or address: as if two answers had crossed."""
    document = _object(answer)
    name = next((name for name in IDENTITIES if name in document), "number")
    document[name] = f"{document.get(name, '')}-OTHER"
    return replace(answer, body=orjson.dumps(document))


def no_number(answer: Answer) -> Answer:
    """Give the order without its number, the customer without its e-mail, the address without its hash."""
    document = _object(answer)
    for name in IDENTITIES:
        document.pop(name, None)
    return replace(answer, body=orjson.dumps(document))


def not_a_number(answer: Answer) -> Answer:
    """NaN and Infinity, which many parsers take although JSON has neither."""
    return _with_member(answer, b'"amount":NaN,"shipping_amount":Infinity')


def twice_the_key(answer: Answer) -> Answer:
    """Two members named `number` in one object."""
    return _with_member(answer, b'"number":"SOMEBODY-ELSE"')


def huge_integer(answer: Answer) -> Answer:
    """Give a pk of 5,000 digits."""
    return _with_member(answer, b'"pk":' + b"9" * 5_000)


def array(answer: Answer) -> Answer:
    """Give the object inside a list."""
    return replace(answer, body=b"[" + answer.body + b"]")


def wrong_shape(answer: Answer) -> Answer:
    """Proper JSON of another make."""
    return replace(answer, body=b'{"status":"success","data":{}}')


def deep(answer: Answer) -> Answer:
    """100,000 nested lists."""
    return replace(answer, body=b"[" * DEEP + b"]" * DEEP)


def bad_utf8(answer: Answer) -> Answer:
    """Bytes that are no UTF-8."""
    return _with_member(answer, b'"notes":"\xff\xfe\xc3"')


def bomb(answer: Answer, megabytes: int) -> Answer:
    """Give a small gzip body that unpacks to many megabytes of spaces, with the real JSON nowhere in it."""
    return replace(answer, body=_packed(megabytes), headers=(*answer.headers, (b"content-encoding", b"gzip")))


@lru_cache(maxsize=2)
def _packed(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = b" " * MEGABYTE
    return b"".join([packer.compress(block) for _ in range(megabytes)] + [packer.flush()])


def other_value(answer: Answer, field: str) -> Answer:
    """Give every object of the list, or the only one, with another value of a field."""
    try:
        document = orjson.loads(answer.body)
    except ValueError:
        return answer
    whole = document if isinstance(document, dict) else {}
    shown = whole.get("results") if "results" in whole else document
    for one in shown if isinstance(shown, list) else [shown]:
        if isinstance(one, dict) and field in one:
            one[field] = f"{one[field]}9"
    return replace(answer, body=orjson.dumps(document))


def _object(answer: Answer) -> dict[str, object]:
    try:
        document = orjson.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _with_member(answer: Answer, member: bytes) -> Answer:
    """Give the answer's object with one more member at its end."""
    inside = answer.body[1:-1] if answer.body.startswith(b"{") else b""
    return replace(answer, body=b"{" + inside + (b"," if inside else b"") + member + b"}")


def scripted(status: int, form: str) -> Answer:
    """Give a status the body a script asks for: the API's JSON, a proxy's HTML, or none."""
    if form == "html":
        page = f"<html><head><title>{status}</title></head><body><center>nginx</center></body></html>"
        return Answer(status, page.encode(), HTML_TYPE)
    if form == "empty" or 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
        return Answer(status)
    if form == "product":
        return Answer(status, b'{"detail":"Product not found."}', JSON_TYPE)
    if status in {400, 406, 409, 422}:
        body = {"non_field_errors": ["The order cannot be accepted."], "code": f"scripted_{status}"}
        return Answer(status, orjson.dumps(body))
    message = {
        401: "Invalid token.",
        403: "You do not have permission to perform this action.",
        404: "Not found.",
        429: "Request was throttled.",
    }.get(status, "The server could not handle the request.")
    return Answer(status, orjson.dumps({"detail": message}))
