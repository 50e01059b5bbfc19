"""What a file is, before anybody asks what stands in it."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.loaders.content import Kind, kind_of
from pipeline.loaders.source_file import SourceFile, find_inside
from pipeline.loaders.survey import Survey, survey
from pipeline.model.issue import Issue
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import FileFacts


@dataclass(frozen=True, slots=True)
class Identified:
    """A file that can be read: where its bytes are, what one pass over them found, its kind and facts.

    The facts of a text file lack encoding and delimiter, which reading finds out.
    """

    source: SourceFile
    found: Survey
    kind: Kind
    facts: FileFacts


def identify(path: Path, limits: ReadLimits) -> Identified:
    """Unpack, survey and name a file. Raises :class:`InputRefused` for what cannot be read, ``OSError``."""
    source = find_inside(path, limits)
    found = survey(source)
    kind = kind_of(source, found)
    if isinstance(kind, Issue):
        raise InputRefused(kind)
    facts = FileFacts(
        str(path),
        found.file_bytes,
        found.modified,
        found.sha256,
        kind.value,
        packing=source.packing,
        member=source.member,
    )
    return Identified(source, found, kind, facts)
