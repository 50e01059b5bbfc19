"""What of a run is not as it was to be: orders that go on, orders that were refused."""

from pipeline.journal.reading import REFUSED, JournalReader
from pipeline.model.states import TABLE

_GOES_ON = tuple(state.value for state in TABLE)


def unfinished(journal: JournalReader) -> bool:
    """Whether continuing the run would do something: to its orders, or to what follows them."""
    marks = ", ".join("?" for _ in _GOES_ON)
    sql = f"SELECT EXISTS (SELECT 1 FROM orders WHERE state IN ({marks}))"  # noqa: S608 - question marks
    books, changes = journal.books(), journal.changes()
    return bool(
        journal.ask(sql, _GOES_ON)[0][0]
        or (books is not None and (books.left or books.reports_left))
        or (changes is not None and changes.left)
    )


def refused_keys(journal: JournalReader, after: str, most: int) -> list[str]:
    """The collision keys of refused orders that come behind one, each once, in their own order."""
    marks = ", ".join("?" for _ in REFUSED)
    sql = (
        f"SELECT DISTINCT collision FROM orders WHERE state IN ({marks}) AND collision > ?"  # noqa: S608 - marks
        " ORDER BY collision LIMIT ?"
    )
    return [key for (key,) in journal.ask(sql, (*REFUSED, after, most))]
