"""A suggested mapping as values: what each field is read from, how sure that is, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.inference.arithmetic import LineSum, OrderSum
from pipeline.inference.joining import Join
from pipeline.inference.matching import ACCEPTED, Reason

Rule: TypeAlias = str | Mapping[str, Any]
"""What a mapping says of a field: a column's name, or settings as plain data."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to fill a field: the rule, the ``columns`` it reads, how sure it is from 0 to 1, and why."""

    rule: Rule
    columns: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSuggestion:
    """A field of a ``section`` (``order`` or ``items``); ``choice`` is ``None`` where nothing is known.

    ``others`` would be possible as well, the better first. ``required``: the target needs the field.
    """

    section: str
    field: str
    choice: Choice | None
    others: tuple[Choice, ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        """Section and field, as people and answers name it."""
        return f"{self.section}.{self.field}"

    @property
    def accepted(self) -> bool:
        """Whether it is sure enough to be taken without asking."""
        return self.choice is not None and self.choice.confidence >= ACCEPTED

    @property
    def open(self) -> bool:
        """Whether a person should decide."""
        return not self.accepted and (self.required or self.choice is not None)


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A word of a value table and how often it stands in the file. ``value`` is ``None`` for unknown words.

    ``active``: it is written so that it counts; ``why`` is ``known``, ``near``, ``open`` or ``unknown``.
    """

    word: str
    count: int
    value: str | None
    why: str
    active: bool


@dataclass(frozen=True, slots=True)
class ValueTable:
    """A value table under ``values``."""

    name: str
    entries: tuple[TableEntry, ...]

    @property
    def unsure(self) -> int:
        """How many words somebody has to decide about."""
        return sum(not one.active for one in self.entries)


@dataclass(frozen=True, slots=True)
class SourceSuggestion:
    """A kind of file. ``files`` is a pattern; the rest is ``None`` or empty where nothing needs saying."""

    name: str
    files: str
    key: str
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_rows: tuple[int, ...] = ()
    fill_down: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the whole file, how sure it is and why."""

    name: str
    value: str
    confidence: float
    reasons: tuple[Reason, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a person should decide."""
        return self.confidence < ACCEPTED


@dataclass(frozen=True, slots=True)
class Sums:
    """What arithmetic found. Names of columns by their index are in ``heads`` and ``lines``.

    ``order_total`` and ``item_total`` are words of the mapping's ``checks``.
    """

    orders: tuple[OrderSum, ...]
    lines: tuple[LineSum, ...]
    heads: Mapping[int, str]
    columns: Mapping[int, str]
    order_total: str
    item_total: str
    sampled: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A whole suggested mapping. ``unused`` are columns that no field reads: (source, column).

    ``left_out`` names tables that belong to no source. ``join`` says how two tables find each other.
    """

    name: str
    settings: tuple[Setting, ...]
    sources: tuple[SourceSuggestion, ...]
    fields: tuple[FieldSuggestion, ...]
    tables: tuple[ValueTable, ...]
    sums: Sums
    unused: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    join: Join | None = None

    def setting(self, name: str) -> Setting:
        """The setting of that name."""
        return next(one for one in self.settings if one.name == name)

    def field(self, name: str) -> FieldSuggestion | None:
        """The field of that name, such as ``order.amount``."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def questions(self) -> int:
        """How much a person should decide."""
        return sum(one.open for one in self.fields) + sum(one.open for one in self.settings)
