"""An undo is planned: what a run created is read back, sorted, and sealed as a run of its own kind."""

import asyncio
import random
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from pipeline.journal.planning import Planning
from pipeline.journal.taking_over import EarlierRun
from pipeline.journal.undo_planning import (
    CreatedByRun,
    add_lines,
    make_undo_tables,
    undo_digest,
)
from pipeline.model.exchange import Lookup
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import TargetRefused, UsageRefused
from pipeline.model.undo import HEADER, CreatedOrder, CreatedRecord, Group, UndoLine
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.asking import ask_at
from pipeline.runs.connection.turns import Turns
from pipeline.runs.opening.header import capability_of, tool_version
from pipeline.runs.state_folder.catalogue_of_runs import find_run, new_run_id, write_card
from pipeline.target.client import OmnitronClient
from pipeline.target.token import Token
from pipeline.target.transport import Transport
from pipeline.upload.backoff import backoff
from pipeline.upload.undo import BEFORE_SHIPPING, IRREVERSIBLE, Sorted, out_of_reach, sort_order

AT_ONCE = 200
COMMAND = "undo"
NOT_CHECKED = (
    "Which statuses the target lets orders be cancelled from; it says so only when it is asked to.",
    "Whether the reason is one that the target knows.",
    "What a cancelling sets off at the target: mails, refunds, stock, the ERP.",
)


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """What to undo.

    ``reason`` is the id of the target's reason for cancelling, ``statuses`` are the codes of orders that are
    cancelled. ``ignore_modified`` takes an order for untouched though it was modified later, if all
    that was sent still reads the same.
    """

    run: str
    reason: int
    statuses: frozenset[str] = frozenset(BEFORE_SHIPPING)
    ignore_modified: bool = False


def seal_undo(
    request: UndoRequest,
    sending: SendRequest,
    places: Places,
    progress: Callable[[str, int], None] = lambda _what, _more: None,
) -> str:
    """Read back what a run created, seal what can be done about it; returns the id of the undo.

    Nothing is changed on the target. Raises :class:`UsageRefused` where the run cannot be undone,
    :class:`TargetRefused` (E531) where an order cannot be read, :class:`JournalRefused` as planning does.
    """
    source_id = find_run(places, request.run, sendable=True)
    run_id = new_run_id()
    with EarlierRun(places.journal(source_id)) as source:
        source.demand_content()
        if not capability_of(source.header).lookup:
            reason = "the run's target cannot be asked what it holds, so nothing could be proven"
            raise UsageRefused(Issue("E663", facts={"run": source_id, "reason": reason}))
        address = address_of(source.header["target"], source.header["channel"])
        planning = Planning(places.journal(run_id))
        try:
            planning.transaction(make_undo_tables)
            created = CreatedByRun(source.read)

            async def ask(transport: Transport, token: Token, turns: Turns) -> None:
                client = OmnitronClient(transport, address, token, turns)
                await _Sorting(client, request, sending, created, planning, progress).run()

            ask_at(address, sending, ask)
            planning.transaction(lambda db: add_lines(db, map(_record, created.records())))
            header = _header(run_id, source.header, request, undo_digest(planning.read))
            header[HEADER]["unsettled"] = created.unsettled()
            planning.seal(header, _NO_ROWS, sendable=True)
        except BaseException:
            planning.close()
            shutil.rmtree(places.run_dir(run_id), ignore_errors=True)  # unsealed: nothing was ever sent
            raise
        planning.close()
        write_card(places, header)
    return run_id


_NO_ROWS = dict.fromkeys(("orders", "items_read", "rows_read", "rows_used", "rows_ignored"), 0)


