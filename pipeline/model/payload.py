"""Every field of a create-order payload: the one table that mapping, validation and docs are made of.

Sources, by how certain they are: the published request example of create_orders (47 order and 34 item
fields), Akinon's public reference client (which fields it sends on every order, what it sends where it has
nothing, where it cuts), and the migration pages (digits of amounts). ``docs/target.md`` tells which is which.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds, once typed."""

    TEXT = "text"
    INTEGER = "integer"
    ID = "id"  # primary key of something on the target, at least 1
    MONEY = "money"  # Decimal, two places, sent as text
    RATE = "rate"  # percent, Decimal, two places, sent as text
    BOOLEAN = "boolean"
    MOMENT = "moment"  # date and time with a zone
    DAY = "day"  # a calendar date
    STATUS = "status"  # a code or name of STATUSES
    CURRENCY = "currency"  # lower-case code
    URL = "url"
    IP = "ip"
    OBJECT = "object"  # free JSON object
    RANGE = "range"  # {"start": moment, "end": moment}
    IDS = "ids"  # list of primary keys


class Absent(Enum):
    """What is sent for a field that the mapping leaves out or whose cell is empty."""

    OMIT = "omit"  # the key is left out
    NULL = "null"
    BLANK = "blank"  # ""
    ZERO = "zero"  # "0.00"
    FALSE = "false"
    EMPTY = "empty"  # {}
    DEFAULT = "default"  # the only value known for client_type
    REQUIRED = "required"  # nothing can stand in for it


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One payload field. ``by_client`` marks what the reference client sends on every order."""

    name: str
    kind: Kind
    note: str
    absent: Absent = Absent.OMIT
    by_client: bool = False
    max_length: int | None = None
    minimum: int | None = None
    signed: bool = False


REQUIRED = Absent.REQUIRED

ORDER_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("number", Kind.TEXT, "order number, unique within a channel", REQUIRED, True, 128),
    FieldSpec("channel", Kind.ID, "sales channel id; filled in from the run's channel", by_client=True),
    FieldSpec("status", Kind.STATUS, "order status, by code or name", REQUIRED, True),
    FieldSpec("date_placed", Kind.MOMENT, "when the customer ordered", REQUIRED, True),
    FieldSpec("customer", Kind.ID, "customer id on the target", REQUIRED, True),
    FieldSpec("shipping_address", Kind.ID, "address id on the target", REQUIRED, True),
    FieldSpec("billing_address", Kind.ID, "address id on the target", REQUIRED, True),
    FieldSpec("currency", Kind.CURRENCY, "currency of the order, such as try", REQUIRED, True),
    FieldSpec("amount", Kind.MONEY, "order total", REQUIRED, True),
    FieldSpec("shipping_amount", Kind.MONEY, "shipping charge", by_client=True),
    FieldSpec("shipping_tax_rate", Kind.RATE, "VAT on shipping, percent", Absent.NULL, True),
    FieldSpec(
        "extra_field", Kind.OBJECT, "free data; the channel's own order id goes under id", Absent.EMPTY, True
    ),
    FieldSpec("payment_option", Kind.ID, "payment option id"),
    FieldSpec("payment_option_slug", Kind.TEXT, "payment option slug, as the installation spells it"),
    FieldSpec("bin_number", Kind.TEXT, "first digits of the card", max_length=8),
    FieldSpec("installment", Kind.ID, "installment id; not a count"),
    FieldSpec("installment_count", Kind.INTEGER, "number of installments", minimum=1),
    FieldSpec("delivery_type", Kind.TEXT, "kind of delivery; only same_day is documented", Absent.NULL, True),
    FieldSpec("installment_interest_amount", Kind.MONEY, "interest of the installments"),
    FieldSpec("cargo_company", Kind.ID, "cargo company id on the target", by_client=True),
    FieldSpec("invoice_number", Kind.TEXT, "invoice number"),
    FieldSpec("invoice_date", Kind.MOMENT, "when the invoice was written"),
    FieldSpec("e_archive_url", Kind.URL, "link to the e-archive invoice"),
    FieldSpec("refund_amount", Kind.MONEY, "refunded total"),
    FieldSpec("discount_refund_amount", Kind.MONEY, "refunded part of the discount"),
    FieldSpec("shipping_refund_amount", Kind.MONEY, "refunded shipping"),
    FieldSpec("discount_amount", Kind.MONEY, "discount on the order", Absent.ZERO, True),
    FieldSpec("is_send", Kind.BOOLEAN, "true: the ERP integration will not pick the order up again"),
    FieldSpec("shipping_interest_amount", Kind.MONEY, "interest on shipping"),
    FieldSpec("tracking_number", Kind.TEXT, "the carrier's tracking number", Absent.NULL, True, 256),
    FieldSpec("carrier_shipping_code", Kind.TEXT, "the carrier's shipment code", Absent.BLANK, True, 256),
    FieldSpec("remote_addr", Kind.IP, "the customer's IP address", Absent.NULL, True),
    FieldSpec("fundstransfertransaction_set", Kind.IDS, "bank transfer transaction ids"),
    FieldSpec("has_gift_box", Kind.BOOLEAN, "whether it was a gift", Absent.FALSE, True),
    FieldSpec("gift_box_note", Kind.TEXT, "gift note", Absent.BLANK, True, 160),
    FieldSpec("external_status", Kind.ID, "external status id"),
    FieldSpec("client_type", Kind.TEXT, "ordering client; only default is known", Absent.DEFAULT, True),
    FieldSpec("language_code", Kind.TEXT, "language such as tr-tr", Absent.BLANK, True),
    FieldSpec("notes", Kind.TEXT, "the customer's notes", Absent.BLANK, True, 320),
    FieldSpec("delivery_range", Kind.RANGE, "delivery window: start and end", Absent.NULL, True),
    FieldSpec("shipping_option_slug", Kind.TEXT, "shipping option slug", Absent.BLANK, True, 128),
    FieldSpec("segment", Kind.TEXT, "customer segment"),
    FieldSpec("modified_date", Kind.MOMENT, "kept by the target"),
    FieldSpec("checkout_provider_id", Kind.ID, "checkout provider id"),
    FieldSpec("created_date", Kind.MOMENT, "kept by the target"),
    FieldSpec("cancellation_info", Kind.OBJECT, "free data on a cancellation"),
    FieldSpec("defined_tracking_url", Kind.URL, "tracking link"),
    FieldSpec("net_shipping_amount", Kind.MONEY, "net shipping; the reference client sends it, or 0.0"),
)

ITEM_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("order", Kind.ID, "order id; leave it out when creating"),
    FieldSpec("product", Kind.ID, "product id on the target, not the SKU", REQUIRED, True),
    FieldSpec("status", Kind.STATUS, "status of the item, by code or name", by_client=True),
    FieldSpec("price_currency", Kind.CURRENCY, "currency of the price", by_client=True),
    FieldSpec("price", Kind.MONEY, "price of the product", by_client=True),
    FieldSpec("quantity", Kind.INTEGER, "how many", REQUIRED, minimum=1),
    FieldSpec("unit_price", Kind.MONEY, "price of one", REQUIRED),
    FieldSpec("total_price", Kind.MONEY, "price of the line", REQUIRED),
    FieldSpec("tax_rate", Kind.RATE, "VAT, percent", by_client=True),
    FieldSpec("tax_amount", Kind.MONEY, "VAT of the line"),
    FieldSpec(
        "extra_field", Kind.OBJECT, "free data; the channel's own line id goes under id", Absent.EMPTY, True
    ),
    FieldSpec("price_list", Kind.ID, "price list id", by_client=True),
    FieldSpec("stock_list", Kind.ID, "stock list id", by_client=True),
    FieldSpec("shipping_company", Kind.TEXT, "carrier such as yurtici or ups"),
    FieldSpec("shipment_code", Kind.TEXT, "shipment code"),
    FieldSpec("attributes", Kind.OBJECT, "free attributes", Absent.EMPTY, True),
    FieldSpec("cancel_status", Kind.TEXT, "state of a cancellation; only waiting is documented"),
    FieldSpec("installment_interest_amount", Kind.MONEY, "interest of the installments"),
    FieldSpec("is_tradable", Kind.BOOLEAN, "read-only on the target"),
    FieldSpec("datasource", Kind.ID, "seller id"),
    FieldSpec("localized_attributes", Kind.OBJECT, "attributes by language"),
    FieldSpec("localized_attributes_kwargs", Kind.OBJECT, "attributes by language"),
    FieldSpec("cancellation_reconciliation", Kind.ID, "reconciliation id of a cancellation"),
    FieldSpec("reconciliation", Kind.ID, "reconciliation id"),
    FieldSpec("forced_refund", Kind.BOOLEAN, "whether a refund was forced"),
    FieldSpec("original_stock", Kind.ID, "stock id"),
    FieldSpec("shipping_option_group", Kind.ID, "shipping option group id"),
    FieldSpec("discount_amount", Kind.MONEY, "discount on the line", Absent.ZERO, True),
    FieldSpec("retail_price", Kind.MONEY, "list price", by_client=True),
    FieldSpec("image", Kind.TEXT, "an upload field on the target; leave it out"),
    FieldSpec("parent", Kind.ID, "parent item id, for bundles", Absent.NULL, True),
    FieldSpec("estimated_delivery_date", Kind.DAY, "when delivery was expected", Absent.NULL, True),
    FieldSpec("defined_tracking_url", Kind.URL, "tracking link"),
    FieldSpec("defined_shipping_company", Kind.TEXT, "carrier as shown"),
    FieldSpec("attributes_kwargs", Kind.OBJECT, "sent by the reference client only", Absent.OMIT, True),
    FieldSpec("tracking_number", Kind.TEXT, "sent by the reference client only", Absent.OMIT, True, 256),
    FieldSpec(
        "carrier_shipping_code", Kind.TEXT, "sent by the reference client only", Absent.OMIT, True, 256
    ),
    FieldSpec("delivered_date", Kind.MOMENT, "sent by the reference client only", Absent.OMIT, True),
)

ORDER_BY_NAME = {spec.name: spec for spec in ORDER_FIELDS}
ITEM_BY_NAME = {spec.name: spec for spec in ITEM_FIELDS}

STATUSES: dict[str, str] = {
    "50": "cancellation_waiting",
    "100": "canceled",
    "200": "waiting",
    "300": "payment_waiting",
    "350": "confirmation_waiting",
    "400": "approved",
    "450": "preparing",
    "500": "shipped",
    "510": "shipped_and_informed",
    "520": "ready_for_pickup",
    "540": "attempted_delivery",
    "544": "review_started",
    "545": "review_waiting",
    "546": "waiting_for_payment",
    "547": "paid",
    "550": "delivered",
    "600": "refunded",
}
"""Order and item statuses, code → name. 425 (inactive) is seen only in answers and never sent."""

CLOSED_STATUSES = frozenset({"100", "550", "600"})
"""Canceled, delivered, refunded: the statuses in which nothing is left to do for an order.

All others have a next step that somebody or something takes: a cancellation to decide (50), a payment to
wait for (200 to 350, 546, 547), a parcel to pack (400, 450), to follow, and to tell the customer about
(500 to 540), a return to examine (544, 545). Inferred: the target's order management copies orders from
it to plan shipments, and which statuses it leaves alone is not documented. So a parcel that was
``shipped`` is not closed; of one that was sent years ago the shop knows whether it was delivered.
"""

STATUS_ALIASES: dict[str, str] = {"returned": "600", "cancelled": "100"}
"""Other spellings of the same status, seen in the target's own material or common in English."""

CURRENCIES: tuple[str, ...] = (
    *("try", "eur", "usd", "egp", "gbp", "mad", "pln", "sar", "ron", "uah", "czk", "huf", "rub", "bgn"),
    *("iqd", "kwd", "bhd", "omr", "qar", "aed", "ngn", "inr", "lei", "kzt", "jod", "rsd", "tr", "eu"),
)
"""The documented enum, with ``try`` and ``eur`` that every example uses; a mapping may replace the list."""

MONEY_DIGITS = 12
MONEY_PLACES = 2
