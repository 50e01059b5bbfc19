"""A mapping of several files, from disk to the target: what is sealed, what is stale, what arrives."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from layered_shop import OVERLAY, open_layered_shop

from pipeline.journal.reading import JournalReader
from pipeline.mapping.transforms.shape import Transform
from pipeline.model.capability import Capability
from pipeline.model.refusal import MappingRefused, UsageRefused
from pipeline.runs.asked.request import Places, PlanRequest, SendRequest
from pipeline.runs.asked.result import Result
from pipeline.runs.opening.mapping_files import read_texts
from pipeline.runs.opening.plugins import all_plugins
from pipeline.runs.opening.sources import read_mapping
from pipeline.runs.planning.plan_file import run_of_plan
from pipeline.runs.verbs import check, plan, run
from pipeline.simulator import Simulator

VARIABLES = {"depo": "7"}


def places(folder: Path) -> Places:
    """Where journals and reports go."""
    return Places(folder / "state", folder / "reports")


def planned(folder: Path, orders: Path, overlay: Path, **variables: str) -> tuple[Result, Path]:
    """A plan and its file."""
    request = PlanRequest([orders], overlay, "http://127.0.0.1:9", 5, variables=variables)
    file = folder / "acme.plan"
    return plan(request, file, places(folder)), file


def issues_of(result: Result, folder: Path) -> list[dict[str, Any]]:
    """The lines of issues.jsonl."""
    path = folder / "reports" / result.summary.run_id / "issues.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_everything_that_a_mapping_is_made_of_is_sealed(tmp_path: Path) -> None:
    """Bases, tables and variables stand in the header with their digests, packages with their versions."""
    orders, overlay = open_layered_shop(tmp_path)
    result, _ = planned(tmp_path, orders, overlay, **VARIABLES)
    journal = JournalReader(places(tmp_path).journal(result.summary.run_id))
    header = journal.header
    journal.close()
    parts = header["mapping_parts"]
    assert header["mapping_text"] == OVERLAY
    assert [Path(one["path"]).name for one in parts["files"]] == ["base.yaml"]
    assert parts["files"][0]["text"].startswith("version: 1\nname: base")
    assert [(one["name"], len(one["sha256"])) for one in parts["tables"]] == [("skus", 64)]
    assert parts["variables"] == VARIABLES
    assert [one["package"] for one in parts["transforms"]] == ["babel", "babel", "phonenumberslite"]
    assert all(one["version"][0].isdigit() for one in parts["transforms"])
    assert header["places"]["order.notes"] == [5, 3]
    assert header["places"]["order.amount"][2].endswith("base.yaml")


@pytest.mark.parametrize("changed", ["base.yaml", "tables/skus.csv", "acme/acme.yaml"])
def test_a_plan_is_stale_when_any_of_its_files_changes(tmp_path: Path, changed: str) -> None:
    """A comment is enough: nobody reviewed it."""
    orders, overlay = open_layered_shop(tmp_path)
    result, file = planned(tmp_path, orders, overlay)
    assert run_of_plan(file, places(tmp_path)) == result.summary.run_id
    path = tmp_path / changed
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageRefused) as caught:
        run_of_plan(file, places(tmp_path))
    assert [issue.code for issue in caught.value.issues] == ["E621"]
    assert str(caught.value.issues[0].facts["what"]).endswith(Path(changed).name)


def test_items_of_one_cell_and_values_of_steps_arrive(tmp_path: Path) -> None:
    """What the target holds afterwards; the order that is not understood is refused at its cells."""
    orders, overlay = open_layered_shop(tmp_path)
    with Simulator() as target:
        request = PlanRequest(
            [orders], overlay, target.url, 5, Capability(settle_window=0.3), variables=VARIABLES
        )
        result = run(request, SendRequest("demo-token", rate=float("inf")), places(tmp_path))
        held = {order.number: json.loads(order.raw) for order in target.truth.orders(5)}
    assert (result.summary.orders.created, result.summary.orders.invalid) == (2, 1)
    assert set(held) == {"1001", "1002"}
    order, items = held["1001"]["order"], held["1001"]["order_item"]
    assert (order["amount"], order["currency"]) == ("1029.90", "try")
    assert (order["gift_box_note"], order["notes"]) == ("Kapıya bırak", "+905321112233")
    assert order["extra_field"] == {"id": "1001", "depot": "7"}
    assert [(item["product"], item["quantity"], item["total_price"]) for item in items] == [
        (101, 2, "1000.00"),
        (102, 1, "29.90"),
    ]
    told = {(one["code"], one["cell"]) for one in issues_of(result, tmp_path) if one["code"] != "W431"}
    assert told == {("W260", "D2"), ("E262", "C4"), ("E264", "E4"), ("E271", "F4")}


def test_a_warning_does_not_hide_what_refuses(tmp_path: Path) -> None:
    """An order whose note was cut is still held against its arithmetic."""
    orders, overlay = open_layered_shop(tmp_path)
    orders.write_text(orders.read_text("utf-8").replace("1.029,90 TL", "1.000,00 TL"), encoding="utf-8")
    result = check(PlanRequest([orders], overlay), places(tmp_path))
    told = {one["code"] for one in issues_of(result, tmp_path) if one["order"] == "1001"}
    assert told == {"W260", "E312"}
    assert result.summary.orders.ready == 1


def test_processes_compile_the_same_mapping(tmp_path: Path) -> None:
    """What is handed to one holds everything; nothing is read from disk again."""
    _, overlay = open_layered_shop(tmp_path)
    texts = read_texts(overlay, VARIABLES)
    (tmp_path / "base.yaml").unlink()
    (tmp_path / "tables" / "skus.csv").unlink()
    mapping = texts.compiled()
    assert {plan.name: plan.value for plan in mapping.order}["extra_field.depot"] == "7"
    assert mapping.file.name == "acme"


@pytest.mark.parametrize(
    ("extends", "reason"),
    [
        ("nowhere.yaml", "No such file"),
        ("acme.yaml", "extends itself"),
        ("../tables", "directory"),
        ("../latin.yaml", "not UTF-8"),
    ],
)
def test_a_base_that_cannot_be_used_is_told_where_it_is_named(
    tmp_path: Path, extends: str, reason: str
) -> None:
    """Not there, itself, a folder, no text."""
    _, overlay = open_layered_shop(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("name: ş".encode("cp1254"))
    overlay.write_text(OVERLAY.replace("../base.yaml", extends), encoding="utf-8")
    with pytest.raises(MappingRefused) as caught:
        read_mapping(overlay)
    [issue] = caught.value.issues
    assert (issue.code, issue.mark and (issue.mark.line, issue.mark.column)) == ("E466", (3, 10))
    assert reason.lower() in str(issue.facts["reason"]).lower()


def test_a_table_that_cannot_be_read_is_told_beside_all_else(tmp_path: Path) -> None:
    """The other mistakes of the mapping are told at the same time."""
    _, overlay = open_layered_shop(tmp_path)
    (tmp_path / "tables" / "skus.csv").unlink()
    overlay.write_text(OVERLAY + "  segment: {column: X, steps: [trimm]}\n", encoding="utf-8")
    with pytest.raises(MappingRefused) as caught:
        read_mapping(overlay)
    assert sorted(issue.code for issue in caught.value.issues) == ["E460", "E467"]


PLUGIN = """
from pipeline.mapping.transforms.plugin import Example, Shape, Transform, refuse

