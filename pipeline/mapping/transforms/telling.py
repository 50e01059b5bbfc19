"""Transforms as people and editors are told of them: signatures, arguments, JSON Schema."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.mapping.transforms.shape import Shape, Transform

_NAMES = {
    Shape.TEXT: "text",
    Shape.DECIMAL: "decimal",
    Shape.INTEGER: "integer",
    Shape.BOOLEAN: "boolean",
    Shape.DAY: "day",
    Shape.MOMENT: "moment",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name, whether it is needed, what stands in for it, what it says, its values."""

    name: str
    needed: bool
    default: str
    says: str
    values: str
    is_short: bool


def signature(transform: Transform) -> str:
    """``text → decimal``."""
    return f"{_NAMES[transform.takes]} → {_NAMES[transform.gives]}"


def arguments_of(transform: Transform) -> list[Argument]:
    """The arguments in the order in which they are listed."""
    schema = transform.arguments.model_json_schema()
    needed = set(schema.get("required", ()))
    return [
        Argument(
            name,
            name in needed,
            _default(said.get("default")),
            said.get("description", ""),
            _values(said),
            is_short=name == transform.short,
        )
        for name, said in schema.get("properties", {}).items()
    ]


def _default(value: Any) -> str:  # noqa: ANN401 - whatever a model holds
    if value in (None, "", {}, []):
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _values(said: dict[str, Any]) -> str:
    """What may be given: ``refuse | keep | empty``, ``text``, ``list``, ``table``."""
    if "enum" in said:
        return " | ".join(map(str, said["enum"]))
    if "const" in said:
        return str(said["const"])
    branches = [one for one in said.get("anyOf", [said]) if one.get("type") != "null"]
    words = {"array": "list", "object": "table"}
    kinds = [one.get("type", "") for one in branches]
    return " or ".join(
        dict.fromkeys(words.get(kind, "text") if isinstance(kind, str) else "text" for kind in kinds)
    )


def outcome(transform: Transform) -> list[tuple[str, str, str]]:
    """Each example as (the step, what the cell holds, what comes of it)."""
    return [
        (one.step, repr(one.given), repr(one.gives) if one.gives is not None else f"refused: {one.refused}")
        for one in transform.examples
    ]


def step_schema(transforms: Iterable[Transform]) -> dict[str, Any]:
    """The JSON Schema of one step: a name alone, or a name with its arguments."""
    names: list[dict[str, Any]] = []
    tables: dict[str, Any] = {}
    for one in transforms:
        said = f"{one.says} ({signature(one)})"
        schema = one.arguments.model_json_schema()
        if not schema.get("required"):
            names.append({"const": one.name, "description": said})
        tables[one.name] = _argument_schema(one, schema, said)
    return {
        "description": "One transform: its name, or its name and its arguments.",
        "anyOf": [
            *names,
            {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
                "properties": tables,
            },
        ],
    }


def _argument_schema(transform: Transform, schema: dict[str, Any], said: str) -> dict[str, Any]:
    table = {key: value for key, value in schema.items() if key not in {"title", "description", "$defs"}}
    table["properties"] = {
        name: {key: value for key, value in one.items() if key != "title"}
        for name, one in schema.get("properties", {}).items()
    }
    branches: list[dict[str, Any]] = [table]
    if transform.short is not None and set(schema.get("required", ())) <= {transform.short}:
        short = table["properties"][transform.short]
        branches.insert(0, {key: value for key, value in short.items() if key != "default"})
    if transform.name == "map":
        branches = [{"type": "string"}, {"type": "object"}]
    steps = [yaml.load(one.step, yaml.BaseLoader) for one in transform.examples]  # noqa: S506 - text alone
    given = [step[transform.name] for step in steps if isinstance(step, dict)]
    return {"description": said, "anyOf": branches, **({"examples": given} if given else {})}
