"""What an inspection found, in words."""

from collections.abc import Mapping
from typing import Final

from pipeline.inspection.found import ColumnProfile, FileFound, Guess, TableFound
from pipeline.inspection.shapes import Shape
from pipeline.model.language import N_, _, ngettext, retold
from pipeline.reporting.words.figures import grouped, share, size

_SHAPES: Final = {
    Shape.TEXT: N_("text"),
    Shape.CODE: N_("code"),
    Shape.WHOLE: N_("whole number"),
    Shape.DECIMAL: N_("decimal number"),
    Shape.SCIENTIFIC: N_("number with exponent"),
    Shape.AMOUNT: N_("amount with signs"),
    Shape.PERCENT: N_("per cent"),
    Shape.DATE: N_("date"),
    Shape.TIME: N_("time"),
    Shape.EMAIL: N_("e-mail address"),
    Shape.PHONE: N_("phone number"),
    Shape.YES_NO: N_("yes or no"),
    Shape.NUMBER_CELL: N_("number cell"),
    Shape.DATE_CELL: N_("date cell"),
    Shape.TIME_CELL: N_("time cell"),
    Shape.YES_NO_CELL: N_("yes/no cell"),
    Shape.ERROR_CELL: N_("error value"),
    Shape.MIXED: N_("mixed"),
    Shape.EMPTY: N_("empty"),
}
_KINDS: Final = {
    "csv": N_("text (CSV)"),
    "xlsx": N_("Excel workbook"),
    "xlsm": N_("Excel workbook with macros"),
    "xls": N_("Excel 97-2003 workbook"),
    "xlsb": N_("binary Excel workbook"),
    "ods": N_("OpenDocument spreadsheet"),
    "json": N_("JSON"),
    "jsonl": N_("JSON lines"),
}
_REASONS: Final = {
    "mark": N_("the mark at its start says so"),
    "declared": N_("the mapping says so"),
    "ascii": N_("it holds plain ASCII only"),
    "utf8": N_("every byte of it fits"),
    "zeros": N_("its zero bytes stand as they do there"),
    "guess": N_("a guess: {reason}"),
    "told": N_("its first line says so"),
    "one column": N_("no other delimiter makes columns"),
    "even": N_("{percent} % of the first rows have {columns} columns"),
    "filled": N_("full"),
    "words": N_("words"),
    "distinct": N_("all different"),
    "unlike": N_("unlike the rows below"),
    "alone": N_("nothing stands below"),
    "groups": N_("the rows above name groups of columns"),
}
_EMPTY: Final = {"E106": N_("empty"), "E107": N_("no rows below the header")}
_EXCEPTIONS: Final = 3
_DELIMITERS: Final = {
    ";": N_("semicolons (;)"),
    ",": N_("commas (,)"),
    "\t": N_("tabs"),
    "|": N_("bars (|)"),
}
_VISIBILITIES: Final = {"hidden": N_("hidden"), "very hidden": N_("very hidden")}


def shape_words(column: ColumnProfile) -> str:
    """``date %d.%m.%Y, 0.3 % text``: what the column's values look like, and what else some of them do."""
    if column.shape is Shape.EMPTY:
        return _(_SHAPES[Shape.EMPTY])
    if column.shape is Shape.MIXED:
        return _("mixed: {shares}").format(shares=_shares(column.shares, column.filled))
    words = _(_SHAPES[column.shape])
    if column.formats and column.shape is Shape.DATE:
        words += " " + _(" or ").join(column.formats).replace("|", _(" or "))
    if column.shape in {Shape.DECIMAL, Shape.AMOUNT} and column.decimal:
        words += _(", decimal comma") if column.decimal == "," else _(", decimal point")
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
    parts = [f"{share(count, filled)} {_(_SHAPES[shape])}" for shape, count in shares.items()]
    more = len(parts) - _EXCEPTIONS
    told = ngettext(" and {count} more kind", " and {count} more kinds", more)
    return ", ".join(parts[:_EXCEPTIONS]) + (told.format(count=grouped(more)) if more > 0 else "")


