"""Records that orders name are found on the target, or created where the mapping allows it.

Comes between planning and sending. Looking changes nothing; creating follows the rules of sending an order:
an intent is durable before its first byte leaves, silence means doubt, and doubt is settled by looking.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by

from pipeline.journal.references import (
    CREATED,
    FOUND,
    IN_DOUBT,
    LACKING,
    WANTED,
    ReferenceBook,
    ReferenceNews,
    StoredReference,
    Trouble,
)
from pipeline.model.ending import Ending
from pipeline.model.exchange import ListAnswer
from pipeline.model.issue import Issue, shown
from pipeline.model.lookup import Reference
from pipeline.model.rows import Table
from pipeline.references.ability import Ability
from pipeline.references.order_of_work import Held, Work, work
from pipeline.references.reading import read
from pipeline.references.requests import ListRequest, giving_up, next_requests, without_asking
from pipeline.references.resolution import Found, Resolution, Unanswered, as_data, resolution_from, told
from pipeline.target.records import RecordsClient
from pipeline.upload.backoff import backoff

AT_ONCE = 200
"""Answers that are remembered in one commit; so many are asked for again after a crash."""
_PERSONS_ACT = {401: "E501", 403: "E502"}


@dataclass(slots=True)
class Directory:
    """What is known of the records that a run's orders name: by digest, and in the journal."""

    book: ReferenceBook
    channel: int
    stored: dict[str, StoredReference] = made_by(default_factory=dict)
    references: dict[str, Reference] = made_by(default_factory=dict)
    known: dict[str, Resolution] = made_by(default_factory=dict)
    ability: Ability = made_by(default_factory=Ability)

    def load(self) -> None:
        """Read what the journal knows; what could not be asked for is asked again."""
        for one in self.book.all():
            self.stored[one.digest] = one
            self.references[one.digest] = one.reference
            resolution = resolution_from(one.resolution) if one.resolution is not None else None
            if resolution is not None and not isinstance(resolution, Unanswered):
                self.known[one.digest] = resolution

    def narrow(self, needed: set[str]) -> None:
        """Leave out every record that no order waits for."""
        self.stored = {digest: one for digest, one in self.stored.items() if digest in needed}
        self.references = {digest: one for digest, one in self.references.items() if digest in needed}

    def learn(self, resolutions: Mapping[str, Resolution]) -> None:
        """Remember what was found out, here and in the journal."""
        self.known.update(resolutions)
        news = {digest: self._news(digest, one) for digest, one in resolutions.items()}
        self.book.tell(news.values())
        self.book.warn(self._inactive(resolutions))
        for digest, one in news.items():
            self.stored[digest] = replace(self.stored[digest], state=one.state)

    def _inactive(self, resolutions: Mapping[str, Resolution]) -> Iterator[Issue]:
        """A warning for each record that is used though it is switched off."""
        for digest, resolution in resolutions.items():
            reference = self.references[digest]
            reason = told(reference, resolution) if isinstance(resolution, Found) else None
            if reason is not None:
                yield Issue(reason[0], value=shown(reference.value), facts=reason[1])

    def lacking(self, held: Iterable[Held]) -> None:
        """Remember that records cannot be had, and why."""
        news = []
        for one in held:
            stored = self.stored[one.reference.digest]
            if stored.state != IN_DOUBT and not isinstance(one.resolution, Unanswered):
                news.append(ReferenceNews(stored.id, LACKING, trouble=_trouble(one)))
        self.book.tell(news)

    def _news(self, digest: str, resolution: Resolution) -> ReferenceNews:
        stored = self.stored[digest]
        if isinstance(resolution, Found):
            state = CREATED if resolution.created else FOUND
            return ReferenceNews(stored.id, state, resolution.id, as_data(resolution))
        return ReferenceNews(stored.id, WANTED, resolution=as_data(resolution))

    @property
    def wanted(self) -> list[Reference]:
        """Every reference."""
        return list(self.references.values())


