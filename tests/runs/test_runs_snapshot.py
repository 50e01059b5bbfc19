"""What a target holds is kept in a file, and a check looks records up in it without the network."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from small_shop import sending
from test_runs_references import KNOWN, MAPPING, NEW, shop, told

from pipeline.model.issue import Issue
from pipeline.model.lookup import LookupKind, Reference
from pipeline.model.refusal import Refusal, TargetRefused, UsageRefused
from pipeline.references.requests import ListRequest
from pipeline.references.resolution import Found
from pipeline.references.snapshot import Directory, verify
from pipeline.references.ways import WHOLE
from pipeline.runs.asked.request import Places, PlanRequest, SnapshotRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.references.snapshotting import SnapshotTaken, _with_parents
from pipeline.runs.verbs import check, plan, snapshot
from pipeline.simulator import Settings, Simulator

EMPTY = {
    "schema": "orderlift/snapshot/1",
    "target": "t",
    "channel": 5,
    "taken": "2026-01-01T00:00:00+00:00",
    "records": {},
    "complete": {},
    "absent": {},
}
LISTS = ("cargos", "cities", "countries", "products")
CARGOS = "/api/v1/channel/5/cargos/"


def places(folder: Path) -> Places:
    """Where a test's journals and reports go."""
    return Places(folder / "state", folder / "reports")


def taken(planned: PlanRequest, sim: Simulator, *, rows: bool = True, **changes: Any) -> SnapshotTaken:
    """Take a snapshot for the shop's mapping, of what its rows name or of everything."""
    folder = planned.mapping.parent
    sources = planned.sources if rows else ()
    token = changes.pop("token", sim.token)
    request = SnapshotRequest(sim.url, 5, folder / "may.snapshot", planned.mapping, sources)
    return snapshot(request, sending(token, attempts=1, **changes), places(folder))


def checked(planned: PlanRequest, target: str | None = None, channel: int | None = None) -> Result:
    """Check the shop against the snapshot."""
    folder = planned.mapping.parent
    request = PlanRequest(planned.sources, planned.mapping, target, channel, snapshot=folder / "may.snapshot")
    return check(request, places(folder))


def unverified(result: Result) -> dict[str, int]:
    """How many records of each kind were not verified; each kind is told once."""
    facts = [issue.facts for issue in result.issues() if issue.code == "W345"]
    assert len({one["what"] for one in facts}) == len(facts)
    return {str(one["what"]): int(one["count"]) for one in facts}


def refused(planned: PlanRequest, target: str | None = None, channel: int | None = None) -> list[Issue]:
    """The issues for which the check did not take place."""
    with pytest.raises(UsageRefused) as caught:
        checked(planned, target, channel)
    return list(caught.value.issues)


def test_what_is_missing_is_told_at_the_same_cells_as_online(tmp_path: Path) -> None:
    """The check sends nothing, and finds what the target itself would have told, but for people."""
    planned = shop(tmp_path, KNOWN, NEW.replace("Ankara", "Ankarra"), KNOWN, carrier="YK")
    items = tmp_path / "items.csv"
    items.write_text(items.read_text("utf-8").replace("L3,PAM-TIS-01", "L3,PAM-TIS-99"), encoding="utf-8")
    with Simulator() as sim:
        online = plan(
            PlanRequest(planned.sources, planned.mapping, sim.url, 5),
            None,
            places(tmp_path),
            online=sending(sim.token),
        )
        assert taken(planned, sim).exit_code == 0
        before = dict(sim.truth.requests)
        offline = checked(planned, sim.url, 5)
        assert dict(sim.truth.requests) == before
    assert told(offline) == told(online)
    assert Counter(code for code, _, _ in told(offline)) == {"E342": 3}
    assert (offline.exit_code, offline.summary.orders.invalid, offline.summary.orders.ready) == (3, 2, 1)
    assert unverified(offline) == {"customer": 2, "address": 2}


def test_people_are_not_asked_for_and_nothing_is_changed_or_left_behind(tmp_path: Path) -> None:
    """The file is its owner's alone; rows and their journal are gone."""
    planned = shop(tmp_path, KNOWN, NEW)
    with Simulator() as sim:
        result = taken(planned, sim)
        asked = Counter(name for name in sim.truth.requests)
        assert not [name for name in asked if "customers" in name or "addresses" in name]
        assert {name.split()[0] for name in asked} == {"GET"}
        assert sum(sim.truth.requests.values()) == result.requests
    assert result.records == {"cargo_company": 4, "city": 15, "country": 4, "product": 1}
    file = tmp_path / "may.snapshot"
    assert file.stat().st_mode & 0o077 == 0
    assert not [word for word in ("ornek.example", "Sokak", "Örnekçi") if word in file.read_text("utf-8")]
    assert list((tmp_path / "state" / "runs").iterdir()) == []
    assert [path.name for path in tmp_path.glob("*snapshot*")] == ["may.snapshot"]


