"""The words and signs that people write for currencies, beside amounts and alone."""

import re
from functools import lru_cache

from babel.core import Locale

from pipeline.model.folding import fold
from pipeline.model.payload import CURRENCIES

_LANGUAGES = ("tr", "en", "de")
_MORE_WORDS = {
    "try": ("TL", "YTL", "Türk Lirası", "Lira", "Lirası"),
    "eur": ("Avro", "Yuro", "Euro"),
    "usd": ("US$", "Dolar", "Dollar", "ABD Doları"),
    "gbp": ("Sterlin", "Pound", "Sterling"),
}
"""What is written beside the names and signs of the Unicode locale data."""
AROUND = re.compile(r"([^0-9]*)([0-9](?:.*[0-9])?)([^0-9]*)", re.DOTALL)
"""What stands before a number, the number from its first digit to its last, and what stands behind it."""


@lru_cache(maxsize=8)
def words_of(codes: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Folded words and signs, and the codes (lower case) among ``codes`` that each may stand for."""
    found: dict[str, set[str]] = {}
    for code in codes:
        lower, upper = code.lower(), code.upper()
        words = {lower, *_MORE_WORDS.get(lower, ())}
        for language in _LANGUAGES:
            data = Locale(language)
            names = data.currencies.get(upper), data.currency_symbols.get(upper)
            words |= {name for name in names if name}
        words |= {symbol for symbol in (_narrow(upper),) if symbol}
        for word in words:
            found.setdefault(fold(word), set()).add(lower)
    return {word: frozenset(codes) for word, codes in found.items()}


def _narrow(code: str) -> str:
    """The sign alone, which several currencies may share: $ for all dollars."""
    signs = {"TRY": "₺", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "RUB": "₽", "INR": "₹", "UAH": "₴"}
    dollars = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}
    return "$" if code in dollars else signs.get(code, "")


def beside(text: str) -> tuple[str, str] | None:
    """The number and the code of the currency beside it; ``None`` where there is none that the target has."""
    found = AROUND.fullmatch(text)
    word = fold(f"{found[1].strip()}{found[3].strip()}".strip("-\u2212+() ")) if found is not None else ""
    codes = words_of(CURRENCIES).get(word, ()) if word else ()
    return (found[2], min(codes, key=CURRENCIES.index)) if found is not None and codes else None
