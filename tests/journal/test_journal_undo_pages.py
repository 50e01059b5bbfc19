"""An undo of any size is read a page at a time, so that memory does not grow with it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from small_journal import HEADER, opened

from pipeline.journal.planning import Planning
from pipeline.journal.reading import JournalReader
from pipeline.journal.undo_history import undo_pasts
from pipeline.journal.undo_planning import add_lines, make_undo_tables, undo_digest
from pipeline.journal.undo_reading import for_a_person, undo_lives, undo_reasons, undo_records
from pipeline.journal.undoing import UndoBook, taken_back, undo_at_stake
from pipeline.model.undo import Group, UndoEvent, UndoLine

Read = Callable[..., list[tuple[Any, ...]]]
LINES = 2_500
PAGE = 2_000
"""Rows that may be in memory at once."""
MOST_BYTES = 4 << 20
SEEN = 4_000
"""Bytes of an order as it was read."""
ZEROS = dict.fromkeys(("orders", "items_read", "rows_read", "rows_used", "rows_ignored"), 0)


def lines() -> Iterator[UndoLine]:
    """Give lines whose orders take ten megabytes together, every fifth touched, for one of four reasons."""
    chance = Random(7)
    for place in range(1, LINES + 1):
        seen = orjson.dumps({"id": str(place), "order": {"x": chance.randbytes(SEEN // 2).hex()}})
        group = Group.TOUCHED if place % 5 == 0 else Group.REVERSIBLE
        at = ("o.csv", None, place, "TRY", -50, str(place), "400", b"{}", seen)
        name = f"A-{place:05d}"
        line = UndoLine("order", group, name, name.casefold(), *at)
        why = {"what": "x", "reason": f"reason {place % 4}"}
        yield line._replace(code="W688", facts=why) if group is Group.TOUCHED else line


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed undo."""
    made = tmp_path_factory.mktemp("undo") / "runs" / "1" / "journal.db"
    planning = Planning(made)
    planning.transaction(make_undo_tables)
    planning.transaction(lambda db: add_lines(db, lines()))
    digest = undo_digest(planning.read)
    planning.seal({**HEADER, "undoes": "1", "undo": {"run": "1", "digest": digest}}, ZEROS, sendable=True)
    planning.close()
    return made


@pytest.mark.parametrize(
    ("reading", "count"),
    [
        (undo_records, LINES),
        (undo_pasts, LINES),
        (undo_at_stake, LINES * 4 // 5),
        (taken_back, 0),
    ],
)
def test_a_list_is_read_in_pages(path: Path, reading: Callable[[Read], Iterator[object]], count: int) -> None:
    """Every line comes once, and no answer of the journal holds more than a page."""
    with closing(JournalReader(path)) as reader:
        sizes: list[int] = []

        def read(sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
            rows = reader.ask(sql, values)
            sizes.append(len(rows))
            return rows

        found = list(reading(read))
    assert len(found) == len(set(map(repr, found))) == count
    assert 0 <= max(sizes) <= PAGE


def test_the_seal_of_a_list_is_checked_within_little_memory(path: Path) -> None:
    """It covers every order as it was read, of which only some are in memory at once."""
    with closing(JournalReader(path)) as reader:
        tracemalloc.start()
        try:
            digest = undo_digest(reader.ask)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert digest == reader.header["undo"]["digest"]
    assert LINES * SEEN > 2 * MOST_BYTES, "all of it would not fit"
    assert peak < 2 * MOST_BYTES


def test_the_seal_covers_the_last_line_of_every_page(path: Path) -> None:
    """A line that is changed anywhere is noticed."""
    with closing(JournalReader(path)) as reader:
        sealed = undo_digest(reader.ask)
        for line in (1, 500, 501, LINES):

            def read(sql: str, values: tuple[Any, ...] = (), line: int = line) -> list[tuple[Any, ...]]:
                return [
                    (row[0], row[1], "B-1", *row[3:]) if row[0] == line else row
                    for row in reader.ask(sql, values)
                ]

            assert undo_digest(read) != sealed, line


def test_reasons_are_counted_by_what_they_say(path: Path) -> None:
    """The commonest first, with a few examples; how many kinds there are is told though few are listed."""
    with closing(JournalReader(path)) as reader:
        found = undo_reasons(reader.ask, 3)
        people, count = for_a_person(reader.ask, 2)
    assert found.kinds == 4
    assert [(one.code, one.lines) for one in found.listed] == [("W688", 125)] * 3
    assert found.listed[0].facts["reason"] == "reason 1"
    assert found.listed[0].names == ("A-00005", "A-00025", "A-00045")
    assert (count, [one.number for one in people]) == (LINES // 5, ["A-00005", "A-00010"])
    assert people[0].amount == "-0.50"


def test_an_order_has_its_looks_and_requests_in_their_order(tmp_path: Path) -> None:
    """Those of no other line; when it was touched last is the latest of them."""
    made = tmp_path / "runs" / "1" / "journal.db"
    planning = Planning(made)
    planning.transaction(make_undo_tables)
    some = [line for line, _ in zip(lines(), range(2), strict=False)]
    planning.transaction(lambda db: add_lines(db, some))
    head = {**HEADER, "undoes": "1", "undo": {"run": "1", "digest": undo_digest(planning.read)}}
    planning.seal(head, ZEROS, sendable=True)
    planning.close()
    journal = opened(made)
    book = UndoBook(journal)
    order = book.intent(book.one(1), 10.0, 11.0)
    book.intent(book.one(2), 90.0, 91.0)
    order = book.answered(order, UndoEvent.DOUBT, ("doubt", 500, "answer 500"), 12.0)
    book.settled(order, UndoEvent.READ_CANCELLED, ("cancelled", 13.0))
    (life,) = undo_lives(journal.read, "a-00001")
    journal.close()
    assert [(look.at, look.attempt, look.seen) for look in life.looks] == [
        (10.0, 0, "as_planned"),
        (13.0, 1, "cancelled"),
    ]
    assert [(one.started, one.finished, one.status, one.outcome) for one in life.tries] == [
        (11.0, 12.0, 500, "doubt")
    ]
    assert life.states == ("listed", "cancelling", "in_doubt", "cancelled")
    assert life.record.when == 13.0
