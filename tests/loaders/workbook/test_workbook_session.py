"""The process in which workbooks are parsed: its limits, its death, and what it may not do."""

import gc
import os
import random
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from source_files import HEAD, book, cells_of, load, refused

from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.workbook import session as session_module
from pipeline.loaders.workbook.session import WorkbookSession
from pipeline.model.cell import Cell
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused

FEW = HEAD + '<row r="2"><c r="A2"><v>1</v></c></row>'
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, or needs limits of Linux")


def opened(path: Path, limits: ReadLimits | None = None) -> WorkbookSession:
    """Start a process for a workbook."""
    return WorkbookSession(SourceFile(path), "xlsx", limits or ReadLimits())


def rows_xml(count: int) -> str:
    """Make the rows of a sheet whose cells count up."""
    rows = (f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, count + 2))
    return HEAD + "".join(rows)


def pid_of(session: WorkbookSession) -> int:
    """Return the process id."""
    return session._process.pid


def runs(pid: int) -> bool:
    """Whether a process is there, dead and unburied ones included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A workbook with one row below its header."""
    return book(tmp_path, {"S": FEW})


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Check that a test leaves behind neither open files nor processes."""
    before = set(Path("/proc/self/fd").iterdir()), _children()
    yield
    gc.collect()
    assert (set(Path("/proc/self/fd").iterdir()), _children()) == before


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def spoilt_child(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the next processes do something of their own before they serve."""
    main = "from pipeline.loaders.workbook import child, xlsx\n" + textwrap.dedent(code) + "\nchild.main()"
    monkeypatch.setattr(session_module, "_CHILD", [sys.executable, "-P", "-X", "utf8", "-c", main])


# --- What it is for


def test_rows_come_in_blocks_without_gaps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A block follows the other until the last row."""
    monkeypatch.setattr(session_module, "BLOCK", 100)
    session = opened(book(tmp_path, {"S": rows_xml(250)}))
    head = session.load(session.sheets[0])
    blocks = list(session.rows("S"))
    session.close()
    assert [(first, len(rows)) for first, rows in blocks] == [(1, 100), (101, 100), (201, 51)]
    assert head.rows[:2] == [["No", "Name"], ["2", ""]]
    assert len(head.rows) == session_module.HEAD
    assert (head.findings.height, head.findings.width) == (251, 2)


def test_wide_sheets_come_in_smaller_blocks(tmp_path: Path) -> None:
    """A block has so many cells, however many columns there are; memory on this side stays small."""
    rows = FEW + '<row r="200"><c r="XFD200"><v>1</v></c></row>'
    session = opened(book(tmp_path, {"S": rows}))
    session.load(session.sheets[0])
    sizes = [len(rows) * len(rows[0]) for _, rows in session.rows("S")]
    session.close()
    assert sum(sizes) == 200 * 16_384
    assert max(sizes) <= session_module.HEAD * 16_384


def test_two_sheets_of_one_workbook_can_be_read_at_once(tmp_path: Path) -> None:
    """Their rows do not get mixed, and none is lost."""
    down = rows_xml(12_000).replace("<v>", "<v>-")
    up, other = load(book(tmp_path, {"Up": rows_xml(12_000), "Down": down}), sheet="*")
    pairs = list(zip(up.batches(3_000), other.batches(3_000), strict=True))
    assert [row[0] for one, _ in pairs for row in one.rows] == [float(n) for n in range(2, 12_002)]
    assert [row[0] for _, two in pairs for row in two.rows] == [-float(n) for n in range(2, 12_002)]


def test_stopping_on_the_way_does_not_spoil_the_next_reading(tmp_path: Path) -> None:
    """What is left in the pipe is never taken for another answer."""
    (table,) = load(book(tmp_path, {"S": rows_xml(12_000)}))
    next(table.batches(10))
    gc.collect()
    assert len(cells_of(table)) == 12_000


def test_a_closed_workbook_answers_nothing(few: Path) -> None:
    """It is a mistake to ask."""
    session = opened(few)
    session.close()
    session.close()
    assert session.closed
    with pytest.raises(ValueError, match="closed"):
        session.load(session.sheets[0])


# --- Limits


@linux
def test_too_little_memory_names_the_limit(few: Path) -> None:
    """And how to raise it."""
    (issue,) = refused(lambda: opened(few, ReadLimits(memory=20)))
    assert (issue.code, issue.facts) == (
        "E136",
        {"name": "memory", "limit": 20, "unit": "MiB of memory", "more": 40},
    )


@linux
@pytest.mark.usefixtures("nothing_left")
def test_memory_that_runs_out_in_the_middle_names_the_limit(tmp_path: Path) -> None:
    """A sheet that has its cells in one place is no case of a stray cell."""
    cells = "".join(f'<c r="{column}{{0}}"><v>1</v></c>' for column in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = HEAD + "".join(f'<row r="{n}">{cells.format(n)}</row>' for n in range(2, 20_000))
    path = book(tmp_path, {"S": rows})

    def act() -> None:
        session = opened(path, ReadLimits(memory=60))
        session.load(session.sheets[0])

    (issue,) = refused(act)
    assert (issue.code, issue.facts["name"]) == ("E136", "memory")


@linux
def test_the_watch_ends_a_step_that_takes_too_long(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that never gives way, as a library in another language may not."""
    spoilt_child(monkeypatch, "import time\nxlsx.XlsxBook.load = lambda *_: time.sleep(60)")
    session = opened(few, ReadLimits(seconds=1))
    started = time.monotonic()
    (issue,) = refused(lambda: session.load(session.sheets[0]))
    assert time.monotonic() - started < 5
    assert (issue.code, issue.facts) == (
        "E136",
        {"name": "seconds", "limit": 1, "unit": "seconds", "more": 2},
    )


