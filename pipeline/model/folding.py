"""Text made comparable: what a person would call the same word is the same key."""

import unicodedata

_ONE_I = str.maketrans({"İ": "i", "I": "i", "ı": "i"})


def tidy(text: str) -> str:
    """One line without invisible characters: NFC, white space (NBSP too) collapsed and stripped."""
    if text.isascii():
        return " ".join(text.split())
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", visible).split())


def fold(text: str) -> str:
    """The key under which two spellings count as the same.

    Compatibility forms, case, white space and invisible characters do not matter, and the four Turkish
    letters İ, I, ı, i are one: ``'İPTAL'``, ``'iptal'`` and ``'ıptal'`` fold alike. Two order numbers with
    the same key may collide on a target, so a run refuses them both.
    """
    if text.isascii():
        return " ".join(text.split()).lower()
    wide = unicodedata.normalize("NFKC", text).translate(_ONE_I).casefold()
    letters = unicodedata.normalize("NFKC", wide)
    kept = "".join(c for c in letters if unicodedata.category(c) != "Cf" and c != "\u0307")
    return " ".join(unicodedata.normalize("NFKC", kept).split())  # what was parted may now compose
