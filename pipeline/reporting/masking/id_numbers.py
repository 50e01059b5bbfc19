"""Numbers that name a person or an account, told from others by their check digits.

Of any eleven digits one in a hundred passes as a Turkish identity number by chance, of sixteen one in ten as
a card: so each must also begin as such numbers do.
"""

import re
from typing import Final

_RUN: Final = re.compile(
    r"(?<![\w\-#])(?<!\d[.,/])(?:"
    r"(?P<iban>[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}(?:[ ]?[A-Za-z0-9]{1,3})?)"
    r"|(?P<card>\d{4}(?P<part>[ -]?)\d{4}(?P=part)\d{4}(?P=part)\d{4}"
    r"|3[47]\d{2}(?P<amex>[ -]?)\d{6}(?P=amex)\d{5})"
    r"|(?P<person>[1-9]\d{10})"
    r")(?![\w\-]|[.,/]\d)"
)
_CARDS: Final = re.compile(r"(?:[345]|6[0245]|2[2-7]|9792)")
_PERSON_DIGITS: Final = 11


def masked_numbers(text: str, keep: frozenset[str] = frozenset()) -> str:
    """Hide identity numbers, IBANs and card numbers, all but their last two digits; not those in ``keep``."""
    return _RUN.sub(lambda found: found[0] if found[0] in keep else _hidden(found), text)


def is_identity_number(digits: str) -> bool:
    """Whether eleven digits are a Turkish identity number by its two check digits."""
    if len(digits) != _PERSON_DIGITS or not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
        return False
    d = [int(c) for c in digits]
    tenth = (sum(d[0:9:2]) * 7 - sum(d[1:8:2])) % 10
    return d[9] == tenth and d[10] == sum(d[:10]) % 10


def is_iban(text: str) -> bool:
    """Whether a text is an international account number by its check digits; blanks do not count."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_card_number(digits: str) -> bool:
    """Whether digits are a payment card's: a beginning that cards have, and Luhn's check digit."""
    if not _CARDS.match(digits):
        return False
    doubled = [int(c) * (1 + place % 2) for place, c in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0  # noqa: PLR2004


def _hidden(found: re.Match[str]) -> str:
    text = found[0]
    if found["iban"]:
        return f"{text[:2].upper()}•••{text[-2:]}" if is_iban(text) else text
    digits = re.sub(r"\D", "", text)
    told = is_card_number(digits) if found["card"] else is_identity_number(digits)
    return f"•••{digits[-2:]}" if told else text
