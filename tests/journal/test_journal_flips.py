"""Bytes of a journal that changed by themselves: refused, or every row still what it was."""

import random
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from small_journal import intent, opened, order, outcome, seal

from pipeline.journal.reading import JournalReader
from pipeline.journal.references import ReferenceBook
from pipeline.journal.running import RunJournal
from pipeline.model.issue import Issue
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

TABLES = ["tables", "orders", "order_refs", "refs", "finished", "attempts", "lookups", "issues", "events"]
ORDERS = 30
EARLIEST = (-1, -1)
Said = dict[str, list[tuple[Any, ...]]]


def at_work(path: Path, *, last: bool = True) -> RunJournal:
    """Give a journal in the middle of its work, all of it in the log; without `last`, one commit less."""
    seal(path, *(order(row, f"A-{row}") for row in range(2, ORDERS + 2)))
    journal = opened(path)
    chance = random.Random(4)
    for place in range(1, ORDERS - 5):
        journal.record(intents=[intent(place)], lookups=[(place, 5.0, place % 2)])
        state = chance.choice([State.CREATED, State.REJECTED, State.WAITING, State.IN_DOUBT])
        refusal = Issue("E511", facts={"status": 400, "complaints": "no"})
        journal.record(
            outcomes=[outcome(place, state, remote_id=str(place), reason="because")],
            issues=[(place, refusal)] if state is State.REJECTED else [],
        )
    if last:
        journal.record(intents=[intent(ORDERS - 1)])
    return journal


def said(path: Path) -> Said:
    """Everything that a sending process would read; opening adds an epoch, which is left out."""
    with closing(opened(path)) as journal:
        rows = {name: to_milliseconds(journal.read(f"SELECT * FROM {name} ORDER BY 1, 2")) for name in TABLES}
        rows["events"] = rows["events"][: -journal.epoch]
        rows["meta"] = journal.read("SELECT * FROM meta WHERE key NOT IN ('epoch', 'tally') ORDER BY 1")
        sent = [*journal.ready(EARLIEST, 99), *journal.again(EARLIEST, 99)]
        rows["sent"] = [(one.id, one.body, one.attempts) for one in sent]
        rows["doubts"] = [(one.id, one.body, one.ours_possible) for one in journal.doubtful()]
        ReferenceBook(journal).all()
    with closing(JournalReader(path)) as reader:
        rows["told"] = [(one.number, one.state, one.code, one.message) for one in reader.orders()]
    return rows


