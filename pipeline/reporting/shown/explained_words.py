"""What is said of an explained order, wherever it is said."""

from datetime import UTC, datetime

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace
from pipeline.model.issue import Issue
from pipeline.model.language import N_, _, retold
from pipeline.model.order_life import AttemptMade
from pipeline.reporting.shown.corrected import since_line
from pipeline.reporting.shown.explained_order import ExplainedOrder
from pipeline.reporting.shown.traced_order import ShownPart
from pipeline.reporting.shown.value_words import told_value
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


def request_line(order: ExplainedOrder) -> str:
    """What was asked of the target, as a program would write it."""
    return f"POST {(order.target or '').rstrip('/')}/api/v1/channel/{order.channel}/create_orders/"


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
