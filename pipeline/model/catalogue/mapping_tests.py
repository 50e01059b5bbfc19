"""E490 to E495: looking at a mapping by its orders. Showing one, testing examples, comparing two mappings."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL = Severity.FATAL

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E490",
        FATAL,
        "no such order",
        "no row has the key {value!r}",
        "An order is named by what stands in the column that the mapping calls its key, letter by letter.",
        "{hint}Name the order as the file does, leading zeros included.",
    ),
    Entry(
        "E491",
        FATAL,
        "not a test file",
        "this is not what a test of a mapping may say: {reason}",
        "A test file names its mapping, then examples with what is expected of them; see "
        "docs/testing-a-mapping.md.",
        "Correct the line that is named.",
    ),
    Entry(
        "E492",
        FATAL,
        "no test file",
        "no test of a mapping is there",
        "Tests lie beside a mapping and are named after it: shop.yaml has shop.test.yaml.",
        "Write a first one from real rows: orderlift mapping test -m {mapping} --write SRC…",
    ),
    Entry(
        "E493",
        FATAL,
        "example that would not hold",
        "an example of order {value!r} written as text does not give what its file gives: {reason}",
        "Cells of a workbook have types that text has not, and names and numbers that are replaced may be "
        "what the mapping looks at.",
        "Keep a small file with invented rows beside the test, and name it under files: instead.",
    ),
    Entry(
        "E494",
        FATAL,
        "test file that is there already",
        "the file is there already, and nothing is ever overwritten",
        "Somebody may have worked on it.",
        "Name another with -o, or remove it.",
    ),
)
