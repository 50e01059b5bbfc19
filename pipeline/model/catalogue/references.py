"""E34x: what an order refers to, and what could not be had of it.

341 is left out: ``W341`` speaks of something else.
"""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E342",
        ERROR,
        "reference not found",
        "the target has no {what} with {key} {value!r}",
        "The order names it, so the target would refuse the order. Case does not matter, nor do the four "
        "Turkish letters i in names of places.",
        "{hint}Correct the cell, or create it on the target; customers and addresses can be created by the "
        "mapping (`create:`).",
    ),
    Entry(
        "E343",
        ERROR,
        "ambiguous reference",
        "{found} records on the target are the {what} with {key} {value!r}: {candidates}",
        "Which one is meant is not ours to guess: the first hit may put the order into other hands.",
        "Name it by another key, or where it lies (`within:`); or merge the records on the target.",
    ),
    Entry(
        "E344",
        ERROR,
        "reference to an inactive record",
        "the {what} with {key} {value!r} is switched off on the target: {candidates}",
        "The target takes active places only, such as a city after a reform.",
        "{hint}Switch it on, name its successor in the row, or let the mapping translate one into the other.",
    ),
    Entry(
        "W344",
        WARNING,
        "inactive record used",
        "the {what} with {key} {value!r} is switched off on the target: {candidates}",
        "An old order may name what is no longer offered, so it is used; the target may refuse it.",
        "Nothing, if the order is history; else switch the record on.",
    ),
    Entry(
        "E345",
        ERROR,
        "reference that could not be asked for",
        "the target did not tell whether it has a {what} with {key} {value!r}: {reason}",
        "A lookup that fails proves nothing; taking silence for absence would create it a second time.",
        "Run the command again; if it stays, ask whoever runs the target what the list answers.",
    ),
    Entry(
        "W345",
        WARNING,
        "references that were not verified",
        "whether the target has what orders name was not verified: {what} × {count}",
        "Only the target knows. A snapshot tells what it holds: never people and their addresses, and of "
        "products those of the files that it was taken with.",
        "Take a snapshot with these files for `check --snapshot`; `plan --online` looks people up, too.",
    ),
    Entry(
        "E346",
        ERROR,
        "creation refused",
        "the target refused to create the {what} with {key} {value!r}: {complaints}",
        "The target judged what the rows say about it, and said no; the orders that need it were not sent.",
        "Correct the cells it speaks of, and run the orders of the failed file again.",
    ),
    Entry(
        "E347",
        ERROR,
        "list that was not read",
        "the list of {what} was not read to its end: {reason}",
        "A list of which a part is missing proves nothing, so the snapshot tells nothing about it.",
        "Take the snapshot again; if a list is too long, name the source files: then less of it is read.",
    ),
    Entry(
        "E348",
        ERROR,
        "taken by another record",
        "the {what} with {key} {value!r} cannot be created: another has the same {taken}",
        "The value is unique on the target, and a record that lives is never taken for another.",
        "Correct the value in the row, or look the {what} up by {taken} in the mapping.",
    ),
    Entry(
        "E349",
        ERROR,
        "creation in doubt",
        "whether the {what} with {key} {value!r} was created is not known: {reason}",
        "Its answer was lost and the target offers no way to look; creating it again might make it twice.",
        "Look for it on the target; then run the command again, or give its id in the mapping.",
    ),
)
