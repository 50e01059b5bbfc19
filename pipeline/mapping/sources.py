"""What a mapping asks of each source: how to read it, and which columns it must have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.mapping.field_plan import FieldPlan
from pipeline.mapping.grammar import PREFIX, DropRows, LinesSource, Source
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.review_sources import TESTS, words_of
from pipeline.mapping.split import pattern_of
from pipeline.model.folding import fold
from pipeline.model.location import Mark
from pipeline.model.rows import DropRule, SourceSpec

_OF_ITEMS = f"{PREFIX['items']}."


@dataclass(frozen=True, slots=True)
class WantedColumn:
    """A column that a source must have.

    ``field`` is the payload field that is read from it (``order.status``), or the setting that names it:
    ``key``, ``drop``, ``fill_down`` or ``split``. A setting's ``mark`` is its place in the mapping file.
    """

    column: str
    field: str
    mark: Mark | None = None


def wanted_columns(
    source: Source, path: Path, rules: Iterable[tuple[str, FieldPlan]], document: Document
) -> Iterator[WantedColumn]:
    """Yield the columns of the key, of the rules (payload field and plan), and of other settings."""
    yield WantedColumn(source.key, "key", document.value_mark((*path, "key")))
    split = source.split if isinstance(source, LinesSource) else None
    made = {fold(name) for name in pattern_of(split.into).names} if split is not None else set()
    for field, plan in rules:
        found = {fold(column) for column in plan.columns} & made if field.startswith(_OF_ITEMS) else set()
        yield from (WantedColumn(column, field) for column in plan.columns if fold(column) not in found)
    if split is not None:
        yield WantedColumn(split.column, "split", document.value_mark((*path, "split", "column")))
    for index, rows in enumerate(source.drop):
        if rows.column is not None:
            yield WantedColumn(rows.column, "drop", document.value_mark((*path, "drop", index, "column")))
    for index, column in enumerate(source.filled):
        yield WantedColumn(column, "fill_down", document.value_mark((*path, "fill_down", index)))


def source_spec(name: str, source: Source, columns: Iterable[WantedColumn], locale: str) -> SourceSpec:
    """Return what the loaders need to know of a source."""
    return SourceSpec(
        name=name,
        files=source.files,
        headers=frozenset(wanted.column for wanted in columns),
        sheet=source.sheet,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_rows=source.header_rows,
        locale=locale,
        key=source.key,
        skip_rows=source.skipped,
        drop=tuple(map(_drop_rule, source.drop)),
        fill_down=source.filled,
        merged=source.merged,
    )


def _drop_rule(rows: DropRows) -> DropRule:
    for test in TESTS:
        words = words_of(rows, test)
        if words is not None:
            return DropRule(rows.column, test, words, rows.because)
    raise ValueError("a rule has one test; the review asks for it")
