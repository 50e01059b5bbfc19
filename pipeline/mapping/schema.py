"""The JSON Schema of a mapping file, for completion and hovers in editors."""

from typing import Any

from pipeline.mapping.grammar import MappingFile
from pipeline.mapping.schema_examples import EXAMPLES
from pipeline.mapping.transforms.registry import BUILTIN, Registry
from pipeline.mapping.transforms.telling import step_schema


def mapping_schema(registry: Registry = BUILTIN) -> dict[str, Any]:
    """The schema as plain data; ``docs/mapping.schema.json`` holds it and a test keeps both in step."""
    schema = MappingFile.model_json_schema()
    models = {"": schema, **schema["$defs"]}
    for name, examples in EXAMPLES.items():
        settings = _properties(models.get(name, {}))
        for key, example in examples.items():
            if key in settings:
                settings[key]["examples"] = [example]
    schema["$defs"]["Step"] = step_schema(registry.values())
    steps = _properties(models["Rule"])["steps"]
    steps["anyOf"] = [{"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Step"}}, {"type": "null"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "orderlift mapping",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _properties(model: dict[str, Any]) -> dict[str, Any]:
    """The settings of a model, of the long form where there is a short one."""
    for branch in (model, *model.get("anyOf", ())):
        if "properties" in branch:
            found: dict[str, Any] = branch["properties"]
            return found
    return {}
