"""Which question an issue asks: two issues with the same key have one answer."""

import re
from collections.abc import Mapping

from pipeline.decisions.numbers import is_number_somewhere
from pipeline.model.decision import Asks, Key, RulePlace
from pipeline.model.folding import fold
from pipeline.model.issue import VALUE_LIMIT, Issue

WORDS = frozenset({"E215", "E222", "E231", "E232", "E233", "E248", "E342", "E344"})
"""Codes of issues whose value is a word that stands for something, or for nothing."""
NEVER_READY = frozenset({"E306"})
"""Codes of issues that stand between orders, so that preparing one again would not find them."""
_DIGIT = re.compile(r"[0-9]")
_DIGITS = re.compile(r"[0-9]+")

Places = Mapping[tuple[str, str], RulePlace]
"""Rules by payload field and column, and those of lookups by payload field and what is looked up by which key
(``city name``).
"""


def place_of(issue: Issue, places: Places) -> RulePlace | None:
    """The rule behind an issue, ``None`` where none is known."""
    field = issue.field or ""
    if issue.code in ("E342", "E344"):
        return places.get((field, f"{issue.facts.get('what')} {issue.facts.get('key')}"))
    header = issue.at.header if issue.at is not None else None
    return places.get((field, header or ""))


def key_of(issue: Issue, places: Places) -> Key | None:
    """The question that an issue asks, ``None`` where no answer in a mapping would help."""
    place = place_of(issue, places)
    if place is None:
        return None
    if issue.code == "E205":
        return Key(Asks.DEFAULT, place.path, "")
    value = issue.value
    if not value or (len(value) >= VALUE_LIMIT and value.endswith("…")):
        return None
    has_digits = _DIGIT.search(value) is not None
    if issue.code == "E221" and has_digits:
        return Key(Asks.DATE, place.path, shape_of(value))
    if issue.code == "E211" and is_number_somewhere(value):
        return Key(Asks.NUMBER, place.path, "")
    if issue.code in WORDS or (issue.code in ("E211", "E214", "E221") and not has_digits):
        return Key(Asks.VALUE, place.table or place.path, fold(value))
    return None


def shape_of(text: str) -> str:
    """How a date is written: ``31/12/2024 10:05`` and ``1/2/2024 9:30`` are both ``9/9/9 9:9``.

    Runs of eight digits or of four in front keep their length, because they tell 20241231 and 2024-12-31.
    """
    folded = fold(text)
    return _DIGITS.sub(lambda found: "9" * len(found[0]) if len(found[0]) > 2 else "9", folded)  # noqa: PLR2004
