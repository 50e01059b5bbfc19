"""The columns of each migration file and what each cell takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from pipeline.simulator import fields
from pipeline.simulator.codes import CURRENCIES, STATUS_NAMES
from pipeline.simulator.fields import Refused
from pipeline.simulator.form import Field, Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.simulator.fields import Clean
    from pipeline.simulator.settings import Settings

KEYS = ("user", "address", "order", "order_item")
PREDECESSOR: Mapping[str, str] = {"address": "user", "order": "user", "order_item": "order"}
"""Users first, then addresses and orders, then order items."""
ISO_CURRENCIES = frozenset(code.upper() for code in CURRENCIES - {"tr", "eu", "lei"}) | {"RON"}
NATIONAL_PHONE_DIGITS = 10


class RowForm:
    """The columns of one kind of file. Blank cells of a CSV file count as null where null is allowed."""

    def __init__(self, table: Mapping[str, Field], optional: set[str]) -> None:
        self._fields = Fields(table, set(table) - optional)
        self._nullable = {name for name, field in table.items() if field.nullable}
        self.columns = frozenset(table)
        self.needed = frozenset(table) - optional

    def clean(self, row: Mapping[str, object]) -> dict[str, object]:
        """Give the row as it would be stored. Raises Refused with every problem, by column."""
        evened = {
            name: None if value == "" and name in self._nullable else value for name, value in row.items()
        }
        return self._fields.clean(evened)


def row_forms(settings: Settings) -> dict[str, RowForm]:
    """Give the form of each kind of file."""
    when = fields.moment(settings.zone_of_dates_without_zone, without_zone=settings.accept_dates_without_zone)
    return {
        "user": RowForm(_user(when), {"gender", "phone", "date_of_birth", "password_algorithm"}),
        "address": RowForm(
            _address(settings.migration_address_email),
            {"phone_number", "title", "tax_office", "tax_no", "company_name", "district"},
        ),
        "order": RowForm(_order(when), {"discount_amount", "installment_count", "extra_field"}),
        "order_item": RowForm(_order_item(), {"product", "sku", "extra_field"}),
    }


def _user(when: Clean) -> dict[str, Field]:
    name = Field(fields.text(255, blank=False))
    return {
        "first_name": name,
        "last_name": name,
        "email": Field(fields.email(254)),
        "gender": Field(fields.choice({"male": "male", "female": "female"}), nullable=True),
        "sms_allowed": Field(fields.flag),
        "email_allowed": Field(fields.flag),
        "phone": Field(_national_phone, nullable=True),
        "date_of_birth": Field(fields.day, nullable=True),
        "date_joined": Field(when),
        "password": Field(fields.text(blank=False)),
        "password_algorithm": Field(fields.text(), nullable=True),
        "customer_code": Field(fields.text(255, blank=False)),
    }


def _address(email: str) -> dict[str, Field]:
    needed = Field(fields.text(255, blank=False))
    optional = Field(fields.text(255), nullable=True)
    return {
        "user": needed,
        email: Field(fields.email(254)),
        "phone_number": optional,
        "first_name": needed,
        "last_name": needed,
        "title": Field(fields.text(128), nullable=True),
        "line": needed,
        "tax_office": optional,
        "tax_no": optional,
        "company_name": optional,
        "country": needed,
        "city": needed,
        "township": needed,
        "district": optional,
    }


def _order(when: Clean) -> dict[str, Field]:
    address = Field(fields.text(512, blank=False))
    short = Field(fields.text(64), nullable=True)
    money = fields.decimal()
    return {
        "number": Field(fields.text(128, blank=False)),
        "user": Field(fields.text(255, blank=False)),
        "user_email": Field(fields.email(254)),
        "status": Field(fields.choice({code: code for code in STATUS_NAMES})),
        "created_date": Field(when),
        "amount": Field(money),
        "discount_amount": Field(money, nullable=True),
        "currency": Field(fields.choice({code: code for code in ISO_CURRENCIES})),
        "payment_type": short,
        "bank": short,
        "installment_count": Field(fields.integer(1), nullable=True),
        "tracking_number": short,
        "shipping_company": Field(fields.text(255), nullable=True),
        "shipping_address": address,
        "billing_address": address,
        "extra_field": Field(_json_object, nullable=True, default={}),
    }


def _order_item() -> dict[str, Field]:
    return {
        "order_number": Field(fields.text(128, blank=False)),
        "product": Field(fields.text(256), nullable=True),
        "sku": Field(fields.text(128), nullable=True),
        "quantity": Field(fields.integer(1), nullable=True),
        "price": Field(fields.decimal()),
        "image_url": Field(fields.link, nullable=True),
        "extra_field": Field(_json_object, nullable=True, default={}),
    }


def _national_phone(value: object) -> object:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) == NATIONAL_PHONE_DIGITS and text[0] == "5"):
        raise Refused(["Enter a phone number as 5XXXXXXXXX."])
    return text


def _json_object(value: object) -> object:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except ValueError:
            raise Refused(["Value must be valid JSON."]) from None
    return fields.mapping(value)
