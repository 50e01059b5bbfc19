"""The rows of the target's migration files: the one table that mapping, checks and docs are made of.

Sources are the migration pages of the target's documentation, whose texts disagree here and there; limits
that no page gives are not invented. ``docs/archive.md`` tells which is which.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, NamedTuple, TypeAlias

from pipeline.model.payload import REQUIRED, Absent, FieldSpec, Kind

FileKind: TypeAlias = Literal["user", "address", "order", "order_item"]
FILE_KINDS: Final[tuple[FileKind, ...]] = ("user", "address", "order", "order_item")
"""The four kinds of file, in the order of work: each needs what the ones before it brought."""
ORDERS_PER_FILE: Final = 5_000
ROUTE: Final = "archive"
"""How the journal names the route of an order that goes into the archive; others are created (``create``)."""
CREATE: Final = "create"

NULL, OMIT = Absent.NULL, Absent.OMIT

USER_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("customer_code", Kind.TEXT, "what orders and addresses name the customer by", REQUIRED),
    FieldSpec("email", Kind.TEXT, "e-mail address; no other customer of the target may have it", REQUIRED),
    FieldSpec("first_name", Kind.TEXT, "first name", REQUIRED, max_length=255),
    FieldSpec("last_name", Kind.TEXT, "last name", REQUIRED, max_length=255),
    FieldSpec("gender", Kind.TEXT, "male or female", NULL),
    FieldSpec("phone", Kind.TEXT, "mobile number of Turkey; sent as 5XXXXXXXXX", NULL),
    FieldSpec("date_of_birth", Kind.DAY, "birthday", NULL),
    FieldSpec("date_joined", Kind.MOMENT, "when the customer registered", REQUIRED),
    FieldSpec("sms_allowed", Kind.BOOLEAN, "consent to text messages; false if left out", Absent.FALSE),
    FieldSpec("email_allowed", Kind.BOOLEAN, "consent to e-mails; false if left out", Absent.FALSE),
    FieldSpec("password", Kind.TEXT, "the old system's password hash", REQUIRED),
    FieldSpec(
        "password_algorithm", Kind.TEXT, "what the hash was made with: md5, sha1, sha256 and their kin"
    ),
)

ADDRESS_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("email", Kind.TEXT, "e-mail address; the user's if left out"),
    FieldSpec("phone_number", Kind.TEXT, "phone number; the user's if left out"),
    FieldSpec("first_name", Kind.TEXT, "first name; the user's if left out", max_length=255),
    FieldSpec("last_name", Kind.TEXT, "last name; the user's if left out", max_length=255),
    FieldSpec("title", Kind.TEXT, "title of the address, such as home", max_length=128),
    FieldSpec("line", Kind.TEXT, "street and number", REQUIRED, max_length=255),
    FieldSpec("country", Kind.TEXT, "country, by its name on the target", REQUIRED),
    FieldSpec("city", Kind.TEXT, "city, by its name on the target", REQUIRED),
    FieldSpec("township", Kind.TEXT, "township, by its name on the target", REQUIRED),
    FieldSpec("district", Kind.TEXT, "district, by its name on the target"),
    FieldSpec("company_name", Kind.TEXT, "company, for legal entities"),
    FieldSpec("tax_office", Kind.TEXT, "tax office, for legal entities"),
    FieldSpec("tax_no", Kind.TEXT, "tax number, for legal entities"),
)

ORDER_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("status", Kind.STATUS, "order status; that of `order:` if left out", REQUIRED, max_length=64),
    FieldSpec("created_date", Kind.MOMENT, "when the customer ordered; date_placed if left out", REQUIRED),
    FieldSpec("discount_amount", Kind.MONEY, "discount; that of `order:` if left out", NULL),
    FieldSpec("payment_type", Kind.TEXT, "how it was paid, as the shop is to show it", NULL, max_length=64),
    FieldSpec("bank", Kind.TEXT, "bank, as the shop is to show it", NULL, max_length=64),
    FieldSpec(
        "installment_count", Kind.INTEGER, "installments; those of `order:` if left out", NULL, minimum=1
    ),
    FieldSpec(
        "tracking_number", Kind.TEXT, "tracking number; that of `order:` if left out", NULL, max_length=64
    ),
    FieldSpec("shipping_company", Kind.TEXT, "carrier; the list of those taken is not published", NULL),
    FieldSpec("shipping_address", Kind.TEXT, "shipping address as one text", REQUIRED, max_length=512),
    FieldSpec("billing_address", Kind.TEXT, "billing address as one text", REQUIRED, max_length=512),
    FieldSpec("extra_field", Kind.OBJECT, "free data; that of `order:` if left out"),
)

ITEM_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("product", Kind.TEXT, "name of the product", NULL, max_length=256),
    FieldSpec("sku", Kind.TEXT, "stock code", NULL, max_length=128),
    FieldSpec("quantity", Kind.INTEGER, "how many; those of `items:` if left out", NULL, minimum=1),
    FieldSpec("price", Kind.MONEY, "price of one; unit_price of `items:` if left out", REQUIRED),
    FieldSpec("image_url", Kind.URL, "link to a picture", NULL),
    FieldSpec("extra_field", Kind.OBJECT, "free data; that of `items:` if left out"),
)

SECTIONS: Final = {
    "user": USER_FIELDS,
    "addresses": ADDRESS_FIELDS,
    "order": ORDER_FIELDS,
    "items": ITEM_FIELDS,
}
"""The parts of a mapping's section ``archive`` and the fields of each."""

