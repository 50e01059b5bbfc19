"""What a rule of a mapping file may say: where a field's value comes from and what is done to it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Scalar = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Written in YAML as it comes, read as text: ``550``, ``true`` and ``NO`` stay what they look like."""


class Part(BaseModel):
    """Anything in a mapping file: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


TextStep = Literal["collapse_spaces", "upper", "lower", "title", "digits", "remove_spaces", "unescape_html"]


PickWord: TypeAlias = Literal["first", "last", "sum", "count"]


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
    source: str | None = Field(
        default=None, description="The further source whose columns are meant; the order's own if left out."
    )
    pick: PickWord | None = Field(
        default=None, description="What becomes of the values of several rows of a further source."
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
