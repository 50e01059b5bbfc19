"""Which lists are asked for: as few as can do, whatever the target's filters are good for."""

import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from list_server import CHANNEL, Lists, Mood, asked_by, customer_id, ref, resolved

from pipeline.model.lookup import LOOKUPS, LookupKind, Reference
from pipeline.references.ability import Ability, Use, ability_from
from pipeline.references.match import match
from pipeline.references.reading import read_again
from pipeline.references.requests import asking_again, next_requests, without_asking
from pipeline.references.resolution import Ambiguous, Found, Ignored, Missing, Resolution, Unanswered
from pipeline.references.ways import PROVEN, Manner, is_final

K = LookupKind
PRODUCTS, CUSTOMERS = "channel/5/products/", "channel/5/customers/"
ADDRESSES, ACTIONS = "channel/5/addresses/", "channel/5/integration_actions/"
MOODS: list[Mood] = list(get_args(Mood))


def products(count: int) -> list[dict[str, object]]:
    """Products S-0, S-1 and so on."""
    return [{"pk": 1000 + n, "sku": f"S-{n}", "base_code": f"B-{n // 3}"} for n in range(count)]


def skus(count: int, first: int = 0) -> list[Reference]:
    """References to products by sku."""
    return [ref(K.PRODUCT, "sku", f"S-{n}") for n in range(first, first + count)]


