"""Values as JSON that every reader accepts."""

import json

import orjson

from pipeline.reporting.masking.visible import encodable


def json_bytes(value: object, *, indent: bool = False) -> bytes:
    """One JSON document in UTF-8 with a line break at its end."""
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    try:
        return orjson.dumps(value, option=options)
    except TypeError:  # a file name that is not UTF-8, or a number beyond 64 bits
        text = json.dumps(_writable(value), ensure_ascii=False, indent=2 if indent else None)
        return f"{text}\n".encode()


def _writable(value: object) -> object:
    """Return the value with each text as UTF-8 can hold it."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(str(key)): _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(inner) for inner in value]
    return value
