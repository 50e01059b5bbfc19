"""The report's section of orders in trouble: each with its wrong fields and its attempts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.language import _, retold
from pipeline.model.location import Location
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.shown.corrected import beside_cell, corrected_at, short_cell
from pipeline.reporting.shown.explained_order import ExplainedOrder, fit_to_show, wrong_parts
from pipeline.reporting.shown.explained_words import (
    answer_line,
    by_default,
    cause_of,
    lost_sentences,
    moment,
    rest_of,
    since_sentences,
)
from pipeline.reporting.shown.traced_order import ShownPart, written
from pipeline.reporting.shown.value_words import answer_of, told_value
from pipeline.reporting.words.next_step import Step
from pipeline.reporting.words.outcome import Outcome, outcome_of
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.state_words import state_words

MOST_FIELDS: Final = 16
"""Fields of one order; all of its fields are shown where it has no more and none is known to be wrong."""
MOST_LINES: Final = 8
_VALUE: Final = 80
_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class FieldView:
    """One payload field: its value, where that comes from, step by step, and what is wrong."""

    name: str
    value: str
    cells: tuple[tuple[str, str], ...]
    mapping: str
    steps: tuple[str, ...]
    lookup: str
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LifeView:
    """One order. ``anchor`` is where a link leads."""

    anchor: str
    number: str
    outcome: Outcome
    why: str
    place: str
    fields: tuple[FieldView, ...]
    more: int
    problems: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    attempts: tuple[tuple[str, str, tuple[str, ...]], ...]
    states: tuple[tuple[str, str, str], ...]
    next: tuple[Step, ...]
    command: str


def life_views(
    orders: Sequence[ExplainedOrder], most: int, *, show_pii: bool = False
) -> tuple[LifeView, ...]:
    """The first ``most`` of the orders, masked unless ``show_pii``."""
    return tuple(_view(fit_to_show(order, show_pii=show_pii)) for order in orders[:most])


def anchor_of(order: ExplainedOrder) -> str:
    """``order-`` and a digest of where the order stands: the same in every report of the run."""
    name = f"{order.at.file}\0{order.at.sheet}\0{order.at.row}\0{order.life.number}"
    return f"order-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _view(order: ExplainedOrder) -> LifeView:
    fields = _fields(order)
    reason = order.reason
    return LifeView(
        anchor=anchor_of(order),
        number=shortened(order.life.number, _VALUE),
        outcome=outcome_of(order.life.state),
        why=_why(reason.code, outcome_of(order.life.state)) if reason else "",
        place=shortened(place_words(reason.at if reason and reason.at else order.at), 2 * _VALUE),
        fields=tuple(fields[:MOST_FIELDS]),
        more=max(len(fields) - MOST_FIELDS, 0),
        problems=_problems(order),
        notes=tuple(
            shortened(one, _TEXT) for one in (*lost_sentences(order), *since_sentences(order, MOST_LINES))
        ),
        attempts=tuple(
            (
                f"{made.attempt}. {moment(made.started)}",
                shortened(answer_line(made), _TEXT),
                tuple(shortened(str(said), _TEXT) for said in made.complaints[:MOST_LINES]),
            )
            for made in order.life.tries[-MOST_LINES:]
        ),
        states=tuple(
            (moment(step.at), state_words(step.state), shortened(cause_of(step), _TEXT))
            for step in order.steps[-2 * MOST_LINES :]
        ),
        next=order.next,
        command=f"orderlift explain {order.run_id}:{shortened(order.life.number, _VALUE)}",
    )


def _why(code: str, outcome: Outcome) -> str:
    title = _(CATALOGUE[code].title)
    return code if title == outcome.name else f"{code} {title}"


def _problems(order: ExplainedOrder) -> tuple[tuple[str, str], ...]:
    """What is wrong with the order as a whole, the reason first."""
    reason = [order.reason] if order.reason and order.reason in order.traced.homeless() else []
    at_no_field = [*reason, *(one for one in rest_of(order) if one not in reason)]
    if order.reason is not None and not order.traced.issues:
        at_no_field = [order.reason]
    return tuple(
        (one.code, shortened(CATALOGUE[one.code].message(one), _TEXT)) for one in at_no_field[:MOST_LINES]
    )


def _fields(order: ExplainedOrder) -> list[FieldView]:
    parts = wrong_parts(order)
    some = any(any(order.traced.issues_at(part, trace)) for part in parts for trace, _cells in part.fields)
    found = []
    for place, part in _placed(order, parts):
        for trace, cells in part.fields:
            if not by_default(order, part, trace) and (some or trace.value is not OMIT or trace.mark):
                found.append(_field(order, part, trace, cells, place))
    return found


def _placed(order: ExplainedOrder, parts: Sequence[ShownPart]) -> list[tuple[int | None, ShownPart]]:
    """Each part with the place of its item in the payload; parts may be some of the order's only."""
    items = [part for part in order.traced.parts if part.name == "order_item"]
    found: list[tuple[int | None, ShownPart]] = []
    last = 0
    for part in parts:
        if part.name != "order_item":
            found.append((None, part))
            continue
        place = next(
            (
                index
                for index, one in enumerate(items[last:], last)
                if one.at == part.at and set(map(id, _traces(part))) <= set(map(id, _traces(one)))
            ),
            None,
        )
        last = last if place is None else place
        found.append((place, part))
    return found


def _traces(part: ShownPart) -> list[FieldTrace]:
    return [trace for trace, _cells in part.fields]


def _field(
    order: ExplainedOrder, part: ShownPart, trace: FieldTrace, cells: Sequence[Location], item: int | None
) -> FieldView:
    section, _dot, name = trace.field.partition(".")
    named = order.named(part, trace)
    raw = [written(cell) for cell in trace.cells] if trace.cells else [""] * len(cells)
    return FieldView(
        name=f"{section}[{item}].{name}" if item is not None else trace.field,
        value=_("no value") if trace.value is OMIT else shortened(told_value(trace.value), _VALUE),
        cells=tuple(
            (shortened(short_cell(at), _VALUE), _raw(order, at, text))
            for at, text in zip(cells, raw, strict=False)
        )[:MOST_LINES],
        mapping=shortened(str(trace.mark), 2 * _VALUE) if trace.mark else "",
        steps=tuple(_step(step) for step in trace.steps[:MOST_LINES]),
        lookup=shortened(answer_of(named), _TEXT) if named else "",
        problems=tuple(
            (issue.code, shortened(CATALOGUE[issue.code].message(issue), _TEXT))
            for issue in list(order.traced.issues_at(part, trace))[:MOST_LINES]
        ),
    )


def _raw(order: ExplainedOrder, at: Location, text: str) -> str:
    """What a cell holds, and what it held before somebody corrected it."""
    fixed = corrected_at(order.corrections, at)
    told = [shortened(text, _VALUE)] if text else []
    return "; ".join([*told, *([shortened(beside_cell(fixed), _TEXT)] if fixed is not None else [])])


def _step(step: Worked) -> str:
    given = ", ".join(told_value(value) for value in step.given if value is not None) or _("nothing")
    gave = _("refused: {code}").format(code=step.problem.code) if step.problem else told_value(step.gave)
    return f"{retold(step.name)}: {shortened(given, _VALUE)} → {shortened(gave, _VALUE)}"
