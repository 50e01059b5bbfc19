"""What is written down of an order when an attempt is over: its outcome, and the issue that stands for it."""

from collections.abc import Mapping

from pipeline.model.exchange import Answer, Reply
from pipeline.model.issue import Issue
from pipeline.model.planned import DoubtfulOrder, Outcome, ReadyOrder
from pipeline.model.rows import Table
from pipeline.model.states import State
from pipeline.runs.sending.said import said_by
from pipeline.upload.verdict import Meaning, Verdict

_VIA = {Meaning.APPLIED: "201", Meaning.DUPLICATE: "duplicate"}


def outcome_of(  # noqa: PLR0913, PLR0917 - what an outcome is made of
    order: ReadyOrder, state: State, verdict: Verdict, reply: Reply, trouble: str, finished: float
) -> Outcome:
    """The outcome of an attempt that was judged; ``finished`` in seconds since 1970 (UTC)."""
    return Outcome(
        order_id=order.id,
        state=state.value,
        attempt=order.attempts,
        meaning=verdict.meaning.value,
        status=reply.status if isinstance(reply, Answer) else None,
        reason=trouble if verdict.meaning in (Meaning.DOUBT, Meaning.NOT_APPLIED) else None,
        finished=finished,
        via=_VIA.get(verdict.meaning) if state is State.CREATED else None,
        remote_id=verdict.remote_id,
        complaints=said_by(reply, order.number),
    )


def issue_of(
    table: Table,
    order: ReadyOrder | DoubtfulOrder,
    code: str,
    facts: Mapping[str, str | int],
    reply: Reply | None = None,
) -> Issue:
    """The issue at an order's row; where the target names a field in its first complaint, with that."""
    field = None
    if isinstance(reply, Answer) and reply.complaints:
        names = [part for part in reply.complaints[0].path if isinstance(part, str)]
        field = ".".join(names[:2]) if len(names) > 1 else None
    return Issue(code, table.at(order.at[1]), order=order.number, field=field, facts=facts)
