"""Which characters may stand in for another: the same class, the same case, the same encodings."""

import string
import unicodedata
from functools import lru_cache

_UPPER = string.ascii_uppercase.replace("I", "")
_LOWER = string.ascii_lowercase.replace("i", "")
"""Without the letter that Turkish and English fold differently."""
_TURKISH = ("ÇĞİÖŞÜ", "çğıöşü")
_BLOCK = 64


@lru_cache(maxsize=4096)
def siblings(character: str, encodings: tuple[str, ...] = ()) -> str:
    """The letters that may replace a letter, itself perhaps among them; empty for what stays as it is.

    ASCII letters are replaced by such, Turkish ones by Turkish ones, others by letters of the same kind near
    to them, always in their own case. Each of them can be written in every one of the ``encodings`` in which
    the character itself can.
    """
    if character in string.ascii_letters:
        return _UPPER if character.isupper() else _LOWER
    if not character.isalpha():
        return ""
    turkish = next((letters for letters in _TURKISH if character in letters), None)
    start = ord(character) // _BLOCK * _BLOCK
    near = turkish or "".join(map(chr, range(start, start + _BLOCK)))
    kind = unicodedata.category(character)
    needed = [name for name in encodings if _can(character, name)]
    return "".join(
        one
        for one in near
        if unicodedata.category(one) == kind
        and unicodedata.is_normalized("NFKC", one)
        and all(_can(one, name) for name in needed)
    )


def _can(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
