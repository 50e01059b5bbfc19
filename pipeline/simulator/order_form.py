"""The create-order form: which fields an order and its items have, and every reason to refuse one.

Compiled per channel, because references are checked against that channel's objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.simulator import fields
from pipeline.simulator.codes import statuses
from pipeline.simulator.fields import Refused
from pipeline.simulator.form import NULL, REQUIRED, Field, Fields

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pipeline.simulator.form import Document
    from pipeline.simulator.settings import Settings

INVALID_CODE = "orders_100_1"
ITEMS_BY_MODEL: Mapping[str, tuple[str, ...]] = {
    "quantity": ("product", "quantity", "unit_price", "total_price"),
    "unit_rows": ("product", "price"),
    "both": ("product", "price", "quantity", "unit_price", "total_price"),
}


class OrderForm:
    """Checks a whole create-order body for one channel."""

    def __init__(self, settings: Settings, channel: int, known: Mapping[str, Container[int]]) -> None:
        references = known if settings.check_references else {}
        required = settings.required_order_fields | ({"is_send"} if settings.require_is_send else set())
        self._order = Fields(order_fields(settings, channel, references), required)
        self._item = Fields(item_fields(settings, references), ITEMS_BY_MODEL[settings.items])
        self._allow_no_items = settings.allow_no_items

    def clean(self, body: object) -> tuple[Document, list[Document]]:
        """Give the order and its items as answered. Raises Refused with the whole 400 body."""
        if not isinstance(body, dict):
            message = f"Invalid data. Expected a dictionary, but got {type(body).__name__}."
            raise Refused({"non_field_errors": [message], "code": INVALID_CODE})
        problems: Document = {}
        order: Document = {}
        items: list[Document] = []
        try:
            order = self._order.clean(_needed(body, "order"))
        except Refused as refusal:
            problems["order"] = refusal.problem
        try:
            items = self._clean_items(_needed(body, "order_item"))
        except Refused as refusal:
            problems["order_item"] = refusal.problem
        if problems:
            raise Refused({**problems, "code": INVALID_CODE})
        if order["net_shipping_amount"] is None:
            order["net_shipping_amount"] = order["shipping_amount"]
        for item in items:
            item["status"] = item["status"] or order["status"]
            item["price_currency"] = item["price_currency"] or order["currency"]
        return order, items

    def _clean_items(self, sent: object) -> list[Document]:
        if not isinstance(sent, list):
            message = f'Expected a list of items but got type "{type(sent).__name__}".'
            raise Refused({"non_field_errors": [message]})
        if not sent and not self._allow_no_items:
            raise Refused({"non_field_errors": ["This list may not be empty."]})
        problems: list[object] = []
        items: list[Document] = []
        for one in sent:
            try:
                items.append(self._item.clean(one))
                problems.append({})
            except Refused as refusal:
                problems.append(refusal.problem)
        if any(problems):
            raise Refused(problems)
        return items


def _needed(body: Document, name: str) -> object:
    if name not in body:
        raise Refused(REQUIRED)
    if body[name] is None:
        raise Refused(NULL)
    return body[name]


def order_fields(settings: Settings, channel: int, known: Mapping[str, Container[int]]) -> dict[str, Field]:
    """Give the 47 documented keys of an order, and the five more that only the answer is documented to have.

    Of those five `net_shipping_amount` is taken when sent, because existing clients send it.
    """
    status = fields.choice(statuses(settings.status_accepted, settings.status_shown))
    currency = fields.choice({code: code for code in settings.currencies})
    when = fields.moment(settings.zone_of_dates_without_zone, without_zone=settings.accept_dates_without_zone)
    money = fields.decimal()
    rate = fields.decimal(None)
    any_pk = fields.reference(None)
    plain = fields.text()
    own_channel = fields.same_as(channel) if settings.check_channel_field else any_pk
    return {
        "number": Field(fields.text(128, blank=False)),
        "channel": Field(own_channel, default=channel),
        "status": Field(status),
        "date_placed": Field(when),
        "customer": Field(fields.reference(known.get("customer"))),
        "shipping_address": Field(fields.reference(known.get("address"))),
        "billing_address": Field(fields.reference(known.get("address"))),
        "currency": Field(currency),
        "amount": Field(money),
        "shipping_amount": Field(money, default="0.00"),
        "shipping_tax_rate": Field(rate, nullable=True),
        "extra_field": Field(fields.mapping, default={}),
        "payment_option": Field(fields.reference(known.get("payment_option")), nullable=True),
        "payment_option_slug": Field(plain, nullable=True),
        "bin_number": Field(plain, nullable=True),
        "installment": Field(any_pk, nullable=True),
        "installment_count": Field(fields.integer(1), nullable=True),
        "delivery_type": Field(plain, nullable=True),
        "installment_interest_amount": Field(money, nullable=True),
        "cargo_company": Field(fields.reference(known.get("cargo_company"))),
        "invoice_number": Field(plain, nullable=True),
        "invoice_date": Field(when, nullable=True),
        "e_archive_url": Field(fields.link, nullable=True),
        "refund_amount": Field(money, nullable=True),
        "discount_refund_amount": Field(money, nullable=True),
        "shipping_refund_amount": Field(money, nullable=True),
        "discount_amount": Field(money, default="0.00"),
        "is_send": Field(fields.flag, default=False),
        "shipping_interest_amount": Field(money, nullable=True),
        "tracking_number": Field(fields.text(256), nullable=True),
        "carrier_shipping_code": Field(fields.text(256), default=""),
        "remote_addr": Field(fields.internet_address, nullable=True),
        "fundstransfertransaction_set": Field(fields.integers, default=[]),
        "has_gift_box": Field(fields.flag, default=False),
        "gift_box_note": Field(fields.text(160), nullable=True, default=""),
        "external_status": Field(any_pk, nullable=True),
        "client_type": Field(plain, default="default"),
        "language_code": Field(plain, default=""),
        "notes": Field(fields.text(320), default=""),
        "delivery_range": Field(fields.span(when), nullable=True),
        "shipping_option_slug": Field(fields.text(128), default=""),
        "segment": Field(plain, nullable=True),
        "modified_date": Field(when, nullable=True),
        "checkout_provider_id": Field(any_pk, nullable=True),
        "created_date": Field(when, nullable=True),
        "cancellation_info": Field(fields.mapping, default={}),
        "defined_tracking_url": Field(fields.link, nullable=True),
        "net_shipping_amount": Field(money),
        "shipping_company": Field(plain, nullable=True),
        "cancel_status": Field(plain, nullable=True),
        "installment_free": Field(fields.flag, default=False),
        "first_refund_strategy": Field(plain, default=""),
    }


def item_fields(settings: Settings, known: Mapping[str, Container[int]]) -> dict[str, Field]:
    """Give the documented keys of an order item, and the four more that existing clients send."""
    status = fields.choice(statuses(settings.status_accepted, settings.status_shown))
    currency = fields.choice({code: code for code in settings.currencies})
    money = fields.decimal()
    rate = fields.decimal(None)
    any_pk = fields.reference(None)
    plain = fields.text()
    return {
        "product": Field(fields.reference(known.get("product"))),
        "status": Field(status),
        "price_currency": Field(currency),
        "price": Field(money),
        "quantity": Field(fields.integer(1)),
        "unit_price": Field(money),
        "total_price": Field(money),
        "tax_rate": Field(rate, nullable=True),
        "tax_amount": Field(money, nullable=True),
        "extra_field": Field(fields.mapping, default={}),
        "price_list": Field(fields.reference(known.get("price_list"))),
        "stock_list": Field(fields.reference(known.get("stock_list"))),
        "shipping_company": Field(plain, nullable=True),
        "shipment_code": Field(plain, nullable=True),
        "attributes": Field(fields.mapping, default={}),
        "attributes_kwargs": Field(fields.mapping, default={}),
        "cancel_status": Field(plain, nullable=True),
        "installment_interest_amount": Field(money, nullable=True),
        "datasource": Field(any_pk, nullable=True),
        "localized_attributes": Field(fields.mapping, default={}),
        "localized_attributes_kwargs": Field(fields.mapping, default={}),
        "cancellation_reconciliation": Field(any_pk, nullable=True),
        "reconciliation": Field(any_pk, nullable=True),
        "forced_refund": Field(fields.flag, nullable=True),
        "original_stock": Field(any_pk, nullable=True),
        "shipping_option_group": Field(any_pk, nullable=True),
        "discount_amount": Field(money, default="0.00"),
        "retail_price": Field(money),
        "parent": Field(any_pk, nullable=True),
        "estimated_delivery_date": Field(fields.day, nullable=True),
        "delivered_date": Field(plain, nullable=True),
        "tracking_number": Field(fields.text(256), nullable=True),
        "carrier_shipping_code": Field(fields.text(256), default=""),
        "defined_tracking_url": Field(fields.link, nullable=True),
        "defined_shipping_company": Field(plain, nullable=True),
    }