class Looking:
    """Asks the target for everything that is not known yet, in as few requests as possible.

    A list is asked for ``tries`` times before the question counts as unanswered.
    """

    def __init__(
        self,
        directory: Directory,
        client: RecordsClient,
        concurrency: int,
        tries: int,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._directory, self._client = directory, client
        self._tries = max(1, tries)
        self._gate = asyncio.Semaphore(max(1, concurrency))
        self._chance = chance
        self.ending: Ending | None = None

    async def run(self) -> Work:
        """Ask until nothing is left to ask; returns what is left to do.

        ``ending`` is set where no question will be answered before a person acts. A question that stays
        unanswered keeps its orders from being sent, and nothing else.
        """
        directory = self._directory
        while self.ending is None:
            directory.learn(without_asking(directory.wanted, directory.known))
            requests = next_requests(directory.wanted, directory.known, directory.ability, directory.channel)
            if not requests:
                break
            for start in range(0, len(requests), AT_ONCE):
                await self._round(requests[start : start + AT_ONCE])
        return work(directory.wanted, directory.known, directory.ability)

    async def _round(self, requests: Sequence[ListRequest]) -> None:
        """Ask some questions side by side, and remember all their answers in one commit."""
        directory = self._directory
        answers = await asyncio.gather(*map(self.ask, requests))
        learnt: dict[str, Resolution] = {}
        for request, answer in zip(requests, answers, strict=True):
            reading = read(request, answer, directory.references, directory.known, directory.ability)
            directory.ability = reading.ability
            directory.known.update(reading.resolutions)
            learnt.update(reading.resolutions)
        directory.learn(learnt)

    async def ask(self, request: ListRequest) -> ListAnswer:
        """One list, read whole; asked for again a few times where the service is unwell."""
        for failures in range(self._tries):
            async with self._gate:
                answer = await self._client.list_all(request.path, request.query, give_up=giving_up(request))
            if answer.status in _PERSONS_ACT:
                self.ending = self.ending or Ending(_PERSONS_ACT[answer.status])
            if answer.records is not None or not _is_unwell(answer) or self.ending is not None:
                return answer
            if failures + 1 < self._tries:
                await asyncio.sleep(backoff(failures, self._chance()))
        return answer


def _is_unwell(answer: ListAnswer) -> bool:
    """Whether asking again may help: no answer at all, or one that speaks of the service."""
    return answer.status is None or answer.status in (408, 425, 429) or answer.status >= 500  # noqa: PLR2004


def finish_orders(book: ReferenceBook, tables: Mapping[int, Table], nonce: str) -> tuple[int, int]:
    """Finish the bytes of orders that have all their ids, and refuse those that never will.

    Returns how many orders were finished and how many refused.
    """
    refused = refuse_orders(book, tables)
    finished = 0
    while done := book.finish_orders(nonce):
        finished += done
    return finished, refused


def refuse_orders(book: ReferenceBook, tables: Mapping[int, Table]) -> int:
    """Refuse orders that name a record which cannot be had, at the cell; returns how many."""
    refused = 0
    while uses := book.lacking():
        issues: list[tuple[int, Issue]] = []
        for use in uses:
            at = tables[use.at[0]].at(use.at[1], use.column)
            issue = Issue(use.code, at, shown(use.value), use.number, use.field, facts=use.facts)
            issues.append((use.order_id, issue))
        book.refuse(issues)
        refused += len({order_id for order_id, _ in issues})
    return refused


def _trouble(held: Held) -> Trouble:
    """What stands in the way: the record itself, or one that it lies in."""
    code, facts = told(held.because, held.resolution) or ("E345", {})
    return Trouble(code, facts, held.because.value)


def creations(found: Work, needed: set[str]) -> list[tuple[str, int]]:
    """How many records of which kind are to be created for orders that wait for them."""
    counts = Counter(
        one.reference.kind.value for level in found.levels for one in level if needed & set(one.digests)
    )
    return sorted(counts.items())
