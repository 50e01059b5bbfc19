"""The broken orders of a run made correction workbooks, from its journal and its sources."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import datetime
from pathlib import Path, PurePath
from shlex import quote
from typing import Any

from pipeline.corrections.cell_text import text_of
from pipeline.corrections.placing import Exported
from pipeline.journal.reading import JournalReader
from pipeline.loaders.overlaid import corrected
from pipeline.loaders.rows_again import rows_again
from pipeline.mapping.binding import column_index
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.rule_places import rule_places
from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.decision import Decisions
from pipeline.model.fix_book import (
    ABOUT,
    LISTS,
    MOST_COLUMNS,
    MOST_ROWS,
    FixBook,
    FixQuestion,
    FixRow,
    FixSheet,
)
from pipeline.model.issue import Issue
from pipeline.model.overlay import CorrectedRows, Overlay
from pipeline.model.refusal import InputRefused, Refusal
from pipeline.model.rows import FileFacts, Row, RowRef, Table
from pipeline.model.states import State
from pipeline.reporting.shown.decisions import answer_words, question
from pipeline.runs.opening.header import decisions_of, read_limits_of
from pipeline.runs.opening.mapping_files import read_texts
from pipeline.runs.opening.overlaying import key_of
from pipeline.runs.opening.sources import source_of

AT_ONCE = 3
"""Workbooks whose rows are held in memory together: for each so many the sources are read once."""
LONGEST_LIST = 1_000
LONGEST_NOTE = 1_000
_MENDABLE = (State.INVALID, State.REJECTED)
"""Orders that other cells may help; what failed or is in conflict needs something else."""
_TRUTH = ("true", "false")


@dataclass(slots=True)
class Broken:
    """Everything that is to be corrected: the rows of each workbook, in source order, and notes on cells.

    ``orders``, ``rows``, ``strays`` (those of the rows that belong to no order) and ``count`` (of workbooks)
    are those of all of it, also where only the first ``most`` workbooks are held.
    """

    most: int | None = None
    volumes: list[list[RowRef]] = made_by(default_factory=list)
    notes: dict[RowRef, dict[int | None, list[Issue]]] = made_by(default_factory=dict)
    orders: int = 0
    rows: int = 0
    strays: int = 0
    count: int = 0
    _room: int = 0

    def add(self, rows: Sequence[RowRef]) -> bool:
        """Put an order into the last workbook, or a new one; no order is parted. Tells whether it is held."""
        self.orders += 1
        return self._put(rows)

    def add_stray(self, row: RowRef) -> bool:
        """The same with a row that belongs to no order."""
        self.strays += 1
        return self._put([row])

    def _put(self, rows: Sequence[RowRef]) -> bool:
        self.rows += len(rows)
        if not self.count or len(rows) > self._room:
            self.count, self._room = self.count + 1, MOST_ROWS
        self._room -= len(rows)
        if self.most is not None and self.count > self.most:
            return False
        if len(self.volumes) < self.count:
            self.volumes.append([])
        self.volumes[-1] += rows
        return True

    def note(self, ref: RowRef, column: int | None, issue: Issue) -> None:
        """Add what is wrong with a cell, or with a row."""
        self.notes.setdefault(ref, {}).setdefault(column, []).append(issue)


def broken(journal: JournalReader, most: int | None = None, ready: Container[RowRef] = frozenset()) -> Broken:
    """The orders that were refused by the checks or by the target, and rows that belong to no order.

    Without those whose rows are ``ready`` by what was corrected since. No more than the first ``most``
    workbooks are held, whatever there is.
    """
    names = {(one.table.file, one.table.sheet): one.table.index for one in journal.tables()}
    found = Broken(most)
    held = {
        order_id: at
        for at, rows, state, order_id, _ in journal.refused()
        if state in _MENDABLE and at not in ready and found.add(rows)
    }
    for order_id, issue in journal.errors_of(sorted(held)):
        ref, column = _place(issue, names) or (held[order_id], None)
        found.note(ref, column, issue)
    for issue in journal.homeless():
        place = _place(issue, names)
        if place is not None and place[0] not in ready and found.add_stray(place[0]):
            found.note(*place, issue)
    return found


def _place(issue: Issue, names: Mapping[tuple[str, str | None], int]) -> tuple[RowRef, int | None] | None:
    at = issue.at
    if at is None or at.row is None:
        return None
    index = names.get((at.file, at.sheet))
    return None if index is None else ((index, at.row), at.column)


@dataclass(frozen=True, slots=True)
class FixSource:
    """The sources of a run, and what was corrected in them so far, for reading chosen rows."""

    header: Mapping[str, Any]
    tables: Mapping[int, Table]
    overlay: Overlay | None
    same: bool = False
    """Whether the contents of all files are known to be what they were; their times may differ then."""

    @classmethod
    def of(cls, journal: JournalReader, overlay: Overlay | None, *, same: bool = False) -> "FixSource":
        """Those of a journal."""
        tables = {one.table.index: one.table for one in journal.tables()}
        return cls(journal.header, tables, overlay, same)

    def facts(self, table: Table) -> FileFacts:
        """What the file of a table was."""
        given = next(given for given in self.header["inputs"] if given["path"] == table.file)
        facts = FileFacts(**given)
        return replace(facts, modified=Path(facts.path).stat().st_mtime_ns) if self.same else facts

    def corrections(self, table: Table) -> CorrectedRows:
        """What was corrected in a table."""
        key = key_of(self.facts(table), table)
        return self.overlay.cells.get(key, {}) if self.overlay is not None else {}

    def plain(self, refs: Iterable[RowRef]) -> dict[RowRef, Row]:
        """Rows as their files hold them. Raises :class:`InputRefused` where a file is another by now."""
        wanted: dict[int, set[int]] = {}
        for index, row in refs:
            wanted.setdefault(index, set()).add(row)
        limits = read_limits_of(self.header)
        return {
            (index, number): row
            for index in sorted(wanted)
            for number, row in rows_again(
                self.facts(self.tables[index]), self.tables[index], wanted[index], limits
            )
        }

    def exported(self, plain: Mapping[RowRef, Row]) -> list[Exported]:
        """Rows as a workbook shows them, by table."""
        rows: dict[int, dict[int, Row]] = {}
        for (index, number), row in sorted(plain.items()):
            cells = self.corrections(self.tables[index]).get(number)
            rows.setdefault(index, {})[number] = corrected(row, cells) if cells else row
        return [
            Exported(self.tables[index], of, {number: tuple(map(text_of, row)) for number, row in of.items()})
            for index, of in rows.items()
        ]


def ready_rows(journal: JournalReader, overlay: Overlay) -> set[RowRef]:
    """The rows of orders that corrections made ready to be sent."""
    source = FixSource.of(journal, overlay)
    rows = overlay.ready_rows()
    return {
        (index, row)
        for index, table in source.tables.items()
        for row in rows.get(key_of(source.facts(table), table), ())
    }


def fix_books(journal: JournalReader, wrong: Broken, overlay: Overlay | None, base: int) -> Iterator[FixBook]:
    """The correction workbooks of what is wrong in a run; none where there is nothing to correct.

    ``overlay`` is what was corrected before, ``base`` its number. Raises :class:`InputRefused` where a source
    is not what it was, or has more columns than a workbook can hold (W674).
    """
    volumes = wrong.volumes
    source = FixSource.of(journal, overlay)
    wide = next((one for one in source.tables.values() if len(one.header) > MOST_COLUMNS), None)
    if wide is not None and volumes:
        facts: dict[str, str | int] = {"reason": "a source has more columns than a workbook can hold"}
        raise InputRefused(Issue("W674", wide.at(), facts=facts))
    mapping = mapping_of(journal.header) if volumes else None
    lists = _lists(mapping, source.tables) if mapping is not None else {}
    keys = _key_columns(mapping, source.tables)
    names = sheet_names(list(source.tables.values()))
    questions, answer_by = _questions(decisions_of(journal.header)), _answer_by(journal.header)
    created = datetime.fromisoformat(journal.header["created"]).replace(tzinfo=None)
    for first in range(0, len(volumes), AT_ONCE):
        plain = source.plain(ref for rows in volumes[first : first + AT_ONCE] for ref in rows)
        for place, rows in enumerate(volumes[first : first + AT_ONCE], first + 1):
            exported = source.exported({ref: plain[ref] for ref in rows if ref in plain})
            sheets = [
                FixSheet(
                    names[one.table.index],
                    one.table.file,
                    one.table.sheet,
                    one.table.header,
                    [
                        FixRow(number, texts, _noted(wrong, (one.table.index, number), keys))
                        for number, texts in one.texts.items()
                    ],
                    {column: words for (tab, column), words in lists.items() if tab == one.table.index},
                )
                for one in exported
            ]
            run_id = journal.header["run_id"]
            yield FixBook(run_id, base, place, wrong.count, sheets, questions, answer_by, created)


def _noted(wrong: Broken, ref: RowRef, keys: Mapping[int, int]) -> dict[int, str]:
    """The note of each wrong cell of a row: every issue with its remedy."""
    found: dict[int, list[Issue]] = {}
    for column, issues in wrong.notes.get(ref, {}).items():
        found.setdefault(keys.get(ref[0], 0) if column is None else column, []).extend(issues)
    return {column: _note(issues) for column, issues in found.items()}


def _note(issues: Sequence[Issue]) -> str:
    told = dict.fromkeys(f"{issue.code}: {message_of(issue)}\n{remedy_of(issue)}" for issue in issues)
    text = "\n\n".join(told)
    return text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}…"


def mapping_of(header: Mapping[str, Any]) -> CompiledMapping | None:
    """The mapping of a run, if it is still what it was."""
    with suppress(Refusal):
        texts = read_texts(Path(header["mapping"]), header["mapping_parts"]["variables"])
        if texts.sha256[texts.file] == header["mapping_sha256"]:
            return texts.compiled()
    return None


def _lists(mapping: CompiledMapping, tables: Mapping[int, Table]) -> dict[tuple[int, int], tuple[str, ...]]:
    """The words that a column allows, by table and place: of its value table, or of its payload field."""
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for (_, column), place in rule_places(mapping).items():
        words = tuple(place.entries) or (place.takes if place.table is not None else ())
        if not words or words == _TRUTH or len(words) > LONGEST_LIST or len(place.columns) != 1:
            continue
        section = "orders" if place.path[0] == "order" else "items"
        sources = {place.source} if place.source is not None else {"lines", section}
        for index, table in tables.items():
            at = column_index(table.header, column) if table.source in sources else None
            if at is not None:
                found.setdefault((index, at), words)
    return found


def _key_columns(mapping: CompiledMapping | None, tables: Mapping[int, Table]) -> dict[int, int]:
    if mapping is None:
        return {}
    return {
        index: column_index(table.header, source_of(mapping, table).key) or 0
        for index, table in tables.items()
    }


def sheet_names(tables: Sequence[Table]) -> dict[int, str]:
    """A sheet's name for each table: as people know it, its own or its file's, each once."""
    plain = {table.index: _as_sheet(table.sheet or PurePath(table.file).stem) for table in tables}
    counts = Counter(name.casefold() for name in plain.values())
    found: dict[int, str] = {}
    taken = {ABOUT, LISTS}
    for table in tables:
        name = plain[table.index]
        if counts[name.casefold()] > 1:
            name = _as_sheet(f"{PurePath(table.file).stem[:14]} {table.sheet or ''}".strip())
        number, wanted = 2, name
        while name.casefold() in taken:
            name = f"{wanted[:27]} {number}"
            number += 1
        taken.add(name.casefold())
        found[table.index] = name
    return found


def _as_sheet(name: str) -> str:
    """A name that every spreadsheet program takes."""
    kept = "".join("_" if c in "[]:*?/\\" or not c.isprintable() else c for c in name)[:31].strip("' ")
    return kept if kept and kept.casefold() != "history" else f"{kept or 'sheet'}_"


def _questions(decisions: Decisions) -> tuple[FixQuestion, ...]:
    return tuple(
        FixQuestion(
            one.id,
            question(one),
            f"{one.column} → {one.field}" if one.column else one.field,
            one.orders,
            answer_words(one.suggested) if one.suggested is not None else "",
            tuple(dict.fromkeys(c.answer.text for c in one.candidates if c.answer.text)),
        )
        for one in decisions.listed
    )


def _answer_by(header: Mapping[str, Any]) -> str:
    sources = " ".join(quote(one["path"]) for one in header["inputs"])
    return f"orderlift mapping decide {sources} -m {quote(header['mapping'])}"
