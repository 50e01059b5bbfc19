"""A journal whose content is taken out: what of each table goes, and what stays word for word."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_journal import code_of, intent, opened, order, outcome, seal

from pipeline.journal.emptying import CONTENT, EMPTIED, REMOVED, demand_content, emptied_at, empty
from pipeline.journal.reading import JournalReader
from pipeline.journal.schema import TABLES
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

NOW = "2026-01-02T03:04:05+00:00"


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a closed journal."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of two orders: one created, one in doubt, with issues of every family."""
    found = seal(tmp_path / "runs" / "0badcafe" / "journal.db", order(2, "A-1"), order(3, "A-2"))
    facts: dict[str, str | int] = {"reason": "Ann", "hint": "Bob", "column": "NAME", "row": 7}
    with closing(opened(found)) as journal:
        journal.record([intent(1), intent(2)])
        issues = [
            (1, Issue(code, Location("o.csv"), "Ann", facts=facts)) for code in ("E203", "E342", "E511")
        ]
        issues += [
            (1, Issue(code, Location("o.csv"), None, facts=facts)) for code in ("E101", "E401", "E603")
        ]
        journal.record((), [outcome(1, State.CREATED, remote_id="7")], issues)
        journal.record((), [outcome(2, State.IN_DOUBT, reason="Ann said no")])
        journal.note("told", {"who": "Ann", "code": "E501", "count": 3, "inner": {"name": "Ann"}}, 5.0)
    return found


def test_what_is_of_people_goes_and_what_proves_the_run_stays(path: Path) -> None:
    """Payloads, values, texts of facts, and reasons; not codes, places, numbers, states or attempts."""
    kept = (
        "SELECT id, number, state, sha256, amount_minor, remote_id, attempts FROM orders",
        "SELECT order_id, attempt, epoch, started, finished, outcome, status FROM attempts",
        "SELECT order_id, before, after, epoch FROM moves",
        "SELECT id, order_id, code, file, row, col, header, number, field FROM issues",
        "SELECT id, at, kind FROM events",
    )
    before = [rows(path, sql) for sql in kept]
    empty(path, NOW)
    assert [rows(path, sql) for sql in kept] == before
    assert rows(path, "SELECT count(*) FROM payloads") == [(0,)]
    assert rows(path, "SELECT reason FROM attempts WHERE reason IS NOT NULL") == []
    facts = {code: orjson.loads(said) for code, said in rows(path, "SELECT code, facts FROM issues")}
    gone = {"reason": "•••", "hint": "", "column": "NAME", "row": 7}
    stays = {"reason": "Ann", "hint": "Bob", "column": "NAME", "row": 7}
    assert facts == {
        "E203": gone, "E342": gone, "E511": gone, "E101": stays, "E401": stays, "E603": stays,
    }  # fmt: skip
    assert rows(path, "SELECT DISTINCT value FROM issues ORDER BY 1") == [(None,), ("•••",)]
    ((told,),) = rows(path, "SELECT facts FROM events WHERE kind = 'told'")
    assert orjson.loads(told) == {"who": "•••", "code": "E501", "count": 3, "inner": {"name": "•••"}}
    assert REMOVED == "•••"


def test_an_emptied_journal_says_when_and_is_opened_for_reading_alone(path: Path) -> None:
    """Emptied again, it stays as it is; nothing of it is in the file any more, nor in its log."""
    assert emptied_at({}) is None
    demand_content({}, "0badcafe", path)
    empty(path, NOW)
    empty(path, "later")
    assert rows(path, f"SELECT value FROM meta WHERE key = '{EMPTIED}'") == [(NOW,)]
    with closing(JournalReader(path)) as reader:
        assert emptied_at(reader.meta) == NOW
        with pytest.raises(JournalRefused) as refused:
            demand_content(reader.meta, "0badcafe", path)
    assert code_of(refused) == "E690"
    assert dict(refused.value.issues[0].facts) == {"run": "0badcafe", "at": NOW}
    left = b"".join(one.read_bytes() for one in path.parent.glob("journal.db*"))
    assert b"Ann said" not in left
    assert b'{"order"' not in left


