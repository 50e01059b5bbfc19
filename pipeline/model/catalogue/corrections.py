"""E670 to E679, E694, W670 to W679: the correction workbook, and the overlay that its corrections become."""

from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

FATAL, ERROR, WARNING = Severity.FATAL, Severity.ERROR, Severity.WARNING

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "E670",
        ERROR,
        "correction that cannot be taken as typed",
        "{value!r} was not taken: {reason}",
        "Spreadsheet programs make numbers and dates of texts that look like them, and lose leading zeros "
        "and "
        "digits of long numbers on the way. The cells of a correction workbook are text cells; what comes "
        "back "
        "as anything else is not certainly what somebody typed.",
        "Part merged cells, give the cell the format Text, type the value again and import the workbook once "
        "more. What is to lose its leading zeros all the same is corrected in the source itself.",
    ),
    Entry(
        "E671",
        FATAL,
        "no correction workbook",
        "it cannot be taken up as a correction workbook: {reason}",
        "A correction workbook carries hidden columns and a hidden sheet, which say what run and which rows "
        "its "
        "cells belong to.",
        "Copy the corrected cells back into the workbook that was exported, keep it a workbook (XLSX or ODS) "
        "when it is saved, and import that one. orderlift fix export RUN writes it again.",
    ),
    Entry(
        "E672",
        FATAL,
        "correction workbook of a run that is not here",
        "it belongs to run {value}, {reason}",
        "What a workbook shows is compared with what was exported, which the run's folder in the state "
        "folder "
        "knows.",
        "Import it where the run is, or name its state folder with --state-dir; else write a new workbook "
        "with "
        "orderlift fix export.",
    ),
    Entry(
        "E673",
        FATAL,
        "source changed since it was corrected",
        "the corrections belong to this file as it was: {reason}",
        "Corrections are kept by file, row and column. In another file the same place may hold another "
        "value.",
        "Check the files again, and write a new workbook with orderlift fix export; or put the file back "
        "that "
        "was corrected.",
    ),
    Entry(
        "E674",
        FATAL,
        "column renamed",
        "sheet {value!r} lacks {missing}, and has {unknown}, which is not known",
        "Columns are found by their names, wherever they stand. A column that was renamed may hold "
        "corrections, "
        "which would be lost.",
        "Give the column its name back and import the workbook again; nothing was taken.",
    ),
    Entry(
        "E675",
        ERROR,
        "row added to a correction workbook",
        "this row was added here and belongs to no row of the sources; it was not taken",
        "A correction workbook corrects cells of rows that there are. A new row has no place in the sources.",
        "Add the row to the source file, or send it as a file of its own.",
    ),
    Entry(
        "E676",
        ERROR,
        "row that is not the one that was exported",
        "the hidden columns of this row are not those that were exported: {reason}; the row was not taken",
        "Hidden columns say which row of the sources this is, and what it held. Where they differ, its cells "
        "may belong to another row.",
        "Correct the row in a workbook that orderlift fix export has written anew.",
    ),
    Entry(
        "E677",
        ERROR,
        "one row twice, with different cells",
        "the same row of the sources stands here more than once, with different cells; none was taken",
        "Somebody copied the row, and it is open which of the copies is meant.",
        "Delete all copies but one and import the workbook again.",
    ),
    Entry(
        "E678",
        FATAL,
        "rows moved away from their keys",
        "sheet {value!r}: the cells of row {row} are those of row {other}",
        "Only a part of the columns was sorted or moved: the hidden columns that say which row is which "
        "stayed "
        "where they were, so that every correction would reach another row.",
        "Undo the sorting, or write the workbook again with orderlift fix export; sort with the arrows in "
        "the "
        "header, which take the hidden columns along. Nothing was taken.",
    ),
    Entry(
        "E679",
        FATAL,
        "corrections that cannot be used",
        "the corrections {value} cannot be used: {reason}",
        "Corrections are kept in the state folder, in files that carry their own digest.",
        "Take the correction workbook up again with orderlift fix import.",
    ),
    Entry(
        "E694",
        ERROR,
        "order number of another order",
        "{value!r} was not taken: it is the number of another order, in {other}",
        "Under the number of another order, an order would be refused together with it, be put together with "
        "it, or count as one that stands on the target already.",
        "Type the number that this order has itself and import the workbook again. Rows that do belong to "
        "the other order are added to it in the source, and on the target where it stands already.",
    ),
    Entry(
        "W670",
        WARNING,
        "cells corrected beside the files",
        "cells corrected by a correction workbook ({overlay}), and not in the file: {cells}, in rows: {rows}",
        "Corrections are laid over the rows as they are read. The run is sealed over them, too.",
        "Nothing. Whoever reads the files without orderlift does not see these corrections.",
    ),
    Entry(
        "W671",
        WARNING,
        "broken rows in several workbooks",
        "{rows} rows of {orders} orders are to be corrected: {written}",
        "A workbook of corrections holds 20,000 rows, so that it opens and scrolls anywhere; an order is "
        "never "
        "parted.",
        "So many of a kind are seldom mended cell by cell: look for the one answer or mapping line that "
        "mends "
        "them all. orderlift fix export RUN writes all of them.",
    ),
    Entry(
        "W672",
        WARNING,
        "row taken out of a correction workbook",
        "this row was deleted from the workbook, or emptied: it stays as it is in the source",
        "Deleting a row in a correction workbook deletes nothing in the source, and sends nothing either.",
        "Nothing, if that is meant. To leave a row out of a run, take it out of the source or use drop: in "
        "the "
        "mapping.",
    ),
    Entry(
        "W673",
        WARNING,
        "columns that were not taken",
        "sheet {value!r}: {what}",
        "Only cells under the names of the source's columns are corrections.",
        "Nothing, if that is meant.",
    ),
    Entry(
        "W674",
        WARNING,
        "no correction workbook",
        "the correction workbook was not written: {reason}",
        "It is made of the rows of the sources, which must be those that were checked.",
        "Put the file back, or check the files again: orderlift fix export writes the workbook.",
    ),
    Entry(
        "W675",
        WARNING,
        "cell corrected differently before",
        "an earlier workbook made this cell {value!r}; what this one says holds now",
        "Two workbooks of the same run correct the same cell.",
        "Nothing, if the later one is right.",
    ),
    Entry(
        "W677",
        WARNING,
        "edited workbook kept",
        "somebody has worked on this workbook since it was written: it was kept as {value}",
        "A correction workbook is written with every report. Work that was not taken up yet is never "
        "overwritten.",
        "Import the one that was kept, too, if it was not taken up: orderlift fix import.",
    ),
    Entry(
        "W678",
        WARNING,
        "answers not taken up",
        "the answers of this sheet were not taken up: the mapping is not the one any more that was asked "
        "about",
        "Answers are written at places found in the mapping as it was. Taking up a workbook with answers "
        "changes the mapping itself, too.",
        "Nothing, if they are in the mapping already; else check again and answer in the new workbook, or by "
        "orderlift mapping decide.",
    ),
    Entry(
        "W679",
        WARNING,
        "rows of several orders put together",
        "by what was corrected, rows of {count} orders are one order now: rows {rows}",
        "Rows with the same number are one order. Before, they had different numbers.",
        "Nothing, if they are one order; else give each row the number of its own order.",
    ),
    Entry(
        "W676",
        WARNING,
        "mapping changed since the check",
        "the corrected orders were checked with the mapping as it is now, not as it was in run {run}",
        "The mapping was edited after the workbook was written.",
        "Nothing; retry and check use the mapping as it is now, too.",
    ),
)
