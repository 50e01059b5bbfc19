"""S16, S21, S22, S34, S35, S38: rights of files, folders that others may write, core dumps, root, argv."""

import contextlib
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from personal_shop import SOURCES, files_below, open_people_shop, sent, simulator, the_run, work
from shop import environment, words
from small_shop import sending

from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import RowBatch, Table
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places
from pipeline.runs.doctor.machine import user
from pipeline.runs.preparing.spool import Spool
from pipeline.runs.state_folder.private_places import demand_private

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has access lists")
OPEN_TO_OTHERS = 0o077


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    """Let new files have all rights that their makers do not take away."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


class Watch(threading.Thread):
    """Looks at every file below some folders, again and again, for rights of others."""

    def __init__(self, *tops: Path) -> None:
        super().__init__(daemon=True)
        self.tops, self.found, self.rounds, self.done = tops, set[str](), 0, threading.Event()
        self.seen: set[str] = set()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.done.is_set():
            self.look()
            self.done.wait(0.002)

    def look(self) -> None:
        """One round."""
        self.rounds += 1
        for top in self.tops:
            for folder, names, files in os.walk(top):
                for path in (Path(folder, name) for name in (*names, *files)):
                    with contextlib.suppress(OSError):
                        self.seen.add(path.name)
                        if path.lstat().st_mode & OPEN_TO_OTHERS:
                            self.found.add(str(path.relative_to(top)))


@posix
def test_everything_that_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    """With a umask that takes no right away: journal, log, plan, snapshot, reports, and all in between."""
    folder = open_people_shop(tmp_path, wrong=True)
    made = [folder / name for name in ("state", "reports", "plans", "pages", "answers")]
    watch = Watch(*made)
    with umask(0), simulator() as sim:
        watch.start()
        where = ("--target", sim.url, "--channel", "5")
        read = (*SOURCES, "-m", "map.yaml")
        assert sent(folder, sim, "--limit", "2").code == 6
        assert work(folder, "resume", "--rate", "unlimited", sim=sim).code == 3
        assert work(folder, "plan", *read, *where, "-o", "plans/plan.json", sim=sim).code == 3
        assert work(folder, "apply", "plans/plan.json", sim=sim).code in {0, 3}
        assert work(folder, "report", sim=sim).code == 3
        assert work(folder, "inspect", *SOURCES, "--html", "pages/files.html").code == 0
        work(folder, "mapping", "decide", *read, "--write-answers", "answers/answers.yaml")
        ended = work(folder, "snapshot", *where, "-o", "plans/target.snapshot", sim=sim)
        assert ended.code == 0, ended.err
        watch.done.set()
        watch.join()
        watch.look()
    assert watch.rounds > 10
    assert {"journal.db", "journal.db-wal", "report.html", "plan.json", "target.snapshot"} <= watch.seen
    assert watch.found == set()


@posix
def test_rows_that_wait_on_the_disk_are_their_owners_alone(tmp_path: Path) -> None:
    """What does not fit into memory is spilled beside the journal, and nobody else may look."""
    with umask(0):
        spool = Spool(tmp_path / "spool", 2)
        table = Table(0, "orders", "orders.csv", ("No", "Ad"), 1)
        spool.add(RowBatch(table, (2, 3), (("1", "a"), ("2", "b"))), 0, fill_down=False)
        spool._spill()
    files = list(files_below(tmp_path))
    assert files
    assert not [path for path in (tmp_path / "spool", *files) if path.stat().st_mode & OPEN_TO_OTHERS]


@posix
@pytest.mark.parametrize("name", ["", "runs", "channels", "witness"])
def test_a_folder_that_everybody_may_write_into_is_refused(tmp_path: Path, name: str) -> None:
    """Whoever can put a journal there decides what counts as sent."""
    folder = open_people_shop(tmp_path, 1)
    shared = folder / "state" / name
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    ended = work(folder, "check", *SOURCES, "-m", "map.yaml")
    assert ended.code == 7
    assert "E693" in ended.err
    shared.chmod(0o700)
    assert work(folder, "check", *SOURCES, "-m", "map.yaml").code == 0


@posix
def test_nothing_is_sent_from_a_folder_that_became_open(tmp_path: Path) -> None:
    """Between the plan and the sending somebody may have opened it."""
    folder = open_people_shop(tmp_path, 2)
    with simulator() as sim:
        assert sent(folder, sim, "--limit", "1").code == 6
        (folder / "state" / "runs").chmod(0o777)
        ended = work(folder, "resume", sim=sim)
        assert (ended.code, "E693" in ended.err) == (7, True)
        assert sim.truth.totals(5)["orders"] == 1


def test_a_folder_of_ones_own_is_taken(tmp_path: Path) -> None:
    """The check itself is quiet where there is nothing to say, also before the folder exists."""
    demand_private(Places(tmp_path / "not yet"))
    demand_private(Places(tmp_path))
    if os.name == "posix":
        tmp_path.chmod(0o707)
        with pytest.raises(JournalRefused):
            demand_private(Places(tmp_path))


class Swapper(threading.Thread):
    """Makes a name, and every draft beside it that it can see, a link to a victim, over and over."""

    def __init__(self, name: Path, victim: Path) -> None:
        super().__init__(daemon=True)
        self.name_, self.victim, self.done, self.swaps, self.drafts = name, victim, threading.Event(), 0, 0

    def run(self) -> None:
        """Symbolic and hard links by turns, until told to stop."""
        while not self.done.is_set():
            self.swap(self.name_)
            for draft in self.name_.parent.glob(f".{self.name_.name}.*") if self.swaps % 16 == 0 else ():
                self.drafts += self.swap(draft)

    def swap(self, path: Path) -> bool:
        """One link, where nobody was faster."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            (path.symlink_to if self.swaps % 2 else path.hardlink_to)(self.victim)
            self.swaps += 1
            return True
        return False


