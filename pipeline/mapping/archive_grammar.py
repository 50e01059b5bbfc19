"""The section ``archive:`` of a mapping file: orders that go into the target's archive by files."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from pipeline.mapping.rule import Part, Rule, Scalar
from pipeline.model.archive import ORDERS_PER_FILE, SECTIONS
from pipeline.model.payload import FieldSpec, Kind

MOST_ORDERS_PER_FILE = 100_000


def _section(name: str, doc: str, specs: tuple[FieldSpec, ...]) -> type[Part]:
    fields: dict[str, Any] = {
        spec.name: (
            (dict[str, Rule] if spec.kind is Kind.OBJECT else Rule) | None,
            Field(default=None, description=spec.note),
        )
        for spec in specs
    }
    return create_model(name, __base__=Part, __doc__=doc, **fields)


ArchiveUser = _section("ArchiveUser", "Rules for the rows of user files.", SECTIONS["user"])
ArchiveAddress = _section("ArchiveAddress", "Rules for the rows of address files.", SECTIONS["addresses"])
ArchiveOrder = _section("ArchiveOrder", "Rules for the rows of order files.", SECTIONS["order"])
ArchiveItem = _section("ArchiveItem", "Rules for the rows of order_item files.", SECTIONS["items"])


class ArchiveWhen(Part):
    """Orders that go into the archive; what one rule says must hold together."""

    model_config = ConfigDict(populate_by_name=False)

    field: Literal["date_placed"] = Field(
        default="date_placed", description="The field whose age counts: when the customer ordered."
    )
    before: Scalar | None = Field(
        default=None, description="Orders placed before this day, such as 2023-01-01."
    )
    older_than: Scalar | None = Field(
        default=None, description="Orders that are older than this when the run is planned, such as 3 years."
    )
    column: str | None = Field(default=None, description="A column of the order's row whose cell decides.")
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


class Archive(Part):
    """Orders that are not created but shown as old ones: written to migration files, and uploaded."""

    when: ArchiveWhen | list[ArchiveWhen] = Field(
        description="Which orders: those for which this rule, or one of these rules, holds."
    )
    user: ArchiveUser = Field(  # type: ignore[valid-type]
        description="The customer, from the order's row; each is sent once."
    )
    addresses: list[ArchiveAddress] = Field(  # type: ignore[valid-type]
        default=[], max_length=9, description="Address records of the customer, from the order's row."
    )
    order: ArchiveOrder = Field(  # type: ignore[valid-type]
        description="What order files need beyond the fields of `order:`, or have different from them."
    )
    items: ArchiveItem | None = Field(  # type: ignore[valid-type]
        default=None, description="What order_item files need beyond the fields of `items:`."
    )
    orders_per_file: Annotated[int, Field(ge=1, le=MOST_ORDERS_PER_FILE)] = Field(
        default=ORDERS_PER_FILE, description="Most orders in one file; no limit of the target is published."
    )
    conflicts: Literal["refuse", "newest"] = Field(
        default="refuse",
        description="Whether orders that tell of one customer differently are refused, "
        "or the newest order's row tells the truth.",
    )
    foreign_phones: Literal["refuse", "leave_out", "send"] = Field(
        default="refuse",
        description="What becomes of a user's phone that is no mobile number of Turkey.",
    )
    datetime_format: str | None = Field(
        default=None,
        description="Format of points in time, written in the mapping's time zone; ISO 8601 if left out.",
    )
    date_format: str | None = Field(
        default=None, description="Format of birthdays in the files; ISO 8601 if left out."
    )
    address_email_column: str = Field(
        default="email",
        pattern="^[a-z][a-z0-9_]*$",
        description="What the e-mail column of address files is called; its name is not published.",
    )

    @property
    def rules(self) -> tuple[ArchiveWhen, ...]:
        """The rules, of which one must hold."""
        return (self.when,) if isinstance(self.when, ArchiveWhen) else tuple(self.when)
