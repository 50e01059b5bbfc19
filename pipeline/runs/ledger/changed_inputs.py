"""A run that is continued sends what was sealed; where its files say something else by now, that is said."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.runs.opening.sources import sha256_of


def changed_inputs(header: Mapping[str, Any]) -> list[Issue]:
    """A warning for each file of a sealed run, its mapping included, that is not what it was."""
    files = [(facts["path"], facts["bytes"], facts["sha256"]) for facts in header["inputs"]]
    files.append((header["mapping"], None, header["mapping_sha256"]))
    return [
        Issue("W644", Location(path), facts={"run": header["run_id"], "what": what})
        for path, size, sha256 in files
        if (what := _change(Path(path), size, sha256)) is not None
    ]


def _change(path: Path, size: int | None, sha256: str) -> str | None:
    """What happened to a file since its digest was taken, in words; ``None`` where nothing did."""
    try:
        if size is not None and path.stat().st_size != size:
            return "its size differs"
        return None if sha256_of(path) == sha256 else "its contents differ"
    except OSError:
        return "it is not where it was"
