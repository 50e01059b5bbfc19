"""A mapping and what it builds on as one document: ``extends:`` merged, variables put in, marks kept.

Every key and value keeps its place in the file that says it, so that a mistake is told where it is made.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from typing import Any

from pipeline.mapping.positioned import Document, Path, read_document
from pipeline.mapping.rule import ORIGINS
from pipeline.mapping.steps.number import plain_decimal
from pipeline.mapping.steps.problem import CellProblem
from pipeline.mapping.steps.words import nearest
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark
from pipeline.model.refusal import MappingRefused

MOST_LAYERS = 8
_PLACE = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}")
_TYPES = ("text", "integer", "decimal", "date", "boolean")


@dataclass(frozen=True, slots=True)
class NamedText:
    """The text of a file, and its name in messages."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a mapping file needs beside itself, as text, so that any process can compile it alike.

    ``bases`` are the files that it extends, the nearest first; ``variables`` the values from the command
    line; ``tables`` the CSV files that ``tables:`` names, by their names there, and ``unread`` why those that
    are not among them could not be read.
    """

    bases: tuple[NamedText, ...] = ()
    variables: Mapping[str, str] = made_by(default_factory=dict)
    tables: Mapping[str, NamedText] = made_by(default_factory=dict)
    unread: Mapping[str, str] = made_by(default_factory=dict)


def base_of(document: Document) -> tuple[str, Mark] | None:
    """The file that a mapping extends, as it names it, and where; ``None`` where it stands alone.

    Raises :class:`MappingRefused` (E421) where the setting is no name of a file.
    """
    if "extends" not in document.data:
        return None
    name, mark = document.data["extends"], document.value_mark(("extends",))
    if not isinstance(name, str) or not name.strip():
        value = shown(name) if isinstance(name, str) else None
        raise MappingRefused(Issue("E421", mark=mark, value=value, facts={"wanted": "the name of a file"}))
    return name, mark


@dataclass(frozen=True, slots=True)
class Layered:
    """A document of all layers. ``issues`` are the mistakes of its variables.

    At the places in ``doubtful`` a value is missing, so that nothing else can be said of them.
    """

    document: Document
    issues: tuple[Issue, ...] = ()
    doubtful: frozenset[Mark] = frozenset()

    def with_more(self, issues: Iterable[Issue]) -> list[Issue]:
        """The issues, and further ones of the same document that are not a mere consequence."""
        return [*self.issues, *(issue for issue in issues if issue.mark not in self.doubtful)]


def layered(text: str, file: str, beside: Beside) -> Layered:
    """A mapping file upon those that it extends, with its variables put in.

    Raises :class:`MappingRefused` with every mistake of a file that is no table of settings.
    """
    documents = [read_document(text, file), *(read_document(base.text, base.file) for base in beside.bases)]
    whole = documents[-1]
    for upper in reversed(documents[:-1]):
        whole = _merged(whole, upper)
    whole.data.pop("extends", None)
    doubtful: set[Mark] = set()
    issues = tuple(_put_in(whole, beside.variables, doubtful))
    return Layered(whole, issues, frozenset(doubtful))


def _merged(base: Document, upper: Document) -> Document:
    """The upper document over the base; ``lines`` are those of the upper file."""
    whole = Document(upper.file, upper.lines)
    whole.keys[()] = upper.key_mark(())
    _merge(base, upper, (), whole)
    whole.data = _combined(base.data, upper.data, ())
    return whole


def _combined(base: Any, upper: Any, path: Path) -> Any:  # noqa: ANN401 - plain data
    """Tables are merged key by key; all else is replaced; ``~`` takes a setting away."""
    if not _merges(base, upper, path):
        return upper
    both = dict(base)
    for key, value in upper.items():
        if value is None:
            both.pop(key, None)
        else:
            both[key] = _combined(both[key], value, (*path, key)) if key in both else value
    return both


def _merges(base: Any, upper: Any, path: Path) -> bool:  # noqa: ANN401
    """Whether both are tables that complete each other; a rule with a source replaces the other."""
    if not isinstance(base, dict) or not isinstance(upper, dict):
        return False
    in_a_section = len(path) > 1 and path[0] in ("order", "items")
    return not (in_a_section and any(name in upper for name in (*ORIGINS, "lookup")))


def _merge(base: Document, upper: Document, path: Path, whole: Document) -> None:
    """Take over the marks of what remains of both documents at a path."""
    below, above = _at(base, path), _at(upper, path)
    if not _merges(below, above, path):
        _take(upper, path, whole)
        return
    for marks, theirs in ((whole.keys, upper.keys), (whole.values, upper.values)):
        if path in theirs:
            marks[path] = theirs[path]
    for key, value in above.items():
        if value is not None:
            inside = (*path, key)
            _merge(base, upper, inside, whole) if key in below else _take(upper, inside, whole)
    for key in below:
        if key not in above:
            _take(base, (*path, key), whole)


def _at(document: Document, path: Path) -> Any:  # noqa: ANN401
    found: Any = document.data
    for part in path:
        found = found[part]
    return found


def _take(document: Document, path: Path, whole: Document) -> None:
    for marks, theirs in ((whole.keys, document.keys), (whole.values, document.values)):
        marks.update((place, mark) for place, mark in theirs.items() if place[: len(path)] == path)


def _put_in(document: Document, given: Mapping[str, str], doubtful: set[Mark]) -> Iterator[Issue]:
    """Put the values of variables into the document; yields what is wrong with them.

    Places whose value is missing are added to ``doubtful``.

    A value goes in as text that is there already: it can never become a key, a list or a setting.
    """
    declared = document.data.get("variables")
    if not isinstance(declared, dict):
        declared = {}
    for name in given:
        if name not in declared:
            near = nearest(name, declared)
            facts = {"hint": f"Did you mean {near!r}? " if near else ""}
            yield Issue("E464", mark=document.key_mark(("variables",)), value=shown(name), facts=facts)
    values: dict[str, str | None] = {}
    for name, said in declared.items():
        value, issue = _value(name, said, given.get(name), document)
        values[name] = value
        if issue is not None:
            yield issue
    inserted = _Insertion(document, values, doubtful)
    for key in [key for key in document.data if key != "variables"]:
        document.data[key] = inserted.inside(document.data[key], (key,))
    yield from inserted.issues
    for name in given:
        if name in declared and name not in inserted.used:
            facts = {"reason": "nothing uses it, so its value from the command line would have no effect"}
            mark = document.key_mark(("variables", name))
            yield Issue("E465", mark=mark, value=shown(name), facts=facts)


def _value(
    name: str,
    said: Any,  # noqa: ANN401 - plain data
    given: str | None,
    document: Document,
) -> tuple[str | None, Issue | None]:
    """The value of a variable, or what is wrong with it; the grammar looks at the declaration itself."""
    said = said if isinstance(said, dict) else {}
    path: Path = ("variables", name)
    value = given if given is not None else said.get("default")
    if value is not None and not isinstance(value, str):
        return None, None  # the grammar tells that a default is text
    if value is None:
        facts = {"reason": f"it has no default, so it needs --var {name}=…"}
        return None, Issue("E465", mark=document.key_mark(path), value=shown(name), facts=facts)
    kind, choices = said.get("type", "text"), said.get("choices")
    reason = ""
    if isinstance(kind, str) and kind in _TYPES and not _fits(value, kind):
        reason = f"{shown(value)!r} is not {_WANTED[kind]}"
    elif isinstance(choices, list) and value not in choices:
        reason = f"{shown(value)!r} is none of {shown(', '.join(map(str, choices)))}"
    if reason:
        place = path if given is not None else (*path, "default")
        mark = document.key_mark(path) if given is not None else document.value_mark(place)
        return value, Issue("E465", mark=mark, value=shown(name), facts={"reason": reason})
    return value, None


_WANTED = {
    "text": "text of one line",
    "integer": "a whole number such as 5",
    "decimal": "a number such as 0.18",
    "date": "a day such as 2024-12-31",
    "boolean": "true or false",
}


def _fits(value: str, kind: str) -> bool:
    if kind == "boolean":
        return value in ("true", "false")
    if kind == "integer":
        return re.fullmatch("-?[0-9]{1,18}", value) is not None
    try:
        if kind == "date":
            return date.fromisoformat(value).isoformat() == value
        if kind == "decimal":
            plain_decimal(value)
    except (ValueError, CellProblem):
        return False
    return value.isprintable()


@dataclass(slots=True)
class _Insertion:
    """Puts values into the texts of a document, however deep they lie."""

    document: Document
    values: Mapping[str, str | None]
    doubtful: set[Mark]
    used: set[str] = made_by(default_factory=set)
    issues: list[Issue] = made_by(default_factory=list)

    def inside(self, data: Any, path: Path) -> Any:  # noqa: ANN401 - plain data
        if isinstance(data, dict):
            return {key: self.inside(value, (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [self.inside(value, (*path, index)) for index, value in enumerate(data)]
        if isinstance(data, str) and "${" in data:
            return _PLACE.sub(lambda found: self._value(found, path), data)
        return data

    def _value(self, found: "re.Match[str]", path: Path) -> str:
        escaped, name = found[1], found[2]
        if escaped:
            return f"${{{name}}}"
        if name not in self.values:
            near = nearest(name, self.values)
            facts = {"hint": f"Did you mean {near!r}? " if near else ""}
            mark = self.document.value_mark(path)
            self.issues.append(Issue("E464", mark=mark, value=shown(name), facts=facts))
        self.used.add(name)
        value = self.values.get(name)
        if value is None:
            self.doubtful.add(self.document.value_mark(path))
            return ""
        braces = path[-1] == "template"
        return value.replace("{", "{{").replace("}", "}}") if braces else value


@dataclass(frozen=True, slots=True)
class StepName:
    """A transform that a mapping names, and where it first does."""

    name: str
    mark: Mark


def step_names(document: Document) -> Iterator[StepName]:
    """Every transform that is named under any ``steps:``, whether or not there is one of the name."""
    for name in ("order", "items"):
        yield from _steps_in(document.data.get(name), (name,), document)


def _steps_in(data: Any, path: Path, document: Document) -> Iterator[StepName]:  # noqa: ANN401 - plain data
    if isinstance(data, dict):
        for key, value in data.items():
            inside = (*path, key)
            if key == "steps" and isinstance(value, list):
                for index, step in enumerate(value):
                    name = next(iter(step), None) if isinstance(step, dict) else step
                    if isinstance(name, str):
                        yield StepName(name, document.value_mark((*inside, index)))
            else:
                yield from _steps_in(value, inside, document)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _steps_in(value, (*path, index), document)


def table_files(document: Document) -> Iterator[tuple[str, str, Mark]]:
    """The name of each lookup table, its file as the mapping names it, and where it does."""
    tables = document.data.get("tables")
    for name, said in tables.items() if isinstance(tables, dict) else ():
        file = said.get("file") if isinstance(said, dict) else None
        if isinstance(file, str) and file.strip():
            yield name, file, document.value_mark(("tables", name, "file"))
