"""Numbers that carry their own proof: check digits of identity and tax numbers, of bank accounts."""

import re
from typing import Final

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_IP: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|(?=.*:.*:)[0-9a-fA-F:]{3,39}")


def is_tckn(text: str) -> bool:
    """Whether this is a Turkish identity number: eleven digits, the last two made of the others."""
    if len(text) != 11 or not (text.isascii() and text.isdecimal()) or text[0] == "0":  # noqa: PLR2004
        return False
    digits = [int(one) for one in text]
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def is_vkn(text: str) -> bool:
    """Whether this is a Turkish tax number: ten digits, the last made of the others."""
    if len(text) != 10 or not (text.isascii() and text.isdecimal()):  # noqa: PLR2004
        return False
    total = 0
    for place, one in enumerate(text[:9], 1):
        shifted = (int(one) + 10 - place) % 10
        power = shifted * 2 ** (10 - place) % 9
        total += 9 if shifted and not power else power
    return (10 - total % 10) % 10 == int(text[9])


def is_iban(text: str) -> bool:
    """Whether this is an international bank account number; blanks do not matter."""
    plain = text.replace(" ", "").upper()
    if not _IBAN.fullmatch(plain):
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def is_ip(text: str) -> bool:
    """Whether this may be an address of the internet, version 4 or 6."""
    if not _IP.fullmatch(text):
        return False
    return ":" in text or all(int(part) <= 255 for part in text.split("."))  # noqa: PLR2004