TAKEN_FROM_ORDER: Final = {
    "number": "number",
    "status": "status",
    "created_date": "date_placed",
    "amount": "amount",
    "discount_amount": "discount_amount",
    "currency": "currency",
    "installment_count": "installment_count",
    "tracking_number": "tracking_number",
    "extra_field": "extra_field",
}
"""Field of the file → field of ``order:`` that it is taken from where the section does not say otherwise."""
TAKEN_FROM_ITEM: Final = {"quantity": "quantity", "price": "unit_price", "extra_field": "extra_field"}
INHERITED_LIMITS: Final = {"number": 128, "status": 64, "tracking_number": 64}
"""Lengths of taken fields where the file takes less than, or as much as, create_orders."""
OFFICIAL_CODES: Final = {"tr": "TRY", "eu": "EUR", "lei": "RON"}
"""Currencies that create_orders has names of its own for; all others are ISO codes in lower case."""

AGE = re.compile(r"\s*([0-9]{1,4})\s*(day|week|month|year)s?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Age:
    """An age such as 3 years."""

    count: int
    unit: Literal["day", "week", "month", "year"]

    def before(self, day: date) -> date:
        """The day that lies this age before ``day``; 29 February becomes 28 where there is none."""
        if self.unit in ("day", "week"):
            return day - timedelta(days=self.count * (7 if self.unit == "week" else 1))
        months = day.year * 12 + day.month - 1 - self.count * (12 if self.unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_of(text: str) -> Age | None:
    """The age that a text such as ``3 years`` or ``18 months`` names, at least one day, at most 100 years."""
    found = AGE.fullmatch(text)
    if found is None:
        return None
    age = Age(int(found[1]), found[2].lower())  # type: ignore[arg-type]  # the pattern names the units
    days = age.count * {"day": 1, "week": 7, "month": 31, "year": 366}[age.unit]
    return age if 1 <= days <= 36_600 else None  # noqa: PLR2004 - a hundred years


CellTest: TypeAlias = Literal["is", "contains", "starts_with", "empty"]


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One rule of which orders go into the archive; what it says must hold together.

    ``before`` is a day, ``older`` an age measured at the moment the run was planned; of both at most one is
    given. ``cell`` is the name under which the tested cell is read, with the ``test`` and its folded
    ``words``; ``column`` its header.
    """

    before: date | None = None
    older: Age | None = None
    cell: str | None = None
    column: str | None = None
    test: CellTest | None = None
    words: tuple[str, ...] = ()

    def boundary(self, now: datetime, where: tzinfo | None) -> datetime | None:
        """The first moment (UTC) that is too late for the rule, ``None`` where it asks for no date.

        A day begins at midnight of the zone ``where`` (UTC if ``None``). ``now`` is aware.
        """
        where = where or UTC
        day = self.before
        if self.older is not None:
            day = self.older.before(now.astimezone(where).date())
        return None if day is None else datetime.combine(day, time(), where).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """What a mapping's section ``archive`` says beside its fields.

    An order goes into the archive where one of the ``rules`` holds. The formats are those of ``strftime``,
    ``None`` for ISO 8601. ``addresses`` is how many address records an order gives at most; ``email_column``
    what the e-mail column of address files is called.
    """

    rules: tuple[RouteRule, ...]
    addresses: int = 0
    orders_per_file: int = ORDERS_PER_FILE
    datetime_format: str | None = None
    date_format: str | None = None
    email_column: str = "email"
    conflicts: Literal["refuse", "newest"] = "refuse"
    foreign_phones: Literal["refuse", "leave_out", "send"] = "refuse"


class ArchivedOrder(NamedTuple):
    """What the migration files hold of one order: each row as the bytes of a JSON object, on one line.

    ``code`` is the customer's code, ``email`` folded for comparison; ``placed`` is in seconds since 1970.
    """

    code: str
    email: str
    placed: int
    user: bytes
    addresses: tuple[bytes, ...]
    order: bytes
    items: tuple[bytes, ...]

    def whole(self) -> bytes:
        """All of it, for its digest: rows by line, parts by an empty line."""
        return b"\n\n".join(b"\n".join(part) for part in self.parts())

    def parts(self) -> Iterator[tuple[bytes, ...]]:
        """The rows by kind of file, in the order of work."""
        yield (self.user,)
        yield self.addresses
        yield (self.order,)
        yield self.items
