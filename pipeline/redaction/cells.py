"""One cell in disguise, by what its column is."""

import re
from collections.abc import Collection
from datetime import date, time, timedelta

from pipeline.model.cell import Cell, CellError, is_exact, plain_text
from pipeline.model.folding import fold
from pipeline.redaction.disguise import EMAIL, Disguise
from pipeline.redaction.roles import Role

_FIGURE = re.compile(
    r"[\s\d.,+\-−%()'’]*\d[\s\d.,+\-−%()'’]*(?:[A-Za-z]{1,3}|[€$£₺¥])?\s*|(?:[€$£₺¥])\s*[\d.,\s-]+"
)
"""What amounts look like, right or wrong, with a currency perhaps."""
_CONVERTED = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+\s*")


def disguised(cell: Cell, role: Role, known: Collection[str], disguise: Disguise) -> Cell:
    """Return a cell as it may be shared.

    ``known`` are words (folded) that stand in the mapping: they stay, as do amounts, errors and truth values.
    """
    if isinstance(cell, bool | CellError | time | timedelta):
        return cell
    if isinstance(cell, date):
        return _moved(cell, disguise)
    if isinstance(cell, float | int):
        return (
            float(cell) if role in (Role.AMOUNT, Role.DATE) else _other_number(float(cell), known, disguise)
        )
    if not cell.strip() or (fold(cell) in known and EMAIL.fullmatch(cell) is None):
        return cell
    return _other_text(cell, role, disguise)


def _other_text(text: str, role: Role, disguise: Disguise) -> str:
    if EMAIL.fullmatch(text) is not None:
        return disguise.email(text)
    if role is Role.AMOUNT and (_FIGURE.fullmatch(text) or _CONVERTED.fullmatch(text)):
        return text
    if role is Role.DATE:
        moved = disguise.date(text)
        return moved if moved != text or not any(map(str.isalpha, text)) else disguise.text(text)
    if role is Role.PHONE:
        return disguise.phone(text)
    if role in (Role.CODE, Role.IDENTITY):
        return disguise.code(text)
    return disguise.text(text)


def _moved(cell: date, disguise: Disguise) -> date:
    text = disguise.date(f"{cell:%Y-%m-%d}")
    day = date.fromisoformat(text)
    return cell.replace(month=day.month, day=day.day)


def _other_number(number: float, known: Collection[str], disguise: Disguise) -> float:
    text = plain_text(number)
    if fold(text) in known:
        return number
    other = float(disguise.text(text))
    return other if is_exact(other) or not is_exact(number) else number


def looks_personal(cell: Cell, role: Role) -> bool:
    """Whether a cell tells who somebody is: by its column, or because it is an e-mail address."""
    if isinstance(cell, bool | CellError | date | time | timedelta):
        return False
    text = plain_text(cell)
    return bool(text.strip()) and (role.personal or EMAIL.fullmatch(text) is not None)
