"""One uploaded file: found in a multipart body, read as rows. Pure: bytes in, rows out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = dict[str, Any]


class UnreadableError(ValueError):
    """A file the target cannot read as rows. The message says why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a request, with the name the client gave it."""

    name: str
    content: bytes


def find_upload(content_type: bytes, body: bytes, part: str = "file") -> Upload | None:
    """Give the file part of a multipart body, None if the body has none of that name."""
    header = message_from_bytes(b"Content-Type: " + content_type + b"\r\n\r\n")
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        return None
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1"))[1:]:
        head, _, content = piece.lstrip(b"\r\n").partition(b"\r\n\r\n")
        disposition = message_from_bytes(head + b"\r\n\r\n")
        name = disposition.get_param("name", header="content-disposition")
        filename = disposition.get_filename()
        if name == part and filename:
            return Upload(filename, content)
    return None


def read_rows(upload: Upload, separator: str) -> list[Row]:
    """Give the rows of a CSV file or of a JSON array of objects. Raises Unreadable."""
    kind = upload.name.rpartition(".")[2].lower()
    if kind == "json":
        return _from_json(upload.content)
    if kind == "csv":
        return _from_csv(upload.content, separator)
    if kind == "xls":
        raise UnreadableError("The simulator does not read xls; send csv or json.")
    raise UnreadableError(f"Files of the kind {kind!r} are not taken: csv, xls or json.")


def _from_json(content: bytes) -> list[Row]:
    try:
        document = orjson.loads(content)
    except ValueError as error:
        raise UnreadableError("The file is not valid JSON.") from error
    if not isinstance(document, list) or not all(isinstance(row, dict) for row in document):
        raise UnreadableError("The file is not a JSON array of objects.")
    return document


def _from_csv(content: bytes, separator: str) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
        lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows: list[Row] = list(lines)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError("The file is not a CSV file in UTF-8.") from error
    if any(None in row or None in row.values() for row in rows):
        raise UnreadableError("Not every line of the CSV file has as many cells as its header.")
    return rows
