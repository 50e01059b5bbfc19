"""Transforms that read dates and times."""

from typing import Literal

from pydantic import Field

from pipeline.mapping.steps import moment
from pipeline.mapping.steps.problem import Step
from pipeline.mapping.transforms.shape import ArgumentError, Arguments, Example, Setting, Shape, Transform
from pipeline.model.issue import shown


class DayArguments(Arguments):
    """How days are written."""

    formats: str | list[str] = Field(
        description='The format, such as "%d.%m.%Y", or several that are tried in turn.'
    )


class DateArguments(DayArguments):
    """How points in time are written, and where."""

    timezone: str | None = Field(
        default=None, description="Where the clock hung, such as Europe/Istanbul; the file's if left out."
    )
    ambiguous: Literal["error", "earlier", "later"] = Field(
        default="error",
        description="A local time that occurs twice or never, at a clock change: refuse it, or take one.",
    )


def _formats(arguments: DayArguments) -> list[str]:
    given = [arguments.formats] if isinstance(arguments.formats, str) else list(arguments.formats)
    for pattern in given:
        if not moment.is_format(pattern):
            raise ArgumentError("E424", "formats", value=shown(pattern))
    if not given:
        raise ArgumentError("E474", "formats", wanted="at least one format")
    return given


def _date(arguments: DateArguments, setting: Setting) -> Step:
    formats, where = _formats(arguments), setting.zone
    if arguments.timezone is not None:
        where = moment.zone(arguments.timezone)
        if where is None:
            raise ArgumentError("E416", "timezone", value=shown(arguments.timezone))
    if where is None:
        raise ArgumentError("E425")
    return moment.moment(formats, where, arguments.ambiguous)


def _day(arguments: DayArguments, setting: Setting) -> Step:
    return moment.day(_formats(arguments), setting.first_year)


TRANSFORMS = (
    Transform(
        "date",
        Shape.TEXT,
        Shape.MOMENT,
        "A date, with a time or without, in a time zone; it is sent in UTC. A time that a clock change makes "
        "ambiguous is refused unless ambiguous: says which is meant.",
        _date,
        DateArguments,
        "formats",
        reads_cells=True,
        examples=(
            Example(
                '{date: {formats: "%d.%m.%Y %H:%M", timezone: Europe/Istanbul}}',
                "01.03.2024 10:15",
                "2024-03-01T07:15:00Z",
            ),
            Example(
                '{date: {formats: ["%Y-%m-%d", "%d.%m.%Y"], timezone: UTC}}',
                "1.3.2024",
                "2024-03-01T00:00:00Z",
            ),
            Example(
                '{date: {formats: "%d.%m.%Y %H:%M", timezone: Europe/Berlin}}',
                "27.10.2024 02:30",
                refused="E223",
            ),
            Example(
                '{date: {formats: "%d.%m.%Y %H:%M", timezone: Europe/Berlin, ambiguous: later}}',
                "27.10.2024 02:30",
                "2024-10-27T01:30:00Z",
            ),
        ),
    ),
    Transform(
        "day",
        Shape.TEXT,
        Shape.DAY,
        "A calendar day, without a time and without a time zone.",
        _day,
        DayArguments,
        "formats",
        reads_cells=True,
        examples=(
            Example('{day: "%d.%m.%Y"}', "01.03.2024", "2024-03-01"),
            Example('{day: "%d.%m.%Y"}', "31.02.2024", refused="E221"),
        ),
    ),
)