def distinct_words(column: ColumnProfile) -> str:
    """``12 402``, ``> 50 000``, ``each once`` or ``always the same``."""
    if column.distinct_exceeds:
        return f"> {grouped(column.distinct)}"
    if column.constant:
        return _("always one")
    if column.distinct == column.filled and column.filled > 1:
        return _("each once")
    return grouped(column.distinct)


def filled_words(column: ColumnProfile) -> str:
    """``all``, ``none`` or a share."""
    if not column.blank:
        return _("all") if column.filled else "–"
    return share(column.filled, column.filled + column.blank) if column.filled else _("none")


def length_words(column: ColumnProfile) -> str:
    """``6`` or ``4–7``: characters of the shortest and longest filled cell."""
    if not column.filled:
        return ""
    if column.shortest == column.longest:
        return grouped(column.longest)
    return f"{grouped(column.shortest)}–{grouped(column.longest)}"


def reasons(guess: Guess | None) -> str:
    """Return why something was guessed, as one phrase; empty where there was nothing to guess."""
    if guess is None:
        return ""
    facts = {key: retold(one) if isinstance(one, str) else one for key, one in guess.facts.items()}
    return ", ".join(_(_REASONS[key]).format_map(facts) for key in guess.reasons)


def file_words(file: FileFound) -> list[str]:
    """The kind of the file, its size, and how its text is to be read, a phrase each."""
    if file.facts is None:
        return []
    facts = file.facts
    words = [_(_KINDS.get(facts.kind, facts.kind)), size(facts.bytes)]
    if facts.packing == "gzip":
        words[0] += _(", packed with gzip")
    elif facts.packing:
        words[0] += _(", in a zip archive as {member}").format(member=facts.member)
    if facts.encoding:
        words.append(_because(facts.encoding, file.encoding))
    if file.delimiter and file.delimiter.reasons == ("one column",):
        words.append(_("one column"))
    elif facts.delimiter:
        named = _(_DELIMITERS.get(facts.delimiter, repr(facts.delimiter)))
        words.append(_because(_("separated by {sign}").format(sign=named), file.delimiter))
    return words


def table_words(table: TableFound) -> list[str]:
    """How many rows a table has, and which is its header, a phrase each."""
    columns = len(table.columns)
    words = [ngettext("{count} row", "{count} rows", table.rows).format(count=grouped(table.rows))]
    if table.blank_rows:
        told = ngettext("{count} blank row left out", "{count} blank rows left out", table.blank_rows)
        words.append(told.format(count=grouped(table.blank_rows)))
    if table.ignored_rows:
        words.append(_("{count} of them ignored").format(count=grouped(table.ignored_rows)))
    words.append(ngettext("{count} column", "{count} columns", columns).format(count=grouped(columns)))
    if table.header_rows:
        rows = [str(row) for row in table.header_rows]
        told = _("header in row {last}") if len(rows) == 1 else _("header in rows {rows} and {last}, joined")
        words.append(_because(told.format(rows=", ".join(rows[:-1]), last=rows[-1]), table.header))
    if table.source:
        words.append(_("read as {source} of the mapping").format(source=table.source))
    return words


def sheet_words(file: FileFound) -> list[str]:
    """The names of a workbook's sheets, those that people do not see marked."""
    return [
        sheet.name
        + (f" ({_visibility(sheet.visibility)})" if sheet.visibility != "visible" else "")
        + ("" if sheet.cells else f" ({_('no cells')})")
        + (f" ({_(_EMPTY[sheet.empty])})" if sheet.empty else "")
        for sheet in file.sheets
    ]


def _visibility(name: str) -> str:
    return _(_VISIBILITIES.get(name, name))


def _because(what: str, guess: Guess | None) -> str:
    why = reasons(guess)
    return f"{what} ({why})" if why else what
