"""Values in disguise: the same value always in the same one, in the same shape, and no way back."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import TypeAlias

from pipeline.model.folding import fold
from pipeline.redaction.letters import siblings

HOST = "example.invalid"
"""A domain that never exists (RFC 2606)."""
EMAIL = re.compile(r"(\s*)([^\s@]+)@([^\s@]+\.[^\s@]+?)(\s*)")
_URL = re.compile(r"(\s*https?://)([^/?#\s]+)(\S*\s*)", re.IGNORECASE)
_IPV4 = re.compile(r"(\s*)\d{1,3}(?:\.\d{1,3}){3}(\s*)")
_DATE = re.compile(r"(?<!\d)(\d{4}|\d{1,2})([-./ ])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d)")
_NUMBER = re.compile(r"0*([0-9]+)")
_TRIES = 60
_OWN_DIGITS = 7
"""So many digits at the end of a phone number are its owner's; before them stand country and network."""
_MONTHS, _DAYS = 12, 28
_Made: TypeAlias = Callable[[str, Iterator[int]], str]


@dataclass(slots=True)
class Disguise:
    """Replaces values. ``secret`` keys every replacement and must be forgotten afterwards.

    Replacements can be written in all of ``encodings`` in which their value can. Different values get
    different replacements as long as there are enough of the same shape.
    """

    secret: bytes
    encodings: tuple[str, ...] = ()
    _taken: dict[str, str] = made_by(default_factory=dict)
    _known: dict[tuple[str, str], int] = made_by(default_factory=dict)

    def text(self, value: str) -> str:
        """Letters by letters of their class and case, digits by digits; zeros in front and all else stay."""
        only_digits = _NUMBER.fullmatch(value.strip())
        return self._unlike(value, only_digits[1] if only_digits else fold(value), "text", self._shaped)

    def email(self, value: str) -> str:
        """An address stays an address, at a domain that never exists; what is none is text."""
        found = EMAIL.fullmatch(value)
        if found is None:
            return self.text(value)
        before, local, _, after = found.groups()
        made = self._unlike(local, fold(value), "email", self._shaped)
        return f"{before}{made}@{HOST}{after}"

    def phone(self, value: str) -> str:
        """The last seven digits are replaced: country, network, length and separators stay."""
        digits = [index for index, one in enumerate(value) if one.isdecimal()]
        if len(digits) <= _OWN_DIGITS:
            return self.text(value)
        cut = digits[-_OWN_DIGITS]
        own = "".join(value[index] for index in digits[-_OWN_DIGITS:])
        return value[:cut] + self._unlike(value[cut:], own, "phone", _other_digits)

    def code(self, value: str) -> str:
        """An identifier, a link or an IP address: links keep how they begin, addresses are made-up ones."""
        link, ip = _URL.fullmatch(value), _IPV4.fullmatch(value)
        if link is not None:
            return f"{link[1]}{HOST}{self.text(link[3])}"
        if ip is not None:
            stream = self._stream(f"ip {value.strip()}")
            return f"{ip[1]}203.0.113.{next(stream) % 254 + 1}{ip[2]}"
        return self.text(value)

    def date(self, value: str) -> str:
        """Day and month move within what is valid in either order; the year, the time and the form stay."""
        return _DATE.sub(self._moved, value)

    def _moved(self, found: re.Match[str]) -> str:
        first, mark, second, third = found.groups()
        stream = self._stream(f"date {found[0]}")
        if len(first) == 4:  # noqa: PLR2004 - a year
            return mark.join((first, self._part(second, stream), self._part(third, stream)))
        return mark.join((self._part(first, stream), self._part(second, stream), third))

    @staticmethod
    def _part(text: str, stream: Iterator[int]) -> str:
        """A day or a month: what may be either stays so, with as many digits."""
        number, width = int(text), len(text)
        if number < 1 or number > 31:  # noqa: PLR2004
            return text
        if number > _MONTHS:
            low, high = _MONTHS + 1, _DAYS
        elif width == 1:
            low, high = 1, 9
        else:
            low, high = (1, _MONTHS) if text.startswith("0") else (10, _MONTHS)
        return f"{low + next(stream) % (high - low + 1):0{width}d}"

    def _unlike(self, value: str, meaning: str, kind: str, made: _Made) -> str:
        """A replacement that is not the value itself, and nobody else's; always the same for one meaning."""
        key = (kind, meaning)
        replaced = value
        for attempt in range(self._known.get(key, 0), _TRIES):
            replaced = made(value, self._stream(f"{kind} {attempt} {meaning}"))
            owner = self._taken.setdefault(f"{kind} {_plain(replaced)}", meaning)
            if owner == meaning and (replaced != value or key in self._known):
                self._known[key] = attempt
                break
        return replaced

    def _shaped(self, value: str, stream: Iterator[int]) -> str:
        shaped: list[str] = []
        begun = False  # within a run of digits, after its leading zeros
        for one in value:
            digit = unicodedata.decimal(one, None)
            if digit is not None:
                zero = ord(one) - digit
                if digit or begun:
                    new = next(stream) % 10 if begun else next(stream) % 9 + 1
                    shaped.append(chr(zero + new))
                    begun = True
                else:
                    shaped.append(one)
                continue
            begun = False
            letters = siblings(one, self.encodings)
            shaped.append(letters[next(stream) % len(letters)] if letters else one)
        return "".join(shaped)

    def _stream(self, about: str) -> Iterator[int]:
        block = 0
        while True:
            message = f"{block} {about}".encode("utf-8", "surrogatepass")
            yield from hmac.new(self.secret, message, hashlib.sha256).digest()
            block += 1


def _other_digits(value: str, stream: Iterator[int]) -> str:
    """Every digit by another; how they are grouped does not matter."""
    return "".join(chr(48 + next(stream) % 10) if one.isdecimal() else one for one in value)


def _plain(text: str) -> str:
    number = _NUMBER.fullmatch(text.strip())
    return number[1] if number else fold(text)
