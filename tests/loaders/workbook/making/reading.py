"""Reading a workbook whole by one of the readers, and spoiling files on purpose."""

import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.loaders.workbook.grid import BookReader, SheetFindings
from pipeline.model.catalogue import entry_of
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import Row

Opener = Callable[[Path | BytesIO, str, ReadLimits], AbstractContextManager[BookReader]]


def read_sheet(
    opener: Opener, source: Path | BytesIO, sheet: str = "Orders"
) -> tuple[list[Row], SheetFindings]:
    """Read all rows of a sheet, and what else was found; the blocks must be without gaps."""
    with opener(source, "orders", ReadLimits()) as book:
        loaded = book.load(sheet)
        rows: list[Row] = []
        for first, block in loaded.blocks(3):
            assert first == len(rows) + 1
            assert 0 < len(block) <= 3
            rows += block
        findings = loaded.findings
    assert len(rows) == findings.height
    assert all(len(row) == findings.width for row in rows)
    return rows, findings


def valued(rows: list[Row]) -> int:
    """Count rows with a value; spaces alone are none."""
    return sum(any(not isinstance(cell, str) or cell.strip() for cell in row) for row in rows)


def refusal(opener: Opener, source: Path | BytesIO, sheet: str = "Orders") -> Issue:
    """Read what must be refused; the message must read well."""
    with pytest.raises(InputRefused) as caught:
        read_sheet(opener, source, sheet)
    (issue,) = caught.value.issues
    assert "<" not in entry_of(issue).message(issue)
    return issue


def spoilt(data: bytes, seed: int) -> bytes:
    """Change a few bytes, or cut off the end; the same for the same seed."""
    dice = random.Random(seed)
    if seed % 4 == 0:
        return data[: dice.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(dice.choice((1, 2, 20))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def spoilt_parts(data: bytes, count: int) -> Iterator[bytes]:
    """Spoil one part of a zip archive after the other inside, so that the archive itself stays whole."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if len(parts[name])]
    for seed in range(count):
        name = names[seed % len(names)]
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, spoilt(content, seed // len(names)) if part == name else content)
        yield out.getvalue()


def survivals(opener: Opener, files: Iterator[bytes]) -> Counter[str]:
    """Read spoilt files: each is refused, or read with as many rows as were counted."""
    found: Counter[str] = Counter()
    for data in files:
        try:
            with opener(BytesIO(data), "orders", ReadLimits()) as book:
                for sheet in book.sheets():
                    if sheet.cells:
                        loaded = book.load(sheet.name)
                        rows = [row for _, block in loaded.blocks(1000) for row in block]
                        assert loaded.findings.valued_rows in (None, valued(rows))
            found["read"] += 1
        except InputRefused as refused:
            found["refused"] += 1
            for issue in refused.issues:
                entry_of(issue).message(issue)
    return found
