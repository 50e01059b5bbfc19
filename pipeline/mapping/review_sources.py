"""What a mapping says of its sources, and of taking a field from one, that cannot be meant."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, TypeAlias

from pipeline.mapping.grammar import DropRows, FurtherSource, LinesSource, MappingFile, Source
from pipeline.mapping.kinds import NUMERIC
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.rule import Rule
from pipeline.mapping.split import review_split
from pipeline.mapping.steps.words import nearest
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.payload import Kind

Test: TypeAlias = Literal["is", "contains", "starts_with", "empty"]
TESTS: tuple[Test, ...] = ("is", "contains", "starts_with", "empty")
_OWN = ("orders", "items", "lines")
_NOT_COUNTED = (
    "first_of",
    "concat",
    "template",
    "multiply",
    "text",
    "steps",
    "when",
    "map",
    "default",
    "required",
)
_SUMMED = NUMERIC | {Kind.INTEGER}


def words_of(rows: DropRows, test: Test) -> tuple[str, ...] | None:
    """The words of a test, or ``None`` where the rule does not have it; ``empty`` has no words."""
    if test == "empty":
        return () if rows.empty else None
    given = rows.is_ if test == "is" else rows.contains if test == "contains" else rows.starts_with
    return None if given is None else (given,) if isinstance(given, str) else tuple(given)


def review_sources(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    """Every mistake under ``sources:``."""
    sources = mapping.sources
    two = sources.orders is not None and sources.items is not None and sources.lines is None
    flat = sources.lines is not None and sources.orders is None and sources.items is None
    if not two and not flat:
        yield Issue("E414", mark=document.key_mark(("sources",)))
    for name in sources.further:
        if not re.fullmatch("[a-z][a-z0-9_]*", name) or name in _OWN:
            yield Issue("E435", mark=document.key_mark(("sources", "further", name)), value=shown(name))
    for path, _, source in sources.given():
        yield from _header(source, path, document)
        if isinstance(source, LinesSource) and source.split is not None:
            yield from review_split(source.split, (*path, "split"), document)
        for index, rows in enumerate(source.drop):
            yield from _drop(rows, (*path, "drop", index), document)


def _header(source: Source, path: Path, document: Document) -> Iterator[Issue]:
    rows = source.header_rows
    if any(after != before + 1 for before, after in pairwise(rows)):
        mark = document.value_mark((*path, "header_row"))
        yield Issue(
            "E433", mark=mark, facts={"reason": "they are not next to each other, from top to bottom"}
        )
    for first, last in source.skipped:
        skipped = next((row for row in rows if first <= row <= last), None)
        if skipped is not None:
            mark = document.value_mark((*path, "header_row"))
            yield Issue("E433", mark=mark, facts={"reason": f"skip_rows: leaves out row {skipped}"})


def _drop(rows: DropRows, path: Path, document: Document) -> Iterator[Issue]:
    given = [test for test in TESTS if words_of(rows, test) is not None]
    if len(given) != 1:
        which = " and ".join(given) or "none of them"
        reason = f"exactly one of is, contains, starts_with and empty is needed; given: {which}"
        yield Issue("E434", mark=document.value_mark(path), facts={"reason": reason})
    if rows.empty and rows.column is None:
        reason = "empty: needs a column:, or nearly every row would be left out"
        yield Issue("E434", mark=document.key_mark((*path, "empty")), facts={"reason": reason})
    for test in given:
        words = words_of(rows, test) or ()
        if test != "empty" and not (words and all(map(fold, words))):
            reason = "a word is missing; for cells that are empty write empty: true"
            yield Issue("E434", mark=document.value_mark((*path, test)), facts={"reason": reason})


def review_origin(
    rule: Rule, kind: Kind, path: Path, mapping: MappingFile, document: Document
) -> Iterator[Issue]:
    """Every mistake of a rule about the source that it reads, and about its ``pick:``."""
    source = _source(rule, mapping)
    if rule.source is not None:
        mark = document.value_mark((*path, "source"))
        if source is None:
            near = nearest(rule.source, mapping.sources.further)
            hint = f"Did you mean {near!r}? " if near else ""
            yield Issue("E436", mark=mark, value=shown(rule.source), facts={"hint": hint})
        reason = _misplaced(rule, path)
        if reason:
            yield Issue("E437", mark=document.key_mark((*path, "source")), facts={"reason": reason})
    many = source is not None and source.rows == "many"
    if many and rule.pick is None and rule.constant is None:
        yield Issue("E438", mark=document.value_mark(path), value=rule.source)
    if rule.pick is not None and (source is not None or rule.source is None):
        reason = _unfit(rule, kind) if many else "it is for further sources of which an order has many rows"
        if reason:
            facts = {"pick": rule.pick, "reason": reason}
            yield Issue("E439", mark=document.key_mark((*path, "pick")), facts=facts)


def _source(rule: Rule, mapping: MappingFile) -> FurtherSource | None:
    return mapping.sources.further.get(rule.source) if rule.source is not None else None


def _misplaced(rule: Rule, path: Path) -> str:
    if path[0] == "items":
        return "an item reads its own row only"
    if path == ("order", "number"):
        return "the order number stands in the order's own rows"
    return "a constant comes from no source" if rule.constant is not None else ""


def _unfit(rule: Rule, kind: Kind) -> str:
    if rule.pick == "sum" and kind not in _SUMMED:
        return f"a field of the kind {kind.value} cannot be added up"
    if rule.pick == "count" and kind is not Kind.INTEGER:
        return f"a count does not fit a field of the kind {kind.value}"
    if rule.pick == "count":
        beside = next((name for name in _NOT_COUNTED if getattr(rule, name)), None)
        return f"cells that are not empty are counted, so {beside}: has no place beside it" if beside else ""
    return ""
