"""Words with a fixed meaning: yes and no, value tables, statuses, currencies."""

from collections.abc import Iterable, Mapping

from rapidfuzz import process

from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.steps.text import as_text
from pipeline.model.cell import Cell
from pipeline.model.folding import fold
from pipeline.model.payload import STATUS_ALIASES, STATUSES

YES = ("true", "1", "yes", "y", "evet", "e", "doğru", "x", "✓")
NO = ("false", "0", "no", "n", "hayır", "h", "yanlış")
_NEAR_ENOUGH = 70


def nearest(value: str, known: Iterable[str]) -> str:
    """The known spelling most like ``value``, or ``""`` where none is near."""
    folded = {fold(name): name for name in known}
    best = process.extractOne(fold(value), list(folded), score_cutoff=_NEAR_ENOUGH)
    return folded[best[0]] if best else ""


def boolean(true: Iterable[str], false: Iterable[str]) -> Step:
    """A step from cell to ``bool`` by words; a yes/no cell of a workbook is taken as it is; else E215."""
    meaning = {fold(word): False for word in false} | {fold(word): True for word in true}
    words = ", ".join(meaning)

    def read(cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell
        text = as_text(cell)
        answer = meaning.get(fold(text))
        if answer is None:
            raise CellProblem("E215", words=words)
        return answer

    return read


def value_table(name: str, table: Mapping[str, str], *, keeps: bool = False) -> Step:
    """A step through a value table, blind to case and Turkish dots.

    A value that is not in it is E231, or stays as it is where the table ``keeps`` such values.
    """
    folded = {fold(key): value for key, value in table.items()}

    def read(text: str) -> str:
        value = folded.get(fold(text), text if keeps else None)
        if value is None:
            near = nearest(text, table)
            hint = f"Did you mean {near!r}? " if near else ""
            raise CellProblem("E231", table=name, entries=len(table), hint=hint)
        return value

    return read


def status(written_as: str) -> Step:
    """A step from code or name to the code or the name of an order status; else E232."""
    codes = {fold(name): code for code, name in STATUSES.items()}
    codes |= {fold(name): code for name, code in STATUS_ALIASES.items()}
    codes |= {code: code for code in STATUSES}

    def read(text: str) -> str:
        code = codes.get(fold(text))
        if code is None:
            near = nearest(text, codes)
            raise CellProblem("E232", hint=f"Did you mean {near!r}? " if near else "")
        return code if written_as == "code" else STATUSES[code]

    return read


def currency(allowed: Iterable[str]) -> Step:
    """A step to one of the allowed currency codes, lower case; else E233."""
    known = {code.lower() for code in allowed}

    def read(text: str) -> str:
        code = text.strip().lower()
        if code not in known:
            near = nearest(text, known)
            raise CellProblem("E233", hint=f"Did you mean {near!r}? " if near else "")
        return code

    return read
