"""A journal that this process has sealed is not searched for damage again, unless somebody touched it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from small_shop import open_shop, sending

from pipeline.journal.running import RunJournal
from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.state_folder.channel_files import stamp_of
from pipeline.runs.verbs import plan, send

NOWHERE = "http://127.0.0.1:9"


def change(planned: Result) -> None:
    """Change from outside what a plan's seal does not cover, as SQLite lets everybody do."""
    with closing(sqlite3.connect(planned.journal)) as db, db:
        db.execute("UPDATE orders SET remote_id = '7' WHERE id = 1")


def test_what_was_changed_between_sealing_and_sending_is_noticed(tmp_path: Path) -> None:
    """The stamp of the sealed file no longer fits, so the journal is read as a whole, and refused."""
    shop = open_shop(tmp_path / "shop", 3)
    planned = plan(shop.plan_request(NOWHERE), places=shop.places)
    sealed = stamp_of(planned.journal)
    change(planned)
    with pytest.raises(JournalRefused) as refused:
        send(planned.run_id, sending(), shop.places, "run", sealed=sealed)
    assert refused.value.issues[0].code == "E616"


def test_whatever_is_known_of_a_journal_each_payload_is_held_against_its_seal(tmp_path: Path) -> None:
    """A payload that was changed is not sent, though the journal was not searched."""
    shop = open_shop(tmp_path / "shop", 3)
    planned = plan(shop.plan_request(NOWHERE), places=shop.places)
    with closing(sqlite3.connect(planned.journal)) as db, db:
        db.execute("UPDATE payloads SET body = CAST(body || ' ' AS BLOB) WHERE order_id = 1")
    with (
        closing(RunJournal(planned.journal, now=0.0, whole=False)) as journal,
        pytest.raises(JournalRefused) as refused,
    ):
        journal.ready((-1, -1), 10)
    assert refused.value.issues[0].code == "E611"
