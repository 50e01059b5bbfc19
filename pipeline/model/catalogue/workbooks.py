"""E1xx and W1xx: what workbooks are refused for, and what is worth knowing about them."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, WARNING = Severity.FATAL, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E136",
        FATAL,
        "A workbook takes more than it may",
        "Reading the workbook took more than {limit} {unit}, the read limit {name}.",
        "Workbooks are read in a process of their own with limits, so that none can bring down the machine.",
        "Delete what is not needed from the workbook, split it, or save the sheet as CSV; "
        "if you trust the file, raise the limit: --read-limit {name}={more}.",
    ),
    Entry(
        "E137",
        FATAL,
        "A workbook cannot be read",
        "The process that reads the workbook {what}.",
        "The workbook is damaged in a way that no check has found, or it was made to do harm.",
        "Open it in Excel or LibreOffice, save it under a new name as .xlsx or CSV, and give that file.",
    ),
    Entry(
        "E138",
        FATAL,
        "A sheet reaches too far",
        "The sheet reaches to the cell {cell}: {cells} cells, of which only {valued} rows have a value.",
        "A single stray cell far away makes the sheet as big as everything before it.",
        "Go to that cell in Excel (Ctrl+G), delete its row and column, and save.",
    ),
    Entry(
        "E139",
        FATAL,
        "An archive is built in a way that none should be",
        "The file is an archive, and {reason}.",
        "No program saves files like that; such archives are made to mislead the programs that open them.",
        "If you know where it comes from, open it there and save or pack it anew; otherwise do not use it.",
    ),
    Entry(
        "E140",
        FATAL,
        "Rows are missing after reading",
        "The sheet has {counted} rows with values, but {read} were read.",
        "Two ways of counting the rows disagree, so some rows would be missing or double.",
        "Open it in Excel or LibreOffice, save it under a new name, give that file, and please report this.",
    ),
    Entry(
        "W108",
        WARNING,
        "Hidden rows are read",
        "Rows are hidden here{filter} and read like all others ({count} of them): {rows}.",
        "Rows are hidden by filters or by hand, often because they are not meant to be used.",
        "If they are not meant, delete them, or leave them out with a `drop:` rule; otherwise do nothing.",
    ),
    Entry(
        "W109",
        WARNING,
        "Hidden columns are read",
        "Columns that are read are hidden ({count} of them): {columns}.",
        "What nobody sees nobody has checked.",
        "Show the columns in Excel and look whether they hold what the mapping expects.",
    ),
    Entry(
        "W110",
        WARNING,
        "A sheet has a filter",
        "A filter is set over {range}; it hides no row at present, and all rows are read.",
        "Filters are left over from looking at the data.",
        "Nothing needs to be done.",
    ),
    Entry(
        "W112",
        WARNING,
        "Dates are counted from 1904",
        "The workbook counts its days from 1904, as Excel on the Mac once did; the dates are read so.",
        "Sheets that were pasted in from other workbooks may be four years and a day off.",
        "Compare one date with the shop.",
    ),
    Entry(
        "W113",
        WARNING,
        "A column is computed",
        "This column holds formulas (cells: {count}); their last computed value is read.",
        "The value may be out of date, if what it was computed from has changed elsewhere.",
        "Open the workbook in Excel, let it compute (F9), and save; or paste the column as values.",
    ),
    Entry(
        "W114",
        WARNING,
        "A workbook holds macros",
        "The workbook holds macros; they are not run.",
        "Macros may fill in values when the workbook is opened in Excel; what was saved is what is read.",
        "Nothing needs to be done if the values were saved.",
    ),
    Entry(
        "W115",
        WARNING,
        "A workbook leads elsewhere",
        "The workbook leads to other places, none of which is visited (links to other workbooks: {links}, "
        "data connections: {connections}).",
        "Values that come from elsewhere are read as they were when the workbook was last saved.",
        "Open it where the links work, update them, and save; or paste the columns as values.",
    ),
    Entry(
        "W116",
        WARNING,
        "Cells have comments",
        "There are comments on cells ({count} of them); comments are not read.",
        "People sometimes note in comments what belongs into a column.",
        "Look at the comments; copy what is needed into a column.",
    ),
    Entry(
        "W117",
        WARNING,
        "Numbers are shown with leading zeros",
        "Numbers are read as they are shown, with the zeros that their format puts before them "
        "({count} of them).",
        "The cell holds a number, and only its format shows the zeros; order numbers need them.",
        "Nothing needs to be done if the numbers are right as shown.",
    ),
)
