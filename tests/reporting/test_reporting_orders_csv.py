"""``orders.csv`` as a spreadsheet and a script read it."""

import csv
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
import sample_run

from pipeline.model.location import Location
from pipeline.model.records import OrderRecord
from pipeline.model.states import State
from pipeline.model.summary import OrderCounts
from pipeline.reporting.files.orders_csv import COLUMNS, write_orders_csv
from pipeline.reporting.masking.formula import original
from pipeline.reporting.words.outcome import outcome_of


def read(path: Path) -> list[dict[str, str]]:
    """Read the file as a script would."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_order_is_one_line_with_all_its_columns(tmp_path: Path) -> None:
    """A record becomes one line under the promised column names, behind a byte order mark."""
    path = tmp_path / "orders.csv"
    assert write_orders_csv(path, sample_run.records()[:1]) == 1
    assert path.read_bytes() == (
        b"\xef\xbb\xbfnumber,file,sheet,row,outcome,code,message,remote_id,currency,amount,items,attempts\r\n"
        b"1002231,input_samples/siparisler.xlsx,Siparisler,48,invalid,E214,"
        b'"unknown order status ""teslm edildi""",,TRY,336.50,1,0\r\n'
    )


def test_no_orders_are_a_head_without_lines(tmp_path: Path) -> None:
    """An empty run still has the columns."""
    path = tmp_path / "orders.csv"
    assert write_orders_csv(path, []) == 0
    assert path.read_text(encoding="utf-8-sig").strip() == ",".join(COLUMNS)


def test_outcomes_are_counted_as_the_summary_counts_them(tmp_path: Path) -> None:
    """Each outcome of the file is the name of a count in the summary."""
    path = tmp_path / "orders.csv"
    write_orders_csv(path, sample_run.records())
    found = Counter(line["outcome"] for line in read(path))
    assert found == {"invalid": 4, "rejected": 3, "failed": 1, "in_doubt": 2, "conflict": 1}


@pytest.mark.parametrize("state", State)
def test_every_state_has_an_outcome_that_the_summary_counts(state: State) -> None:
    """No state of an order is without a word for people."""
    assert outcome_of(state).key in OrderCounts.__slots__


def test_a_flight_without_an_end_is_in_doubt() -> None:
    """What may have been sent is never told as not sent."""
    assert outcome_of(State.IN_FLIGHT) is outcome_of(State.IN_DOUBT)


def test_hostile_values_are_neutral_and_can_be_had_back(tmp_path: Path) -> None:
    """A formula in any text of a record does not reach the first place of a cell."""
    bad = '=HYPERLINK("http://evil.example")'
    record = OrderRecord(bad, Location(bad, bad, 3), State.REJECTED, "E506", bad, bad, bad, bad)
    path = tmp_path / "orders.csv"
    write_orders_csv(path, [record])
    (line,) = read(path)
    hostile = [
        line[name] for name in ("number", "file", "sheet", "message", "remote_id", "currency", "amount")
    ]
    assert [cell[:2] for cell in hostile] == ["'="] * 7
    assert [original(cell) for cell in hostile] == [bad] * 7


def test_letters_of_all_kinds_and_odd_file_names_are_written(tmp_path: Path) -> None:
    """Turkish letters stay, and a file name that is not UTF-8 becomes readable instead of an error."""
    record = sample_run.records()[0]._replace(number="İĞÜŞÖÇ-ı", at=Location("s\udcffp.csv", None, 2))
    path = tmp_path / "orders.csv"
    write_orders_csv(path, [record])
    (line,) = read(path)
    assert (line["number"], line["file"], line["sheet"]) == ("İĞÜŞÖÇ-ı", "s\\udcffp.csv", "")


def test_a_long_run_is_written_in_bounded_memory(tmp_path: Path) -> None:
    """Records are taken one at a time: 20,000 of them never stand in memory together."""
    record = sample_run.records()[0]
    tracemalloc.start()
    try:
        write_orders_csv(tmp_path / "orders.csv", (record._replace(number=str(n)) for n in range(20_000)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_the_same_records_make_the_same_bytes(tmp_path: Path) -> None:
    """A report can be compared with the one before."""
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    write_orders_csv(first, sample_run.records())
    write_orders_csv(second, iter(sample_run.records()))
    assert first.read_bytes() == second.read_bytes()
