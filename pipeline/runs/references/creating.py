"""Records that are missing on the target are created, each at most once as far as anybody can tell."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import orjson

from pipeline.journal.references import CREATING, IN_DOUBT, LACKING, WANTED, ReferenceNews, Trouble
from pipeline.model.ending import Ending
from pipeline.references.creation import body, creation_path
from pipeline.references.creation_doubt import (
    APersonDecides,
    LookAgain,
    SendAgain,
    Uncertain,
    settle,
)
from pipeline.references.creation_reply import (
    Created,
    Doubt,
    Exists,
    NotApplied,
    Outcome,
    Refused,
    Stop,
    judge,
)
from pipeline.references.match import match_hash
from pipeline.references.order_of_work import Creation, Work
from pipeline.references.reading import read_again
from pipeline.references.requests import address_by_hash, asking_again, parents_of
from pipeline.references.resolution import Found, Ignored, Resolution, Unanswered
from pipeline.runs.connection.turns import Turns
from pipeline.runs.references.resolving import Directory, Looking
from pipeline.target.records import RecordsClient
from pipeline.upload.backoff import backoff


@dataclass(slots=True)
class _Attempt:
    """One record on its way: the request, and what is known of its doubt."""

    creation: Creation
    path: str
    fields: dict[str, object]
    uncertain: Uncertain | None = None
    tries: int = 0


class Creating:
    """Creates what is missing, level after level: customers, then what lies in them.

    ``window`` in seconds: how long a request whose answer was lost may still be applied. ``attempts`` is the
    most that a record gets in one run. ``clock`` gives seconds that never go back.
    """

    def __init__(  # noqa: PLR0913 - what creating is made of
        self,
        directory: Directory,
        client: RecordsClient,
        looking: Looking,
        turns: Turns,
        *,
        window: float,
        attempts: int,
        concurrency: int,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._directory, self._client, self._looking, self._turns = directory, client, looking, turns
        self._window, self._attempts, self._concurrency = window, attempts, max(1, concurrency)
        self._clock, self._chance = clock, chance
        self._hash_seen = False
        self.ending: Ending | None = None
        self.created = 0

    async def run(self, needed: Callable[[], set[str]]) -> Work:
        """Create everything that may be created; returns what is left, and what stands in its way.

        ``needed`` gives the digests of the records that orders still wait for: nothing is created for
        orders that are refused already.
        """
        await self._settle_old()
        before: tuple[Creation, ...] = ()
        while self.ending is None:
            todo = await self._looking.run()
            level = self._level(todo, needed())
            if not level or level == before or self._looking.ending is not None:
                return todo  # of what did not move, each has its reason in the journal
            for start in range(0, len(level), self._concurrency):
                if self.ending is None:
                    await self._together(level[start : start + self._concurrency])
            before = level
        return await self._looking.run()

    def _level(self, todo: Work, needed: set[str]) -> tuple[Creation, ...]:
        """What can be created now."""
        stored = self._directory.stored
        settled = {digest for digest, one in stored.items() if one.state in (IN_DOUBT, LACKING)}
        first = todo.levels[0] if todo.levels else ()
        return tuple(one for one in first if needed & set(one.digests) and not settled & set(one.digests))

    async def _settle_old(self) -> None:
        """Settle what an earlier process left in doubt, before anything is created."""
        now = self._clock()
        for stored in list(self._directory.stored.values()):
            if stored.state == IN_DOUBT:
                uncertain = Uncertain(stored.reference.kind, now, hash_seen=self._hash_seen)
                creation = Creation(stored.reference, (stored.digest,))
                await self._settle(self._attempt(creation), uncertain)

    def _attempt(self, creation: Creation) -> _Attempt:
        directory = self._directory
        parents = parents_of(creation.reference, directory.known)
        if parents is None:
            raise ValueError("parents are created first")
        fields = body(creation.reference, parents, directory.channel)
        return _Attempt(creation, creation_path(creation.reference.kind, directory.channel), fields)

    async def _together(self, creations: Sequence[Creation]) -> None:
        """Create some records side by side: their intents become durable in one commit."""
        self._mark(creations, CREATING)
        await asyncio.gather(*(self._see_through(self._attempt(one)) for one in creations))

    def _mark(self, creations: Sequence[Creation], state: str) -> None:
        directory = self._directory
        digests = [digest for one in creations for digest in one.digests]
        directory.book.tell(ReferenceNews(directory.stored[digest].id, state) for digest in digests)
        for digest in digests:
            directory.stored[digest] = replace(directory.stored[digest], state=state)

    async def _see_through(self, attempt: _Attempt) -> None:
        """One record, from its first request to an end that is in the journal."""
        while self.ending is None:
            outcome = await self._send(attempt)
            if not isinstance(outcome, NotApplied) or attempt.tries >= self._attempts:
                await self._conclude(attempt, outcome)
                return
            await asyncio.sleep(backoff(attempt.tries - 1, self._chance()))
        self._mark([attempt.creation], WANTED)  # its intent is durable, and nothing of it has left

    async def _send(self, attempt: _Attempt) -> Outcome:
        attempt.tries += 1
        await self._turns.reserve()
        reply = await self._client.post(attempt.path, orjson.dumps(attempt.fields))
        return judge(reply, attempt.fields)

    async def _conclude(self, attempt: _Attempt, outcome: Outcome) -> None:
        creation = attempt.creation
        uncertain = Uncertain(creation.reference.kind, self._clock(), hash_seen=self._hash_seen)
        match outcome:
            case Created(number):
                self.created += 1
                self._found(creation, Found(number, created=True))
            case Exists(hash=str(digest)):
                self._hash_seen = True
                await self._by_hash(attempt, digest)
            case Exists(fields=fields):
                await self._taken(attempt, fields)
            case Refused(complaints=complaints):
                self._lacking(creation, "E346", {"complaints": complaints})
            case NotApplied(reason=reason):
                self._mark([creation], WANTED)
                self._unanswered(creation, reason)
            case Doubt(refused=refused):
                self._mark([creation], IN_DOUBT)
                await self._settle(attempt, replace(uncertain, refused=refused))
            case Stop(code=code, reason=reason, doubt=doubt):
                self._mark([creation], IN_DOUBT if doubt else WANTED)
                self.ending = self.ending or Ending(code, {"reason": reason} if reason else {})

    async def _by_hash(self, attempt: _Attempt, digest: str) -> None:
        """The target holds this address already, and has named it by its hash."""
        answer = await self._looking.ask(address_by_hash(digest, self._directory.channel))
        found = match_hash(digest, answer.records or ())
        if answer.records is not None and isinstance(found, Found):
            self._found(attempt.creation, found)
            return
        self._mark([attempt.creation], WANTED)
        self._unanswered(attempt.creation, answer.reason or "the target does not show the address it names")

    async def _taken(self, attempt: _Attempt, fields: tuple[str, ...]) -> None:
        """Something unique is taken: by this very record, or by another one."""
        found = await self._look(attempt.creation)
        if isinstance(found, Found):
            self._found(attempt.creation, found)
        elif isinstance(found, Unanswered | Ignored):
            self._mark([attempt.creation], WANTED)
            self._unanswered(attempt.creation, "it is said to exist, and could not be looked up")
        else:
            taken = ", ".join(fields) or "a unique value"
            self._lacking(attempt.creation, "E348", {"taken": taken})

    async def _settle(self, attempt: _Attempt, uncertain: Uncertain) -> None:
        """Look until it is settled whether the record is there; then go on as that says."""
        while self.ending is None:
            seen = await self._look(attempt.creation)
            failed = isinstance(seen, Unanswered)
            uncertain = replace(uncertain, failures=uncertain.failures + 1 if failed else 0)
            if failed and uncertain.failures >= self._attempts:
                return  # it stays in doubt; the next run looks again
            decision = settle(uncertain, seen, self._clock(), self._window)
            match decision:
                case Found():
                    self._found(attempt.creation, decision)
                    return
                case SendAgain():
                    self._mark([attempt.creation], CREATING)
                    await self._see_through(attempt)
                    return
                case APersonDecides(code=code, reason=reason):
                    self._lacking(attempt.creation, code, {"reason": reason, "complaints": reason})
                    return
                case LookAgain(at=at):
                    if not failed:
                        uncertain = replace(uncertain, nothing_found=uncertain.nothing_found + 1)
                    await asyncio.sleep(max(0.0, at - self._clock()))

    async def _look(self, creation: Creation) -> Resolution:
        directory = self._directory
        reference = creation.reference
        request = asking_again(reference, directory.known, directory.ability, directory.channel)
        if request is None:
            return Ignored()
        answer = await self._looking.ask(request)
        seen, directory.ability = read_again(request, answer, reference, directory.known, directory.ability)
        return seen

    def _found(self, creation: Creation, found: Found) -> None:
        self._directory.learn(dict.fromkeys(creation.digests, found))

    def _unanswered(self, creation: Creation, reason: str) -> None:
        self._directory.learn(dict.fromkeys(creation.digests, Unanswered(reason)))

    def _lacking(self, creation: Creation, code: str, more: dict[str, str | int]) -> None:
        reference = creation.reference
        facts: dict[str, str | int] = {
            "what": reference.kind.value.replace("_", " "),
            "key": reference.key,
            **more,
        }
        directory = self._directory
        for digest in creation.digests:
            stored = directory.stored[digest]
            directory.book.tell(
                [ReferenceNews(stored.id, LACKING, trouble=Trouble(code, facts, reference.value))]
            )
            directory.stored[digest] = replace(stored, state=LACKING)
