"""Every shipped sample, prepared for real."""

from pathlib import Path

import pytest
from sample_cases import SAMPLES, Sample
from sample_outcomes import SAMPLE_DIR, prepare, sent_values, told

from pipeline.model.refusal import Refusal

PREPARED = [sample for sample in SAMPLES if not sample.fatal]
UNREADABLE = [sample for sample in SAMPLES if sample.fatal]


def _name(sample: Sample) -> str:
    return f"{sample.name}-{Path(sample.mapping).stem}"


@pytest.mark.parametrize("sample", PREPARED, ids=_name)
def test_a_sample_comes_out_exactly_as_its_line_says(sample: Sample, tmp_path: Path) -> None:
    """Orders, items, money and issues with their cells are those intended, and every row is counted."""
    found = prepare(sample, tmp_path)
    assert found.issues == sample.issues
    assert (found.orders, found.refused, found.items) == (sample.orders, sample.refused, sample.items)
    assert found.money == sample.money
    assert len(found.bodies) == sample.orders - sample.refused
    assert found.totals["rows_ignored"] == sample.ignored
    assert found.totals["rows_read"] == found.totals["rows_used"] + found.totals["rows_ignored"]
    if sample.sent is not None:
        field, values = sample.sent
        assert sent_values(found.bodies, field) == values


@pytest.mark.parametrize("sample", UNREADABLE, ids=_name)
def test_a_file_that_cannot_be_read_is_refused_with_code_and_place(sample: Sample, tmp_path: Path) -> None:
    """Nothing is prepared, no journal stays behind, and the refusal names what and where."""
    with pytest.raises(Refusal) as refused:
        prepare(sample, tmp_path)
    assert told(refused.value.issues, several=" " in sample.files) == sample.fatal
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_table_has_a_line_for_every_file_and_a_file_for_every_line() -> None:
    """No sample is shipped untested; those of platforms have a test of their own."""
    listed = {name for sample in SAMPLES for name in sample.files.split()}
    shipped = {
        path.relative_to(SAMPLE_DIR).as_posix()
        for path in SAMPLE_DIR.rglob("*")
        if path.suffix in {".csv", ".xlsx", ".xls"} and path.parent.name != "platforms"
    }
    assert listed == shipped
