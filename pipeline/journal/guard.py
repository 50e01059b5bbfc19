"""What stands beside every commit of a running journal: the sum over its rows, its witness, its own file."""

import os
import sqlite3
from pathlib import Path

from pipeline.journal.damage import demand_same_rows, kept_log_of
from pipeline.journal.tally import Sum, Tally
from pipeline.journal.witness import Mark, Witness
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused


class Guard:
    """Guards the journal behind one connection. Raises :class:`JournalRefused` where anything is amiss."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path
        self._witness = Witness(path)
        self._tally: Tally | None = None
        self._name = str(path)
        self._file = _identity(self._name)

    def open(self, epoch: int, *, restored: bool, whole: bool = True) -> int:
        """The last epoch there was, of a journal that stands at ``epoch``.

        Raises E616 where the rows are not those that were committed, and E614 where the journal once got
        further than it stands now, which ``restored`` takes. Rows that this process has just added up are not
        read as a ``whole`` again.
        """
        committed = demand_same_rows(self._db, self._path, whole=whole)
        seen, stands = self._witness.seen(), Mark(epoch, committed.commits)
        if not restored and (stands.epoch < seen.epoch or stands.commits < seen.commits):
            facts = {"journal": _told(stands), "seen": _told(seen)}
            raise JournalRefused(Issue("E614", Location(str(self._path)), facts=facts))
        start = Sum(max(stands.commits, seen.commits), committed.rows)
        self._tally = Tally(self._db, start)
        return max(stands.epoch, seen.epoch)

    def begin(self, epoch: int, *, restored: bool) -> None:
        """An epoch is on the disk in the journal; bring it to the disk beside it, before anything is sent."""
        assert self._tally is not None
        self._witness.begin(Mark(epoch, self._tally.commits))
        if restored:
            kept_log_of(self._path).unlink(missing_ok=True)

    def commit(self) -> None:
        """End the transaction under way. When this returns it is durable, in the file that the path names."""
        assert self._tally is not None
        self._tally.store(self._db)
        self._db.execute("COMMIT")
        self._tally.committed()
        self._witness.committed(self._tally.commits)
        found = _identity(self._name)
        if found != self._file:
            what = "removed" if found is None else "replaced by another file"
            raise JournalRefused(Issue("E618", Location(str(self._path)), facts={"what": what}))

    def rolled_back(self) -> None:
        """The transaction under way was undone."""
        if self._tally is not None:
            self._tally.rolled_back()

    def close(self) -> None:
        """Let go of the witness."""
        self._witness.close()


def _identity(path: str) -> tuple[int, int] | None:
    """Which file a path names: device and number; ``None`` where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for at every commit, and half the price
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _told(mark: Mark) -> str:
    return f"start {mark.epoch}, commit {mark.commits}"
