"""Rows sorted into partitions, in memory or on disk, and prepared side by side."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from small_shop import open_shop, table

from pipeline.model.cell import CellError
from pipeline.model.rows import FileFacts, RowBatch, Table
from pipeline.runs.preparing import spool as spooling
from pipeline.runs.preparing.spool import Keyed, Spool, partitions_for
from pipeline.runs.verbs import check

ORDERS = Table(0, "orders", "orders.csv", ("number", "x"))
MOMENT = datetime(2024, 3, 1, 10, 0, 0, 5)  # noqa: DTZ001 - as a cell holds it
CELLS = ["text", "", 7, 1.5, True, None, MOMENT, date(2024, 3, 1), time(10, 30)]


def batch(first: int, keys: list[object], extra: object = "x") -> RowBatch:
    """Give a batch whose rows have these keys and another cell."""
    rows = [(key, extra) for key in keys]
    return RowBatch(ORDERS, range(first, first + len(rows)), rows)  # type: ignore[arg-type]


def spread(spool: Spool) -> list[Keyed]:
    """Load every partition."""
    return [keyed for partition in spool.partitions() for keyed in partition.load()]


@pytest.mark.parametrize("partitions", [1, 5])
def test_rows_of_one_key_meet_in_one_partition(
    tmp_path: Path, partitions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many spills there are, no row is lost, and no key is in two partitions."""
    monkeypatch.setattr(spooling, "BUFFERED_ROWS", 10)
    spool = Spool(tmp_path / "spool", partitions)
    for part in range(6):
        spool.add(batch(2 + part * 9, [f"A-{place}" for place in range(9)]), 0, fill_down=False)
    assert spool.spilled == (partitions > 1)
    loaded = [partition.load() for partition in spool.partitions()]
    where: dict[str, set[int]] = {}
    rows = []
    for index, parts in enumerate(loaded):
        for keyed in parts:
            for key, row_number in zip(keyed.keys, keyed.numbers, strict=True):
                where.setdefault(key, set()).add(index)
                rows.append(row_number)
    assert sorted(rows) == list(range(2, 56))
    assert all(len(places) == 1 for places in where.values())


def test_every_kind_of_cell_survives_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text, numbers, dates, durations and error cells come back as they were."""
    monkeypatch.setattr(spooling, "BUFFERED_ROWS", 1)
    cells = [*CELLS, timedelta(hours=30, seconds=1), CellError("#N/A"), "İ\x00\n\u2028"]
    spool = Spool(tmp_path / "spool", 3)
    for place, cell in enumerate(cells, 2):
        spool.add(batch(place, ["A-1"], cell), 0, fill_down=False)
    assert spool.spilled
    back = {
        number: tuple(row)[1]
        for keyed in spread(spool)
        for number, row in zip(keyed.numbers, keyed.rows, strict=True)
    }
    assert [back[place] for place in sorted(back)] == cells
    assert [type(back[place]) for place in sorted(back)] == [type(cell) for cell in cells]


def test_rows_without_a_key_are_named(tmp_path: Path) -> None:
    """An empty key belongs to nobody, or with fill-down to the order above, across batches."""
    plain, filled = Spool(tmp_path / "a", 1), Spool(tmp_path / "b", 1)
    assert plain.add(batch(2, ["A-1", "", "A-2"]), 0, fill_down=False) == [3]
    assert filled.add(batch(2, ["", "A-1", ""]), 0, fill_down=True) == [2]
    assert filled.add(batch(5, ["", "A-2"]), 0, fill_down=True) == []
    assert [keyed.keys for keyed in spread(filled)] == [["A-1", "A-1", "A-1", "A-2"]]


def test_partitions_grow_with_the_files() -> None:
    """One for what is small, more for what is large, most for workbooks, and never too many."""

    def partitions(kind: str, size: int, packing: str | None = None) -> int:
        return partitions_for([FileFacts("x", size, 0, "", kind, packing=packing)])

    assert partitions_for([]) == partitions("csv", 1000) == 1
    assert 1 < partitions("csv", 30_000_000) < partitions("xlsx", 30_000_000) < 512
    assert partitions("jsonl", 30_000_000, "gzip") == partitions("xlsx", 30_000_000)
    assert partitions("csv", 10**12) == 512


def test_many_processes_prepare_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spilled or not, alone or side by side: the same orders with the same payloads, in the same order."""
    monkeypatch.setattr(spooling, "BUFFERED_ROWS", 50)
    monkeypatch.setattr("pipeline.runs.preparing.filling.partitions_for", lambda _: 4)
    shop = open_shop(tmp_path / "shop", 60)
    seen = []
    for jobs in (1, 2):
        request = shop.plan_request("http://127.0.0.1:9")
        result = check(
            type(request)(**{**{n: getattr(request, n) for n in request.__slots__}, "jobs": jobs}),
            shop.places,
        )
        seen.append(
            table(
                result.journal,
                "SELECT o.tab, o.row, o.number, o.sha256, p.body FROM orders o"
                " JOIN payloads p ON p.order_id = o.id ORDER BY o.tab, o.row",
            )
        )
    assert len(seen[0]) == 60
    assert seen[0] == seen[1]
