"""E614–E620: a journal against machines that lie, die and fill up."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL = Severity.FATAL

NOT_LOCAL: dict[str, str] = {
    "network": "on a network drive ({name})",
    "synced": "in a folder that {name} keeps in step with other machines",
}
"""What kind of place is not fit for a journal, by what :mod:`pipeline.journal.place` finds."""

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E614",
        FATAL,
        "journal older than the last one",
        "this journal ends at {journal}; the last one used here got to {seen}",
        (
            "An older copy lies in its place, a backup perhaps, or the disk lost what it had confirmed. "
            "What was sent after it is not in it, and would be sent a second time."
        ),
        "Put the newest journal back. If there is none: orderlift reconcile --all looks every order up.",
    ),
    Entry(
        "E615",
        FATAL,
        "witness not usable",
        "what is remembered of the journal outside of its folder cannot be used: {reason}",
        "Without it an old copy of the journal could not be told from the last one.",
        "Make the folder readable and writable. A damaged file: orderlift reconcile --all, then remove it.",
    ),
    Entry(
        "E616",
        FATAL,
        "journal changed from outside",
        "the journal does not hold what was written to it: {reason}",
        (
            "Every commit carries a sum over all rows, and commits follow each other without a gap. "
            "A damaged disk, or somebody with another program, changed what lies in between."
        ),
        "Keep the file; put a backup made after the last run in its place. Without one: orderlift rebuild.",
    ),
    Entry(
        "E617",
        FATAL,
        "not a local disk",
        "the journal would lie {place}",
        (
            "There, locks and flushing do not keep their promises, or two machines may write the same file. "
            "Orders could be lost or created twice."
        ),
        "Name a folder on a disk of this machine with --state-dir. Or take the risk: --trust-disk.",
    ),
    Entry(
        "E618",
        FATAL,
        "journal gone from under the run",
        "the journal was {what} while it was in use",
        "Somebody cleared, moved or replaced the state folder. Nothing more was sent after that.",
        "Put the journal that was in use back; then go on with the run.",
    ),
    Entry(
        "E619",
        FATAL,
        "not enough room",
        "sending may need {needed}, the disk has {free}",
        "A journal that cannot grow stops the run in the middle. Nothing was sent.",
        "Make room, or name a folder on another disk with --state-dir before planning.",
    ),
    Entry(
        "E620",
        FATAL,
        "too few open files allowed",
        "this process may open {free} more files, {needed} are needed at least",
        "Each connection, the journal and its log take one. The limit is set from outside, often by a shell.",
        "Raise the limit, for instance with ulimit -n 1024, and go on with the run.",
    ),
)
