"""One order explained, on a terminal."""

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.language import _, ngettext, retold
from pipeline.model.order_life import AttemptMade
from pipeline.model.states import FINAL, State
from pipeline.reporting.masking.visible import shortened
from pipeline.reporting.shown.explained_order import ExplainedOrder
from pipeline.reporting.shown.explained_words import (
    amount_text,
    answer_line,
    by_default,
    cause_of,
    defaults_of,
    lost_sentences,
    moment,
    request_line,
    rest_of,
    since_sentences,
)
from pipeline.reporting.shown.hiding import HIDDEN
from pipeline.reporting.shown.traced_order import ShownPart
from pipeline.reporting.shown.value_words import answer_of
from pipeline.reporting.terminal.console import Screen
from pipeline.reporting.terminal.trace import print_field, print_issue
from pipeline.reporting.words.outcome import outcome_of
from pipeline.reporting.words.place_words import place_words
from pipeline.reporting.words.state_words import state_words


def print_explained(screen: Screen, order: ExplainedOrder, *, show_pii: bool = False) -> None:
    """Print an order's fields, attempts, states and what to do next; ``order`` is fit to be shown."""
    _print_head(screen, order)
    _print_fields(screen, order)
    _print_attempts(screen, order)
    _print_states(screen, order)
    _print_next(screen, order)
    if not show_pii:
        screen.line()
        screen.line((_("Personal data is masked; --show-pii shows it."), "dim"))


def _print_head(screen: Screen, order: ExplainedOrder) -> None:
    life = order.life
    out = outcome_of(life.state)
    good = life.state in FINAL and life.state in (State.CREATED, State.ALREADY_PRESENT)
    bad = life.state not in (State.PLANNED, State.UNRESOLVED) and not good
    style = "bold green" if good else "bold red" if bad else "bold"
    head = _("Order {number} of run {run}: ").format(number=life.number, run=order.run_id)
    screen.line((head, "bold"), (f"{out.symbol} {out.name}", style))
    facts = [place_words(order.at)]
    if life.amount_minor is not None:
        facts.append(f"{amount_text(life.amount_minor)} {life.currency or ''}".strip())
    facts.append(ngettext("{count} item", "{count} items", life.items).format(count=life.items))
    if order.target is not None:
        facts.append(_("channel {channel} of {target}").format(channel=order.channel, target=order.target))
    if life.remote_id is not None:
        facts.append(_("target id {id}").format(id=life.remote_id))
    screen.line(f"  {' · '.join(facts)}")
    if order.retries:
        screen.line("  " + _("The run repeats run {run}.").format(run=order.retries))
    _print_reason(screen, order)
    for sentence in (*lost_sentences(order), *since_sentences(order)):
        screen.line((f"  {sentence}", "yellow"))


def _print_reason(screen: Screen, order: ExplainedOrder) -> None:
    """Why it does not stand on the target; in a word where a field below tells it all."""
    reason = order.reason
    if reason is None:
        return
    at_a_field = reason.field is not None and not any(
        (issue.code, issue.at, issue.field) == (reason.code, reason.at, reason.field)
        for issue in order.traced.homeless()
    )
    if at_a_field:
        place = f"{place_words(reason.at)}, {reason.field}" if reason.at else reason.field
        screen.line((f"  {reason.code}", "bold red"), f" {_(CATALOGUE[reason.code].title)}: {place}")
    else:
        print_issue(screen, reason)


def _print_fields(screen: Screen, order: ExplainedOrder) -> None:
    item = 0
    for part in order.traced.parts:
        item += part.name == "order_item"
        title = f"order_item[{item - 1}]" if part.name == "order_item" else part.name
        screen.line()
        place = f"  {place_words(part.at)}" if part.at else _("  of all its rows")
        screen.line((title, "bold"), (place, "blue"))
        for trace, cells in part.fields:
            if not by_default(order, part, trace):
                print_field(screen, order.traced, part, trace, cells, order.corrections)
                _print_record(screen, order, part, trace)
        _print_defaults(screen, order, part)
    for issue in rest_of(order):
        print_issue(screen, issue)


def _print_defaults(screen: Screen, order: ExplainedOrder, part: ShownPart) -> None:
    text = defaults_of(order, part)
    if text:
        screen.line((f"  {_('not mapped, sent so by default:')} {text}", "dim"))


def _print_record(screen: Screen, order: ExplainedOrder, part: ShownPart, trace: FieldTrace) -> None:
    named = order.named(part, trace) if trace.value is not OMIT else None
    if named is not None:
        screen.line((f"      {_('lookup:')} ", "magenta"), answer_of(named))


def _print_attempts(screen: Screen, order: ExplainedOrder) -> None:
    life = order.life
    if not life.tries and not life.files:
        return
    screen.line()
    screen.line((_("Attempts"), "bold"))
    if life.tries:
        size = _("{size} bytes, sha256 {digest}").format(size=len(life.body or b""), digest=life.sha256)
        screen.line(f"  {request_line(order)}   Authorization: Token {HIDDEN}   {size}")
    for made in life.tries:
        _print_attempt(screen, made)
    for file in life.files:
        seen = f": {shortened(retold(file.seen), 200)}" if file.seen else ""
        which = _(" (migration {id})").format(id=file.migration_id) if file.migration_id else ""
        place = _("{file} row {row}").format(file=file.name, row=file.row)
        screen.line(f"  {place}, {file.kind}{which}: {state_words(file.state)}{seen}")


def _print_attempt(screen: Screen, made: AttemptMade) -> None:
    screen.line((f"  {made.attempt}. ", "bold"), f"{moment(made.started)}  {answer_line(made)}")
    for said in made.complaints:
        screen.line(f"       {said}")


def _print_states(screen: Screen, order: ExplainedOrder) -> None:
    screen.line()
    screen.line((_("States"), "bold"))
    for step in order.steps:
        screen.line(f"  {moment(step.at):24}  ", (f"{state_words(step.state):16}", "bold"), cause_of(step))
    for look in order.life.lookups:
        found = _("no answer") if look.found is None else _("{count} found").format(count=look.found)
        told = _("looked up by number: {found}").format(found=found)
        screen.line((f"  {moment(look.at):24}  {told}", "dim"))


def _print_next(screen: Screen, order: ExplainedOrder) -> None:
    screen.line()
    screen.line((_("What to do next"), "bold"))
    for step in order.next:
        screen.line(f"  {step.command}", (f"   {step.purpose}", "dim"))
    if not order.next:
        screen.line("  " + _("Nothing: the order stands on the target."))
