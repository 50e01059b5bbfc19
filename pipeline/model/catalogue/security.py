"""E690–E693, W690–W691: retention, and what surrounds a run on its machine."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E690",
        FATAL,
        "content removed",
        "the content of run {run} was removed on {at}: there is nothing left to send or to compare",
        (
            "orderlift runs prune --payloads-only took payloads and values out of the journal. Numbers, "
            "hashes, sums and states are still there, and prove still checks them."
        ),
        "To send what it did not, run its files anew: what stands on the target is known and left out.",
    ),
    Entry(
        "E691",
        FATAL,
        "pruning not confirmed",
        "nobody said yes to pruning; runs on the list: {count}",
        "What is pruned cannot be had back.",
        "Look at the list with -n; then add --yes, or answer on a terminal.",
    ),
    Entry(
        "E692",
        FATAL,
        "not removed",
        "run {run} was not removed as a whole: {reason}",
        "A file or folder of it could not be deleted. The run is marked, and is not taken for a whole one.",
        "Make the folder writable, close what has the file open, and prune again: it goes on where it ended.",
    ),
    Entry(
        "E693",
        FATAL,
        "folder open to everybody",
        "everybody on this machine may write into {folder}",
        (
            "Whoever can put another file in the place of a journal decides what is sent, and what is taken "
            "for sent already."
        ),
        "Take the right away (chmod go-w {folder}), or name a folder of your own with --state-dir.",
    ),
    Entry(
        "W690",
        WARNING,
        "running as root",
        "this process may do anything on this machine",
        "Nothing needs that, and a mistake in a hostile file would have the whole machine.",
        "Run it as a user of its own who can read the sources and write the state and report folders.",
    ),
    Entry(
        "W691",
        WARNING,
        "run left alone",
        "run {run} is left alone: {reason}",
        "Open work is never pruned by itself, nor a run that another process works on.",
        "Resume, reconcile or resolve it first; --also-open gives its open work up.",
    ),
)
"""Runs that go, and the surroundings of those that stay."""