def test_a_check_without_a_snapshot_says_what_it_did_not_verify(tmp_path: Path) -> None:
    """Each kind once with its number, and nothing is refused."""
    planned = shop(tmp_path, KNOWN, NEW, NEW, sku="NO-SUCH")
    result = check(PlanRequest(planned.sources, planned.mapping), places(tmp_path))
    assert result.exit_code == 0
    assert unverified(result) == {
        "customer": 2,
        "address": 2,
        "country": 1,
        "city": 2,
        "cargo company": 1,
        "product": 1,
    }


def test_a_product_that_nobody_asked_for_is_open_and_not_missing(tmp_path: Path) -> None:
    """A snapshot of some products says nothing of others; one of all products does."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        taken(planned, sim)
        other = shop(tmp_path, KNOWN, sku="PAM-TIS-98")
        result = checked(other)
        assert (result.exit_code, unverified(result)["product"]) == (0, 1)
        whole = taken(other, sim, rows=False)
        assert whole.records["product"] == 40
        again = checked(other)
    assert [(code, value) for code, _, value in told(again)] == [("E342", "PAM-TIS-98")]
    assert "product" not in unverified(again)


def test_two_records_that_fit_refuse_the_order_offline_too(tmp_path: Path) -> None:
    """Which is meant is no more known to a file than to the target."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        taken(planned, sim)
    file = tmp_path / "may.snapshot"
    data = json.loads(file.read_text("utf-8"))
    twin = next(one for one in data["records"]["cargo_company"] if one["erp_code"] == "YK") | {"pk": 99}
    data["records"]["cargo_company"].append(twin)
    file.write_text(json.dumps(data), encoding="utf-8")
    assert told(checked(planned)) == [("E343", "L2", "YK")]


def test_a_name_that_only_the_channel_knows_is_known_offline(tmp_path: Path) -> None:
    """The channel has given Istanbul the name that the rows use."""
    planned = shop(tmp_path, KNOWN.replace("İstanbul", "Stambul"))
    with Simulator() as sim:
        taken(planned, sim)
    result = checked(planned)
    assert (result.exit_code, told(result)) == (0, [])
    assert unverified(result) == {"customer": 1, "address": 1}


def test_a_list_that_was_not_read_is_told_and_proves_nothing(tmp_path: Path) -> None:
    """What stood on it is open; all other lists are as good as ever."""
    planned = shop(tmp_path, KNOWN, carrier="NOBODY", sku="PAM-TIS-99")
    with Simulator(faults={"other": {f"GET {CARGOS}": ["500", "repeat"]}}) as sim:
        result = taken(planned, sim)
    assert result.exit_code == 5
    assert [(issue.code, issue.facts["what"]) for issue in result.unread] == [("E347", "cargo company")]
    found = checked(planned)
    assert [(code, value) for code, _, value in told(found)] == [("E342", "PAM-TIS-99")]
    assert unverified(found)["cargo company"] == 1


@pytest.mark.parametrize("rows", [True, False])
def test_filters_that_are_ignored_make_the_snapshot_larger_and_never_wrong(
    tmp_path: Path, *, rows: bool
) -> None:
    """Then whole lists are read, and what is missing is missing."""
    planned = shop(tmp_path, KNOWN, NEW, sku="PAM-TIS-99")
    ignored = frozenset({"products.sku__in", "products.sku", "cities.country"})
    with Simulator(settings=Settings(ignored_filters=ignored)) as sim:
        taken(planned, sim, rows=rows)
    assert {(code, value) for code, _, value in told(checked(planned))} == {("E342", "PAM-TIS-99")}


def test_a_target_that_does_not_let_us_in_leaves_the_old_file_alone(tmp_path: Path) -> None:
    """Nothing is written that would hide the better one."""
    planned = shop(tmp_path, KNOWN)
    (tmp_path / "may.snapshot").write_text("as it was", encoding="utf-8")
    with Simulator() as sim:
        with pytest.raises(TargetRefused) as caught:
            taken(planned, sim, token="wrong-token")
        assert [issue.code for issue in caught.value.issues] == ["E501"]
        sim.script({"other": {f"GET /api/v1/channel/5/{name}/": ["500", "repeat"] for name in LISTS}})
        with pytest.raises(TargetRefused) as silent:
            taken(planned, sim)
        assert {issue.code for issue in silent.value.issues} == {"E347"}
    assert (tmp_path / "may.snapshot").read_text("utf-8") == "as it was"
    assert list((tmp_path / "state" / "runs").iterdir()) == []


