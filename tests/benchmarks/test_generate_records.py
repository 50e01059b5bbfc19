"""Files and seed of the benchmark that counts requests: they fit each other."""

import csv
import json
import runpy
from pathlib import Path
from typing import Any

from pipeline.simulator import address_hash

MADE = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "generate_records.py"))
write: Any = MADE["write"]
size = MADE["Size"](orders=40, customers=12, known=4, products=8)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Every row of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Another seed gives other ones."""
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write(tmp_path / name, size, seed)
    files = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "again", "other")
    }
    assert set(files["one"]) == {"orders.csv", "items.csv", "mapping.yaml", "seed.json"}
    assert files["one"] == files["again"]
    assert files["one"]["orders.csv"] != files["other"]["orders.csv"]


def test_the_target_knows_as_many_of_the_customers_as_asked_for(tmp_path: Path) -> None:
    """With both addresses, under the hash that it gives them itself, and every product by both its names."""
    write(tmp_path / "data", size, 1)
    orders, items = rows_of(tmp_path / "data" / "orders.csv"), rows_of(tmp_path / "data" / "items.csv")
    seed = json.loads((tmp_path / "data" / "seed.json").read_text("utf-8"))
    emails = {row["EPOSTA"] for row in orders}
    assert (len(orders), len(emails)) == (40, 12)
    assert len(emails & {one["email"] for one in seed["customers"]}) == len(seed["customers"]) == 4
    lines = {row[name] for row in orders for name in ("ADRES", "FATURA_ADRES")}
    assert len(lines & {one["line"] for one in seed["addresses"]}) == len(seed["addresses"]) == 8
    assert all(one["hash_data"] == address_hash(one) for one in seed["addresses"])
    known = {(one["sku"], one["_remote_id"]) for one in seed["products"]}
    assert {(row["STOK_KODU"], row["URUN_ID"]) for row in items} <= known
    assert {row["SIPARIS_NO"] for row in items} == {row["SIPARIS_NO"] for row in orders}
