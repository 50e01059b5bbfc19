"""Issue codes that somebody may have meant by a word that is none."""

import re
from collections.abc import Collection

_LIKE_A_CODE = re.compile(r"(?P<letter>[EW])[-_. ]?(?P<digits>[0-9]{2,4})[A-Z]?", re.IGNORECASE)
_DIGITS = 3
_MOST = 3


def near_codes(word: str, known: Collection[str]) -> list[str] | None:
    """The codes nearest to a word in the shape of one, best first; ``None`` where it has another shape.

    The same digits count most, behind either letter; then a beginning; then how far the number is away.
    """
    found = _LIKE_A_CODE.fullmatch(word.strip())
    if found is None:
        return None
    letter, digits = found["letter"].upper(), found["digits"]
    same = [
        code
        for code in (letter + digits[:_DIGITS], *(one + digits[:_DIGITS] for one in "EW"))
        if code in known
    ]
    if same:
        return list(dict.fromkeys(same))[:1]
    mine = sorted(code for code in known if code.startswith(letter))
    begun = [code for code in mine if len(digits) < _DIGITS and code[1:].startswith(digits)]
    number = int(digits[:_DIGITS].ljust(_DIGITS, "0"))
    return begun[:_MOST] or sorted(mine, key=lambda code: abs(int(code[1:]) - number))[:_MOST]
