"""A run's orders are held against the ledger of their channel: when it is planned, and before it sends."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from pipeline.journal.ledger import AT_ONCE
from pipeline.journal.references import Store
from pipeline.journal.running import RunJournal
from pipeline.journal.standing_rows import AtStake, Verdict, at_stake, release, settle
from pipeline.journal.taking_over import EarlierRun, identities, keys, payloads
from pipeline.model.issue import Issue, shown
from pipeline.model.ledger import LedgerEntry, LedgerRun
from pipeline.model.refusal import JournalRefused
from pipeline.model.rows import Table
from pipeline.model.states import State, move
from pipeline.runs.asked.request import Places
from pipeline.runs.ledger.changed_inputs import changed_inputs
from pipeline.runs.ledger.keeping import PATIENCE, ChannelLedger, anything_known, opened_ledger, register
from pipeline.upload.content import different_fields, named, said_by
from pipeline.upload.removed import only_in_first
from pipeline.upload.standing import ON_TARGET, Standing, also_unsent, standing

COMPARED = 1_000
"""Orders of an earlier run that are compared field by field; of more, only that they differ is said."""
EXAMPLES = 5


@dataclass(slots=True)
class Comparison:
    """One run's orders against the ledger. ``nonce`` begins the marks in its payloads."""

    store: Store
    kept: ChannelLedger
    tables: Mapping[int, Table]
    own: str
    nonce: str
    earlier: "EarlierPayloads"
    unsent: Counter[str] = made_by(default_factory=Counter)

    def run(self) -> None:
        """Settle or hold every order about which other runs know something."""
        last = -1
        while orders := at_stake(self.store, last, AT_ONCE):
            known = self.kept.ledger.entries([order.collision for order in orders])
            undone = self.kept.ledger.cancelled([order.collision for order in orders])
            found: list[tuple[AtStake, Standing]] = []
            for order in orders:
                if order.said_absent:
                    continue  # a person has decided, who could know more than any run
                entries = known.get(order.collision, [])
                stands = standing(
                    order.content, order.state, self.own, entries, undone=undone.get(order.collision)
                )
                if stands is not None:
                    found.append((order, stands))
                elif (other := also_unsent(self.own, entries)) is not None:
                    self.unsent[other] += 1
            settle(self.store, self._verdicts(found))
            last = orders[-1].id
        general = [*self.kept.issues, *self._also_unsent()]
        settle(self.store, [], general)

    def _also_unsent(self) -> Iterator[Issue]:
        for run, count in sorted(self.unsent.items()):
            yield Issue("W642", facts={"run": run, "count": count})

    def _verdicts(self, found: Sequence[tuple[AtStake, Standing]]) -> list[Verdict]:
        changed = [(order, stands.entry) for order, stands in found if stands.code == "E640"]
        fields = self.earlier.differences(self.store, self.nonce, changed)
        return [
            Verdict(
                order,
                move(order.state, stands.event),
                stands.entry.remote_id if stands.entry.state in ON_TARGET else None,
                self._issue(order, stands, fields.get(order.collision, "not compared")),
            )
            for order, stands in found
        ]

    def _issue(self, order: AtStake, stands: Standing, fields: str) -> Issue | None:
        if stands.code is None:
            return None
        facts: dict[str, str | int] = {
            "run": stands.entry.run,
            **({"undo": stands.undo} if stands.undo else {}),
        }
        if stands.code == "E640":
            facts["fields"] = fields
        tab, row = order.at
        return Issue(stands.code, self.tables[tab].at(row), shown(order.number), order.number, facts=facts)


