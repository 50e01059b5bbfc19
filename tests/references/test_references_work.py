"""What is created in which order, what it is made of, and what a run will cost."""

from typing import Any

import pytest
from list_server import CHANNEL, Lists, customer_id, ref, resolved

from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.ability import Ability, Use
from pipeline.references.budget import budget
from pipeline.references.creation import body, creation_path
from pipeline.references.identity import identity
from pipeline.references.order_of_work import levels_of, work
from pipeline.references.resolution import Ambiguous, Found, Missing, Resolution, Unanswered
from pipeline.references.ways import PROVEN

K = LookupKind
GONE = Missing(tried=frozenset({PROVEN}))
TURKEY = ref(K.COUNTRY, "code", "TR")
CITY = ref(K.CITY, "name", "İzmir", TURKEY)
PLACES: dict[str, Resolution] = {TURKEY.digest: Found(1), CITY.digest: Found(35)}


def customer(email: str = "a@x.example", **create: Any) -> Reference:
    """A customer who may be created."""
    given = {"channel_code": f"C-{email}"} | create
    return ref(K.CUSTOMER, "email", email, create=tuple(given.items()))


def address(owner: Reference, line: str = "Street 1", **create: Any) -> Reference:
    """An address that may be created."""
    given = {"email": "a@x.example", "phone_number": "+90", "first_name": "Ann", "last_name": "Lee"} | create
    return ref(K.ADDRESS, "line", line, owner, TURKEY, CITY, create=tuple(given.items()))


def test_parents_stand_on_an_earlier_level() -> None:
    """Each reference once, after everything it lies in."""
    home = address(customer())
    levels = levels_of([home, home, CITY])
    assert [[one.kind for one in level] for level in levels] == [
        [K.CUSTOMER, K.COUNTRY],
        [K.CITY],
        [K.ADDRESS],
    ]


def test_an_address_is_created_after_its_customer() -> None:
    """Both are missing: the customer first, then the address, and nothing else."""
    owner = customer()
    plan = work([address(owner), address(owner, "Street 2")], PLACES | {owner.digest: GONE}, Ability())
    assert [[one.reference.kind for one in level] for level in plan.levels] == [
        [K.CUSTOMER],
        [K.ADDRESS, K.ADDRESS],
    ]
    assert (plan.held, plan.unasked) == ((), ())


def test_one_customer_is_created_once_however_the_rows_write_the_name() -> None:
    """The fullest of them is used, and the plan can say where the others disagree."""
    three = [
        customer(first_name="Ann"),
        customer(first_name="ANN", last_name="Lee"),
        customer("A@x.example", channel_code="C-a@x.example"),
    ]
    plan = work(three, {one.digest: GONE for one in three}, Ability())
    (creation,) = plan.levels[0]
    assert creation.reference == three[1]
    assert set(creation.digests) == {one.digest for one in three}
    assert creation.differing == ("first_name",)


def test_two_people_behind_one_door_have_two_addresses_and_one_customer() -> None:
    """What an address is made of tells it apart; what its customer is made of does not."""
    owner, same = customer(first_name="Ann"), customer(first_name="Anna")
    assert identity(address(owner)) == identity(address(same))
    assert identity(address(owner)) != identity(address(owner, first_name="Bob"))
    assert identity(address(owner)) != identity(address(customer("b@x.example")))


@pytest.mark.parametrize(
    "why", [GONE, Ambiguous(()), Unanswered("reset")], ids=["missing", "ambiguous", "failed"]
)
def test_what_lies_in_something_that_cannot_be_had_is_held(why: Resolution) -> None:
    """The reason is the parent's, all the way down; nothing is created beside it."""
    owner = ref(K.CUSTOMER, "email", "a@x.example")
    home = address(owner)
    plan = work([home], PLACES | {owner.digest: why}, Ability())
    assert plan.levels == ()
    assert {(one.reference, one.because) for one in plan.held} == {(owner, owner), (home, owner)}


@pytest.mark.parametrize("why", [Ambiguous(()), Unanswered("answer 500", 500)])
def test_a_lookup_that_failed_never_leads_to_a_creation(why: Resolution) -> None:
    """Neither do several that fit, though the mapping allows to create."""
    owner = customer()
    assert work([owner], {owner.digest: why}, Ability()).levels == ()


