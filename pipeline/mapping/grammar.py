"""The grammar of a mapping file: what an analyst may write, as pydantic models.

Field descriptions become the hovers of editors through ``docs/mapping.schema.json``.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, FieldSpec, Kind

VERSION = 1

Scalar = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Written in YAML as it comes, read as text: ``550``, ``true`` and ``NO`` stay what they look like."""


class Part(BaseModel):
    """Anything in a mapping file: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


TextStep = Literal["collapse_spaces", "upper", "lower", "title", "digits", "remove_spaces", "unescape_html"]


class DecimalFormat(Part):
    """How numbers are written in a column."""

    locale: str = Field(description="Locale whose separators the column uses, such as tr_TR or en_US.")


class BooleanWords(Part):
    """Which words mean yes and which mean no."""

    true: list[Scalar] = Field(description="Words that mean yes.")
    false: list[Scalar] = Field(description="Words that mean no.")


class Rule(Part):
    """Where a payload field comes from and what is done to it, always in this order.

    source (column, template, multiply or constant) → null words → text → map → default → the field's type.
    """

    column: str | None = Field(default=None, description="The column, by the name in the header.")
    template: str | None = Field(
        default=None,
        description='Text of several columns, such as "{first} {last}"; names stand in `columns`.',
    )
    columns: dict[str, str] | None = Field(
        default=None, description="Template names and the columns they stand for."
    )
    multiply: list[str] | None = Field(
        None, min_length=2, description="Numbers of several columns multiplied, such as quantity and price."
    )
    constant: Scalar | None = Field(
        default=None, description="The same value for every row, as the payload wants it."
    )
    empty: list[Scalar] = Field(
        default=[], description="Words that mean there is nothing, such as NULL or -."
    )
    text: list[TextStep] = Field(default=[], description="Text clean-ups, applied in this order.")
    map: str | dict[str, Scalar] | None = Field(
        default=None, description="A value table: a name under `values`, or the table."
    )
    default: Scalar | None = Field(
        default=None, description="What is sent where the cell is empty, as the payload wants it."
    )
    required: bool = Field(default=False, description="An empty cell refuses the order.")
    decimal: bool | DecimalFormat | None = Field(
        default=None, description="A decimal number; names the locale if it differs."
    )
    integer: bool | None = Field(default=None, description="A whole number.")
    boolean: bool | BooleanWords | None = Field(
        default=None, description="Yes or no; names the words if they differ."
    )
    date: str | list[str] | None = Field(
        default=None, description='Date format or formats, such as "%d.%m.%Y %H:%M".'
    )
    timezone: str | None = Field(
        default=None, description="Time zone of the column where it differs from the file's."
    )
    ambiguous: Literal["error", "earlier", "later"] | None = Field(
        default=None, description="What to do with a local time that occurs twice or never (clock change)."
    )

    @model_validator(mode="before")
    @classmethod
    def _column_alone(cls, value: object) -> object:
        """A plain word is the name of a column."""
        return {"column": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Editors learn of the short form too."""
        rule = handler.resolve_ref_schema(handler(schema))
        column = {"type": "string", "description": "A column, by the name in the header."}
        return {"anyOf": [column, rule], "description": rule.pop("description", "")}


class RangeRule(Part):
    """A window of time."""

    start: Rule
    end: Rule


_TYPES: dict[Kind, Any] = {Kind.OBJECT: dict[str, Rule], Kind.RANGE: RangeRule}


def _section(name: str, doc: str, specs: tuple[FieldSpec, ...]) -> type[Part]:
    fields: dict[str, Any] = {
        spec.name: (_TYPES.get(spec.kind, Rule) | None, Field(default=None, description=spec.note))
        for spec in specs
    }
    return create_model(name, __base__=Part, __doc__=doc, **fields)


OrderRules = _section("OrderRules", "Rules for the fields of `order`.", ORDER_FIELDS)
ItemRules = _section("ItemRules", "Rules for the fields of `order_item`.", ITEM_FIELDS)


class Source(Part):
    """A kind of file: which files, and how they are read."""

    files: str = Field(description='File name pattern such as "orders*.csv".')
    key: str = Field(description="The column that names the order in every row.")
    sheet: str | None = Field(default=None, description="Sheet of a workbook; needed where it has several.")
    encoding: str | None = Field(
        default=None, description="Encoding of a CSV file, such as cp1254; found out if left out."
    )
    delimiter: str | None = Field(default=None, description="Delimiter of a CSV file; found out if left out.")
    header_row: int | None = Field(
        default=None, ge=1, description="Row that holds the column names; row 1 if left out."
    )
    fill_down: bool = Field(
        default=False, description="A row with an empty key belongs to the order above it."
    )


class Sources(Part):
    """Either `orders` and `items` as two kinds of file, or `lines` as one flat file of both."""

    orders: Source | None = None
    items: Source | None = None
    lines: Source | None = Field(
        default=None, description="One row per item, with the order's columns on the first or each."
    )


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


class MappingFile(Part):
    """A whole mapping file."""

    version: Annotated[Literal["1"], WithJsonSchema({"enum": [1]})] = Field(
        description="Version of this grammar: 1."
    )
    name: str = Field(description="A name for reports.")
    description: str = ""
    locale: str = Field(
        default="en_US", description="Locale of numbers, and of text where an encoding is guessed."
    )
    timezone: str | None = Field(default=None, description="Time zone of dates, such as Europe/Istanbul.")
    sources: Sources
    order: OrderRules  # type: ignore[valid-type]
    items: ItemRules  # type: ignore[valid-type]
    values: dict[str, dict[str, Scalar]] = Field(
        default={}, description="Value tables: source value → payload value."
    )
    checks: Checks = Checks()
    options: Options = Options()
