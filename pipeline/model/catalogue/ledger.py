"""E64x: what other runs of the same channel know of an order."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E640",
        ERROR,
        "changed after success",
        "run {run} created order {order} with other content; what differs: {fields}",
        (
            "An order is created once. Sending it again would not change what stands on the target, and a "
            "second one with the same number is never sent."
        ),
        (
            "Where the export is wrong, restore the cells; where the order on the target is wrong, "
            "correct it there."
        ),
    ),
    Entry(
        "E641",
        ERROR,
        "in doubt in another run",
        "run {run} sent order {order}, and its answer was lost: it may stand on the target or not",
        "Sent by this run as well, it might be created twice. It is held until that run has settled it.",
        (
            "Settle it: orderlift reconcile {run} asks the target and sends nothing, orderlift resume {run} "
            "goes on as well. Then continue this run with orderlift resume."
        ),
    ),
    Entry(
        "E642",
        ERROR,
        "in conflict in another run",
        "run {run} found something else under the number of order {order} on the target",
        "Whether that is the same order is for a person to decide; until then no run sends it.",
        (
            "See what the report of run {run} says of it and decide: orderlift resolve. "
            "Then continue this run with orderlift resume."
        ),
    ),
    Entry(
        "E643",
        ERROR,
        "may have been sent by a lost run",
        "run {run} may have sent order {order}, and its journal cannot be asked any more",
        "The ledger remembers that the run was to send it; what became of it stood in the journal alone.",
        (
            "Bring the folder of run {run} back from a backup; or plan its files with orderlift rebuild, "
            "which asks the target about each order and sends nothing."
        ),
    ),
    Entry(
        "W640",
        WARNING,
        "ledger made anew",
        "the ledger of this channel {reason} and was made anew from the journals; runs found: {count}",
        (
            "The ledger is an index over the journals in the state folder. What was sent by runs whose "
            "journals are no longer there, it does not know."
        ),
        "If journals were moved or deleted as well, bring them back before anything is sent.",
    ),
    Entry(
        "W641",
        WARNING,
        "orders removed since the last export",
        "orders of run {run} missing from these files: {count}, {created} of them on the target ({examples})",
        "An order that leaves an export is not deleted on the target.",
        "Nothing, if this export is a part; else look at what became of the rows.",
    ),
    Entry(
        "W642",
        WARNING,
        "also to be sent by another run",
        "run {run} is to send some of these orders as well: {count}",
        "Whichever run sends an order first, the other one finds it in the ledger and does not send it.",
        "Continue one of the two: orderlift resume {run}, or this one.",
    ),
    Entry(
        "W643",
        WARNING,
        "another run is at work",
        "run {run} is being worked on by another process; what it has done so far was not looked at",
        "Before this run sends anything it looks again.",
        "Nothing; or wait for that run to end, and plan again.",
    ),
    Entry(
        "W644",
        WARNING,
        "source changed since it was planned",
        "the file is no longer what it was when run {run} was planned ({what})",
        "A run sends what was sealed when it was planned, whatever became of the files since.",
        "Nothing, if the sealed orders are what you want; else send the new file too: orderlift retry {run}.",
    ),
    Entry(
        "W645",
        WARNING,
        "journal of an earlier run lost",
        "run {run} of this channel was sending, and its journal {reason}: what it sent is unknown",
        "Orders that it may have sent are held in other runs, as far as the ledger knows which they are.",
        "Bring the folder of run {run} back from a backup, or orderlift rebuild with its files.",
    ),
)