def to_milliseconds(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Moments are vouched for to the millisecond, all else to the last bit."""
    return [tuple(int(one * 1000) if isinstance(one, float) else one for one in row) for row in rows]


def flip(data: bytes, chance: random.Random) -> bytes:
    """Change one to three bytes, anywhere."""
    spoilt = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        spoilt[chance.randrange(len(spoilt))] ^= chance.randrange(1, 256)
    return bytes(spoilt)


def outcomes_of_flips(files: dict[str, bytes], target: str, flips: int, seed: int) -> dict[str, int]:
    """Flip bytes of one of the files, again and again; count refusals by code, and content that is right."""
    chance, counts = random.Random(seed), dict[str, int]()
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        right = _told(Path(name) / "right", files)
        for turn in range(flips):
            folder = Path(name) / str(turn)
            found = _told(folder, {**files, target: flip(files[target], chance)})
            if isinstance(found, dict):
                assert found == right, f"flip {turn} of seed {seed} went unnoticed"
            told = found if isinstance(found, str) else "right"
            counts[told] = counts.get(told, 0) + 1
            shutil.rmtree(folder)
    return counts


def _told(folder: Path, files: dict[str, bytes]) -> Said | str:
    """What the journal made of these files says, or the code of the refusal, which has to stay one."""
    run = folder / "runs" / "0badcafe"
    run.mkdir(parents=True)
    (folder / "witness").mkdir()
    for name, data in files.items():
        (folder / "witness" / name if name.startswith("0badcafe") else run / name).write_bytes(data)
    try:
        return said(run / "journal.db")
    except JournalRefused as refused:
        with pytest.raises(JournalRefused):
            said(run / "journal.db")
        return refused.issues[0].code


def all_files(tmp_path: Path, *, killed: bool, last: bool = True) -> dict[str, bytes]:
    """Give the files of a run: closed, or as a kill leaves them."""
    path = tmp_path / "runs" / "0badcafe" / "journal.db"
    journal = at_work(path, last=last)
    if not killed:
        journal.close()
    files = {
        file.name: file.read_bytes() for file in [*path.parent.iterdir(), *(tmp_path / "witness").iterdir()]
    }
    journal.close()
    return files


CASES = [(False, "journal.db"), (True, "journal.db"), (True, "journal.db-wal"), (True, "0badcafe.json")]


@pytest.mark.parametrize(("killed", "target"), CASES)
def test_flipped_bytes_are_refused_or_harmless(tmp_path: Path, killed: bool, target: str) -> None:
    """Anywhere in the journal, its log or its witness: a refusal that stays one, or every row as it was."""
    files = all_files(tmp_path, killed=killed)
    counts = outcomes_of_flips(files, target, 80, 1)
    assert sum(counts.values()) == 80
    assert set(counts) - {"right"}, "nothing was refused at all"


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("killed", "target"), CASES)
def test_flipped_bytes_are_refused_or_harmless_five_thousand_times(
    tmp_path: Path, killed: bool, target: str
) -> None:
    """The same, 20,000 flips in all."""
    counts = outcomes_of_flips(all_files(tmp_path, killed=killed), target, 5000, 2)
    print(target, "killed" if killed else "closed", counts)  # noqa: T201 - the figures are the point


def test_without_a_witness_a_hole_in_the_log_is_seen_by_itself(tmp_path: Path) -> None:
    """A journal that moved alone: only the end of the log may look like a commit that never was."""
    files = {
        name: data
        for name, data in all_files(tmp_path / "all", killed=True).items()
        if name in {"journal.db", "journal.db-wal"}
    }
    before = _told(tmp_path / "before", all_files(tmp_path / "less", killed=True, last=False))
    right, counts = _told(tmp_path / "right", files), {"right": 0, "end": 0, "E616": 0}
    chance, log = random.Random(6), files["journal.db-wal"]
    places = [*range(0, 32, 3), *(chance.randrange(len(log)) for _ in range(80)), len(log) - 30]
    for turn, place in enumerate(places):
        spoilt = bytearray(log)
        spoilt[place] ^= 0x41
        found = _told(tmp_path / str(turn), {**files, "journal.db-wal": bytes(spoilt)})
        if isinstance(found, dict):
            assert found in (right, before), f"byte {place} of the log"
        counts[found if isinstance(found, str) else "right" if found == right else "end"] += 1
    assert counts["E616"] > 80
    assert counts["end"] < 10


def test_a_journal_with_a_damaged_log_is_taken_by_whoever_calls_it_restored(tmp_path: Path) -> None:
    """Once, with every order that it would send in doubt; from then on it is a journal like any other."""
    files = all_files(tmp_path / "all", killed=True)
    spoilt = bytearray(files["journal.db-wal"])
    spoilt[100] ^= 1
    run = tmp_path / "runs" / "0badcafe"
    run.mkdir(parents=True)
    (run / "journal.db").write_bytes(files["journal.db"])
    (run / "journal.db-wal").write_bytes(spoilt)
    with pytest.raises(JournalRefused):
        opened(run / "journal.db")
    with closing(RunJournal(run / "journal.db", now=1.0, restored=True)) as journal:
        assert journal.count(State.PLANNED, State.WAITING, State.ABSENT, State.IN_FLIGHT) == 0
        assert len(journal.doubtful()) == ORDERS, "the damage lay at the very beginning of the log"
    opened(run / "journal.db").close()
    assert not (run / "journal.db-wal.damaged").exists()


@pytest.mark.parametrize("killed", [False, True])
def test_a_shorter_journal_is_refused_or_harmless(tmp_path: Path, killed: bool) -> None:
    """Cut anywhere, the file or its log: a refusal, or every row as it was."""
    files = all_files(tmp_path, killed=killed)
    right = _told(tmp_path / "right", files)
    for target in [name for name in files if name.startswith("journal.db")]:
        data = files[target]
        for turn, kept in enumerate(range(0, len(data), max(1, len(data) // 25))):
            found = _told(tmp_path / f"{target}{turn}", {**files, target: data[:kept]})
            assert isinstance(found, str) or found == right, f"{target} cut to {kept}"
