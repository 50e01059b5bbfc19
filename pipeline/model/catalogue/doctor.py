"""E72x and E73x: what the doctor finds on this machine and at the target."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "W728",
        WARNING,
        "orders cannot be looked up",
        "asked for an order of channel {channel} by its number, the target answered: {reason}",
        "What cannot be looked up has to be settled by people after every lost answer.",
        "Ask for the right to list orders; where that cannot be had, plan with --no-lookup.",
    ),
    Entry(
        "W720",
        WARNING,
        "little room on the disk",
        "{free} MB are free where journals live",
        "A journal takes about 3 KB for each order; a full disk stops a run before anything is sent.",
        "Make room, or choose another disk with --state-dir.",
    ),
    Entry(
        "E721",
        FATAL,
        "locks do not hold",
        "a lock on a file in the state folder could be taken twice",
        "Two processes could send the same orders: the file system says yes to both.",
        "Choose a folder on a local disk with --state-dir.",
    ),
    Entry(
        "W721",
        WARNING,
        "journals on a network drive",
        "the state folder lies on a file system of type {kind}",
        "Locks and power-safe writes are promised by local disks only.",
        "Choose a folder on a local disk with --state-dir.",
    ),
    Entry(
        "E722",
        FATAL,
        "this does not answer as a target does",
        "neither orders nor any list of channel {channel} can be read: {reason}",
        "The address may be that of another server, or the channel may not be there.",
        "Check --target and --channel.",
    ),
    Entry(
        "W722",
        WARNING,
        "clocks differ",
        "this machine's clock and the target's differ by {seconds} seconds",
        "Times in reports will not match those of the target. Nothing is decided by the wall clock.",
        "Set the clock of this machine by a time server.",
    ),
    Entry(
        "E723",
        FATAL,
        "nothing to probe with",
        "the probe needs a complete order: {reason}",
        "Shops differ in what an order must hold, so the probe sends one of yours under a number of its own.",
        (
            "Name a payload with --probe-order FILE, or a run whose first order serves with --probe-run RUN "
            "(orderlift check makes one)."
        ),
    ),
    Entry(
        "W723",
        WARNING,
        "different numbers are the same to the target",
        "the target takes numbers that differ {variants} for the same",
        "Of two such orders it would refuse the second, and look like it holds it already.",
        "Give such orders numbers that differ in more than that.",
    ),
    Entry(
        "E724",
        FATAL,
        "probe order refused",
        "the target did not take the first order of the probe: {reason}",
        "Only an order that it takes can be sent a second time.",
        "Correct the order of the probe: its customer, addresses and products must exist on this target.",
    ),
    Entry(
        "W724",
        WARNING,
        "refused in words we do not know",
        "the second order with the same number was refused, but not as a duplicate: {reason}",
        (
            "The number may be unique there; but a refusal that cannot be told from others proves nothing "
            "about an order in doubt."
        ),
        "Report the words, please; until then plan without --assume-unique.",
    ),
    Entry(
        "E725",
        FATAL,
        "probe without a result",
        "an answer of the target proves nothing: {reason}",
        "The connection broke, or the service was unwell, so the probe cannot tell what the target does.",
        "Probe again when the target is well; look for the orders that were named, and remove them.",
    ),
    Entry(
        "W725",
        WARNING,
        "few files may be open",
        "a process may open {limit} files at once",
        "Every connection and every source takes one.",
        "Raise the limit (ulimit -n), or keep --concurrency low.",
    ),
    Entry(
        "W726",
        WARNING,
        "part of the target does not answer",
        "{path}: {reason}",
        "Mappings that look such records up cannot be used here; others are not affected.",
        "Ask for the right to read this list, or map these ids as constants.",
    ),
    Entry(
        "W727",
        WARNING,
        "channel not seen active",
        "channel {channel}: {reason}",
        "Orders may be refused, or stay unseen, in a channel that is switched off.",
        "Check the channel's number and that it is active in the target's panel.",
    ),
)