def old_code(text):
    if text == "boom":
        raise RuntimeError("secret " + text)
    if not text.isdigit():
        refuse("an old code is made of digits")
    return "OLD-" + text

TRANSFORM = Transform(
    "acme_code", Shape.TEXT, Shape.TEXT, "An old code.", lambda arguments, setting: old_code,
    examples=(Example("acme_code", "7", "OLD-7"),),
)
BROKEN = Transform("acme_broken", Shape.TEXT, Shape.TEXT, "Has no examples.", lambda *_: old_code)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages with one that offers two plug-ins, one of them broken."""
    folder = tmp_path / "site"
    info = folder / "acme_steps-1.2.dist-info"
    info.mkdir(parents=True)
    (folder / "acme_steps.py").write_text(PLUGIN, encoding="utf-8")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme-steps\nVersion: 1.2\n", encoding="utf-8"
    )
    points = "[orderlift.transforms]\nacme_code = acme_steps:TRANSFORM\nacme_broken = acme_steps:BROKEN\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop("acme_steps", None)


def test_a_plug_in_of_another_package_is_a_step(tmp_path: Path, site: Path) -> None:
    """It is used, and named in the header with its version; what it raises is told at the cell."""
    assert site.is_dir()
    orders, overlay = open_layered_shop(tmp_path / "shop")
    orders.write_text(orders.read_text("utf-8").replace("Kapıya  bırakın lütfen", "boom"), encoding="utf-8")
    steps = (
        "  segment: {column: Not, steps: [acme_code]}\n  tracking_number: {column: No, steps: [acme_code]}\n"
    )
    overlay.write_text(OVERLAY + steps, encoding="utf-8")
    result = check(PlanRequest([orders], overlay), places(tmp_path))
    told = issues_of(result, tmp_path)
    assert [(one["cell"], one["message"]) for one in told if one["code"] == "E274"] == [
        ("D2", "the plug-in transform acme_code (acme-steps) failed at 'boom' with RuntimeError")
    ]
    assert "secret" not in json.dumps(told)
    journal = JournalReader(places(tmp_path).journal(result.summary.run_id))
    used = [one for one in journal.header["mapping_parts"]["transforms"] if one["name"] == "acme_code"]
    journal.close()
    assert used == [{"name": "acme_code", "package": "acme-steps", "version": "1.2"}]


def test_a_broken_plug_in_is_listed_as_such_and_refused_where_it_is_named(tmp_path: Path, site: Path) -> None:
    """A mapping that does not name it is not concerned."""
    assert site.is_dir()
    plugins = dict(all_plugins())
    assert plugins["acme_broken"] == "it has no examples"
    assert isinstance(plugins["acme_code"], Transform)
    _, overlay = open_layered_shop(tmp_path / "shop")
    assert read_mapping(overlay)[0].order
    overlay.write_text(OVERLAY + "  segment: {column: Not, steps: [acme_broken]}\n", encoding="utf-8")
    with pytest.raises(MappingRefused) as caught:
        read_mapping(overlay)
    [issue] = caught.value.issues
    assert (issue.code, issue.mark and (issue.mark.line, issue.mark.column)) == ("E471", (6, 34))


def test_a_check_takes_variables_and_refuses_those_it_does_not_know(tmp_path: Path) -> None:
    """By name, told at the mapping."""
    orders, overlay = open_layered_shop(tmp_path)
    result = check(PlanRequest([orders], overlay, variables=VARIABLES), places(tmp_path))
    assert result.summary.orders.ready == 2
    with pytest.raises(MappingRefused) as caught:
        check(PlanRequest([orders], overlay, variables={"deppo": "7"}), places(tmp_path))
    assert [(issue.code, issue.facts["hint"]) for issue in caught.value.issues] == [
        ("E464", "Did you mean 'depo'? ")
    ]
