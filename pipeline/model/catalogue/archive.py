"""E36x, E45x and E56x: orders that go into the target's archive by files."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING
_RESOLVE = (
    "Ask whoever runs the target what became of the file; then say it: "
    "orderlift archive resolve {run} {file} --as done|refused|not-started --why …"
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "W360",
        WARNING,
        "orders for the archive",
        "{count} of {total} orders go into the archive and are not created: {rule}",
        "The mapping says so (`archive:`). Customers see them as old orders in the shop; the panel does not "
        "show them, and neither stock nor ERP hears of them.",
        "Nothing, if that is what is wanted; else change `when:` in the mapping.",
    ),
    Entry(
        "E360",
        ERROR,
        "customer told in two ways",
        "customer {value!r} is told differently in {rows}: {fields}",
        "A customer is sent once for all orders, and which row tells the truth is not ours to guess.",
        "Make the rows agree, or let the newest order decide: archive: {{conflicts: newest}}.",
    ),
    Entry(
        "W361",
        WARNING,
        "customers told in several ways",
        "{count} customers are told differently by their orders; the newest order of each was taken",
        "The mapping says so (`conflicts: newest`). Old orders often hold an earlier name or phone number.",
        "Nothing, if that is what is wanted.",
    ),
    Entry(
        "E361",
        ERROR,
        "e-mail of two customers",
        "{value!r} is the e-mail address of several customers: {rows}",
        "The target takes an e-mail address once, so it would refuse one of them, and with it, as a rule, "
        "the whole file.",
        "Give the rows one customer code, or each its own e-mail address.",
    ),
    Entry(
        "E362",
        ERROR,
        "phone the archive does not take",
        "{value!r} is no mobile number of Turkey, which the files want as 5XXXXXXXXX",
        "The target's documentation leaves other numbers to an agreement with the people who run it.",
        "Correct the cell; or say what becomes of them: archive: {{foreign_phones: leave_out}}, or send.",
    ),
    Entry(
        "W362",
        WARNING,
        "phone left out",
        "{value!r} is no mobile number of Turkey, and was left out of the customer's row",
        "The mapping says so (`foreign_phones: leave_out`).",
        "Nothing, if that is what is wanted; else correct the cell.",
    ),
    Entry(
        "E363",
        ERROR,
        "currency the archive does not know",
        "{value!r} has no ISO code of three letters, by which the files name currencies",
        "create_orders takes names of its own; the migration files want ISO 4217, such as TRY.",
        "Map the cell to a currency that has one.",
    ),
    Entry(
        "W364",
        WARNING,
        "customers the target has",
        "{file}: {count} customers are on the target already, with the same code and e-mail address",
        "An earlier run, or somebody else, brought them; their orders go to the customers that are there.",
        "Look at one of them on the target if nobody has migrated customers before.",
    ),
    Entry(
        "W366",
        WARNING,
        "order in the archive",
        "in the archive: its customer sees it among the old orders, the panel does not show it",
        "The mapping sends the order there (`archive:`); it stands so in orders.csv.",
        "Nothing, if that is what is wanted.",
    ),
    Entry(
        "E450",
        FATAL,
        "rule for the archive not understood",
        "which orders go into the archive is not clear: {reason}",
        "A rule that is understood wrongly sends orders where they do not belong.",
        "Write it as {{before: 2023-01-01}}, {{older_than: 3 years}} or {{column: NAME, is: [A, B]}}.",
    ),
    Entry(
        "E451",
        FATAL,
        "archive from a further source",
        "a rule of the archive reads the row of its order or item, and no further source",
        "Fields of `order:` may come from further sources, and the archive takes them from there.",
        "Map the field under `order:`, or bring the column into the order's file.",
    ),
    Entry(
        "E452",
        FATAL,
        "one password for everybody",
        "the mapping gives every customer the same password",
        "Whoever knows one account would know them all.",
        "Name the column with the old system's hashes; or write a text that begins with `!`, which is no "
        "hash, so that everybody has to set a new one.",
    ),
    Entry(
        "E560",
        ERROR,
        "file refused",
        "the target refused to take {file}: {complaints}",
        "It judged the file as a whole, and nothing of it was taken.",
        "Correct what it speaks of; if the file is too large, lower `orders_per_file` in the mapping.",
    ),
    Entry(
        "E561",
        ERROR,
        "row of a file refused",
        "row {row} of {file} was refused: {complaints}",
        "The target judged the row, and left it out.",
        "Correct the cells it speaks of, and run the orders of the failed file again.",
    ),
    Entry(
        "E562",
        ERROR,
        "migration failed",
        "the target took nothing of {file}: {complaints}",
        "The migration ended in failure, and none of its rows was named as the cause.",
        "Ask whoever runs the target why; then run the orders of the failed file again.",
    ),
    Entry(
        "E563",
        ERROR,
        "file in doubt",
        "whether the target took {file} is not known: {reason}",
        "There is no list of migrations to look it up in, and a second start might store every row twice, "
        "so nothing more is started until a person has decided.",
        _RESOLVE,
    ),
    Entry(
        "E564",
        ERROR,
        "old order without its items",
        "the order stands in the archive, and its items do not: {complaints}",
        "The file of orders was taken before the target judged the items of this one.",
        "Have the old order removed from the target, correct the rows, and run the order again.",
    ),
    Entry(
        "E565",
        FATAL,
        "files handed out",
        "the files of the archive were written for uploading by hand; this run does not upload them too",
        "Uploaded twice, every row might be stored twice.",
        "Say what became of them: orderlift archive resolve {run} all --as done|not-started --why …",
    ),
    Entry(
        "E566",
        FATAL,
        "nothing to decide",
        "{value!r} is no file of this run that is in doubt; these are: {files}",
        "Decisions are for files whose fate is not known.",
        "Look at the report for the names of files in doubt.",
    ),
    Entry(
        "E567",
        FATAL,
        "no archive",
        "no order of this run is left to be written to files",
        "The mapping sends none into the archive, or all of them have had their turn.",
        "Give the mapping a section archive:, and check or plan again.",
    ),
    Entry(
        "E568",
        ERROR,
        "file under way",
        "the target has {file} and has not said that it is through with it: {reason}",
        "The file was started once, and is not started again; its progress can be asked for at any time.",
        "Ask on: orderlift resume {run}",
    ),
)
