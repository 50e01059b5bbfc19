"""Where a journal may lie, how much room it wants, and what is left of it on a full disk."""

from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from small_journal import code_of, intent, opened, order, outcome, seal

from pipeline.journal.place import file_system_of, judged, mounted_at, not_local
from pipeline.journal.room import BALLAST, LOG, MARGIN, PER_ORDER, Ballast, bytes_needed, demand_room
from pipeline.journal.running import RunJournal
from pipeline.model.refusal import JournalRefused
from pipeline.model.states import State

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /proc rw - proc proc rw
40 22 0:40 / /mnt/team rw - nfs4 server:/team rw
41 40 254:1 / /mnt/team/scratch rw - xfs /dev/vdb rw
42 22 0:41 / /mnt/my\\040share rw - cifs //server/share rw
a broken line
43 22 0:42 / /home/ada/remote rw - fuse.sshfs ada@host: rw
44 22 254:3 / /mnt/usb rw - fuseblk /dev/sdb1 rw
""".splitlines()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/orderlift", "ext4"),
        ("/mnt/team/orders", "nfs4"),
        ("/mnt/team", "nfs4"),
        ("/mnt/teams", "ext4"),
        ("/mnt/team/scratch/x", "xfs"),
        ("/mnt/my share/x", "cifs"),
        ("/home/ada/remote/state", "fuse.sshfs"),
        ("/mnt/usb/state", "fuseblk"),
    ],
)
def test_the_innermost_mount_says_what_a_folder_lies_on(folder: str, kind: str) -> None:
    """By whole names of folders, and with the spaces that mount tables write as numbers."""
    assert mounted_at(PurePosixPath(folder), MOUNTS) == kind


@pytest.mark.parametrize(
    ("kind", "folder", "found"),
    [
        ("ext4", "/var/lib/orderlift", None),
        ("apfs", "/Users/ada/Library/Application Support/orderlift", None),
        (None, "/somewhere", None),
        ("fuseblk", "/mnt/usb", None),
        ("overlay", "/root/.local/state/orderlift", None),
        ("nfs4", "/mnt/team", "network"),
        ("SMBFS", "/Volumes/team", "network"),
        ("fuse.rclone", "/mnt/cloud", "network"),
        ("9p", "/mnt/c/work", "network"),
        ("ext4", "/home/ada/Dropbox/orders", "synced"),
        ("ext4", "/home/ada/Dropbox (Shop)/orders", "synced"),
        ("apfs", "/Users/ada/Library/Mobile Documents/x", "synced"),
        ("apfs", "/Users/ada/Library/CloudStorage/OneDrive-Shop/x", "synced"),
        ("ext4", "/home/ada/dropboxes/orders", None),
        ("ext4", "/srv/box/orders", None),
    ],
)
def test_network_drives_and_synced_folders_are_told_from_local_disks(
    kind: str | None, folder: str, found: str | None
) -> None:
    """By the file system's name and the names of folders; what is unknown is not held against anybody."""
    judgement = judged(kind, PurePosixPath(folder))
    assert (judgement and judgement.kind) == found


def test_synced_folders_are_known_on_windows() -> None:
    """OneDrive of a person and of a company."""
    for folder in (r"C:\Users\ada\OneDrive\state", r"C:\Users\ada\OneDrive - Shop\state"):
        judgement = judged(None, PureWindowsPath(folder))
        assert judgement is not None
        assert judgement.name == "OneDrive"
    assert judged(None, PureWindowsPath(r"C:\Users\ada\AppData\Local\orderlift")) is None


def test_this_machine_says_what_its_folders_lie_on(tmp_path: Path) -> None:
    """A real folder has a file system, and tests run on a local one; a synced folder is known by its name."""
    assert file_system_of(tmp_path) != ""
    assert not_local(tmp_path) is None
    synced = tmp_path / "OneDrive" / "state"
    synced.mkdir(parents=True)
    judgement = not_local(synced)
    assert judgement is not None
    assert (judgement.kind, judgement.name) == ("synced", "OneDrive")


def test_room_is_demanded_three_times_over(tmp_path: Path) -> None:
    """One byte too few is refused, with both figures; exactly enough is enough."""
    journal = seal(tmp_path / "j.db")
    needed = bytes_needed(1_000_000)
    assert needed == MARGIN * (1_000_000 * PER_ORDER + LOG) + BALLAST
    demand_room(journal, 1_000_000, free=needed)
    with pytest.raises(JournalRefused) as refused:
        demand_room(journal, 1_000_000, free=needed - 1)
    assert code_of(refused) == "E619"
    assert refused.value.issues[0].facts == {"needed": "2,027.7 MiB", "free": "2,027.7 MiB"}


def test_an_order_takes_no_more_room_than_is_reckoned_with(tmp_path: Path) -> None:
    """Two attempts, a lookup, a refusal with its reason: measured in the journal's own file."""
    from pipeline.model.issue import Issue
    from pipeline.model.location import Location

    orders = 2_000
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, orders + 2)))
    opened(path).close()
    before = path.stat().st_size
    everyone = range(1, orders + 1)
    refusal = Issue(
        "E511",
        Location("orders.csv", None, 3),
        order="A-1",
        facts={"status": 400, "complaints": "a complaint about a field " * 3},
    )
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(place) for place in everyone])
        waiting = [outcome(place, State.WAITING, reason="503 Service Unavailable") for place in everyone]
        journal.record(outcomes=waiting, lookups=[(place, 1.0, 0) for place in everyone])
        journal.record(intents=[intent(place, 2) for place in everyone])
        refused = [outcome(place, State.REJECTED, 2, status=400) for place in everyone]
        journal.record(outcomes=refused, issues=[(place, refusal) for place in everyone])
    assert PER_ORDER / 4 < (path.stat().st_size - before) / orders < PER_ORDER


def intend_all(journal: RunJournal, places: range) -> None:
    """Write an intent for each of the orders, one by one."""
    for place in places:
        journal.record(intents=[intent(place)])


def test_on_a_full_disk_outcomes_are_still_written_and_intents_are_not(tmp_path: Path) -> None:
    """The ballast is given up once, for the last words."""
    path = seal(tmp_path / "j.db", *(order(row, f"A-{row}") for row in range(2, 302)))
    ballast = Ballast(path)
    ballast.load()
    assert path.with_name("ballast").stat().st_size == BALLAST
    with closing(opened(path)) as journal:
        journal.record(intents=[intent(1), intent(2)])
        assert not journal.last_words([outcome(1, State.CREATED)]), "as long as all is well nobody needs them"
        journal.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        pages = journal.database.execute("PRAGMA page_count").fetchone()[0]
        journal.database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalRefused) as full:
            intend_all(journal, range(3, 300))
        assert code_of(full) == "E606"
        assert journal.last_words([outcome(1, State.CREATED)])
        assert not path.with_name("ballast").exists()
        assert not journal.last_words([outcome(2, State.CREATED)]), "once"
        with pytest.raises(JournalRefused):
            journal.record(intents=[intent(299)])
    with closing(opened(path)) as journal:
        assert journal.count(State.CREATED) == 1
        assert 2 in [one.id for one in journal.doubtful()]


def test_without_ballast_there_are_no_last_words(tmp_path: Path) -> None:
    """Then what was under way is in doubt, and is looked up by the next start."""
    path = seal(tmp_path / "j.db")
    with closing(opened(path)) as journal:
        journal._full = journal._poisoned = True
        assert not journal.last_words([outcome(1, State.CREATED)])
    assert not Ballast(path).drop()
