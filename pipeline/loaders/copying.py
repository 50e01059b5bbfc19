"""Chosen rows of a source file again, as a file of the same kind that the same mapping can load."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.loaders.survey import refuse_changed
from pipeline.loaders.text.copy_csv import copy_csv
from pipeline.loaders.workbook.copy_sheets import copy_sheets
from pipeline.model.records import RowVerdict
from pipeline.model.rows import FileFacts, Table


def copy_rows(facts: FileFacts, chosen: Sequence[tuple[Table, Mapping[int, RowVerdict]]], out: Path) -> int:
    """Write the rows named by number, in file order, behind the header; return how many.

    ``chosen`` pairs every table of the file with its verdicts by row number; a CSV file has one table.
    The columns ``_status``, ``_code`` and ``_message`` are added at the right and left out again by
    loading. Cells are never changed: text stays text, also where it starts with ``=``. A row with the
    wrong number of cells stays as wrong as it is. Raises :class:`InputRefused` when the source has
    changed since the facts were taken, and ``ValueError`` for ``out`` being the source itself.
    """
    source = Path(facts.path)
    if out.exists() and out.samefile(source):
        raise ValueError("the copy would overwrite its source")
    refuse_changed(facts)
    copied = copy_csv(facts, *chosen[0], out) if facts.kind == "csv" else copy_sheets(facts, chosen, out)
    refuse_changed(facts)
    return copied
