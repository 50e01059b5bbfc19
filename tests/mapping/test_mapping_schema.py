"""The schema that editors read against the grammar that we read by."""

import json
from pathlib import Path
from typing import Any

from pipeline.mapping.schema import mapping_schema
from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS

_FILE = Path(__file__).resolve().parents[2] / "docs" / "mapping.schema.json"


def _defined(name: str) -> dict[str, Any]:
    found = mapping_schema()["$defs"][name]
    assert isinstance(found, dict)
    return found


def test_the_published_schema_is_the_grammars() -> None:
    """``docs/mapping.schema.json`` is what the code says, to the byte."""
    written = json.dumps(mapping_schema(), indent=2, ensure_ascii=False, sort_keys=False) + "\n"
    assert _FILE.read_text(encoding="utf-8") == written


def test_the_version_may_be_written_as_a_number() -> None:
    """As every mapping does."""
    version = mapping_schema()["properties"]["version"]
    assert version["enum"] == [1]
    assert "type" not in version
    assert "const" not in version


def test_every_payload_field_is_offered_with_its_note() -> None:
    """Completion and hover for each of them."""
    for name, specs in (("OrderRules", ORDER_FIELDS), ("ItemRules", ITEM_FIELDS)):
        fields = _defined(name)["properties"]
        assert {field: fields[field]["description"] for field in fields} == {s.name: s.note for s in specs}
        assert _defined(name)["additionalProperties"] is False


def test_a_rule_may_be_the_name_of_a_column_alone() -> None:
    """Text or a table of settings, each of which is explained."""
    short, long = _defined("Rule")["anyOf"]
    assert short["type"] == "string"
    assert long["additionalProperties"] is False
    assert all(setting["description"] for setting in long["properties"].values())


def test_constants_may_be_written_as_they_come() -> None:
    """An editor does not ask for quotes around 550 or true."""
    constant = _defined("Rule")["anyOf"][1]["properties"]["constant"]["anyOf"][0]
    assert constant["type"] == ["string", "number", "boolean"]


def test_every_setting_of_rules_and_sources_has_a_hover_with_an_example() -> None:
    """At the top of the file and below it."""
    schema = mapping_schema()
    models = {"": schema, **{name: _defined(name) for name in _WITH_EXAMPLES}}
    without = [
        f"{name}.{key}"
        for name, model in models.items()
        for key, said in (model.get("properties") or model["anyOf"][1]["properties"]).items()
        if name or key in _OURS
        if not said.get("description") or not said.get("examples")
    ]
    assert without == []


def test_steps_are_completed_by_name_and_argument() -> None:
    """A rule's list refers to the transforms."""
    steps = _defined("Rule")["anyOf"][1]["properties"]["steps"]["anyOf"][0]
    assert steps["items"] == {"$ref": "#/$defs/Step"}
    offered = _defined("Step")["anyOf"]
    assert {"const", "description"} <= set(offered[0])
    assert "phone" in offered[-1]["properties"]


_WITH_EXAMPLES = (
    *("Rule", "When", "Source", "LinesSource", "Split", "Variable", "TableFile"),
    *("OrderRules", "ItemRules"),
)
_OURS = {
    "version",
    "name",
    "locale",
    "timezone",
    "extends",
    "variables",
    "tables",
    "sources",
    "order",
    "items",
}
