"""S05, seen by the kernel: what a check of a hostile workbook runs, opens and asks, in whatever language."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bad_files import line, mapping
from source_files import LINKS, MAIN, PACKAGE, book
from test_bad_workbooks import NAMED, sheet

import pipeline

ROOT = Path(pipeline.__file__).resolve().parents[1]
FORMULAS = (
    "cmd|'/C touch {canary}'!A0",
    "[1]Sheet1!$A$1",
    'WEBSERVICE("http://127.0.0.1:{port}/")',
    'HYPERLINK("file://{canary}")',
)
CALLS = "execve,execveat,connect,sendto,open,openat,openat2,creat"
STRACE = shutil.which("strace")
READABLE = (
    *("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev"),
    *(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, *filter(None, sys.path))),
    str(ROOT),
)
"""Where a program of Python looks for itself and for what the system is."""
QUICK = ("-f", "-qq", "--seccomp-bpf")
"""Other calls than those that are watched are not slowed down."""


def _traced() -> bool:
    if STRACE is None:
        return False
    tried = subprocess.run(
        [STRACE, *QUICK, "-e", "trace=execve", "-o", os.devnull, "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


def hostile(folder: Path, canary: Path) -> Path:
    """A workbook that asks for a program, a file and a server, by every way that Excel would follow."""
    told = [text.format(canary=canary, port=9).replace('"', "&quot;") for text in FORMULAS]
    formulas = "".join(
        f'<c r="{at}2"><f>{text}</f><v>1</v></c>' for at, text in zip("HIJK", told, strict=True)
    )
    rows = sheet(line("A")).removesuffix("</row>") + formulas + "</row>"
    targets = {
        "externalLinkPath": canary.as_uri(),
        "oleObject": canary.as_uri(),
        "image": "http://127.0.0.1:9/",
    }
    relations = "".join(
        f'<Relationship Id="rId{place}" Type="{LINKS}/{kind}" Target="{target}" TargetMode="External"/>'
        for place, (kind, target) in enumerate(targets.items(), 7)
    )
    wrapped = f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'.encode()
    link = f'<ddeLink ddeService="cmd" ddeTopic="/C touch {canary}"/>'
    dde = f'<externalLink xmlns="{MAIN}">{link}</externalLink>'
    return book(
        folder,
        {"Orders": rows},
        name="orders.xlsm",
        parts={
            "xl/externalLinks/externalLink1.xml": dde.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": wrapped,
            "xl/worksheets/_rels/sheet1.xml.rels": wrapped,
            "xl/vbaProject.bin": b"Auto_Open",
            "xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        },
    )


@pytest.mark.skipif(not _traced(), reason="needs strace, and the right to use it")
def test_a_hostile_workbook_runs_opens_and_asks_nothing(tmp_path: Path) -> None:
    """No program but Python itself, no connection, no file but the shop's and Python's own."""
    shop, elsewhere = tmp_path / "shop", tmp_path / "elsewhere"
    shop.mkdir()
    elsewhere.mkdir()
    canary, log = elsewhere / "canary.xlsx", tmp_path / "trace"
    canary.write_text("nobody reads this")
    hostile(shop, canary)
    rules = mapping(shop, NAMED)
    words = [
        "check",
        "orders.xlsm",
        "-m",
        str(rules),
        "--state-dir",
        "state",
        "--report-dir",
        "reports",
        "--json",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(shop)}
    ran = subprocess.run(
        [str(STRACE), *QUICK, "-s", "4096", "-e", f"trace={CALLS}", "-o", log, sys.executable, "-m",
         "pipeline", *words],
        cwd=shop, env=env, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert '"W115": 1' in ran.stdout, ran.stdout + ran.stderr
    calls = [one for one in log.read_text(errors="replace").splitlines() if " = -1 ENOENT" not in one]
    run = {found[1] for one in calls if (found := re.search(r' execve(?:at)?\("([^"]*)"', one))}
    assert {Path(program).resolve() for program in run} == {Path(sys.executable).resolve()}
    assert [one for one in calls if re.search(r" (connect|sendto)\(", one)] == []
    opened = [
        ((shop / found[1]).resolve(), "O_WRONLY" in one or "O_RDWR" in one or "O_CREAT" in one)
        for one in calls
        if (found := re.search(r' (?:open|openat|openat2|creat)\((?:[^"]*, )?"([^"]*)"', one))
    ]
    assert sum(path == shop / "orders.xlsm" for path, _ in opened) > 1
    strange = {
        str(path)
        for path, written in opened
        if not path.is_relative_to(shop)
        and (written or not str(path).startswith(READABLE))
        and path != Path(os.devnull)
    }
    assert strange == set()
    assert canary.read_text() == "nobody reads this"
    assert [path.name for path in elsewhere.iterdir()] == ["canary.xlsx"]
