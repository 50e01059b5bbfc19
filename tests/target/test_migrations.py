"""A file as a multipart body, held against the parser of the standard library."""

import hashlib
from email import message_from_bytes

from pipeline.target.migrations import multipart


def test_a_file_arrives_as_it_is() -> None:
    """One part called file, with its name, and not a byte more or less."""
    content = b'[\n{"a":"\xc4\xb0\r\n--x"}\n]\n'
    body, content_type = multipart("order-0001.json", content)
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    (part,) = [part for part in message.walk() if not part.is_multipart()]
    assert part.get_payload(decode=True) == content
    assert part.get_filename() == "order-0001.json"
    assert part.get_param("name", header="content-disposition") == "file"


def test_a_boundary_never_stands_in_the_file() -> None:
    """Even where the file holds the first one that was thought of."""
    inside = b"x"
    first = hashlib.sha256(inside).hexdigest()
    _, content_type = multipart("a.json", inside)
    assert first in content_type
    tricky = b"--" + hashlib.sha256(b"--").hexdigest().encode()
    body, content_type = multipart("a.json", tricky)
    boundary = content_type.partition("boundary=")[2]
    assert boundary.encode() not in tricky
    assert body.count(b"--" + boundary.encode()) == 2
