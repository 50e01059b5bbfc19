"""The one format that dates written alike have, or those between which only a person can choose."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product

from pipeline.model.decision import Answer, Candidate

_ORDERS = (("d", "m", "Y"), ("m", "d", "Y"), ("Y", "m", "d"), ("d", "m", "y"), ("m", "d", "y"))
_BETWEEN = (".", "/", "-", "")
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S%z", " %H.%M", " %I:%M %p")
_YEARS = range(1990, 2101)


def candidates(samples: Sequence[str], formats: Sequence[str]) -> tuple[list[Candidate], Answer | None]:
    """Formats that read every one of ``samples``, and the one to suggest: the only one, or the only one that
    has day and month in the order of ``formats``, which the column has already.
    """
    fitting = [pattern for pattern in _patterns() if samples and all(_reads(pattern, one) for one in samples)]
    own = {_order(pattern) for pattern in formats}
    like = [pattern for pattern in fitting if _order(pattern) in own]
    found = [Candidate(Answer("format", pattern), _why(pattern, samples[0])) for pattern in fitting]
    if len(fitting) == 1:
        return found, Answer("format", fitting[0])
    if len(like) == 1:
        return found, Answer("format", like[0])
    return found, None


def _patterns() -> Iterator[str]:
    for order, sign, time in product(_ORDERS, _BETWEEN, _TIMES):
        if sign or order == ("Y", "m", "d"):
            yield sign.join(f"%{letter}" for letter in order) + time


def _reads(pattern: str, text: str) -> bool:
    try:
        return datetime.strptime(text.strip(), pattern).year in _YEARS  # noqa: DTZ007 - only whether it fits
    except ValueError:
        return False


def _order(pattern: str) -> str:
    """Which of day, month and year come first: ``dmy``."""
    return "".join(letter.lower() for letter in pattern if letter in "dmYy")[:3]


def _why(pattern: str, sample: str) -> str:
    found = datetime.strptime(sample.strip(), pattern)  # noqa: DTZ007 - as above
    return f"{sample} is then {found.day} {_MONTHS[found.month - 1]} {found.year}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
