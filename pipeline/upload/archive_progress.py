"""How far a migration is, by an answer whose shape is published nowhere.

Only words that everybody would read alike are understood: a status that says waiting, done or failed. Numbers
of rows and complaints about rows are used where they are there. What is not understood is no answer: it is
asked again, and in the end a person is shown what was seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from enum import Enum
from typing import Any, Final

from pipeline.model.exchange import Answer
from pipeline.model.issue import shown

_STATUS_KEYS = ("status", "state", "migration_status")
_DONE = frozenset(
    {"completed", "complete", "done", "finished", "success", "succeeded", "successful", "tamamlandı"}
)
_FAILED = frozenset({"failed", "failure", "fail", "error", "cancelled", "canceled", "aborted", "rejected"})
_UNDER_WAY = frozenset(
    {"waiting", "pending", "queued", "created", "scheduled", "started", "running", "processing"}
    | {"in_progress", "in progress", "inprogress", "progress", "received", "continues"}
)
_SUCCEEDED = ("succeeded", "success_count", "successful", "success", "imported", "created_count", "inserted")
_FAILURES = ("failed", "failed_count", "failure_count", "fail_count", "error_count", "errors_count")
_ERRORS = ("errors", "failed_rows", "failures", "row_errors", "problems", "error_rows")
_ROWS = ("row", "row_number", "row_no", "line", "line_number", "index")
_MESSAGES = ("message", "detail", "reason", "error", "error_message", "description")
_NAMED: Final = "migration_id"
_DEEPEST = 4
_MOST_TEXT = 400


class Phase(Enum):
    """What an answer says about the migration."""

    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as it is understood.

    ``text`` is what it says, on one line, ``status`` the word in it. ``succeeded`` and ``failed`` count rows;
    ``refused`` holds complaints by row number as the target gives it, and ``nameless`` those without one.
    """

    phase: Phase
    text: str
    succeeded: int | None = None
    failed: int | None = None
    refused: Mapping[int, str] = made_by(default_factory=dict)
    nameless: tuple[str, ...] = ()
    message: str = ""
    status: str = ""


def read_progress(answer: Answer, migration: str) -> Seen:
    """What a 200 says about the migration of that id. Never raises."""
    data = answer.data
    if isinstance(data, str) or (data is None and answer.text):
        text = data if isinstance(data, str) else answer.text
        return Seen(_phase(text), shown(text), status=shown(text))
    text = _one_line(data)
    report = next(_reports(data), None)
    if report is None:
        return Seen(Phase.UNCLEAR, text)
    status = next(str(report[key]) for key in _STATUS_KEYS if isinstance(report.get(key), str))
    if _is_of_another(report, migration):
        return Seen(Phase.UNCLEAR, text)
    refused, nameless = _complaints(report)
    messages = (report[key] for key in _MESSAGES if isinstance(report.get(key), str) and report[key])
    return Seen(
        _phase(status),
        text,
        _count(report, _SUCCEEDED),
        _count(report, _FAILURES),
        refused,
        nameless,
        next(map(shown, messages), ""),
        shown(status),
    )


def _phase(word: str) -> Phase:
    plain = word.strip().casefold().replace("-", "_")
    if plain in _DONE:
        return Phase.DONE
    if plain in _FAILED:
        return Phase.FAILED
    return Phase.UNDER_WAY if plain in _UNDER_WAY else Phase.UNCLEAR


def _reports(data: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The objects of an answer that hold a status in words, the outermost first."""
    if not isinstance(data, dict) or depth > _DEEPEST:
        return
    if any(isinstance(data.get(key), str) for key in _STATUS_KEYS):
        yield data
    for inner in data.values():
        yield from _reports(inner, depth + 1)


def _is_of_another(report: Mapping[str, Any], migration: str) -> bool:
    """Whether the answer plainly speaks of another migration: answers got crossed on their way."""
    named = report.get(_NAMED)
    return isinstance(named, int | str) and str(named) != migration


def _count(report: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    found = (report.get(name) for name in names)
    return next(
        (one for one in found if isinstance(one, int) and not isinstance(one, bool) and one >= 0), None
    )


def _complaints(report: Mapping[str, Any]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Complaints by the row that they name, and those that name none."""
    rows: dict[int, list[str]] = {}
    nameless: list[str] = []
    for key in _ERRORS:
        listed = report.get(key)
        for entry in listed if isinstance(listed, list) else ():
            row = _row(entry)
            text = _words(entry)
            if row is None:
                nameless.append(text)
            else:
                rows.setdefault(row, []).append(text)
    return {row: "; ".join(texts) for row, texts in rows.items()}, tuple(nameless)


def _row(entry: object) -> int | None:
    found = (entry.get(key) for key in _ROWS) if isinstance(entry, dict) else ()
    return next((one for one in found if isinstance(one, int) and not isinstance(one, bool)), None)


def _words(entry: object) -> str:
    """An entry without its row number, on one line: ``city: "X" was not found.``"""
    if isinstance(entry, dict):
        rest = {key: value for key, value in entry.items() if key not in _ROWS}
        if len(rest) == 1 and next(iter(rest)) in (*_ERRORS, *_MESSAGES):
            return _words(next(iter(rest.values())))
        return "; ".join(f"{shown(key)}: {_words(value)}" for key, value in rest.items())
    if isinstance(entry, list):
        return ", ".join(_words(one) for one in entry)
    return shown(entry)


def _one_line(data: object) -> str:
    text = repr(data)[:_MOST_TEXT]
    return "".join(character if character.isprintable() else "?" for character in text)
