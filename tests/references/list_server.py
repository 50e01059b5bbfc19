"""A target's lists in memory, which honour, ignore, refuse or half understand their filters."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.model.exchange import ListAnswer
from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability
from pipeline.references.order_of_work import levels_of
from pipeline.references.reading import read
from pipeline.references.requests import ListRequest, giving_up, next_requests, without_asking
from pipeline.references.resolution import Resolution
from pipeline.references.ways import Manner

Mood = Literal["works", "ignored", "refused", "one_value", "case_matters"]
CHANNEL = 5
MOST_ROUNDS = 60


def ref(
    kind: LookupKind,
    key: str,
    value: str,
    *within: Reference,
    create: tuple[tuple[str, Any], ...] | None = None,
) -> Reference:
    """A reference, written short."""
    return Reference(kind, key, value, within, create)


def customer_id(number: int) -> Reference:
    """A customer whose id is given."""
    return ref(LookupKind.CUSTOMER, "id", str(number))


@dataclass
class Lists:
    """Records by path below the API. ``moods`` say how a filter behaves, by its name; default: it works.

    ``mapped`` are a channel's own names of places: code to ids. ``page`` is how many records a page has.
    """

    records: dict[str, list[dict[str, Any]]]
    moods: dict[str, Mood] = field(default_factory=dict)
    mapped: dict[str, list[int]] = field(default_factory=dict)
    page: int = 100
    log: list[ListRequest] = field(default_factory=list)
    pages: int = 0

    def answer(self, request: ListRequest) -> ListAnswer:
        """What the target answers, as the client for lists would hand it on."""
        self.log.append(request)
        held = self.records.get(request.path)
        if held is None:
            return ListAnswer(None, "answer 404", 404)
        for name, value in request.query:
            mood = self.moods.get(name, "works")
            if mood == "refused":
                return ListAnswer(None, "answer 400", 400)
            if mood != "ignored":
                held = [one for one in held if self._fits(one, name, value, mood)]
        self.pages += max(1, -(-len(held) // self.page))
        give_up = giving_up(request)
        if len(held) > self.page and give_up(tuple(held[: self.page])):
            return ListAnswer(None, "other records", 200, 1, tuple(held[: self.page]))
        return ListAnswer(tuple(held), status=200)

    def _fits(self, record: Mapping[str, Any], name: str, value: str, mood: Mood) -> bool:
        if name in {"channel", "mapping__integration_type"}:
            return True
        if name == "mapping__code__exact":
            return record["pk"] in self.mapped.get(value, [])
        if name == "content_type_name":
            return True
        shown = str(record.get(name.removesuffix("__in"), ""))
        if name.endswith("__in"):
            return shown == value if mood == "one_value" else shown in value.split(",")
        if name in {"sku", "email"} and mood != "case_matters":
            return shown.casefold() == value.casefold()
        return value in shown if name == "erp_code" else shown == value


@dataclass
class Outcome:
    """Where a search ended."""

    known: dict[str, Resolution]
    ability: Ability
    rounds: int

    def of(self, reference: Reference) -> Resolution | None:
        """What became of a reference."""
        return self.known.get(reference.digest)


def resolved(
    lists: Lists,
    wanted: Collection[Reference],
    ability: Ability | None = None,
    known: Mapping[str, Resolution] | None = None,
) -> Outcome:
    """Ask until nothing is left to ask, as a run does it."""
    everything = [one for level in levels_of(wanted) for one in level]
    references = {one.digest: one for one in everything}
    learnt = ability or Ability()
    found: dict[str, Resolution] = dict(known or {})
    for rounds in range(MOST_ROUNDS):
        found |= without_asking(everything, found)
        requests = next_requests(everything, found, learnt, CHANNEL)
        if not requests:
            return Outcome(found, learnt, rounds)
        for request in requests:
            reading = read(request, lists.answer(request), references, found, learnt)
            found |= reading.resolutions
            learnt = reading.ability
    raise AssertionError("it never ends")


def asked_by(log: Iterable[ListRequest], manner: Manner) -> list[ListRequest]:
    """The requests that were made in one manner."""
    return [request for request in log if request.way.manner is manner]
