"""What of the inputs is personal, what stands for it in the bundle, and what of it stayed real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from pathlib import PurePosixPath

from pipeline.model.bundle import RealCells
from pipeline.model.cell import Cell, plain_text
from pipeline.model.extract import TableExtract
from pipeline.model.folding import fold
from pipeline.model.issue import shown
from pipeline.model.location import column_letters
from pipeline.redaction.cells import looks_personal
from pipeline.redaction.lines import parts_of
from pipeline.redaction.render import Masks, Place, Selection, cells_of
from pipeline.redaction.sweep import SHORTEST
from pipeline.reporting.masking.mask import mask, mask_personal
from pipeline.runs.redacting.facts import stands_in
from pipeline.runs.redacting.mapping import BundledMapping
from pipeline.runs.redacting.start import Start

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Inside:
    """``personal`` are values that may stand nowhere, ``disguises`` what stands for values of kept cells.

    ``real`` are the cells that stayed as they are, for a person to look at; ``kept`` are texts that stay
    because they are nobody's: amounts, words of the mapping, names of columns.
    """

    personal: tuple[str, ...] = ()
    disguises: Mapping[str, str] = made_by(default_factory=dict)
    real: tuple[RealCells, ...] = ()
    kept: frozenset[str] = frozenset()

    def explains(self, value: str) -> bool:
        """Whether a value stands in the inputs as part of what stays, and in nothing that was replaced."""
        return any(value in text for text in self.kept) and not any(
            value in text for text in self.disguises.values()
        )

    def with_mapping(self, bare: BundledMapping, masked: BundledMapping) -> "Inside":
        """The constants of the mapping stayed real, too."""
        differs = sum(text != masked.files[name] for name, text in bare.files.items())
        told = RealCells(bare.name, "constant", max(differs, 1), "•••", personal=True)
        return replace(self, real=(*self.real, told))

    def looked_up(self, mapping: BundledMapping) -> "Inside":
        """Without values that somebody wrote into the mapping, which are told as real instead.

        A name that is a part of a column's or a status's name is no such value; an address would be.
        """
        free = "\n".join(mapping.free)
        found = {
            value: name
            for name, text in mapping.files.items()
            for value in self.personal
            if stands_in(value, free) or (_is_address(value) and stands_in(value, text))
        }
        told = tuple(
            RealCells(name, "", 1, mask_personal(shown(value)), personal=True)
            for value, name in found.items()
        )
        rest = tuple(value for value in self.personal if value not in found)
        return replace(self, personal=rest, real=(*self.real, *told))


def inside_of(start: Start, selection: Selection, masks: Masks) -> Inside:
    """Look at every cell that was read, and at what became of those that are written."""
    names = {
        table.table.index: start.names[file.facts.path] for file in start.extracts for table in file.tables
    }
    disguises: dict[str, str] = {}
    real: dict[tuple[str, str, bool], list[str]] = {}
    same: set[str] = set()
    for place, table, cell in cells_of(start.extracts, selection):
        now = cell if place in selection.plain else masks.cell(table, place[2], cell, above=place[1] < 0)
        for before, after in _pairs(table, masks, place, cell, now):
            if before != after:
                disguises.setdefault(before, after)
                continue
            same.add(before.strip())
            personal = _is_personal(before, place, table, masks)
            if place in selection.plain or personal:
                key = (PurePosixPath(names[place[0]]).name, _header(table, place), personal)
                real.setdefault(key, []).append(before)
    everything = Selection(
        frozenset((t.table.index, row) for f in start.extracts for t in f.tables for row in t.rows)
    )
    personal_values = dict.fromkeys(
        text.strip()
        for place, table, cell in cells_of(start.extracts, everything)
        for text, _ in _pairs(table, masks, place, cell, cell)
        if _is_personal(text, place, table, masks) and text.strip() not in same
    )
    headers = {name for file in start.extracts for one in file.tables for name in one.table.header}
    return Inside(
        tuple(personal_values),
        disguises,
        tuple(
            RealCells(file, header, len(values), _example(values[0], personal=personal), personal)
            for (file, header, personal), values in real.items()
        ),
        frozenset(same | headers),
    )


def _pairs(
    table: TableExtract, masks: Masks, place: Place, cell: Cell, now: Cell
) -> Iterator[tuple[str, str]]:
    """A cell before and after, part by part where it is a whole line."""
    before, after = plain_text(cell), plain_text(now)
    if table.table.index in masks.roles and place[1] >= 0:
        yield before, after
    else:
        yield from zip(parts_of(before), parts_of(after), strict=False)


def _is_personal(text: str, place: Place, table: TableExtract, masks: Masks) -> bool:
    """Whether a text may tell who somebody is, and is long enough to be looked for."""
    if len(text.strip()) < SHORTEST or fold(text) in masks.known:
        return False
    if any(fold(text) in fold(name) for name in table.table.header):
        return False
    has_letter = any(map(str.isalpha, text))
    if place[1] < 0 or table.table.index not in masks.roles:
        return has_letter
    return (has_letter or sum(map(str.isdecimal, text)) >= _DIGITS) and looks_personal(
        text, masks.role(place[0], place[2])
    )


def _is_address(value: str) -> bool:
    return "@" in value or sum(map(str.isdecimal, value)) >= _DIGITS


def _header(table: TableExtract, place: Place) -> str:
    if place[1] < 0:
        return "above the header"
    header = table.table.header
    return header[place[2]] if place[2] < len(header) else column_letters(place[2])


def _example(text: str, *, personal: bool) -> str:
    return mask_personal(shown(text)) if personal else mask(shown(text))
