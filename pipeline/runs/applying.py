"""A sealed run is sent: locks, journal, client, workers, and what became of it."""

import contextlib
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pipeline.journal.lock import Lock
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.catalogue.environment import ORIGIN_FAULTS
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue, shown
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.rows import Table
from pipeline.runs import clocks
from pipeline.runs.archive_part import archive_folder, archiving_of, has_archive, left_for_later, may_follow
from pipeline.runs.book_desk import Desk, Unfinished
from pipeline.runs.bookkeeping import Bookkeeping, book_terms
from pipeline.runs.canary import Canary
from pipeline.runs.changing import Changing
from pipeline.runs.channel_files import channel_file
from pipeline.runs.comparing import compare_before_sending
from pipeline.runs.connecting import connection, run_loop
from pipeline.runs.descriptors import within_descriptors
from pipeline.runs.disk import fit_disk
from pipeline.runs.header import capability_of
from pipeline.runs.interrupt import on_interrupt
from pipeline.runs.landing import land_complaints
from pipeline.runs.learnt_pace import keep_learnt, turns_of
from pipeline.runs.ledger_keeping import take_over
from pipeline.runs.private_places import demand_private
from pipeline.runs.progress import Progress
from pipeline.runs.recorder import Recorder
from pipeline.runs.reference_stage import ReferenceStage, Resolved
from pipeline.runs.request import Places, SendRequest
from pipeline.runs.sending import Sending
from pipeline.runs.token_again import TokenAgain
from pipeline.runs.turns import Turns
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.migrations import MigrationsClient
from pipeline.target.order_pages import OrderPages
from pipeline.target.origin import OriginRefusedError, parse_target
from pipeline.target.records import RecordsClient
from pipeline.target.token import Token
from pipeline.target.transport import Transport
from pipeline.upload.backoff import LONGEST_ASKED

Answer = TypeVar("Answer")
INTERRUPTED = "interrupted"
TERMINATED = "terminated"


def address_of(target: str, channel: int) -> Address:
    """The address of a target's channel; raises :class:`UsageRefused` where it may not be spoken to."""
    try:
        origin, prefix = parse_target(target)
    except OriginRefusedError as refused:
        facts = {"reason": ORIGIN_FAULTS[refused.fault]}
        raise UsageRefused(Issue("E704", value=shown(target), facts=facts)) from None
    return Address(origin, prefix, channel)


def is_this_machine(target: str) -> bool:
    """Whether the target runs on this machine, where orders need no confirmation."""
    return address_of(target, 1).origin.is_loopback


def send_run(
    run_id: str,
    places: Places,
    request: SendRequest,
    *,
    told: Callable[[Progress], None] = lambda _: None,
    resumed: bool = False,
) -> Ending:
    """Send what a sealed run still has to send, and settle what is in doubt; returns why it ended.

    The same call starts a run and continues it: whatever an earlier process left behind is settled first.
    What other runs of the channel have sent is not sent again. ``resumed``: somebody may have changed the
    files since the run was sealed, which is told.
    Raises :class:`JournalRefused` for locks, disk and journal, :class:`UsageRefused` for target and token.
    """
    request = within_descriptors(request)
    with _opened(run_id, places, trust_disk=request.trust_disk) as (journal, address, tables):
        if request.canary and not capability_of(journal.header).lookup:
            raise UsageRefused(Issue("E654"))
        journal.reopen_failed(time.time())
        compare_before_sending(journal, places, tables, resumed=resumed)
        kept = channel_file(places, f"{address.origin}{address.prefix}", address.channel, ".rate.json")
        ending = run_loop(_send(journal, address, tables, request, told, kept))
        if may_follow(ending):
            folder = archive_folder(places, run_id)
            ending = run_loop(_archive(journal, address, tables, request, told, folder, ending))
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        with contextlib.suppress(JournalRefused):  # then whoever comes next takes it over
            land_complaints(journal, tables)
            take_over(places, journal)
        return ending


async def _archive(  # noqa: PLR0913, PLR0917 - what the part is made of
    journal: RunJournal,
    address: Address,
    tables: dict[int, Table],
    request: SendRequest,
    told: Callable[[Progress], None],
    folder: Path,
    before: Ending,
) -> Ending:
    """The archive part, where the run has one; ``before`` is how the part before it ended."""
    if not has_archive(journal):
        return before
    if request.limit is not None:
        return before if before.code else left_for_later(journal, request.limit)
    patient = replace(request, deadline=max(request.deadline, request.asking.deadline))
    transport, token = connection(address, patient)
    turns = Turns(request.rate, clocks.running)
    client = MigrationsClient(transport, address, token, turns)
    archiving = archiving_of(journal, client, turns, folder, request, tables, told)
    turns.asked_to_pause = lambda seconds: _stop_if_too_long(seconds, archiving.stop)
    try:
        with on_interrupt(lambda name: archiving.stop(Ending(name))):
            ending = await archiving.run()
    finally:
        await client.aclose()
    return ending if ending.code is not None else before