def test_an_absence_that_was_not_asked_for_in_full_creates_nothing() -> None:
    """A chunk that brought nothing leaves the question open."""
    owner = customer()
    plan = work([owner], {owner.digest: Missing(tried=frozenset({"email__in"}))}, Ability())
    assert (plan.levels, plan.unasked) == ((), (owner,))
    assert work([owner], {}, Ability()).unasked == (owner,)


def test_a_customer_is_made_of_what_the_rows_say_and_is_active() -> None:
    """The key and the channel are added; what is empty is left out."""
    made = body(customer(first_name="Ann", last_name="", erp_code=None), {}, CHANNEL)
    assert made == {
        "channel": 5,
        "channel_code": "C-a@x.example",
        "email": "a@x.example",
        "extra_field": {},
        "first_name": "Ann",
        "is_active": True,
    }
    assert creation_path(K.CUSTOMER, CHANNEL) == "channel/5/customers/"


def test_an_address_is_made_of_its_line_its_places_and_its_customer() -> None:
    """Every parent by its id."""
    made = body(address(customer_id(7), title="Home"), {K.CUSTOMER: 7, K.COUNTRY: 1, K.CITY: 35}, CHANNEL)
    assert made["line"] == "Street 1"
    assert (made["customer"], made["country"], made["city"]) == (7, 1, 35)
    assert (made["address_type"], made["is_active"], made["title"]) == ("customer", True, "Home")
    store = body(
        address(customer_id(7)), {K.CUSTOMER: 7, K.COUNTRY: 1, K.CITY: 35, K.RETAIL_STORE: 5}, CHANNEL
    )
    assert (store["address_type"], store["retail_store"]) == ("retail_store", 5)


def test_what_lacks_a_required_attribute_is_never_posted() -> None:
    """Neither is a kind of which nothing is created."""
    with pytest.raises(ValueError, match="needs customer, country, city"):
        body(address(customer_id(7)), {}, CHANNEL)
    with pytest.raises(ValueError, match="nothing creates a product"):
        body(ref(K.PRODUCT, "sku", "A"), {}, CHANNEL)


def shop(owners: int = 120, goods: int = 130) -> list[Reference]:
    """What the orders of some customers name: an address each, and products."""
    wanted = [address(customer(f"p{n}@x.example"), f"Street {n}") for n in range(owners)]
    return [*wanted, *(ref(K.PRODUCT, "sku", f"S-{n}") for n in range(goods))]


def test_a_budget_is_kept() -> None:
    """Where nothing is known yet it names a range, and the requests that are made lie in it."""
    wanted = shop()
    lists = Lists(
        {
            "channel/5/products/": [{"pk": n, "sku": f"S-{n}"} for n in range(130)],
            "channel/5/customers/": [{"pk": n, "email": f"p{n}@x.example"} for n in range(60)],
            "channel/5/addresses/": [],
            "channel/5/countries/": [{"pk": 1, "code": "TR"}],
            "channel/5/cities/": [{"pk": 35, "name": "İzmir", "country": 1}],
        }
    )
    before = budget(500, wanted, {}, Ability())
    outcome = resolved(lists, wanted)
    plan = work(wanted, outcome.known, outcome.ability)
    after = budget(500, wanted, outcome.known, outcome.ability, plan)
    assert (plan.creations(K.CUSTOMER), plan.creations(K.ADDRESS)) == (60, 120)
    assert after.least == after.most == 500 + 60 + 120
    assert before.least <= len(lists.log) + after.least <= before.most
    assert before.seconds(5) == (before.least / 5, before.most / 5)


def test_a_budget_says_what_each_purpose_costs() -> None:
    """Products one for fifty where the filter works, one each where it is ignored."""
    goods = [ref(K.PRODUCT, "sku", f"S-{n}") for n in range(130)]
    for use, least, most in ((Use.UNKNOWN, 3, 133), (Use.WORKS, 3, 133), (Use.IGNORED, 130, 130)):
        line = budget(0, goods, {}, Ability().learnt(K.PRODUCT, "sku__in", use)).lines[0]
        assert (line.purpose, line.least, line.most) == ("look up product", least, most)
