"""Flags that several commands share, and the requests they make."""

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.model.language import _
from pipeline.model.reading import ReadLimits

Command = TypeVar("Command", bound=Callable[..., Any])
READ_LIMITS = tuple(field.name for field in fields(ReadLimits))
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Rate(click.ParamType[float]):
    """``auto``, ``unlimited`` or requests a second."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Zero stands for ``auto``, infinity for ``unlimited``."""
        if isinstance(value, float):
            return value
        text = str(value)
        if text == "auto":
            return 0.0
        if text == "unlimited":
            return float("inf")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) or float(text) <= 0:
            told = _("{value!r} is not auto, unlimited or a number of requests a second")
            self.fail(told.format(value=text), param, ctx)
        return float(text)


class Duration(click.ParamType[float]):
    """Seconds, or a number with s, m, h or d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)", str(value))
        if not found:
            told = _("{value!r} is not a duration such as 90, 15m or 8h")
            self.fail(told.format(value=value), param, ctx)
        return float(found.group(1)) * _UNITS[found.group(2) or "s"]


class Share(click.ParamType[float]):
    """A share such as ``5%`` or ``0.05``."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """From 0 to 1."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(%?)", str(value))
        share = float(found.group(1)) / (100 if found.group(2) else 1) if found else -1.0
        if not 0 <= share <= 1:
            told = _("{value!r} is not a share such as 5% or 0.05")
            self.fail(told.format(value=value), param, ctx)
        return share


def _together(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


_PATH = click.Path(path_type=Path)


class ReadLimit(click.ParamType[tuple[str, int]]):
    """``NAME=VALUE``, one of the limits for reading a file."""

    name = "limit"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """The name and the value."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(rf"({'|'.join(READ_LIMITS)})=([1-9][0-9]{{0,8}})", str(value))
        if not found:
            names = ", ".join(READ_LIMITS)
            told = _("{value!r} is not NAME=NUMBER with one of the names {names}")
            self.fail(told.format(value=value, names=names), param, ctx)
        return found[1], int(found[2])


read_limits = click.option(
    "--read-limit",
    "read_limits",
    type=ReadLimit(),
    multiple=True,
    metavar="NAME=N",
    help="Raise a limit for reading files: memory or unpacked (MiB), seconds, ratio.",
)


class Variable(click.ParamType[tuple[str, str]]):
    """``NAME=VALUE``, a variable of the mapping."""

    name = "variable"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The name and the value."""
        if isinstance(value, tuple):
            return value
        name, equals, given = str(value).partition("=")
        if not equals or not name.isidentifier():
            self.fail(_("{value!r} is not NAME=VALUE").format(value=value), param, ctx)
        return name, given


variables = click.option(
    "--var",
    "variables",
    type=Variable(),
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of a variable that the mapping declares.",
)

sources = _together(
    click.argument("sources", nargs=-1, required=True, type=_PATH, metavar="SRC…"),
    click.option("-m", "--mapping", required=True, type=_PATH, help="The mapping file."),
    variables,
    click.option("--jobs", type=click.IntRange(min=1), help="Processes that prepare orders; chosen by size."),
    read_limits,
)

overlay = click.option(
    "--overlay",
    metavar="RUN|FILE",
    help="Lay over the files what orderlift fix import took up for this run.",
)

where = _together(
    click.option(
        "--target",
        envvar="ORDERLIFT_TARGET",
        show_envvar=True,
        metavar="URL",
        help="Base address of the target.",
    ),
    click.option(
        "--channel",
        envvar="ORDERLIFT_CHANNEL",
        show_envvar=True,
        type=click.IntRange(min=1),
        help="Sales channel id.",
    ),
)

target = _together(
    where,
    click.option(
        "--assume-unique",
        is_flag=True,
        help="Rely on the target to refuse a number it already holds (mode A); stands in every report.",
    ),
    click.option(
        "--no-lookup",
        is_flag=True,
        help="Do not look orders up: for a target that cannot show them (modes A without lookup, and C).",
    ),
    click.option(
        "--ignore-probe",
        is_flag=True,
        help="Leave aside what doctor --probe-unique found out about the target.",
    ),
    click.option(
        "--settle-window",
        type=Duration(),
        default=120.0,
        show_default="120s",
        help="How long a request may still be applied after its answer was lost.",
    ),
)

connection = _together(
    click.option(
        "--rate", type=Rate(), default="auto", show_default=True, help="Requests a second, auto or unlimited."
    ),
    click.option(
        "--concurrency", type=click.IntRange(1, 500), default=8, show_default=True, help="Requests at once."
    ),
    click.option(
        "--deadline", type=Duration(), default=30.0, show_default="30s", help="Longest one attempt may take."
    ),
    click.option("--token-file", type=_PATH, help="File that holds the token."),
    click.option("--ca-file", type=_PATH, help="Certificate (PEM) to trust beside the usual ones."),
    click.option("--proxy", metavar="URL", help="Proxy to go through; none is taken from the environment."),
    click.option(
        "--transport",
        type=click.Choice(["fast", "plain"]),
        default="fast",
        show_default=True,
        help="How requests travel.",
    ),
    click.option(
        "--trust-disk",
        is_flag=True,
        help="Keep the journal on a network drive or in a synced folder all the same.",
    ),
)

sending = _together(
    connection,
    click.option(
        "--canary",
        type=click.IntRange(min=0),
        metavar="N",
        help="Send N orders first, every kind among them, and read them back; 0 goes on without.",
    ),
    click.option("--limit", type=click.IntRange(min=1), help="Send at most so many orders now."),
    click.option("--max-errors", type=click.IntRange(min=0), help="Stop when more orders than this failed."),
    click.option(
        "--max-error-rate", type=Share(), metavar="SHARE", help="Stop when a larger share failed, e.g. 5%."
    ),
    click.option("--max-duration", type=Duration(), help="Stop after this time, e.g. 8h."),
    click.option("--yes", is_flag=True, help="Create orders on a target beyond this machine without asking."),
)

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours.",
)

show_pii = click.option("--show-pii", is_flag=True, help="Show personal data as it is, not masked.")

talk = _together(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object to standard output."),
    click.option("-q", "--quiet", is_flag=True, help="Print the result only."),
    color,
    show_pii,
    click.option(
        "--state-dir", envvar="ORDERLIFT_STATE_DIR", show_envvar=True, type=_PATH, help="Where journals live."
    ),
)

output = _together(
    talk,
    click.option(
        "--report-dir",
        envvar="ORDERLIFT_REPORT_DIR",
        show_envvar=True,
        type=_PATH,
        default=Path("reports"),
        show_default=True,
        help="Where reports go.",
    ),
)
