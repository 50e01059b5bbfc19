"""``orderlift mapping show``, ``test`` and ``diff``, as people call them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shop import MAPPING, Ended, export, orderlift, sources

TEST = """\
examples:
  - name: an order that is done
    rows:
      orders: |
        No,Placed,State,Sum
        0001,2024-03-01 10:01,Done,1.50
      items: |
        No,Article,Each
        0001,101,1.50
    expect:
      orders:
        "0001": {order: {amount: 1.50}}
properties:
  - {check: positive, field: order.amount}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop of four orders, the last of which has an amount that is no number."""
    return export(tmp_path, 4, wrong=1)


def mapping(folder: Path, *words: str) -> Ended:
    """Run ``orderlift mapping`` there."""
    return orderlift(folder, "mapping", *words, "--color", "never")


def test_show_prints_every_field_with_its_cell_and_its_line(folder: Path) -> None:
    """Exit code 0 for an order that is ready."""
    shown = mapping(folder, "show", *sources("--order", "0002"))
    assert shown.code == 0
    assert shown.out.startswith("Order 0002: ready to be sent")
    assert "order.status = '100'   shop.yaml:11:3" in shown.out
    assert "C3 (State)  'İptal'" in shown.out
    assert "map states: 'İptal' → 'canceled'   line 11" in shown.out


def test_show_tells_what_is_wrong_in_its_place_and_ends_with_3(folder: Path) -> None:
    """The issue stands under the step that found it."""
    shown = mapping(folder, "show", *sources("--order", "0004"))
    lines = [line.strip() for line in shown.out.splitlines()]
    at = lines.index("read as money: 'ten' → refused: E211   line 16") if shown.code == 3 else -1
    assert lines[at + 1].startswith("error[E211]")


def test_show_prints_one_json_object(folder: Path) -> None:
    """With the payload as it is sent."""
    shown = mapping(folder, "show", *sources("--order", "0001", "--json"))
    assert shown.document["payload"]["order"]["amount"] == "1.50"
    assert shown.document["parts"][1]["fields"][0]["cells"][0]["cell"] == "B2"


def test_show_of_an_order_that_is_not_there_ends_with_2(folder: Path) -> None:
    """E490 and an order that is like it."""
    shown = mapping(folder, "show", *sources("--order", "0044"))
    assert shown.code == 2
    assert "fatal[E490]" in shown.err
    assert "Did you mean '0004'?" in shown.err


def test_test_ends_with_0_where_all_holds_and_with_3_where_not(folder: Path) -> None:
    """A difference is printed with both values and the line that expects the one."""
    beside = folder / "shop.test.yaml"
    beside.write_text(TEST, encoding="utf-8")
    assert mapping(folder, "test", "-m", "shop.yaml").code == 0
    beside.write_text(TEST.replace("amount: 1.50", "amount: 1.60"), encoding="utf-8")
    failed = mapping(folder, "test")
    assert failed.code == 3
    assert "order 0001  order.amount   shop.test.yaml:12:26" in failed.out
    assert [line.split() for line in failed.out.splitlines() if " - exp" in line or " + fou" in line] == [
        ["-", "expected", "1.60"],
        ["+", "found", "1.50"],
    ]
    assert mapping(folder, "test", "--json").document["holds"] is False


def test_test_writes_a_first_one_and_says_what_was_never_needed(folder: Path) -> None:
    """From the shop's own rows; a second time nothing is overwritten."""
    words = ("test", "-m", "shop.yaml", "orders.csv", "items.csv")
    assert mapping(folder, *words, "--write").code == 0
    assert mapping(folder, *words, "--write").code == 2
    (folder / "shop.yaml").write_text(MAPPING.replace("{Done:", "{Lost: refunded, Done:"), encoding="utf-8")
    told = mapping(folder, *words, "--coverage")
    assert told.code == 0
    assert "Left over: 1 value of a table never met." in told.out
    assert mapping(folder, "test", "--coverage").code == 2


def test_check_says_in_one_line_what_its_rows_never_needed(folder: Path) -> None:
    """And the report lists it."""
    (folder / "shop.yaml").write_text(MAPPING.replace("{Done:", "{Lost: refunded, Done:"), encoding="utf-8")
    checked = orderlift(folder, "check", *sources())
    assert "In these rows: 1 value of a table never met (listed in the report)." in checked.out
    (report,) = (folder / "reports").glob("*/report.html")
    assert "states: Lost (value, shop.yaml:23:12)" in report.read_text(encoding="utf-8")


def test_diff_prints_kinds_of_change_and_ends_with_3(folder: Path) -> None:
    """And with 0 where nothing changes."""
    (folder / "new.yaml").write_text(MAPPING.replace("İptal: canceled", "İptal: refunded"), encoding="utf-8")
    same = mapping(folder, "diff", "shop.yaml", "shop.yaml", "orders.csv", "items.csv")
    assert same.code == 0
    told = mapping(folder, "diff", "shop.yaml", "new.yaml", "orders.csv", "items.csv")
    assert told.code == 3
    assert told.out.splitlines()[0] == "1 of 3 orders that are ready both times change."
    assert "order.status changed   1 orders" in told.out
    both = ("shop.yaml", "new.yaml", "orders.csv", "items.csv", "--json")
    assert mapping(folder, "diff", *both).document["orders"]["changed"] == 1


def test_the_exit_code_outlives_a_reader_who_leaves(folder: Path) -> None:
    """Whoever reads standard output may close it: the verdict still arrives."""
    words = ["mapping", "show", *sources("--order", "0004")]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            cwd=folder,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (3, b"")
