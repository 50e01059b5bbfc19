"""Regular expressions, by an engine whose time grows with the text and with nothing else (RE2).

The engine is a package of its own, so that the program installs where there is no wheel of it; a mapping that
asks for a pattern there is refused as a whole.
"""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from pipeline.mapping.rule import Scalar
from pipeline.mapping.steps.problem import CellProblem, Step
from pipeline.mapping.transforms.shape import (
    ArgumentError,
    Arguments,
    Example,
    Setting,
    Shape,
    Transform,
)
from pipeline.model.issue import shown

MAX_TEXT = 10_000
"""Characters of a cell that a pattern looks at; a longer cell is refused (E269)."""
MAX_PATTERN = 500


class ExtractArguments(Arguments):
    """A pattern, and what to do where it is not found."""

    pattern: Scalar = Field(
        min_length=1,
        max_length=MAX_PATTERN,
        description="A regular expression (RE2). Its group, if it has one, is kept; else all that it finds.",
    )
    otherwise: Literal["refuse", "keep", "empty"] = Field(
        default="refuse",
        description="Where nothing is found: refuse the cell, keep the whole text, or leave it empty.",
    )


class SubstituteArguments(Arguments):
    """A pattern and what takes the place of all that it finds."""

    pattern: Scalar = Field(min_length=1, max_length=MAX_PATTERN, description="A regular expression (RE2).")
    by: Scalar = Field(default="", description="What stands there instead, as it is; nothing if left out.")


def compiled(pattern: str) -> Any:  # noqa: ANN401 - the engine brings no types
    """The compiled pattern. Raises :class:`ArgumentError`: E470 without the engine, E469 for its mistakes."""
    try:
        import re2  # noqa: PLC0415 - a package that not every machine has
    except ImportError:
        raise ArgumentError("E470", "pattern") from None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 22
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0] if error.args else ""
        reason = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        raise ArgumentError("E469", "pattern", reason=shown(reason)) from None
    if found.groups > 1:
        raise ArgumentError("E469", "pattern", reason="it has several groups; write (?:…) for those not kept")
    return found


def _bounded(step: Callable[[str], str]) -> Step:
    def read(text: str) -> str:
        if len(text) > MAX_TEXT:
            raise CellProblem("E269", limit=MAX_TEXT, length=len(text))
        return step(text)

    return read


def _extract(arguments: ExtractArguments, _: Setting) -> Step:
    search, otherwise = compiled(arguments.pattern).search, arguments.otherwise
    group = compiled(arguments.pattern).groups

    def extract(text: str) -> str:
        found = search(text)
        if found is not None:
            return str(found.group(group) or "").strip()
        if otherwise == "refuse":
            raise CellProblem("E268", wanted=shown(arguments.pattern))
        return text if otherwise == "keep" else ""

    return _bounded(extract)


def _substitute(arguments: SubstituteArguments, _: Setting) -> Step:
    found = compiled(arguments.pattern)
    by = arguments.by
    return _bounded(lambda text: str(found.sub(lambda _: by, text)))


TRANSFORMS = (
    Transform(
        "extract",
        Shape.TEXT,
        Shape.TEXT,
        "Keeps what a regular expression finds. Its time grows with the text alone, whatever the pattern.",
        _extract,
        ExtractArguments,
        "pattern",
        costly=True,
        package="google-re2",
        examples=(
            Example("{extract: '[0-9]{5}'}", "34710 Kadıköy", "34710"),
            Example("{extract: 'No: *([0-9]+)'}", "Sipariş No: 1001 (web)", "1001"),
            Example("{extract: '[0-9]+'}", "yok", refused="E268"),
        ),
    ),
    Transform(
        "substitute",
        Shape.TEXT,
        Shape.TEXT,
        "Puts a text in the place of everything that a regular expression finds.",
        _substitute,
        SubstituteArguments,
        "pattern",
        costly=True,
        package="google-re2",
        examples=(Example("{substitute: {pattern: '[-./ ]+', by: '-'}}", "10 / 20.30", "10-20-30"),),
    ),
)
