"""Which record is meant: compared here, never the first hit, whatever the order of the answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_server import customer_id, ref

from pipeline.model.lookup import LookupKind, Reference
from pipeline.references.match import match, match_hash
from pipeline.references.resolution import Ambiguous, Candidate, Found, Missing, Resolution, Unanswered

K = LookupKind


def of(kind: LookupKind, key: str, wanted: str, *values: Any) -> Resolution:
    """Match against records with these values, whose ids are 1, 2 and so on."""
    return match(ref(kind, key, wanted), [{"pk": n, key: value} for n, value in enumerate(values, 1)], {})


@pytest.mark.parametrize(
    ("kind", "key", "wanted", "values", "found"),
    [
        (K.PRODUCT, "sku", "ab-1", ["AB-1", "ab-1"], 2),  # exactly so comes first
        (K.PRODUCT, "sku", "ab-1", ["AB-1", "AB1"], 1),
        (K.PRODUCT, "sku", "00123", ["123"], None),
        (K.PRODUCT, "sku", "123", [123], 1),
        (K.PRODUCT, "sku", "kılıf", ["kilif"], None),
        (K.CUSTOMER, "email", "ann@x.example", [" Ann@X.example "], 1),
        (K.CUSTOMER, "email", "ann@x.example", ["anna@x.example", None], None),
        (K.CUSTOMER, "phone_number", "+90 532 000", ["90532000"], 1),
        (K.CUSTOMER, "phone_number", "0532000", ["+90532000"], None),
        (K.CUSTOMER, "channel_code", "c1", ["C1"], None),
        (K.PAYMENT_OPTION, "slug", "credit_card", ["Credit_Card", "credit-card"], None),
        (K.CARGO_COMPANY, "erp_code", "yk", ["YK"], 1),
        (K.COUNTRY, "code", "tr", ["TR", "TRX"], 1),
        (K.CITY, "name", "ISTANBUL", ["İstanbul"], 1),
        (K.CITY, "name", "istanbul", ["İSTANBUL"], 1),
        (K.CITY, "name", "diyarbakir", ["Diyarbakır"], 1),
        (K.CITY, "name", "Kirik", ["Kırık", "Kirik"], 2),
        (K.CITY, "name", "Usküdar", ["Üsküdar"], None),
        (K.CITY, "name", "  Afyon\u00a0Karahisar ", ["afyon karahisar"], 1),
    ],
)
def test_each_key_compares_in_its_own_way(
    kind: LookupKind, key: str, wanted: str, values: list[Any], found: int | None
) -> None:
    """Case, Turkish letters and blanks where they carry nothing; never an accent, a digit or a sign."""
    answer = of(kind, key, wanted, *values)
    assert answer == Found(found) if found else isinstance(answer, Missing)


def test_several_that_fit_alike_are_named_with_what_tells_them_apart() -> None:
    """Each with its id and the fields in which they differ, and no other."""
    records = [
        {"pk": 7, "name": "Merkez", "code": "M1", "country": 1},
        {"id": 3, "name": "MERKEZ", "code": "M2", "country": 1},
    ]
    answer = match(ref(K.TOWNSHIP, "name", "merkez"), records, {K.COUNTRY: 1})
    assert answer == Ambiguous(
        (
            Candidate(3, (("name", "MERKEZ"), ("code", "M2"))),
            Candidate(7, (("name", "Merkez"), ("code", "M1"))),
        )
    )


def test_candidates_show_nothing_of_a_person() -> None:
    """Two customers are told apart by codes and dates, not by their names or numbers."""
    people = [
        {
            "pk": n,
            "email": "a@x.example",
            "first_name": f"Ann {n}",
            "phone_number": f"+90{n}",
            "channel_code": f"C{n}",
        }
        for n in (1, 2)
    ]
    answer = match(ref(K.CUSTOMER, "email", "a@x.example"), people, {})
    assert isinstance(answer, Ambiguous)
    assert [str(one) for one in answer.candidates] == ["1 (channel_code C1)", "2 (channel_code C2)"]


def test_a_record_that_a_list_repeats_is_one() -> None:
    """Pages that overlap make nothing ambiguous."""
    assert of(K.PRODUCT, "sku", "A") == Missing()
    assert match(ref(K.PRODUCT, "sku", "A"), [{"pk": 1, "sku": "A"}] * 3, {}) == Found(1)


def test_an_id_is_read_in_every_shape_it_comes_in() -> None:
    """``pk`` before ``id``, as a number or as digits; a record without one is no answer."""
    product = ref(K.PRODUCT, "sku", "A")
    assert match(product, [{"pk": 5, "id": 9, "sku": "A"}], {}) == Found(5)
    assert match(product, [{"id": "9", "sku": "A"}], {}) == Found(9)
    for broken in ({"sku": "A"}, {"sku": "A", "pk": True}, {"sku": "A", "pk": "x"}, {"sku": "A", "id": 1.5}):
        assert isinstance(match(product, [broken], {}), Unanswered)


def test_a_list_without_the_field_proves_no_absence() -> None:
    """Nothing is created because a list does not show what it was asked for."""
    assert match(ref(K.CUSTOMER, "email", "a@x.example"), [{"pk": 1}], {}) == Unanswered(
        "its records have no email"
    )
    assert match(ref(K.CUSTOMER, "email", "a@x.example"), [{"pk": 1, "email": None}], {}) == Missing()


def test_an_inactive_place_does_not_count_and_is_told() -> None:
    """Places must be active; an active one of the same name is meant instead."""
    city = ref(K.CITY, "name", "İçel")
    gone = {"pk": 1, "name": "İçel", "is_active": False}
    assert match(city, [gone], {}) == Missing(inactive=(Candidate(1, (("name", "İçel"),)),))
    assert match(city, [gone, {"pk": 2, "name": "içel", "is_active": True}], {}) == Found(2)


def test_history_may_name_what_is_no_longer_sold() -> None:
    """An inactive product is used, and told, unless an active one is meant."""
    product = ref(K.PRODUCT, "sku", "A")
    gone = {"pk": 1, "sku": "A", "is_active": False}
    assert match(product, [gone], {}) == Found(1, inactive=True)
    assert match(product, [gone, {"pk": 2, "sku": "A"}], {}) == Found(2)
    assert isinstance(match(product, [gone, {"pk": 2, "sku": "A", "is_active": False}], {}), Ambiguous)


@pytest.mark.parametrize("country", [1, "1", {"pk": 1}, {"id": 1}, None, "Türkiye"])
def test_only_what_is_plainly_elsewhere_is_left_out(country: Any) -> None:
    """A parent in a shape that nobody knows excludes no place."""
    city = ref(K.CITY, "name", "A")
    assert match(city, [{"pk": 1, "name": "A", "country": country}], {K.COUNTRY: 1}) == Found(1)
    assert match(city, [{"pk": 1, "name": "A", "country": {"pk": 2}}], {K.COUNTRY: 1}) == Missing()


LINE: dict[str, Any] = {"pk": 1, "customer": 7, "line": "Örnek Sok. 1", "country": 1, "city": 34}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"line": "ÖRNEK SOK.  1"}, True),
        ({"line": "Örnek Sok. 11"}, False),
        ({"customer": 8}, False),
        ({"city": 35}, False),
        ({"city": None}, False),
        ({"township": 5}, False),
        ({"township": None}, True),
        ({"first_name": "AYŞE"}, True),
        ({"first_name": "Fatma"}, False),
        ({"title": "Ev", "notes": "x"}, True),
    ],
)
def test_an_address_is_the_sum_of_its_parts(change: dict[str, Any], same: bool) -> None:
    """Customer, line, every place, and the people it is for; not its title."""
    create = (("first_name", "Ayşe"), ("title", "İş"))
    wanted = ref(K.ADDRESS, "line", "Örnek Sok. 1", customer_id(7), create=create)
    parents = {K.CUSTOMER: 7, K.COUNTRY: 1, K.CITY: 34}
    answer = match(wanted, [LINE | change], parents)
    assert answer == (Found(1) if same else Missing())


def test_an_address_list_that_names_no_customer_is_no_answer() -> None:
    """Somebody else's address is not taken for want of a field."""
    nameless = {key: value for key, value in LINE.items() if key != "customer"}
    wanted = ref(K.ADDRESS, "line", "elsewhere", customer_id(7))
    assert isinstance(match(wanted, [nameless], {K.CUSTOMER: 7, K.COUNTRY: 1, K.CITY: 34}), Unanswered)


