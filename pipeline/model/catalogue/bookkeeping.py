"""Bookkeeping on the target after orders were sent: remote ids and error reports.

None of these changes what became of an order.
"""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

ANSWERS: tuple[Entry, ...] = (
    Entry(
        "E550",
        FATAL,
        "what follows the orders is not finished",
        "the orders are sent, but what was to follow them is not finished: {reason}",
        "Changes of customers, remote ids and error reports come last; no order depends on them.",
        "Continue where it stopped, when the target is well: orderlift resume {run}",
    ),
    Entry(
        "E551",
        FATAL,
        "another batch request is in commit",
        "remote ids were not registered: another batch request of orders is in commit ({reason})",
        "The target lets one batch request of a kind be in commit at a time; whoever made that one, perhaps "
        "a channel app, has not ended it.",
        "Wait for it, or end it where it was made; then continue: orderlift resume {run}",
    ),
    Entry(
        "E552",
        ERROR,
        "order that cannot be registered",
        "the order stands on the target, but its remote ids cannot be registered: {reason}",
        "A remote id that ties the wrong thing would let a later cancellation strike the wrong item, so an "
        "order is registered whole or not at all.",
        "Look at the order in the panel. Nothing of it is registered; a channel app may do it by hand.",
    ),
    Entry(
        "E553",
        ERROR,
        "registration refused",
        "the order stands on the target, but its remote ids were not registered: {reason}",
        "The target judged the batch request with this order, and said no, or somebody ended it.",
        "Put right what it complains of; then run the same files again: the order is found there, not sent "
        "again, and what is missing is registered.",
    ),
    Entry(
        "E554",
        ERROR,
        "remote id taken",
        "the remote id {remote_id!r} belongs to another order on the target already",
        "Whoever asks for this id would get one of the two, so the other one keeps it.",
        "Give the order the id that the channel knows it by (order: extra_field: id:), or leave it as it is.",
    ),
    Entry(
        "E555",
        ERROR,
        "line id of two orders",
        "the line id {line!r} names a line of another order, too",
        "Cancellations name order items by the ids of their lines, which have to be different in the whole "
        "channel.",
        "Map items: extra_field: id: to a column whose values do not repeat, or leave it out.",
    ),
)

WARNINGS: tuple[Entry, ...] = (
    Entry(
        "W353",
        WARNING,
        "order items are not registered",
        "bookkeeping: registers orders only, because items: extra_field: id: is not mapped",
        "An order item is registered under the id of its line, which is sent as extra_field.id.",
        "Map items: extra_field: {{id: COLUMN}} if single items may be cancelled or returned later.",
    ),
    Entry(
        "W354",
        WARNING,
        "error report not confirmed",
        "that the target took the error report of this order is not confirmed: {reason}",
        "A report is sent once at most, because the target would list a second one beside the first.",
        "Nothing; the order and its reason stand in this report.",
    ),
)

ENTRIES = (*ANSWERS, *WARNINGS)
