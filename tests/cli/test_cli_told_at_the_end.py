"""What stands below the closing table, and what a report says of time that is not its own."""

from pathlib import Path

from shop import export, orderlift, sources


def test_amounts_that_cannot_be_read_are_told_beside_the_money(tmp_path: Path) -> None:
    """A sum of what could be read looks like everything, unless somebody says that it is not."""
    shop = export(tmp_path, wrong=2)
    told = orderlift(shop, "check", *sources())
    assert "2 orders have no amount that could be read; they are in no sum." in told.out
    (shop / "orders.csv").write_text((shop / "orders.csv").read_text("utf-8").replace("ten", "3.50"), "utf-8")
    assert "in no sum" not in orderlift(shop, "check", *sources()).out


def test_a_report_written_again_does_not_call_its_own_time_the_runs(tmp_path: Path) -> None:
    """Neither on the terminal nor on the page; the run itself did."""
    shop = export(tmp_path)
    ran = orderlift(shop, "check", *sources())
    assert _facts(ran.out).endswith(" s")
    again = orderlift(shop, "report")
    assert _facts(again.out).endswith("ignored")
    (page,) = shop.glob("reports/*/report.html")
    assert "<dt>Took</dt>" not in page.read_text("utf-8")


def _facts(out: str) -> str:
    (line,) = [line for line in out.splitlines() if line.startswith("  run ")]
    return line.rstrip()
