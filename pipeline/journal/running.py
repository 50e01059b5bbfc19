"""A sealed run while orders are sent: intents before effects, outcomes after answers."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.journal import connection as connections
from pipeline.journal.emptying import demand_content
from pipeline.journal.guard import Guard
from pipeline.journal.issue_rows import insert_issues
from pipeline.journal.planning import plan_digest
from pipeline.journal.room import Ballast
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.planned import DoubtfulOrder, Intent, Outcome, ReadyOrder
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowRef
from pipeline.model.states import AFTER_CRASH, AFTER_RESTORE, SENDABLE, State

_SENDABLE = ", ".join(f"'{state.value}'" for state in sorted(SENDABLE, key=lambda state: state.value))
_PAYLOADS = "JOIN payloads p ON p.order_id = o.id LEFT JOIN finished f ON f.order_id = o.id"
"""What is sent: the sealed bytes, or what they became when the records they name had ids."""
_MOVABLE = f"{_SENDABLE}, 'in_flight', 'in_doubt'"


class RunJournal:
    """The journal of a sealed run, opened by the one process that may send.

    Opening starts a new epoch: attempts of an earlier process without an outcome become doubts. Every
    method raises :class:`JournalRefused` when the disk, the file or another process is in the way; after
    that nothing more may be sent.

    A journal that got further once than it stands now is refused (E614), by a witness outside of its folder.
    ``restored`` takes it: every order that it would send is in doubt then, and is looked up before anything.
    One that this process has just sealed, or read as a ``whole``, need not be searched for damage again; the
    plan and each payload are held against their seals all the same.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: float,
        restored: bool = False,
        whole: bool = True,
        connect: connections.Connect = connections.connect,
    ) -> None:
        self._path = path
        self._db = connections.open_existing(path, connect=connect, restored=restored, whole=whole)
        self._poisoned = self._full = False
        self._guard = Guard(self._db, path)
        try:
            self._open(now, restored=restored, whole=whole)
        except BaseException:
            self.close()
            raise

    def _open(self, now: float, *, restored: bool, whole: bool) -> None:
        with connections.damage_told(self._path):
            meta = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
            if meta.get("sealed") != "yes":
                raise JournalRefused(Issue("E610", Location(str(self._path))))
            self.header: Mapping[str, Any] = orjson.loads(meta["header"])
            if plan_digest(self._db, self.header) != meta["digest"]:
                raise JournalRefused(Issue("E611", Location(str(self._path))))
            demand_content(meta, self.header["run_id"], self._path)
            self.epoch = self._guard.open(int(meta["epoch"]), restored=restored, whole=whole) + 1
        facts = orjson.dumps({"epoch": self.epoch, **({"restored": True} if restored else {})}).decode()

        def begin(db: sqlite3.Connection) -> None:
            db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (str(self.epoch),))
            if restored:
                db.execute(f"UPDATE orders SET suspect = 1 WHERE state IN ({_SENDABLE}, 'unresolved')")  # noqa: S608
            for before, after in (AFTER_RESTORE if restored else AFTER_CRASH).items():
                db.execute("UPDATE orders SET state = ? WHERE state = ?", (after.value, before.value))
            db.execute("INSERT INTO events (at, kind, facts) VALUES (?, 'epoch', ?)", (now, facts))

        self.transaction(begin, fenced=False)
        self._guard.begin(self.epoch, restored=restored)

    def close(self) -> None:
        """Close the file. The last commit has been durable since it returned."""
        self._guard.close()
        self._db.close()

    def record(
        self,
        intents: Sequence[Intent] = (),
        outcomes: Sequence[Outcome] = (),
        issues: Iterable[tuple[int, Issue]] = (),
        lookups: Iterable[tuple[int, float, int | None]] = (),
    ) -> None:
        """Write and commit in one; see :meth:`write`. Intents may be acted upon when this returns."""
        self.write(intents, outcomes, issues, lookups)
        self.commit()

    def write(
        self,
        intents: Sequence[Intent] = (),
        outcomes: Sequence[Outcome] = (),
        issues: Iterable[tuple[int, Issue]] = (),
        lookups: Iterable[tuple[int, float, int | None]] = (),
    ) -> None:
        """Write outcomes, then intents, into a transaction that :meth:`commit` makes durable.

        Nothing may be acted upon before that. ``issues`` go by order id, as do ``lookups`` (order id,
        seconds since 1970, matches or ``None`` where the lookup failed).
        """
        with self._poisoning():
            self._begin()
            if outcomes:
                self._write_outcomes(self._db, outcomes)
            insert_issues(self._db, issues)
            self._db.executemany("INSERT INTO lookups (order_id, at, found) VALUES (?, ?, ?)", lookups)
            if intents:
                self._write_intents(self._db, intents)

    def commit(self) -> None:
        """Make what was written durable: when this returns, it survives a power cut.

        Takes as long as the disk; may be called in another thread, while nothing else asks the journal.
        """
        with self._poisoning():
            self._guard.commit()

    def last_words(
        self,
        outcomes: Sequence[Outcome],
        issues: Iterable[tuple[int, Issue]] = (),
        lookups: Iterable[tuple[int, float, int | None]] = (),
    ) -> bool:
        """Write what is known when the disk is full, in the room of the ballast; returns whether it was.

        Nothing follows it: no intent is taken any more. After any other trouble nothing is written, because
        nobody knows what is on the disk.
        """
        if not self._full or not Ballast(self._path).drop():
            return False
        self._poisoned = self._full = False
        try:
            self.record((), outcomes, issues, lookups)
        except JournalRefused:
            return False
        finally:
            self._poisoned = True
        return True

    def note(self, kind: str, facts: Mapping[str, Any], at: float) -> None:
        """Remember that something happened to the run as a whole."""
        row = (at, kind, orjson.dumps(dict(facts)).decode())
        self.transaction(lambda db: db.execute("INSERT INTO events (at, kind, facts) VALUES (?, ?, ?)", row))

    def ready(self, after: RowRef, most: int) -> list[ReadyOrder]:
        """The next orders never sent, in source order behind the row ``after``, at most ``most``."""
        return self._ready("o.state = 'planned' AND (o.tab, o.row) > (?, ?)", (*after, most))

    def again(self, after: RowRef, most: int) -> list[ReadyOrder]:
        """The next orders whose earlier attempts are proven not to have been applied, as :meth:`ready`."""
        return self._ready("o.state IN ('waiting', 'absent') AND (o.tab, o.row) > (?, ?)", (*after, most))

    def ready_one(self, order_id: int) -> list[ReadyOrder]:
        """One order as :meth:`ready` and :meth:`again` give it; empty where it is not to be sent."""
        return self._ready(f"o.state IN ({_SENDABLE}) AND o.id = ?", (order_id, 1))

    def reopen_failed(self, now: float) -> int:
        """Make orders whose attempts were used up sendable again, as was asked; returns how many."""
        count = self.count(State.FAILED)
        facts = orjson.dumps({"orders": count}).decode()

        def write(db: sqlite3.Connection) -> None:
            db.execute("UPDATE orders SET state = 'waiting' WHERE state = 'failed'")
            db.execute("DELETE FROM issues WHERE code = 'E523'")
            db.execute("INSERT INTO events (at, kind, facts) VALUES (?, 'reopened', ?)", (now, facts))

        if count:
            self.transaction(write)
        return count

    def doubtful(self, after: RowRef = (-1, -1), most: int = -1) -> list[DoubtfulOrder]:
        """Orders in doubt, in source order behind the row ``after``, at most ``most`` of them."""
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, coalesce(f.body, p.body), o.attempts,"  # noqa: S608 - ours
            " EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = o.id"
            "         AND (a.outcome IS NULL OR a.outcome IN ('doubt', 'applied', 'absent'))),"
            " (SELECT a.outcome FROM attempts a WHERE a.order_id = o.id ORDER BY a.attempt DESC LIMIT 1),"
            f" coalesce(f.sha256, o.sha256) FROM orders o {_PAYLOADS}"
            " WHERE o.state = 'in_doubt' AND (o.tab, o.row) > (?, ?) ORDER BY o.tab, o.row LIMIT ?"
        )
        return [
            DoubtfulOrder(
                order_id,
                (tab, row),
                number,
                self._sealed(body, sha256),
                attempts,
                ours_possible=bool(ours),
                refused_as_duplicate=last == "duplicate",
                refused=last in ("refused", "unclear"),
            )
            for order_id, tab, row, number, body, attempts, ours, last, sha256 in self.read(
                sql, (*after, most)
            )
        ]

    def count(self, *states: State) -> int:
        """How many orders stand in these states, those of the archive left out."""
        marks = ", ".join("?" for _ in states)
        sql = f"SELECT count(*) FROM orders WHERE state IN ({marks}) AND route = 'create'"  # noqa: S608 - marks
        return int(self.read(sql, tuple(state.value for state in states))[0][0])

    @property
    def database(self) -> sqlite3.Connection:
        """The connection, for reading by this room's own reports; another one could not be opened."""
        return self._db

    def _ready(self, condition: str, values: tuple[Any, ...]) -> list[ReadyOrder]:
        sql = (
            "SELECT o.id, o.tab, o.row, o.number, coalesce(f.body, p.body), o.attempts,"  # noqa: S608 - ours
            " coalesce(f.sha256, o.sha256),"
            " EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = o.id AND a.outcome = 'absent')"
            f" FROM orders o {_PAYLOADS}"
            f" WHERE {condition} ORDER BY o.tab, o.row LIMIT ?"
        )
        return [
            ReadyOrder(order_id, (tab, row), number, self._sealed(body, sha256), attempts, bool(earlier))
            for order_id, tab, row, number, body, attempts, sha256, earlier in self.read(sql, values)
        ]

    def _sealed(self, body: bytes, sha256: bytes) -> bytes:
        """The payload, if it still is what was sealed: every attempt sends the same bytes."""
        with connections.damage_told(self._path):
            same = hashlib.sha256(body).digest() == sha256
        if not same:
            raise JournalRefused(Issue("E611", Location(str(self._path))))
        return body

    def _write_intents(self, db: sqlite3.Connection, intents: Sequence[Intent]) -> None:
        moved = sum(
            db.executemany(
                f"UPDATE orders SET state = 'in_flight', attempts = ?, via = NULL"  # noqa: S608 - our states
                f" WHERE id = ? AND attempts = ? AND state IN ({allowed})",
                [
                    (intent.attempt, intent.order_id, intent.attempt - 1)
                    for intent in intents
                    if intent.repeat == repeat
                ],
            ).rowcount
            for repeat, allowed in ((False, _SENDABLE), (True, "'in_doubt'"))
        )
        if moved != len(intents):
            raise JournalRefused(
                Issue("E612", Location(str(self._path)), facts={"moved": moved, "wanted": len(intents)})
            )
        db.executemany(
            "INSERT INTO attempts (order_id, attempt, epoch, started) VALUES (?, ?, ?, ?)",
            [(intent.order_id, intent.attempt, self.epoch, intent.started) for intent in intents],
        )

    def _write_outcomes(self, db: sqlite3.Connection, outcomes: Sequence[Outcome]) -> None:
        moved = db.executemany(
            "UPDATE orders SET state = ?, via = coalesce(?, via), remote_id = coalesce(?, remote_id)"  # noqa: S608
            f" WHERE id = ? AND state IN ({_MOVABLE})",
            [(outcome.state, outcome.via, outcome.remote_id, outcome.order_id) for outcome in outcomes],
        ).rowcount
        if moved != len(outcomes):
            facts = {"moved": moved, "wanted": len(outcomes)}
            raise JournalRefused(Issue("E612", Location(str(self._path)), facts=facts))
        db.executemany(
            "UPDATE attempts SET outcome = ?, status = ?, reason = ?, finished = ?"
            " WHERE order_id = ? AND attempt = ?",
            [
                (
                    outcome.meaning,
                    outcome.status,
                    outcome.reason,
                    outcome.finished,
                    outcome.order_id,
                    outcome.attempt,
                )
                for outcome in outcomes
                if outcome.attempt is not None
            ],
        )
        db.executemany(
            "INSERT OR IGNORE INTO complaints (order_id, attempt, said) VALUES (?, ?, ?)",
            [(one.order_id, one.attempt, one.complaints) for one in outcomes if one.complaints is not None],
        )
        absent = [(outcome.order_id,) for outcome in outcomes if outcome.state == State.ABSENT.value]
        db.executemany(
            "UPDATE attempts SET outcome = 'absent'"
            " WHERE order_id = ? AND (outcome IS NULL OR outcome = 'doubt')",
            absent,
        )

    def transaction(self, work: Callable[[sqlite3.Connection], object], *, fenced: bool = True) -> None:
        """Do some work and make it durable; what it raises undoes it."""
        with self._poisoning():
            self._begin(fenced=fenced)
            work(self._db)
            self._guard.commit()

    def _begin(self, *, fenced: bool = True) -> None:
        if self._poisoned:
            reason = "an earlier write failed"
            raise JournalRefused(Issue("E606", Location(str(self._path)), facts={"reason": reason}))
        self._db.execute("BEGIN IMMEDIATE")
        if fenced:
            self._check_epoch()

    @contextlib.contextmanager
    def _poisoning(self) -> Iterator[None]:
        """After a failed write or sync nobody knows what is on the disk; only a new start can tell."""
        try:
            yield
        except BaseException as error:
            self._poisoned = True
            self._roll_back()
            if isinstance(error, sqlite3.Error):
                self._full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
                raise connections.trouble(error, self._path) from error
            if isinstance(error, UnicodeDecodeError):  # what SQLite says of a damaged file holds its bytes
                facts = {"reason": "its contents make no sense"}
                raise JournalRefused(Issue("E604", Location(str(self._path)), facts=facts)) from error
            raise

    def _roll_back(self) -> None:
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._guard.rolled_back()
        except sqlite3.Error:
            return  # the file is beyond writing; the next start recovers it

    def _check_epoch(self) -> None:
        found = self._db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0]
        if int(found) != self.epoch:
            raise JournalRefused(Issue("E613", Location(str(self._path))))

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that answer a question of this room."""
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise connections.trouble(error, self._path) from error
