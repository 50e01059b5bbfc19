"""The judge itself: it lets sound files pass, and finds what must not be."""

import csv
from dataclasses import replace
from pathlib import Path

import harness
import pytest
from corpus import Seed
from harness import KINDS, FindingError, Verdict
from hypothesis import given
from hypothesis import strategies as st
from reading_workers import ReadingWorker
from second_readers import UnreadableError, csv_records, lines_of

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused

FILES = [kind for kind in KINDS if kind != "yaml"]
FIRST = {kind: KINDS[kind].seeds()[0] for kind in FILES}


def read_seed(seed: Seed, folder: Path) -> list[harness.ReadTable]:
    """Read an unspoilt file."""
    path = folder / seed.name
    path.write_bytes(seed.data)
    with harness.opened(seed.spec, path) as tables:
        return [harness.read_table(table) for table in tables]


@pytest.mark.parametrize("kind", FILES)
def test_unspoilt_files_are_counted_alike_by_two_readers(kind: str, tmp_path: Path) -> None:
    """Whatever differs after spoiling does not come from the seeds."""
    read = refused = 0
    for seed in KINDS[kind].seeds():
        try:
            tables = read_seed(seed, tmp_path)
        except InputRefused:
            refused += 1  # some of the samples' oddities are made to be
            continue
        assert all(harness.compare(seed.data, table) for table in tables), seed.name
        read += sum(len(table.rows) for table in tables)
    assert read > 5
    assert refused <= len(KINDS[kind].seeds()) // 3


@pytest.mark.parametrize("kind", FILES)
def test_a_row_that_is_dropped_is_found(kind: str, tmp_path: Path) -> None:
    """A reader that loses the last row of a block without a word."""
    (table,) = read_seed(FIRST[kind], tmp_path)
    lossy = replace(table, rows=dict(list(table.rows.items())[:-1]))
    lossy.table.rows_read -= 1
    with pytest.raises(FindingError):
        harness.compare(FIRST[kind].data, lossy)


def test_a_row_that_was_changed_is_found(tmp_path: Path) -> None:
    """In text files each cell is compared."""
    (table,) = read_seed(FIRST["csv"], tmp_path)
    number = next(iter(table.rows))
    with pytest.raises(FindingError):
        harness.compare(
            FIRST["csv"].data, replace(table, rows=table.rows | {number: ("", *table.rows[number][1:])})
        )


def test_another_exception_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A parser that lets a ValueError escape."""

    def broken(*_: object) -> None:
        raise ValueError("escaped")

    monkeypatch.setattr(harness, "compile_mapping", broken)
    verdict = harness.judge("yaml", 0, tmp_path)
    assert (verdict.outcome, verdict.told[0][:10]) == ("finding", "ValueError")


def test_words_that_lack_a_fact_are_found() -> None:
    """A refusal is only as good as its sentence."""
    at = Location("orders.xlsx")
    assert harness.incomplete(Issue("E110", at, facts={"part": "its end is missing"})) is None
    assert harness.incomplete(Issue("E110", at))
    assert harness.incomplete(Issue("E110", at, facts={"part": "a\0b"}))
    assert harness.incomplete(Issue("E000", at))


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_is_the_same_file_whenever_it_is_made(kind: str) -> None:
    """What is found can be looked at again."""
    files = [harness.case(kind, number).data for number in range(30)]
    assert files == [harness.case(kind, number).data for number in range(30)]
    assert len(set(files)) > 25


def test_a_process_that_dies_is_found_and_the_next_case_goes_on(tmp_path: Path) -> None:
    """A dead process is a verdict on one case only."""
    worker = ReadingWorker(tmp_path)
    found: list[Verdict] = []
    for verdict in worker.verdicts("yaml", range(120)):
        found.append(verdict)
        if len(found) == 50:
            worker.kill()
    worker.close()
    assert [verdict.number for verdict in found] == list(range(120))
    assert [(one.number, one.outcome) for one in found if one.outcome == "finding"] == [(50, "finding")]
    assert worker.deaths == 1


@given(st.text(st.sampled_from('a;"\n\r\t\x85 ')))
def test_the_other_csv_reader_reads_as_the_library_does(text: str) -> None:
    """It was written from the rules alone; on these texts both agree on every cell, or both refuse."""
    try:
        expected = list(csv.reader(lines_of(text), delimiter=";", strict=True))
    except csv.Error:
        with pytest.raises(UnreadableError):
            csv_records(lines_of(text), 1, ";")
        return
    records = csv_records(lines_of(text), 1, ";")
    assert [record.cells for record in records] == expected
    assert sum(record.height for record in records) == len(lines_of(text))
