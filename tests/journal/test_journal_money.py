"""The money of a journal: lines that hold every order, and journals from before there were lines."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import small_journal
from small_journal import intent, opened, order, outcome, seal

from pipeline.journal.money import money_book, read_back_stand
from pipeline.journal.read_backs import ReadBacks, Reading
from pipeline.journal.reading import JournalReader
from pipeline.journal.tally import Sum, added_up
from pipeline.model.money import Amounts, MoneyBook, MoneyCell
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State


def book_of(path: Path) -> MoneyBook:
    """Give the money of a closed journal."""
    with closing(JournalReader(path)) as reader:
        return reader.money_book("Europe/Istanbul")


def test_every_order_is_in_one_line_whatever_is_known_of_it(tmp_path: Path) -> None:
    """Orders without day, status, currency or amount are counted, those without an amount in no sum."""
    path = tmp_path / "journal.db"
    first, second = MoneyCell("2024-03-01", "delivered"), MoneyCell("2024-03-02", "delivered")
    seal(
        path,
        order(2, "A-1", cell=first),
        order(3, "A-2", cell=first, amount_minor=-99),
        order(4, "A-3", cell=second),
        order(5, "A-4", valid=False, amount_minor=None, currency=None),
        order(6, "A-5", valid=False, cell=second, amount_minor=None),
    )
    book = book_of(path)
    assert [(line.day, line.status, line.currency, line.source) for line in book.lines] == [
        ("2024-03-01", "delivered", "TRY", Amounts(2, 1900)),
        ("2024-03-02", "delivered", "TRY", Amounts(2, 1999, 1)),
        ("", "", "???", Amounts(1, 0, 1)),
    ]
    assert [line.invalid for line in book.lines] == [Amounts(), Amounts(1, 0, 1), Amounts(1, 0, 1)]
    assert not book.stand.begun


def test_a_journal_from_before_there_were_lines_opens_and_its_sums_hold(tmp_path: Path) -> None:
    """It gets the tables, its orders stand under an unknown day, and nothing of it counts as changed."""
    path = seal(tmp_path / "journal.db")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM money_cells")
        db.execute("DELETE FROM meta WHERE key = 'cells'")  # the sums never held any of them
        commits = db.execute("SELECT value FROM meta WHERE key = 'tally'").fetchone()[0].split(" ")[0]
        total = Sum(int(commits), added_up(db)).text()
        db.execute("UPDATE meta SET value = ? WHERE key = 'tally'", (total,))
        for name in ("money_cells", "order_cells", "read_backs", "read_back_pages"):
            db.execute(f"DROP TABLE {name}")
        db.commit()
    book = book_of(path)
    assert [(line.day, line.status, line.source) for line in book.lines] == [("", "", Amounts(3, 5997))]
    with closing(opened(path)) as journal:
        ReadBacks(journal).begin(1.0, again=False)
        assert ReadBacks(journal).left() == 0


def test_what_was_read_counts_as_long_as_the_order_stays_where_it_was(tmp_path: Path) -> None:
    """An order that has moved since is read again, and until then nothing is said of it."""
    path = seal(tmp_path / "journal.db", order(2, "A-1"), order(3, "A-2"))
    with closing(opened(path)) as journal:
        kept = ReadBacks(journal)
        assert kept.left() == 0, "what was never sent cannot stand there"
        journal.record([intent(1), intent(2)])
        journal.record(outcomes=[outcome(1, State.CREATED), outcome(2, State.IN_DOUBT, meaning="doubt")])
        kept.begin(1.0, again=False)
        assert kept.left() == 2
        assert [one.number for one in kept.unread(0, 9)] == ["A-1", "A-2"]
        kept.keep(
            [
                Reading(1, State.CREATED, 1, "7", 1999, "TRY"),
                Reading(2, State.IN_DOUBT, 1, "8", 1999, "TRY", None, "unexpected", "1 found"),
            ],
            2.0,
            1,
        )
        stand = read_back_stand(journal.read)
        assert (kept.left(), stand.read, stand.differing) == (0, 2, 1)
        journal.record(outcomes=[outcome(2, State.CREATED, attempt=None)])
        stand = read_back_stand(journal.read)
        assert (kept.left(), stand.read, stand.differing, stand.complete) == (1, 1, 0, False)
        (line,) = money_book(journal.read, "UTC", stand).lines
        assert (line.created, line.read_back) == (Amounts(2, 3998), Amounts(1, 1999))
        kept.begin(3.0, again=True)
        assert kept.left() == 2


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE order_cells SET cell_id = cell_id + 1 WHERE order_id = 2",
        "UPDATE order_cells SET order_id = 9 WHERE order_id = 2",
        "DELETE FROM order_cells WHERE order_id = 3",
        "INSERT INTO order_cells (order_id, cell_id) VALUES (4, 1)",
        "UPDATE money_cells SET day = '2024-03-02' WHERE id = 1",
    ],
)
def test_money_that_is_told_elsewhere_is_noticed(tmp_path: Path, harm: str) -> None:
    """A changed line is a changed journal: it is refused, and not reported from."""
    path = seal(tmp_path / "journal.db")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute(harm).rowcount == 1
        db.commit()
    with pytest.raises(JournalRefused) as refused:
        JournalReader(path)
    assert small_journal.code_of(refused) == "E616"
