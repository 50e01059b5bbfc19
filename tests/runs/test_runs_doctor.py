"""The doctor on this machine and against targets of every kind."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_shop import Shop, mode_settings, number, open_shop, sending, states

from pipeline.model.capability import PROBED, Capability, Evidence
from pipeline.model.refusal import JournalRefused, TargetRefused, UsageRefused
from pipeline.runs.asked.request import Places
from pipeline.runs.connection.address import address_of
from pipeline.runs.connection.held_run import channel_held
from pipeline.runs.doctor.examining import diagnose
from pipeline.runs.doctor.machine import file_system_of
from pipeline.runs.doctor.probe import Probed, draw_numbers, probe, probe_order
from pipeline.runs.state_folder.evidence_file import evidence_path, read_evidence, write_evidence
from pipeline.runs.verbs import check, plan, run
from pipeline.simulator import Settings, Simulator
from pipeline.upload.probe import numbers

CHOSEN = numbers(1234)
FIRST, DIGITS = CHOSEN.first, CHOSEN.digits


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with two orders, the first of which serves to probe with."""
    return open_shop(tmp_path / "shop", 2)


def probed(shop: Shop, sim: Simulator) -> Probed:
    """Probe the simulator with the shop's first order."""
    checked = check(shop.plan_request(sim.url), shop.places)
    payload = probe_order(shop.places, None, checked.run_id)
    return probe(sim.url, 5, payload, CHOSEN, sending(sim.token), shop.places, by="ayse", between_looks=0.01)


@pytest.mark.parametrize(
    ("settings", "faults", "mode", "lookup", "created", "codes", "seen"),
    [
        (Settings(), {}, "A", True, 5, [], "numbers that differ in case only are not the same to it"),
        (
            Settings(unique_numbers=False),
            {},
            "B",
            True,
            2,
            [],
            "a second order with the same number was created",
        ),
        (
            Settings(collation="ignore_case_and_trailing_space"),
            {},
            "A",
            True,
            3,
            ["W723"],
            "numbers that differ by a space at the end only are the same to it",
        ),
        (
            Settings(),
            {"lookup": {FIRST: ["500", "repeat"]}},
            "A",
            False,
            5,
            [],
            "looking it up failed (answer 500)",
        ),
        (
            Settings(unique_numbers=False),
            {"lookup": {FIRST: ["lag", "repeat"]}},
            "C",
            False,
            2,
            [],
            "it was not found by its number",
        ),
        (
            Settings(collation="ignore_case"),
            {"lookup": {FIRST: ["500", "repeat"]}},
            "C",
            False,
            4,
            ["W723"],
            "so a refusal may be about another number, which could not be looked up",
        ),
        (Settings(duplicate_shape="html"), {}, "B", True, 1, ["W724"], "in unknown words"),
        (Settings(), {FIRST: ["ok", "406"]}, "B", True, 1, ["W724"], "in unknown words"),
    ],
    ids=["A", "B", "collation", "A-blind", "C", "folded-blind", "html", "other-refusal"],
)
def test_a_probe_learns_what_the_target_does(  # noqa: PLR0917
    shop: Shop,
    settings: Settings,
    faults: dict[str, Any],
    mode: str,
    lookup: bool,
    created: int,
    codes: list[str],
    seen: str,
) -> None:
    """The mode, whether orders are found, which numbers are the same; no order is created but those named."""
    with Simulator(settings=settings, faults=faults) as sim:
        found = probed(shop, sim)
        stored = sorted(order.number for order in sim.truth.orders(5))
    assert (found.capability.mode, found.capability.lookup) == (mode, lookup)
    assert [issue.code for issue in found.issues] == codes
    assert any(seen in sentence for sentence in found.capability.evidence.seen)
    assert sorted(found.created) == stored
    assert len(stored) == created
    assert set(stored) <= set(CHOSEN.most)
    assert read_evidence(shop.places, sim.url, 5) == found.capability