def look_up_run(run_id: str, places: Places, request: SendRequest) -> Resolved:
    """Find the records that a sealed run's orders name, and change nothing on the target.

    Orders whose records are all there are ready to be sent after it, those that name one which cannot be had
    are refused; what would be created is counted. Raises what :func:`send_run` raises.
    """

    async def look_up(journal: RunJournal, address: Address, tables: dict[int, Table]) -> Resolved:
        transport, token = connection(address, request)
        turns = Turns(request.rate, clocks.running)
        client = RecordsClient(transport, address, token, turns)
        stage = _stage(journal, client, turns, request, address.channel)
        turns.asked_to_pause = lambda seconds: _stop_if_too_long(seconds, stage.stop)
        orders = OmnitronClient(transport, address, token, turns)
        recorder = Recorder(journal)
        try:
            with on_interrupt(lambda name: stage.stop(Ending(name))):
                resolved = await stage.look(tables)
            desk = _desk(journal, recorder, client, orders, turns, request, tables)
            turns.asked_to_pause = lambda seconds: _stop_if_too_long(seconds, desk.stop)
            with on_interrupt(lambda name: desk.stop(Ending(name))):
                return await _listed(desk, resolved, wanted=book_terms(journal.header).customers)
        finally:
            await client.aclose()
            with contextlib.suppress(JournalRefused):  # it has been raised to whoever waited
                await recorder.aclose()

    request = within_descriptors(request)
    with _opened(run_id, places, trust_disk=request.trust_disk) as (journal, address, tables):
        resolved = run_loop(look_up(journal, address, tables))
        ending = resolved.ending or Ending()
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        return resolved


def ask_target(
    address: Address,
    request: SendRequest,
    questions: Callable[[RecordsClient], Coroutine[Any, Any, Answer]],
) -> Answer:
    """Ask a target something, at the pace of ``request``. Raises :class:`UsageRefused` (token, proxy)."""

    async def ask() -> Answer:
        transport, token = connection(address, request)
        client = RecordsClient(transport, address, token, Turns(request.rate, clocks.running))
        try:
            return await questions(client)
        finally:
            await client.aclose()

    return run_loop(ask())


def ask_at(
    address: Address,
    request: SendRequest,
    questions: Callable[[Transport, Token, Turns], Coroutine[Any, Any, Answer]],
) -> Answer:
    """Let ``questions`` speak to a target by clients of their own. Raises :class:`UsageRefused`."""

    async def ask() -> Answer:
        transport, token = connection(address, request)
        try:
            return await questions(transport, token, Turns(request.rate, clocks.running))
        finally:
            await transport.aclose()

    return run_loop(ask())


def channel_held(places: Places, address: Address) -> Lock:
    """The lock of a target's channel: while it is held, no run sends there."""
    return _channel_lock(places, address)


def ask_about_run(
    run_id: str,
    places: Places,
    request: SendRequest,
    work: Callable[[RunJournal, OmnitronClient, Turns, dict[int, Table]], Coroutine[Any, Any, Ending]],
    *,
    restored: bool = False,
) -> Ending:
    """Open a sealed run under its locks, let ``work`` ask the target about its orders, note how that ended.

    ``restored`` takes a journal that has lost its last commits. Raises what :func:`send_run` raises.
    """

    async def working(journal: RunJournal, address: Address, tables: dict[int, Table]) -> Ending:
        transport, token = connection(address, request)
        turns = Turns(request.rate, clocks.running)
        client = OmnitronClient(transport, address, token, turns)
        try:
            return await work(journal, client, turns, tables)
        finally:
            await client.aclose()

    trust = request.trust_disk
    with _opened(run_id, places, trust_disk=trust, restored=restored) as (journal, address, tables):
        ending = run_loop(working(journal, address, tables))
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        return ending


def read_about_run(
    run_id: str,
    places: Places,
    request: SendRequest,
    work: Callable[[RunJournal, OrderPages, Turns], Coroutine[Any, Any, Ending]],
) -> Ending:
    """Open a sealed run under its locks and let ``work`` read what the target shows of its orders.

    Why sending ended before still holds, whatever becomes of the reading. Raises as :func:`send_run` does.
    """
    with contextlib.closing(JournalReader(places.journal(run_id))) as before:
        ending = before.ending()

    async def working(journal: RunJournal, address: Address) -> Ending:
        transport, token = connection(address, request)
        turns = Turns(request.rate, clocks.running)
        try:
            return await work(journal, OrderPages(transport, address, token, turns), turns)
        finally:
            await transport.aclose()

    request = within_descriptors(request)
    with _opened(run_id, places, trust_disk=request.trust_disk) as (journal, address, _):
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        return run_loop(working(journal, address))


def change_run(run_id: str, places: Places, work: Callable[[RunJournal, dict[int, Table]], Answer]) -> Answer:
    """Let ``work`` change a sealed run under its locks, without the target; why it ended before still holds.

    Raises :class:`JournalRefused` for locks, disk and journal.
    """
    with contextlib.closing(JournalReader(places.journal(run_id))) as before:
        ending = before.ending()
    with _opened(run_id, places) as (journal, _, tables):
        try:
            return work(journal, tables)
        finally:
            journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())


