"""Chosen rows of a JSON file as a JSON file: same encoding, every row in its own words."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from pipeline.loaders.header_row import ANNOTATIONS, HeaderRow
from pipeline.loaders.overlaid import corrected_element
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.text.encoding import mark_of
from pipeline.loaders.text.json_elements import Element, read_elements
from pipeline.loaders.text.json_values import cell_of, compact
from pipeline.model.cell import plain_text
from pipeline.model.overlay import CorrectedRows
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Table

_TEXT = r'\s*:\s*"(?:[^"\\]|\\.)*"\s*'
_OWN = re.compile(r"\s*,\s*".join(f'"{name}"{_TEXT}' for name in ANNOTATIONS) + r"\}")
"""What an earlier copy put at the end of an object."""


def copy_json(  # noqa: PLR0913, PLR0917 - what is copied, and where to
    source: SourceFile,
    facts: FileFacts,
    table: Table,
    verdicts: Mapping[int, RowVerdict],
    out: BinaryIO,
    corrections: CorrectedRows,
) -> int:
    """Write the chosen rows (and the list that is the header, where there is one); return how many rows.

    The verdict follows behind a row's own names; a row that is no object stays as it is.
    """
    encoding, in_lines = facts.encoding or "utf-8", facts.kind == "jsonl"
    opening, between, closing = ("", "\n", "\n") if in_lines else ("[\n", ",\n", "\n]\n")
    out.write(mark_of(source, encoding))
    copied = 0
    with io.TextIOWrapper(out, encoding, errors="strict", newline="") as text:
        text.write(opening)
        elements = (
            corrected_element(element, table.header, corrections[element.number])
            if element.number in corrections
            else element
            for element in read_elements(source, encoding, in_lines=in_lines)
        )
        for number, (is_row, line) in enumerate(_annotated(elements, table, verdicts)):
            text.write(between if number else "")
            text.write(line)
            copied += is_row
        text.write(closing)
    return copied


def _annotated(
    elements: Iterator[Element], table: Table, verdicts: Mapping[int, RowVerdict]
) -> Iterator[tuple[bool, str]]:
    """Yield (whether it is a row and no header, its new text)."""
    header = HeaderRow(table.header_row, table.header)
    for element in elements:
        verdict = verdicts.get(element.number)
        value = element.value
        if element.number == table.header_row and isinstance(value, list):
            header = HeaderRow(element.number, tuple(plain_text(cell_of(one)) for one in value))
            yield False, _list_with(element.text, value, header.shown, ANNOTATIONS)
        elif verdict is not None:
            told = (verdict.status, verdict.code, verdict.message)
            if isinstance(value, dict):
                yield True, _object_with(element.text, value, told)
            elif isinstance(value, list) and table.header_row:
                yield True, _row_with(element.text, value, header, told)
            else:
                yield True, element.text


def _object_with(text: str, value: Mapping[str, object], told: Sequence[str]) -> str:
    """Put the verdict behind the last name; an earlier verdict goes."""
    begin = text[:-1].rstrip()
    if any(name in value for name in ANNOTATIONS):
        own = text.rfind(f'"{ANNOTATIONS[0]}"')
        begin = text[:own].rstrip().removesuffix(",")
        if not _OWN.fullmatch(text, own):  # somebody moved the names
            rest = {name: part for name, part in value.items() if name not in ANNOTATIONS}
            begin = compact(rest)[:-1]
    comma = "" if begin == "{" else ", "
    pairs = zip(ANNOTATIONS, told, strict=True)
    added = ", ".join(f"{json.dumps(name)}: {json.dumps(word)}" for name, word in pairs)
    return f"{begin}{comma}{added}}}"


def _row_with(text: str, value: list[object], header: HeaderRow, told: Sequence[str]) -> str:
    """Put the verdict under the added columns; a row with the wrong number of cells stays wrong."""
    if len(value) < min(header.named, header.shown):
        return text
    room = header.named if header.annotated else len(header.cells)
    over = any(cell_of(one) != "" for one in value[room:])
    return _list_with(text, value, len(value) if over else header.shown, told)


def _list_with(text: str, value: list[object], width: int, added: Sequence[str]) -> str:
    """Return a list cut or filled up to a width, with something behind it."""
    if len(value) == width:
        begin = text[:-1].rstrip()
    else:
        begin = compact((value + [""] * (width - len(value)))[:width])[:-1]
    comma = "" if begin == "[" else ", "
    return f"{begin}{comma}{', '.join(map(json.dumps, added))}]"
