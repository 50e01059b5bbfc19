"""One order explained, on a terminal."""

from datetime import UTC, datetime

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.issue import Issue
from pipeline.model.language import N_, _, ngettext, retold
from pipeline.model.order_life import AttemptMade
from pipeline.model.states import FINAL, State
from pipeline.reporting.console import Screen
from pipeline.reporting.explained import ExplainedOrder
from pipeline.reporting.explained_corrections import since_line
from pipeline.reporting.hiding import HIDDEN
from pipeline.reporting.outcome import outcome_of
from pipeline.reporting.place_words import place_words
from pipeline.reporting.state_words import state_words
from pipeline.reporting.trace_text import print_field, print_issue
from pipeline.reporting.trace_view import ShownPart
from pipeline.reporting.value_words import answer_of, told_value
from pipeline.reporting.visible import shortened
from pipeline.upload import life_steps as steps
from pipeline.upload.life_steps import LifeStep

MEANINGS = {
    "applied": N_("the order was created"),
    "refused": N_("refused"),
    "duplicate": N_("refused as a duplicate"),
    "not_applied": N_("proven not to have been applied"),
    "doubt": N_("no clear answer"),
    "unclear": N_("refused in words nobody taught us"),
    "absent": N_("not on the target, as it turned out"),
}
"""What an answer meant, by the journal's word for it."""


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


def amount_text(minor: int) -> str:
    """Hundredths as ``1234.50``."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def lost_sentences(order: ExplainedOrder) -> list[str]:
    """Why cells show no values, a sentence for each file."""
    words = {
        "gone": _("{file} is not there any more: the stored payload is shown instead of its cells."),
        "changed": _("{file} has changed since the run: the stored payload is shown instead of its cells."),
        "unread": _("{file} cannot be read any more: the stored payload is shown instead of its cells."),
        "corrections": _(
            "The corrections of {file} cannot be read any more: the stored payload is shown instead of its "
            "cells."
        ),
        "mapping": _(
            "What {file} builds on has changed since: the stored payload is shown instead of its steps."
        ),
    }
    return [words[why].format(file=file) for file, why in order.lost.items()]


def since_sentences(order: ExplainedOrder, most: int | None = None) -> list[str]:
    """What was corrected since the run, a sentence for each cell, and whether that makes the order whole."""
    since = [one for one in order.corrections if one.since]
    told = [_("Corrected since: {cell}").format(cell=since_line(one)) for one in since[:most]]
    if order.ready_since is not None:
        told.append(
            _("With what was corrected since, the order is ready. Later runs say whether they sent it.")
            if order.ready_since
            else _("With what was corrected since, the order is still not ready to be sent.")
        )
    return told


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


def rest_of(order: ExplainedOrder) -> list[Issue]:
    """What is wrong or worth knowing that belongs to no field, and is not said at the head."""
    reason = order.reason
    told = (reason.code, reason.at, reason.field) if reason else None
    return [one for one in order.traced.homeless() if (one.code, one.at, one.field) != told]


def by_default(order: ExplainedOrder, part: ShownPart, trace: FieldTrace) -> bool:
    """Whether a field is sent without any rule of the mapping, and nothing is wrong with it."""
    return not trace.mapped and trace.mark is None and not any(order.traced.issues_at(part, trace))


def defaults_of(order: ExplainedOrder, part: ShownPart) -> str:
    """The fields of a part that no rule gives, on one line: ``discount_amount 0.00, parent null``."""
    return ", ".join(
        f"{trace.field.partition('.')[2]} {told_value(trace.value)}"
        for trace, _cells in part.fields
        if by_default(order, part, trace) and trace.value is not OMIT
    )


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


def request_line(order: ExplainedOrder) -> str:
    """What was asked of the target, as a program would write it."""
    return f"POST {(order.target or '').rstrip('/')}/api/v1/channel/{order.channel}/create_orders/"


def _print_attempt(screen: Screen, made: AttemptMade) -> None:
    screen.line((f"  {made.attempt}. ", "bold"), f"{moment(made.started)}  {answer_line(made)}")
    for said in made.complaints:
        screen.line(f"       {said}")


def answer_line(made: AttemptMade) -> str:
    """``answer 400 after 0.012 s: refused``."""
    if made.outcome is None:
        return _("no answer was ever written down")
    reason = f" ({retold(made.reason)})" if made.reason else ""
    if made.finished is None:
        answer = _("answer {status}") if made.status is not None else _("no answer")
    elif made.status is not None:
        answer = _("answer {status} after {seconds} s")
    else:
        answer = _("no answer after {seconds} s")
    seconds = f"{(made.finished or made.started) - made.started:.3f}"
    return f"{answer.format(status=made.status, seconds=seconds)}: {meaning_of(made.outcome)}{reason}"


def meaning_of(outcome: str) -> str:
    """What an answer meant, in words."""
    return _(MEANINGS[outcome]) if outcome in MEANINGS else outcome


def _print_states(screen: Screen, order: ExplainedOrder) -> None:
    screen.line()
    screen.line((_("States"), "bold"))
    for step in order.steps:
        screen.line(f"  {moment(step.at):24}  ", (f"{state_words(step.state):16}", "bold"), cause_of(step))
    for look in order.life.lookups:
        found = _("no answer") if look.found is None else _("{count} found").format(count=look.found)
        told = _("looked up by number: {found}").format(found=found)
        screen.line((f"  {moment(look.at):24}  {told}", "dim"))


def cause_of(step: LifeStep) -> str:
    """Why an order came into a state, in words."""
    if step.cause == steps.RUN:
        by_itself = step.epoch is None
        return _("as planned") if by_itself else _("by the run ({start})").format(start=_start(step))
    told = {
        steps.ATTEMPT: _("attempt {number} leaves ({start})"),
        steps.ANSWER: _("attempt {number}: {meaning}"),
        steps.SILENCE: _("the program ended before an answer to attempt {number} was written ({start})"),
        steps.LOOKUP: _("the target was asked"),
        steps.FILE: _("file {said} is started ({start})"),
        steps.FILE_ENDED: _("file {said} has ended"),
        steps.PERSON: _("a person decided; {said}"),
    }[step.cause]
    meaning = meaning_of(step.said or "")
    return told.format(number=step.number, start=_start(step), said=step.said, meaning=meaning)


def _start(step: LifeStep) -> str:
    return _("start {number}").format(number=step.epoch)


def moment(at: float | None) -> str:
    """A time in UTC to the millisecond, or that nobody wrote it down."""
    if at is None:
        return "–"
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _print_next(screen: Screen, order: ExplainedOrder) -> None:
    screen.line()
    screen.line((_("What to do next"), "bold"))
    for step in order.next:
        screen.line(f"  {step.command}", (f"   {step.purpose}", "dim"))
    if not order.next:
        screen.line("  " + _("Nothing: the order stands on the target."))
