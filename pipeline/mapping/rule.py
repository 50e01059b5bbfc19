"""What a rule of a mapping file may say: where a field's value comes from and what is done to it."""

from typing import Annotated, Any, Literal, TypeAlias

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


class When(Part):
    """A condition on one cell of the row: a column and one comparison."""

    column: str = Field(description="The column whose cell is looked at.")
    is_: Scalar | list[Scalar] | None = Field(
        default=None, alias="is", description="The cell is one of these words."
    )
    is_not: Scalar | list[Scalar] | None = Field(default=None, description="The cell is none of these words.")
    contains: Scalar | list[Scalar] | None = Field(
        default=None, description="One of these words stands in the cell."
    )
    starts_with: Scalar | list[Scalar] | None = Field(
        default=None, description="The cell starts with one of these words."
    )
    ends_with: Scalar | list[Scalar] | None = Field(
        default=None, description="The cell ends with one of these words."
    )
    empty: bool | None = Field(default=None, description="true: the cell is empty; false: it is not.")
    at_least: Scalar | None = Field(default=None, description="The cell is this number or a larger one.")
    at_most: Scalar | None = Field(default=None, description="The cell is this number or a smaller one.")
    more_than: Scalar | None = Field(default=None, description="The cell is a larger number.")
    less_than: Scalar | None = Field(default=None, description="The cell is a smaller number.")


ORIGINS = ("column", "first_of", "concat", "template", "multiply", "constant")
"""Where a value may come from; a rule has exactly one of them."""


class Rule(Part):
    """Where a payload field comes from and what is done to it, always in this order.

    when → source (column, first_of, concat, template, multiply or constant) → null words → text → steps →
    map → default → the field's type.
    """

    column: str | None = Field(default=None, description="The column, by the name in the header.")
    first_of: list[str] | None = Field(
        default=None, min_length=2, description="Columns of which the first that is not empty counts."
    )
    concat: list[str] | None = Field(
        default=None, min_length=2, description="Columns whose texts are joined; empty ones are left out."
    )
    separator: Scalar | None = Field(
        default=None, description="With concat: what stands between the texts; a space if left out."
    )
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
    steps: list[Any] | None = Field(
        default=None,
        description="Transforms, one after the other; `orderlift mapping transforms` lists them.",
    )
    when: When | list[When] | None = Field(
        default=None,
        description="The rule holds for rows for which this is so, all of it; for others the cell is empty.",
    )
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

    @property
    def conditions(self) -> list[When]:
        """What must be so for the rule to hold."""
        return [self.when] if isinstance(self.when, When) else list(self.when or ())

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
