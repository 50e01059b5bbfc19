"""YAML text as plain data in which every scalar stays text, with the place of each key and value.

YAML's own typing is a trap for analysts (``NO`` becomes false, ``012`` ten, ``12:30`` 750), so none of it
is applied: the grammar gives each value its type.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Mark
from pipeline.model.refusal import MappingRefused

Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
_NULLS = {"", "~"}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """The data of a mapping file and where everything stands. ``keys`` and ``values`` go by path."""

    file: str
    lines: list[str]
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)

    def key_mark(self, path: Path) -> Mark:
        """Where the key of ``path`` stands, or the nearest enclosing place that is known."""
        return self._nearest(self.keys, path)

    def value_mark(self, path: Path) -> Mark:
        """Where the value of ``path`` stands, or the nearest enclosing place that is known."""
        return self._nearest(self.values, path)

    def _nearest(self, marks: dict[Path, Mark], path: Path) -> Mark:
        for length in range(len(path), 0, -1):
            mark = marks.get(path[:length]) or self.keys.get(path[:length])
            if mark:
                return mark
        return Mark(self.file, 1, 1)


def read_document(text: str, file: str) -> Document:
    """Parse a mapping file.

    ``file`` is the name used in messages. Raises :class:`MappingRefused` with every problem found: not
    YAML, a tab, an alias, a tag, a duplicate key, too deep, too large, not a mapping at the top.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise MappingRefused(Issue("E404", mark=Mark(file, 1, 1), facts={"limit": "1 MiB"}))
    document = Document(file, text.splitlines())
    try:
        problems = list(_forbidden(text, file))
        node = None if problems else yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise MappingRefused(_syntax_issue(error, file)) from None
    except yaml.reader.ReaderError as error:
        raise MappingRefused(_character_issue(error.character, text, file)) from None
    except UnicodeEncodeError as error:
        raise MappingRefused(_character_issue(ord(text[error.start]), text, file)) from None
    if problems:
        raise MappingRefused(*problems)
    if not isinstance(node, yaml.MappingNode):
        raise MappingRefused(Issue("E402", mark=Mark(file, 1, 1)))
    issues: list[Issue] = []
    document.data = _plain(node, (), document, issues)
    if issues:
        raise MappingRefused(*issues)
    return document


def _forbidden(text: str, file: str) -> Iterator[Issue]:
    """Events that may not appear, found before anything is built from them."""
    depth = 0
    documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        mark = _mark(event, file)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                yield Issue("E404", mark=mark, facts={"limit": f"{MAX_DEPTH} levels"})
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                yield Issue("E406", mark=mark)
                return
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            yield Issue("E407", mark=mark, value=shown(tag))
        anchor = getattr(event, "anchor", None)
        if anchor:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            yield Issue("E405", mark=mark, value=shown(f"{sign}{anchor}"))


def _plain(node: yaml.Node, path: Path, document: Document, issues: list[Issue]) -> Any:  # noqa: ANN401
    document.values[path] = _mark(node, document.file)
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in _NULLS else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), document, issues) for index, child in enumerate(node.value)]
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        mark = _mark(key_node, document.file)
        if not isinstance(key_node, yaml.ScalarNode):
            issues.append(Issue("E402", mark=mark))
            continue
        key = str(key_node.value)
        here = (*path, key)
        if key in data:
            first = document.keys[here].line
            issues.append(Issue("E403", mark=mark, value=shown(key), facts={"first": first}))
            continue
        document.keys[here] = mark
        data[key] = _plain(value_node, here, document, issues)
    return data


def _mark(found: yaml.Node | yaml.Event, file: str) -> Mark:
    start = found.start_mark
    return Mark(file, start.line + 1, start.column + 1) if start else Mark(file, 1, 1)


def _syntax_issue(error: yaml.MarkedYAMLError, file: str) -> Issue:
    mark = error.problem_mark or error.context_mark
    place = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file, 1, 1)
    reason = " ".join(part for part in (error.context, error.problem) if part)
    return Issue("E401", mark=place, facts={"reason": shown(reason)})


def _character_issue(code_point: int, text: str, file: str) -> Issue:
    """A character that YAML forbids everywhere, so that its first occurrence is the place."""
    before = text[: max(text.find(chr(code_point)), 0)]
    lines = f"{before}.".splitlines()  # the point stands for the character
    reason = f"character U+{code_point:04X} is not allowed"
    return Issue("E401", mark=Mark(file, len(lines), len(lines[-1])), facts={"reason": reason})
