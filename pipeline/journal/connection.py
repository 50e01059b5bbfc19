"""Opening a journal so that a commit that returned is on the disk."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipeline.journal.damage import demand_whole_log
from pipeline.journal.folders import sync_folder
from pipeline.journal.lock import holder_of
from pipeline.journal.schema import (
    APPLICATION_ID,
    INDEXES,
    KEY_INDEX,
    LATER_TABLES,
    TABLES,
    TRIGGERS,
    VERSION,
)
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused

_EXPECTED = {
    "locking_mode": "exclusive",
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
}
SQLITE = sqlite3.sqlite_version
Connect = Callable[[Path], sqlite3.Connection]


class Kind(NamedTuple):
    """What tells one kind of file from another; ``later`` are tables that an older one may lack."""

    application_id: int
    version: int
    tables: str
    later: str = ""


JOURNAL = Kind(APPLICATION_ID, VERSION, TABLES, LATER_TABLES)


def connect(path: Path) -> sqlite3.Connection:
    """SQLite as Python ships it, with no transaction that was not asked for."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0.5)


def create(path: Path, kind: Kind = JOURNAL, connect: Connect = connect) -> sqlite3.Connection:
    """A new journal; its folder is made, readable by its owner alone. Raises :class:`JournalRefused`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = os.umask(0o077)
    try:
        with _closed_on_error(path, connect) as connection:
            _set_up(connection, path)
            connection.executescript(kind.tables)
            connection.execute(f"PRAGMA application_id = {kind.application_id}")
            connection.execute(f"PRAGMA user_version = {kind.version}")
            return connection
    finally:
        os.umask(before)


def open_existing(
    path: Path,
    kind: Kind = JOURNAL,
    connect: Connect = connect,
    *,
    restored: bool = False,
    whole: bool = True,
) -> sqlite3.Connection:
    """An existing journal. Raises :class:`JournalRefused`: not there, not ours, damaged, held, newer.

    ``restored`` takes one whose last commits are known to be lost. A journal that is not read as a ``whole``
    is not searched for damage from end to end: for a look at a few rows, after which nothing is sent.
    """
    if not path.is_file():
        raise JournalRefused(Issue("E601", Location(str(path))))
    # What SQLite says of a damaged file may hold its bytes, which are then no text that Python can read.
    with damage_told(path), _closed_on_error(path, connect) as connection:
        # Whose file it is comes first: setting it up would change a file of somebody else's.
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if application != kind.application_id:
            raise JournalRefused(Issue("E602", Location(str(path))))
        if version != kind.version:
            facts = {"found": version, "known": kind.version}
            raise JournalRefused(Issue("E603", Location(str(path)), facts=facts))
        demand_whole_log(connection, path, restored=restored)
        _set_up(connection, path)
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] if whole else "ok"
        if verdict != "ok":
            raise JournalRefused(Issue("E604", Location(str(path)), facts={"reason": shown(verdict)}))
        if kind.later:
            connection.executescript(kind.later)
        return connection


@contextmanager
def _closed_on_error(path: Path, connect: Connect) -> Iterator[sqlite3.Connection]:
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        raise trouble(error, path) from error
    try:
        # EXCLUSIVE before WAL: no shared memory file is made, and a second opener is refused.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        yield connection
    except sqlite3.Error as error:
        connection.close()
        raise trouble(error, path) from error
    except BaseException:
        connection.close()
        raise


def trouble(error: sqlite3.Error, path: Path) -> JournalRefused:
    """What SQLite says, as a refusal: held by another process, disk full, or damaged."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        who = f"another process{holder_of(path.with_name('run.lock'))}"
        return JournalRefused(Issue("E605", Location(str(path)), facts={"who": who}))
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return JournalRefused(Issue("E606", Location(str(path)), facts={"reason": name}))
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return JournalRefused(Issue("E607", Location(str(path)), facts={"reason": name}))
    return JournalRefused(
        Issue("E604", Location(str(path)), facts={"reason": shown(f"{name} {error}".strip())})
    )


@contextmanager
def damage_told(path: Path | None) -> Iterator[None]:
    """What cannot be read or understood inside a journal becomes a :class:`JournalRefused` (E604)."""
    where = path or Path("journal")
    try:
        yield
    except sqlite3.Error as error:
        raise trouble(error, where) from error
    except (ValueError, KeyError, TypeError) as error:
        facts: dict[str, str | int] = {"reason": f"its contents make no sense ({type(error).__name__})"}
        raise JournalRefused(Issue("E604", Location(str(where)), facts=facts)) from error


def add_indexes(connection: sqlite3.Connection) -> None:
    """The indexes, made once all rows are in: building them row by row would double the time.

    From here on every move of an order is kept, too.
    """
    connection.executescript(INDEXES)
    connection.execute(KEY_INDEX)
    connection.executescript(TRIGGERS)


def bulk(connection: sqlite3.Connection) -> None:
    """Planning: commits need not survive a crash, because an unsealed plan is thrown away."""
    connection.execute("PRAGMA synchronous = OFF")


def durable(connection: sqlite3.Connection, path: Path) -> None:
    """From here on every commit survives a power cut; what bulk left behind is brought to the disk."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    _assert_settings(connection, path)
    for folder in list(path.absolute().parents)[:3]:  # the run, the runs, the state folder: each may be new
        sync_folder(folder)


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = 1")
    connection.execute("PRAGMA checkpoint_fullfsync = 1")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA secure_delete = ON")
    _assert_settings(connection, path)


def _assert_settings(connection: sqlite3.Connection, path: Path) -> None:
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _EXPECTED}
    if found != _EXPECTED:
        different = ", ".join(f"{name}={found[name]}" for name in _EXPECTED if found[name] != _EXPECTED[name])
        raise JournalRefused(Issue("E608", Location(str(path)), facts={"settings": different}))
