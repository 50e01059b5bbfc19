"""E3xx: orders and their items."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

_ITEM_TOTAL = (
    "item total does not add up",
    "total_price is {stated}, but {arithmetic} makes {expected}",
    "The mapping states how an item's total is made (checks: item_total:), and this line differs.",
    "Correct the line, or state another arithmetic in the mapping.",
)
_ORDER_TOTAL = (
    "order total does not add up",
    "amount is {stated}, but {arithmetic} makes {expected}",
    "The mapping states what an order's amount is made of (checks: order_total:), and this order differs.",
    "Correct the order or its lines, or state another arithmetic in the mapping.",
)

KEY_FAULTS = {
    "empty": "is empty",
    "error": "is an error value or a formula that was never computed",
    "digits": "is stored as a number that has lost digits",
    "shortened": "was rewritten by a program as a number",
}
"""Why a cell is no key, in the words of E301."""

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E301",
        ERROR,
        "row without an order number",
        "the row's key {fault}, so the row belongs to no order",
        "Rows find their order by the key column; a key that may stand for several orders is no key.",
        (
            "Fill in the key; if it is left out on follow-up lines on purpose, set fill_down: true on "
            "the source."
        ),
    ),
    Entry(
        "E302",
        ERROR,
        "order without items",
        "order {value} has no items",
        "No row of the items carries this order's key.",
        "Add the items, or remove the order; check that both files write the key alike.",
    ),
    Entry(
        "E303",
        ERROR,
        "order number occurs twice",
        "order {value} stands in {times} rows: {rows}",
        "One of them may be a copy or a correction; which one counts is not ours to guess.",
        "Keep the right row and delete the others.",
    ),
    Entry(
        "E304",
        ERROR,
        "order column differs between rows of one order",
        "{value!r} here, but {first!r} in row {first_row} of the same order",
        "Rows of one order repeat the order's columns, and the repetitions disagree.",
        "Make the rows agree, or give the second order its own number.",
    ),
    Entry(
        "E305",
        ERROR,
        "item without an order",
        "no order has the key {value!r}",
        "The row's key occurs in no order, so the item cannot be sent.",
        "{hint}Correct the key, or add the order.",
    ),
    Entry(
        "E306",
        ERROR,
        "order numbers that may collide",
        "order number {value!r} may count as the same as {other}",
        (
            "They differ only in case, spaces or similar letters; "
            "a target that ignores these would keep one of them."
        ),
        "Make the numbers clearly different.",
    ),
    Entry(
        "E307",
        FATAL,
        "the two files do not fit together",
        "none of {orders} orders found an item among {items} items",
        "The keys of the two sources never match, for example 00123 here and 123 there.",
        "Compare {order_example!r} (orders) with {item_example!r} (items) and name the right key columns.",
    ),
    Entry(
        "E308",
        ERROR,
        "damaged row in the order",
        "row {row} of this order could not be read as the header promises",
        "An order is sent whole or not at all.",
        "Repair that row; its own message says how.",
    ),
    Entry(
        "E310",
        ERROR,
        "order that may be incomplete",
        "row {row}, beside the rows of this order, cannot be told to belong to it or not",
        "An order is sent whole or not at all, and that row names no order or has shifted cells.",
        "Repair that row; its own message says how.",
    ),
    Entry(
        "E314",
        ERROR,
        "more rows than an order may have",
        "the order has {count} rows in the source {source}, where it may have one",
        "The mapping says that this source has at most one row for each order (`rows:`).",
        "Delete the rows that are too many; or write `rows: many` in the mapping, and `pick:` in its rules.",
    ),
    Entry(
        "E315",
        ERROR,
        "order without a row it must have",
        "the order has no row in the source {source}",
        "The mapping says that this source has one row for each order (`rows: one`).",
        "Add the row; or write `rows: at_most_one` in the mapping if it may be missing.",
    ),
    Entry(
        "E313",
        ERROR,
        "row that belongs to no order",
        "no order has the key {value!r} of this row of the source {source}",
        "The order is missing from the files given, or its number is written differently here.",
        "Add the order's row or file, or correct the key; the row was not used.",
    ),
    Entry(
        "E309",
        ERROR,
        "order of another channel",
        "the order belongs to channel {found}, the run to channel {wanted}",
        "A run creates orders in one channel.",
        "Plan these orders for their own channel.",
    ),
    Entry("E311", ERROR, *_ITEM_TOTAL),
    Entry("W311", WARNING, *_ITEM_TOTAL),
    Entry("E312", ERROR, *_ORDER_TOTAL),
    Entry("W312", WARNING, *_ORDER_TOTAL),
    Entry(
        "E321",
        ERROR,
        "order from the future",
        "the order was placed on {placed}",
        "An order history has no orders from tomorrow; day and month may be swapped.",
        "Correct the date or the date format.",
    ),
    Entry(
        "W322",
        WARNING,
        "invoiced before it was placed",
        "invoiced on {invoiced}, placed on {placed}",
        "The dates may be swapped, or in different formats.",
        "Check both columns.",
    ),
    Entry(
        "W323",
        WARNING,
        "delivered before it was placed",
        "delivered on {delivered}, placed on {placed}",
        "The dates may be swapped, or in different formats.",
        "Check both columns.",
    ),
    Entry(
        "E324",
        ERROR,
        "delivery window that ends before it starts",
        "the delivery window ends before it starts",
        "Start and end may be swapped.",
        "Correct the two cells.",
    ),
    Entry(
        "W331",
        WARNING,
        "item in another currency",
        "the item is priced in {item}, the order in {currency}",
        "The target keeps one currency an order; the item's amounts may be meant in another.",
        "Check the order.",
    ),
    Entry(
        "W351",
        WARNING,
        "item that stands twice",
        "the item says the same as the one in row {first_row}, field by field "
        "(such items in this order: {count})",
        "Exports that were pasted together, or run twice, repeat rows; two equal items may also be meant.",
        "If it is the same item, delete one of the rows; otherwise nothing needs to be done.",
    ),
    Entry(
        "W352",
        WARNING,
        "very large order",
        "the order's payload has {size} KiB ({items} items)",
        "The target does not tell how large a request may be; servers are often set to one MiB.",
        "Look for a text that does not belong there, and for items of other orders.",
    ),
    Entry(
        "W341",
        WARNING,
        "refunded more than paid",
        "{refund} was refunded on an order of {amount}",
        "The columns may be swapped, or the amount may already be reduced by the refund.",
        "Check the order.",
    ),
)
