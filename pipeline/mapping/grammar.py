"""The grammar of a mapping file: what an analyst may write, as pydantic models.

Field descriptions become the hovers of editors through ``docs/mapping.schema.json``.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from pipeline.mapping.archive_grammar import Archive
from pipeline.mapping.lookup_rule import A_LOOKUP, A_RULE, LOOKUP_RULES, rule_or_lookup
from pipeline.mapping.rule import Part, RangeRule, Rule, Scalar
from pipeline.model.header import header_key
from pipeline.model.lookup import LOOKUP_FIELDS
from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, FieldSpec, Kind

VERSION = 1
LAST_ROW = 1_048_576
"""The last row that a spreadsheet has."""

_TYPES: dict[Kind, Any] = {Kind.OBJECT: dict[str, Rule], Kind.RANGE: RangeRule}


def _type(spec: FieldSpec, prefix: str) -> Any:  # noqa: ANN401 - a type made at run time
    kind = LOOKUP_FIELDS.get(f"{prefix}.{spec.name}")
    if kind is None:
        return _TYPES.get(spec.kind, Rule)
    either: Any = Annotated[Rule, Tag(A_RULE)] | Annotated[LOOKUP_RULES[kind], Tag(A_LOOKUP)]
    return Annotated[either, Discriminator(rule_or_lookup)]


def _section(name: str, doc: str, prefix: str, specs: tuple[FieldSpec, ...]) -> type[Part]:
    fields: dict[str, Any] = {
        spec.name: (_type(spec, prefix) | None, Field(default=None, description=spec.note)) for spec in specs
    }
    return create_model(name, __base__=Part, __doc__=doc, **fields)


PREFIX = {"order": "order", "items": "order_item"}
"""What a section's fields are called in issues: as in the payload."""

OrderRules = _section("OrderRules", "Rules for the fields of `order`.", PREFIX["order"], ORDER_FIELDS)
ItemRules = _section("ItemRules", "Rules for the fields of `order_item`.", PREFIX["items"], ITEM_FIELDS)


def _row_span(value: object) -> tuple[int, int]:
    found = (
        re.fullmatch(r"\s*([0-9]{1,7})\s*(?:-\s*([0-9]{1,7})\s*)?", value) if isinstance(value, str) else None
    )
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= LAST_ROW:
        raise PydanticCustomError("row_span", "a row or a range of rows, such as 4 or 10-12")
    return first, last


RowSpan = Annotated[
    tuple[int, int], BeforeValidator(_row_span), WithJsonSchema({"type": ["integer", "string"]})
]
"""One row or several, by their numbers: ``4`` or ``10-12``."""

RowNumber = Annotated[int, Field(ge=1, le=LAST_ROW)]


class DropRows(Part):
    """Rows to leave out, such as totals and test orders; each is listed in the report with its reason."""

    model_config = ConfigDict(populate_by_name=False)

    column: str | None = Field(
        default=None, description="The column whose cell is looked at; every cell of the row if left out."
    )
    is_: Scalar | list[Scalar] | None = Field(
        default=None, alias="is", description="The cell is one of these words."
    )
    contains: Scalar | list[Scalar] | None = Field(
        default=None, description="One of these words stands in the cell."
    )
    starts_with: Scalar | list[Scalar] | None = Field(
        default=None, description="The cell starts with one of these words."
    )
    empty: bool = Field(default=False, description="The cell is empty.")
    because: str = Field(min_length=1, description="Why these rows are no data, in your words.")