def test_a_snapshot_of_another_channel_is_not_used(tmp_path: Path) -> None:
    """However the target is spelt; a check that names neither takes the snapshot's word."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        taken(planned, sim)
        url = sim.url
    assert [issue.code for issue in refused(planned, url, 6)] == ["E626"]
    assert [issue.code for issue in refused(planned, "https://omnitron.example", 5)] == ["E626"]
    assert checked(planned, f"{url}/", 5).exit_code == checked(planned).exit_code == 0


@pytest.mark.parametrize(("moment", "days"), [("2020-01-01T00:00:00+00:00", True), (None, False)])
def test_an_old_snapshot_is_used_and_told(tmp_path: Path, moment: str | None, *, days: bool) -> None:
    """Records come and go."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        taken(planned, sim)
    file = tmp_path / "may.snapshot"
    if moment is not None:
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"taken": moment}), encoding="utf-8")
    warned = [issue.facts["days"] for issue in checked(planned).issues() if issue.code == "W626"]
    assert [int(count) > 2000 for count in warned] == ([True] if days else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"schema": "orderlift/snapshot/9"}',
        '{"schema": "orderlift/snapshot/1", "target": "t", "channel": 5}',
        json.dumps(EMPTY | {"taken": "in May"}),
        json.dumps(EMPTY | {"records": {"city": ["Ankara"]}}),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    """Nothing is checked against a guess."""
    planned = shop(tmp_path, KNOWN)
    (tmp_path / "may.snapshot").write_text(text, encoding="utf-8")
    assert [issue.code for issue in refused(planned)] == ["E625"]


def test_a_snapshot_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With what the system says."""
    (issue,) = refused(shop(tmp_path, KNOWN))
    assert issue.code == "E625"
    assert "No such file" in str(issue.facts["reason"])


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder stands in its place."""
    planned = shop(tmp_path, KNOWN)
    (tmp_path / "may.snapshot").mkdir()
    with Simulator() as sim, pytest.raises(Refusal) as caught:
        taken(planned, sim)
    assert [issue.code for issue in caught.value.issues] == ["E627"]


def test_the_run_says_which_snapshot_it_believed(tmp_path: Path) -> None:
    """Among what was not checked stands what may have changed since."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        moment = taken(planned, sim).taken
    result = checked(planned)
    page = (tmp_path / "reports" / result.run_id / "report.html").read_text("utf-8")
    assert moment.replace("+", "&#43;") in page or moment in page


def test_a_mapping_without_lookups_needs_no_snapshot(tmp_path: Path) -> None:
    """Nothing is unverified where nothing is looked up; ids that are given are not asked for either."""
    planned = shop(tmp_path, KNOWN)
    text = MAPPING.replace("{lookup: product, by: {sku: SKU}}", "{constant: 101}")
    text = text.replace("{lookup: cargo_company, by: {erp_code: Carrier}}", "{constant: 1}")
    lines = text.splitlines()
    start = lines.index("  customer:")
    end = next(place for place, line in enumerate(lines) if line.startswith("  currency:"))
    ids = [f"  {name}: {{constant: 201}}" for name in ("customer", "shipping_address", "billing_address")]
    planned.mapping.write_text("\n".join([*lines[:start], *ids, *lines[end:]]), encoding="utf-8")
    assert unverified(check(PlanRequest(planned.sources, planned.mapping), places(tmp_path))) == {}


def test_a_plan_leaves_to_the_target_what_a_check_cannot_know(tmp_path: Path) -> None:
    """What is sent is looked up before, so nothing is told to be unverified."""
    planned = shop(tmp_path, KNOWN)
    request = PlanRequest(planned.sources, planned.mapping, "http://127.0.0.1:9", 5)
    assert unverified(plan(request, None, places(tmp_path))) == {}


def test_ids_of_other_systems_are_read_where_the_mapping_goes_by_them(tmp_path: Path) -> None:
    """Beside the products themselves, and nowhere else."""
    planned = shop(tmp_path, KNOWN)
    with Simulator() as sim:
        taken(planned, sim, rows=False)
        asked = [name for name in sim.truth.requests if "integration_actions" in name]
        planned.mapping.write_text(
            MAPPING.replace("by: {sku: SKU}", "by: {remote_id: SKU}"), encoding="utf-8"
        )
        taken(planned, sim, rows=False)
        again = [name for name in sim.truth.requests if "integration_actions" in name]
    assert (asked, again) == ([], ["GET channel/{id}/integration_actions/"])


def test_places_of_one_name_stay_apart_where_the_target_names_no_parent() -> None:
    """The list was narrowed to a city, so its townships lie in it."""
    target, narrowed = Directory("t", 5, "now"), (LookupKind.CITY,)
    for number, city in ((1, 34), (2, 35)):
        path, query = "channel/5/townships/", (("city", str(city)),)
        request = ListRequest(LookupKind.TOWNSHIP, path, query, (), WHOLE, narrowed=narrowed)
        target.add(request, _with_parents(request, [{"pk": number, "name": "Merkez"}]))
    izmir = Reference(LookupKind.CITY, "id", "35")
    merkez = Reference(LookupKind.TOWNSHIP, "name", "Merkez", (izmir,))
    assert verify([merkez], target).resolutions[merkez.digest] == Found(2)
