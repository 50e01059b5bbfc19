"""A sealed run under its locks: for sending it, asking about it, changing it."""

import contextlib
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from pipeline.journal.lock import Lock
from pipeline.journal.outstanding import unfinished
from pipeline.journal.reading import JournalReader
from pipeline.journal.running import RunJournal
from pipeline.model.ending import Ending
from pipeline.model.rows import Table
from pipeline.runs.asked.request import Places, SendRequest
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.connecting import connection, run_loop
from pipeline.runs.connection.turns import Turns
from pipeline.runs.machine import clocks
from pipeline.runs.machine.descriptors import within_descriptors
from pipeline.runs.machine.disk import fit_disk
from pipeline.runs.state_folder.channel_files import channel_file, stamp_of
from pipeline.runs.state_folder.private_places import demand_private
from pipeline.target.client import Address, OmnitronClient
from pipeline.target.order_pages import OrderPages

Answer = TypeVar("Answer")


@contextlib.contextmanager
def held_run(
    run_id: str,
    places: Places,
    *,
    trust_disk: bool = False,
    restored: bool = False,
    sealed: str | None = None,
) -> Iterator[tuple[RunJournal, Address, dict[int, Table]]]:
    """The journal of a run under its locks, where it is sent to, and the tables that it has read.

    ``restored`` takes a journal that has lost its last commits; see :class:`RunJournal`. ``sealed`` is the
    stamp of one that this process has sealed.
    """
    demand_private(places)
    with Lock(places.run_dir(run_id) / "run.lock", f"run {run_id}"):
        path = places.journal(run_id)
        whole = sealed is None or stamp_of(path) != sealed
        journal = RunJournal(path, now=time.time(), restored=restored, whole=whole)
        try:
            address = address_of(journal.header["target"], journal.header["channel"])
            trust = trust_disk or address.origin.is_loopback  # a rehearsal may lie anywhere
            with (
                channel_held(places, address),
                fit_disk(places.journal(run_id), journal, trust=trust),
            ):
                records = JournalReader(journal.database).tables()
                yield journal, address, {record.table.index: record.table for record in records}
        finally:
            journal.close()


def channel_held(places: Places, address: Address) -> Lock:
    """The lock of a target's channel: while it is held, no other process sends there, whatever the run."""
    what = f"channel {address.channel} of {address.origin}"
    return Lock(channel_file(places, f"{address.origin}{address.prefix}", address.channel, ".lock"), what)


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
    with held_run(run_id, places, trust_disk=trust, restored=restored) as (journal, address, tables):
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
    with held_run(run_id, places, trust_disk=request.trust_disk) as (journal, address, _):
        journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
        return run_loop(working(journal, address))


def change_run(run_id: str, places: Places, work: Callable[[RunJournal, dict[int, Table]], Answer]) -> Answer:
    """Let ``work`` change a sealed run under its locks, without the target; returns what it gives.

    Why the run ended before still holds, as long as something is left that it kept from being done.
    Raises :class:`JournalRefused` for locks, disk and journal.
    """
    with contextlib.closing(JournalReader(places.journal(run_id))) as before:
        ending = before.ending()
    with held_run(run_id, places) as (journal, _, tables):
        try:
            return work(journal, tables)
        finally:
            if ending.code is not None and not unfinished(JournalReader(journal.database)):
                ending = Ending()
            journal.note("ended", {"code": ending.code, "facts": dict(ending.facts)}, time.time())