class Source(Part):
    """A kind of file: which files, and how they are read."""

    files: str = Field(description='File name pattern such as "orders*.csv".')
    key: str = Field(description="The column that names the order in every row.")
    sheet: str | None = Field(default=None, description="Sheet of a workbook; needed where it has several.")
    encoding: str | None = Field(
        default=None, description="Encoding of a CSV file, such as cp1254; found out if left out."
    )
    delimiter: str | None = Field(default=None, description="Delimiter of a CSV file; found out if left out.")
    header_row: RowNumber | Annotated[list[RowNumber], Field(min_length=1, max_length=9)] | None = Field(
        default=None,
        description="Row that holds the column names, or rows next to each other whose names are joined; "
        "looked for if left out.",
    )
    skip_rows: RowSpan | list[RowSpan] = Field(
        default=[], description='Rows that hold no data, by their numbers, such as [4, "10-12"].'
    )
    drop: list[DropRows] = Field(default=[], description="Rows to leave out by what they hold.")
    fill_down: bool | list[str] = Field(
        default=False,
        description="true: a row with an empty key belongs to the order above it. "
        "Or the columns whose empty cells take the value above them within one order.",
    )
    merged: Literal["refuse", "expand"] = Field(
        default="refuse",
        description="Whether merged cells refuse their order or all take the value of their range.",
    )

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The rows of the header, none where they are to be found."""
        given = self.header_row
        return () if given is None else (given,) if isinstance(given, int) else tuple(given)

    @property
    def skipped(self) -> tuple[tuple[int, int], ...]:
        """First and last row of every range that is skipped."""
        given = self.skip_rows
        return (given,) if isinstance(given, tuple) else tuple(given)

    @property
    def fills_key(self) -> bool:
        """Whether a row with an empty key belongs to the order above it."""
        if isinstance(self.fill_down, bool):
            return self.fill_down
        return any(header_key(column) == header_key(self.key) for column in self.fill_down)

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns whose empty cells take the value above them; the key may be among them."""
        if isinstance(self.fill_down, bool):
            return (self.key,) if self.fill_down else ()
        return tuple(self.fill_down)


class Split(Part):
    """Several items in one cell, such as "SKU1 x2; SKU2 x1": each becomes an item line of its own."""

    column: str = Field(description="The column whose cells hold the items.")
    into: str = Field(
        description='How one item is written, with names in braces: "{sku} x{pieces}". Rules of items read '
        "the names as columns."
    )
    separator: str = Field(
        default=";", min_length=1, max_length=10, description="What stands between items: ; if left out."
    )


class LinesSource(Source):
    """One flat file: a row an item, or a row an order whose items share a cell."""

    split: Split | None = Field(default=None, description="Several items in one cell: how to part them.")


class Variable(Part):
    """A value that the command line may give: --var name=value. Written ${name} where it is used."""

    type: Literal["text", "integer", "decimal", "date", "boolean"] = Field(
        default="text", description="What the value must be."
    )
    default: Scalar | None = Field(default=None, description="The value, where the command line gives none.")
    choices: list[Scalar] | None = Field(default=None, description="The only values that are allowed.")
    description: str = Field(default="", description="What it is for.")


class TableFile(Part):
    """A CSV file beside the mapping with two columns that a `table` step translates by."""

    file: str = Field(description="The file, from the folder of the mapping that names it.")
    key: str = Field(description="The column that holds what the cells hold.")
    value: str = Field(description="The column that holds what is sent instead.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="Its delimiter; found out if left out."
    )


Cardinality: TypeAlias = Literal["one", "at_most_one", "many"]


class FurtherSource(Source):
    """A kind of file with more about the orders, such as payments or shipments."""

    rows: Cardinality = Field(
        default="at_most_one", description="How many of its rows an order has: one, at_most_one or many."
    )


class Sources(Part):
    """Either `orders` and `items` as two kinds of file, or `lines` as one flat file; and further ones."""

    orders: Source | None = None
    items: Source | None = None
    lines: LinesSource | None = Field(
        default=None, description="One row per item, with the order's columns on the first or each."
    )
    further: dict[str, FurtherSource] = Field(
        default={}, description="More about the orders, joined by the key: payments, shipments, invoices."
    )

    def given(self) -> Iterator[tuple[tuple[str, ...], str, Source]]:
        """Every source: its path in the file, its name, and what is said of it."""
        for name in ("orders", "items", "lines"):
            source: Source | None = getattr(self, name)
            if source is not None:
                yield ("sources", name), name, source
        for name, further in self.further.items():
            yield ("sources", "further", name), name, further


