"""A sealed run is sent: locks, journal, client, workers, and what became of it."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pipeline.journal.running import RunJournal
from pipeline.model.ending import Ending
from pipeline.model.issue import Issue
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.model.rows import Table
from pipeline.runs.applying.landing import land_complaints
from pipeline.runs.archive.part import archive_folder, archiving_of, has_archive, left_for_later, may_follow
from pipeline.runs.asked.progress import Progress
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.asked.resolved import Resolved
from pipeline.runs.bookkeeping.changing import Changing
from pipeline.runs.bookkeeping.desk import Desk, Unfinished
from pipeline.runs.bookkeeping.stages import Bookkeeping, book_terms
from pipeline.runs.connection.connecting import connection, run_loop
from pipeline.runs.connection.held_run import held_run
from pipeline.runs.connection.learnt_pace import keep_learnt, turns_of
from pipeline.runs.connection.token_again import TokenAgain
from pipeline.runs.connection.turns import Turns
from pipeline.runs.ledger.comparing import compare_before_sending
from pipeline.runs.ledger.keeping import take_over
from pipeline.runs.machine import clocks
from pipeline.runs.machine.descriptors import within_descriptors
from pipeline.runs.machine.interrupt import on_interrupt
from pipeline.runs.opening.header import capability_of
from pipeline.runs.references.stage import ReferenceStage
from pipeline.runs.sending.canary import Canary
from pipeline.runs.sending.recorder import Recorder
from pipeline.runs.sending.sending import Sending
from pipeline.runs.state_folder.channel_files import channel_file
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.migrations import MigrationsClient
from pipeline.target.records import RecordsClient
from pipeline.upload.backoff import LONGEST_ASKED

Answer = TypeVar("Answer")
INTERRUPTED = "interrupted"
TERMINATED = "terminated"


def send_run(  # noqa: PLR0913 - what to send, how, where, and what is known of it
    run_id: str,
    places: Places,
    request: SendRequest,
    *,
    told: Callable[[Progress], None] = lambda _: None,
    resumed: bool = False,
    sealed: str | None = None,
) -> Ending:
    """Send what a sealed run still has to send, and settle what is in doubt; returns why it ended.

    The same call starts a run and continues it: whatever an earlier process left behind is settled first.
    What other runs of the channel have sent is not sent again. ``resumed``: somebody may have changed the
    files since the run was sealed, which is told. ``sealed`` is the journal's stamp where this very process
    has sealed it: one that is still the same is not searched for damage again.
    Raises :class:`JournalRefused` for locks, disk and journal, :class:`UsageRefused` for target and token.
    """
    request = within_descriptors(request)
    trust = request.trust_disk
    with held_run(run_id, places, trust_disk=trust, sealed=sealed) as (journal, address, tables):
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
    with held_run(run_id, places, trust_disk=request.trust_disk) as (journal, address, tables):
        resolved = run_loop(look_up(journal, address, tables))
        ending = resolved.ending or Ending()
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        return resolved


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
