"""``issues.jsonl`` and ``summary.json`` as a script reads them."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
import sample_run

from pipeline.model.issue import Issue
from pipeline.model.location import Location, Mark
from pipeline.model.summary import broken_sums
from pipeline.reporting.files.issues_jsonl import write_issues_jsonl
from pipeline.reporting.files.summary_json import write_summary


def written(tmp_path: Path, *issues: Issue) -> list[dict[str, object]]:
    """Write the issues and read them again."""
    path = tmp_path / "issues.jsonl"
    assert write_issues_jsonl(path, issues, sample_run.PLACES, sample_run.CATALOGUE) == len(issues)
    lines = path.read_bytes().splitlines()
    return [orjson.loads(line) for line in lines]


def test_an_issue_names_its_cell_its_mapping_line_and_its_remedy(tmp_path: Path) -> None:
    """One line says everything that the terminal says, as data."""
    assert written(tmp_path, sample_run.status_issue()) == [
        {
            "code": "E214",
            "severity": "error",
            "file": "input_samples/siparisler.xlsx",
            "sheet": "Siparisler",
            "row": 4818,
            "column": "M",
            "cell": "M4818",
            "header": "DURUM",
            "value": "teslm edildi",
            "masked": False,
            "order": "1002231",
            "field": "order.status",
            "mapping": "mappings/acme.yaml:41:7",
            "message": 'unknown order status "teslm edildi"',
            "remedy": 'Did you mean "teslim edildi"? Add the value to the table, or correct the cell.',
            "facts": {"near": "teslim edildi"},
        }
    ]


def test_what_is_not_known_is_null_and_still_there(tmp_path: Path) -> None:
    """Every line has the same keys."""
    bare, full = written(tmp_path, Issue("E305"), sample_run.status_issue())
    assert list(bare) == list(full)
    assert [key for key, value in bare.items() if value is None] == [
        *("file", "sheet", "row", "column", "cell", "header", "value", "order", "field", "mapping")
    ]


def test_a_fault_of_the_mapping_itself_names_its_own_place(tmp_path: Path) -> None:
    """The place where the mapping is wrong goes before the place where it speaks of the field."""
    (line,) = written(tmp_path, replace(sample_run.status_issue(), mark=Mark("other.yaml", 3, 4)))
    assert line["mapping"] == "other.yaml:3:4"


@pytest.mark.parametrize(
    "value", ['\n{"level":"INFO"}', "\r\n", "\u2028", "\x85", "\x1b[2J", "\0", "s\udcff"]
)
def test_no_value_makes_a_second_line_or_an_unreadable_one(tmp_path: Path, value: str) -> None:
    """A line break in a cell, a control character or a broken name is data within one line."""
    issue = replace(sample_run.status_issue(), value=value, at=Location(value), facts={"near": value})
    (line,) = written(tmp_path, issue)
    assert line["value"] == value.replace("\udcff", "\\udcff")


def test_a_number_beyond_64_bits_is_written(tmp_path: Path) -> None:
    """A fact of any size reaches the file."""
    path = tmp_path / "issues.jsonl"
    write_issues_jsonl(
        path, [replace(sample_run.status_issue(), facts={"n": 2**70})], {}, sample_run.CATALOGUE
    )
    assert b'"n": 1180591620717411303424' in path.read_bytes()


def test_the_summary_file_is_the_json_object(tmp_path: Path) -> None:
    """``summary.json`` holds what ``--json`` prints."""
    path = tmp_path / "summary.json"
    write_summary(path, sample_run.summary())
    assert orjson.loads(path.read_bytes()) == sample_run.summary().as_json()
    assert path.read_bytes().endswith(b"}\n")


def test_the_sample_adds_up() -> None:
    """The run that these tests use is one whose identities hold."""
    assert broken_sums(sample_run.summary()) == []