@contextlib.contextmanager
def _opened(
    run_id: str, places: Places, *, trust_disk: bool = False, restored: bool = False
) -> Iterator[tuple[RunJournal, Address, dict[int, Table]]]:
    """The journal of a run under its locks, where it is sent to, and the tables that it has read.

    ``restored`` takes a journal that has lost its last commits; see :class:`RunJournal`.
    """
    demand_private(places)
    with Lock(places.run_dir(run_id) / "run.lock", f"run {run_id}"):
        journal = RunJournal(places.journal(run_id), now=time.time(), restored=restored)
        try:
            address = address_of(journal.header["target"], journal.header["channel"])
            trust = trust_disk or address.origin.is_loopback  # a rehearsal may lie anywhere
            with (
                _channel_lock(places, address),
                fit_disk(places.journal(run_id), journal, trust=trust),
            ):
                records = JournalReader(journal.database).tables()
                yield journal, address, {record.table.index: record.table for record in records}
        finally:
            journal.close()


opened_run = _opened
"""The same for work of another kind on a sealed run."""


def _stage(
    journal: RunJournal,
    client: RecordsClient,
    turns: Turns,
    request: SendRequest,
    channel: int,
) -> ReferenceStage:
    header = journal.header
    return ReferenceStage(
        journal,
        client,
        turns,
        request,
        capability_of(header),
        channel=channel,
        nonce=header["nonce"],
    )


def _channel_lock(places: Places, address: Address) -> Lock:
    """One process at a time per target channel, whatever the run."""
    what = f"channel {address.channel} of {address.origin}"
    return Lock(channel_file(places, f"{address.origin}{address.prefix}", address.channel, ".lock"), what)


async def _send(  # noqa: PLR0913, PLR0917 - what a run is made of
    journal: RunJournal,
    address: Address,
    tables: dict[int, Table],
    request: SendRequest,
    told: Callable[[Progress], None],
    kept: Path,
) -> Ending:
    turns, known = turns_of(request, kept, clocks.running)
    transport, token = connection(address, request)
    client = OmnitronClient(transport, address, token, turns)
    records = RecordsClient(transport, address, token, turns)
    stage = _stage(journal, records, turns, request, address.channel)
    turns.asked_to_pause = lambda seconds: _stop_if_too_long(seconds, stage.stop)
    with on_interrupt(lambda name: stage.stop(Ending(name))):
        resolved = await stage.look(tables)
    if resolved.ending is not None:
        await client.aclose()
        return resolved.ending
    recorder = Recorder(journal)
    capability = capability_of(journal.header)
    again = TokenAgain(token, request.token_file)
    sending = Sending(recorder, client, turns, request, capability, tables, token=again, told=told)
    sending.progress.news += known
    canary = Canary(recorder, client, sending, capability, request.canary, attempts=request.attempts)

    def pause(seconds: float) -> None:
        _stop_if_too_long(seconds, stage.stop)
        sending.asked_to_pause(seconds)

    turns.asked_to_pause = pause

    def stop(name: str) -> None:
        stage.stop(Ending(name))
        sending.stop(Ending(name))

    try:
        with on_interrupt(stop):
            first = await canary.chosen()
            if first:
                resolved = await stage.create(tables, first)
            ending = resolved.ending or await canary.run(first)
            if ending is None:
                await recorder.flush()
                resolved = await stage.create(tables)
                ending = resolved.ending or await sending.run()
        desk = _desk(journal, recorder, records, client, turns, request, tables)
        turns.asked_to_pause = lambda seconds: _stop_if_too_long(seconds, desk.stop)
        with on_interrupt(lambda name: desk.stop(Ending(name))):
            return await Bookkeeping(desk, book_terms(journal.header)).run(resolved.instead_of(ending))
    finally:
        keep_learnt(turns, kept, time.time())
        await client.aclose()
        with contextlib.suppress(JournalRefused):  # it has been raised to whoever waited
            await recorder.aclose()


def _stop_if_too_long(seconds: float, stop: Callable[[Ending], None]) -> None:
    if seconds > LONGEST_ASKED:
        until = clocks.moment_in_words(time.time(), seconds)
        stop(Ending("E532", {"seconds": int(seconds), "until": until}))


async def _listed(desk: Desk, resolved: Resolved, *, wanted: bool) -> Resolved:
    """List which customers would change, if that is ``wanted``, and everything else was found out."""
    if resolved.ending is not None or not wanted:
        return resolved
    try:
        await Changing(desk).look()
    except Unfinished as unfinished:
        return replace(resolved, ending=unfinished.ending)
    return replace(resolved, requests=desk.records.requests)


def _desk(  # noqa: PLR0913, PLR0917 - what the stage is made of
    journal: RunJournal,
    recorder: Recorder,
    records: RecordsClient,
    orders: OmnitronClient,
    turns: Turns,
    request: SendRequest,
    tables: dict[int, Table],
) -> Desk:
    header = journal.header
    return Desk(
        recorder,
        records,
        orders,
        turns,
        tables,
        run_id=header["run_id"],
        channel=header["channel"],
        attempts=request.attempts,
        concurrency=request.concurrency,
        patience=capability_of(header).settle_window,
    )
