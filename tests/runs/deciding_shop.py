"""An invented shop whose files hold words that its mapping does not know, and checks of it."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from pipeline.journal.reading import JournalReader
from pipeline.model.decision import Decision, Decisions
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.opening.header import decisions_of
from pipeline.runs.verbs import check

MAPPING = """\
# The shop's own words.
version: 1
name: deciding
locale: tr_TR
timezone: Europe/Istanbul
preset: historic
sources:
  orders: {files: "orders*.csv", key: NO}
  items:  {files: "items*.csv", key: NO}
order:
  number:           NO
  status:           {column: DURUM, map: statuses}   # see values
  date_placed:      {column: TARIH, date: "%d.%m.%Y"}
  customer:         {column: MUSTERI, integer: true}
  shipping_address: {constant: 301}
  billing_address:  {constant: 302}
  currency:         PB
  amount:           {column: TOPLAM, decimal: true}
items:
  product:     {column: URUN, integer: true}
  quantity:    {column: ADET, integer: true}
  unit_price:  {column: FIYAT, decimal: true}
  total_price: {column: TUTAR, decimal: true}
values:
  statuses:
    Teslim Edildi: delivered   # most of them
    İptal: canceled
"""
GOOD = {"DURUM": "Teslim Edildi", "TARIH": "05.03.2024", "MUSTERI": "201", "PB": "try", "TOPLAM": "1.250,00"}
ITEM = {"URUN": "101", "ADET": "1", "FIYAT": "1.250,00", "TUTAR": "1.250,00"}


def shop(folder: Path, *orders: dict[str, str], mapping: str = MAPPING) -> PlanRequest:
    """Write orders of one item each, which differ from a good one as told; rows of items take their names."""
    head, item_head = ["NO", *GOOD], ["NO", *ITEM]
    rows, items = [head], [item_head]
    for place, changes in enumerate(orders, 1):
        number = changes.get("NO", f"A{place:03}")
        rows.append([number, *({**GOOD, **changes}[name] for name in GOOD)])
        items.append([number, *({**ITEM, **changes}[name] for name in ITEM)])
    folder.mkdir(exist_ok=True, parents=True)
    for name, lines in (("orders.csv", rows), ("items.csv", items)):
        (folder / name).write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return PlanRequest([folder / "orders.csv", folder / "items.csv"], folder / "mapping.yaml")


def checked(request: PlanRequest) -> Result:
    """Check the shop."""
    folder = request.mapping.parent
    return check(request, Places(folder / "state", folder / "reports"))


def decisions(result: Result) -> Decisions:
    """Give the decisions of a check."""
    with closing(JournalReader(result.journal)) as journal:
        return decisions_of(journal.header)


def of_word(found: Decisions, word: str) -> Decision:
    """Give the decision about a word."""
    return next(one for one in found.listed if one.word == word)


def ready(result: Result) -> set[str]:
    """Give the numbers of the orders that are ready."""
    return {order.number for order in result.orders() if order.state.value in ("planned", "unresolved")}


def snapshot(folder: Path, skus: Sequence[str]) -> Path:
    """Write a snapshot of a target with these products and no others."""
    products = [{"pk": 100 + place, "sku": sku} for place, sku in enumerate(skus)]
    data = {
        "schema": "orderlift/snapshot/1",
        "target": "http://127.0.0.1:1",
        "channel": 5,
        "taken": "2999-01-01T00:00:00+00:00",
        "records": {"product": products},
        "complete": {"product": [[]]},
        "absent": {},
    }
    path = folder / "may.snapshot"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
