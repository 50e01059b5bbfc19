"""What a journal holds of people is taken out of it for good, and what proves the run stays.

Order numbers, amounts, rows, hashes, states, attempts, moves and decisions stay. Payloads, values of cells,
records to look up or create, and words of the target go. SQLite overwrites what is deleted, its log is cut
off, and the file is written anew; what a disk keeps of blocks that it has given away is beyond any program.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.guard import Guard
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.lookup import Reference, reference_from
from pipeline.model.refusal import JournalRefused

EMPTIED: Final = "emptied"
"""The row of ``meta`` that says when it was done, ISO 8601 in UTC."""
REMOVED: Final = "•••"

CONTENT: Final[Mapping[str, tuple[str, ...]]] = {
    "payloads": ("DELETE FROM payloads",),
    "finished": ("UPDATE finished SET body = x''",),
    "refs": ("UPDATE refs SET spec = nobody(spec), resolution = NULL, trouble = NULL",),
    "attempts": ("UPDATE attempts SET reason = NULL WHERE reason IS NOT NULL",),
    "issues": (
        "UPDATE issues SET value = '•••' WHERE value IS NOT NULL",
        "UPDATE issues SET facts = bare(facts) WHERE substr(code, 2, 1) IN ('2', '3', '5')",
    ),
    "events": ("UPDATE events SET facts = bare(facts)",),
    "changes": ("UPDATE changes SET before = no_values(before), after = no_values(after)",),
    "archived": (
        "UPDATE archived SET code = '', email = '', user = x'', addresses = x'', main = x'', items = x''",
    ),
    "archive_files": ("UPDATE archive_files SET seen = NULL WHERE seen IS NOT NULL",),
    "archive_starts": ("UPDATE archive_starts SET reason = NULL WHERE reason IS NOT NULL",),
    "archive_stands": ("DELETE FROM archive_stands",),
    "complaints": ("UPDATE complaints SET said = '[]'",),
    "undo": (
        "UPDATE undo SET body = x'', seen = x''",
        "UPDATE undo SET facts = bare(facts) WHERE code LIKE 'E%'",  # those quote answers of the target
    ),
    "undo_attempts": ("UPDATE undo_attempts SET reason = NULL WHERE reason IS NOT NULL",),
}
"""Tables with content, and how it goes. Issues of files, mapping and machine (1, 4, 6, 7) quote no cell."""
KEPT: Final = frozenset(
    {
        "meta",
        "tables",  # names of files, sheets and columns
        "orders",  # numbers, amounts, places, hashes, states
        "order_refs",
        "lookups",
        "moves",
        "decisions",  # who decided what, and why: the record that the history only grows
        "batches",
        "batch_objects",
        "registrations",
        "error_reports",
        "counters",
        "archive_rows",
        "order_shapes",
        "money_cells",
        "order_cells",
        "read_backs",
        "read_back_pages",
        "undo_looks",
        "undo_moves",
        "cancelled",
    }
)
"""Tables that say nothing of people but their orders' numbers."""
_PLAIN_FACTS: Final = frozenset(
    {
        "run", "runs", "code", "status", "state", "mode", "field", "fields", "kind", "column", "columns",
        "header", "sheet", "file", "unit", "format", "locale", "currency", "order", "rule", "setting",
        "table",
    }
)  # fmt: skip
"""Facts of an issue that hold no cell's value, by name; numbers are none either."""


def emptied_at(meta: Mapping[str, str]) -> str | None:
    """When the content of a journal was taken out; ``None`` where it is still there."""
    return meta.get(EMPTIED)


def demand_content(meta: Mapping[str, str], run: str, path: Path) -> None:
    """Raise :class:`JournalRefused` (E690) where there is nothing left to send or to compare."""
    at = emptied_at(meta)
    if at is not None:
        raise JournalRefused(Issue("E690", Location(str(path)), facts={"run": run, "at": at}))


def empty(path: Path, now: str) -> None:
    """Take the content out of a sealed journal that nobody has open; ``now`` is ISO 8601 in UTC.

    In one transaction, then the file is written anew without it. Done again, it finishes what a crash left.
    Raises :class:`JournalRefused` where the journal cannot be opened or written, or was changed from outside.
    """
    with closing(connections.open_existing(path)) as db:
        guard = Guard(db, path)
        try:
            with connections.damage_told(path):
                meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
                guard.open(int(meta.get("epoch", 0)), restored=False)
                if EMPTIED not in meta:
                    _take_out(db, guard, path, now)
        finally:
            guard.close()
    with closing(connections.open_existing(path)) as db, connections.damage_told(path):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _take_out(db: sqlite3.Connection, guard: Guard, path: Path, now: str) -> None:
    for name, function in (("bare", bare), ("no_values", _no_values), ("nobody", _nobody)):
        db.create_function(name, 1, function, deterministic=True)
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    unknown = there - set(CONTENT) - KEPT
    if unknown:
        reason = f"nobody has said whether {', '.join(sorted(unknown))} holds anything of people"
        raise JournalRefused(Issue("E692", facts={"run": path.parent.name, "reason": reason}))
    db.execute("BEGIN IMMEDIATE")
    try:
        for table, statements in CONTENT.items():
            for statement in statements if table in there else ():
                db.execute(statement)
        db.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (EMPTIED, now))
        guard.commit()
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def bare(facts: str) -> str:
    """Facts without texts that may quote a cell or an answer."""
    return orjson.dumps(_without_texts(orjson.loads(facts))).decode()


def _without_texts(facts: Any) -> Any:  # noqa: ANN401 - as JSON knows values
    if not isinstance(facts, dict):
        return facts
    return {
        name: ("" if name == "hint" else REMOVED)
        if isinstance(value, str) and name not in _PLAIN_FACTS
        else _without_texts(value)
        for name, value in facts.items()
    }


def _no_values(fields: str) -> str:
    """The names of the fields, which are counted, without what they hold."""
    return orjson.dumps(dict.fromkeys(orjson.loads(fields))).decode()


def _nobody(spec: str) -> str:
    """A record of the same kind that is found by nothing."""
    record = reference_from(orjson.loads(spec))
    return orjson.dumps(Reference(record.kind, record.key, REMOVED).as_data()).decode()