def test_a_hash_is_found_among_others_only_once() -> None:
    """Exactly one, compared here; a list without hashes is no answer."""
    held = [{"pk": 1, "hash_data": "aa"}, {"pk": 2, "hash_data": "bb"}]
    assert match_hash("bb", held) == Found(2)
    assert match_hash("cc", held) == Missing()
    assert isinstance(match_hash("aa", [*held, {"pk": 3, "hash_data": "aa"}]), Ambiguous)
    assert isinstance(match_hash("cc", [{"pk": 1}]), Unanswered)


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"sku": st.sampled_from(["A", "a", " a", "B", None])},
        optional={
            "pk": st.sampled_from([1, 2, 3, None]),
            "id": st.integers(4, 5),
            "is_active": st.booleans(),
            "country": st.integers(1, 2),
        },
    ),
    max_size=6,
)


@given(data=st.data(), records=RECORDS, kind=st.sampled_from([K.PRODUCT, K.CITY]))
def test_the_order_of_an_answer_never_matters(
    data: st.DataObject, records: list[dict[str, Any]], kind: LookupKind
) -> None:
    """Every permutation gives the same, and two different ids that fit alike are never one."""
    key = "sku" if kind is K.PRODUCT else "name"
    named = [{("name" if name == "sku" else name): value for name, value in one.items()} for one in records]
    chosen = records if kind is K.PRODUCT else named
    wanted: Reference = ref(kind, key, "a")
    first = match(wanted, chosen, {K.COUNTRY: 1})
    assert match(wanted, data.draw(st.permutations(chosen)), {K.COUNTRY: 1}) == first
    fits = {
        (one.get("pk") or one.get("id"))
        for one in chosen
        if one.get("country") != 2 and one[key] == "a" and one.get("is_active") is not False
    }
    if len(fits) > 1:
        assert not isinstance(first, Found)
