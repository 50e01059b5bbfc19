"""Chosen rows of a source file again, as a file of the same kind that the same mapping can load."""

import gzip
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import BinaryIO, TypeAlias, cast

from pipeline.loaders.source_file import SourceFile, last_part
from pipeline.loaders.survey import refuse_changed
from pipeline.loaders.text.copy_csv import copy_csv
from pipeline.loaders.text.copy_json import copy_json
from pipeline.loaders.workbook.copy_sheets import copy_sheets
from pipeline.model.overlay import CorrectedRows
from pipeline.model.reading import ReadLimits
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Table

_TEXTS = {"csv": copy_csv, "json": copy_json, "jsonl": copy_json}
_OTHER_BOOKS = {"xls", "xlsb", "xlsm", "ods"}
"""Workbooks that are written again as XLSX."""
_USUAL = ReadLimits()


Corrections: TypeAlias = Mapping[int, CorrectedRows]
_NONE: Corrections = MappingProxyType({})
Chosen: TypeAlias = Sequence[tuple[Table, Mapping[int, RowVerdict]]]


def copy_rows(
    facts: FileFacts,
    chosen: Chosen,
    out: Path,
    limits: ReadLimits = _USUAL,
    corrections: Corrections = _NONE,
) -> int:
    """Write the rows named by number, in file order, behind the header; return how many.

    ``chosen`` pairs every table of the file with its verdicts by row number; a text file has one table.
    The columns ``_status``, ``_code`` and ``_message`` are added at the right and left out again by
    loading. Cells are never changed but by ``corrections``, which go by the table's number: text stays text,
    also where it starts with ``=``. A row with the
    wrong number of cells stays as wrong as it is. What was packed is packed again; workbooks of every kind
    become XLSX. Raises :class:`InputRefused` when the source has changed since the facts were taken, and
    ``ValueError`` for ``out`` being the source itself.
    """
    source = SourceFile(Path(facts.path), facts.packing, facts.member)
    if out.exists() and out.samefile(source.path):
        raise ValueError("the copy would overwrite its source")
    refuse_changed(facts)
    copy_text = _TEXTS.get(facts.kind)
    if copy_text:
        table, verdicts = chosen[0]
        with packed(out, source, facts.kind) as stream:
            copied = copy_text(source, facts, table, verdicts, stream, corrections.get(table.index, {}))
    elif facts.packing is None:
        copied = copy_sheets(facts, chosen, out, limits, corrections)
    else:
        copied = _copy_packed_sheets(source, facts, chosen, out, limits, corrections)
    refuse_changed(facts)
    return copied


def _copy_packed_sheets(  # noqa: PLR0913, PLR0917 - what is copied, and where to
    source: SourceFile,
    facts: FileFacts,
    chosen: Chosen,
    out: Path,
    limits: ReadLimits,
    corrections: Corrections,
) -> int:
    with TemporaryDirectory(dir=out.parent, prefix=".packing-") as folder:
        unpacked = Path(folder) / "rows.xlsx"
        copied = copy_sheets(facts, chosen, unpacked, limits, corrections)
        with unpacked.open("rb") as rows, packed(out, source, facts.kind) as stream:
            shutil.copyfileobj(rows, stream)
    return copied


@contextmanager
def packed(out: Path, source: SourceFile, kind: str) -> Iterator[BinaryIO]:
    """Open the copy for writing, packed as the source is."""
    with out.open("wb") as raw:
        if source.packing == "gzip":
            # No time in the header: the same rows make the same file.
            with gzip.GzipFile(_inner_name(source.name, kind), "wb", fileobj=raw, mtime=0) as stream:
                yield cast("BinaryIO", stream)
        elif source.packing == "zip":
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
                name = _inner_name(last_part(source.member or ""), kind)
                with archive.open(name, "w", force_zip64=True) as stream:
                    yield cast("BinaryIO", stream)
        else:
            yield raw


def _inner_name(name: str, kind: str) -> str:
    return str(PurePosixPath(name).with_suffix(".xlsx")) if kind in _OTHER_BOOKS else name
