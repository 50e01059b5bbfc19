"""The rows of migration files, made of an order whose fields are typed, or every reason why not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import orjson

from pipeline.model.archive import (
    INHERITED_LIMITS,
    OFFICIAL_CODES,
    TAKEN_FROM_ITEM,
    TAKEN_FROM_ORDER,
    ArchivedOrder,
    ArchiveSettings,
)
from pipeline.model.draft import FieldProblem, Problem
from pipeline.model.folding import fold
from pipeline.model.issue import shown
from pipeline.model.payload import STATUSES
from pipeline.validation.archive_values import mobile_number

Trouble = tuple[int | None, FieldProblem]
"""A problem of the order (``None``) or of one of its items, by index; fields as issues name them."""
_CODES = {name: code for code, name in STATUSES.items()}
_ISO_CODE = re.compile("[A-Z]{3}")
_USER = ("first_name", "last_name", "email", "gender", "sms_allowed", "email_allowed", "phone")
_USER_TOO = ("date_of_birth", "date_joined", "password", "password_algorithm", "customer_code")
_ADDRESS = (
    "title",
    "line",
    "country",
    "city",
    "township",
    "district",
    "company_name",
    "tax_office",
    "tax_no",
)
_THEIRS = {"phone_number": "phone", "first_name": "first_name", "last_name": "last_name"}
_ORDER = ("payment_type", "bank", "installment_count", "tracking_number", "shipping_company")
_ITEM = ("product", "sku", "quantity", "price", "image_url")
_NEED_NOT_BE_THERE = frozenset({"password_algorithm", "discount_amount", "installment_count", *_ADDRESS})
"""Fields that are left out where they are empty; the others are sent as null."""


class RecordMaker:
    """Makes the rows of orders; ``zone`` is the mapping's, for formats without a zone (UTC if ``None``)."""

    def __init__(self, settings: ArchiveSettings, zone: tzinfo | None) -> None:
        self._settings, self._zone = settings, zone

    def make(
        self,
        order: Mapping[str, Any],
        items: Sequence[Mapping[str, Any]],
        *,
        without: frozenset[int] = frozenset(),
    ) -> tuple[ArchivedOrder | None, list[Trouble]]:
        """The rows of one order, ``None`` where a problem is in the way, and every problem and warning.

        ``order`` and ``items`` are typed fields, with those of the archive under ``archive``; ``without``
        are the indices of address records that the order does not have.
        """
        given: Mapping[str, Any] = order["archive"]
        found: list[Trouble] = []
        user = self._user(given, found)
        rows = (
            tuple(
                self._line(self._address(index, given, user))
                for index in range(self._settings.addresses)
                if index not in without
            ),
            self._order(order, given, user, found),
            [self._item(index, item, order["number"], found) for index, item in enumerate(items)],
        )
        if any(problem.problem.code.startswith("E") for _, problem in found):
            return None, found
        addresses, row, item_rows = rows
        made = ArchivedOrder(
            code=user["customer_code"],
            email=fold(user["email"]),
            placed=int(order["date_placed"].timestamp()),
            user=self._line(user),
            addresses=tuple(dict.fromkeys(addresses)),
            order=self._line(row),
            items=tuple(map(self._line, item_rows)),
        )
        return made, found

    def _user(self, given: Mapping[str, Any], found: list[Trouble]) -> dict[str, Any]:
        user = _with(given, "user", (*_USER, *_USER_TOO))
        user |= {
            name: bool(user[name]) for name in ("sms_allowed", "email_allowed")
        }  # nobody consents unasked
        phone = user["phone"]
        if phone is None or (national := mobile_number(phone)) is not None:
            user["phone"] = national if phone is not None else None
        elif self._settings.foreign_phones == "leave_out":
            user["phone"] = None
            found.append((None, FieldProblem("archive.user.phone", Problem("W362"), value=shown(phone))))
        elif self._settings.foreign_phones == "refuse":
            found.append((None, FieldProblem("archive.user.phone", Problem("E362"), value=shown(phone))))
        return user

    def _address(self, index: int, given: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, Any]:
        own = _with(given, f"addresses.{index}", _ADDRESS)
        row = {"user": user["customer_code"]}
        row[self._settings.email_column] = given.get(f"addresses.{index}.email") or user["email"]
        for name, theirs in _THEIRS.items():
            value = given.get(f"addresses.{index}.{name}") or user[theirs]
            if value is not None:
                row[name] = value
        return {**row, **own}

    def _order(
        self,
        order: Mapping[str, Any],
        given: Mapping[str, Any],
        user: Mapping[str, Any],
        found: list[Trouble],
    ) -> dict[str, Any]:
        taken = _taken(order, given, "order", TAKEN_FROM_ORDER)
        for name, limit in INHERITED_LIMITS.items():
            text = taken.get(name)
            if isinstance(text, str) and len(text) > limit:
                facts: dict[str, str | int] = {"limit": limit, "length": len(text)}
                found.append((None, FieldProblem(f"order.{name}", Problem("E241", facts), value=shown(text))))
        currency = OFFICIAL_CODES.get(taken["currency"], taken["currency"].upper())
        if not _ISO_CODE.fullmatch(currency):
            problem = FieldProblem("order.currency", Problem("E363"), value=shown(taken["currency"]))
            found.append((None, problem))
        count = taken.get("installment_count")
        if count is not None and count < 1:
            facts = {"minimum": "1"}
            problem = FieldProblem("order.installment_count", Problem("E242", facts), value=str(count))
            found.append((None, problem))
        row: dict[str, Any] = {
            "number": taken["number"],
            "user": user["customer_code"],
            "user_email": user["email"],
            "status": _CODES.get(taken["status"], taken["status"]),
            "created_date": taken["created_date"],
            "amount": taken["amount"],
            "discount_amount": taken.get("discount_amount"),
            "currency": currency,
        }
        own = _with(given, "order", (*_ORDER, "shipping_address", "billing_address"))
        own |= {name: taken.get(name) for name in ("installment_count", "tracking_number")}
        whole = {**row, **own, "extra_field": taken.get("extra_field") or {}}
        return {
            name: value
            for name, value in whole.items()
            if value is not None or name not in _NEED_NOT_BE_THERE
        }

    def _item(self, index: int, item: Mapping[str, Any], number: str, found: list[Trouble]) -> dict[str, Any]:
        given: Mapping[str, Any] = item.get("archive") or {}
        taken = _taken(item, given, "items", TAKEN_FROM_ITEM)
        quantity = taken.get("quantity")
        if quantity is not None and quantity < 1:
            problem = FieldProblem(
                "order_item.quantity", Problem("E242", {"minimum": "1"}), value=str(quantity)
            )
            found.append((index, problem))
        row = {"order_number": number, **_with(given, "items", _ITEM)}
        return {
            **row,
            **{name: taken.get(name) for name in _ITEM[2:4]},
            "extra_field": taken.get("extra_field") or {},
        }

    def _line(self, row: Mapping[str, Any]) -> bytes:
        """The row as a JSON object on one line, every amount written from its decimal digits."""
        dates = {name: self._written(value) for name, value in row.items() if isinstance(value, date)}
        return orjson.dumps({**row, **dates}, default=_number, option=orjson.OPT_UTC_Z)

    def _written(self, value: date) -> str:
        settings = self._settings
        if not isinstance(value, datetime):
            return value.isoformat() if settings.date_format is None else value.strftime(settings.date_format)
        if settings.datetime_format is None:
            return value.isoformat().replace("+00:00", "Z")
        return (value.astimezone(self._zone) if self._zone else value).strftime(settings.datetime_format)


def _with(given: Mapping[str, Any], part: str, names: Sequence[str]) -> dict[str, Any]:
    """Fields of one part of the section; what is empty is null, or left out where that may be."""
    values = ((name, given.get(f"{part}.{name}")) for name in names)
    return {name: value for name, value in values if value is not None or name not in _NEED_NOT_BE_THERE}


def _taken(
    fields: Mapping[str, Any], given: Mapping[str, Any], part: str, names: Mapping[str, str]
) -> dict[str, Any]:
    """Fields that the section may say; else what create_orders would be sent."""
    taken = {}
    for name, other in names.items():
        key = f"{part}.{name}"
        own = dict(_inside(given, f"{key}.")) if name == "extra_field" else None
        taken[name] = own or (given[key] if key in given else fields.get(other))
    return taken


def _inside(given: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    return ((name.removeprefix(prefix), value) for name, value in given.items() if name.startswith(prefix))


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(type(value).__name__)
