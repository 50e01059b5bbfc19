"""Files are whole or untouched."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sample_run

from pipeline.model.records import OrderRecord
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.files.orders_csv import write_orders_csv

ON_POSIX = sys.platform != "win32"


def names(folder: Path) -> list[str]:
    """List what lies in the folder, hidden files included."""
    return [path.name for path in folder.iterdir()]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """What was written takes the place of what was there, and nothing else is left in the folder."""
    path = tmp_path / "orders.csv"
    path.write_bytes(b"old and longer")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old and longer"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["orders.csv"]


def test_a_failing_writer_leaves_the_old_file(tmp_path: Path) -> None:
    """When the records stop half-way, the last report stays and no draft is left behind."""
    path = tmp_path / "orders.csv"
    path.write_bytes(b"the last report")

    def records() -> Iterator[OrderRecord]:
        yield from sample_run.records()
        raise ConnectionError("the journal is gone")

    with pytest.raises(ConnectionError):
        write_orders_csv(path, records())
    assert path.read_bytes() == b"the last report"
    assert names(tmp_path) == ["orders.csv"]


def test_an_interrupt_leaves_no_draft(tmp_path: Path) -> None:
    """Ctrl-C while writing leaves the folder as it was."""

    def interrupted() -> Iterator[OrderRecord]:
        yield from sample_run.records()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_orders_csv(tmp_path / "orders.csv", interrupted())
    assert names(tmp_path) == []


@pytest.mark.skipif(not ON_POSIX, reason="Windows keeps access in lists, not in modes")
def test_only_the_owner_may_read_what_is_written(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """New folders have mode 0700 and files 0600, whatever the umask."""
    before = os.umask(0)
    request.addfinalizer(_back_to(before))
    path = tmp_path / "reports" / "7f3a" / "orders.csv"
    with replacing(path) as file:
        file.write(b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def _back_to(mask: int) -> Callable[[], object]:
    return lambda: os.umask(mask)


@pytest.mark.skipif(not ON_POSIX, reason="making symbolic links needs a privilege on Windows")
def test_a_symbolic_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """A link planted under the report's name does not make the report overwrite what it points to."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path = tmp_path / "summary.json"
    path.symlink_to(victim)
    with replacing(path) as file:
        file.write(b"{}")
    assert victim.read_bytes() == b"precious"
    assert path.read_bytes() == b"{}"
    assert not path.is_symlink()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file size limits as Linux has them")
def test_a_full_disk_is_an_oserror_and_leaves_the_old_file(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Where the disk takes no more, the caller gets an ``OSError`` and the old report stays."""
    import resource
    import signal

    path = tmp_path / "report.html"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    request.addfinalizer(lambda: signal.signal(signal.SIGXFSZ, handler))
    request.addfinalizer(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    with pytest.raises(OSError, match="too large"), replacing(path) as file:
        file.write(bytes(1_000_000))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["report.html"]


def test_a_long_name_is_still_possible(tmp_path: Path) -> None:
    """A name as long as the system allows can be written, although the draft's name is made from it."""
    path = tmp_path / ("x" * 250)
    with replacing(path) as file:
        file.write(b"x")
    assert path.read_bytes() == b"x"
