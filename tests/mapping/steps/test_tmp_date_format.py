"""The short cut for plain date formats against ``strptime`` itself."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mapping.steps.date_format import parser

_FORMATS = (
    *(
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y",
        "%Y-%m-%d",
        "%Y-%m-%dT%H:%M:%S",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y",
        "%H:%M %d.%m.%Y",
    ),
    *(
        "%Y%m%d",
        "%d%m%Y",
        "%d.%m.%y",
        "%d %B %Y",
        "%d.%m.%Y %I:%M %p",
        "%Y-%m-%d %H:%M:%S%z",
        "%d.%m. %Y",
        "%j %Y",
    ),
)
_MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001 - text has no zone


def _by_strptime(pattern: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is not the subject
    except ValueError:
        return None


@settings(deadline=None, max_examples=5000)
@given(st.sampled_from(_FORMATS), _MOMENTS)
def test_a_written_date_is_read_as_strptime_reads_it(pattern: str, when: datetime) -> None:
    """Whatever was written by a format."""
    text = when.strftime(pattern)
    assert parser(pattern)(text) == _by_strptime(pattern, text)


@settings(deadline=None, max_examples=5000)
@given(st.sampled_from(_FORMATS), st.text("0123456789.:/-T %dmY\n\u0661", max_size=20))
def test_any_text_is_read_as_strptime_reads_it(pattern: str, text: str) -> None:
    """And refused where it refuses."""
    assert parser(pattern)(text) == _by_strptime(pattern, text)


@settings(deadline=None, max_examples=5000)
@given(st.sampled_from(_FORMATS), _MOMENTS, st.integers(0, 20), st.text("0123456789. :-", max_size=2))
def test_a_damaged_date_is_read_as_strptime_reads_it(
    pattern: str, when: datetime, at: int, typo: str
) -> None:
    """One place of it overwritten."""
    text = when.strftime(pattern)
    text = text[:at] + typo + text[at + 1 :]
    assert parser(pattern)(text) == _by_strptime(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%d.%m.%Y", "31.02.2024"),
        ("%d.%m.%Y", "00.00.0000"),
        ("%d.%m.%Y", "1.2.2024"),
        ("%d.%m.%Y", "01.02.24"),
        ("%d.%m.%Y", "29.02.2023"),
        ("%d.%m.%Y %H:%M", "01.02.2024  10:30"),
        ("%d.%m.%Y %H:%M", "01.02.2024 24:00"),
        ("%Y-%m-%dT%H:%M:%S", "2024-02-01T10:30:60"),
        ("%d.%m.%Y", "\u0661.02.2024"),
        ("%d.%m.%Y", " 01.02.2024"),
        ("%m.%Y", "02.2024"),
        ("%d.%m.%Y", ""),
    ],
)
def test_the_edges_of_dates_are_those_of_strptime(pattern: str, text: str) -> None:
    """Days that do not exist, short years, single digits, double spaces, leap seconds."""
    assert parser(pattern)(text) == _by_strptime(pattern, text)
