"""The columns of a JSON file: all names of all its rows, and how many rows there are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.loaders.header_row import ANNOTATIONS, Found, HeaderRow, header_issues, no_header, score
from pipeline.loaders.source_file import SourceFile
from pipeline.loaders.survey import Survey
from pipeline.loaders.text.json_elements import RUNS_ON, Element, read_elements
from pipeline.loaders.text.json_values import LONE_HALF, cell_of, flatten
from pipeline.model.cell import Cell, plain_text
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import InputRefused
from pipeline.model.rows import SourceSpec

COLUMNS_LIMIT = 4096
_LIST_INSIDE = re.compile(r'"((?:[^"\\]|\\.){1,80})"\s*:\s*\[\s*\{')
_NAMED = 3


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """The header, and how many elements there are by the first count.

    Rows are objects, whose header stands nowhere (row 0), or lists, the first of which is the header.
    """

    header: HeaderRow
    elements: int


def find_columns(source: SourceFile, found: Survey, encoding: str, *, in_lines: bool) -> JsonLayout:
    """Read all elements once. Raises :class:`InputRefused` when they are no table at all."""
    at = Location(str(source.path))
    columns: dict[str, Cell] = {}
    header: HeaderRow | None = None
    last, elements, filled, known = None, 0, 0, 0
    try:
        for element in read_elements(source, encoding, in_lines=in_lines):
            elements += 1
            if header is None and not filled and isinstance(element.value, list):
                header = HeaderRow(element.number, tuple(plain_text(cell_of(one)) for one in element.value))
            elif element.text:
                filled += 1
                last = element
                if isinstance(element.value, dict):
                    flatten(element.value, columns)
                    if len(columns) > known:
                        _refuse_odd(list(columns)[known:], len(columns), at)
                        known = len(columns)
    except InputRefused as refusal:
        if not elements and refusal.issues[0].facts.get("reason") == RUNS_ON:
            raise InputRefused(_one_object(found, at)) from None
        raise
    if in_lines and filled == 1 and _holds_rows(last):
        raise InputRefused(_one_object(found, at))
    if not filled:
        raise InputRefused(Issue("E107" if header or elements else "E106", at))
    return JsonLayout(header or HeaderRow(0, _own(columns)), elements)


def judge_columns(header: HeaderRow, spec: SourceSpec, file: str) -> list[Issue]:
    """Return warnings about the columns; raises :class:`InputRefused` when they are not the mapping's."""
    at = Location(file)
    points = score(header.names, spec.headers)
    if not points:
        issue = no_header([(header.row, header.cells)], replace(spec, header_rows=()), at)
        facts = {**issue.facts, "where": "its rows"}
        raise InputRefused(replace(issue, at=at, facts=facts))
    refusals, warnings = header_issues(Found(points, header, below_text=False), spec, at)
    if refusals:
        raise InputRefused(*(replace(issue, at=_placed(issue.at)) for issue in refusals))
    return warnings


def _placed(at: Location | None) -> Location | None:
    """Return the place without the row 0, which nobody can look at."""
    return replace(at, row=at.row or None) if at else None


def _own(columns: Mapping[str, Cell]) -> tuple[str, ...]:
    """Return the columns without those that a report added."""
    added = ANNOTATIONS if all(name in columns for name in ANNOTATIONS) else ()
    return tuple(name for name in columns if name not in added)


def _refuse_odd(new: Sequence[str], known: int, at: Location) -> None:
    what = ""
    if known > COLUMNS_LIMIT:
        what = f"rows with more than {COLUMNS_LIMIT} different names"
    elif any(map(LONE_HALF.search, new)):
        what = "a name that is no text"
    if what:
        raise InputRefused(Issue("E142", at, facts={"what": what}))


def _holds_rows(element: Element | None) -> bool:
    """Whether the only object of a file holds the rows in a list of its own."""
    value = element.value if element else None
    if not isinstance(value, dict):
        return False
    return any(
        isinstance(part, list) and any(isinstance(one, dict) for one in part) for part in value.values()
    )


def _one_object(found: Survey, at: Location) -> Issue:
    names = _LIST_INSIDE.findall(found.head.replace(b"\0", b"").decode("utf-8", "replace"))
    lists = ", ".join(map(shown, names[:_NAMED]))
    what = (
        f"one object around everything, with the lists {lists}" if lists else "one object around everything"
    )
    return Issue("E142", at, facts={"what": what})
