"""E2xx: cells."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

ERROR = Severity.ERROR

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E201",
        ERROR,
        "error value in a cell",
        "the cell holds the error {error}",
        "A formula in the spreadsheet failed, so there is no value to send.",
        "Repair the formula or type the value into the cell.",
    ),
    Entry(
        "E208",
        ERROR,
        "formula that was never computed",
        "the cell holds a formula, but no program has computed its value yet",
        "Programs that write spreadsheets often leave formulas for Excel to compute when the file is opened.",
        "Open the workbook in Excel or LibreOffice and save it; or replace the formula by its value.",
    ),
    Entry(
        "E202",
        ERROR,
        "number that lost its digits",
        "the cell is stored as the number {number}, which has more digits than a spreadsheet keeps",
        "Spreadsheets keep 15 digits of a number; the rest were replaced when the file was saved.",
        "Export the column again as text; the digits cannot be recovered from this file.",
    ),
    Entry(
        "E203",
        ERROR,
        "character that cannot be sent",
        "{value!r} holds the character {character} at position {position}",
        "Control characters and broken letters come from damaged exports; the target may cut the text there.",
        "Delete the character in the cell, or export again in UTF-8.",
    ),
    Entry(
        "E204",
        ERROR,
        "value of another type",
        "{value!r} is {found}, but the field wants {wanted}",
        (
            "The spreadsheet stored the cell as another type than the field needs, often by converting "
            "it itself."
        ),
        "Format the column as text (or as a date, where a date is wanted) and enter the value again.",
    ),
    Entry(
        "E205",
        ERROR,
        "required value missing",
        "the cell is empty, but the field must be sent",
        "The target needs this field on every order.",
        "Fill in the cell, or give the field a default: in the mapping.",
    ),
    Entry(
        "E206",
        ERROR,
        "half a window of time",
        "the window has no {missing}",
        "A delivery window is sent with both its ends or not at all.",
        "Fill in the other cell, or empty both.",
    ),
    Entry(
        "E207",
        ERROR,
        "number that a spreadsheet rewrote",
        "{value!r} looks like a longer number that a spreadsheet has shortened",
        (
            "Spreadsheets turn long numbers, and codes such as 1E5, into the scientific form; a file saved "
            "after that holds that form alone, and several orders may have become one."
        ),
        (
            "Export the column again and open it as text (Excel: Data > From Text/CSV, column type Text); "
            "the digits cannot be recovered from this file."
        ),
    ),
    Entry(
        "E211",
        ERROR,
        "not a number",
        "{value!r} is not a number as {locale} writes it",
        (
            "Amounts are read by one declared locale and never guessed, because 1.234 is a thousand "
            "here and one there."
        ),
        (
            "{hint}Write it like {example}, without currency or letters, or name the column's locale: "
            "decimal: {{locale: …}}."
        ),
    ),
    Entry(
        "E212",
        ERROR,
        "too many decimal places",
        "{value!r} has more than {places} decimal places",
        "The target keeps amounts with two places; cutting the rest would change the money.",
        "Round the amount in the spreadsheet, where somebody can answer for it.",
    ),
    Entry(
        "E213",
        ERROR,
        "amount too large",
        "{value!r} has more than {digits} digits",
        "Amounts have at most 12 digits, two of them behind the point.",
        "Check the column: this is often an id in the place of an amount.",
    ),
    Entry(
        "E214",
        ERROR,
        "not a whole number",
        "{value!r} is not a whole number",
        "The field is a count or an id.",
        "Write digits only, such as 12.",
    ),
    Entry(
        "E215",
        ERROR,
        "neither yes nor no",
        "{value!r} is neither yes nor no",
        "Only words that the mapping lists are taken as an answer.",
        "Write one of: {words}; or list the column's words: boolean: {{true: […], false: […]}}.",
    ),
    Entry(
        "E221",
        ERROR,
        "not a date in the given format",
        "{value!r} does not fit {formats}",
        (
            "Dates are read by the formats in the mapping and never guessed: 02/03 is March here and "
            "February there."
        ),
        "Correct the date, or add the column's format to date: in the mapping.",
    ),
    Entry(
        "E222",
        ERROR,
        "date out of range",
        "{value!r} is not between the years {first} and {last}",
        "Placeholder dates such as 00.00.0000, 1899-12-30 or 9999-12-31 stand for no date at all.",
        "Enter the real date, or list the placeholder under empty: in the mapping.",
    ),
    Entry(
        "E223",
        ERROR,
        "local time that a clock change makes unclear",
        "{value!r} occurs {how} in {zone}",
        "When clocks are set back an hour occurs twice; when they are set forward one never occurs.",
        "Correct the time, or choose in the mapping: ambiguous: earlier (or later).",
    ),
    Entry(
        "E231",
        ERROR,
        "value not in the value table",
        "{value!r} is not in the table {table} ({entries} entries)",
        "The mapping translates this column by a table, and the table has no line for the value.",
        "{hint}Add the value to the table in the mapping, or correct the cell.",
    ),
    Entry(
        "E232",
        ERROR,
        "unknown order status",
        "{value!r} is not an order status",
        "The target knows 17 statuses, by code (550) or name (delivered).",
        "{hint}Translate the column with a value table: map: statuses.",
    ),
    Entry(
        "E233",
        ERROR,
        "unknown currency",
        "{value!r} is not one of the allowed currencies",
        "Currencies are lower-case codes such as try or eur; the mapping may narrow or widen the list.",
        "{hint}Translate the column with a value table, or list the code under options: currencies:.",
    ),
    Entry(
        "E241",
        ERROR,
        "text too long",
        "the text has {length} characters; the field takes {limit}",
        "The target's own client cuts such text silently; we never do.",
        "Shorten the text in the cell.",
    ),
    Entry(
        "E242",
        ERROR,
        "number too small",
        "{value!r} is less than {minimum}",
        "Ids and quantities start at 1, amounts at 0; refunds have fields of their own.",
        "Correct the cell, or map the column to the field that takes it.",
    ),
    Entry(
        "E243",
        ERROR,
        "number too large",
        "{value!r} is more than {maximum}",
        "A rate is a percentage; ids and counts fit 64 bits.",
        "Correct the cell.",
    ),
    Entry(
        "E244",
        ERROR,
        "not a web address",
        "{value!r} is not a web address",
        "The field takes a whole address such as https://example.com/1.",
        "Complete the address, or empty the cell.",
    ),
    Entry(
        "E245",
        ERROR,
        "not an IP address",
        "{value!r} is not an IP address",
        "The field takes the customer's address on the network, such as 192.0.2.7.",
        "Correct the cell, or empty it.",
    ),
    Entry(
        "E246",
        ERROR,
        "value the payload does not take",
        "{value!r} cannot be sent in this field ({reason})",
        "The payload's own rules refuse the value.",
        "Correct the cell, or map the column to another field.",
    ),
    Entry(
        "E247",
        ERROR,
        "order that would enter fulfilment",
        "{value!r} stands for the status {status}, which is not closed: the order would enter fulfilment",
        (
            "The mapping says preset: historic, so only orders that are over may leave. In any other status "
            "the target may pick, ship or charge the order, or write to the customer."
        ),
        (
            "If the order is over, give it a closed status ({closed}) in the cell or the value table; if it "
            "is not, leave it out with drop:, or send it by a mapping of its own with preset: live."
        ),
    ),
    Entry(
        "E248",
        ERROR,
        "not an e-mail address",
        "{value!r} is not an e-mail address",
        "Customers are looked up, and created, by an address such as ayse@ornek.example.",
        "Correct the cell; if the word means that there is none, list it under empty: in the mapping.",
    ),
    Entry(
        "E249",
        ERROR,
        "place without the one around it",
        "the {place} is missing, but the {inner} in it is given",
        "Places have the same name in many others, so each is looked up only within those around it.",
        "Fill in the cell, or empty that of the {inner}.",
    ),
    Entry(
        "E250",
        ERROR,
        "new record without what it needs",
        "the cell is empty, but the {record} cannot be created without its {attribute}",
        "The mapping lets such a record be created where it is missing, and the target asks for this.",
        (
            "Fill in the cell, or give the rule a default: in the mapping; without create: the {record} is "
            "only looked up."
        ),
    ),
)