class Checks(Part):
    """Arithmetic that the target does not document, so that it is yours to state."""

    order_total: Literal["none", "items", "items+shipping", "items-discount", "items+shipping-discount"] = (
        Field(default="none", description="What the order's amount is made of.")
    )
    item_total: Literal["none", "quantity*unit_price", "quantity*unit_price-discount"] = Field(
        default="quantity*unit_price", description="What an item's total_price is made of."
    )
    tolerance: Scalar = Field(default="0.01", description="Largest difference that is not reported.")
    mismatch: Literal["warning", "error"] = Field(
        default="warning", description="Whether a mismatch refuses."
    )


class Options(Part):
    """Choices about the payload that the target leaves open."""

    status_as: Literal["code", "name"] = Field(default="code", description="How statuses are written.")
    currencies: list[str] | None = Field(
        default=None, description="Allowed currencies; the documented list if left out."
    )
    unmapped: Literal["client_defaults", "omit"] = Field(
        default="client_defaults",
        description="What is sent for unmapped fields that the reference client always sends.",
    )


class Bookkeeping(Part):
    """What is written down on the target once orders are sent; nothing if left out."""

    batch: bool = Field(
        default=False,
        description="Register the orders that stand on the target under their remote ids (extra_field.id, "
        "else the number), and their items under those of their lines, by batch requests.",
    )
    error_reports: bool = Field(
        default=False, description="Send an error report for every order that the target refuses."
    )


LIVE_WORDS = "orders will enter fulfilment"
"""What a mapping says that sends orders which are not over."""


class MappingFile(Part):
    """A whole mapping file."""

    version: Annotated[Literal["1"], WithJsonSchema({"enum": [1]})] = Field(
        description="Version of this grammar: 1."
    )
    name: str = Field(description="A name for reports.")
    description: str = Field(default="", description="What the mapping is for, in your words.")
    locale: str = Field(
        default="en_US", description="Locale of numbers, and of text where an encoding is guessed."
    )
    timezone: str | None = Field(default=None, description="Time zone of dates, such as Europe/Istanbul.")
    preset: Literal["historic", "live"] | None = Field(
        default=None,
        description="historic: orders that are over; nothing open is sent, and is_send is true. "
        "live: orders that are still to be fulfilled; needs i_know.",
    )
    i_know: str | None = Field(default=None, description=f'With preset: live, the words "{LIVE_WORDS}".')
    extends: str | None = Field(
        default=None,
        description="Another mapping file, from this one's folder, that this one changes and completes.",
    )
    variables: dict[str, Variable] = Field(
        default={}, description="Values that the command line may give, by name; used as ${name}."
    )
    tables: dict[str, TableFile] = Field(
        default={}, description="CSV files beside the mapping that `table` steps translate by, by name."
    )
    sources: Sources = Field(description="Which files there are, and how they are read.")
    order: OrderRules = Field(  # type: ignore[valid-type]
        description="A rule for each field of an order."
    )
    items: ItemRules = Field(  # type: ignore[valid-type]
        description="A rule for each field of an order item."
    )
    values: dict[str, dict[str, Scalar]] = Field(
        default={}, description="Value tables: source value → payload value."
    )
    checks: Checks = Field(default=Checks(), description="Arithmetic that must hold.")
    options: Options = Field(default=Options(), description="Choices about what is sent.")
    bookkeeping: Bookkeeping = Field(
        default=Bookkeeping(), description="What is registered on the target after orders are created."
    )
    archive: Archive | None = Field(
        default=None, description="Orders that are shown as old ones in the shop instead of being created."
    )
