"""Looking references up without the target, and saying what that leaves open."""

import json

import pytest
from list_server import Lists, customer_id, ref, resolved

from pipeline.model.lookup import LookupKind
from pipeline.references.requests import ListRequest
from pipeline.references.resolution import Ambiguous, Found, Missing, Unanswered
from pipeline.references.snapshot import Directory, directory_from, verify
from pipeline.references.ways import WHOLE, path_of

K = LookupKind
TURKEY = ref(K.COUNTRY, "code", "TR")


def taken() -> Directory:
    """What a run keeps after it asked for a few things."""
    lists = Lists(
        {
            "channel/5/products/": [
                {"pk": n, "sku": f"S-{n}", "name": f"P {n}", "cost": "secret"} for n in range(9)
            ],
            "channel/5/countries/": [{"id": 1, "code": "TR", "name": "Türkiye"}],
            "channel/5/cities/": [
                {"id": 34, "name": "İstanbul", "country": 1},
                {"id": 35, "name": "İzmir", "country": 1},
                {"id": 36, "name": "izmir", "country": 1, "is_active": False},
            ],
            "channel/5/customers/": [{"pk": 1, "email": "ann@x.example"}],
            "channel/5/integration_actions/": [{"pk": 3, "remote_id": "70", "object_id": 8}],
        }
    )
    wanted = [
        ref(K.PRODUCT, "sku", "S-1"),
        ref(K.PRODUCT, "sku", "S-2"),
        ref(K.PRODUCT, "sku", "S-99"),
        ref(K.PRODUCT, "remote_id", "70"),
        ref(K.CITY, "name", "İzmir", TURKEY),
        ref(K.CUSTOMER, "email", "ann@x.example"),
    ]
    outcome = resolved(lists, wanted)
    directory = Directory("https://omnitron.example", 5, "2026-01-01T00:00:00Z")
    for request in list(lists.log):
        answer = lists.answer(request).records
        assert answer is not None
        directory.add(request, answer)
    for one in wanted:
        directory.add_absent(one, outcome.known[one.digest])
    return directory_from(json.loads(json.dumps(directory.as_data())))


def test_what_was_seen_is_found_again() -> None:
    """Through a file and back, parents and folding included."""
    wanted = [
        ref(K.PRODUCT, "sku", "S-1"),
        ref(K.PRODUCT, "remote_id", "70"),
        ref(K.CITY, "name", "IZMIR", TURKEY),
        customer_id(7),
    ]
    seen = verify(wanted, taken())
    assert [seen.resolutions[one.digest] for one in wanted] == [Found(1), Found(8), Found(35), Found(7)]
    assert seen.unverified == {}


def test_missing_is_only_what_was_asked_for_in_full() -> None:
    """A whole list proves an absence, and so does a value that was asked for; all else is left open."""
    city, asked = ref(K.CITY, "name", "Istambul", TURKEY), ref(K.PRODUCT, "sku", "S-99")
    never, action = ref(K.PRODUCT, "sku", "S-100"), ref(K.PRODUCT, "remote_id", "71")
    seen = verify([city, asked, never, action], taken())
    near = seen.resolutions[city.digest]
    assert isinstance(near, Missing)
    assert near.suggestions[0].text == "İstanbul"
    assert isinstance(seen.resolutions[asked.digest], Missing)
    assert isinstance(seen.resolutions[never.digest], Unanswered)
    assert isinstance(seen.resolutions[action.digest], Unanswered)
    assert seen.unverified == {K.PRODUCT: 2}


def test_the_list_of_other_systems_ids_is_no_list_of_products() -> None:
    """It was read whole, and says nothing of a SKU that it does not hold."""
    directory = Directory("t", 5, "now")
    path = path_of(K.PRODUCT, "remote_id", 5)
    directory.add(ListRequest(K.PRODUCT, path, (), (), WHOLE), [{"pk": 3, "remote_id": "70", "object_id": 8}])
    wanted = [ref(K.PRODUCT, "remote_id", "70"), ref(K.PRODUCT, "sku", "S-1")]
    seen = verify(wanted, directory)
    assert seen.resolutions[wanted[0].digest] == Found(8)
    assert seen.unverified == {K.PRODUCT: 1}


def test_people_are_never_kept_and_never_verified() -> None:
    """No mail address stands in the file; nor does anything that is not compared."""
    directory = taken()
    text = json.dumps(directory.as_data())
    assert "ann@x.example" not in text
    assert "secret" not in text
    ann = ref(K.CUSTOMER, "email", "ann@x.example")
    home = ref(K.ADDRESS, "line", "Street 1", ann)
    assert verify([home], directory).unverified == {K.CUSTOMER: 1, K.ADDRESS: 1}


def test_two_that_fit_are_ambiguous_offline_too() -> None:
    """A directory is no better than what it was made of."""
    directory = Directory("t", 5, "now")
    directory.records[K.PRODUCT] = {"a": {"pk": 1, "sku": "A"}, "b": {"pk": 2, "sku": "A"}}
    product = ref(K.PRODUCT, "sku", "A")
    assert isinstance(verify([product], directory).resolutions[product.digest], Ambiguous)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"schema": "orderlift/snapshot/2"},
        {"schema": "orderlift/snapshot/1"},
        {"schema": "orderlift/snapshot/1", "target": "t", "channel": 5, "taken": "x", "records": {"cat": []}},
        {"schema": "orderlift/snapshot/1", "target": "t", "channel": 5, "taken": "x", "records": []},
    ],
)
def test_a_file_that_is_no_snapshot_is_refused(data: dict[str, object]) -> None:
    """In words, whatever it is."""
    with pytest.raises(ValueError, match=r"snapshot|cat"):
        directory_from(data)
