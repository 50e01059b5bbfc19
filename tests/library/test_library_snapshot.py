"""A snapshot as a program or a notebook takes it."""

from pathlib import Path

import pytest

import pipeline
from pipeline.simulator import Simulator

MAPPING = """\
version: 1
name: flat
locale: en_US
timezone: Europe/Istanbul
sources:
  lines: {files: "orders*.csv", key: No}
order:
  number:           No
  date_placed:      {constant: "2024-03-01T10:00:00Z"}
  status:           {constant: delivered}
  customer:         {constant: 201}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         {constant: try}
  amount:           {column: Sum, decimal: true}
items:
  product:          {lookup: product, by: {sku: SKU}}
  quantity:         {constant: 1}
  unit_price:       {column: Sum, decimal: true}
  total_price:      {column: Sum, decimal: true}
"""


def test_a_snapshot_of_everything_and_a_check_against_it(tmp_path: Path) -> None:
    """Without a mapping every list is read; the result says what is in it."""
    with Simulator() as target:
        taken = pipeline.snapshot(
            tmp_path / "all.snapshot",
            target=target.url,
            channel=5,
            token=target.token,
            rate=float("inf"),
            state_dir=tmp_path / "state",
        )
    assert (taken.exit_code, taken.records["product"], taken.records["township"]) == (0, 40, 60)
    assert {"customer", "address"}.isdisjoint(taken.records)
    (tmp_path / "orders.csv").write_text(
        "No,SKU,Sum\n0001,PAM-TIS-01,5\n0002,PAM-TIS-99,5\n", encoding="utf-8"
    )
    (tmp_path / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    checked = pipeline.check(
        [tmp_path / "orders.csv"],
        tmp_path / "shop.yaml",
        snapshot=taken.path,
        state_dir=tmp_path / "state",
        report_dir=tmp_path / "reports",
    )
    assert [(one.code, one.value) for one in checked.issues() if one.code == "E342"] == [
        ("E342", "PAM-TIS-99")
    ]


def test_sources_without_a_mapping_are_a_mistake_of_the_program(tmp_path: Path) -> None:
    """Nothing says how to read them."""
    with pytest.raises(TypeError, match="mapping"):
        pipeline.snapshot(
            tmp_path / "x", target="http://127.0.0.1:9", channel=5, token="demo-token", sources=["a.csv"]
        )
