"""Spoilt files of every kind: each is read without a loss, or refused in full sentences."""

import os
import time
from collections.abc import Iterator

import pytest
from harness import KINDS, Tally
from reading_workers import ReadingWorker

CASES = int(os.environ.get("ORDERLIFT_FUZZ", "100000"))
"""How many the long run reads in all."""
FIRST = int(os.environ.get("ORDERLIFT_FUZZ_FROM", "0"))
"""The number of the first one: other numbers are other files."""
SHARES = {
    "csv": 22,
    "json": 8,
    "jsonl": 6,
    "xlsx": 16,
    "xls": 12,
    "ods": 11,
    "xlsb": 9,
    "gzip": 4,
    "zip": 4,
    "yaml": 8,
}
"""Of a hundred cases, how many are of which kind."""
_QUICK = 180
_TOLD_EVERY = 2_000


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingWorker]:
    """A process that reads."""
    made = ReadingWorker(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.close()


def read(worker: ReadingWorker, kind: str, numbers: range) -> Tally:
    """Read cases, and say now and then how far it is."""
    tally, begin = Tally(), time.monotonic()
    for done, verdict in enumerate(worker.verdicts(kind, numbers), 1):
        tally.add(verdict)
        if done % _TOLD_EVERY == 0:
            print(f"{kind} {done:,} of {len(numbers):,}, {time.monotonic() - begin:.0f} s", flush=True)  # noqa: T201
    print(f"{kind} {time.monotonic() - begin:.0f} s: {tally.told()}", flush=True)  # noqa: T201
    return tally


def assert_nothing_found(tally: Tally, cases: int) -> None:
    """No finding, and as many files read as refused that both were tried."""
    assert not tally.findings, tally.told()
    assert sum(tally.outcomes.values()) == cases
    assert tally.outcomes["rows"] > cases // 20
    assert tally.outcomes["refused"] > cases // 20
    assert len(tally.codes) > 2
    assert tally.outcomes["limit"] + tally.second_deaths <= max(3, cases // 200)


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_file_is_read_without_loss_or_refused(worker: ReadingWorker, kind: str) -> None:
    """No other exception, no hang, no dead process, no row that only a second reader sees."""
    assert_nothing_found(read(worker, kind, range(_QUICK)), _QUICK)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hundred_thousand_spoilt_files_are_read_or_refused(worker: ReadingWorker, kind: str) -> None:
    """The same for ORDERLIFT_FUZZ files in all (100,000), shared out among the kinds."""
    cases = CASES * SHARES[kind] // 100
    assert_nothing_found(read(worker, kind, range(FIRST, FIRST + cases)), cases)
