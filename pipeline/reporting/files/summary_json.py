"""``summary.json``: the same object as ``--json`` prints."""

from pathlib import Path

from pipeline.model.summary import Summary
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.files.json_bytes import json_bytes


def write_summary(path: Path, summary: Summary) -> None:
    """Write the summary as one JSON object, indented. Raises ``OSError``."""
    with replacing(path) as file:
        file.write(json_bytes(summary.as_json(), indent=True))
