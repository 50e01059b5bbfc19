"""A sound mapping as text, ways to spoil it at a marked place, and what comes of it."""

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import CompiledMapping, compile_mapping
from pipeline.model.cell import Cell
from pipeline.model.draft import MappedRow
from pipeline.model.issue import Issue
from pipeline.model.refusal import MappingRefused
from pipeline.validation.payload import field_checks

FILE = "acme.yaml"
HERE = "¦"
"""Stands in front of the place at which an issue is expected."""

GOOD = """\
version: 1
name: acme
locale: tr_TR
timezone: Europe/Istanbul
sources:
  orders: {files: "orders*.csv", key: NO}
  items: {files: "items*.csv", key: NO}
order:
  number: NO
  status: {column: DURUM, map: statuses}
  date_placed: {column: TARIH, date: "%d.%m.%Y %H:%M"}
  customer: {column: MUSTERI, integer: true}
  shipping_address: {constant: 11}
  billing_address: {constant: 12}
  currency: {column: PARA, default: try}
  amount: {column: TOPLAM, decimal: true}
items:
  product: {column: URUN, integer: true}
  quantity: {column: ADET, integer: true}
  unit_price: {column: FIYAT, decimal: true}
  total_price: {column: TUTAR, decimal: true}
values:
  statuses: {Teslim Edildi: delivered, Kargoda: shipped}
"""


def spoilt(*changes: tuple[str, str]) -> str:
    """The sound mapping with each first text replaced by the second; each must be there."""
    text = GOOD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_order(line: str) -> str:
    """The sound mapping with one more field of the order."""
    return spoilt(("  number: NO\n", f"  number: NO\n  {line}\n"))


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and line and column of each mark."""
    pieces = text.split(HERE)
    places = []
    before = ""
    for piece in pieces[:-1]:
        before += piece
        lines = before.split("\n")
        places.append((len(lines), len(lines[-1]) + 1))
    return "".join(pieces), places


def compiled(text: str) -> CompiledMapping:
    """The compiled mapping; fails where it is refused."""
    return compile_mapping(text, FILE, field_checks())


def refused(text: str) -> tuple[Issue, ...]:
    """Every issue of a mapping that is refused; fails where it is taken."""
    try:
        compiled(text)
    except MappingRefused as refusal:
        return refusal.issues
    raise AssertionError("the mapping was taken")


def places_of(issues: tuple[Issue, ...]) -> list[tuple[str, int, int]]:
    """Code, line and column of each issue; every one has a place in the file."""
    marks = [issue.mark for issue in issues]
    assert all(mark is not None and mark.file == FILE for mark in marks)
    return [(issue.code, mark.line, mark.column) for issue, mark in zip(issues, marks, strict=True) if mark]


def order_row(line: str, cells: dict[str, Cell]) -> MappedRow:
    """One order row with only the given columns, mapped by one more rule of the order alone."""
    field = line.partition(":")[0]
    plans = [plan for plan in compiled(with_order(line)).order if plan.name.partition(".")[0] == field]
    return RowMapper(plans, tuple(cells))(tuple(cells.values()), (0, 2))
