"""What the rows at hand never needed: parts of the mapping, and columns of the files."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.mapping.binding import column_index
from pipeline.mapping.coverage import Needless, Part, needless
from pipeline.runs.opening.sources import Sources


def not_needed(sources: Sources, used: Iterable[Part]) -> list[Needless]:
    """Everything that no row needed, by kind; ``used`` is what was counted while orders were prepared."""
    mapping, coverage = sources.texts.counted()
    found = needless(coverage, mapping, sources.texts.document().document, used)
    return [*found, *_columns(sources)]


def _columns(sources: Sources) -> list[Needless]:
    """Columns that nothing reads, by the files that have them."""
    found = []
    for opened in sources.tables:
        table = opened.table
        wanted = sources.mapping.columns[table.source]
        used = {column_index(table.header, one.column) for one in wanted}
        found += [
            Needless(
                "column", name or f"(column {index + 1})", str(table.at(table.header_row or None, index))
            )
            for index, name in enumerate(table.header)
            if index not in used
        ]
    return found


def needless_in(header: Mapping[str, Any]) -> tuple[Needless, ...]:
    """What the header of a check keeps of it; nothing of a run that is sent."""
    return tuple(Needless(*one) for one in header.get("needless", ()))