@pytest.mark.parametrize("count", [1, 2, 50, 51, 500])
def test_products_cost_one_request_for_fifty(count: int) -> None:
    """Of any number of distinct products all that exist are found by fifties."""
    lists = Lists({PRODUCTS: products(1000)})
    outcome = resolved(lists, skus(count))
    assert [outcome.of(one) for one in skus(count)] == [Found(1000 + n) for n in range(count)]
    assert len(lists.log) == -(-count // 50)


def test_a_filter_that_nobody_knows_is_tried_once_before_it_is_used_at_large() -> None:
    """The first fifty show what it is good for; the rest follows at once."""
    first = next_requests(skus(500), {}, Ability(), CHANNEL)
    assert [request.way.manner for request in first] == [Manner.CHUNK]
    works = Ability().learnt(K.PRODUCT, "sku__in", Use.WORKS)
    assert len(next_requests(skus(500), {}, works, CHANNEL)) == 10


def test_a_filter_that_is_ignored_costs_one_page_and_is_never_used_again() -> None:
    """The first page of everything gives it away; then each value is asked for alone."""
    lists = Lists({PRODUCTS: products(5000)}, {"sku__in": "ignored"})
    outcome = resolved(lists, skus(120, first=2000))
    assert all(isinstance(outcome.of(one), Found) for one in skus(120, first=2000))
    assert outcome.ability.ignores(K.PRODUCT, "sku__in")
    assert len(asked_by(lists.log, Manner.CHUNK)) == 1
    assert len(asked_by(lists.log, Manner.SINGLE)) == 120
    assert lists.pages == 50 + 120  # the fake counts the pages it had; the client stops after the first


def test_lists_that_are_empty_do_not_hold_the_others_up() -> None:
    """An answer without records shows that the filter is not ignored: the rest is asked at once."""
    gone = [ref(K.ADDRESS, "line", f"Street {n}", customer_id(n)) for n in range(1000)]
    outcome = resolved(Lists({ADDRESSES: []}), gone)
    assert outcome.rounds <= 4
    assert all(is_final(one, outcome.of(one), outcome.ability) for one in gone)


def test_what_an_ignored_filter_brings_by_luck_is_taken() -> None:
    """A list that came whole is compared as any other."""
    lists = Lists({PRODUCTS: products(60)}, {"sku__in": "ignored"})
    outcome = resolved(lists, skus(50))
    assert all(isinstance(outcome.of(one), Found) for one in skus(50))
    assert len(lists.log) == 1


def test_one_reference_is_asked_for_by_the_filter_that_proves_more() -> None:
    """A chunk of one costs the same and says less."""
    (request,) = next_requests(skus(1), {}, Ability(), CHANNEL)
    assert (request.way.manner, request.query) == (Manner.SINGLE, (("sku", "S-0"),))


@pytest.mark.parametrize("value", ["A,B", " A", "A ", ",", "A,"])
def test_what_a_comma_would_tear_apart_is_asked_for_alone(value: str) -> None:
    """Only a value that survives in a list of values is put into one."""
    odd = ref(K.PRODUCT, "sku", value)
    lists = Lists({PRODUCTS: [*products(10), {"pk": 7, "sku": value}]})
    outcome = resolved(lists, [odd, *skus(5)])
    assert outcome.of(odd) == Found(7)
    assert all(value not in request.asked for request in asked_by(lists.log, Manner.CHUNK))


def test_long_values_make_shorter_chunks() -> None:
    """The address of a request stays below what servers take."""
    long = [ref(K.PRODUCT, "sku", f"{n:03}" + "ş" * 100) for n in range(50)]
    works = Ability().learnt(K.PRODUCT, "sku__in", Use.WORKS)
    requests = next_requests(long, {}, works, CHANNEL)
    assert len(requests) > 5
    assert sum(len(request.asked) for request in requests) == 50


def test_a_product_in_another_case_is_found_by_itself() -> None:
    """A list of values compares exactly; the plain filter does not."""
    lists = Lists({PRODUCTS: products(20)})
    odd = ref(K.PRODUCT, "sku", "s-3")
    outcome = resolved(lists, [odd, *skus(10)])
    assert outcome.of(odd) == Found(1003)
    assert outcome.ability.use(K.PRODUCT, "sku__in") is Use.WORKS


def test_a_missing_product_is_told_with_what_is_near() -> None:
    """Zeros in front, dashes: other spellings are asked for once everything else is known."""
    lists = Lists({PRODUCTS: [*products(20), {"pk": 9, "sku": "00123"}]})
    lost = ref(K.PRODUCT, "sku", "123")
    found = resolved(lists, [lost, *skus(10)]).of(lost)
    assert isinstance(found, Missing)
    assert [(one.text, one.id) for one in found.suggestions] == [("00123", 9)]
    assert PROVEN in found.tried


def test_a_chunk_that_hides_what_is_there_is_found_out() -> None:
    """A target that takes the list for one value answers nothing; the single question shows it."""
    lists = Lists({PRODUCTS: products(400)}, {"sku__in": "one_value"})
    outcome = resolved(lists, skus(200))
    assert all(isinstance(outcome.of(one), Found) for one in skus(200))
    assert outcome.ability.ignores(K.PRODUCT, "sku__in")
    assert len(asked_by(lists.log, Manner.CHUNK)) <= 200 / 50


def test_remote_ids_are_answered_by_integration_actions() -> None:
    """The id of the object, and not that of the action, is the product's."""
    actions = [
        {
            "pk": n,
            "remote_id": str(n),
            "object_id": 100 + n,
            "content_type": {"model": "product" if n % 2 else "order"},
        }
        for n in range(100)
    ]
    wanted = [ref(K.PRODUCT, "remote_id", str(n)) for n in range(1, 100)]
    lists = Lists({ACTIONS: actions})
    outcome = resolved(lists, wanted)
    found = [outcome.of(one) for one in wanted]
    assert [one.id for one in found if isinstance(one, Found)] == [100 + n for n in range(1, 100, 2)]
    assert sum(isinstance(one, Missing) for one in found) == 49
    assert len(lists.log) == 2
    assert ("content_type_name", "product") in lists.log[0].query


def test_customers_cost_one_for_fifty_where_the_target_knows_the_filter() -> None:
    """Found by fifties; each that is missing is asked for once more, because case may hide it."""
    people = [{"pk": n, "email": f"p{n}@shop.example"} for n in range(300)]
    wanted = [ref(K.CUSTOMER, "email", f"p{n}@shop.example") for n in range(200)]
    lists = Lists({CUSTOMERS: people})
    assert all(isinstance(one, Found) for one in resolved(lists, wanted).known.values())
    assert len(lists.log) == 4
    hidden = Lists({CUSTOMERS: [{"pk": 1, "email": "Ann@Shop.example"}, *people]})
    ann = ref(K.CUSTOMER, "email", "ann@shop.example")
    assert resolved(hidden, [ann, *wanted]).of(ann) == Found(1)


def test_addresses_are_asked_for_by_customer_and_an_absence_is_proven_by_fifties() -> None:
    """One list answers all addresses of fifty customers; nothing hides behind an id's spelling."""
    book = [{"pk": 900 + n, "customer": n, "line": f"Street {n}"} for n in range(100)]
    wanted = [ref(K.ADDRESS, "line", f"STREET {n}", customer_id(n)) for n in range(100)]
    gone = [ref(K.ADDRESS, "line", "elsewhere", customer_id(n)) for n in range(100)]
    lists = Lists({ADDRESSES: book})
    outcome = resolved(lists, [*wanted, *gone])
    assert [outcome.of(one) for one in wanted] == [Found(900 + n) for n in range(100)]
    assert all(is_final(one, outcome.of(one), outcome.ability) for one in gone)
    assert len(lists.log) == 2


def test_an_address_of_a_customer_just_created_needs_no_request() -> None:
    """Who did not exist a moment ago owns no address."""
    customer = ref(K.CUSTOMER, "email", "new@shop.example", create=())
    address = ref(K.ADDRESS, "line", "Street 1", customer)
    known = {customer.digest: Found(7, created=True)}
    assert next_requests([address], known, Ability(), CHANNEL) == []
    resolution = without_asking([address], known)[address.digest]
    assert isinstance(resolution, Missing)
    assert is_final(address, resolution, Ability())


def test_nothing_is_asked_for_what_lies_in_something_unknown() -> None:
    """A city waits for its country."""
    turkey = ref(K.COUNTRY, "code", "TR")
    city = ref(K.CITY, "name", "İzmir", turkey)
    assert next_requests([city], {}, Ability(), CHANNEL) == []
    (request,) = next_requests([city], {turkey.digest: Found(1)}, Ability(), CHANNEL)
    assert (request.path, request.query) == ("channel/5/cities/", (("country", "1"),))


def test_an_id_that_is_given_is_taken_as_it_is() -> None:
    """Nobody is asked for what is known."""
    assert without_asking([customer_id(201)], {}) == {customer_id(201).digest: Found(201)}
    assert next_requests([customer_id(201)], {}, Ability(), CHANNEL) == []
    wrong = ref(K.CUSTOMER, "id", "x7")
    assert without_asking([wrong], {}) == {wrong.digest: Unanswered("not an id")}


SMALL = [
    (K.CARGO_COMPANY, "erp_code", "channel/5/cargos/"),
    (K.PAYMENT_OPTION, "slug", "payment_options/"),
    (K.PRICE_LIST, "name", "channel/5/price_lists/"),
    (K.STOCK_LIST, "code", "channel/5/stock_lists/"),
    (K.COUNTRY, "name", "channel/5/countries/"),
    (K.RETAIL_STORE, "erp_code", "channel/5/retail_stores/"),
]


@pytest.mark.parametrize(("kind", "key", "path"), SMALL)
def test_a_small_list_is_asked_for_once_whole(kind: LookupKind, key: str, path: str) -> None:
    """However many of its records are wanted; who is missing learns what there is."""
    held = [{"id": n, key: f"value {n}"} for n in range(30)]
    wanted = [ref(kind, key, f"value {n}") for n in range(29)]
    lost = ref(kind, key, "valeu 5")
    lists = Lists({path: held})
    outcome = resolved(lists, [*wanted, lost], Ability().learnt(kind, "mapping__code__exact", Use.IGNORED))
    assert [outcome.of(one) for one in wanted] == [Found(n) for n in range(29)]
    near = outcome.of(lost)
    assert isinstance(near, Missing)
    assert near.suggestions
    assert len(lists.log) == 1


def world() -> Lists:
    """Two countries, with cities of one name, and a city's townships."""
    return Lists(
        {
            "channel/5/countries/": [{"id": 1, "code": "TR"}, {"id": 2, "code": "DE"}],
            "channel/5/cities/": [
                {"pk": 10 + n, "name": name, "country": country, "is_active": name != "İçel"}
                for n, (name, country) in enumerate(
                    [("İstanbul", 1), ("Mersin", 1), ("İçel", 1), ("Aydın", 1), ("Aydin", 2), ("Köln", 2)]
                )
            ],
            "channel/5/townships/": [
                {"pk": 100 + n, "name": name, "country": 1, "city": city}
                for n, (name, city) in enumerate([("Kadıköy", 10), ("Merkez", 11), ("Merkez", 13)])
            ],
        },
        mapped={"5_İçel": [11], "5_Stambul": [10]},
    )


def place(*names: str) -> Reference:
    """A place by the names of what it lies in, a country's code first."""
    kinds = [K.COUNTRY, K.CITY, K.TOWNSHIP, K.DISTRICT]
    within: tuple[Reference, ...] = ()
    for kind, name in zip(kinds, names, strict=False):
        one = ref(kind, "code" if kind is K.COUNTRY else "name", name, *within)
        within = (*within, one)
    return within[-1]


@pytest.mark.parametrize("moods", [{}, {"country": "ignored"}, {"country": "ignored", "city": "ignored"}])
def test_places_cost_one_list_for_each_place_they_lie_in(moods: dict[str, Mood]) -> None:
    """And compare blind to Turkish letters, within their own parents, whatever else the target gives."""
    lists = world()
    lists.moods = moods
    wanted = [
        place("tr", "ISTANBUL", "KADIKÖY"),
        place("tr", "mersin", "merkez"),
        place("TR", "AYDIN", "Merkez"),
        place("DE", "AYDIN"),
    ]
    outcome = resolved(lists, wanted)
    assert [outcome.of(one) for one in wanted] == [Found(100), Found(101), Found(102), Found(14)]
    assert len(lists.log) <= 1 + 2 + 3


def test_a_list_whose_filter_is_ignored_is_asked_for_once() -> None:
    """Who gives all townships whatever city is asked for need not be asked for each city."""
    lists = world()
    lists.moods = {"city": "ignored", "country": "ignored"}
    wanted = [place("TR", city, "Merkez") for city in ("İstanbul", "Mersin", "Aydın")]
    resolved(lists, wanted)
    townships = [one for one in asked_by(lists.log, Manner.WHOLE) if one.kind is K.TOWNSHIP]
    assert len(townships) == 2
    assert townships[1].query == (("country", "1"),)


def test_a_name_that_the_channel_gave_a_place_is_a_second_try() -> None:
    """``Stambul`` is no name of the target; ``İçel`` is one that does not count any more."""
    lists = world()
    names = [place("TR", name) for name in ("Stambul", "İçel", "Nowhere")]
    outcome = resolved(lists, names)
    assert [outcome.of(one) for one in names[:2]] == [Found(10), Found(11)]
    assert isinstance(outcome.of(names[2]), Missing)


def test_a_target_without_names_of_its_own_is_noticed_before_it_is_believed() -> None:
    """If it answers a name that nobody gave, the filter is ignored, and one record proves nothing."""
    lists = world()
    lists.moods = {"mapping__code__exact": "ignored"}
    lists.records["channel/5/cities/"] = [{"pk": 10, "name": "İstanbul", "country": 1}]
    lost = place("TR", "Nowhere")
    outcome = resolved(lists, [lost])
    assert isinstance(outcome.of(lost), Missing)
    assert len(asked_by(lists.log, Manner.MAPPED)) == 1


@pytest.mark.parametrize("reference", [skus(1)[0], ref(K.CUSTOMER, "email", "a@b.example"), place("TR")])
def test_a_lookup_that_fails_is_never_an_absence(reference: Reference) -> None:
    """A list that cannot be read leaves the question open, for the reference and for all that lies in it."""
    outcome = resolved(Lists({}), [reference])
    assert outcome.of(reference) == Unanswered("answer 404", 404)


def test_settling_asks_the_question_whose_silence_proves_something() -> None:
    """A customer by its key, an address by its customer, each alone."""
    customer = ref(K.CUSTOMER, "email", "a@b.example", create=())
    address = ref(K.ADDRESS, "line", "Street 1", customer, create=())
    request = asking_again(customer, {}, Ability(), CHANNEL)
    assert request is not None
    assert request.query == (("email", "a@b.example"), ("channel", "5"))
    assert asking_again(address, {}, Ability(), CHANNEL) is None
    request = asking_again(address, {customer.digest: Found(7, created=True)}, Ability(), CHANNEL)
    assert request is not None
    assert request.query == (("customer", "7"),)
    assert request.answers == (address.digest,)


def test_a_look_that_was_ignored_is_not_the_absence_that_was_believed_before() -> None:
    """After a creation in doubt only what is seen now counts; then the way that is left is taken."""
    ann = ref(K.CUSTOMER, "email", "ann@x.example", create=())
    lists = Lists(
        {CUSTOMERS: [{"pk": n, "email": f"p{n}@x.example"} for n in range(9)]}, {"email": "ignored"}
    )
    known: dict[str, Resolution] = {ann.digest: Missing(tried=frozenset({PROVEN}))}
    request = asking_again(ann, known, Ability(), CHANNEL)
    assert request is not None
    seen, ability = read_again(request, lists.answer(request), ann, known, Ability())
    assert seen == Ignored()
    lists.records[CUSTOMERS].append({"pk": 77, "email": "ann@x.example"})
    request = asking_again(ann, known, ability, CHANNEL)
    assert request is not None
    assert request.way.manner is Manner.WHOLE
    assert read_again(request, lists.answer(request), ann, known, ability)[0] == Found(77)


LETTERS = st.text("aAbB1-", min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    held=st.lists(st.tuples(LETTERS, st.booleans()), max_size=12),
    wanted=st.lists(LETTERS, min_size=1, max_size=8, unique=True),
    moods=st.fixed_dictionaries({}, optional={name: st.sampled_from(MOODS) for name in ("sku", "sku__in")}),
    page=st.integers(1, 5),
    chance=st.randoms(use_true_random=False),
)
def test_whatever_the_filters_do_the_answer_is_that_of_the_whole_list(
    held: list[tuple[str, bool]],
    wanted: list[str],
    moods: dict[str, Mood],
    page: int,
    chance: random.Random,
) -> None:
    """Ignored, refused or half understood: what is found is right, and no absence is claimed wrongly."""
    records = [{"pk": n, "sku": sku, "is_active": active} for n, (sku, active) in enumerate(held)]
    references = [ref(K.PRODUCT, "sku", value) for value in wanted]
    shuffled = records[:]
    chance.shuffle(shuffled)
    # a plain filter that minds case or half understands hides what is there, and nobody could tell
    blind = moods.get("sku") in ("case_matters", "one_value")
    outcome = resolved(Lists({PRODUCTS: shuffled}, moods, page=page), references)
    for reference in references:
        truth, answer = match(reference, records, {}), outcome.of(reference)
        if isinstance(answer, Missing):
            assert isinstance(truth, Missing) or blind
            assert PROVEN in answer.tried
        elif isinstance(answer, Unanswered):
            assert moods.get("sku") == "refused"
        elif not blind:
            assert answer == truth


@given(st.lists(st.tuples(st.sampled_from(list(K)), st.sampled_from("abc"), st.sampled_from(list(Use)))))
def test_what_was_learnt_does_not_depend_on_the_order_of_the_answers(
    lessons: list[tuple[LookupKind, str, Use]],
) -> None:
    """Once ignored is ignored for ever; and what is known survives a journal."""
    one = other = Ability()
    for lesson in lessons:
        one = one.learnt(*lesson)
    for lesson in reversed(lessons):
        other = other.learnt(*lesson)
    assert (
        one.as_data() == other.as_data() == (one | other).as_data() == ability_from(one.as_data()).as_data()
    )


def test_every_kind_and_key_can_be_asked_for() -> None:
    """No reference that a mapping can make is left without a question."""
    asked = []
    for kind, spec in LOOKUPS.items():
        parents = tuple(ref(parent, "name", "x") for parent in spec.within)
        known = {parent.digest: Found(1) for parent in parents}
        for key in spec.keys:
            asked += next_requests([ref(kind, key, "value", *parents)], known, Ability(), CHANNEL)
    assert len(asked) == sum(len(spec.keys) for spec in LOOKUPS.values())


def test_two_who_are_one_by_case_are_never_the_first_of_them() -> None:
    """Ambiguous stays so, whichever question brought it."""
    people = [{"pk": 1, "email": "ann@x.example"}, {"pk": 2, "email": "Ann@x.example"}]
    ann = ref(K.CUSTOMER, "email", "ann@x.example")
    found = resolved(Lists({CUSTOMERS: people}), [ann]).of(ann)
    assert isinstance(found, Ambiguous)
