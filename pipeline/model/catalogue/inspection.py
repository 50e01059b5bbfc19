"""W13x and W14x: what an inspection finds in files, cell by cell, without a mapping."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

WARNING = Severity.WARNING

_NUMBERS = (
    Entry(
        "W130",
        WARNING,
        "Numbers may have lost their last digits",
        "Numbers of more than 15 digits may have lost the last ones: {cells}.",
        "A spreadsheet keeps 15 digits of a number and writes zeros for the rest; what was typed is gone.",
        "Compare with the shop. Export the column as text again; in Excel, format the cells as Text first.",
    ),
    Entry(
        "W131",
        WARNING,
        "Numbers are written with an exponent",
        "Numbers are written like {value}, as a spreadsheet shows long ones: {cells}.",
        "Excel shows long numbers like this, and a CSV file saved from it holds what was shown.",
        "Open the original in Excel, format the column as Number without decimals, and save again.",
    ),
    Entry(
        "W134",
        WARNING,
        "Numbers and texts that are numbers stand in one column",
        "Numbers in number cells: {numbers}, numbers as text: {texts}; the fewer: {cells}.",
        "Some rows were typed or pasted as text; sums in Excel leave them out, and formats differ.",
        "Nothing is lost. If the mapping reads a number here, check that its locale fits the texts too.",
    ),
    Entry(
        "W135",
        WARNING,
        "Decimal commas and decimal points stand in one column",
        "Numbers with a decimal comma: {commas}, with a decimal point: {points}; the fewer: {cells}.",
        "Rows of exports in two languages were pasted together, or one program changed some rows only.",
        "Write them in one way (in Excel: Find & Replace in this column), or export again in one language.",
    ),
    Entry(
        "W147",
        WARNING,
        "Thousands or decimals cannot be told",
        "Numbers such as {value} may be thousands or decimals, and no other number here decides: {cells}.",
        "In some countries 1.234 is more than a thousand, in others it is one and a bit.",
        "Find out how the export writes numbers, and set `locale:` in the mapping (tr_TR: 1.234,50; "
        "en_US: 1,234.50).",
    ),
)

_DATES = (
    Entry(
        "W132",
        WARNING,
        "Dates of several kinds stand in one column",
        "The dates of this column are of several kinds: {kinds}. The rarer ones: {cells}.",
        "Where Excel understands a typed date it makes a date cell of it, and where not it keeps the text.",
        "List every format in the mapping (`date: [...]`; date cells need none), or write all in one way.",
    ),
    Entry(
        "W133",
        WARNING,
        "Day and month cannot be told apart",
        "Dates fit {first} as well as {second}, and no date of the column decides: {cells}.",
        "Every day is 12 or less; a wrong guess would move orders by months without any error.",
        "Find a date you know in the shop, and set the right format in the mapping (`date: ...`).",
    ),
    Entry(
        "W142",
        WARNING,
        "Dates stand among codes",
        "Dates stand in a column of codes: {cells}.",
        "Excel turns codes such as 6-15 or MAR1 into dates when a file is opened or pasted.",
        "Type these codes again in cells formatted as Text, or export again and import the column as Text.",
    ),
    Entry(
        "W144",
        WARNING,
        "Dates are far out or in no calendar",
        "Dates lie before 1905, after 2099 or in no calendar: {cells}.",
        "Systems write such dates for 'unknown' or 'never', and 1899 or 1900 comes from a zero or a time.",
        "Empty these cells if they mean that there is no date; otherwise correct them.",
    ),
)

_TEXTS = (
    Entry(
        "W137",
        WARNING,
        "Cells hold characters that nobody sees",
        "Texts hold characters that do not show, such as {character}: {cells}.",
        "They come with text copied from web pages; two values that look the same then differ.",
        "Names and codes are compared without them; in texts that are sent as they are, delete them.",
    ),
    Entry(
        "W138",
        WARNING,
        "Letters in cells are garbled",
        "Letters were read in the wrong encoding once; {value} was probably {meant}: {cells}.",
        "The export read its data in the wrong encoding and saved that; the file holds the wrong letters.",
        "Compare with the shop; if the letters are right there, export again as UTF-8.",
    ),
    Entry(
        "W139",
        WARNING,
        "A cell may have swallowed rows",
        "A cell of {lines} lines holds delimiters as whole rows do: {cells}.",
        'A quotation mark (") that opens a text and closes rows later makes one cell of all between.',
        "Find the cell in a text editor; delete the quotation mark, or write it twice if it belongs there.",
    ),
    Entry(
        "W143",
        WARNING,
        "Leading zeros may be lost",
        "Codes of this column have {length} digits with leading zeros, but these are shorter: {cells}.",
        "Excel drops leading zeros when it takes a code for a number.",
        "If 123 should be 00123, export again with the column as Text; otherwise nothing needs to be done.",
    ),
    Entry(
        "W149",
        WARNING,
        "Cells hold errors of formulas",
        "Instead of a value there is an error, such as: {value}. Cells: {cells}.",
        "The formula found nothing or could not be computed; every row that needs the cell is refused.",
        "Correct the formulas in Excel, or paste the right values over them.",
    ),
    Entry(
        "W148",
        WARNING,
        "Words may stand for nothing",
        "A word such as {value} may stand for an empty cell: {cells}.",
        "Systems write N/A, NULL or - where they have no value; it is text like any other until told.",
        "Say in the mapping what the word stands for, or empty the cells.",
    ),
)

_LAYOUT = (
    Entry(
        "W136",
        WARNING,
        "Rows may be totals",
        "A word for a total, such as {value}, stands in these rows: {cells}.",
        "Reports end in totals; such a row is no order, but has the amounts of one.",
        "Drop the rows in the mapping (`drop:` of the source), or delete them in the file.",
    ),
    Entry(
        "W140",
        WARNING,
        "A column has no name",
        "Column {column} has no name, but values ({count}).",
        "A mapping speaks of columns by name; one without a name cannot be used.",
        "Write a name into the header's cell if the column is needed.",
    ),
    Entry(
        "W141",
        WARNING,
        "Several columns have one name",
        "The columns {columns} are all named {name}.",
        "Which one a mapping means cannot be told; other programs silently take the last.",
        "Rename all but one of them; or name the header's rows (`header_row: [1, 2]`) where it has several.",
    ),
    Entry(
        "W145",
        WARNING,
        "The header is not certain",
        "Row {row} is taken for the header, but nothing makes it certain.",
        "No row differs clearly from those below it: names, numbers and dates look alike in all of them.",
        "If another row is the header, name it in the mapping (`header_row: ...`); if none is, add one.",
    ),
    Entry(
        "W146",
        WARNING,
        "The delimiter is not certain",
        "The file is read as separated by {delimiter}, but {other} would do nearly as well.",
        "Both characters part the rows into columns of about the same number.",
        "Name the right one in the mapping (`delimiter: ...`).",
    ),
)

ENTRIES: tuple[Entry, ...] = (*_NUMBERS, *_DATES, *_TEXTS, *_LAYOUT)