@pytest.mark.parametrize(
    ("faults", "code", "kept"),
    [
        ({FIRST: ["reset"]}, "E725", 0),
        ({FIRST: ["ok", "commit_then_reset"]}, "E725", 1),
        ({FIRST: ["ok", "503"]}, "E725", 1),
        ({FIRST: ["400"]}, "E724", 0),
        ({FIRST: ["401"]}, "E501", 0),
        ({DIGITS: ["500"]}, "E725", 1),
    ],
)
def test_a_probe_that_proves_nothing_keeps_nothing(
    shop: Shop, faults: dict[str, Any], code: str, kept: int
) -> None:
    """It says which orders it may have left, and what was known before stays."""
    with Simulator(faults=faults) as sim:
        before = Capability(unique=True, evidence=Evidence(PROBED, "2024", "can", ()))
        write_evidence(shop.places, sim.url, 5, before)
        with pytest.raises(TargetRefused) as refused:
            probed(shop, sim)
        assert refused.value.issues[0].code == code
        assert len(sim.truth.orders(5)) == kept
        assert read_evidence(shop.places, sim.url, 5) == before


def test_a_later_plan_relies_on_the_probe(shop: Shop) -> None:
    """It stands in the header, the plan file and the report; another channel knows nothing of it."""
    with Simulator() as sim:
        probed(shop, sim)
        request = shop.plan_request(sim.url)
        result = run(request, sending(sim.token), shop.places)
        report = (shop.places.reports(result.run_id) / "report.html").read_text("utf-8")
        assert "mode A" in report
        assert "by ayse: a second order with the same number was refused" in report
        plan(request, shop.folder / "may.plan", shop.places)
        planned = json.loads((shop.folder / "may.plan").read_bytes())
        assert (planned["mode"], planned["evidence"][:6]) == ("A", "probed")
        elsewhere = shop.plan_request(sim.url, channel=6)
        plan(elsewhere, shop.folder / "june.plan", shop.places)
        assert json.loads((shop.folder / "june.plan").read_bytes())["mode"] == "B"


def test_a_probe_without_lookups_makes_a_plan_without_lookups(shop: Shop) -> None:
    """What the probe could not find is not looked for: a lost answer goes to a person."""
    faults = {"create": {number(1): ["commit_then_reset"]}, "lookup": {FIRST: ["lag", "repeat"]}}
    with Simulator(settings=mode_settings(unique=False), faults=faults) as sim:
        assert probed(shop, sim).capability.mode == "C"
        result = run(shop.plan_request(sim.url), sending(sim.token), shop.places)
        assert states(result) == {number(1): "in_doubt", number(2): "created"}


def test_a_word_against_the_probe_is_refused_unless_it_is_left_aside(shop: Shop) -> None:
    """Nobody creates orders twice by a flag in an old script."""
    from dataclasses import replace

    with Simulator(settings=mode_settings(unique=False)) as sim:
        probed(shop, sim)
        request = shop.plan_request(sim.url, Capability(unique=True))
        with pytest.raises(UsageRefused) as refused:
            plan(request, places=shop.places)
        assert refused.value.issues[0].code == "E650"
        assert plan(replace(request, ignore_probe=True), places=shop.places).exit_code == 0


def test_evidence_that_cannot_be_read_is_not_forgotten(shop: Shop) -> None:
    """A plan that would rely on it is refused."""
    target = "http://127.0.0.1:9"
    path = evidence_path(shop.places, target, 5)
    write_evidence(shop.places, target, 5, Capability())
    path.write_bytes(b'{"schema": "orderlift/evidence/1", "channel": 5}')
    with pytest.raises(UsageRefused) as refused:
        plan(shop.plan_request(target), places=shop.places)
    assert refused.value.issues[0].code == "E655"


def test_a_probe_waits_for_nobody_and_disturbs_no_run(shop: Shop) -> None:
    """While another process sends to the channel, nothing is probed there."""
    with Simulator() as sim, channel_held(shop.places, address_of(sim.url, 5)):
        with pytest.raises(JournalRefused) as refused:
            probed(shop, sim)
        assert refused.value.issues[0].code == "E609"
        assert sim.truth.orders(5) == []


def test_an_order_to_probe_with_comes_from_a_file_or_a_run(shop: Shop) -> None:
    """Anything else is refused before the target is asked."""
    payload = {"order": {"number": "1"}, "order_item": [{}]}
    file = shop.folder / "order.json"
    file.write_bytes(orjson.dumps(payload))
    assert probe_order(shop.places, file, None) == payload
    for text in (b"[]", b"{", b'{"order": {}}'):
        file.write_bytes(text)
        with pytest.raises(UsageRefused):
            probe_order(shop.places, file, None)
    for missing in (None, shop.folder / "nowhere.json"):
        with pytest.raises(UsageRefused) as refused:
            probe_order(shop.places, missing, None)
        assert refused.value.issues[0].code == "E723"


