"""Values of one form, such as ``00.00.0000 00:00`` or ``aaa-00000``, looked at once for all of them.

A short cut: columns of half a million different dates or codes have a handful of forms. What it answers is
what :mod:`shapes` and :mod:`signs` would; a test holds it against them.
"""

from string import ascii_letters, digits
from typing import Final, TypeAlias

from pipeline.inspection.shapes import MOST_DIGITS, Look, Shape, look_of_text
from pipeline.inspection.signs import Sign, signs_of, without_clock

Known: TypeAlias = tuple[Look, tuple[Sign, ...]]

_TABLE: Final = str.maketrans(digits + ascii_letters, "0" * len(digits) + "a" * len(ascii_letters))
_LEAST_CODE: Final = 8
_LONGEST: Final = 64
_MOST_FORMS: Final = 5_000
_MOST_DAYS: Final = 50_000


class Forms:
    """The forms met so far, with what all values of each are."""

    def __init__(self, splits: tuple[str, int] | None) -> None:
        self._splits = splits
        self._forms: dict[str, Known] = {}
        self._dates: dict[str, tuple[Known, int]] = {}
        self._days: set[tuple[str, str]] = set()

    def look(self, text: str) -> Known:
        """Return what a text that is not blank looks like, and its signs."""
        if len(text) > _LONGEST or not text.isascii():
            return self._slowly(text)
        if len(text) <= MOST_DIGITS and text.isdecimal():
            return look_of_text(text), ()
        form = text.translate(_TABLE)
        known = self._forms.get(form)
        if known is not None:
            return known
        date = self._dates.get(form)
        if date is not None and (text[: date[1]], date[0][0].detail) in self._days:
            return date[0]
        return self._learnt(text, form)

    def _slowly(self, text: str) -> Known:
        look = look_of_text(text.strip())
        return look, signs_of(text, look, self._splits)

    def _learnt(self, text: str, form: str) -> Known:
        known = self._slowly(text)
        look, signs = known
        if signs or len(self._forms) >= _MOST_FORMS:
            return known
        if _decides(form, look):
            self._forms[form] = known
        elif look.shape is Shape.DATE and "|" not in look.detail and form[0] == "0" and "a" not in form:
            day = without_clock(text, look.detail)[0]
            self._dates[form] = (known, len(day))
            if len(self._days) < _MOST_DAYS:
                self._days.add((day, look.detail))
        return known


def _decides(form: str, look: Look) -> bool:
    """Whether every text of the form has this look, whatever its digits and letters are."""
    if look.shape is Shape.DECIMAL:
        one_sign = form.count(".") + form.count(",") == 1
        return look.detail in {".", ","} and not (one_sign and form[-4:-3] in {".", ","})
    if look.shape is Shape.CODE:
        return form[0] == "a" and len(form) >= _LEAST_CODE
    return look.shape is Shape.EMAIL
