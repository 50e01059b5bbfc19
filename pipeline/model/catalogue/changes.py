"""E35x: living customers that a mapping wants changed. None of these keeps an order from being sent."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E350",
        ERROR,
        "rows that disagree about a customer",
        "customer {customer} is not changed: the orders want {count} different values for {field}",
        "Which of them is right is not ours to guess, and the last one is no better than the others. The "
        "orders are sent.",
        "Correct the rows, or leave the cells of all but one of them empty.",
    ),
    Entry(
        "E351",
        ERROR,
        "customer changed by somebody else",
        "customer {customer} was not changed: {field} is no longer what the plan saw",
        "Somebody has changed it since, and may know better than old rows do. Nothing was overwritten; the "
        "orders are sent.",
        "Look at the customer; if the rows are right after all, plan again with --online.",
    ),
    Entry(
        "E352",
        ERROR,
        "change refused",
        "the target refused to change {field} of customer {customer}: {complaints}",
        "The target judged the new value, and said no. The orders are sent.",
        "Correct the cell, or change the customer in the panel.",
    ),
    Entry(
        "W355",
        WARNING,
        "customers not changed",
        "the mapping wants customers changed (update:), but no plan --online has listed which",
        "A customer who is in use is changed only if somebody could see it in the plan before.",
        "Run plan --online with -o, look at what would change, and apply that plan.",
    ),
)
