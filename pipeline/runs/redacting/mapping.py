"""The mapping of a bundle: without comments and personal constants, with what it is made of beside it."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.mapping.positioned import Path as Inside
from pipeline.mapping.shareable import with_scalars, without_comments
from pipeline.mapping.steps.words import NO, YES
from pipeline.model.folding import fold
from pipeline.model.payload import CURRENCIES, STATUS_ALIASES, STATUSES
from pipeline.redaction.disguise import Disguise
from pipeline.redaction.roles import Role, role_of, words_of
from pipeline.runs.opening.mapping_files import MappingTexts

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")
_PHONE = re.compile(r"(?<![\w.,-])\+?\(?\d[\d ()-]{7,}\d(?![\w.,-])")
_SECRET = re.compile(r"token|secret|passw|api_?key|authorization|credential", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/_=.-]{24,}")
_VALUES = {"constant", "default"}
_WORDS = {"description", "because"}
_FREE = _VALUES | {"name", "template", "separator"}
LEFT_OUT = "(left out)"


@dataclass(frozen=True, slots=True)
class BundledMapping:
    """Texts by their place in the bundle, the mapping's own first.

    ``known`` are words (folded) that stand there; ``free`` is what somebody wrote into it that is neither
    a name of a column nor a word of the files: names, constants, defaults.
    """

    files: Mapping[str, str]
    variables: Mapping[str, str]
    known: frozenset[str]
    free: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The mapping itself."""
        return next(iter(self.files))


def bundled_mapping(texts: MappingTexts, cells: Collection[str], disguise: Disguise | None) -> BundledMapping:
    """The mapping and its parts as they go into a bundle; without a ``disguise`` only comments go.

    Of lookup tables the rows stay that ``cells`` (folded) name. Line numbers of the mapping stay as they are.
    """
    places = _places(texts)

    def change(path: Inside, value: str) -> str:
        return value if disguise is None else _shareable(tuple(map(str, path)), value, disguise)

    def bare(text: str) -> str:
        return with_scalars(without_comments(text), change)

    files = {places[texts.file]: bare(texts.text)}
    files |= {places[base.file]: bare(base.text) for base in texts.beside.bases}
    tables = {places[one.file]: _rows(one.text, cells) for one in texts.beside.tables.values()}
    variables = {
        name: change(("variables", name, "default"), value) for name, value in texts.beside.variables.items()
    }
    known = {*words_of(texts.document().document.data), *map(fold, variables.values())}
    if disguise is not None:
        own = scalars([texts.text, *(base.text for base in texts.beside.bases)])
        known -= {fold(value) for path, value in own if change(path, value) != value}
    free = [value for path, value in scalars(files.values()) if path[-1:] and path[-1] in _FREE]
    known |= {fold(word) for text in tables.values() for word in re.split(r"[;,\t|\r\n\"]+", text)}
    known |= {*map(fold, (*YES, *NO, *STATUSES, *STATUSES.values(), *STATUS_ALIASES, *CURRENCIES))}
    return BundledMapping({**files, **tables}, variables, frozenset(known - {""}), tuple(free))


def scalars(texts: Iterable[str]) -> Iterator[tuple[Inside, str]]:
    """Every scalar of mapping files with its path."""
    for text in texts:
        found: list[tuple[Inside, str]] = []

        def look(path: Inside, value: str, found: list[tuple[Inside, str]] = found) -> str:
            found.append((path, value))
            return value

        with_scalars(text, look)
        yield from found


def _shareable(path: tuple[str, ...], value: str, disguise: Disguise) -> str:
    """A scalar of the mapping as others may see it."""
    names = [part for part in path if not part.isdecimal()]
    last = names[-1] if names else ""
    if last in _WORDS:
        return LEFT_OUT
    if last in _VALUES:
        role = role_of("", [tuple(names[:-1])]) if names[0] != "variables" else role_of(names[1], [])
        if any(_SECRET.search(part) for part in names) or _TOKEN.fullmatch(value):
            return disguise.text(value)
        if role > Role.TEXT and role is not Role.EMAIL and not value.startswith("${"):
            return disguise.phone(value) if role is Role.PHONE else disguise.text(value)
        value = _PHONE.sub(lambda found: disguise.phone(found[0]), value)
    return _ADDRESS.sub(lambda found: disguise.email(found[0]), value)


def _rows(text: str, cells: Collection[str]) -> str:
    """Header and rows of a lookup table that name one of the cells."""
    header, *rows = text.splitlines(keepends=True) or [""]
    return header + "".join(
        row
        for row in rows
        if any(fold(part) in cells for part in re.split(r"[;,\t|\r\n\"]+", row) if part.strip())
    )


def _places(texts: MappingTexts) -> dict[str, str]:
    """Where each file goes: as they lie to each other, below ``mapping``."""
    names = [
        texts.file,
        *(base.file for base in texts.beside.bases),
        *(table.file for table in texts.beside.tables.values()),
    ]
    real = {name: os.path.normpath(Path(name).absolute()) for name in names}
    try:
        root = os.path.commonpath([str(Path(path).parent) for path in real.values()])
        return {
            name: str(PurePosixPath("mapping", *Path(os.path.relpath(path, root)).parts))
            for name, path in real.items()
        }
    except ValueError:  # two drives
        return {name: f"mapping/{Path(name).name}" for name in names}