class EarlierPayloads:
    """Payloads of other runs, for saying what differs; opens each of their journals once."""

    def __init__(self, places: Places, stack: ExitStack) -> None:
        self._places, self._stack = places, stack
        self._journals: dict[str, EarlierRun | None] = {}
        self._compared: Counter[str] = Counter()

    def differences(
        self, store: Store, nonce: str, changed: Sequence[tuple[AtStake, LedgerEntry]]
    ) -> dict[str, str]:
        """What differs, in words, by collision key; an order of which nothing can be said is left out."""
        by_run: dict[str, list[str]] = {}
        for order, entry in changed:
            if self._compared[entry.run] < COMPARED:
                self._compared[entry.run] += 1
                by_run.setdefault(entry.run, []).append(order.collision)
        found: dict[str, str] = {}
        for run, collisions in by_run.items():
            journal = self._journal(run)
            if journal is not None:
                now = _documents(store.read, nonce, collisions)
                then = _documents(journal.read, journal.header["nonce"], collisions)
                for collision in now.keys() & then.keys():
                    found[collision] = named(different_fields(then[collision], now[collision]))
        return found

    def _journal(self, run: str) -> EarlierRun | None:
        if run not in self._journals:
            try:
                self._journals[run] = self._stack.enter_context(EarlierRun(self._places.journal(run)))
            except JournalRefused:
                self._journals[run] = None
        return self._journals[run]


def _documents(read: Any, nonce: str, collisions: list[str]) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    identity_of = identities(read)
    return {
        collision: said_by(payload.body, payload.nonce, identity_of)
        for collision, payload in payloads(read, nonce, collisions).items()
    }


def compare_planned(
    store: Store, places: Places, header: Mapping[str, Any], tables: Mapping[int, Table]
) -> None:
    """Hold a run that is being planned against its channel's ledger; say which orders it no longer has."""
    target, channel = header["target"], header["channel"]
    if not anything_known(places, target, channel):
        return
    with opened_ledger(places, target, channel, own=None) as kept:
        _compare(store, kept, header, tables)
        before = _latest(kept, header["mapping_name"])
    if before is not None and header["retries"] is None:
        settle(store, [], _removed(store, places, before))


def compare_before_sending(
    journal: RunJournal, places: Places, tables: Mapping[int, Table], *, resumed: bool
) -> None:
    """Hold a run's orders against the ledger once more, and register the run; under the channel's lock.

    Where the run is ``resumed``, files that changed since it was sealed are told. Raises
    :class:`JournalRefused` where another process reads a journal of this channel for so long that it cannot
    be known what was sent.
    """
    header = journal.header
    release(journal)
    settle(journal, [], changed_inputs(header) if resumed else [])
    with opened_ledger(
        places, header["target"], header["channel"], own=header["run_id"], patience=PATIENCE
    ) as kept:
        _compare(journal, kept, header, tables)
        register(kept.ledger, journal)


def _compare(
    store: Store, kept: ChannelLedger, header: Mapping[str, Any], tables: Mapping[int, Table]
) -> None:
    with ExitStack() as stack:
        earlier = EarlierPayloads(kept.places, stack)
        Comparison(store, kept, tables, header["run_id"], header["nonce"], earlier).run()


def _removed(store: Store, places: Places, before: LedgerRun) -> list[Issue]:
    """A warning where an earlier run read orders that this one did not."""
    try:
        with EarlierRun(places.journal(before.run)) as journal:
            gone = _counted(only_in_first(keys(journal.read), (key for key, _, _ in keys(store.read))))
    except JournalRefused:
        return []
    if not gone.count:
        return []
    facts: dict[str, str | int] = {
        "count": gone.count,
        "run": before.run,
        "created": gone.on_target,
        "examples": ", ".join(map(shown, gone.examples)),
    }
    return [Issue("W641", facts=facts)]


def _latest(kept: ChannelLedger, mapping_name: str) -> LedgerRun | None:
    """The newest run of a whole export of the mapping: one that retries another holds a part of it."""
    runs = [
        run
        for run in kept.ledger.runs().values()
        if run.started and not run.gone and run.retries is None and run.mapping_name == mapping_name
    ]
    runs = [run for run in runs if run.run not in kept.busy]
    return max(runs, key=lambda run: run.created, default=None)


@dataclass(slots=True)
class Removed:
    """Orders that an export no longer holds: how many, how many of them on the target, a few numbers."""

    count: int = 0
    on_target: int = 0
    examples: list[str] = made_by(default_factory=list)


def _counted(orders: Iterator[tuple[str, str, str]]) -> Removed:
    """Count orders (collision key, number, state), and keep a few."""
    gone = Removed()
    for _, number, state in orders:
        gone.count += 1
        gone.on_target += State(state) in ON_TARGET
        if len(gone.examples) < EXAMPLES:
            gone.examples.append(number)
    return gone
