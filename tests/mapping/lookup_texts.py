"""A sound mapping that looks everything up, and what it reads."""

from collections.abc import Mapping

from mapping_texts import compiled, spoilt

from pipeline.mapping.binding import RowMapper
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.cell import Cell
from pipeline.model.draft import MappedRow
from pipeline.model.lookup import LookupKind, Reference

CUSTOMER = "  customer: {column: MUSTERI, integer: true}\n"
SHIPPING = "  shipping_address: {constant: 11}\n"
PRODUCT = "  product: {column: URUN, integer: true}\n"

BY_EMAIL = "customer: {lookup: customer, by: {email: EPOSTA}}"
NEW_CUSTOMER = (
    "customer: {lookup: customer, by: {email: EPOSTA}, "
    "create: {channel_code: KOD, first_name: AD, last_name: SOYAD, phone_number: TEL}}"
)
NEW_ADDRESS = (
    "shipping_address: {lookup: address, by: {line: ADRES}, within: {country: {code: {constant: TR}}, "
    "city: IL, township: ILCE, district: MAHALLE}, create: {postcode: PK}}"
)
CELLS: dict[str, Cell] = {
    "EPOSTA": "ayse@ornek.example",
    "KOD": "M1",
    "AD": "Ayşe",
    "SOYAD": "Deneme",
    "TEL": "0532 111 22 33",
    "ADRES": "Örnek Cad. 1",
    "IL": "İzmir",
    "ILCE": "Konak",
    "MAHALLE": "Alsancak",
    "PK": "35000",
    "MUSTERI": "201",
}

TURKEY = Reference(LookupKind.COUNTRY, "code", "TR")
IZMIR = Reference(LookupKind.CITY, "name", "İzmir", (TURKEY,))
KONAK = Reference(LookupKind.TOWNSHIP, "name", "Konak", (TURKEY, IZMIR))
ALSANCAK = Reference(LookupKind.DISTRICT, "name", "Alsancak", (TURKEY, IZMIR, KONAK))
AYSE = Reference(
    LookupKind.CUSTOMER,
    "email",
    "ayse@ornek.example",
    create=(
        ("email", "ayse@ornek.example"),
        ("channel_code", "M1"),
        ("first_name", "Ayşe"),
        ("last_name", "Deneme"),
        ("phone_number", "0532 111 22 33"),
    ),
)


def with_lookups(*, customer: str = "", address: str = "", product: str = "", more: str = "") -> str:
    """The sound mapping with lines of its own for what is given, and one more field of the order."""
    lines = ((CUSTOMER, customer), (SHIPPING, address), (PRODUCT, product))
    changes = [(old, f"  {new}\n") for old, new in lines if new]
    return spoilt(*changes, *([("  number: NO\n", f"  number: NO\n  {more}\n")] if more else []))


def mapper(mapping: CompiledMapping, *fields: str, header: Mapping[str, Cell] = CELLS) -> RowMapper:
    """The mapper of some fields of the order, or of an item where the order has none of them."""
    plans = [plan for plan in mapping.order if plan.name in fields]
    return RowMapper(plans or [plan for plan in mapping.items if plan.name in fields], tuple(header))


def looked_up(text: str, *fields: str, **cells: Cell) -> MappedRow:
    """One row of the sound cells, some of them changed, mapped by some fields of a mapping."""
    row = {**CELLS, **cells}
    return mapper(compiled(text), *fields, header=row)(tuple(row.values()), (0, 2))


def told(row: MappedRow, **cells: Cell) -> list[tuple[str, str, str]]:
    """Field, code and column of every problem."""
    header = tuple({**CELLS, **cells})
    return [(one.field, one.problem.code, header[one.column or 0]) for one in row.problems]
