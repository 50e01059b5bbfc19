"""The one locale by which a column's numbers are all read."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from pipeline.model.decision import Answer, Candidate

LOCALES = ("tr_TR", "en_US", "fr_FR", "de_CH")
"""One locale for each way of writing numbers that is in use: 1.234,50, 1,234.50, 1 234,50 and 1’234.50."""

Reads = Callable[[str, str], Decimal | None]
"""The number that a text is in a locale, ``None`` where it is none."""

_WRITTEN = re.compile(
    r"[-\u2212]?(?:[0-9]+|[0-9]{1,3}(?P<group>[.,'\u2019 \u00a0\u202f\u2009])[0-9]{3}"
    r"(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])[0-9]+)?"
)


def is_number_somewhere(text: str) -> bool:
    """Whether some locale writes numbers like this: ``1.234,5``, ``1,234.5``; not ``12.34.5`` nor ``5 €``."""
    found = _WRITTEN.fullmatch(text.strip())
    return found is not None and (found["point"] is None or found["point"] != found["group"])


def candidates(samples: Sequence[str], now: str, reads: Reads) -> tuple[list[Candidate], Answer | None]:
    """Locales that read every one of ``samples``, which the present one does not; suggested where one does.

    Whether it reads the cells that are right as they are is for :func:`agrees` to find out.
    """
    fitting = [
        locale
        for locale in LOCALES
        if locale != now and samples and all(reads(locale, one) is not None for one in samples)
    ]
    found = [
        Candidate(Answer("locale", one), f"{samples[0]} is then {reads(one, samples[0])}") for one in fitting
    ]
    return found, Answer("locale", fitting[0]) if len(fitting) == 1 else None


def agrees(text: str, now: str, other: str, reads: Reads) -> bool:
    """Whether a cell that is read by the present locale is the same number by the other one."""
    number = reads(now, text)
    return number is None or reads(other, text) == number
