"""``decisions.json``: what a check's refused orders wait for, for programs."""

from pathlib import Path
from typing import Final

from pipeline.model.decision import Decisions, as_data
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.files.json_bytes import json_bytes

SCHEMA: Final = "orderlift/decisions/1"


def write_decisions(path: Path, decisions: Decisions, run_id: str, mapping: str) -> None:
    """Write the decisions as they are given, as one indented JSON object. Raises ``OSError``."""
    document = {"schema": SCHEMA, "run_id": run_id, "mapping": mapping, **as_data(decisions)}
    with replacing(path) as file:
        file.write(json_bytes(document, indent=True))
