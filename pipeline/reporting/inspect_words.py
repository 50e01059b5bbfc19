"""What an inspection found, in words."""

from collections.abc import Mapping
from typing import Final

from pipeline.inspection.found import ColumnProfile, FileFound, Guess, TableFound
from pipeline.inspection.shapes import Shape
from pipeline.reporting.figures import counted, grouped, share, size

_SHAPES: Final = {
    Shape.TEXT: "text",
    Shape.CODE: "code",
    Shape.WHOLE: "whole number",
    Shape.DECIMAL: "decimal number",
    Shape.SCIENTIFIC: "number with exponent",
    Shape.AMOUNT: "amount with signs",
    Shape.PERCENT: "per cent",
    Shape.DATE: "date",
    Shape.TIME: "time",
    Shape.EMAIL: "e-mail address",
    Shape.PHONE: "phone number",
    Shape.YES_NO: "yes or no",
    Shape.NUMBER_CELL: "number cell",
    Shape.DATE_CELL: "date cell",
    Shape.TIME_CELL: "time cell",
    Shape.YES_NO_CELL: "yes/no cell",
    Shape.ERROR_CELL: "error value",
    Shape.MIXED: "mixed",
    Shape.EMPTY: "empty",
}
_KINDS: Final = {
    "csv": "text (CSV)",
    "xlsx": "Excel workbook",
    "xlsm": "Excel workbook with macros",
    "xls": "Excel 97-2003 workbook",
    "xlsb": "binary Excel workbook",
    "ods": "OpenDocument spreadsheet",
    "json": "JSON",
    "jsonl": "JSON lines",
}
_REASONS: Final = {
    "mark": "the mark at its start says so",
    "declared": "the mapping says so",
    "ascii": "it holds plain ASCII only",
    "utf8": "every byte of it fits",
    "zeros": "its zero bytes stand as they do there",
    "guess": "a guess: {reason}",
    "told": "its first line says so",
    "one column": "no other delimiter makes columns",
    "even": "{percent} % of the first rows have {columns} columns",
    "filled": "full",
    "words": "words",
    "distinct": "all different",
    "unlike": "unlike the rows below",
    "alone": "nothing stands below",
    "groups": "the rows above name groups of columns",
}
_EMPTY: Final = {"E106": "empty", "E107": "no rows below the header"}
_EXCEPTIONS: Final = 3
_DELIMITERS: Final = {";": "semicolons (;)", ",": "commas (,)", "\t": "tabs", "|": "bars (|)"}


def shape_words(column: ColumnProfile) -> str:
    """``date %d.%m.%Y, 0.3 % text``: what the column's values look like, and what else some of them do."""
    if column.shape is Shape.EMPTY:
        return _SHAPES[Shape.EMPTY]
    if column.shape is Shape.MIXED:
        return "mixed: " + _shares(column.shares, column.filled)
    words = _SHAPES[column.shape]
    if column.formats and column.shape is Shape.DATE:
        words += " " + " or ".join(column.formats).replace("|", " or ")
    if column.shape in {Shape.DECIMAL, Shape.AMOUNT} and column.decimal:
        words += ", decimal comma" if column.decimal == "," else ", decimal point"
    others = {shape: count for shape, count in column.shares.items() if not _same(shape, column.shape)}
    return words + (f"; {_shares(others, column.filled)}" if others else "")


def _same(shape: Shape, ruling: Shape) -> bool:
    """Whether a shape is no exception in a column of another: a whole amount among amounts is none."""
    numbers = {Shape.WHOLE, Shape.DECIMAL}
    texts = {Shape.TEXT, Shape.CODE, Shape.WHOLE, Shape.YES_NO}
    return (
        shape is ruling
        or {shape, ruling} <= numbers
        or (ruling is Shape.TEXT and shape in texts)
        or ({shape, ruling} == {Shape.CODE, Shape.WHOLE} or {shape, ruling} == {Shape.DATE, Shape.WHOLE})
    )


def _shares(shares: Mapping[Shape, int], filled: int) -> str:
    parts = [f"{share(count, filled)} {_SHAPES[shape]}" for shape, count in shares.items()]
    more = len(parts) - _EXCEPTIONS
    return ", ".join(parts[:_EXCEPTIONS]) + (f" and {counted(more, 'more kind')}" if more > 0 else "")


def distinct_words(column: ColumnProfile) -> str:
    """``12 402``, ``> 50 000``, ``each once`` or ``always the same``."""
    if column.distinct_exceeds:
        return f"> {grouped(column.distinct)}"
    if column.constant:
        return "always one"
    if column.distinct == column.filled and column.filled > 1:
        return "each once"
    return grouped(column.distinct)


def filled_words(column: ColumnProfile) -> str:
    """``all``, ``none`` or a share."""
    if not column.blank:
        return "all" if column.filled else "–"
    return share(column.filled, column.filled + column.blank) if column.filled else "none"


def length_words(column: ColumnProfile) -> str:
    """``6`` or ``4–7``: characters of the shortest and longest filled cell."""
    if not column.filled:
        return ""
    if column.shortest == column.longest:
        return grouped(column.longest)
    return f"{grouped(column.shortest)}–{grouped(column.longest)}"


def reasons(guess: Guess | None) -> str:
    """Return why something was guessed, as one phrase; empty where there was nothing to guess."""
    return "" if guess is None else ", ".join(_REASONS[key].format_map(guess.facts) for key in guess.reasons)


def file_words(file: FileFound) -> list[str]:
    """The kind of the file, its size, and how its text is to be read, a phrase each."""
    if file.facts is None:
        return []
    facts = file.facts
    words = [_KINDS.get(facts.kind, facts.kind), size(facts.bytes)]
    if facts.packing == "gzip":
        words[0] += ", packed with gzip"
    elif facts.packing:
        words[0] += f", in a zip archive as {facts.member}"
    if facts.encoding:
        words.append(_because(facts.encoding, file.encoding))
    if file.delimiter and file.delimiter.reasons == ("one column",):
        words.append("one column")
    elif facts.delimiter:
        named = _DELIMITERS.get(facts.delimiter, repr(facts.delimiter))
        words.append(_because(f"separated by {named}", file.delimiter))
    return words


def table_words(table: TableFound) -> list[str]:
    """How many rows a table has, and which is its header, a phrase each."""
    words = [counted(table.rows, "row")]
    if table.blank_rows:
        words.append(f"{counted(table.blank_rows, 'blank row')} left out")
    if table.ignored_rows:
        words.append(f"{grouped(table.ignored_rows)} of them ignored")
    words.append(counted(len(table.columns), "column"))
    if table.header_rows:
        rows = [str(row) for row in table.header_rows]
        named = f"row {rows[0]}" if len(rows) == 1 else f"rows {', '.join(rows[:-1])} and {rows[-1]}, joined"
        words.append(_because(f"header in {named}", table.header))
    if table.source:
        words.append(f"read as {table.source} of the mapping")
    return words


def sheet_words(file: FileFound) -> list[str]:
    """The names of a workbook's sheets, those that people do not see marked."""
    return [
        sheet.name
        + (f" ({sheet.visibility})" if sheet.visibility != "visible" else "")
        + ("" if sheet.cells else " (no cells)")
        + (f" ({_EMPTY[sheet.empty]})" if sheet.empty else "")
        for sheet in file.sheets
    ]


def _because(what: str, guess: Guess | None) -> str:
    why = reasons(guess)
    return f"{what} ({why})" if why else what
