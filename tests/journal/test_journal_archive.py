"""The archive part of a journal: what is sealed stays so, and no move skips its place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from small_journal import order, seal

from pipeline.journal.archive import ArchiveBook, FileRow, content_of
from pipeline.journal.archive_fates import FileEnd, StoredFile
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.archive import ArchivedOrder
from pipeline.model.archive_states import FileEvent, FileState, RowFate
from pipeline.model.issue import Issue
from pipeline.model.planned import PlannedOrder
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import ImpossibleMove, State


def old(row: int, number: str, code: str) -> PlannedOrder:
    """Give an order of the archive with one row of each kind, and two items."""
    name = number.encode()
    archived = ArchivedOrder(
        code,
        f"{code}@example.com",
        0,
        b'{"u":"%s"}' % code.encode(),
        (b'{"a":"%s"}' % code.encode(),),
        b'{"n":"%s"}' % name,
        (b'{"i":"%s/1"}' % name, b'{"i":"%s/2"}' % name),
    )
    return order(row, number, body=None, sha256=sha256(archived.whole()).digest(), archived=archived)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[RunJournal]:
    """Two old orders of one customer, one of another, and a new order."""
    seal(tmp_path / "j.db", old(2, "A-1", "M1"), old(3, "A-2", "M1"), old(4, "A-3", "M2"), order(5, "A-4"))
    with closing(RunJournal(tmp_path / "j.db", now=0.0)) as opened:
        yield opened


def user_file(book: ArchiveBook) -> StoredFile:
    """Write the file of both customers."""
    first, second, third = book.left(10)
    rows = [
        FileRow("M1", ((first.id, 0), (second.id, 0)), first.lines["user"][0]),
        FileRow("M2", ((third.id, 0),), third.lines["user"][0]),
    ]
    return book.write("user", book.next_name("user"), rows)


def states(journal: RunJournal) -> dict[str, str]:
    """Give the state of each order, by number."""
    return dict(journal.read("SELECT number, state FROM orders"))


def test_orders_of_the_archive_are_not_handed_out_to_be_created(journal: RunJournal) -> None:
    """Nor counted among those that are."""
    assert [one.number for one in journal.ready((-1, -1), 10)] == ["A-4"]
    assert journal.count(State.PLANNED) == 1
    assert [one.code for one in ArchiveBook(journal).left(10)] == ["M1", "M1", "M2"]


def test_a_file_is_made_of_what_was_sealed(journal: RunJournal) -> None:
    """Row by row; a row that was changed since is noticed before it leaves."""
    book = ArchiveBook(journal)
    file = user_file(book)
    assert (file.name, file.rows) == ("user-0001.json", 2)
    assert (
        book.content(file) == content_of([b'{"u":"M1"}', b'{"u":"M2"}']) == b'[\n{"u":"M1"},\n{"u":"M2"}\n]\n'
    )
    journal.transaction(lambda db: db.execute("UPDATE archived SET user = x'7b7d' WHERE code = 'M2'"))
    for ask in (lambda: book.content(file), lambda: book.left(10)):
        with pytest.raises(JournalRefused) as refused:
            ask()
        assert refused.value.issues[0].code == "E611"
    journal.transaction(lambda db: db.execute("UPDATE archived SET user = 'text' WHERE code = 'M2'"))
    for ask in (lambda: book.content(file), lambda: book.left(10)):
        with pytest.raises(JournalRefused) as refused:
            ask()
        assert refused.value.issues[0].code == "E604"


def test_a_start_has_an_intent_first_and_only_one(journal: RunJournal) -> None:
    """The orders are under way with it; a second intent for the same file is refused."""
    book = ArchiveBook(journal)
    file = user_file(book)
    book.intent(file, 1.0)
    assert states(journal) == {"A-1": "in_flight", "A-2": "in_flight", "A-3": "in_flight", "A-4": "planned"}
    with pytest.raises(JournalRefused) as refused:
        book.intent(file, 2.0)
    assert refused.value.issues[0].code == "E612"


def test_a_file_in_doubt_can_only_be_decided(journal: RunJournal) -> None:
    """It cannot be started, named or ended; its orders wait with it."""
    book = ArchiveBook(journal)
    file = user_file(book)
    book.intent(file, 1.0)
    book.in_doubt(replace(file, state=FileState.STARTING), "reset", 2.0)
    (doubtful,) = book.files(FileState.IN_DOUBT)
    assert book.count_left() == 0
    with pytest.raises(ImpossibleMove):
        book.intent(doubtful, 3.0)
    with pytest.raises(ImpossibleMove):
        book.named(doubtful, "x", 3.0)
    end = FileEnd({1: RowFate.FREE, 2: RowFate.FREE}, "person")
    assert book.conclude(doubtful, FileEvent.DECIDED_NOT_STARTED, end) == {State.ABSENT: 3}
    assert book.count_left() == 3


def test_silence_is_doubt_for_the_next_process(tmp_path: Path) -> None:
    """An intent without an answer; a file that waited for its start is put back."""
    path = seal(tmp_path / "j.db", old(2, "A-1", "M1"), old(3, "A-2", "M2"))
    with closing(RunJournal(path, now=0.0)) as first:
        book = ArchiveBook(first)
        one, two = book.left(10)
        started = book.write(
            "user", book.next_name("user"), [FileRow("M1", ((one.id, 0),), one.lines["user"][0])]
        )
        book.write("user", book.next_name("user"), [FileRow("M2", ((two.id, 0),), two.lines["user"][0])])
        book.intent(started, 1.0)
    with closing(RunJournal(path, now=2.0)) as second:
        book = ArchiveBook(second)
        assert book.after_crash() == ["user-0002.json"]
        assert [file.name for file in book.files(FileState.IN_DOUBT)] == ["user-0001.json"]
        assert states(second) == {"A-1": "in_doubt", "A-2": "planned"}
        assert [one.code for one in book.left(10)] == ["M2"]
        assert book.next_name("user") == "user-0003.json", "a name is never used twice"


def test_a_refused_customer_takes_all_his_orders_with_him(journal: RunJournal) -> None:
    """Also those that were not in the file; the other customer stands."""
    book = ArchiveBook(journal)
    first, _, third = book.left(10)
    rows = [
        FileRow("M1", ((first.id, 0),), first.lines["user"][0]),
        FileRow("M2", ((third.id, 0),), third.lines["user"][0]),
    ]
    file = book.write("user", book.next_name("user"), rows)
    book.intent(file, 1.0)
    book.named(replace(file, state=FileState.STARTING), "m", 2.0)
    issue = Issue("E561", facts={"file": file.name, "row": 1, "complaints": "no"})
    end = FileEnd({1: RowFate.REFUSED, 2: RowFate.STANDS}, "archive", [(first.id, issue)])
    counted = book.conclude(replace(file, state=FileState.RUNNING), FileEvent.ENDED, end)
    assert states(journal) == {"A-1": "rejected", "A-2": "rejected", "A-3": "waiting", "A-4": "planned"}
    assert counted == {State.REJECTED: 2, State.WAITING: 1}
    assert book.standing("user", ["M1", "M2"]) == {"M2"}
    reader = JournalReader(journal.database)
    assert [one.code for one in reader.orders() if one.code] == ["E561", "E561"]


def test_an_order_whose_items_are_refused_is_in_conflict(journal: RunJournal) -> None:
    """It stands there without them: a person is needed, and one of its rows is enough for that."""
    book = ArchiveBook(journal)
    first, second, _ = book.left(10)
    rows = [
        FileRow(f"{one.id}/{part}", ((one.id, part),), one.lines["order_item"][part])
        for one in (first, second)
        for part in (0, 1)
    ]
    file = book.write("order_item", book.next_name("order_item"), rows)
    book.intent(file, 1.0)
    fates = {1: RowFate.STANDS, 2: RowFate.REFUSED, 3: RowFate.STANDS, 4: RowFate.STANDS}
    running = replace(file, state=FileState.RUNNING)
    assert book.conclude(running, FileEvent.ENDED, FileEnd(fates, "archive")) == {
        State.CONFLICT: 1,
        State.CREATED: 1,
    }
    assert states(journal)["A-2"] == "created"


def test_the_way_an_order_goes_is_sealed(tmp_path: Path) -> None:
    """A journal in which it was changed is not what was planned."""
    path = seal(tmp_path / "j.db", old(2, "A-1", "M1"), order(3, "A-2"))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE orders SET route = 'create' WHERE number = 'A-1'")
        db.commit()
    with pytest.raises(JournalRefused) as refused:
        RunJournal(path, now=0.0)
    assert refused.value.issues[0].code == "E611"