def test_evidence_is_about_a_target_however_it_is_written(shop: Shop) -> None:
    """A slash at the end is the same address; another path or channel is not."""
    places = shop.places
    write_evidence(places, "https://shop.example/api/", 5, Capability(unique=True))
    assert read_evidence(places, "https://SHOP.example:443/api", 5) is not None
    assert read_evidence(places, "https://shop.example/", 5) is None
    assert read_evidence(places, "https://shop.example/api", 6) is None


def test_numbers_of_two_probes_differ() -> None:
    """They are drawn at random."""
    assert len({draw_numbers().first for _ in range(20)}) == 20


def test_a_well_machine_and_a_well_target_get_no_code(shop: Shop) -> None:
    """Every line is looked at, and none complains."""
    with Simulator() as sim:
        found = diagnose(shop.places, sim.url, 5, sending(sim.token))
        assert {entry.method for entry in sim.truth.log} == {"GET"}, "nothing is changed"
    assert [finding.issue for finding in found.target] == [None] * len(found.target)
    assert found.exit_code == 0
    names = {finding.what for finding in found.findings}
    assert {"Python", "SQLite", "locks", "disk", "clock", "target", "channel", "orders by number"} <= names
    assert list((shop.places.state_dir).glob(".doctor-*")) == [], "nothing is left behind"


@pytest.mark.parametrize(
    ("faults", "channel", "code", "exit_code"),
    [
        ({"other": {"/api/v1/channels/5/": ["401"]}}, 5, "E501", 5),
        ({"other": {"/api/v1/channels/5/": ["403"]}}, 5, "E502", 5),
        ({"other": {"/api/v1/channels/5/": ["302"]}}, 5, "E504", 5),
        ({"other": {"/api/v1/channels/5/": ["reset"]}}, 5, "E525", 5),
        ({"lookup": {"*": ["500", "repeat"]}}, 5, "W728", 0),
        ({"other": {"/api/v1/channel/5/products/": ["500"]}}, 5, "W726", 0),
        ({}, 7, "W727", 0),
        ({}, 99, "W728", 0),
    ],
)
def test_a_target_that_ails_is_told_by_its_code(
    shop: Shop, faults: dict[str, Any], channel: int, code: str, exit_code: int
) -> None:
    """What keeps a run from working ends with 5; the rest is a warning."""
    with Simulator(faults=faults) as sim:
        found = diagnose(shop.places, sim.url, channel, sending(sim.token))
    assert code in [issue.code for issue in found.issues]
    assert found.exit_code == exit_code


def test_a_wrong_clock_is_noticed(shop: Shop) -> None:
    """By the date that the target puts on its answers."""
    with Simulator(settings=Settings(clock_skew=7200)) as sim:
        found = diagnose(shop.places, sim.url, 5, sending(sim.token))
    assert [issue.code for issue in found.issues] in (["W722"], ["W690", "W722"])


def test_another_server_is_no_target(shop: Shop) -> None:
    """One that answers every path with a page."""
    faults = {"other": {"*": ["html_body", "repeat"]}, "lookup": {"*": ["html_body", "repeat"]}}
    with Simulator(faults=faults) as sim:
        found = diagnose(shop.places, sim.url, 5, sending(sim.token))
    assert found.target[0].issue is not None
    assert found.target[0].issue.code == "E722"
    assert found.exit_code == 5


def test_a_state_folder_that_cannot_be_used_ends_with_seven(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "state").write_text("not a folder")
    found = diagnose(Places(tmp_path / "state"))
    assert [issue.code for issue in found.issues] in (["E607"], ["W690", "E607"])
    assert found.exit_code == 7


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/ayse/state", "ext4"),
        ("/mnt/share/state", "nfs4"),
        ("/mnt/share", "nfs4"),
        ("/mnt/shared", "ext4"),
        ("/mnt/my share/state", "cifs"),
        ("/mnt/share/local/state", "xfs"),
    ],
)
def test_the_file_system_is_that_of_the_innermost_mount(path: str, kind: str) -> None:
    """As Linux lists them, spaces written as octal."""
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\nhost:/x /mnt/share nfs4 rw 0 0\n"
        "//h/y /mnt/my\\040share cifs rw 0 0\n/dev/sdb /mnt/share/local xfs rw 0 0\nbroken\n"
    )
    assert file_system_of(Path(path), mounts) == kind
