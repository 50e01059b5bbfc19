"""E685 to W686: what the target shows of a run's money, order by order."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E685",
        ERROR,
        "read back, and it differs",
        "the target shows this order otherwise than it was sent: {differences}",
        (
            "The order stands on the target, but its amount, currency, status or moment is another one. "
            "Either somebody changed it since, or the target did not store what it confirmed."
        ),
        (
            "Look the order up in the target's panel and put right whichever side is wrong, then read back "
            "anew: orderlift report {run} --reconcile --again"
        ),
    ),
    Entry(
        "E686",
        ERROR,
        "created, and not found",
        "the run holds this order for created, and the target does not show it: {differences}",
        (
            "The target confirmed the order or showed it before, and does not find it by its number any "
            "more. It was deleted or renumbered, or the target was restored from a backup."
        ),
        (
            "Ask who deleted or renumbered it. When that is put right, read back anew: "
            "orderlift report {run} --reconcile --again"
        ),
    ),
    Entry(
        "E687",
        ERROR,
        "more on the target than the run says",
        "the target holds more under this number than the run knows of: {differences}",
        (
            "The same order stands there more than once, or it stands there although the run holds it for "
            "refused, failed or in doubt. Its money would be counted wrongly."
        ),
        (
            "Of an order in doubt: orderlift reconcile {run}. Of one that stands there twice: cancel the "
            "second in the target's panel. Then read back anew: orderlift report {run} --reconcile --again"
        ),
    ),
    Entry(
        "W685",
        WARNING,
        "not everything was read back",
        "{read} of {wanted} orders were read back: {reason}",
        (
            "Money is reconciled when every order that was sent or stands on the target has been read. What "
            "was read is kept, and is not asked for again."
        ),
        "Go on reading: orderlift report {run} --reconcile",
    ),
    Entry(
        "W687",
        WARNING,
        "not shown yet",
        "{count} orders that were just created are not shown yet: asked again for up to {seconds} seconds",
        (
            "A target may show an order later than it confirms it. As long as the settle window lasts, "
            "nothing is called missing."
        ),
        "Wait, or interrupt and go on later: what was read is kept.",
    ),
    Entry(
        "W686",
        WARNING,
        "the archive cannot be read back",
        "{count} orders stand in the target's archive, which cannot be read back",
        (
            "Orders that were migrated as files are shown to customers in the shop, and no documented "
            "request lists them. Their money is told as created, by the target's own word, and is "
            "in no comparison."
        ),
        "Compare a few of them in the shop.",
    ),
)
