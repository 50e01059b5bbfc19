"""The texts that a lookup is made of: which kind each is, how it is made comparable, what it may not be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pipeline.mapping.field_plan import Omitted
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.transforms.shape import Noted
from pipeline.mapping.watch import NOBODY, Watch
from pipeline.model.cell import Cell, looks_converted
from pipeline.model.draft import Problem
from pipeline.model.folding import tidy
from pipeline.model.lookup import LOOKUPS, LookupKind
from pipeline.model.payload import Kind

REMEMBERED = 5_000
"""Distinct cells remembered per text: names, places and customers come again."""
FIRST_BIRTH_YEAR = 1901
"""Spreadsheets and old systems write 1900 where no birthday is known."""

_NUMBERS = frozenset({"phone_number", "postcode", "tax_no", "identity_number"})
_CODES = frozenset({*_NUMBERS, "channel_code", "erp_code"})
_TIDIED = frozenset(
    {*_NUMBERS, "name", "first_name", "last_name", "line", "title", "company_name", "tax_office"}
)

_KINDS = {"date_of_birth": Kind.DAY, "date_joined": Kind.MOMENT}
_WORDS = {"gender": ("male", "female")}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def kind_of_text(name: str) -> Kind:
    """How the cells of a key or attribute are read: as text, except for dates."""
    return _KINDS.get(name, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key by which a record of a kind is found, or an attribute of one that is created.

    ``limit`` is the longest text that the target takes, ``None`` where nothing is created of it.
    """

    of: LookupKind
    name: str
    limit: int | None = None

    @property
    def kind(self) -> Kind:
        """How its cells are read."""
        return kind_of_text(self.name)

    @property
    def is_birthday(self) -> bool:
        """Whether its days lie long before any order."""
        return self.name == "date_of_birth"

    @property
    def unmistakable(self) -> bool:
        """Whether a code that a spreadsheet may have rewritten, or that hides a character, is refused.

        A record of that name might be created. Where nothing is, it is looked up as it is: at worst it is
        not found.
        """
        return self.name in _CODES and bool(LOOKUPS[self.of].creates)

    def normal(self, value: Any) -> str:  # noqa: ANN401
        """The text under which it is looked up and created; never one that two records might share.

        White space is tidied except in codes; e-mail addresses and codes of countries lose their case. Days
        are ISO 8601, points in time that in UTC.
        """
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(value, date):
            return value.isoformat()
        text: str = value
        if self.name == "email":
            return tidy(text).lower()
        if self.of is LookupKind.COUNTRY and self.name == "code":
            return text.strip().upper()
        return tidy(text) if self.name in _TIDIED else text.strip()

    def reader(self, read: Callable[..., Any], watch: Watch = NOBODY) -> Callable[..., Any]:
        """The function from cells to normal text or ``OMIT``, where ``read`` gives their value."""
        normal, refused, unmistakable = self.normal, self._refused, self.unmistakable

        def read_text(*cells: Cell) -> str | Omitted | Noted:
            for index, cell in enumerate(cells if unmistakable else ()):
                if isinstance(cell, str) and looks_converted(cell):
                    converted = CellProblem("E207")
                    converted.cell = index
                    raise converted
            value = read(*cells)
            if isinstance(value, Omitted):
                return value
            text = normal(value.value if isinstance(value, Noted) else value)
            problem = refused(text)
            if problem is not None:
                raise CellProblem(problem.code, **problem.facts)
            return Noted(text, value.notes) if isinstance(value, Noted) else text

        return watch.remembered(read_text)

    def refusal(self, value: Any) -> Problem | None:  # noqa: ANN401
        """Why a value may not be used: too long for the target (E241), no e-mail address (E248) …"""
        return self._refused(self.normal(value))

    def _refused(self, text: str) -> Problem | None:
        if self.limit is not None and len(text) > self.limit:
            return Problem("E241", {"limit": self.limit, "length": len(text)})
        if self.name == "email" and text and not _EMAIL.fullmatch(text):
            return Problem("E248")
        if self.unmistakable and not text.isprintable():
            position, hidden = next((at, c) for at, c in enumerate(text, 1) if not c.isprintable())
            return Problem("E203", {"character": f"U+{ord(hidden):04X}", "position": position})
        words = _WORDS.get(self.name)
        if words and text and text not in words:
            return Problem("E246", {"reason": " or ".join(words)})
        return None
