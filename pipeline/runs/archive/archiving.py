"""The archive part of sending a run: files are written, started once each, and asked about until they end.

It goes behind the orders that are created: those can be looked up, and a canary guards them, so that a
mistake of the mapping shows before the archive has anything of it.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.journal.archive import ArchiveBook, FileRow
from pipeline.journal.archive_fates import FileEnd, LeftOrder, StoredFile
from pipeline.model.archive import FILE_KINDS, FileKind
from pipeline.model.archive_states import FileEvent, FileState, RowFate
from pipeline.model.ending import Ending
from pipeline.model.exchange import Answer, NoAnswer, Reply
from pipeline.model.issue import Issue
from pipeline.model.states import State
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.archive.issues import Place, issues_of, taken_already
from pipeline.runs.asked.progress import Progress
from pipeline.runs.connection.turns import Turns
from pipeline.target.migrations import MigrationsClient
from pipeline.upload.archive_conclusion import Conclusion, conclude
from pipeline.upload.archive_pace import Asking
from pipeline.upload.archive_progress import Phase, read_progress
from pipeline.upload.archive_start import (
    NotStarted,
    StartDoubt,
    Started,
    StartRefused,
    StartStop,
    judge_start,
)
from pipeline.upload.backoff import LONGEST_ASKED, asked_pause, backoff
from pipeline.upload.limits import Limits

VIA = "archive"
_SERVICE_UNWELL = 500
_LOOK = 0.2
"""Seconds between looks at whether a wait is still wanted."""


def rows_for(kind: FileKind, orders: Sequence[LeftOrder], standing: Iterable[str]) -> list[FileRow]:
    """The rows of a file: one for each key of these orders that the target does not have yet."""
    there = set(standing)
    uses: dict[str, list[tuple[int, int]]] = {}
    lines: dict[str, bytes] = {}
    for order in orders:
        for part, key in enumerate(order.keys(kind)):
            if key not in there:
                uses.setdefault(key, []).append((order.id, part))
                lines.setdefault(key, order.lines[kind][part])
    return [FileRow(key, tuple(whose), lines[key]) for key, whose in uses.items()]


class Archiving:
    """One process seeing the archive part of a run through; ``folder`` is where the files are laid down.

    ``most`` is how many orders one file may hold, ``place`` says where a row of a source stands. ``clock``
    gives seconds that never go back, ``wall`` seconds since 1970 (UTC) for people, ``chance`` 0 to 1.
    """

    def __init__(  # noqa: PLR0913 - what the part is made of
        self,
        book: ArchiveBook,
        client: MigrationsClient,
        turns: Turns,
        folder: Path,
        *,
        most: int,
        asking: Asking,
        attempts: int,
        limits: Limits,
        place: Place,
        told: Callable[[Progress], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._book, self._client, self._turns, self._folder = book, client, turns, folder
        self._most, self._asking, self._attempts, self._limits = most, asking, attempts, limits
        self._place, self._told = place, told
        self._clock, self._wall, self._chance = clock, wall, chance
        self._began = clock()
        self.ending: Ending | None = None
        self.progress = Progress(0)

    def stop(self, ending: Ending) -> None:
        """Start nothing more; an answer under way is still waited for. The first reason counts."""
        self.ending = self.ending or ending

    async def run(self) -> Ending:
        """See every file through, until nothing is left, a stop is met or a person has to decide.

        Raises :class:`JournalRefused` where the journal can no longer be written.
        """
        book = self._book
        for put_back in book.after_crash():
            (self._folder / put_back).unlink(missing_ok=True)
        self.progress.left = book.count_left()
        for file in book.files(FileState.RUNNING):
            if self.ending is None:
                await self._ask(file)
        while self._goes_on() and (batch := book.left(self._most)):
            if book.handed_out():
                return Ending("E565")
            if not await self._batch(batch):
                raise RuntimeError("orders are left that no file can take")
        return self.ending or Ending()

    def _goes_on(self) -> bool:
        """Whether anything may be started: while one file is in doubt, nothing is."""
        return self.ending is None and not self._book.files(FileState.IN_DOUBT)

    async def _batch(self, batch: Sequence[LeftOrder]) -> bool:
        """Files of all kinds for some orders: an order is in one where all of its earlier rows stand.

        Returns whether there was any; there always is, or the same orders would come again for ever.
        """
        wanted, written = {order.id for order in batch}, False
        for index, kind in enumerate(FILE_KINDS):
            orders = [order for order in self._book.left(self._most) if order.id in wanted]
            for earlier in FILE_KINDS[:index]:
                there = self._standing(earlier, orders)
                orders = [order for order in orders if there.issuperset(order.keys(earlier))]
            rows = rows_for(kind, orders, self._standing(kind, orders))
            if rows:
                written = True
                await self._see_through(self._write(kind, rows))
            if not self._goes_on():
                return True
        return written

    def _standing(self, kind: FileKind, orders: Sequence[LeftOrder]) -> set[str]:
        return self._book.standing(kind, (key for order in orders for key in order.keys(kind)))

    def _write(self, kind: FileKind, rows: Sequence[FileRow]) -> StoredFile:
        """Remember a file and lay it down; what is sent is made of what was sealed, and of nothing else."""
        file = self._book.write(kind, self._book.next_name(kind), rows)
        with contextlib.suppress(OSError), replacing(self._folder / file.name) as copy:
            copy.write(self._book.content(file))
        return file

    async def _see_through(self, file: StoredFile) -> None:
        """One file, from its start to an end that is in the journal."""
        started = await self._start(file)
        if started is not None:
            await self._ask(started)

    async def _start(self, file: StoredFile) -> StoredFile | None:
        """Start the file; ``None`` where there is no migration to ask about."""
        content = self._book.content(file)
        for attempt in range(1, self._attempts + 1):
            await self._turns.reserve()
            if self.ending is not None:
                return None
            self._book.intent(file, self._wall())
            starting = replace(file, state=FileState.STARTING)
            reply = await self._client.start(file.kind, file.name, content)
            match judge_start(reply):
                case Started(migration) if self._book.knows(migration):
                    self._doubt(starting, f"the answer names the migration of another file: {migration}")
                    return None
                case Started(migration):
                    self._book.named(starting, migration, self._wall())
                    return replace(file, state=FileState.RUNNING, migration=migration)
                case StartRefused(complaints):
                    refused = Conclusion(RowFate.REFUSED, {}, complaints)
                    self._conclude(starting, FileEvent.REFUSED, refused, "E560", self._wall())
                    return None
                case StartDoubt(reason):
                    self._doubt(starting, reason)
                    return None
                case StartStop(code, reason, doubt):
                    self._stopped(starting, Ending(code, _facts(reason)), reason or code, doubt=doubt)
                    return None
                case NotStarted(reason, retry_after):
                    self._book.not_started(starting, reason, self._wall())
                    if attempt == self._attempts:
                        self.stop(Ending("E531", {"last": reason}))
                        return None
                    await self._wait(
                        self._asked_for(retry_after, reply) or backoff(attempt - 1, self._chance())
                    )
        return None

    async def _ask(self, file: StoredFile) -> None:
        """Ask how far a migration is until it has ended, nobody understands its answers, or none come."""
        unclear = failures = asked = 0
        while self.ending is None:
            reply = await self._client.progress(file.migration or "")
            asked += 1
            if isinstance(reply, NoAnswer) or reply.status >= _SERVICE_UNWELL or reply.status == 429:  # noqa: PLR2004
                failures += 1
                last = reply.reason if isinstance(reply, NoAnswer) else f"answer {reply.status}"
                self._book.asked(file, None)
                if failures >= self._asking.failures:
                    self.stop(Ending("E531", {"last": last}))
                    return
            elif reply.status in (401, 403):
                self.stop(Ending("E501" if reply.status == 401 else "E502"))  # noqa: PLR2004 - HTTP
                return
            else:
                failures = 0
                seen = read_progress(reply, file.migration or "")
                text = seen.text if reply.status == 200 else f"answer {reply.status}: {seen.text}"  # noqa: PLR2004
                self._book.asked(file, text)
                self._say(f"{file.name}: {seen.status or text}")
                if reply.status == 200 and seen.phase in (Phase.DONE, Phase.FAILED):  # noqa: PLR2004 - HTTP
                    self._conclude(file, FileEvent.ENDED, conclude(seen, file.rows), "E562")
                    return
                is_clear = reply.status == 200 and seen.phase is Phase.UNDER_WAY  # noqa: PLR2004 - HTTP
                unclear = 0 if is_clear else unclear + 1
                if unclear >= self._asking.unclear:
                    self._doubt(file, f"its progress is not understood: {text}")
                    return
            again = reply.headers.get("retry-after") if isinstance(reply, Answer) else None
            await self._wait(max(self._asking.pause(asked), self._asked_for(again, reply)))
            self._check_limits()

    def _conclude(
        self, file: StoredFile, event: FileEvent, end: Conclusion, code: str, finished: float | None = None
    ) -> None:
        """Write what became of every row; where that is not known of some, the file stays in doubt."""
        taken = taken_already(file, end)
        fates = {
            row: RowFate.STANDS if row in taken else RowFate.REFUSED if row in end.refused else end.others
            for row in range(1, file.rows + 1)
        }
        issues: list[tuple[int | None, Issue]] = [
            *issues_of(self._book.orders_of(file), file, fates, end, code, self._place)
        ]
        if taken:
            issues.append((None, Issue("W364", facts={"file": file.name, "count": len(taken)})))
        if end.others is RowFate.DOUBT:
            event = FileEvent.DOUBT
        told = end.why or None
        counted = self._book.conclude(file, event, FileEnd(fates, VIA, issues, told, finished))
        self._count(counted, file)

    def _doubt(self, file: StoredFile, reason: str) -> None:
        self._book.in_doubt(file, reason, self._wall())
        self.progress.in_doubt += len({order_id for *_, order_id, _ in self._book.orders_of(file)})
        self._say(f"{file.name} is in doubt: {reason}")

    def _stopped(self, file: StoredFile, ending: Ending, reason: str, *, doubt: bool) -> None:
        if doubt:
            self._book.in_doubt(file, reason, self._wall())
        else:
            self._book.not_started(file, reason, self._wall())
        self.stop(ending)

    def _count(self, counted: Mapping[State, int], file: StoredFile) -> None:
        progress = self.progress
        progress.in_doubt += counted.get(State.IN_DOUBT, 0)
        progress.created += counted.get(State.CREATED, 0)
        refused = counted.get(State.REJECTED, 0) + counted.get(State.CONFLICT, 0)
        progress.refused += refused
        progress.left = self._book.count_left()
        progress.requests = self._client.requests
        progress.rate = self._turns.rate
        self._say(f"{file.name}: through" + (f", {refused} orders refused" if refused else ""))
        self._check_limits()

    def _check_limits(self) -> None:
        limits, progress = self._limits, self.progress
        code = limits.reached(progress.done, progress.refused, self._clock() - self._began)
        if code is not None:
            names = {"E541": limits.max_errors, "E542": limits.max_error_rate, "E543": limits.max_duration}
            limit = names[code]
            text = f"{limit:.1%}" if code == "E542" and limit is not None else f"{limit:g}"
            self.stop(Ending(code, {"limit": text}))

    def _say(self, text: str) -> None:
        self.progress.canary = f"archive: {text}"
        self._told(self.progress)

    def _asked_for(self, retry_after: str | None, reply: Reply) -> float:
        """The pause that the target asks for, in seconds; one that is too long ends the run."""
        date = reply.headers.get("date") if isinstance(reply, Answer) else None
        pause = asked_pause(retry_after, date) or 0.0
        if pause > LONGEST_ASKED:
            self.stop(Ending("E532", {"seconds": int(pause)}))
        return pause

    async def _wait(self, seconds: float) -> None:
        until = self._clock() + seconds
        while self.ending is None and (left := until - self._clock()) > 0:  # noqa: ASYNC110 - time is waited for
            await asyncio.sleep(min(_LOOK, left))


def _facts(reason: str) -> dict[str, str | int]:
    return (
        {"reason": reason, "complaints": reason, "status": reason.removeprefix("answer ")} if reason else {}
    )
