"""Too little disk, memory or descriptors: an honest exit, and after a resume every order exists once."""

import os
import shutil
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from small_shop import Shop, assert_promises, mode_settings, open_shop, sending, states, table

from pipeline.journal.room import BALLAST
from pipeline.model.capability import Capability
from pipeline.model.refusal import JournalRefused
from pipeline.runs.asked.result import Result
from pipeline.runs.verbs import plan, resume
from pipeline.simulator import Simulator

if sys.platform != "linux":
    pytest.skip("processes are limited in the way of Linux", allow_module_level=True)

from starved import starve


def planned(shop: Shop, sim: Simulator) -> Result:
    """Plan the shop in mode B: nothing but the journal keeps an order from being made twice."""
    return plan(shop.plan_request(sim.url, Capability(settle_window=0.05)), places=shop.places)


def finish(shop: Shop, sim: Simulator) -> None:
    """Resume with plenty of everything, and compare with what the target holds."""
    result = resume(None, sending(sim.token), shop.places)
    assert_promises(result, sim)
    assert result.exit_code == 0
    assert result.summary.orders.created == shop.count


@pytest.mark.parametrize("room", [0, 20_000, 50_000])
def test_a_file_that_may_not_grow(tmp_path: Path, room: int) -> None:
    """Whenever it comes, nothing is sent after it."""
    shop = open_shop(tmp_path / "shop", 150)  # too many for the log that a journal's size leaves room for
    with Simulator(settings=mode_settings(unique=False)) as sim:
        ready = planned(shop, sim)
        code = starve(shop, sim.token, "file", ready.journal.stat().st_size + room, concurrency=3)
        sent = {entry.number for entry in sim.truth.log if entry.method == "POST"}
        intents = {name for (name,) in table(ready.journal, "SELECT number FROM orders WHERE attempts > 0")}
        finish(shop, sim)
    assert code == 7
    assert sent <= intents
    assert len(sent) < shop.count


@pytest.mark.parametrize(("descriptors", "expected"), [(24, 7), (64, 0)])
def test_hardly_any_descriptors(tmp_path: Path, descriptors: int, expected: int) -> None:
    """With a hundred workers: so many connections as fit, and a refusal before anything where none does."""
    shop = open_shop(tmp_path / "shop", 40)
    with Simulator(settings=mode_settings(unique=False, latency=0.01)) as sim:
        planned(shop, sim)
        code = starve(shop, sim.token, "descriptors", descriptors, concurrency=100)
        assert code == expected
        assert (len(sim.truth.log) == 0) == (code == 7)
        finish(shop, sim)


@pytest.mark.parametrize("megabytes", [1, 6, 24])
def test_hardly_any_memory(tmp_path: Path, megabytes: int) -> None:
    """Wherever it runs out, the journal stays right and a resume finishes the run."""
    shop = open_shop(tmp_path / "shop", 40)
    with Simulator(settings=mode_settings(unique=False)) as sim:
        planned(shop, sim)
        code = starve(shop, sim.token, "memory", megabytes << 20, concurrency=20)
        created = len(sim.truth.orders(5))
        finish(shop, sim)
    assert created == 40 or code != 0


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Read-only from the start: refused before anything is sent."""
    shop = open_shop(tmp_path / "shop", 3)
    with Simulator() as sim:
        ready = planned(shop, sim)
        folder = ready.journal.parent
        if os.geteuid() == 0:  # rights do not bind: something else stands where the log should be
            (folder / "journal.db-wal").mkdir()
        else:
            folder.chmod(0o500)
        with pytest.raises(JournalRefused) as refused:
            resume(None, sending(sim.token), shop.places)
        assert not sim.truth.log
        with suppress(FileNotFoundError):
            (folder / "journal.db-wal").rmdir()
        folder.chmod(0o700)
        finish(shop, sim)
    assert refused.value.issues[0].code in {"E606", "E607", "E609"}


SMALL_DISK = """
    import os, sys
    from pathlib import Path
    from small_shop import Shop, sending
    from pipeline.journal import room
    from pipeline.model.refusal import JournalRefused
    from pipeline.runs.verbs import resume
    room.MARGIN = int(sys.argv[4])
    try:
        resume(None, sending(sys.argv[3], concurrency=8), Shop(Path(sys.argv[1]), int(sys.argv[2])).places)
    except JournalRefused as refused:
        print(refused.issues[0].code, (Path(sys.argv[1]) / "state").exists())
"""


def small_disk(shop: Shop, token: str, kilobytes: int, margin: int) -> str:
    """Resume the run on a small disk of its own, which is copied back afterwards; returns what it said."""
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lends no small disk")
    state, kept = shop.folder / "state", shop.folder / "kept"
    program = shop.folder / "program.py"
    program.write_text(textwrap.dedent(SMALL_DISK))
    script = (
        f"set -e; cp -a {state} {kept}; mount -t tmpfs -o size={kilobytes}k tmpfs {state};"
        f" cp -a {kept}/. {state}/; {sys.executable} {program} {shop.folder} {shop.count} {token} {margin};"
        f" rm -rf {kept}; cp -a {state} {kept}"
    )
    root = Path(__file__).resolve().parents[2]
    paths = f"{root}:{Path(__file__).parent}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shutil.rmtree(state)
    kept.rename(state)
    return done.stdout


def test_a_full_disk_still_takes_the_last_words(tmp_path: Path) -> None:
    """When it is full the ballast goes, and what answers under way brought is written: none is in doubt."""
    shop = open_shop(tmp_path / "shop", 200)
    with Simulator(settings=mode_settings(unique=False, latency=0.05)) as sim:
        ready = planned(shop, sim)
        size = sum(file.stat().st_size for file in ready.journal.parents[2].rglob("*") if file.is_file())
        told = small_disk(shop, sim.token, (size + BALLAST) // 1024 + 300, margin=0)
        created = len(sim.truth.orders(5))
        by_state = [state for state in states(ready).values() if state != "planned"]
        finish(shop, sim)
    assert told.split()[0] == "E606"
    assert 0 < created < 200
    assert by_state == ["created"] * created
    assert not (ready.journal.parent / "ballast").exists()


def test_a_disk_with_too_little_room_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """There has to be three times the room that sending is likely to take."""
    shop = open_shop(tmp_path / "shop", 5)
    with Simulator() as sim:
        planned(shop, sim)
        told = small_disk(shop, sim.token, 4_000, margin=3)
        assert not sim.truth.log
        finish(shop, sim)
    assert told.split()[0] == "E619"
