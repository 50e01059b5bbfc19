"""A mapping and everything it is made of, read from disk: bases, lookup tables, plug-ins, variables."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from pathlib import Path

from pipeline.mapping.compiled import CompiledMapping, compile_mapping
from pipeline.mapping.coverage import Coverage
from pipeline.mapping.layers import (
    MOST_LAYERS,
    Beside,
    Layered,
    NamedText,
    base_of,
    layered,
    step_names,
    table_files,
)
from pipeline.mapping.positioned import Document, read_document
from pipeline.mapping.tracing import Tracer, tracer
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location, Mark
from pipeline.model.refusal import MappingRefused, UsageRefused
from pipeline.runs.opening.plugins import registry_for
from pipeline.validation.payload import field_checks

LARGEST_TABLE = 64 << 20


@dataclass(frozen=True, slots=True)
class MappingTexts:
    """A mapping as text, with all that it is made of: any process compiles it alike.

    ``sha256`` goes by the name of each file, in hex, of its bytes.
    """

    file: str
    text: str
    beside: Beside = made_by(default_factory=Beside)
    sha256: Mapping[str, str] = made_by(default_factory=dict)

    def compiled(self) -> CompiledMapping:
        """The mapping, compiled with the plug-ins of this machine; raises :class:`MappingRefused`."""
        registry = registry_for(step_names(layered(self.text, self.file, self.beside).document))
        return compile_mapping(self.text, self.file, field_checks(), self.beside, registry)

    def counted(self) -> tuple[CompiledMapping, Coverage]:
        """The mapping, compiled so that what is used of it is counted; raises :class:`MappingRefused`."""
        coverage = Coverage()
        registry = registry_for(step_names(self.document().document))
        mapping = compile_mapping(self.text, self.file, field_checks(), self.beside, registry, coverage)
        coverage.used.clear()  # what was tried while compiling
        return mapping, coverage

    def document(self) -> Layered:
        """All layers as one document, which knows the place of everything."""
        return layered(self.text, self.file, self.beside)

    def traced(self) -> Tracer:
        """The mapping, compiled so that it tells what its rules do; raises :class:`MappingRefused`."""
        registry = registry_for(step_names(layered(self.text, self.file, self.beside).document))
        return tracer(self.text, self.file, field_checks(), self.beside, registry)

    def parts(self) -> list[tuple[str, str]]:
        """The files beside the mapping itself, by name, and the sha256 of each."""
        return [(name, digest) for name, digest in self.sha256.items() if name != self.file]


def read_texts(path: Path, variables: Mapping[str, str]) -> MappingTexts:
    """Read a mapping file, those that it extends and its lookup tables.

    Raises :class:`UsageRefused` where the file itself cannot be read; :class:`MappingRefused` for the rest.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = _reason(error)
        raise UsageRefused(Issue("E707", Location(str(path)), facts={"reason": reason})) from None
    digests = {str(path): hashlib.sha256(data).hexdigest()}
    bases = _bases(read_document(text, str(path)), digests)
    beside = Beside(bases, dict(variables))
    beside = _with_tables(layered(text, str(path), beside).document, beside, digests)
    return MappingTexts(str(path), text, beside, digests)


def _bases(document: Document, digests: dict[str, str]) -> tuple[NamedText, ...]:
    """The files that a document extends, the nearest first."""
    bases: list[NamedText] = []
    seen = {Path(document.file).resolve()}
    while (base := base_of(document)) is not None:
        name, mark = base
        path = Path(document.file).parent / name
        if path.resolve() in seen:
            raise _refused("E466", mark, name, "it extends itself, directly or by way of others")
        if len(seen) >= MOST_LAYERS:
            raise _refused("E466", mark, name, f"more than {MOST_LAYERS} files build on each other")
        seen.add(path.resolve())
        try:
            text = _text_of(path, digests)
        except (OSError, ValueError) as error:
            raise _refused("E466", mark, name, _reason(error)) from None
        bases.append(NamedText(str(path), text))
        document = read_document(text, str(path))
    return tuple(bases)


def _with_tables(document: Document, beside: Beside, digests: dict[str, str]) -> Beside:
    """The lookup tables too, each from the folder of the file that names it."""
    tables: dict[str, NamedText] = {}
    unread: dict[str, str] = {}
    for name, file, mark in table_files(document):
        path = Path(mark.file).parent / file
        try:
            tables[name] = NamedText(str(path), _text_of(path, digests))
        except (OSError, ValueError) as error:
            unread[name] = _reason(error)
    return replace(beside, tables=tables, unread=unread)


def _text_of(path: Path, digests: dict[str, str]) -> str:
    """The text of a file beside the mapping; raises :class:`OSError` or :class:`ValueError`."""
    if path.stat().st_size > LARGEST_TABLE:
        raise ValueError(f"it is larger than {LARGEST_TABLE >> 20} MiB")
    data = path.read_bytes()
    text = data.decode("utf-8-sig")
    digests[str(path)] = hashlib.sha256(data).hexdigest()
    return text


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return shown(error.strerror or error) if isinstance(error, OSError) else shown(error)


def _refused(code: str, mark: Mark, name: str, reason: str) -> MappingRefused:
    return MappingRefused(Issue(code, mark=mark, value=shown(name), facts={"reason": reason}))