def test_a_table_that_nobody_has_judged_keeps_everything(path: Path) -> None:
    """It is named; nothing is taken out."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE diary (entry TEXT)")
        db.commit()
    with pytest.raises(JournalRefused) as refused:
        empty(path, NOW)
    assert code_of(refused) == "E692"
    assert dict(refused.value.issues[0].facts) == {
        "run": "0badcafe",
        "reason": "nobody has said whether diary holds anything of people",
    }
    assert rows(path, "SELECT count(*) FROM payloads") == [(2,)]


REFERENCE = Reference(
    LookupKind.CUSTOMER, "email", "ann@example.org", (), (("first_name", "Ann"),), (("phone", "1"),)
)
FILLED = {
    "refs": (
        "INSERT INTO refs VALUES (1, 'd', 'customer', ?, 'created', '7', 2, 'Ann', 'Ann')",
        (orjson.dumps(REFERENCE.as_data()).decode(),),
        "SELECT * FROM refs",
        (
            1,
            "d",
            "customer",
            orjson.dumps(Reference(LookupKind.CUSTOMER, "email", "•••").as_data()).decode(),
            "created",
            "7",
            2,
            None,
            None,
        ),
    ),
    "finished": (
        "INSERT INTO finished VALUES (1, x'41', x'42')", (), "SELECT * FROM finished", (1, b"", b"B"),
    ),
    "changes": (
        """INSERT INTO changes VALUES (1, 9, 1, '{"phone":"1"}', '{"phone":"2","name":"Ann"}', 'changed')""",
        (),
        "SELECT * FROM changes",
        (1, 9, 1, '{"phone":null}', '{"phone":null,"name":null}', "changed"),
    ),
    "archived": (
        "INSERT INTO archived VALUES (1, 'c', 'a@b', 5, x'41', x'41', x'41', x'41')",
        (),
        "SELECT * FROM archived",
        (1, "", "", 5, b"", b"", b"", b""),
    ),
    "archive_files": (
        "INSERT INTO archive_files VALUES (1, 'user', 'n', 2, x'41', 'done', 'm', 3, 'Ann')",
        (),
        "SELECT * FROM archive_files",
        (1, "user", "n", 2, b"A", "done", "m", 3, None),
    ),
    "archive_starts": (
        "INSERT INTO archive_starts VALUES (1, 1, 1, 2.0, 3.0, 'ok', 'Ann')",
        (),
        "SELECT * FROM archive_starts",
        (1, 1, 1, 2.0, 3.0, "ok", None),
    ),
    "archive_stands": (
        "INSERT INTO archive_stands VALUES ('user', 'ann')", (), "SELECT * FROM archive_stands", None,
    ),
    "complaints": (
        "INSERT INTO complaints VALUES (1, 2, 'Ann', 1)", (), "SELECT * FROM complaints", (1, 2, "[]", 1),
    ),
}  # fmt: skip
"""Tables that a small journal has nothing in: a row, and what is left of it."""


def test_of_every_other_table_what_is_of_people_goes(path: Path) -> None:
    """The rest of each row stays."""
    with closing(opened(path)) as journal:
        for insert, values, _, _ in FILLED.values():
            journal.transaction(lambda db, insert=insert, values=values: db.execute(insert, values))  # type: ignore[misc]
    empty(path, NOW)
    for name, (_, _, select, left) in FILLED.items():
        assert rows(path, select) == ([left] if left else []), name
    tested = set(FILLED) | {"payloads", "attempts", "issues", "events"}
    assert set(CONTENT) - tested == {"undo", "undo_attempts"}, "which a journal of orders does not have"
    assert "CREATE TABLE undo" not in TABLES
