"""What a test file beside a mapping may say: examples with what is expected, and properties of all orders."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from pipeline.mapping.positioned import Document, read_document
from pipeline.mapping.rule import Part, Scalar
from pipeline.mapping.wanted import wanted
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark  # noqa: TC001 - as everywhere
from pipeline.model.refusal import MappingRefused

REFUSED = "refused"
"""What stands in the place of the fields of an order that the mapping is to refuse."""


class ExpectedIssue(Part):
    """An issue that is expected, by its code and, if given, its place."""

    code: str = Field(description="The code, such as E231.")
    at: Scalar | None = Field(
        default=None, description="The cell: C2, or items!C2 with the source or the sheet in front."
    )
    order: Scalar | None = Field(default=None, description="The order's number.")


class ExpectedOrder(Part):
    """Fields of an order as they are sent; those that are left out may be anything."""

    order: dict[str, Any] = Field(default={}, description="Fields of the order.")
    items: list[dict[str, Any]] | None = Field(default=None, description="All its items, each with fields.")


class Expected(Part):
    """What is expected of the orders of an example."""

    orders: dict[str, ExpectedOrder | Literal["refused"]] = Field(
        default={}, description="By order number: the fields, or the word refused."
    )
    issues: list[ExpectedIssue] = Field(default=[], description="Issues that are to be found.")


class RowsExample(Part):
    """Rows and what is to become of them."""

    name: str = Field(min_length=1, description="What the example shows, in your words.")
    rows: dict[str, str] | None = Field(
        default=None, description="By source: the text of a file, header and rows, as it stands in the file."
    )
    files: list[str] | None = Field(
        default=None, min_length=1, description="Files instead, from the folder of the test file."
    )
    expect: Expected

    @model_validator(mode="after")
    def _one_of_both(self) -> "RowsExample":
        if (self.rows is None) == (self.files is None):
            reason = "an example has either rows: or files:"
            raise PydanticCustomError("either", "{wanted}", {"wanted": reason})
        return self


class Field_(Part):  # noqa: N801 - the plain word is the library's
    """The base of checks that look at one field of every order or item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = Field(pattern=r"(order|order_item)\.[a-z_]+(\..+)?", description="Such as order.amount.")


class Positive(Field_):
    """The number is more than nothing, wherever it is sent."""

    check: Literal["positive"]


class Between(Field_):
    """The number or the point in time lies between two bounds, both included, wherever it is sent."""

    check: Literal["between"]
    least: Scalar | None = None
    most: Scalar | None = None


class OneOf(Field_):
    """The value is one of these, wherever it is sent."""

    check: Literal["one_of"]
    values: list[Scalar] = Field(min_length=1)


class Sent(Field_):
    """The field is sent on every order or item, and is not empty."""

    check: Literal["always_sent"]


class NotSent(Field_):
    """The field is sent nowhere, or empty."""

    check: Literal["never_sent"]


class Unique(Field_):
    """No value comes twice."""

    check: Literal["unique"]


class NoLonger(Field_):
    """The text has at most so many characters."""

    check: Literal["at_most_characters"]
    length: Annotated[int, Field(ge=0)]


class FewRefused(Part):
    """Of the orders, at most so many are refused."""

    check: Literal["at_most_refused"]
    count: Annotated[int, Field(ge=0)]


Property: TypeAlias = Annotated[
    Positive | Between | OneOf | Sent | NotSent | Unique | NoLonger | FewRefused, Field(discriminator="check")
]


class TestFile(Part):
    """A whole test file."""

    __test__ = False

    mapping: str | None = Field(
        default=None,
        description="The mapping, from this file's folder; the one it is named after if left out.",
    )
    variables: dict[str, Scalar] = Field(default={}, description="Values of the mapping's variables.")
    examples: list[RowsExample] = Field(default=[], description="Rows and what is expected of them.")
    properties: list[Property] = Field(default=[], description="What is so for every order that is ready.")

    @model_validator(mode="after")
    def _not_empty(self) -> "TestFile":
        if not self.examples and not self.properties:
            raise PydanticCustomError("empty", "{wanted}", {"wanted": "it holds no example and no property"})
        return self


def read_test_file(text: str, file: str) -> tuple[TestFile, Document]:
    """Understand a test file, with the places of all that it says.

    Raises :class:`MappingRefused`: what is no YAML as for a mapping file, all else as E491 at its place.
    """
    document = read_document(text, file)
    try:
        return TestFile.model_validate(document.data), document
    except ValidationError as error:
        details = error.errors(include_url=False)
    issues: dict[Mark | None, Issue] = {}
    for detail in details:
        issue = _issue(detail, document)
        issues.setdefault(issue.mark, issue)
    raise MappingRefused(*issues.values())


def _issue(detail: ErrorDetails, document: Document) -> Issue:
    path: tuple[str | int, ...] = ()
    for part in detail["loc"]:  # names of branches that the library put in stand for nothing in the file
        if (*path, part) in document.values:
            path = (*path, part)
    last = shown(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        return Issue("E491", mark=document.key_mark(path), facts={"reason": f"it knows no {last!r}"})
    if detail["type"] == "missing":
        mark = document.key_mark(path) if path in document.keys else document.value_mark(path)
        return Issue("E491", mark=mark, facts={"reason": f"{last!r} is missing"})
    mark = document.value_mark(path)
    return Issue("E491", mark=mark, facts={"reason": f"here belongs {wanted(detail)}"})
