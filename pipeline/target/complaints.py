"""What the target says is wrong, whatever shape it says it in.

Documented are ``{"field": ["msg"], "code": "…"}``, ``{"non_field_errors": […] or "…", "code": "…"}`` and
``{"detail": "…"}``; nested bodies follow the usual nesting of their framework.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.model.exchange import Complaint

_SPOKEN_FOR = frozenset({"non_field_errors", "detail", "__all__"})
_MOST = 200
_DEEPEST = 8


def complaints_in(data: Any) -> tuple[Complaint, ...]:  # noqa: ANN401 - any JSON
    """The complaints in a parsed error body; empty where it does not have the API's shape."""
    if not isinstance(data, dict):
        return ()
    found: list[Complaint] = []
    for complaint in _walk(data, (), 0):
        found.append(complaint)
        if len(found) >= _MOST:
            break
    return tuple(found)


def _walk(data: Any, path: tuple[str | int, ...], depth: int) -> Iterator[Complaint]:  # noqa: ANN401
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "code" and not path:
                continue
            yield from _walk(value, path if key in _SPOKEN_FOR else (*path, str(key)), depth + 1)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            inside = (*path, index) if isinstance(value, dict | list) else path
            yield from _walk(value, inside, depth + 1)
    elif data is not None and data != "":
        yield Complaint(path, str(data))
