"""Points in time: formats, zones and clock changes."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from step_answers import answer

from pipeline.mapping.steps.moment import Policy, day, is_format, moment, plain_day, plain_moment, zone
from pipeline.mapping.steps.problem import CellProblem
from pipeline.model.cell import Cell, CellError

_ISTANBUL = ZoneInfo("Europe/Istanbul")
_FORMAT = "%d.%m.%Y %H:%M"


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def _naive(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - as a workbook has it


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("01.01.2016 12:00", _utc(2016, 1, 1, 10), id="winter-before-2016"),
        pytest.param("01.07.2016 12:00", _utc(2016, 7, 1, 9), id="summer"),
        pytest.param("01.01.2024 12:00", _utc(2024, 1, 1, 9), id="permanent-plus-three"),
        pytest.param("01.01.2024 01:30", _utc(2023, 12, 31, 22, 30), id="another-day-in-utc"),
        pytest.param(" 01.01.2024 12:00 ", _utc(2024, 1, 1, 9), id="spaces"),
        pytest.param(_naive(2024, 1, 1, 12), _utc(2024, 1, 1, 9), id="date-cell"),
        pytest.param(date(2024, 1, 1), _utc(2023, 12, 31, 21), id="day-cell"),
    ],
)
def test_a_local_time_is_placed_in_its_zone(cell: Cell, expected: datetime) -> None:
    """Türkiye kept summer time until 2016 and has been three hours ahead ever since."""
    found = answer(moment([_FORMAT], _ISTANBUL, "error"), cell)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "policy", "expected"),
    [
        pytest.param("27.03.2016 03:30", "error", "E223", id="never"),
        pytest.param("27.03.2016 03:30", "earlier", _utc(2016, 3, 27, 0, 30), id="never-earlier"),
        pytest.param("27.03.2016 03:30", "later", _utc(2016, 3, 27, 1, 30), id="never-later"),
        pytest.param("08.11.2015 03:30", "error", "E223", id="twice"),
        pytest.param("08.11.2015 03:30", "earlier", _utc(2015, 11, 8, 0, 30), id="twice-earlier"),
        pytest.param("08.11.2015 03:30", "later", _utc(2015, 11, 8, 1, 30), id="twice-later"),
        pytest.param("27.03.2016 02:59", "error", _utc(2016, 3, 27, 0, 59), id="a-minute-before"),
        pytest.param("27.03.2016 04:00", "error", _utc(2016, 3, 27, 1, 0), id="a-minute-after"),
    ],
)
def test_a_clock_change_is_told_unless_the_mapping_chooses(
    text: str, policy: Policy, expected: object
) -> None:
    """An hour that occurs twice or never is not guessed."""
    assert answer(moment([_FORMAT], _ISTANBUL, policy), text) == expected


@pytest.mark.parametrize(("text", "how"), [("27.03.2016 03:30", "never"), ("08.11.2015 03:30", "twice")])
def test_a_clock_change_says_how_and_where(text: str, how: str) -> None:
    """The message needs both."""
    with pytest.raises(CellProblem) as raised:
        moment([_FORMAT], _ISTANBUL, "error")(text)
    assert raised.value.problem.facts == {"zone": "Europe/Istanbul", "how": how}


@settings(deadline=None, max_examples=5000)
@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30)),  # noqa: DTZ001 - placed below
    st.sampled_from(["Europe/Istanbul", "Europe/London", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
def test_a_moment_is_the_local_time_it_was_written_as(local: datetime, name: str) -> None:
    """Read in UTC and shown in the zone again, the clock says the same."""
    local = local.replace(microsecond=0, fold=0)
    where = ZoneInfo(name)
    found = answer(moment(["%Y-%m-%dT%H:%M:%S"], where, "error"), local.isoformat())
    assert found == "E223" or found.astimezone(where).replace(tzinfo=None, fold=0) == local


def test_a_written_offset_counts_more_than_the_zone() -> None:
    """The text itself says where it is meant."""
    step = moment(["%Y-%m-%d %H:%M%z"], _ISTANBUL, "error")
    assert answer(step, "2024-01-01 12:00+0100") == _utc(2024, 1, 1, 11)
    assert answer(step, "2024-01-01 12:00Z") == _utc(2024, 1, 1, 12)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31.02.2024 10:00", "E221"),
        ("00.00.0000 00:00", "E221"),
        ("2024-01-01", "E221"),
        ("yesterday", "E221"),
        ("01.01.1899 00:00", "E222"),
        ("31.12.9999 00:00", "E222"),
        (_naive(1899, 12, 30), "E222"),
        (date(9999, 12, 31), "E222"),
        (45000.0, "E204"),
        (True, "E204"),
        (time(10, 30), "E204"),
        (timedelta(hours=3), "E204"),
        (CellError("#VALUE!"), "E201"),
        ("01.01.2024\x00", "E203"),
    ],
)
def test_what_is_no_date_says_why(cell: Cell, code: str) -> None:
    """Serial numbers are not turned into dates, and placeholders are no dates."""
    assert answer(moment([_FORMAT], _ISTANBUL, "error"), cell) == code
    assert answer(day([_FORMAT]), cell) == code


@pytest.mark.parametrize(
    ("cell", "found"), [(True, "a yes/no value"), (45000.0, "a number"), (time(10), "a time")]
)
def test_a_cell_of_another_type_is_called_by_its_type(cell: Cell, found: str) -> None:
    """So that the reader knows what to look for in the sheet."""
    with pytest.raises(CellProblem) as raised:
        moment([], UTC, "error")(cell)
    assert raised.value.problem.facts["found"] == found


def test_the_first_format_that_fits_is_taken() -> None:
    """Several formats are tried in the order of the mapping; the message names them all."""
    step = day(["%d.%m.%Y", "%m.%d.%Y", "%Y"])
    assert answer(step, "02.03.2024") == date(2024, 3, 2)
    assert answer(step, "02.28.2024") == date(2024, 2, 28)
    with pytest.raises(CellProblem) as raised:
        step("2024/02")
    assert raised.value.problem.facts == {"formats": "%d.%m.%Y or %m.%d.%Y or %Y"}


def test_white_space_around_a_format_means_nothing() -> None:
    """As around a cell."""
    assert answer(day([" %d.%m.%Y\n"]), " 02.03.2024 ") == date(2024, 3, 2)


def test_a_day_is_that_of_the_cell_whatever_its_time() -> None:
    """A calendar day has no zone and no clock."""
    assert answer(day([_FORMAT]), "31.12.2024 23:59") == date(2024, 12, 31)
    assert answer(day([]), _naive(2024, 12, 31, 23, 59)) == date(2024, 12, 31)
    assert type(answer(day([]), _naive(2024, 12, 31))) is date


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("%d.%m.%Y %H:%M", True),
        ("%Y-%m-%dT%H:%M:%S%z", True),
        ("%d.%m.%y", True),
        ("%d %B %Y", True),
        ("%j %Y", True),
        ("%d.%m", False),
        ("%m.%Y", False),
        ("%H:%M", False),
        ("%d.%m.%Y %d", False),
        ("%Q", False),
        ("%", False),
        ("%d.%m.%Y%", False),
        ("", False),
        ("dd.mm.yyyy", False),
        ("2024-11-23", False),
        ("%d.%m.%Y\0", False),
        ("\ud800%d.%m.%Y", False),
    ],
)
def test_a_format_names_a_whole_date(pattern: str, *, fits: bool) -> None:
    """Day, month and year, each once."""
    assert is_format(pattern) is fits


@settings(deadline=None, max_examples=5000)
@given(st.text("%dmYyHMSjUWabBpzZfcxXGuV-. ", max_size=10))
def test_any_text_may_be_asked_whether_it_is_a_format(pattern: str) -> None:
    """And one that is can read what it wrote."""
    if is_format(pattern):
        assert answer(day([pattern]), datetime(2024, 11, 23, tzinfo=UTC).strftime(pattern)) == date(
            2024, 11, 23
        )


@pytest.mark.parametrize(
    "name", ["", "Mars", "Europe", "../../etc/passwd", "/etc/passwd", "a\0b", "x" * 300, "\ud800"]
)
def test_what_is_no_zone_is_none(name: str) -> None:
    """Folders, paths and nonsense are no zones."""
    assert zone(name) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01", _utc(2024, 4, 30, 21)),
        ("2024-05-01T10:00", _utc(2024, 5, 1, 7)),
        ("2024-05-01T10:00:00+01:00", _utc(2024, 5, 1, 9)),
        ("2024-05-01T10:00:00Z", _utc(2024, 5, 1, 10)),
        ("01.05.2024", "E221"),
        ("", "E221"),
        ("0001-01-01T00:00:00+14:00", "E222"),
        ("9999-12-31", "E222"),
    ],
)
def test_a_constant_moment_is_iso_8601(text: str, expected: object) -> None:
    """In the zone of the mapping where it names none."""
    assert answer(plain_moment(_ISTANBUL), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2024-05-01", date(2024, 5, 1)), ("1.5.2024", "E221"), ("9999-12-31", "E222"), ("0001-01-01", "E222")],
)
def test_a_constant_day_is_iso_8601(text: str, expected: object) -> None:
    """And a real day."""
    assert answer(plain_day, text) == expected


def test_every_moment_leaves_in_utc() -> None:
    """However it came in."""
    aware = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    assert answer(moment([], _ISTANBUL, "error"), aware).tzinfo is UTC