@linux
def test_processor_time_ends_a_process_that_never_rests(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no watch is set."""
    spoilt_child(
        monkeypatch,
        """
        import faulthandler, itertools
        faulthandler.dump_traceback_later = lambda *_, **__: None
        xlsx.XlsxBook.load = lambda *_: all(itertools.count(1))
        """,
    )
    session = opened(few, ReadLimits(seconds=1))
    (issue,) = refused(lambda: session.load(session.sheets[0]))
    assert (issue.code, issue.facts["name"]) == ("E136", "seconds")


def test_waiting_for_the_next_question_takes_no_time(few: Path) -> None:
    """The limit is for the parser, not for whoever asks it."""
    session = opened(few, ReadLimits(seconds=1))
    time.sleep(1.1)
    session.load(session.sheets[0])
    time.sleep(1.1)
    assert len(list(session.rows("S"))) == 1
    session.close()


def test_reading_slowly_takes_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks wait in the pipe until somebody wants them."""
    wide = "x" * 2_000
    rows = (
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{wide}</t></is></c></row>' for n in range(2, 4_000)
    )
    session = opened(book(tmp_path, {"S": HEAD + "".join(rows)}), ReadLimits(seconds=1))
    monkeypatch.setattr(session_module, "BLOCK", 1_000)  # a block is more than the pipe holds
    session.load(session.sheets[0])
    blocks = session.rows("S")
    read = len(next(blocks)[1])
    time.sleep(1.1)
    read += sum(len(rows) for _, rows in blocks)
    session.close()
    assert read == 3_999


# --- Death


def _kill(session: WorkbookSession) -> None:
    os.kill(pid_of(session), signal.SIGKILL)


def _killed_before_loading(session: WorkbookSession) -> object:
    _kill(session)
    return session.load(session.sheets[0])


def _killed_after_loading(session: WorkbookSession) -> object:
    session.load(session.sheets[0])
    _kill(session)
    return list(session.rows("S"))


def _killed_among_rows(session: WorkbookSession) -> object:
    session.load(session.sheets[0])
    rows = session.rows("S")
    next(rows)
    _kill(session)
    return list(rows)


def _killed_before_counting(session: WorkbookSession) -> object:
    _kill(session)
    return session.valued_rows("S")


@pytest.mark.usefixtures("nothing_left")
@linux
@pytest.mark.parametrize(
    "act",
    [_killed_before_loading, _killed_after_loading, _killed_among_rows, _killed_before_counting],
    ids=lambda act: act.__name__[1:],
)
def test_a_process_that_is_killed_is_told_of(
    tmp_path: Path, act: Callable[[WorkbookSession], object]
) -> None:
    """The system kills whatever takes too much memory; nothing hangs, and nothing is left behind."""
    session = opened(book(tmp_path, {"S": rows_xml(60_000)}))
    (issue,) = refused(lambda: act(session))
    assert (issue.code, issue.facts["name"]) == ("E136", "memory")
    assert session.closed


@linux
@pytest.mark.usefixtures("nothing_left")
def test_a_kill_at_any_moment_is_a_refusal_or_comes_too_late(tmp_path: Path) -> None:
    """From the start of the process to its last row."""
    path = book(tmp_path, {"S": rows_xml(3_000)})
    chance = random.Random(20240102)
    codes = []
    for _ in range(12):
        code = "import os, threading, time, signal\n"
        code += (
            f"threading.Timer({chance.uniform(0.0, 0.03)}, os.kill, [os.getpid(), signal.SIGKILL]).start()"
        )
        with pytest.MonkeyPatch.context() as patch:
            spoilt_child(patch, code)
            try:
                session = opened(path)
                session.load(session.sheets[0])
                rows = [row for _, block in session.rows("S") for row in block]
            except InputRefused as refusal:
                codes += [issue.code for issue in refusal.issues]
            else:
                codes.append("whole")
                assert len(rows) == 3_001
                session.close()
    assert set(codes) <= {"E136", "E137", "whole"}
    assert {"E136", "E137"} & set(codes)


@pytest.mark.parametrize(
    ("end", "what"),
    [
        pytest.param("os._exit(77)", "ended with code 77", id="ends"),
        pytest.param("json.loads('{Ann Lee')", "failed with JSONDecodeError at decoder.py:", id="raises"),
    ],
)
def test_a_reader_that_fails_is_told_of_without_the_customers_data(
    few: Path, monkeypatch: pytest.MonkeyPatch, end: str, what: str
) -> None:
    """The kind of failure and its place, never its words."""
    spoilt_child(
        monkeypatch,
        f"""
        import json, os
        def load(*_):
            {end}
        xlsx.XlsxBook.load = load
        """,
    )
    session = opened(few)
    (issue,) = refused(lambda: session.load(session.sheets[0]))
    assert issue.code == "E137"
    assert str(issue.facts["what"]).startswith(what)
    assert "Ann" not in str(issue)


def test_a_process_that_does_not_start_is_told_of(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation, say."""
    monkeypatch.setattr(session_module, "_CHILD", [sys.executable, "-c", "raise SystemExit(9)"])
    (issue,) = refused(lambda: opened(few))
    assert (issue.code, issue.facts["what"]) == ("E137", "did not start (code 9)")


@linux
@pytest.mark.usefixtures("nothing_left")
def test_a_session_that_is_dropped_ends_its_process(few: Path) -> None:
    """Nobody has to think of closing it."""
    session = opened(few)
    pid = pid_of(session)
    assert runs(pid)
    del session
    gc.collect()
    assert not runs(pid)


@linux
def test_a_process_ends_with_the_one_that_started_it(few: Path) -> None:
    """Even if that is killed and can tell nobody."""
    code = """
    import os, signal, sys
    from pathlib import Path
    from pipeline.loaders.source_file import SourceFile
    from pipeline.loaders.workbook.session import WorkbookSession
    from pipeline.model.reading import ReadLimits
    session = WorkbookSession(SourceFile(Path(sys.argv[1])), "xlsx", ReadLimits())
    print(session._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(few)], capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)
    for _ in range(200):
        if not _alive(pid):
            return
        time.sleep(0.02)
    pytest.fail("the process still runs")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@linux
def test_interrupting_prints_nothing_from_the_process(few: Path) -> None:
    """Ctrl-C reaches every process of the terminal; only the one that people started answers."""
    code = """
    import os, signal, sys
    from pathlib import Path
    from pipeline.loaders.source_file import SourceFile
    from pipeline.loaders.workbook.session import WorkbookSession
    from pipeline.model.reading import ReadLimits
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this may ignore it
    session = WorkbookSession(SourceFile(Path(sys.argv[1])), "xlsx", ReadLimits())
    try:
        os.killpg(0, signal.SIGINT)
        while True:
            pass
    except KeyboardInterrupt:
        session.load(session.sheets[0])
        print("interrupted, and it still answers")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(few)],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted, and it still answers\n", "")


# --- What it may not do


@linux
def test_the_token_is_not_in_the_environment_of_the_process(
    few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not there cannot be stolen by a workbook."""
    monkeypatch.setenv("ORDERLIFT_TOKEN", "tok-12345")
    monkeypatch.setenv("KEPT_FOR_THE_TEST", "yes")
    session = opened(few)
    environment = Path(f"/proc/{pid_of(session)}/environ").read_bytes()
    session.close()
    assert b"KEPT_FOR_THE_TEST=yes" in environment
    assert b"ORDERLIFT" not in environment
    assert b"tok-12345" not in environment


@linux
def test_the_process_runs_under_its_limits(few: Path) -> None:
    """As the system sees them."""
    session = opened(few, ReadLimits(memory=1000, seconds=77))
    told = Path(f"/proc/{pid_of(session)}/limits").read_text()
    session.close()
    limits = {line[:26].strip(): line[26:].split()[0] for line in told.splitlines()[1:]}
    assert limits["Max address space"] == str(1000 << 20)
    assert limits["Max cpu time"] == "77"
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max open files"]) <= 32


FORBIDDEN = {
    "socket": "__import__('socket').create_connection(('127.0.0.1', {port}), 1)",
    "name": "__import__('socket').getaddrinfo('localhost', 80)",
    "program": "__import__('subprocess').run(['true'])",
    "system": "os.system('true')",
    "fork": "os.fork()",
    "exec": "os.execv('/bin/true', ['true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {{}})",
    "ctypes": "__import__('ctypes').CDLL(None)",
    "write": "open({new!r}, 'w')",
    "append": "open({old!r}, 'ab')",
    "update": "open({old!r}, 'rb+')",
    "exclusive": "open({new!r}, 'x')",
    "truncate-by-opening": "os.open({old!r}, os.O_RDWR | os.O_TRUNC)",
    "make-by-opening": "os.open({new!r}, os.O_WRONLY | os.O_CREAT)",
    "truncate": "os.truncate({old!r}, 0)",
    "remove": "os.remove({old!r})",
    "rename": "os.rename({old!r}, {new!r})",
    "folder": "os.mkdir({new!r})",
    "link": "os.symlink({old!r}, {new!r})",
    "mode": "os.chmod({old!r}, 0)",
}


@linux
def test_the_process_speaks_to_nobody_starts_nothing_and_writes_nothing(
    tmp_path: Path, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt fails, and leaves no trace."""
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        port = canary.getsockname()[1]
        acts = [act.format(port=port, old=str(old), new=str(new)) for act in FORBIDDEN.values()]
        spoilt_child(
            monkeypatch,
            f"""
            import os
            import socket, subprocess, ctypes  # before the limits, so that only the act itself can fail
            from pipeline.loaders.workbook.grid import SheetEntry
            def outcome(act):
                try:
                    return str(eval(act))
                except PermissionError:
                    return "refused"
                except BaseException as error:
                    return repr(error)
            def sheets(_):
                open({str(old)!r}).close()  # reading is allowed
                return [SheetEntry(f"{{number}} {{outcome(act)}}") for number, act in enumerate({acts!r})]
            xlsx.XlsxBook.sheets = sheets
            """,
        )
        session = opened(few)
        with pytest.raises(BlockingIOError):
            canary.accept()
    outcomes = dict(zip(FORBIDDEN, [entry.name.partition(" ")[2] for entry in session.sheets], strict=True))
    session.close()
    assert outcomes == dict.fromkeys(FORBIDDEN, "refused")
    assert (old.read_text(), new.exists(), old.stat().st_mode & 0o777) == ("kept", False, 0o644)


def test_what_a_library_prints_does_not_break_the_frames(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what Python prints nor what goes to the file underneath."""
    spoilt_child(
        monkeypatch,
        """
        import os, sys
        load = xlsx.XlsxBook.load
        def noisy(*arguments):
            print("M" * 100)
            sys.stdout.flush()
            os.write(1, b"M" * 100)
            sys.__stdout__.write("R")
            sys.__stdout__.flush()
            return load(*arguments)
        xlsx.XlsxBook.load = noisy
        """,
    )
    session = opened(few)
    assert session.load(session.sheets[0]).rows[1] == ["1", ""]
    rows: list[tuple[Cell, ...]] = [row for _, block in session.rows("S") for row in block]
    session.close()
    assert rows == [("No", "Name"), (1.0, "")]


@linux
@pytest.mark.usefixtures("nothing_left")
def test_many_refusals_leave_nothing_behind(tmp_path: Path) -> None:
    """A folder of broken workbooks must not use up the machine."""
    paths = [
        book(tmp_path, {"S": FEW + '<row r="3"><c r="A3" t="x"><v>1</v></c></row>'}, name=f"{n}.xlsx")
        for n in range(6)
    ]
    issues: tuple[Issue, ...] = tuple(refused(lambda: load(*paths)))
    assert [issue.code for issue in issues] == ["E110"] * 6
