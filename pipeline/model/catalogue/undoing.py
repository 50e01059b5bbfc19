"""E66x, E688, E689, W688, W689: orders that are taken back."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E660",
        ERROR,
        "the order was cancelled by an undo",
        "order {order} was created by run {run}, and undo {undo} has cancelled it, or may have",
        (
            "Its number is taken on the target by a cancelled order, so it is neither there as it should be "
            "nor free to be sent again."
        ),
        (
            "Look the number up in the target's panel. If it may be sent again, say so: "
            "orderlift resolve {order} --as absent --why …; else leave it out."
        ),
    ),
    Entry(
        "E661",
        FATAL,
        "this run is an undo",
        "run {run} takes back what run {undoes} created; it sends no orders",
        "An undo has commands of its own, so that nobody cancels orders by a habit.",
        "Go on with it by its plan or its id: orderlift apply PLAN, orderlift resume {run}.",
    ),
    Entry(
        "E662",
        FATAL,
        "confirmation needed to cancel orders",
        "{orders} orders would be CANCELLED on {target}, channel {channel}",
        (
            "This target is not on this machine. A cancelling may write to customers, pay money back and "
            "move stock, and nothing here takes it back."
        ),
        "Read the plan. Repeat with --yes once you mean it.",
    ),
    Entry(
        "E663",
        FATAL,
        "the run cannot be undone",
        "run {run} cannot be undone: {reason}",
        "An order is cancelled only if it is proven to be the one that the run created, and untouched.",
        "Cancel by hand in the target's panel what has to go; the run's orders.csv names every order.",
    ),
    Entry(
        "E664",
        FATAL,
        "cancelling was stopped",
        "{reason}, so the rest was not cancelled",
        (
            "The first order of an undo goes alone and is read back. What the target refuses or does not "
            "show for one order it will likely refuse for all."
        ),
        (
            "Look at the order in the target's panel, and at its line in undo.csv. When the cause is gone, "
            "continue: orderlift resume {run}; to go on without the first look, add --canary 0"
        ),
    ),
    Entry(
        "E688",
        ERROR,
        "not cancelled",
        "{what} was not cancelled: {reason}",
        "The target said no, or could not be reached, and the order reads as it did before.",
        "Cancel it by hand if it has to go, or plan another undo when the cause is gone.",
    ),
    Entry(
        "E689",
        ERROR,
        "unclear whether it is cancelled",
        "{what} may be cancelled in part or not at all: {reason}",
        "What was read back is neither the order as it was nor a cancelled one. It is not asked again.",
        "Look the order up in the target's panel and finish there what has to be done.",
    ),
    Entry(
        "W688",
        WARNING,
        "touched since",
        "{what} is left alone: {reason}",
        "Somebody has worked with the order since it was created; an undo would take their work back, too.",
        "Cancel it by hand if it has to go.",
    ),
    Entry(
        "W689",
        WARNING,
        "cannot be taken back",
        "{what} stays: {reason}",
        (
            "Only orders can be cancelled, and only some: which the target takes back is not documented, so "
            "those that have not been shipped are tried unless --status says otherwise."
        ),
        "Leave it, or see to it by hand in the target's panel.",
    ),
)
