"""One order through every transform, on a terminal."""

from collections.abc import Sequence

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Issue, Severity
from pipeline.model.language import _, retold
from pipeline.model.location import Location
from pipeline.reporting.shown.corrected import Correction, beside_cell, corrected_at
from pipeline.reporting.shown.traced_order import ShownOrder, ShownPart
from pipeline.reporting.shown.value_words import told_value
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.words.place_words import place_words

_STYLE = {Severity.FATAL: "bold red", Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def print_trace(screen: Screen, order: ShownOrder) -> None:
    """Print every field of the order and of its items, cell to payload, and what is wrong in its place."""
    said = (_("refused"), "bold red") if order.refused else (_("ready to be sent"), "bold green")
    screen.line((_("Order {key}: ").format(key=order.key), "bold"), said)
    item = 0
    for part in order.parts:
        item += part.name == "order_item"
        title = f"order_item[{item - 1}]" if part.name == "order_item" else part.name
        place = "  " + (place_words(part.at) if part.at else _("of all its rows"))
        screen.line()
        screen.line((title, "bold"), (place, "blue"))
        for trace, cells in part.fields:
            print_field(screen, order, part, trace, cells)
    rest = order.homeless()
    if rest:
        screen.line()
        screen.line((_("The order as a whole"), "bold"))
        for issue in rest:
            print_issue(screen, issue)


def print_field(  # noqa: PLR0913, PLR0917 - a field, its cells, and what is known of them
    screen: Screen,
    order: ShownOrder,
    part: ShownPart,
    trace: FieldTrace,
    cells: tuple[Location, ...],
    corrections: Sequence[Correction] = (),
) -> None:
    """Print one field: where it comes from, every step, and what is wrong with it."""
    issues = list(order.issues_at(part, trace))
    wrong = any(CATALOGUE[issue.code].severity is not Severity.WARNING for issue in issues)
    value = _("no value") if wrong and trace.value is OMIT else told_value(trace.value)
    how = _("constant") + "   " if trace.mapped and not trace.columns and not trace.steps else ""
    where = f"   {how}{trace.mark}" if trace.mark else "   " + _("not mapped: sent so by default")
    screen.line(f"  {trace.field} = ", (value, "bold red" if wrong else "bold"), (where, "dim"))
    for index, (at, column) in enumerate(zip(cells, trace.columns, strict=True)):
        place = f"{at.sheet}!{at.cell}" if at.sheet else str(at.cell)
        cell = told_value(trace.cells[index]) if trace.cells else ""  # a file that is gone shows no cells
        fixed = corrected_at(corrections, at)
        beside = f"  {beside_cell(fixed)}" if fixed is not None else ""
        screen.line((f"      {place} ({column})", "blue"), f"  {cell}" if cell else "", (beside, "yellow"))
    for step in trace.steps:
        _print_step(screen, step)
    for issue in issues:
        print_issue(screen, issue)


def _print_step(screen: Screen, step: Worked) -> None:
    given = ", ".join(told_value(value) for value in step.given if value is not None) or _("nothing")
    place = "   " + _("line {line}").format(line=step.mark.line) if step.mark else ""
    notes = f"   {', '.join(step.notes)}" if step.notes else ""
    if step.problem is not None:
        gave = (_("refused: {code}").format(code=step.problem.code), "bold red")
    else:
        gave = (told_value(step.gave), "default")
    screen.line(f"      {retold(step.name)}: {given} → ", gave, (notes, "yellow"), (place, "dim"))


def print_issue(screen: Screen, issue: Issue) -> None:
    """Print one issue and what to do about it."""
    entry = CATALOGUE[issue.code]
    head = f"      {_(entry.severity.value)}[{issue.code}]"
    screen.line((head, _STYLE[entry.severity]), f" {entry.message(issue)}")
    screen.line(f"        {_('fix:')} {entry.fix(issue)}")
