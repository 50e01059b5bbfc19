"""One order of a run, from its cells to the target's last word: found, traced, put together."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from pipeline.journal.order_life import LifeReader, looked_into
from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.landing import FieldFinder, Spot
from pipeline.mapping.tracing import FieldTrace, Tracer
from pipeline.model.issue import Issue, shown
from pipeline.model.language import _
from pipeline.model.location import Location
from pipeline.model.order_life import OrderLife
from pipeline.model.overlay import FixedOrder
from pipeline.model.refusal import JournalRefused, Refusal, UsageRefused
from pipeline.model.rows import Row, RowRef, Table
from pipeline.references.suggest import suggest
from pipeline.reporting.shown.explained_order import ExplainedOrder
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart
from pipeline.reporting.words.next_step import Step
from pipeline.reporting.words.order_next import steps_of_order, with_corrections
from pipeline.reporting.words.place_words import place_words
from pipeline.runs.asked.request import Places
from pipeline.runs.explaining.corrections import Corrections
from pipeline.runs.opening.header import capability_of, places_of
from pipeline.runs.opening.mapping_again import texts_of
from pipeline.runs.preparing.order_shape import OrderShape, rows_by_table, shape_from, sources_of
from pipeline.runs.preparing.rows_again import RowsAgain, rows_again
from pipeline.runs.preparing.spool import Keyed
from pipeline.runs.rehearsing.showing import OrderTracing
from pipeline.runs.state_folder.catalogue_of_runs import list_runs
from pipeline.upload.life_steps import life_steps

MOST_PLACES = 10
MOST_COMPARED = 100_000
"""Numbers of orders that one nobody has is compared with."""
HELD = "E605"
"""Another process has the journal."""
_ROW = re.compile(r"(?:(?P<file>.+):)?(?P<row>[1-9][0-9]*)")


def explain_order(words: str, places: Places, row: str | None = None) -> ExplainedOrder:
    """Everything about the order that ``words`` name: ``RUN:ORDER``, or ``ORDER`` in the newest run with it.

    ``row`` tells several apart: a row number, or ``FILE:ROW``. Raises :class:`UsageRefused` where no run
    holds it (E681) or several orders fit (E682), :class:`JournalRefused` where a journal cannot be read.
    """
    runs = [card.run_id for card in list_runs(places)]
    run, colon, number = (part.strip() for part in words.partition(":"))
    refused: list[JournalRefused] = []
    if colon and run:
        named = [one for one in runs if one.startswith(run)]
        holding = [one for one in named if _holds(one, number, places, refused)]
        if len(holding) > 1 and run not in holding:
            facts: dict[str, str | int] = {"count": len(holding), "runs": ", ".join(holding[:5])}
            raise UsageRefused(Issue("E623", value=shown(run), facts=facts))
        if holding:
            return _explained_in(run if run in holding else holding[0], number, row, places)
        if refused:
            raise refused[0]
    for one in runs:  # what stands before a colon may belong to the number
        if _holds(one, words.strip(), places, refused):
            return _explained_in(one, words.strip(), row, places)
    if refused:
        raise refused[0]
    raise UsageRefused(_not_found(words, places, runs))


def _holds(run_id: str, number: str, places: Places, refused: list[JournalRefused]) -> bool:
    """Whether a run holds an order of this number; a journal that cannot be read is remembered.

    One that another process is sending is refused at once: the newest run is the one that is meant.
    """
    try:
        with looked_into(places.journal(run_id)) as lives:
            return bool(lives.found(number))
    except JournalRefused as refusal:
        if refusal.issues[0].code == HELD:
            raise
        refused.append(refusal)
        return False


def _explained_in(run_id: str, number: str, row: str | None, places: Places) -> ExplainedOrder:
    with looked_into(places.journal(run_id)) as lives:
        chosen = _chosen(lives.found(number), number, row, lives)
        return explained(lives, places, [chosen])[0]


def _not_found(words: str, places: Places, runs: Sequence[str]) -> Issue:
    """No run holds the order: with the numbers most like it, of the run that is named or of the newest."""
    run, colon, number = (part.strip() for part in words.partition(":"))
    named = next((one for one in runs if colon and run and one.startswith(run)), None)
    value, where = (number, f" ({run}: names a run)") if named is not None else (words.strip(), "")
    near = ", ".join(_near(value, places, [named] if named is not None else runs))
    hint = f"Did you mean {near}? " if near else ""
    facts: dict[str, str | int] = {
        "folder": str(places.state_dir),
        "where": where,
        "near": near,
        "hint": hint,
    }
    return Issue("E681", value=shown(value), facts=facts)


def _near(number: str, places: Places, runs: Sequence[str]) -> list[str]:
    """Numbers like it, of the first of the runs that has orders."""
    for one in runs:
        with suppress(JournalRefused), looked_into(places.journal(one)) as lives:
            if known := list(lives.numbers(MOST_COMPARED)):
                return [shown(found.text) for found in suggest(number, ((name, None) for name in known))]
    return []


def _chosen(found: Sequence[tuple[int, RowRef, str]], number: str, row: str | None, lives: LifeReader) -> int:
    """The one order that is meant, by its id."""
    tables = _tables(lives)
    standing = [(one, tables[at[0]].at(at[1]), name) for one, at, name in found]
    fitting = [one for one in standing if row is None or _stands_at(one[1], row)]
    if len(fitting) == 1:
        return fitting[0][0]
    listed = fitting or standing
    told = _("{order} in {place}")
    places = "; ".join(
        told.format(order=shown(name), place=place_words(at)) for _id, at, name in listed[:MOST_PLACES]
    )
    more = len(listed) - MOST_PLACES
    facts: dict[str, str | int] = {
        "count": len(listed),
        "run": str(lives.reader.header["run_id"]),
        "places": places + (_("; and {count} more").format(count=more) if more > 0 else ""),
        "row": listed[0][1].row or 0,
    }
    raise UsageRefused(Issue("E682", value=shown(number), order=number, facts=facts))


def _stands_at(at: Location, row: str) -> bool:
    told = _ROW.fullmatch(row.strip())
    if told is None or at.row != int(told["row"]):
        return False
    return told["file"] is None or told["file"] in {
        at.file,
        at.sheet,
        at.file.replace("\\", "/").rpartition("/")[2],
    }


def explained(
    lives: LifeReader, places: Places, orders: Sequence[int], *, look: bool = True
) -> list[ExplainedOrder]:
    """Explain orders of one run, by their ids. With ``look`` their source files are read again."""
    made = _Explaining(lives, places, lives.reader.header, _tables(lives))
    return made.orders(lives.lives(orders), look=look)


def _tables(lives: LifeReader) -> dict[int, Table]:
    return {record.table.index: record.table for record in lives.reader.tables()}


@dataclass(frozen=True, slots=True)
class _Explaining:
    """Explains orders of one run."""

    lives: LifeReader
    places: Places
    header: Mapping[str, Any]
    tables: Mapping[int, Table]

    def orders(self, lives: Sequence[OrderLife], *, look: bool) -> list[ExplainedOrder]:
        for life in lives:
            if not life.whole:
                raise JournalRefused(Issue("E611", Location(str(self.places.journal(self.header["run_id"])))))
        shapes = [shape_from(life.at, life.rows, life.shape, sources_of(self.tables)) for life in lives]
        lost: dict[str, str] = {}
        again = RowsAgain()
        corrections = Corrections.of(self.places, self.header, self.tables)
        tracer = self._tracer() if look else None
        if tracer is None and look:
            lost[self.header["mapping"]] = "mapping"
        if tracer is not None:
            wanted = [ref for shape in shapes for ref in (shape.at, *shape.rows)]
            known = {index: corrections.rows(index) for index in self.tables}
            again = rows_again(self.header, self.tables, tracer.mapping, wanted, known)
            lost = dict(again.lost)
        if corrections.lost and look:
            lost |= {table.file: "corrections" for table in self.tables.values() if table.corrected}
        return [
            self._order(life, shape, tracer, again, lost, corrections)
            for life, shape in zip(lives, shapes, strict=True)
        ]

    def _tracer(self) -> Tracer | None:
        try:
            return texts_of(self.header).traced()
        except Refusal:
            return None

    def _order(  # noqa: PLR0913, PLR0917 - an order, and what is known of its cells
        self,
        life: OrderLife,
        shape: OrderShape,
        tracer: Tracer | None,
        again: RowsAgain,
        lost: Mapping[str, str],
        corrections: Corrections,
    ) -> ExplainedOrder:
        header = self.header
        at = self.tables[life.at[0]].at(life.at[1])
        payload = _payload(life)
        files = {self.tables[index].file for index, _ in (shape.at, *shape.rows)}
        mine = {file: why for file, why in lost.items() if file in files or why == "mapping"}
        wanted, rows = list(dict.fromkeys((shape.at, *shape.rows))), again.rows
        if tracer is not None and not mine and all(ref in rows for ref in wanted):
            parts = self._traced(tracer, wanted, rows)
        else:
            parts = self._untraced(shape, payload)
        parts = _with_the_run(parts, payload)
        reason = self.lives.reader.reason(life.id, life.state, at, life.number)
        reason = (
            reason if reason is None else replace(reason, facts={"run": header["run_id"], **reason.facts})
        )
        differs = self.lives.reader.difference(life.id, at)
        if differs is not None:
            life, reason = life._replace(issues=(*life.issues, differs)), reason or differs
        fixed = corrections.fixed(wanted)
        traced = ShownOrder(life.number, tuple(parts), life.issues, payload)
        return ExplainedOrder(
            run_id=header["run_id"],
            command=header["command"],
            mapping=header["mapping"],
            target=header["target"],
            channel=header["channel"],
            at=at,
            traced=traced,
            life=life,
            steps=tuple(life_steps(life, datetime.fromisoformat(header["created"]).timestamp())),
            reason=reason,
            lost=mine,
            tables=self.tables,
            next=(*self._next_since(fixed), *self._next(life, reason)),
            payload=payload,
            archived=_archived(life),
            retries=header.get("retries"),
            corrections=corrections.of_rows(wanted, self.tables, again),
            ready_since=None if fixed is None else fixed.ready,
        )

    def _next_since(self, fixed: FixedOrder | None) -> tuple[Step, ...]:
        if fixed is None or not fixed.ready:
            return ()
        return (with_corrections(self.header, sendable=self.lives.reader.sendable),)

    def _next(self, life: OrderLife, reason: Issue | None) -> Any:  # noqa: ANN401
        header = self.header
        run = header["run_id"]
        return steps_of_order(
            run,
            header["command"],
            life.number,
            life.state,
            reason.code if reason else None,
            [one["path"] for one in header["inputs"]],
            header["mapping"],
            (self.places.reports(run) / "failed").as_posix(),
            life.files,
            can_ask=capability_of(header).lookup,
        )

    def _traced(self, tracer: Tracer, refs: Sequence[RowRef], rows: Mapping[RowRef, Row]) -> list[ShownPart]:
        keyed = [
            Keyed(table, [""] * len(numbers), numbers, [rows[table, number] for number in numbers], [], [])
            for table, numbers in rows_by_table(refs).items()
        ]
        tracing = OrderTracing(tracer, dict(self.tables), keyed)
        return [part for parts in tracing.orders().values() for part in parts] + tracing.further()

    def _untraced(self, shape: OrderShape, payload: Mapping[str, Any] | None) -> list[ShownPart]:
        """The fields with their places and no cells, as far as the run's mapping still tells them."""
        try:
            mapping = texts_of(self.header, any_tables=True).compiled()
        except Refusal:
            return _only_sent(payload, self.tables, shape, places_of(self.header))
        return _Places(mapping, self.tables, shape, payload).parts()


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the fields of an order stand, without a look at any cell."""

    mapping: CompiledMapping
    tables: Mapping[int, Table]
    shape: OrderShape
    payload: Mapping[str, Any] | None

    def parts(self) -> list[ShownPart]:
        """The order's own fields, then each item's."""
        finder = FieldFinder(self.mapping)
        order = self.payload["order"] if self.payload else {}
        items = self.payload.get("order_item", []) if self.payload else []
        own = [self._field(finder, "order", plan.name, order, None) for plan in self.mapping.order]
        for plan in self.mapping.further:
            own += [self._field(finder, "order", one.name, order, None) for one in plan.fields]
        parts = [ShownPart("order", _row(self.tables, self.shape.at), tuple(filter(None, own)))]
        for place, ref in enumerate(self.shape.items):
            sent = items[place] if place < len(items) else {}
            fields = [self._field(finder, "order_item", one.name, sent, place) for one in self.mapping.items]
            parts.append(ShownPart("order_item", _row(self.tables, ref), tuple(filter(None, fields))))
        return parts

    def _field(
        self, finder: FieldFinder, section: str, name: str, sent: Mapping[str, Any], item: int | None
    ) -> tuple[FieldTrace, tuple[Location, ...]] | None:
        archived = name.startswith("archive.")
        field = name if archived else f"{section}.{name}"
        path: list[str | int] = [section, *([item] if item is not None else []), *name.split(".")]
        spot = finder.find(path, len(self.shape.items)) or Spot(field)
        mark = self.mapping.places.get(field)
        value = _inside(sent, name)
        if value is OMIT and mark is None:
            return None
        cells = self._cells(finder, spot, item)
        columns = tuple(at.header or "" for at in cells)
        at = tuple(location.column or 0 for location in cells)
        return FieldTrace(field, mark, columns, at, (), (), value, mapped=mark is not None), cells

    def _cells(self, finder: FieldFinder, spot: Spot, item: int | None) -> tuple[Location, ...]:
        if item is not None:
            refs = [self.shape.items[item]]
        elif spot.source is not None:
            refs = [ref for ref in self.shape.rows if self.tables[ref[0]].source == spot.source]
        else:
            refs = [self.shape.at]
        found = []
        for ref in refs:
            table = self.tables[ref[0]]
            for column in finder.columns(spot, table):
                row = self.shape.row_of(column) if item is None and spot.source is None else ref
                found.append(table.at(row[1], column))
        return tuple(found)


def _row(tables: Mapping[int, Table], ref: RowRef) -> Location:
    return tables[ref[0]].at(ref[1])


def _inside(sent: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - as JSON has it
    found: Any = sent
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return OMIT
        found = found[part]
    return found


def _only_sent(
    payload: Mapping[str, Any] | None,
    tables: Mapping[int, Table],
    shape: OrderShape,
    places: Mapping[str, Any],
) -> list[ShownPart]:
    """The stored payload, with the mapping's lines: all that is left where the mapping cannot be compiled."""
    if payload is None:
        return []
    sections = [("order", payload["order"], shape.at)]
    sections += [
        ("order_item", sent, shape.items[place] if place < len(shape.items) else shape.at)
        for place, sent in enumerate(payload.get("order_item", []))
    ]
    return [
        ShownPart(
            section,
            _row(tables, ref),
            tuple(
                (FieldTrace(f"{section}.{name}", places.get(f"{section}.{name}"), (), (), (), (), value), ())
                for name, value in sent.items()
            ),
        )
        for section, sent, ref in sections
    ]


def _with_the_run(parts: Sequence[ShownPart], payload: Mapping[str, Any] | None) -> list[ShownPart]:
    """What no rule gives and the run adds: the channel."""
    channel = payload.get("order", {}).get("channel") if payload else None
    met = any(trace.field == "order.channel" for part in parts for trace, _ in part.fields)
    if channel is None or met or not parts:
        return list(parts)
    first = parts[0]
    trace = FieldTrace("order.channel", None, (), (), (), (), channel, mapped=False)
    return [replace(first, fields=(*first.fields, (trace, ()))), *parts[1:]]


def _payload(life: OrderLife) -> Mapping[str, Any] | None:
    """The JSON document that is sent; none for what was refused by the checks, or goes into the archive."""
    payload: Mapping[str, Any] | None = None if life.body is None else orjson.loads(life.body)
    return payload


def _archived(life: OrderLife) -> Mapping[str, Any] | None:
    """The order's rows of migration files, by kind."""
    found = {kind: [orjson.loads(line) for line in lines] for kind, lines in life.archived.items()}
    return found or None
