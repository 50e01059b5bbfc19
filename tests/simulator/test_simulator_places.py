"""Countries, cities, townships and districts of the twin, and what its database holds to be the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twin import client

from pipeline.simulator import Settings, Simulator, default_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANNEL = "/api/v1/channel/5/"


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    """One twin; nothing here changes it."""
    with Simulator() as running:
        yield running


def found(sim: Simulator, kind: str, **query: object) -> list[dict[str, Any]]:
    """Give all places a query finds."""
    texts = {name: str(value) for name, value in query.items()}
    with client(sim) as api:
        places: list[dict[str, Any]] = api.get(f"{CHANNEL}{kind}/", params={"limit": "100", **texts}).json()[
            "results"
        ]
    return places


def test_a_place_is_reached_step_by_step(sim: Simulator) -> None:
    """Country by code, city and township by name in any case, district by its exact name."""
    (country,) = found(sim, "countries", code__exact="TR", is_active=True)
    (city,) = found(sim, "cities", name__iexact="İSTANBUL", country=country["id"], is_active=True)
    (township,) = found(sim, "townships", name__iexact="ÜSKÜDAR", city=city["id"], country=1, is_active=True)
    (district,) = found(sim, "districts", name__exact="Cumhuriyet Mah.", township=township["pk"])
    assert (country["name"], city["name"], township["name"]) == ("Türkiye", "İstanbul", "Üsküdar")
    assert (district["city"], district["country"]) == (34, 1)


def test_countries_and_cities_show_id_townships_and_districts_show_pk(sim: Simulator) -> None:
    """Two lists call their key otherwise; a filter takes either name; mappings are not shown."""
    keys = {kind: list(found(sim, kind)[0]) for kind in ("countries", "cities", "townships", "districts")}
    assert [keys[kind][0] for kind in keys] == ["id", "id", "pk", "pk"]
    assert all("_mappings" not in names for names in keys.values())
    assert [one["id"] for one in found(sim, "cities", pk=34)] == [34]
    with Simulator(settings=Settings(lists_with_id=frozenset({"districts"}))) as other:
        assert "pk" in found(other, "cities")[0]
        assert "id" in found(other, "districts")[0]


@pytest.mark.parametrize(
    ("folding", "asked", "names"),
    [
        ("upper", "isparta", ["Isparta"]),
        ("upper", "ısparta", ["Isparta"]),
        ("upper", "izmir", []),
        ("upper", "İZMİR", []),
        ("upper", "İZMIR", ["İzmir"]),
        ("upper", "IZMIR", []),
        ("upper", "iğdır", ["Iğdır"]),
        ("upper", "GIESSEN", []),
        ("casefold", "isparta", ["Isparta"]),
        ("casefold", "ısparta", []),
        ("casefold", "izmir", []),
        ("casefold", "GIESSEN", ["Gießen"]),
        ("turkish", "ısparta", ["Isparta"]),
        ("turkish", "isparta", []),
        ("turkish", "izmir", ["İzmir"]),
        ("turkish", "istanbul", ["İstanbul"]),
    ],
)
def test_the_locale_of_the_database_decides_about_dotted_and_dotless_i(
    folding: Any, asked: str, names: list[str]
) -> None:
    """By default as PostgreSQL's UPPER; as Unicode folds, or as a database in Turkish, by a switch."""
    with Simulator(settings=Settings(text_folding=folding)) as sim:
        assert [one["name"] for one in found(sim, "cities", name__iexact=asked)] == names


def test_districts_are_asked_for_with_their_exact_name(sim: Simulator) -> None:
    """Another case finds nothing, and a filter districts do not have is ignored: everything comes."""
    assert found(sim, "districts", name__exact="CUMHURİYET MAH.") == []
    everything = len(found(sim, "districts"))
    assert len(found(sim, "districts", name__iexact="cumhuriyet mah.")) == everything > 30


def test_names_are_not_unique(sim: Simulator) -> None:
    """One name in three townships, and twice within one; a township of one name in several cities."""
    same = found(sim, "districts", name__exact="Cumhuriyet Mah.")
    assert len({one["township"] for one in same}) == len(same) == 3
    (karatay,) = found(sim, "townships", name__iexact="karatay")
    assert len(found(sim, "districts", name__exact="Fevzi Çakmak Mah.", township=karatay["pk"])) == 2
    assert len(found(sim, "townships", name__iexact="merkez")) == 3


def test_closed_places_are_there_unless_they_are_filtered_out(sim: Simulator) -> None:
    """`is_active` takes the framework's spellings; what is none of them filters nothing."""
    assert [one["is_active"] for one in found(sim, "cities", name__iexact="İçel")] == [False]
    assert found(sim, "cities", name__iexact="İçel", is_active="True") == []
    assert [one["code"] for one in found(sim, "countries", is_active="false")] == ["YU"]
    assert len(found(sim, "countries", is_active="maybe")) == 4


def test_a_channel_may_map_its_own_names(sim: Simulator) -> None:
    """The code is `<channel>_<text>` and has to be of the right type."""
    query = {"mapping__code__exact": "5_Stambul", "mapping__integration_type": "sales_channel"}
    assert [one["id"] for one in found(sim, "cities", **query)] == [34]
    assert found(sim, "cities", **{**query, "mapping__integration_type": "web"}) == []
    assert found(sim, "cities", mapping__code__exact="6_Stambul") == []
    assert [one["pk"] for one in found(sim, "townships", mapping__code__exact="5_Kadikoy")] == [1026]


def test_the_seeded_places_lie_in_each_other() -> None:
    """Every city has its country, every township its city, every district its township."""
    seed = default_seed()
    held = {kind: {one["pk"]: one for one in seed.all(kind)} for kind in ("countries", "cities", "townships")}
    assert all(one["country"] in held["countries"] for one in seed.all("cities"))
    assert all(held["cities"][one["city"]]["country"] == one["country"] for one in seed.all("townships"))
    assert all(held["townships"][one["township"]]["city"] == one["city"] for one in seed.all("districts"))
    assert len([one for one in seed.all("cities") if one["country"] == 1 and one["is_active"]]) >= 12
