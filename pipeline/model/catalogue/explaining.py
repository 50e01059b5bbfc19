"""E68x: an order's life, and the cells that the target's words are about."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E680",
        Severity.ERROR,
        "the target refuses this cell as well",
        "the target refused the order for this, too: {complaint}",
        "The target had more than one complaint; each stands at the cell that it is about.",
        "Correct the cell together with the others of the order, then send it again: orderlift retry {run}",
    ),
    Entry(
        "E681",
        Severity.FATAL,
        "no run holds this order",
        "no run in {folder} holds an order {value}{where}",
        "An order is found by its number as the source file has it, in runs whose journals are still there.",
        "{hint}List the runs with orderlift runs; name another folder with --state-dir.",
    ),
    Entry(
        "E682",
        Severity.FATAL,
        "several orders fit",
        "{count} orders of run {run} fit {value}: {places}",
        "They bear the same number, or numbers that differ only in case or spaces.",
        "Say which row is meant: orderlift explain {run}:{order} --row {row}",
    ),
)
