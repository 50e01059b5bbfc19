"""The numbers of a run and the exit code they mean."""

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from changed_journal import change
from small_shop import open_shop

from pipeline.journal.reading import JournalReader
from pipeline.runs.accounts.summing import summarise, sums_that_differ
from pipeline.runs.verbs import plan


def journal_with(tmp_path: Path, *changes: str) -> Path:
    """Plan three orders, then set the journal as a run might leave it."""
    shop = open_shop(tmp_path / "shop", 3)
    ready = plan(shop.plan_request("http://127.0.0.1:9"), places=shop.places)
    change(ready.journal, *changes)
    return ready.journal


def setting(*states: str) -> list[str]:
    """Set the states of the orders, first to last."""
    return [
        f"UPDATE orders SET state = '{state}' WHERE id = {place}" for place, state in enumerate(states, 1)
    ]


def ended(code: str | None) -> str:
    """Note why sending ended, as the run itself does."""
    facts = orjson.dumps({"code": code, "facts": {}}).decode()
    return f"INSERT INTO events (at, kind, facts) VALUES (1.0, 'ended', '{facts}')"


@pytest.mark.parametrize(
    ("states", "ending", "code"),
    [
        (("created", "created", "created"), None, 0),
        (("created", "created", "already_present"), None, 0),
        (("created", "created", "rejected"), None, 3),
        (("created", "created", "failed"), None, 3),
        (("created", "created", "invalid"), None, 3),
        (("created", "rejected", "in_doubt"), None, 4),
        (("created", "rejected", "in_flight"), None, 4),
        (("created", "rejected", "conflict"), None, 4),
        (("created", "conflict", "planned"), "E501", 5),
        (("created", "created", "waiting"), "E531", 5),
        (("created", "created", "planned"), "E541", 6),
        (("created", "created", "planned"), "E542", 6),
        (("created", "created", "planned"), "E543", 6),
        (("created", "created", "planned"), "interrupted", 130),
        (("created", "created", "planned"), "terminated", 143),
    ],
)
def test_the_exit_code_says_how_a_run_ended(
    tmp_path: Path, states: tuple[str, ...], ending: str | None, code: int
) -> None:
    """Done, some refused, a person needed, stopped early, a limit, a signal."""
    path = journal_with(tmp_path, *setting(*states), ended(ending))
    with closing(JournalReader(path)) as journal:
        summary = summarise(journal, "run")
    assert summary.exit_code == code
    assert summary.orders.read == 3


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM orders WHERE id = 2",
        "UPDATE orders SET items = items + 1 WHERE id = 2",
        "UPDATE orders SET state = 'somewhere' WHERE id = 2",
    ],
)
def test_sums_that_do_not_hold_are_a_mistake_and_never_hidden(tmp_path: Path, change: str) -> None:
    """An order too few, an item too many, an outcome nobody knows: exit code 1, whatever else was fine."""
    path = journal_with(tmp_path, *setting("created", "created", "created"), change)
    with closing(JournalReader(path)) as journal:
        summary = summarise(journal, "run")
        assert sums_that_differ(journal, summary)
    assert summary.exit_code == 1
