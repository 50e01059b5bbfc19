"""Before anything is sent: is the journal on a disk that keeps promises, and is there room for it to grow?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.journal.place import not_local
from pipeline.journal.room import Ballast, demand_room
from pipeline.journal.running import RunJournal
from pipeline.model.catalogue.disk import NOT_LOCAL
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import AFTER_CRASH, SENDABLE, State


@contextmanager
def fit_disk(path: Path, journal: RunJournal, *, trust: bool) -> Iterator[None]:
    """A disk on which the journal may be worked with, and a reserve on it as long as it is.

    Raises :class:`JournalRefused`: on another machine's disk or in a folder that others copy (E617), unless
    it is to be trusted; with too little room for what is still to be sent (E619).
    """
    if not trust:
        demand_local(path)
    open_orders = journal.count(*SENDABLE, *AFTER_CRASH.values(), State.UNRESOLVED)
    if open_orders:
        demand_room(path, open_orders)
    ballast = Ballast(path)
    ballast.load()
    try:
        yield
    finally:
        ballast.drop()


def demand_local(path: Path) -> None:
    """Raise :class:`JournalRefused` (E617) where a journal does not lie on a disk of this machine."""
    found = not_local(path.parent)
    if found is not None:
        facts: dict[str, str | int] = {"place": NOT_LOCAL[found.kind].format(name=shown(found.name))}
        raise JournalRefused(Issue("E617", Location(str(path.parent)), facts=facts))
