"""Rows of a table on their way into the spool, and the terms under which they are judged afterwards."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from pipeline.assembly.key import key_fault
from pipeline.loaders.open_table import OpenTable
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.model.catalogue.orders import KEY_FAULTS
from pipeline.model.cell import plain_text
from pipeline.model.issue import Issue, shown
from pipeline.model.rows import RowBatch
from pipeline.runs.opening.sources import source_of
from pipeline.runs.preparing.spool import Spool
from pipeline.validation.terms import Terms


def spooled(
    opened: OpenTable, mapping: CompiledMapping, spool: Spool
) -> Iterator[tuple[RowBatch, list[int], list[Issue]]]:
    """Sort the rows of a table into the spool, batch by batch.

    Yields each batch, the numbers of its rows that name no order, and what is wrong with its rows. Raises
    :class:`InputRefused` as reading does.
    """
    source = source_of(mapping, opened.table)
    key_column = column_index(opened.table.header, source.key)
    if key_column is None:
        raise ValueError("the key column was agreed on when the table was opened")
    for batch in opened.batches():
        keyless = spool.add(batch, key_column, fill_down=source.fills_key)
        issues = [*batch.ignored.values(), *batch.faults.values(), *_without_key(batch, keyless, key_column)]
        yield batch, keyless, issues


def _without_key(batch: RowBatch, keyless: list[int], key_column: int) -> list[Issue]:
    """An issue for every row that names no order, with what stands in the place of its key."""
    if not keyless:
        return []
    cells = {number: row[key_column] for number, row in zip(batch.numbers, batch.rows, strict=True)}
    return [
        Issue(
            "E301",
            batch.table.at(number, key_column),
            shown(plain_text(cells[number])) or None,
            facts={"fault": KEY_FAULTS[key_fault(cells[number])]},
        )
        for number in keyless
    ]


def terms_of(mapping: CompiledMapping, now: datetime) -> Terms:
    """The arithmetic that a mapping states; ``now`` is aware."""
    checks = mapping.file.checks
    refuse = checks.mismatch == "error"
    return Terms(checks.order_total, checks.item_total, Decimal(checks.tolerance), refuse, now)
