"""E65x and E66x: what a target can do, what people decide, and what a journal proves."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E650",
        FATAL,
        "declared against the evidence",
        "{flag} says more than the target was seen to do when it was probed ({at})",
        (
            "The target took a second order with the same number, or refused it in a way that proves "
            "nothing. Relying on that would create orders twice, or call them created without grounds."
        ),
        (
            "Leave {flag} out. If the target has changed since, probe it again: "
            "orderlift doctor --probe-unique; or leave the probe aside with --ignore-probe."
        ),
    ),
    Entry(
        "W650",
        WARNING,
        "created, and not compared",
        "its second sending was refused because the number is taken ({complaints}): the first was applied",
        (
            "The answer to the first sending was lost, and this target's orders cannot be looked up. It "
            "refuses a number that it holds, so the first sending was applied, unless somebody else used the "
            "same number in between."
        ),
        "Nothing; but if others create orders under your numbers, look this one up in the panel.",
    ),
    Entry(
        "E651",
        FATAL,
        "orders cannot be looked up",
        "this needs orders that can be looked up, which this target does not offer (mode {mode})",
        "Only by looking can it be learnt what the target holds; what cannot be learnt is not guessed.",
        (
            "Look the orders up in the target's panel and say what you found: orderlift resolve. "
            "If the target does offer lookups, plan without --no-lookup."
        ),
    ),
    Entry(
        "E652",
        FATAL,
        "no such order in the run",
        "run {run} has no order with the number {value!r}",
        "Numbers are compared exactly, with their case, spaces and leading zeros.",
        "Copy the number from orders.csv, or name another run with --run.",
    ),
    Entry(
        "E653",
        FATAL,
        "a decision needs a reason and a name",
        "the decision has no reason, or nobody's name",
        "A decision overrules what the program knows; later readers must see why, and whom to ask.",
        "Say why with --why, and who decides with --by.",
    ),
    Entry(
        "E654",
        FATAL,
        "no canary without lookups",
        "a canary is read back, and this target's orders cannot be looked up",
        "Its only use is the comparison of what was sent with what the target shows.",
        "Leave --canary out; try a few orders with --limit and look at them in the panel.",
    ),
    Entry(
        "E655",
        FATAL,
        "evidence not readable",
        "what is kept about this target channel cannot be read: {reason}",
        "The file was changed or damaged. What was found out about a target is never forgotten in silence.",
        "Remove the file and probe again: orderlift doctor --probe-unique; or add --ignore-probe.",
    ),
    Entry(
        "E656",
        FATAL,
        "nothing to decide",
        "order {value!r} is {state} in run {run}",
        "People decide about orders in doubt, in conflict or failed; what is known needs no decision.",
        "See where the order stands: orders.csv of orderlift report {run}.",
    ),
    Entry(
        "E657",
        ERROR,
        "left out by a person",
        "{by} decided that the number belongs to another order: {why}",
        "The target holds somebody else's order under this number, which is neither changed nor copied.",
        "Give the order another number in the source file, or leave it out.",
    ),
    Entry(
        "E658",
        FATAL,
        "the journal breaks a promise",
        "{what}: {fault}",
        (
            "Everything that was sent leaves traces in the journal that have to fit together. They do not: "
            "the file was changed or damaged, or the program made a mistake."
        ),
        (
            "Send nothing more from this run. Keep the journal, restore it from a backup made after the "
            "last run, and report it if nobody has changed the file."
        ),
    ),
    Entry(
        "E659",
        FATAL,
        "another history",
        "the fingerprint is not one of this journal's: {reason}",
        (
            "A fingerprint covers everything that a run had gone through when it was taken. The journal no "
            "longer holds that, or the fingerprint is of another run."
        ),
        (
            "See that run and fingerprint belong together: each report names both. If they do, send nothing "
            "more from this run, and take the journal from a backup that fits the fingerprint."
        ),
    ),
    Entry(
        "W659",
        WARNING,
        "history has grown since",
        "everything that the fingerprint covers is as it was; {count} entries were added after it",
        (
            "A run that is resumed, settled or read back goes on writing. An older fingerprint vouches for "
            "its own part of the history and for nothing behind it."
        ),
        "For the rest, take the fingerprint that the newest report named.",
    ),
)
