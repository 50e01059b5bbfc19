"""A shop whose mapping is made of several files: a base, an overlay, two lookup tables, a variable."""

from pathlib import Path

BASE = """\
version: 1
name: base
locale: tr_TR
timezone: Europe/Istanbul
preset: historic
variables:
  depo: {type: integer, default: 1, description: Which warehouse.}
tables:
  skus: {file: tables/skus.csv, key: OLD, value: NEW}
sources:
  lines: {files: "orders*.csv", key: No, split: {column: Ürünler, into: "{SKU} x{Adet} @ {Fiyat}"}}
order:
  number: No
  date_placed: {column: Tarih, date: "%d.%m.%Y %H:%M"}
  status: {constant: delivered}
  customer: {constant: 201}
  shipping_address: {constant: 301}
  billing_address: {constant: 302}
  currency: {column: Tutar, steps: [currency]}
  amount: {column: Tutar, steps: [{amount: try}]}
  gift_box_note: {column: Not, steps: [squeeze, {truncate: 12}]}
  extra_field: {id: No, depot: {constant: "${depo}"}}
items:
  product: {column: SKU, steps: [{table: skus}]}
  status: {constant: delivered}
  quantity: {column: Adet, integer: true}
  unit_price: {column: Fiyat, decimal: true}
  price: {column: Fiyat, decimal: true}
  total_price: {multiply: [Adet, Fiyat]}
checks: {order_total: items, mismatch: error}
"""
OVERLAY = """\
version: 1
name: acme
extends: ../base.yaml
order:
  notes: {column: Tel, steps: [{phone: TR}]}
"""
SKUS = "OLD;NEW\nA-1;101\nA-2;102\n"
ORDERS = """\
No;Tarih;Tutar;Not;Tel;Ürünler
1001;01.03.2024 10:15;1.029,90 TL;Kapıya  bırakın lütfen;0532 111 22 33;"A-1 x2 @ 500,00; A-2 x1 @ 29,90"
1002;02.03.2024 11:00;₺10,00;;+90 532 111 22 34;A-2 x1 @ 10,00
1003;02.03.2024 11:00;$10,00;;0532;A-2 1 @ 10,00
"""


def open_layered_shop(folder: Path) -> tuple[Path, Path]:
    """Write it; returns the export and the overlay."""
    (folder / "acme").mkdir(parents=True)
    (folder / "tables").mkdir()
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / "tables" / "skus.csv").write_text(SKUS, encoding="utf-8")
    overlay = folder / "acme" / "acme.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    orders = folder / "orders.csv"
    orders.write_text(ORDERS, encoding="utf-8")
    return orders, overlay
