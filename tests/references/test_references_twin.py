"""References against the twin, over real sockets: asked for, created, refused, found again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
import pytest
from list_server import ref

from pipeline.model.exchange import ListAnswer, Reply
from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability
from pipeline.references.creation import body, creation_path
from pipeline.references.creation_reply import Created, Exists, judge
from pipeline.references.match import match_hash
from pipeline.references.order_of_work import levels_of, work
from pipeline.references.reading import read
from pipeline.references.requests import (
    ListRequest,
    address_by_hash,
    giving_up,
    next_requests,
    parents_of,
    without_asking,
)
from pipeline.references.resolution import Found, Missing, Resolution, Unanswered
from pipeline.simulator import Settings, Simulator
from pipeline.target.origin import parse_target
from pipeline.target.records import RecordsClient
from pipeline.target.sender import Address
from pipeline.target.token import Token
from pipeline.target.transport import open_transport

Result = TypeVar("Result")
K = LookupKind
CHANNEL = 5
TURKEY = ref(K.COUNTRY, "code", "TR")


class Turns:
    """A pace that lets everybody through."""

    async def reserve(self) -> None:
        """Let through."""

    async def leave(self) -> float:
        """Let through."""
        return 0.0

    def back(self, left: float, reply: Reply) -> None:
        """Learn nothing."""


class Search:
    """What a run does with references: ask until nothing is left, create what is missing."""

    def __init__(self, client: RecordsClient, wanted: list[Reference]) -> None:
        self.client = client
        self.wanted = [one for level in levels_of(wanted) for one in level]
        self.known: dict[str, Resolution] = {}
        self.ability = Ability()

    async def ask(self) -> None:
        """Ask for all that is not known."""
        references = {one.digest: one for one in self.wanted}
        for _ in range(60):
            self.known |= without_asking(self.wanted, self.known)
            requests = next_requests(self.wanted, self.known, self.ability, CHANNEL)
            if not requests:
                return
            for request in requests:
                reading = read(request, await self.listed(request), references, self.known, self.ability)
                self.known |= reading.resolutions
                self.ability = reading.ability
        raise AssertionError("it never ends")

    async def listed(self, request: ListRequest) -> ListAnswer:
        """Carry a request out."""
        return await self.client.list_all(request.path, request.query, give_up=giving_up(request))

    async def post(self, reference: Reference) -> tuple[Reply, dict[str, Any]]:
        """Create what a reference means."""
        parents = parents_of(reference, self.known)
        assert parents is not None
        sent = body(reference, parents, CHANNEL)
        return await self.client.post(creation_path(reference.kind, CHANNEL), orjson.dumps(sent)), sent

    async def create(self) -> None:
        """Create what is missing, level by level."""
        while plan := work(self.wanted, self.known, self.ability).levels:
            for creation in plan[0]:
                reply, sent = await self.post(creation.reference)
                outcome = judge(reply, sent)
                assert isinstance(outcome, Created), outcome
                self.known |= dict.fromkeys(creation.digests, Found(outcome.id, created=True))
            await self.ask()


def searched(
    sim: Simulator, wanted: list[Reference], then: Callable[[Search], Awaitable[Result]]
) -> tuple[Result, Search]:
    """Ask the twin for references, and do something with what came."""

    async def ask() -> tuple[Result, Search]:
        origin, _ = parse_target(sim.url)
        address = Address(origin, "", CHANNEL)
        client = RecordsClient(open_transport(), address, Token("demo-token"), Turns())
        search = Search(client, wanted)
        try:
            await search.ask()
            return await then(search), search
        finally:
            await client.aclose()

    return asyncio.run(ask())


async def nothing(_: Search) -> None:
    """Leave it at asking."""


def city(name: str) -> Reference:
    """A city of Türkiye."""
    return ref(K.CITY, "name", name, TURKEY)


def township(name: str, of: str) -> Reference:
    """A township of a city."""
    return ref(K.TOWNSHIP, "name", name, TURKEY, city(of))


SETTINGS = [
    pytest.param(Settings(), id="as documented"),
    pytest.param(Settings(page_limit_max=7), id="small pages"),
    pytest.param(Settings(ignored_filters=frozenset({"products.sku__in", "cities.country"})), id="ignored"),
    pytest.param(Settings(ignore_unknown_filters=False), id="strict"),
    pytest.param(Settings(bare_lists=frozenset({"cities", "products", "customers"})), id="bare lists"),
    pytest.param(Settings(lists_with_id=frozenset({"products", "townships", "cargos"})), id="ids"),
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_is_there_is_found_however_the_target_is_set_up(settings: Settings) -> None:
    """Products, people, carriers, places with Turkish letters, and names that the channel gave them."""
    wanted = {
        ref(K.PRODUCT, "sku", "PAM-TIS-01"): 101,
        ref(K.PRODUCT, "sku", "pam-tis-02"): 102,
        ref(K.PRODUCT, "remote_id", "70103"): 103,
        ref(K.CUSTOMER, "email", "ayse.ornekci@ornek.example"): 201,
        ref(K.CARGO_COMPANY, "erp_code", "YK"): 1,
        ref(K.PAYMENT_OPTION, "slug", "credit_card"): 1,
        ref(K.PRICE_LIST, "name", "retail prices"): 11,
        ref(K.STOCK_LIST, "name", "Main stock"): 21,
        ref(K.RETAIL_STORE, "erp_code", "M-001"): 51,
        city("ISTANBUL"): 34,
        township("KADIKÖY", "istanbul"): 1026,
    }
    with Simulator(settings=settings) as sim:
        _, search = searched(sim, list(wanted), nothing)
    found = {one: search.known[one.digest] for one in wanted}
    assert found == {one: Found(number) for one, number in wanted.items()}


def test_a_place_that_is_gone_is_found_by_the_name_the_channel_gave_its_successor() -> None:
    """``İçel`` is inactive and mapped; ``Stambul`` is mapped; ``Istambul`` is neither, and nearly right."""
    names = [city("İçel"), city("Stambul"), city("Istambul")]
    with Simulator() as sim:
        _, search = searched(sim, [*names, city("Mersin")], nothing)
    mapped, given, lost = (search.known[one.digest] for one in names)
    assert mapped == search.known[city("Mersin").digest]
    assert given == Found(34)
    assert isinstance(lost, Missing)
    assert lost.suggestions[0].text == "İstanbul"


def new_customer(email: str = "yeni@ornek.example", code: str = "N1") -> Reference:
    """Somebody whom the twin does not know."""
    return ref(K.CUSTOMER, "email", email, create=(("channel_code", code), ("first_name", "Yeni")))


def home_of(owner: Reference, line: str = "Yeni Sok. 1") -> Reference:
    """Where somebody lives."""
    create = (
        ("email", owner.value),
        ("phone_number", "+905000000999"),
        ("first_name", "Yeni"),
        ("last_name", "Kişi"),
    )
    return ref(K.ADDRESS, "line", line, owner, TURKEY, city("İzmir"), create=create)


def test_a_customer_and_an_address_are_created_once_and_found_ever_after() -> None:
    """A second run finds both; a second POST is refused by its hash, which leads back to the first."""
    owner = new_customer()
    home = home_of(owner)

    async def again(search: Search) -> tuple[Resolution, Resolution]:
        await search.create()
        reply, sent = await search.post(home)
        outcome = judge(reply, sent)
        assert isinstance(outcome, Exists)
        assert outcome.hash is not None
        answer = await search.listed(address_by_hash(outcome.hash, CHANNEL))
        assert answer.records is not None
        reply, sent = await search.post(owner)
        taken = judge(reply, sent)
        assert isinstance(taken, Exists)
        assert taken.fields
        return search.known[home.digest], match_hash(outcome.hash, answer.records)

    with Simulator() as sim:
        (made, found), search = searched(sim, [home], again)
        _, later = searched(sim, [home], nothing)
    assert isinstance(made, Found)
    assert made.created
    assert found == Found(made.id)
    assert later.known[home.digest] == Found(made.id)
    assert work([home], later.known, later.ability).levels == ()
    assert search.known[owner.digest] == Found(later.known[owner.digest].id, created=True)  # type: ignore[union-attr]


def test_a_token_that_is_refused_creates_nothing() -> None:
    """A lookup that fails is no absence, however it fails."""
    home = home_of(new_customer())
    with Simulator(settings=Settings(expire_token_after_requests=1)) as sim:
        _, search = searched(sim, [home], nothing)
    assert work([home], search.known, search.ability).levels == ()
    assert any(isinstance(one, Unanswered) and one.status == 401 for one in search.known.values())
