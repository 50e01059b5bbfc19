"""E48x and W48x: suggesting a mapping."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E480",
        FATAL,
        "the mapping is there already",
        "a file of this name exists, and is left as it is",
        "A mapping is work of people; a suggestion never replaces it, and there is no switch for that.",
        "Choose another name with -o, and compare the two.",
    ),
    Entry(
        "E481",
        FATAL,
        "nothing to suggest from",
        "no table with rows was found in the files",
        "A mapping is suggested from names and values, so a file needs a header and rows.",
        "Look into the files with orderlift inspect.",
    ),
    Entry(
        "E482",
        FATAL,
        "no column names the order",
        "no column looks like an order's number",
        "Rows find each other by the order's number: its name is known, or its values look like #1001.",
        "Look at the columns with orderlift inspect; name one Order No, or write the mapping yourself.",
    ),
    Entry(
        "E483",
        FATAL,
        "the mapping cannot be written",
        "cannot write the mapping: {reason}",
        "The folder may be missing or not yours to write to.",
        "Choose another place with -o.",
    ),
    Entry(
        "E484",
        FATAL,
        "nobody to ask",
        "{count} questions are open, and there is no terminal to ask them on",
        "orderlift init asks about what is not certain; in a script nobody answers.",
        "Run it on a terminal, or write the guesses with orderlift mapping suggest -o and correct them.",
    ),
    Entry(
        "W480",
        WARNING,
        "a table is not used",
        "{table} belongs to no source of the suggested mapping",
        "Neither orders nor items were recognised in it. It may hold notes, or be a source of its own.",
        "If its rows belong to orders, add it under further; else leave it out.",
    ),
    Entry(
        "W481",
        WARNING,
        "the files do not fit wholly",
        "{items} of the items' order numbers are among the orders, {orders} of the orders have items",
        "The two exports may cover different months, or write numbers differently.",
        "Compare the exports; orderlift check names every order and item concerned.",
    ),
)