@dataclass(slots=True)
class _Sorting:
    """The orders of one run, read back and sorted."""

    client: OmnitronClient
    request: UndoRequest
    sending: SendRequest
    created: CreatedByRun
    planning: Planning
    progress: Callable[[str, int], None]

    async def run(self) -> None:
        """Sort every order that the run created; raises :class:`TargetRefused`."""
        last = -1
        while orders := self.created.orders(last, AT_ONCE):
            gate = asyncio.Semaphore(max(1, self.sending.concurrency))
            tasks = [asyncio.create_task(self._lines(order, gate)) for order in orders]
            try:
                lines = [line for found in await asyncio.gather(*tasks) for line in found]
            except BaseException:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                raise
            self.planning.transaction(lambda db, lines=lines: add_lines(db, lines))  # type: ignore[misc]
            self.progress("records", len(orders))
            last = orders[-1].id

    async def _lines(self, order: CreatedOrder, gate: asyncio.Semaphore) -> Sequence[UndoLine]:
        found = out_of_reach(order)
        if found is None:
            async with gate:
                lookup = await self._read(order)
            request = self.request
            found = sort_order(
                order, lookup, request.reason, request.statuses, ignore_modified=request.ignore_modified
            )
        line = _line(order, found)
        return (line, _registration(line)) if order.registered else (line,)

    async def _read(self, order: CreatedOrder) -> Lookup:
        reason = ""
        for failures in range(max(1, self.sending.attempts)):
            lookup = await self.client.lookup(order.number)
            if lookup.orders is not None:
                return lookup
            reason = lookup.reason
            if lookup.status in (401, 403):
                raise TargetRefused(Issue("E501" if lookup.status == 401 else "E502"))  # noqa: PLR2004 - HTTP
            if failures + 1 < self.sending.attempts:
                await asyncio.sleep(backoff(failures, random.random()))  # noqa: S311 - no secret
        facts: dict[str, str | int] = {"last": shown(reason), "run": self.request.run}
        raise TargetRefused(Issue("E531", facts=facts))


def _line(order: CreatedOrder, found: Sorted) -> UndoLine:
    return UndoLine(
        "order",
        found.group,
        order.number,
        order.collision,
        order.file,
        order.sheet,
        order.row,
        order.currency,
        order.amount_minor,
        found.remote_id or order.remote_id,
        found.status,
        found.body,
        orjson.dumps(found.seen) if found.seen else b"",
        found.code,
        found.facts,
    )


def _registration(line: UndoLine) -> UndoLine:
    facts = {"what": f"order {shown(line.number)}", "reason": "its registered remote id stays registered"}
    return line._replace(
        kind="registration",
        group=Group.IRREVERSIBLE,
        currency=None,
        amount_minor=None,
        body=b"",
        seen=b"",
        code=IRREVERSIBLE,
        facts=facts,
    )


_STAYS = {
    "customer": "customers are not deleted",
    "address": "addresses are not deleted",
    "customer_change": "what it was before is in the journal of the run, and is not written back",
    "archive_customer": "customers of the archive are not deleted, nor are their addresses",
}


def _record(record: CreatedRecord) -> UndoLine:
    what = f"{record.kind} {shown(record.remote_id or '?')}"
    if record.kind == "customer_change":
        what = f"the change of customer {shown(record.remote_id or '?')}"
    if record.kind == "archive_customer":
        what = f"the archive's customer of order {shown(record.number)}"
    facts: dict[str, str | int] = {
        "what": what,
        "reason": _STAYS.get(record.kind, "nothing that is known takes it back"),
    }
    return UndoLine(
        record.kind,
        Group.IRREVERSIBLE,
        record.number,
        remote_id=record.remote_id,
        code=IRREVERSIBLE,
        facts=facts,
    )


def _header(run_id: str, source: dict[str, Any], request: UndoRequest, digest: str) -> dict[str, Any]:
    """The header of an undo: the run's own, less what speaks of files."""
    return {
        **source,
        "run_id": run_id,
        "command": COMMAND,
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
        "version": tool_version(),
        "nonce": secrets.token_hex(8),
        "mapping_name": f"undo of {source['run_id']}",
        "retries": None,
        "undoes": source["run_id"],
        "inputs": [],
        "decisions": None,
        "needless": [],
        "snapshot": None,
        "preset": None,
        "bookkeeping": {},
        "orders_per_file": None,
        "not_checked": list(NOT_CHECKED),
        HEADER: {
            "run": source["run_id"],
            "reason": request.reason,
            "statuses": sorted(request.statuses),
            "ignore_modified": request.ignore_modified,
            "digest": digest,
        },
    }