def written_while_links_are_swapped(tmp_path: Path, swaps: int) -> None:
    """Write reports until the name, or the draft, has become a link so often; see the victim unharmed."""
    victim, name = tmp_path / "victim", tmp_path / "reports" / "report.html"
    victim.write_text("mine")
    victim.chmod(0o640)
    name.parent.mkdir()
    attacker, reports = Swapper(name, victim), 0
    attacker.start()
    try:
        deadline = time.monotonic() + 60
        while attacker.swaps < swaps or attacker.drafts < 10:
            with (
                contextlib.suppress(FileNotFoundError),
                replacing(name) as file,
            ):  # a draft that was taken away
                file.write(f"report {reports}".encode())
            reports += 1
            assert victim.read_text() == "mine"
            assert time.monotonic() < deadline, f"{attacker.swaps} swaps, {attacker.drafts} of drafts"
    finally:
        attacker.done.set()
        attacker.join()
    assert reports > 20
    assert (victim.read_text(), stat.S_IMODE(victim.stat().st_mode)) == ("mine", 0o640)


@posix
def test_links_that_are_swapped_while_a_report_is_written_are_never_followed(tmp_path: Path) -> None:
    """Two thousand times: what the links lead to stays as it is."""
    written_while_links_are_swapped(tmp_path, 2_000)


@posix
@pytest.mark.long
def test_ten_thousand_swaps_of_links_harm_nobody(tmp_path: Path) -> None:
    """The same for longer."""
    written_while_links_are_swapped(tmp_path, 10_000)


@posix
def test_a_process_that_holds_a_token_leaves_no_core_dump(tmp_path: Path) -> None:
    """The limit is zero once the token was read; the token itself is in no list of processes."""
    told = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)\n"
        "from pipeline.cli.requests import read_token\n"
        "read_token(None)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], sys.argv, flush=True)\n"
        "import pathlib\n"
        "line = pathlib.Path('/proc/self/cmdline')\n"
        "print('CANARY' + '-9f2c' in line.read_text() if line.exists() else False)\n"
    )
    env = environment(tmp_path, {"ORDERLIFT_TOKEN": "CANARY-9f2c-token"})
    env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    ran = subprocess.run(
        [sys.executable, "-c", told], env=env, capture_output=True, text=True, timeout=30, check=True
    )
    assert ran.stdout.splitlines() == ["0 ['-c']", "False"]


def test_what_says_how_to_send_does_not_show_the_token() -> None:
    """A request that is printed, logged or part of a traceback names no secret."""
    assert "CANARY" not in repr(sending("CANARY-9f2c-token"))


def test_root_is_told_that_nothing_needs_it() -> None:
    """The doctor warns; another user is fine, and so is a system without numbers."""
    assert (user(0).issue or user(1)).code == "W690"  # type: ignore[union-attr]
    assert user(1000).issue is None
    assert user(None).issue is None


def test_nothing_is_left_in_the_folder_of_temporary_files(tmp_path: Path) -> None:
    """What a run needs for a moment lies in its own folder, and is gone afterwards."""
    folder = open_people_shop(tmp_path / "shop", wrong=True)
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    before = tempfile.tempdir
    tempfile.tempdir = str(elsewhere)
    try:
        with simulator() as sim:
            assert sent(folder, sim).code == 3
        work(folder, "mapping", "test", "-m", "map.yaml", *SOURCES, "--coverage")
    finally:
        tempfile.tempdir = before
    assert list(elsewhere.iterdir()) == []
    names = {path.name for path in files_below(folder / "state" / "runs" / the_run(folder))}
    assert not [name for name in names if name.endswith((".tmp", ".new", ".jsonl"))]


@pytest.mark.long
@posix
def test_a_process_needs_no_rights_of_root(tmp_path: Path) -> None:
    """The demo ends well as nobody, where this suite may become that."""
    if os.geteuid() != 0:
        pytest.skip("not root: every other test shows it")
    tmp_path.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    for parent in tmp_path.parents:
        if not parent.stat().st_mode & stat.S_IXOTH:
            pytest.skip("nobody cannot reach the folder of this test")
    env = environment(home) | {"HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run(
        words("demo", "-q"),
        cwd=home,
        env=env,
        capture_output=True,
        timeout=60,
        user=65534,
        group=65534,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
