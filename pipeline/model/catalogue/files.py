"""E1xx: reading files."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

_GIVEN = (
    Entry(
        "E101",
        FATAL,
        "A file cannot be opened",
        "This file cannot be opened: {reason}.",
        "The path is misspelt, the file was moved, or this user may not read it.",
        "Check the path and the permissions; if the file is open in Excel, close it there, then run again.",
    ),
    Entry(
        "E102",
        FATAL,
        "A path is not a file",
        "This path is {kind}, not an ordinary file.",
        "Only ordinary files can be read twice and compared; pipes and devices cannot.",
        "Save the data to a file on disk and give that file.",
    ),
    Entry(
        "E103",
        FATAL,
        "No source takes a file",
        "No source of the mapping takes a file with this name; the sources take {patterns}.",
        "A file that is given but not read would be missing from the migration without anybody noticing.",
        "Rename the file, leave it out, or change `files:` of the source in the mapping.",
    ),
    Entry(
        "E104",
        FATAL,
        "Two sources take the same file",
        "The sources {sources} all take this file.",
        "Every row must belong to one source, or it would be read twice.",
        "Narrow `files:` of one source, or give each of them its own `sheet:` of the workbook.",
    ),
    Entry(
        "E105",
        FATAL,
        "A source has no file",
        "The source {source} finds no file named like {pattern} among those given.",
        "The file is not on the command line or not in the folder given, or its name differs.",
        "Add the file to the command, rename it, or change `files:` of the source in the mapping.",
    ),
)

_CONTENT = (
    Entry(
        "E106",
        FATAL,
        "A file or sheet is empty",
        "There is nothing in it.",
        "An export that failed often leaves an empty file behind.",
        "Export the data again, or leave this file out.",
    ),
    Entry(
        "E107",
        FATAL,
        "There are no rows below the header",
        "There is a header but not one row of data below it.",
        "The export's filter may have matched nothing, or the rows stand on another sheet.",
        "Export the data again, or leave this file out.",
    ),
    Entry(
        "E108",
        FATAL,
        "A file is of a kind that cannot be read",
        "The content is {kind}, whatever the name says.",
        "Shops often export web pages or old formats under a spreadsheet's name.",
        "Ask for the data as a spreadsheet or CSV. What Excel can open (a web page, say), save there as "
        "'Excel Workbook (.xlsx)', and give that file.",
    ),
    Entry(
        "E109",
        FATAL,
        "A workbook is protected by a password",
        "The workbook is encrypted with a password.",
        "An encrypted workbook cannot be read without its password, and none is asked for.",
        "Open it in Excel, choose File > Info > Protect Workbook > Encrypt with Password, "
        "empty the field, and save.",
    ),
    Entry(
        "E110",
        FATAL,
        "A workbook is damaged",
        "The workbook is damaged: {part}.",
        "Downloads that were cut off and disks with faults leave workbooks like this.",
        "Download or copy it again; or open it in Excel, let it repair the file, and save under a new name.",
    ),
    Entry(
        "E111",
        FATAL,
        "A file unpacks to too much",
        "The file unpacks to {size} MiB, {ratio} times its size: beyond the read limit {name} of {limit}.",
        "Such files are mostly sheets formatted down to the last row, and sometimes traps.",
        "Open it in Excel, delete the empty rows and columns around the data, and save; "
        "if you trust the file, raise the limit: --read-limit {name}={more}.",
    ),
    Entry(
        "E112",
        FATAL,
        "A file changed while it was being read",
        "The file changed while it was being read.",
        "Somebody or some program saved it in the meantime; half old and half new rows would be wrong.",
        "Wait until nobody writes to it, or make a copy, and run again.",
    ),
    Entry(
        "E113",
        FATAL,
        "A workbook holds forbidden XML",
        "The part {part} declares a document type, which spreadsheets never do.",
        "Document types can make a reader open other files or eat all memory.",
        "Open it in Excel and save it under a new name; if you do not know its origin, do not use it.",
    ),
    Entry(
        "E114",
        FATAL,
        "The sheet is not there",
        "There is no sheet {sheet}; the workbook has {sheets}.",
        "The sheet has another name in this workbook, or the mapping was made for another file.",
        "Rename the sheet, or change `sheet:` of the source in the mapping.",
    ),
    Entry(
        "E115",
        FATAL,
        "Several sheets could be meant",
        "More than one sheet could be meant: {sheets}.",
        "Taking the first one could import a draft or last year's data.",
        "Name the sheet in the mapping (`sheet: ...`; `sheet: '*'` takes all of them), or delete the others.",
    ),
)

_ENCODING = (
    Entry(
        "E116",
        FATAL,
        "The text is not in the encoding named",
        "The file is not {encoding}: the byte at position {offset} has no meaning in it.",
        "The mapping, or the mark at the start of the file, names an encoding the file was not written in.",
        "Correct or remove `encoding:` in the mapping; or open it in Excel and save as 'CSV UTF-8'.",
    ),
    Entry(
        "E117",
        FATAL,
        "The encoding is unknown",
        "There is no encoding {encoding}.",
        "The mapping's `encoding:` is misspelt.",
        "Write for example utf-8, cp1254 (Turkish Windows) or cp1252 (Western Windows), or remove the line.",
    ),
    Entry(
        "E118",
        FATAL,
        "The text mixes encodings",
        "Part of the file is UTF-8, but the byte at position {offset} is not; there are {count} such bytes, "
        "in the rows {rows}.",
        "Files of different encodings were pasted together, or the file was damaged on its way.",
        "Export the file again in one piece; or open it in an editor, repair these rows, and save as UTF-8.",
    ),
    Entry(
        "E119",
        FATAL,
        "The content is neither text nor a workbook",
        "The content is neither a table in text form nor a workbook.",
        "The bytes fit none of the encodings that spreadsheets are saved in.",
        "Open it in the program it comes from and save it as 'Excel Workbook (.xlsx)' or 'CSV UTF-8'.",
    ),
)

_LAYOUT = (
    Entry(
        "E120",
        FATAL,
        "The header is not found",
        "None of the mapping's columns ({wanted}) stands in {where}. Found there: {found}.{near}",
        "The file has other column names, another delimiter, or the header stands further down.",
        "Check that this is the right file; correct the column names or set `header_row:` in the mapping.",
    ),
    Entry(
        "E121",
        FATAL,
        "The delimiter cannot be told",
        "The header reads equally well when split at {first} and at {second}.",
        "Both characters stand in the header, and both give columns that the mapping knows.",
        "Name the right one in the mapping (`delimiter: ...`).",
    ),
    Entry(
        "E122",
        FATAL,
        "Two columns have the same name",
        "The columns {columns} are all named {header}.",
        "Which of them is meant cannot be told, and taking the last one would be a guess.",
        "Rename all but one of them in the file.",
    ),
)

_ROWS = (
    Entry(
        "E130",
        FATAL,
        "A quotation mark is never closed",
        'A text in this row opens with a quotation mark (") that is never closed.',
        "Everything after it, line breaks included, would count as one cell and whole orders would vanish.",
        "Close the quotation mark or delete it; one that belongs to the text is written twice.",
    ),
    Entry(
        "E131",
        FATAL,
        "A quotation mark stands in the wrong place",
        "In the record that starts in this row, a closing quotation mark is not followed by a delimiter.",
        'A quotation mark inside a quoted text must be written twice (""), or the text ends there.',
        "Write the inner quotation mark twice or delete it; saving the file from Excel does this by itself.",
    ),
    Entry(
        "E132",
        FATAL,
        "A cell or line is far too long",
        "This row holds a text of more than {limit} characters.",
        "Nearly always a quotation mark is opened and not closed, so that many rows count as one cell.",
        "Look for a single quotation mark in this row and close or delete it.",
    ),
    Entry(
        "E133",
        ERROR,
        "A row has the wrong number of cells",
        "The row has {got} cells, the header has {expected}.",
        "A delimiter is missing, or one inside a text splits it in two, so values stand in wrong columns.",
        "Put the text with the delimiter in quotation marks, or add what is missing.",
    ),
    Entry(
        "E134",
        ERROR,
        "A cell holds a character that cannot be text",
        "Character {position} of the cell is {character}.",
        "Such characters come from damaged exports; what stood there is lost or was never text.",
        "Type the cell again from the original and save.",
    ),
    Entry(
        "E135",
        ERROR,
        "A cell is merged with its neighbours",
        "This cell belongs to the merged range {range}; only the range's first cell has a value.",
        "Whether the other rows share the value or have none cannot be told.",
        "Mark the range in Excel, choose Unmerge Cells, and fill in every row.",
    ),
)

_WARNINGS = (
    Entry(
        "W101",
        WARNING,
        "The encoding is a guess",
        "The file names no encoding; it is read as {encoding}, because {reason}.",
        "Old exports do not say how they write letters such as ş or ü; a wrong guess spoils names.",
        "Look at the letters in this row; set `encoding:` in the mapping to decide, or save as 'CSV UTF-8'.",
    ),
    Entry(
        "W102",
        WARNING,
        "The encoding named is not the file's",
        "The mapping says {declared}, but the mark at the start of the file says {encoding}; that is used.",
        "The mark is written by the program that saved the file, so it knows better.",
        "Remove `encoding:` from the mapping.",
    ),
    Entry(
        "W103",
        WARNING,
        "The name does not fit the content",
        "The name ends in {suffix}, but the content is {kind} and is read as such.",
        "The file was renamed instead of being saved in the other format.",
        "Nothing needs to be done; to be rid of this, give the file its right ending.",
    ),
    Entry(
        "W104",
        WARNING,
        "The header stands further down",
        "The header was found in row {row}; what stands above it is not read.",
        "Reports often begin with a title or filter lines.",
        "If that is right, set `header_row: {row}` in the mapping; otherwise delete what stands above it.",
    ),
    Entry(
        "W105",
        WARNING,
        "Letters look garbled",
        "Some text looks as if UTF-8 had been read in another encoding and then saved (such as Ã¼ for ü).",
        "The export opened the data with the wrong encoding; the file now holds the wrong letters.",
        "Compare this row with the shop; if the letters are wrong there too, export again as UTF-8.",
    ),
    Entry(
        "W106",
        WARNING,
        "The file ends exactly where a spreadsheet ends",
        "The table has exactly {rows} rows, the most a spreadsheet can hold; later rows may be cut off.",
        "Exports through Excel lose everything below the last row it has, without a word.",
        "Compare the last order with the shop; if orders are missing, export in smaller parts.",
    ),
    Entry(
        "W107",
        WARNING,
        "A hidden sheet is read",
        "The sheet is hidden in the workbook.",
        "Hidden sheets often hold drafts or old data.",
        "If it is the right one nothing needs to be done; otherwise change `sheet:` in the mapping.",
    ),
)

_LEFT_OUT = (
    Entry(
        "W120",
        WARNING,
        "A row is left out by a rule",
        "The row is left out ({because}): {test}.",
        "The mapping has a rule for rows that are no data, such as totals and test orders.",
        "If the row is data, change the rule under `drop:` of the source in the mapping.",
    ),
    Entry(
        "W121",
        WARNING,
        "A row is skipped",
        "The row is left out: the mapping skips {rows}.",
        "The mapping names rows that hold no data.",
        "If the row is data, change `skip_rows:` of the source in the mapping.",
    ),
    Entry(
        "W122",
        WARNING,
        "The header stands there once more",
        "The row repeats the header and is left out.",
        "Exports that were pasted below each other bring their headers along.",
        "Nothing needs to be done; to be rid of this, delete the row.",
    ),
    Entry(
        "W123",
        WARNING,
        "The header is made of several rows",
        "No row alone holds the mapping's columns; the rows {rows} joined hold more, and are the header.",
        "Spreadsheets made for people often have headings of two or three rows.",
        "If that is right, set `header_row: [{rows}]` in the mapping; otherwise name the right row there.",
    ),
)

_PACKED_AND_JSON = (
    Entry(
        "E141",
        FATAL,
        "The JSON is broken",
        "The JSON cannot be understood from line {line}, column {column} on: {reason}.",
        "The file was cut off, edited by hand, or pieced together from texts.",
        "Export the file again; or open it in an editor that checks JSON, repair that place, and save.",
    ),
    Entry(
        "E142",
        FATAL,
        "The JSON is no list of rows",
        "The file holds {what}, not a list of rows.",
        "Rows are read from one list of objects, or from lines that hold one object each.",
        "Save only the list of rows, so that the file begins with [ and ends with ]; or save as CSV.",
    ),
    Entry(
        "E143",
        ERROR,
        "A name stands twice in one row",
        "The row has two values under the name {name}.",
        "Which of them is meant cannot be told, and most programs silently take the last one.",
        "Remove or rename one of them.",
    ),
    Entry(
        "E144",
        ERROR,
        "A row of the list is no row",
        "This element of the list is {value}, not a row like the others.",
        "Something that is no row, such as a remark or a total, got into the list.",
        "Remove it from the list, or turn it into a row.",
    ),
    Entry(
        "E145",
        FATAL,
        "An archive is not simply one packed file",
        "The archive {reason}.",
        "From a gzip or zip archive one file is read, without a password and without choosing among several.",
        "Unpack the archive, and give the files that are in it.",
    ),
    Entry(
        "E146",
        FATAL,
        "A quotation mark swallows rows",
        "A quoted text in this row holds {count} whole rows of the table.",
        "A quotation mark was opened in one row and closed only by that of a later row, "
        "so that all between them counts as one cell and whole orders would vanish.",
        'Look for a single quotation mark (") in this row and delete it, or write it twice.',
    ),
    Entry(
        "E147",
        FATAL,
        "An archive is damaged",
        "The archive cannot be unpacked: {reason}.",
        "Downloads that were cut off and disks with faults leave archives like this.",
        "Download or copy it again; or pack the file again.",
    ),
    Entry(
        "E148",
        FATAL,
        "An archive unpacks to too much",
        "The archive unpacks to more than {limit}, which is the limit.",
        "Small archives that unpack to very much are mostly traps, and fill disk and memory.",
        "If you know its origin, unpack it yourself, or raise the limit: `--read-limit {name}={more}`.",
    ),
    Entry(
        "E149",
        FATAL,
        "Not everything was read",
        "The file has {there} {unit}, but {read} were read.",
        "This is a fault of the program, found by counting in two ways; nothing may get lost unnoticed.",
        "Please report it with the file, or with its first rows; saving it as a workbook may help meanwhile.",
    ),
)

ENTRIES: tuple[Entry, ...] = (
    *_GIVEN,
    *_CONTENT,
    *_ENCODING,
    *_LAYOUT,
    *_ROWS,
    *_WARNINGS,
    *_LEFT_OUT,
    *_PACKED_AND_JSON,
)
