"""The JSON Schema of a mapping file, for completion and hovers in editors."""

from typing import Any

from pipeline.mapping.grammar import MappingFile


def mapping_schema() -> dict[str, Any]:
    """The schema as plain data; ``docs/mapping.schema.json`` holds it and a test keeps both in step."""
    schema = MappingFile.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "orderlift mapping",
        **{key: value for key, value in schema.items() if key != "title"},
    }
