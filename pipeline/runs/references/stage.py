"""The stage between planning and sending: every record that an order names gets its id, or a reason."""

from collections.abc import Collection, Mapping

from pipeline.journal.references import ReferenceBook, Store
from pipeline.model.capability import Capability
from pipeline.model.ending import Ending
from pipeline.model.rows import Table
from pipeline.references.budget import Budget, budget
from pipeline.references.order_of_work import Work
from pipeline.runs.asked.request import SendRequest
from pipeline.runs.asked.resolved import Resolved
from pipeline.runs.connection.turns import Turns
from pipeline.runs.references.creating import Creating
from pipeline.runs.references.resolving import Directory, Looking, creations, finish_orders
from pipeline.target.records import RecordsClient


class ReferenceStage:
    """Looks records up, and creates what is missing where that is asked for.

    A question that the target does not answer keeps its orders from being sent, and nothing else.
    """

    def __init__(  # noqa: PLR0913 - what the stage is made of
        self,
        store: Store,
        client: RecordsClient,
        turns: Turns,
        request: SendRequest,
        capability: Capability,
        *,
        channel: int,
        nonce: str,
    ) -> None:
        self._book = ReferenceBook(store)
        self._directory = Directory(self._book, channel)
        self._client, self._nonce = client, nonce
        self._finished = self._refused = 0
        self._looking = Looking(self._directory, client, request.concurrency, request.attempts)
        self._creating = Creating(
            self._directory,
            client,
            self._looking,
            turns,
            window=capability.settle_window,
            attempts=request.attempts,
            concurrency=request.concurrency,
        )

    def stop(self, ending: Ending) -> None:
        """Ask for nothing more; what is under way is still waited for."""
        self._looking.ending = self._looking.ending or ending
        self._creating.ending = self._creating.ending or ending

    async def look(self, tables: Mapping[int, Table]) -> Resolved:
        """Look everything up, which changes nothing; returns at once where no order waits for one."""
        self._book.after_crash()
        self._directory.load()
        self._directory.narrow(self._needed())
        if not self._directory.stored:
            return Resolved()
        return self._resolved(tables, await self._looking.run())

    async def create(self, tables: Mapping[int, Table], only: Collection[int] | None = None) -> Resolved:
        """Create what is missing, after :meth:`look`; ``only`` names the orders, by id, that it is for."""
        if not self._directory.stored or self._looking.ending is not None:
            return self._resolved(tables, await self._looking.run())
        return self._resolved(tables, await self._creating.run(lambda: self._needed(only)))

    def _resolved(self, tables: Mapping[int, Table], todo: Work) -> Resolved:
        """Finish and refuse orders by what is known now."""
        self._directory.lacking(todo.held)
        finished, refused = finish_orders(self._book, tables, self._nonce)
        self._finished, self._refused = self._finished + finished, self._refused + refused
        return Resolved(
            finished=self._finished,
            refused=self._refused,
            open=self._book.open_orders(),
            created=self._creating.created,
            requests=self._client.requests,
            to_create=tuple(creations(todo, self._needed())),
            budget=self._budget(todo),
            ending=self._looking.ending or self._creating.ending,
        )

    def _needed(self, only: Collection[int] | None = None) -> set[str]:
        """The digests of all records that orders still wait for, those they lie in included."""
        references = self._directory.references
        return {one.digest for digest in self._book.needed(only) for one in references[digest].chain()}

    def _budget(self, todo: Work) -> Budget:
        directory = self._directory
        orders = self._book.open_orders() + self._book.ready_orders()
        return budget(orders, directory.wanted, directory.known, directory.ability, todo)
