"""What a run's journal says to the ledger and to later runs."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.damage import demand_same_rows
from pipeline.journal.emptying import demand_content
from pipeline.journal.ledger import Row
from pipeline.journal.running import RunJournal
from pipeline.journal.undoing import taken_back
from pipeline.model.ledger import LedgerRun
from pipeline.model.lookup import reference_from
from pipeline.model.undo import HEADER

_PAGE = 5_000
Read = Callable[..., list[tuple[Any, ...]]]
"""A journal's way to answer questions: statement, values → rows."""


class Payload(NamedTuple):
    """A sealed payload, and the nonce that begins its marks."""

    body: bytes
    nonce: str


class EarlierRun:
    """The journal of another run, open for reading until the end of ``with``.

    Raises :class:`JournalRefused`: E601 where it is gone, E605 while another process works on it, others
    where it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connections.open_existing(path)
        try:
            with connections.damage_told(path):
                self._meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
                self.header: dict[str, Any] = orjson.loads(self._meta.get("header", "{}"))
                if self._meta.get("sealed") == "yes":
                    demand_same_rows(self._db, path)
                self._tell()
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        """Nothing to do: it is open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._db.close()

    def _tell(self) -> None:
        self.sendable = self._meta.get("sealed") == "yes"
        self.epoch = int(self._meta.get("epoch", 0))

    def demand_content(self) -> None:
        """Raise :class:`JournalRefused` (E690) where the payloads of its orders were taken out."""
        demand_content(self._meta, self.header["run_id"], self._path)

    def as_run(self) -> LedgerRun:
        """The run as the ledger remembers it, without the stamp of its file."""
        with connections.damage_told(self._path):
            return _run(self._db, self.header, self.epoch)

    def rows(self, *, started: bool) -> Iterator[Row]:
        """What it says of its orders, by collision key."""
        with connections.damage_told(self._path):
            yield from _rows(self._db, started=started)

    def taken_back(self) -> Iterator[tuple[str, str, str]] | None:
        """What an undo says of orders that it took back, or may have; ``None``: the run is no undo."""
        return taken_back(self.read) if HEADER in self.header else None

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer a question."""
        with connections.damage_told(self._path):
            return self._db.execute(sql, values).fetchall()


def registered(journal: RunJournal) -> LedgerRun:
    """A run about to send, as the ledger is to know it."""
    return replace(_run(journal.database, journal.header, journal.epoch), started=True, open=True)


def rows_of(journal: RunJournal) -> Iterator[Row]:
    """What a run that sends says of its orders."""
    return _rows(journal.database, started=True)


def bring_home(journal: RunJournal) -> None:
    """Bring everything into the journal's one file, so that its stamp stays as it is when it is closed."""
    with closing(journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")) as cursor:
        cursor.fetchone()


def keys(read: Read) -> Iterator[tuple[str, str, str]]:
    """(collision key, number, state) of every order of a journal, by key."""
    sql = "SELECT collision, number, state FROM orders WHERE collision > ? ORDER BY collision LIMIT ?"
    last = ""
    while found := read(sql, (last, _PAGE)):
        if len(found) == _PAGE:
            found = _whole_groups(read, found)
        yield from found
        last = found[-1][0]


def _whole_groups(read: Read, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A page that ends where a key ends, so that none is cut in two."""
    last = found[-1][0]
    kept = [row for row in found if row[0] != last]
    return kept + read("SELECT collision, number, state FROM orders WHERE collision = ?", (last,))


def payloads(read: Read, nonce: str, collisions: list[str]) -> dict[str, Payload]:
    """The sealed payloads of some orders, by collision key."""
    marks = ", ".join("?" * len(collisions))
    sql = (
        "SELECT o.collision, p.body FROM orders o JOIN payloads p ON p.order_id = o.id"  # noqa: S608 - marks
        f" WHERE o.collision IN ({marks}) AND o.sha256 IS NOT NULL"
    )
    return {collision: Payload(body, nonce) for collision, body in read(sql, tuple(collisions))}


def identities(read: Read) -> Callable[[str], str]:
    """A way from the digest of a record that orders name to its identity."""
    known: dict[str, str] = {}

    def identity_of(digest: str) -> str:
        if digest not in known:
            rows = read("SELECT spec FROM refs WHERE digest = ?", (digest,))
            known[digest] = reference_from(orjson.loads(rows[0][0])).identity if rows else digest
        return known[digest]

    return identity_of


def _run(db: sqlite3.Connection, header: Mapping[str, Any], epoch: int) -> LedgerRun:
    counts = dict(db.execute("SELECT state, count(*) FROM orders GROUP BY state").fetchall())
    attempted = db.execute("SELECT EXISTS (SELECT 1 FROM attempts)").fetchone()[0]
    return LedgerRun(
        header["run_id"],
        header["created"],
        header["mapping_name"],
        header.get("retries"),
        epoch,
        started=bool(attempted),
        counts=counts,
    )


def _rows(db: sqlite3.Connection, *, started: bool) -> Iterator[Row]:
    """Orders that were ready once; what the ledger itself said of them is not said back to it."""
    facts_only = "" if started else " AND state IN ('created', 'already_present', 'in_doubt', 'conflict')"
    sql = (
        "SELECT collision, number, state, content, remote_id FROM orders"  # noqa: S608 - ours
        f" WHERE sha256 IS NOT NULL AND coalesce(via, '') <> 'ledger'{facts_only} ORDER BY collision"
    )
    return iter(db.execute(sql))
