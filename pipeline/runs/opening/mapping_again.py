"""The mapping of a sealed run again, as it was then, whatever the file says by now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.mapping.layers import Beside, NamedText
from pipeline.runs.opening.mapping_files import MappingTexts
from pipeline.runs.opening.sources import sha256_of


def texts_of(header: Mapping[str, Any], *, any_tables: bool = False) -> MappingTexts:
    """The texts that a run's mapping was made of.

    They stand in the header, all but the lookup tables, which are read again. One that has changed cannot be,
    and compiling refuses it; with ``any_tables`` it is taken as it is now, for whoever asks for columns
    and no values.
    """
    parts = header["mapping_parts"]
    tables: dict[str, NamedText] = {}
    unread: dict[str, str] = {}
    for table in parts["tables"]:
        text = _text(Path(table["path"]), None if any_tables else table["sha256"])
        if text is not None:
            tables[table["name"]] = NamedText(table["path"], text)
        else:
            unread[table["name"]] = "it has changed since the run was planned"
    bases = tuple(NamedText(base["path"], base["text"]) for base in parts["files"])
    beside = Beside(bases, dict(parts["variables"]), tables, unread)
    digests = {header["mapping"]: header["mapping_sha256"]}
    digests |= {one["path"]: one["sha256"] for one in (*parts["files"], *parts["tables"])}
    return MappingTexts(header["mapping"], header["mapping_text"], beside, digests)


def _text(path: Path, sha256: str | None) -> str | None:
    """The text of a file; ``None`` where it cannot be read, or has another digest than it is to have."""
    try:
        if sha256 is not None and sha256_of(path) != sha256:
            return None
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
