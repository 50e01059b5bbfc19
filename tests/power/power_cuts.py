"""The journal at work on a disk that forgets, cut off at any step; and what the next process makes of it."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from apsw_as_sqlite3 import Lies, connector
from power_disk import Disk, Remains
from small_journal import intent, opened, order, outcome, seal

from pipeline.journal.running import RunJournal
from pipeline.model.planned import Intent, Outcome
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import AFTER_CRASH, SENDABLE, State

ORDERS = 40
ACKED = "acknowledged"
ENDINGS = (State.CREATED, State.REJECTED, State.WAITING, State.IN_DOUBT)

Standing = dict[int, tuple[State, int]]
"""Each order's state and attempts, by its id."""


@dataclass
class Counts:
    """What many cuts came to. `acknowledged` counts commits that had returned before the cuts."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    unusable: int = 0
    wrong: int = 0

    def __iadd__(self, other: Counts) -> Self:
        """Add another count."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


class Watched(RunJournal):
    """The journal itself; the disk is told whenever a commit has returned."""

    disk: Disk

    def commit(self) -> None:
        """Commit as ever."""
        super().commit()
        self.disk.note(ACKED)


def work(path: Path, disk: Disk, chance: random.Random, lies: Lies | None, commits: int) -> list[Standing]:
    """Send and conclude orders at random; returns where every order stood after each commit."""
    standing: Standing = dict.fromkeys(range(1, ORDERS + 1), (State.PLANNED, 0))
    history = [dict(standing)]
    with disk.mounted() as vfs:
        Watched.disk = disk
        journal = Watched(path, now=1.0, connect=connector(vfs, lies))
        journal.database.execute(f"PRAGMA wal_autocheckpoint = {chance.choice([7, 20, 60])}")
        for _ in range(commits):
            outcomes = _conclude(standing, chance)
            intents = _intend(standing, chance)
            journal.record(intents=intents, outcomes=outcomes)
            history.append(dict(standing))
        journal.close()
    return history


def _conclude(standing: Standing, chance: random.Random) -> list[Outcome]:
    flying = [place for place, (state, _) in standing.items() if state is State.IN_FLIGHT]
    chosen = chance.sample(flying, chance.randint(0, len(flying)))
    told = []
    for place in chosen:
        state, attempts = chance.choice(ENDINGS), standing[place][1]
        standing[place] = (state, attempts)
        told.append(outcome(place, state, attempts))
    return told


def _intend(standing: Standing, chance: random.Random) -> list[Intent]:
    ready = [place for place, (state, _) in standing.items() if state in SENDABLE]
    told = []
    for place in chance.sample(ready, min(len(ready), chance.randint(1, 4))):
        attempts = standing[place][1] + 1
        standing[place] = (State.IN_FLIGHT, attempts)
        told.append(intent(place, attempts))
    return told


def cut_power(folder: Path, seed: int, cuts: int, *, lies: Lies | None = None, commits: int = 30) -> Counts:
    """Let the journal work once, and cut the power at many steps of it, each with its own losses."""
    chance, disk, counts = random.Random(seed), Disk(), Counts()
    path = seal(folder / "work" / "j.db", *(order(row, f"A-{row}") for row in range(2, ORDERS + 2)))
    remains = Remains({"j.db": path.read_bytes()})
    history = work(path, disk, chance, lies, commits)
    path.unlink()
    positions = sorted(chance.choices(range(len(disk.steps) + 1), k=cuts))
    done = acknowledged = 0
    for position in positions:
        for step in disk.steps[done:position]:
            if step.kind == ACKED:
                acknowledged += 1
            remains.follow(step)
        done = position
        remains.after_cut(folder / "left", chance)
        counts.cuts += 1
        counts.acknowledged += acknowledged
        _judge(folder / "left" / "j.db", history, acknowledged, counts)
    return counts


def _judge(path: Path, history: list[Standing], acknowledged: int, counts: Counts) -> None:
    """Open what is left as the next process does, and compare it with what had been acknowledged."""
    try:
        found = standing_of(path)
    except JournalRefused:
        counts.unusable += 1
        return
    expected = [after_crash(standing) for standing in history]
    if (
        found in expected[acknowledged : acknowledged + 2]
    ):  # the commit under way is there whole, or not at all
        return
    if found in expected[:acknowledged]:
        counts.lost += acknowledged - max(
            place for place, standing in enumerate(expected[:acknowledged]) if standing == found
        )
    else:
        counts.wrong += 1


def after_crash(standing: Standing) -> Standing:
    """Where orders stand for the next process: silence means doubt."""
    return {place: (AFTER_CRASH.get(state, state), attempts) for place, (state, attempts) in standing.items()}


def standing_of(path: Path) -> Standing:
    """Where orders stand when the next process has opened the journal; attempts are counted one by one."""
    with closing(opened(path)) as journal:
        rows = journal.read(
            "SELECT o.id, o.state, count(a.order_id) FROM orders o LEFT JOIN attempts a ON a.order_id = o.id"
            " WHERE o.attempts = (SELECT count(*) FROM attempts b WHERE b.order_id = o.id) GROUP BY o.id"
        )
        assert all(one.body for one in journal.ready((-1, -1), ORDERS))
    return {order_id: (State(state), attempts) for order_id, state, attempts in rows}
