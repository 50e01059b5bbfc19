"""A run on its way to being sealed: what was added is there, what was refused is not, trouble is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_journal import HEADER, ORDERS, code_of, opened, order

from pipeline.journal.planning import Planning
from pipeline.model.archive import ArchivedOrder
from pipeline.model.issue import Issue
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.planned import ReferenceUse
from pipeline.model.records import TableRecord
from pipeline.model.refusal import JournalRefused

TOTALS = {"orders": 0, "rows_used": 0, "rows_ignored": 0, "items_read": 0}
CUSTOMER = Reference(LookupKind.CUSTOMER, "email", "a@example.com")
USE = ReferenceUse(CUSTOMER.digest, (0, 2), 1, "order.customer")


def test_batches_follow_each_other(tmp_path: Path) -> None:
    """Orders of a second batch get ids of their own, and their issues belong to them."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        planning.add([order(2, "A-1"), order(3, "A-2")], [])
        planning.add([order(4, "A-3")], [((0, 4), Issue("W448")), (None, Issue("W432"))])
        assert planning.read("SELECT id, number FROM orders ORDER BY id") == [
            (1, "A-1"),
            (2, "A-2"),
            (3, "A-3"),
        ]
        assert planning.read("SELECT order_id, code FROM issues ORDER BY code DESC") == [
            (3, "W448"),
            (None, "W432"),
        ]


def test_an_order_that_names_records_waits_for_their_ids(tmp_path: Path) -> None:
    """Valid, it is unresolved and knows where it names what; invalid, it is invalid and names nothing."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        planning.add_references({})
        planning.add_references({CUSTOMER.digest: CUSTOMER})
        planning.add_references({CUSTOMER.digest: CUSTOMER})
        planning.add([order(2, "A-1", uses=(USE,)), order(3, "A-2", valid=False, uses=(USE,))], [])
        assert planning.read("SELECT state FROM orders ORDER BY id") == [("unresolved",), ("invalid",)]
        assert planning.read("SELECT digest FROM refs") == [(CUSTOMER.digest,)]
        uses = planning.read("SELECT order_id, tab, row, col, field, ref_id FROM order_refs")
        assert uses == [(1, 0, 2, 1, "order.customer", 1)]


def test_an_order_that_is_refused_after_all_is_never_sent(tmp_path: Path) -> None:
    """State, hash and payload are those of an invalid order, and its reason is kept."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        planning.add([order(2, "A-1"), order(3, "A-2")], [])
        planning.refuse(2, Issue("E306", order="A-2"))
        assert planning.read("SELECT id, state, sha256 IS NULL FROM orders ORDER BY id") == [
            (1, "planned", 0),
            (2, "invalid", 1),
        ]
        assert planning.read("SELECT order_id FROM payloads") == [(1,)]
        assert planning.read("SELECT order_id, code FROM issues") == [(2, "E306")]


def test_an_order_refused_after_all_leaves_nothing_for_the_archive(tmp_path: Path) -> None:
    """What it was to bring there is dropped with it."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        old = ArchivedOrder("M1", "m1@example.com", 0, b"{}", (), b"{}", ())
        planning.add([order(2, "A-1", body=None, archived=old), order(3, "A-2", body=None, archived=old)], [])
        planning.refuse(2, Issue("E306", order="A-2"))
        assert planning.read("SELECT order_id FROM archived") == [(1,)]


def test_a_table_knows_what_became_of_its_rows(tmp_path: Path) -> None:
    """Counted when it was read to its end."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        planning.add_tables([ORDERS])
        planning.count_rows(TableRecord(ORDERS, read=9, used=6, ignored=3, blank=1))
        counts = "SELECT rows_read, rows_used, rows_ignored, rows_blank FROM tables"
        assert planning.read(counts) == [(9, 6, 3, 1)]


def test_a_rebuilt_run_doubts_every_order_before_it_sends_it(tmp_path: Path) -> None:
    """Those that wait for a record, too; those refused by the checks are not asked about."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        planning.add_references({CUSTOMER.digest: CUSTOMER})
        planning.add([order(2, "A-1"), order(3, "A-2", uses=(USE,)), order(4, "A-3", valid=False)], [])
        planning.suspect()
        assert planning.read("SELECT state, suspect FROM orders ORDER BY id") == [
            ("in_doubt", 1),
            ("unresolved", 1),
            ("invalid", 0),
        ]


def test_planning_is_careless_until_the_seal(tmp_path: Path) -> None:
    """Commits need not survive before; the seal brings all to the disk, with indexes, under its digest."""
    with closing(Planning(tmp_path / "j.db")) as planning:
        assert planning.read("PRAGMA synchronous") == [(0,)]
        planning.add_tables([ORDERS])
        planning.add([order(2, "A-1")], [])
        digest = planning.seal(HEADER, TOTALS, sendable=True)
        assert planning.read("PRAGMA synchronous") == [(2,)]
        assert planning.read("SELECT value FROM meta WHERE key = 'digest'") == [(digest,)]
        indexes = {name for (name,) in planning.read("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert {"orders_position", "order_refs_order", "refs_state", "issues_order"} <= indexes
        copied = (tmp_path / "j.db").read_bytes()
    assert b"A-1" in copied, "what was written carelessly lay in the log before"
    opened(tmp_path / "j.db").close()


def test_work_of_others_is_one_transaction(tmp_path: Path) -> None:
    """It is there when it is done, and none of it where it fails; the refusal names the file."""

    def fail(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO events (at, kind, facts) VALUES (2.0, 'lost', '{}')")
        db.execute("INSERT INTO no_such_table VALUES (1)")

    path = tmp_path / "j.db"
    sql = "INSERT INTO events (at, kind, facts) VALUES (1.0, 'kept', '{}')"
    with closing(Planning(path)) as planning:
        planning.transaction(lambda db: db.execute(sql))
        with pytest.raises(JournalRefused) as refused:
            planning.transaction(fail)
        planning.transaction(lambda db: db.execute(sql))
        assert planning.read("SELECT kind FROM events") == [("kept",), ("kept",)]
    assert code_of(refused) == "E604"
    at = refused.value.issues[0].at
    assert at is not None
    assert at.file == str(path)


def test_a_seal_that_fails_is_a_refusal(tmp_path: Path) -> None:
    """Whatever is wrong with the file, nobody takes the plan for sealed."""
    planning = Planning(tmp_path / "j.db")
    planning.add([order(2, "A-1")], [])
    planning.close()
    with pytest.raises(JournalRefused) as refused:
        planning.seal(HEADER, TOTALS, sendable=True)
    assert code_of(refused) == "E604"
    with pytest.raises(JournalRefused) as unsealed:
        opened(tmp_path / "j.db")
    assert code_of(unsealed) == "E610"
