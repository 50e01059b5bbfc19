"""One partition from rows to payload bytes: a pure function, the same in this process and in another."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import UTC
from decimal import Decimal
from typing import Any

import orjson

from pipeline.assembly.flat_file import group
from pipeline.assembly.further_rows import join_further
from pipeline.assembly.two_files import Joined, join
from pipeline.mapping.binding import RowMapper, column_index, used_columns
from pipeline.mapping.compiled import PREFIX, CompiledMapping
from pipeline.mapping.coverage import Coverage, Part, Written
from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.further import FurtherPlan, add_fields, half_a_window
from pipeline.mapping.preset import items_follow
from pipeline.mapping.split_rows import item_columns, item_lines, item_mapper
from pipeline.mapping.steps.moment import zone
from pipeline.model.archive import ArchivedOrder
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.draft import FieldProblem, MappedRow, OrderDraft, Problem
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, Severity, shown
from pipeline.model.lookup import Reference
from pipeline.model.planned import PlannedOrder, ReferenceUse, packed_rows
from pipeline.model.rows import RowRef, Table
from pipeline.runs.preparing.archive import ArchivePreparer
from pipeline.runs.preparing.order_shape import shape_of
from pipeline.runs.preparing.spool import Keyed
from pipeline.upload.content import content_of
from pipeline.upload.money_cell import cell_of
from pipeline.validation.rules import findings
from pipeline.validation.terms import Terms

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS
LARGE_BODY = 1 << 20
"""Bytes of one order beyond which servers, as they are usually set up, refuse a request."""


@dataclass(slots=True)
class Prepared:
    """What became of a partition. Each issue comes with the row of the order it belongs to, or ``None``.

    ``rows_used`` and ``rows_ignored`` count rows by the index of their table. ``references`` are the records
    that orders name on the target, and those they lie in, by digest.
    """

    orders: list[PlannedOrder] = made_by(default_factory=list)
    issues: list[tuple[RowRef | None, Issue]] = made_by(default_factory=list)
    rows_used: Counter[int] = made_by(default_factory=Counter)
    rows_ignored: Counter[int] = made_by(default_factory=Counter)
    items_read: int = 0
    without_items: int = 0
    references: dict[str, Reference] = made_by(default_factory=dict)
    used: list[Part] = made_by(default_factory=list)
    """Parts of the mapping that were used for the first time, where that is counted."""


class PartitionPreparer:
    """Turns the rows of whole orders into payloads, or into every reason why not.

    ``channel`` is the channel of the run, ``None`` for a check that names none. ``nonce`` begins the marks
    that stand in the payload in the place of records whose ids are not known yet; no cell can hold it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a payload depends on
        self,
        mapping: CompiledMapping,
        tables: Iterable[Table],
        terms: Terms,
        channel: int | None,
        nonce: str = "",
        coverage: Coverage | None = None,
    ) -> None:
        self._nonce = nonce
        self._coverage = coverage
        self._written = Written(mapping) if coverage is not None else None
        self._looks_up = bool(mapping.lookups)
        self._items_follow = items_follow(mapping.file)
        archive = mapping.archive
        self._archive = ArchivePreparer(mapping, archive, terms.now) if archive is not None else None
        self._tables = {table.index: table for table in tables}
        self._terms = terms
        self._zone = zone(mapping.file.timezone or "UTC") or UTC
        self._channel = channel
        keys = {name: source.key for _, name, source in mapping.file.sources.given()}
        self._plans = {plan.name: plan for plan in mapping.further}
        self._key_columns: dict[int, int] = {}
        self._further: dict[int, RowMapper] = {}
        self._orders: dict[int, RowMapper] = {}
        self._items: dict[int, RowMapper] = {}
        self._columns: dict[int, tuple[list[int], list[int]]] = {}
        for index, table in self._tables.items():
            self._key_columns[index] = column_index(table.header, keys[table.source]) or 0
            if table.source in self._plans:
                self._further[index] = RowMapper(self._plans[table.source].fields, table.header, flat=True)
                continue
            if table.source != "items":
                self._orders[index] = RowMapper(mapping.order, table.header)
            if table.source != "orders":
                self._items[index] = item_mapper(mapping, table)
            order_columns = sorted(used_columns(table, mapping.order) - {self._key_columns[index]})
            self._columns[index] = (order_columns, sorted(item_columns(mapping, table)))

    def prepare(self, keyed: Sequence[Keyed]) -> Prepared:
        """Prepare every order of a partition."""
        done = Prepared()
        damaged = {(rows.table, number) for rows in keyed for number in rows.damaged}
        neighbours: dict[str, list[RowRef]] = {}
        for rows in keyed:
            for key, number in rows.beside if self._tables[rows.table].source != "orders" else ():
                neighbours.setdefault(key, []).append((rows.table, number))
        flat = [rows for rows in keyed if self._tables[rows.table].source == "lines"]
        joined = self._flat(flat) if flat else self._two_files(keyed)
        for key, row in joined.orphans:
            self._ignore(key, row, Issue("E305", facts={"hint": ""}), done)
        if self._plans:
            self._join_further(joined, keyed, done)
        for draft in joined.orders:
            self._mark_incomplete(draft, damaged, neighbours.get(draft.key, []))
            self._finish(draft, done)
        if self._coverage is not None:
            done.used += self._coverage.used
            self._coverage.used.clear()
        return done

    def _ignore(self, key: str, row: MappedRow, why: Issue, done: Prepared) -> None:
        table, number = row.ref
        at = self._tables[table].at(number, self._key_columns[table])
        done.issues.append((None, Issue(why.code, at, shown(key), facts=why.facts)))
        done.rows_ignored[table] += 1

    def _join_further(self, joined: Joined, keyed: Sequence[Keyed], done: Prepared) -> None:
        """Give the rows of further sources to their orders, and their fields to the orders' fields."""
        orders: dict[str, OrderDraft] = {}
        for draft in joined.orders:
            orders.setdefault(draft.key, draft)
        for name, plan in self._plans.items():
            rows = [
                (key, self._further[part.table](row, (part.table, number)))
                for part in keyed
                if self._tables[part.table].source == name
                for key, number, row in zip(part.keys, part.numbers, part.rows, strict=True)
            ]
            rows.sort(key=lambda pair: pair[1].ref)
            for key, row in join_further(orders, name, rows, plan.rows):
                self._ignore(key, row, Issue("E313", facts={"source": name}), done)
            for draft in orders.values():
                self._take_fields(draft, plan)

    @staticmethod
    def _take_fields(draft: OrderDraft, plan: FurtherPlan) -> None:
        """Add to an order's fields what its rows of a further source say, or the problems they have."""
        rows = draft.further[plan.name]
        draft.odd_rows += [(row.ref, problem) for row in rows for problem in row.problems]
        fields: dict[str, Any] = {}
        for field in plan.fields:
            values = [row.fields[field.name] for row in rows if field.name in row.fields]
            pick = plan.picks.get(field.name)
            if pick is not None:
                value = pick.of(values)
            elif rows:
                value = values[0] if values else OMIT
            else:
                value = field.value
            if isinstance(value, Problem):
                draft.order.problems.append(FieldProblem(field.name, value))
            elif value is not OMIT:
                fields[field.name] = value
        add_fields(draft.order.fields, fields)
        half = half_a_window(draft.order.fields)
        if half is not None and not draft.odd_rows:
            draft.order.problems.append(half)

    def _two_files(self, keyed: Sequence[Keyed]) -> Joined:
        orders = [
            (key, self._orders[rows.table](row, (rows.table, number)))
            for rows in keyed
            if rows.table in self._orders
            for key, number, row in zip(rows.keys, rows.numbers, rows.rows, strict=True)
        ]
        items = [
            (key, self._items[rows.table](row, (rows.table, number)))
            for rows in keyed
            if rows.table in self._items
            for key, number, row in zip(rows.keys, rows.numbers, rows.rows, strict=True)
        ]
        orders.sort(key=lambda pair: pair[1].ref)
        items.sort(key=lambda pair: pair[1].ref)
        return join(orders, items)

    def _flat(self, keyed: Sequence[Keyed]) -> Joined:
        joined = Joined()
        seen: dict[str, OrderDraft] = {}
        for index in sorted({rows.table for rows in keyed}):
            rows = [
                (key, row, (index, number))
                for part in keyed
                if part.table == index
                for key, number, row in zip(part.keys, part.numbers, part.rows, strict=True)
            ]
            for found in group(rows, *self._columns[index]):
                order = self._orders[index](found.order_row, found.ref)
                items, odd = item_lines(self._items[index], found.items)
                problems = [*found.problems, *odd]
                draft = OrderDraft(found.key, order, items, problems, found.rows, filled=found.filled)
                if not items and not odd:
                    order.problems.append(FieldProblem("key", Problem("E302"), value=found.key))
                self._same_key_elsewhere(draft, seen)
                joined.orders.append(draft)
        return joined

    def _same_key_elsewhere(self, draft: OrderDraft, seen: dict[str, OrderDraft]) -> None:
        """An order that continues in another file was cut apart or exported twice: not ours to join."""
        first = seen.setdefault(draft.key, draft)
        if first is draft:
            return
        for one, other in ((first, draft), (draft, first)):
            file = self._tables[other.order.ref[0]].file
            facts: dict[str, str | int] = {
                "rows": f"{one.order.ref[1]} and {other.order.ref[1]} of {file}",
                "times": 2,
            }
            one.order.problems.append(FieldProblem("key", Problem("E303", facts), value=draft.key))

    @staticmethod
    def _mark_incomplete(draft: OrderDraft, damaged: set[RowRef], neighbours: list[RowRef]) -> None:
        """An order is sent whole or not at all: neither with a damaged row nor, perhaps, without one.

        What a damaged row's cells seem to say is not worth telling beside that they are damaged.
        """
        mapped = [draft.order, *draft.items, *(row for rows in draft.further.values() for row in rows)]
        for ref in draft.refs() if damaged else ():
            if ref in damaged:
                draft.odd_rows.append((ref, FieldProblem("row", Problem("E308", {"row": ref[1]}))))
        for row in mapped if damaged else ():
            if row.ref in damaged:
                row.problems.clear()
        for ref in dict.fromkeys(neighbours):
            draft.odd_rows.append((ref, FieldProblem("row", Problem("E310", {"row": ref[1]}))))

    def _finish(self, draft: OrderDraft, done: Prepared) -> None:
        order = draft.order
        if self._items_follow and "status" in order.fields:
            for item in draft.items:
                item.fields["status"] = order.fields["status"]
        number = order.fields.get("number")
        name = number if isinstance(number, str) else shown(draft.key)
        refs = draft.refs()
        done.rows_used.update([table for table, _ in refs])
        done.items_read += len(draft.items)
        done.without_items += not draft.items
        archive = self._archive if self._archive is not None and self._archive.claims(draft) else None
        if self._written is not None:
            done.used += self._written.look_at("order", order.fields)
            for item in draft.items:
                done.used += self._written.look_at(PREFIX["items"], item.fields)
        issues = self._problems(draft, name)
        if not _refuses(issues):
            issues += self._findings(draft, name)
        archived = None
        if archive is not None and not _refuses(issues):
            archived, more = self._archived(archive, draft, name)
            issues += more
        done.issues += [(order.ref, issue) for issue in issues]
        body = None if archive is not None or _refuses(issues) else self._body(draft)
        uses = self._uses(draft, done) if body is not None and self._looks_up else ()
        if body is not None and len(body) > LARGE_BODY:
            facts: dict[str, str | int] = {"size": len(body) // 1024, "items": len(draft.items)}
            at = self._tables[order.ref[0]].at(order.ref[1])
            done.issues.append((order.ref, Issue("W352", at, order=name, facts=facts)))
        amount, currency = order.fields.get("amount"), order.fields.get("currency")
        done.orders.append(
            PlannedOrder(
                at=order.ref,
                number=name,
                collision=fold(number if isinstance(number, str) else draft.key),
                currency=currency.upper() if isinstance(currency, str) else None,
                amount_minor=int(amount.scaleb(2)) if isinstance(amount, Decimal) else None,
                items=len(draft.items),
                rows=packed_rows(refs),
                body=body,
                sha256=_digest(body if archived is None else archived.whole()),
                uses=uses,
                content=self._content(draft) if body is not None else _digest(archived and archived.whole()),
                archived=archived,
                cell=cell_of(order.fields, self._zone),
                shape=shape_of(draft),
            )
        )

    def _archived(
        self, archive: ArchivePreparer, draft: OrderDraft, number: str
    ) -> tuple[ArchivedOrder | None, list[Issue]]:
        """The order's rows of migration files, and what is wrong with them or worth knowing."""
        archived, troubles = archive.make(draft)
        issues = []
        for index, told in troubles:
            row = draft.order if index is None else draft.items[index]
            mapper = (self._orders if index is None else self._items)[row.ref[0]]
            field = told.field if told.field.startswith("archive.") else told.field.partition(".")[2]
            at = self._tables[row.ref[0]].at(row.ref[1], mapper.column_of(field))
            issues.append(
                Issue(told.problem.code, at, told.value, number, told.field, facts=told.problem.facts)
            )
        return archived, issues

    def _problems(self, draft: OrderDraft, number: str) -> list[Issue]:
        issues = [self._issue(draft.order.ref, problem, "order", number) for problem in draft.order.problems]
        for item in draft.items:
            if item.problems:
                issues += [
                    self._issue(item.ref, problem, PREFIX["items"], number) for problem in item.problems
                ]
        issues += [self._issue(ref, problem, "order", number) for ref, problem in draft.odd_rows]
        channel = draft.order.fields.get("channel", self._channel)
        if self._channel is not None and channel != self._channel:
            facts: dict[str, str | int] = {"found": shown(channel), "wanted": self._channel}
            at = self._tables[draft.order.ref[0]].at(draft.order.ref[1])
            issues.append(Issue("E309", at, order=number, field="order.channel", facts=facts))
        return issues

    def _issue(self, ref: RowRef, problem: FieldProblem, section: str, number: str) -> Issue:
        table = self._tables[ref[0]]
        column = problem.column
        if column is None and problem.field == "key":
            column = self._key_columns[ref[0]]
        field = None if problem.field in ("key", "row") else f"{section}.{problem.field}"
        if problem.field.startswith("archive."):
            field = problem.field
        code, facts = problem.problem.code, problem.problem.facts
        return Issue(code, table.at(ref[1], column), problem.value, number, field, facts=facts)

    def _findings(self, draft: OrderDraft, number: str) -> list[Issue]:
        issues = []
        for found in findings(draft, self._terms):
            row = draft.order if found.item is None else draft.items[found.item]
            section = "order" if found.item is None else PREFIX["items"]
            mapper = (self._orders if found.item is None else self._items)[row.ref[0]]
            column = mapper.column_of(found.field)
            at = self._tables[row.ref[0]].at(row.ref[1], column)
            issues.append(Issue(found.code, at, None, number, f"{section}.{found.field}", facts=found.facts))
        return issues

    def _body(self, draft: OrderDraft) -> bytes:
        order = draft.order.fields
        if self._channel is not None:
            order = {**order, "channel": self._channel}
        payload = {"order": order, "order_item": [item.fields for item in draft.items]}
        body = orjson.dumps(payload, default=self._wire, option=_OPTIONS)
        return bytes(memoryview(body))  # the writer's own bytes sit in a buffer ten times their size

    def _content(self, draft: OrderDraft) -> bytes | None:
        """What the order says; a check that names no channel is compared with nothing."""
        if self._channel is None:
            return None
        return content_of(draft.order.fields, [item.fields for item in draft.items])

    def _wire(self, value: Any) -> str:  # noqa: ANN401 - called back by the JSON writer
        """Money and rates as text with two places, records as marks; anything else is a bug."""
        if isinstance(value, Decimal):
            return str(value)  # money has exactly two places since its cell was read
        if isinstance(value, Reference):
            return f"{self._nonce}:{value.digest}"
        raise TypeError(type(value).__name__)

    def _uses(self, draft: OrderDraft, done: Prepared) -> tuple[ReferenceUse, ...]:
        """Where the order names records; the records are added to ``done``, each before what lies in it."""
        uses = []
        for section, rows in (("order", [draft.order]), (PREFIX["items"], draft.items)):
            mappers = self._orders if section == "order" else self._items
            for row in rows:
                for field, value in row.fields.items():
                    if isinstance(value, Reference):
                        column = mappers[row.ref[0]].column_of(field)
                        uses.append(ReferenceUse(value.digest, row.ref, column, f"{section}.{field}"))
                        done.references.update((one.digest, one) for one in value.chain())
        return tuple(uses)


def _refuses(issues: Iterable[Issue]) -> bool:
    return any(CATALOGUE[issue.code].severity is not Severity.WARNING for issue in issues)


def _digest(body: bytes | None) -> bytes | None:
    return hashlib.sha256(body).digest() if body is not None else None
