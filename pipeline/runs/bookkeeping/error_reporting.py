"""The target is told of the orders that it refused, of each once at most."""

from typing import Any

import orjson

from pipeline.bookkeeping.error_report import error_report
from pipeline.bookkeeping.reply import pk_of
from pipeline.journal.books import SENDING, SENT, UNCLEAR, RefusedOrder
from pipeline.model.catalogue import message_of
from pipeline.model.exchange import Answer, NoAnswer, Reply, Wire
from pipeline.model.issue import Issue
from pipeline.model.language import ENGLISH, speaking
from pipeline.reporting.masking.mask import mask
from pipeline.runs.bookkeeping.desk import Desk, unfinished
from pipeline.runs.bookkeeping.registering import Batches

AT_ONCE = 100
_TRY_AGAIN = frozenset({429})


class ErrorReporting:
    """Sends the error reports of a run. A report whose answer is lost is not sent again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._batches = Batches(desk)

    async def run(self) -> None:
        """Do it; raises :class:`Unfinished` where it cannot be done to the end now."""
        desk = self._desk
        lost = await desk.books(lambda books: books.in_doubt_reports())
        issues = [
            desk.issue(one, "W354", {"reason": "the program ended before an answer came"}) for one in lost
        ]
        await desk.books(lambda books: books.report([one.id for one in lost], UNCLEAR, issues))
        if not await desk.books(lambda books: books.unreported(1)):
            return
        kind = await self._content_type()
        batch = await self._batches.open(await desk.books(lambda books: books.report_batch()))
        while found := await desk.books(lambda books: books.unreported(AT_ONCE)):
            for refused in found:
                await self._tell(refused, batch.pk or 0, kind)
        await self._batches.close(batch)

    async def _content_type(self) -> int:
        """The target's own id for batch requests as a content type."""
        for one in await self._desk.listed("content_types/", [("model", "batchrequest")]):
            pk = pk_of(dict(one))
            if one.get("model") == "batchrequest" and pk is not None:
                return pk
        raise unfinished("the target does not know batch requests as a content type")

    async def _tell(self, refused: RefusedOrder, batch: int, kind: int) -> None:
        desk, order = self._desk, refused.order
        body = _body(refused, batch, kind)
        for failures in range(max(1, desk.attempts)):
            desk.go_on()
            await desk.books(lambda books: books.report([order.id], SENDING))
            reply = await desk.post(f"channel/{desk.channel}/error_reports/", body)
            if not _not_applied(reply):
                await self._conclude(refused, reply)
                return
            await desk.books(lambda books: books.report([order.id], None))
            _stop_for(reply)
            await desk.after_failure(failures)
        raise unfinished("error reports are not taken at present")

    async def _conclude(self, refused: RefusedOrder, reply: Reply) -> None:
        desk, order = self._desk, refused.order
        if isinstance(reply, Answer) and reply.status == 201:  # noqa: PLR2004 - HTTP
            await desk.books(lambda books: books.report([order.id], SENT))
            return
        reason = reply.reason if isinstance(reply, NoAnswer) else f"answer {reply.status}"
        issue = desk.issue(order, "W354", {"reason": reason})
        await desk.books(lambda books: books.report([order.id], UNCLEAR, [issue]))


def _not_applied(reply: Reply) -> bool:
    if isinstance(reply, NoAnswer):
        return reply.wire is Wire.NEVER_SENT
    return reply.status in (401, 403, 404, *_TRY_AGAIN)


def _stop_for(reply: Reply) -> None:
    """Raise where a person has to act."""
    if isinstance(reply, Answer) and reply.status == 401:  # noqa: PLR2004 - HTTP
        raise unfinished("answer 401", "E501")
    if isinstance(reply, Answer) and reply.status in (403, 404):
        raise unfinished(f"the target answers {reply.status} to error reports of this channel")


def _body(refused: RefusedOrder, batch: int, kind: int) -> bytes:
    order, facts = refused.order, orjson.loads(refused.facts)
    payload: dict[str, Any] = orjson.loads(order.body)
    with speaking(ENGLISH):  # what the target is sent does not depend on who runs the program
        message = message_of(Issue(refused.code, order=order.number, facts=facts))
    complaints = str(facts.get("complaints", ""))
    keep = {order.number}
    return error_report(
        payload, refused.code, mask(message, keep), mask(complaints, keep), batch=batch, batch_type=kind
    )
