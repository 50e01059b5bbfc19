"""The mapping guide tells the truth, and all of it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sample_outcomes import ROOT, prepare_files

from pipeline.loaders.opening import open_tables
from pipeline.mapping.archive_grammar import Archive, ArchiveWhen
from pipeline.mapping.compiled import compile_mapping
from pipeline.mapping.grammar import (
    Bookkeeping,
    Checks,
    DropRows,
    FurtherSource,
    LinesSource,
    MappingFile,
    Options,
    Source,
    Split,
    TableFile,
    Variable,
)
from pipeline.mapping.layers import Beside, NamedText
from pipeline.mapping.lookup_rule import LOOKUP_RULES
from pipeline.mapping.rule import Part, Rule, When
from pipeline.model.lookup import LOOKUP_FIELDS, LOOKUPS, LookupKind
from pipeline.model.payload import CLOSED_STATUSES, ITEM_FIELDS, ORDER_FIELDS, STATUSES, Absent
from pipeline.validation.payload import field_checks

GUIDE = (ROOT / "docs" / "mapping-guide.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
WHOLE = [block for block in BLOCKS if block.startswith("version:") and "extends:" not in block]
OVERLAYS = [block for block in BLOCKS if "extends:" in block]
PARTS = [block for block in BLOCKS if not block.startswith("version:")]
BESIDE = Beside(tables={"skus": NamedText("skus.csv", "OLD;NEW\n")})


@pytest.mark.parametrize("block", WHOLE, ids=lambda block: block.splitlines()[1])
def test_a_whole_mapping_in_the_guide_is_understood(block: str) -> None:
    """Whoever copies it has a mapping that works."""
    assert compile_mapping(block, "guide.yaml", field_checks()).file.name == "my-shop"


@pytest.mark.parametrize("block", OVERLAYS, ids=lambda block: block.splitlines()[1])
def test_an_overlay_in_the_guide_fits_upon_the_whole_mapping(block: str) -> None:
    """It changes the worked example."""
    beside = Beside((NamedText("base.yaml", WHOLE[0]),))
    assert compile_mapping(block, "guide.yaml", field_checks(), beside).file.name == "customer-a"


@pytest.mark.parametrize("block", PARTS, ids=lambda block: block.splitlines()[0])
def test_a_part_of_a_mapping_in_the_guide_fits_into_the_whole_one(block: str) -> None:
    """Put into the worked example, every fragment is understood."""
    whole, part = _loaded(WHOLE[0]), _loaded(block)
    for key, value in part.items():
        merges = isinstance(value, dict) and key not in {"sources", "checks", "options"}
        whole[key] = {**whole.get(key, {}), **value} if merges else value
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    given = compile_mapping(text, "guide.yaml", field_checks(), BESIDE).file.model_fields_set
    assert part.keys() <= given


@pytest.mark.parametrize(
    ("title", "rows", "ignored"),
    [
        (
            "A header of several rows",
            {
                3: {
                    "Order No": "1001",
                    "Customer City": "İzmir",
                    "Total": "99,90",
                    "Order Placed": "01.03.2024 10:15",
                }
            },
            {},
        ),
        (
            "Rows that are no data",
            {2: {"No": "1001"}, 7: {"No": "1003", "Customer": "Mehmet"}},
            {3: "W120", 4: "W120", 5: "W120", 6: "W122", 8: "W121"},
        ),
        (
            "Blank cells below a value",
            {2: {"Warehouse": "North"}, 3: {"No": "", "Warehouse": "North"}, 4: {"Warehouse": ""}},
            {},
        ),
    ],
)
def test_a_layout_of_the_guide_is_read_as_the_guide_says(
    tmp_path: Path, title: str, rows: dict[int, dict[str, str]], ignored: dict[int, str]
) -> None:
    """The file that is shown, with the settings that are shown below it."""
    section = GUIDE.partition(f"#### {title}\n")[2]
    (file, settings) = re.findall(r"^```(?:text|yaml)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)[:2]
    text = yaml.safe_dump({**_loaded(WHOLE[0]), "sources": _loaded(settings)["sources"]}, allow_unicode=True)
    spec = compile_mapping(text, "guide.yaml", field_checks()).sources[0]
    path = tmp_path / "orders.csv"
    path.write_text(file, encoding="utf-8")
    (table,) = open_tables(replace(spec, headers=frozenset(rows[min(rows)])), [path], first_index=0)
    (batch,) = table.batches()
    read = dict(zip(batch.numbers, batch.rows, strict=True))
    names = table.table.header
    assert {n: {name: read[n][names.index(name)] for name in cells} for n, cells in rows.items()} == rows
    assert (set(read), {n: issue.code for n, issue in batch.ignored.items()}) == (set(rows), ignored)


def _loaded(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return loaded


@pytest.mark.parametrize(
    "model",
    [
        *(MappingFile, Source, LinesSource, Split, FurtherSource, DropRows, Rule, When, Variable, TableFile),
        *(Checks, Options, Bookkeeping, Archive, ArchiveWhen, *LOOKUP_RULES.values()),
    ],
    ids=lambda model: str(model.__name__),
)
def test_every_setting_of_the_grammar_is_explained(model: type[Part]) -> None:
    """Each stands in the first cell of a table of the guide."""
    cells = {
        name
        for row in re.findall(r"^\| ([^|]*) \|", GUIDE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert {field.alias or name for name, field in model.model_fields.items()} <= cells


def _rows(section: str) -> list[list[str]]:
    """The cells of every row of the tables in a section, without their headings."""
    text = GUIDE.partition(f"### {section}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    tables = re.findall(r"^\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    rows = [line for table in tables for line in table.splitlines()]
    assert rows
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_guide_says_what_can_be_looked_up_and_by_what() -> None:
    """Field by field, the kind and all its keys."""
    told = {
        field: (kind, re.findall(r"`(\w+)`", keys))
        for fields, kind, keys in _rows("What is found by what")
        for field in re.findall(r"`(\w+)`", fields)
    }
    assert told == {
        name.partition(".")[2]: (f"`{kind.value}`", [*LOOKUPS[kind].keys])
        for name, kind in LOOKUP_FIELDS.items()
    }


def test_the_guide_tells_the_places_of_an_address_from_the_outside_in() -> None:
    """The customer, who is one of what it lies within, is told in words."""
    places = [place for place in LOOKUPS[LookupKind.ADDRESS].within if place is not LookupKind.CUSTOMER]
    assert [cells[0] for cells in _rows("Addresses and places")] == [f"`{place.value}`" for place in places]


def test_the_guide_lists_what_a_new_record_is_made_of() -> None:
    """Every attribute with its limit, and which are needed."""
    told = [
        (name, limit, said.startswith("needed"))
        for names, limit, said in _rows("Creating what is missing")
        for name in re.findall(r"`(\w+)`", names)
    ]
    beside = {"line", *(place.value for place in LOOKUPS[LookupKind.ADDRESS].within)}
    assert sorted(told) == sorted(
        (one.name, str(one.max_length or ""), one.required)
        for spec in LOOKUPS.values()
        for one in spec.creates
        if one.name not in beside
    )


def test_the_guide_names_the_closed_statuses() -> None:
    """Those that leave under ``preset: historic``."""
    sentence = re.search(r"Only closed statuses leave, for orders and items: ([^.]*)\.", GUIDE)
    assert sentence is not None
    assert set(re.findall(r"`(\w+)`", sentence[1])) == {STATUSES[code] for code in CLOSED_STATUSES}


def test_the_guide_lists_every_status_with_its_code_and_every_field_that_is_needed() -> None:
    """Statuses and needed fields are those of the payload."""
    assert dict(re.findall(r"`([a-z_]+)` (\d{2,3})\b", " ".join(GUIDE.split()))) == {
        n: c for c, n in STATUSES.items()
    }
    for fields, title in ((ORDER_FIELDS, "an order"), (ITEM_FIELDS, "an item")):
        sentence = re.search(rf"Needed for {title}: ([^.]*)\.", GUIDE)
        assert sentence is not None
        needed = {spec.name for spec in fields if spec.absent is Absent.REQUIRED}
        assert set(re.findall(r"`(\w+)`", sentence[1])) == needed


def test_every_link_inside_the_guide_has_its_heading() -> None:
    """No link of the table of contents leads nowhere."""
    headings = re.findall(r"^#+ (.*)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]*)\)", GUIDE))
    assert links
    assert links <= anchors


def test_the_worked_example_sends_what_the_guide_says(tmp_path: Path) -> None:
    """The two files of the example, read with its mapping, give the payload that is shown."""
    orders, items = re.findall(r"^```text\n(No;.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)[:2]
    for name, text in (("orders.csv", orders), ("items.csv", items), ("mapping.yaml", WHOLE[0])):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = prepare_files(
        [tmp_path / "orders.csv", tmp_path / "items.csv"], tmp_path / "mapping.yaml", tmp_path / "state"
    )
    shown = json.loads("".join(re.findall(r"^```json\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)))
    sent = json.loads(found.bodies[0])
    assert found.issues == "W431 -, W431 -"
    assert shown["order"].items() <= sent["order"].items()
    assert [
        item.items() <= whole.items()
        for item, whole in zip(shown["order_item"], sent["order_item"], strict=True)
    ] == [True]
