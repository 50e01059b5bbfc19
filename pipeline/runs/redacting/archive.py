"""The archive of a bundle: searched for what must not be in it, then written in one go."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.redaction.sweep import traces
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.redacting.facts import stands_in
from pipeline.runs.redacting.inside import Inside

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PRIVATE = 0o600 << 16
_OURS = {"README.txt", "journal.json", "environment.json"}


def traces_in(
    contents: Mapping[str, bytes], inside: Inside, encodings: Sequence[str], wording: str
) -> list[tuple[str, str]]:
    """Personal values that stand in the archive, each with the file; words of ours are not counted.

    It is the archive's own bytes that are searched, whatever they are packed in.
    """
    values = [value for value in inside.personal if not stands_in(value, wording)]
    with zipfile.ZipFile(io.BytesIO(_packed(contents))) as archive:
        unpacked = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    return [
        (value, name)
        for value, name in traces(values, unpacked, encodings)
        if not _explained(value, name, contents[name], inside)
    ]


def _explained(value: str, name: str, data: bytes, inside: Inside) -> bool:
    """Whether what was found is part of a word that may stand there, and no value."""
    if name in _OURS:
        return not stands_in(value, data.decode("utf-8", "replace"))
    return name.startswith("mapping/") or inside.explains(value)


def write_bundle(out: Path, contents: Mapping[str, bytes]) -> None:
    """Write the archive, readable by its owner alone; the same contents make the same bytes."""
    with replacing(out) as file:
        file.write(_packed(contents))


def _packed(contents: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = _PRIVATE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name])
    return held.getvalue()
