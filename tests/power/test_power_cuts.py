"""The power goes at any step of the journal's work: what was acknowledged is there, whatever else is."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from apsw_as_sqlite3 import Lies, connector
from power_cuts import ACKED, Counts, Watched, cut_power, standing_of
from power_disk import Disk, Remains
from small_journal import order, seal

from pipeline.model.planned import Intent, Outcome
from pipeline.model.states import State
from pipeline.runs.sending.recorder import Recorder

NORMAL: Lies = {"PRAGMA synchronous = FULL": "PRAGMA synchronous = NORMAL"}
ROLLBACK: Lies = {
    "PRAGMA journal_mode = WAL": "PRAGMA journal_mode = DELETE",
    "PRAGMA locking_mode = EXCLUSIVE": "PRAGMA locking_mode = NORMAL",
}
"""How Python opens a database when nobody says anything."""
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory where there is one: no real disk is waited for."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


def cuts(folder: Path, runs: int, each: int, lies: Lies | None = None) -> Counts:
    """Cut several runs, each at many steps."""
    counts = Counts()
    for seed in range(runs):
        counts += cut_power(folder / str(seed), seed, each, lies=lies)
    return counts


def test_no_acknowledged_intent_is_lost_in_a_power_cut(folder: Path) -> None:
    """At any step, whatever the disk forgot: all acknowledged commits, and the next whole or not at all."""
    counts = cuts(folder, 6, 60)
    assert counts.acknowledged > 3_000
    assert (counts.lost, counts.unusable, counts.wrong) == (0, 0, 0)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_acknowledged_intent_is_lost_in_twenty_thousand_power_cuts(folder: Path) -> None:
    """The same, 20,000 cuts of a hundred runs."""
    counts = cuts(folder, 100, 200)
    print(counts)  # noqa: T201 - the figures are the point
    assert counts.cuts == 20_000
    assert (counts.lost, counts.unusable, counts.wrong) == (0, 0, 0)


@pytest.mark.parametrize("lies", [NORMAL, ROLLBACK], ids=["normal", "rollback"])
def test_the_disk_does_lose_commits_under_other_settings(folder: Path, lies: Lies) -> None:
    """With less than full synchronisation, and with Python's default journal, commits are gone."""
    counts = cuts(folder, 2, 60, lies)
    assert counts.lost > 0


def test_whoever_waited_for_an_intent_finds_it_after_a_power_cut(folder: Path) -> None:
    """Through the recorder, with many at once: no intent that somebody acted upon is missing."""
    path = seal(folder / "j.db", *(order(row, f"A-{row}") for row in range(2, 42)))
    disk, remains = Disk(), Remains({"j.db": path.read_bytes()})
    told: list[tuple[int, int]] = []

    async def send(recorder: Recorder, place: int) -> None:
        await asyncio.sleep(place / 2000)
        await recorder.intent(Intent(place, 1, 1.0))
        told.append((len(disk.steps), place))
        recorder.outcome(Outcome(place, State.CREATED.value, 1, "applied"))

    async def send_all(journal: Watched) -> None:
        recorder = Recorder(journal)
        await asyncio.gather(*(send(recorder, place) for place in range(1, 41)))
        await recorder.aclose()

    with disk.mounted() as vfs:
        Watched.disk = disk
        with closing(Watched(path, now=1.0, connect=connector(vfs))) as journal:
            asyncio.run(send_all(journal))
    assert sum(step.kind == ACKED for step in disk.steps) > 5
    chance = random.Random(3)
    for position, step in enumerate(disk.steps):
        remains.follow(step)
        if position % 4 == 0:
            remains.after_cut(folder / "left", chance)
            found = standing_of(folder / "left" / "j.db")
            acted_upon = [place for after, place in told if after <= position + 1]
            assert all(found[place][1] == 1 for place in acted_upon)
