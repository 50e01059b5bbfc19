"""Signs that an old terminal cannot show, in letters that it can."""

from typing import Final

_PLAIN: Final = {
    "✓": "ok",
    "→": "->",
    "▸": ">",
    "·": "|",
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "×": "x",
    "“": '"',
    "”": '"',
    "‘": "'",  # noqa: RUF001
    "’": "'",
}


def fit(text: str, encoding: str) -> str:
    r"""Return the text in characters that ``encoding`` has.

    Signs of ours get a plain spelling (``→`` becomes ``->``). Letters of the customer's values are never
    exchanged for similar ones, as that would show another value: they become ``\u015f``.
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_fit_one(character, encoding) for character in text)
    return text


def _fit_one(character: str, encoding: str) -> str:
    """One character, or what stands for it."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return _PLAIN.get(character) or character.encode("ascii", "backslashreplace").decode("ascii")
    return character
