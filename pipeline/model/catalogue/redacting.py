"""E69x and W69x: bundles that are made to be shared."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E695",
        FATAL,
        "nothing to show",
        "there is no {what} to make a bundle of; found were: {codes}",
        "A bundle shows a problem of one run. That run, or the check of these files, has none like that.",
        "Name one of the codes, an order of the run, or another run: orderlift runs",
    ),
    Entry(
        "E696",
        FATAL,
        "bundle cannot be written",
        "the bundle cannot be written: {reason}",
        "The disk is full, or the folder belongs to somebody else.",
        "Make room, or name another place with -o.",
    ),
    Entry(
        "E697",
        FATAL,
        "bundle withheld",
        "no bundle was written: {value} of the inputs still stands in its file {file}",
        "Every byte of a bundle is searched for the original values before it is written. One was found that "
        "nothing explains, and a bundle that cannot be trusted is worse than none.",
        "Make a bundle of one order or one issue: --order, --issue.",
    ),
    Entry(
        "E698",
        FATAL,
        "not in the inputs",
        "no bundle was made: {codes} is between run {run} and its target, and not in the inputs",
        (
            "The rows are right and were sent as they are; the target shows something else now. A bundle "
            "holds rows, and they would show nothing."
        ),
        (
            "Send what is known of such an order, masked: orderlift explain {named}. Beside it, the order's "
            "line of money-differences.csv, which lies by the run's report."
        ),
    ),
    Entry(
        "W695",
        WARNING,
        "bundle without inputs",
        "the bundle holds no rows: {file}: {reason}",
        "Rows are taken from the very file that the run has read, because any other may show something else.",
        "Put the file back, or make a bundle of the present ones: orderlift redact FILE… -m MAP -o …",
    ),
    Entry(
        "W696",
        WARNING,
        "problem not shown by the bundle",
        "the rows of the bundle do not show {codes} again",
        "A few rows are not the whole file: what depends on other rows, on a snapshot or on the time of the "
        "check may be gone.",
        "Say so to whoever gets the bundle; journal.json in it tells what the run found.",
    ),
    Entry(
        "W697",
        WARNING,
        "real values in the bundle",
        "{count} cells of {column} stayed as they are, such as {value}",
        "Without them the problem does not show. They may tell who somebody is.",
        "Look at them in the bundle, and decide whether it may be shared.",
    ),
    Entry(
        "W698",
        WARNING,
        "input written as XLSX",
        "{file} is an XLSX workbook in the bundle",
        "Older and other workbooks can be read but not written. The cells are the same.",
        "Nothing, unless the problem is about the kind of file itself.",
    ),
    Entry(
        "W699",
        WARNING,
        "more problems than orders",
        "the bundle was limited to the first {count} orders with a problem",
        "A small bundle is read; a large one is not.",
        "Raise --max-orders, or name what matters: --issue CODE",
    ),
)
