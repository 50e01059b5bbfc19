"""A mapping file's text changed at single places; comments, layout and everything else stay as they are."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any, TypeAlias

import yaml

from pipeline.mapping.positioned import LOADER, Path, read_document
from pipeline.model.refusal import MappingRefused

_PLAIN = re.compile(r"[^\W_](?:[\w %.+/-]*[\w%.])?")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml takes for the end of a line."""
_ROOM = 110
"""Characters of a line beyond which a table in braces goes on in the next one."""
Data: TypeAlias = str | list[Any] | dict[str, Any]


class NotEditableError(ValueError):
    """The text cannot be changed at this place without touching others; the message says why."""


@dataclass(frozen=True, slots=True)
class Put:
    """Set a key to a value: plain data of texts, lists and tables. Tables above it are made where missing."""

    path: Path
    value: Data


@dataclass(frozen=True, slots=True)
class Append:
    """Add an item to a list; ``present`` is what the list holds already, where it stands in another file."""

    path: Path
    item: str
    present: tuple[str, ...] = ()


Edit: TypeAlias = Put | Append


def edited(text: str, edits: Iterable[Edit], file: str) -> str:
    """The text of a mapping file with all edits made.

    Raises :class:`NotEditableError`; what is returned reads as the old data with nothing but the edits in it.
    """
    wanted: Any = read_document(text, file).data
    groups: dict[tuple[Path, bool], list[Edit]] = {}
    for edit in edits:
        wanted = _changed(wanted, edit)
        in_a_table = isinstance(edit, Put) and isinstance(edit.value, str)
        groups.setdefault((edit.path[:-1] if in_a_table else edit.path, in_a_table), []).append(edit)
    for group in groups.values():
        text = _edited_at_once(text, group)
    if not _says(text, wanted, file):
        raise NotEditableError("the file is written in a way that the answer does not fit into")
    return text


def _edited_at_once(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits made that are new entries of one table, or all concern one path."""
    entries = {edit.path: edit.value for edit in edits if isinstance(edit, Put)}
    node: yaml.Node | None = _composed(text)
    for part in edits[0].path[:-1]:
        node = _child(node, part) if node is not None else None
    if len(entries) > 1 and isinstance(node, yaml.MappingNode) and node.value:
        new = {path: value for path, value in entries.items() if _child(node, path[-1]) is None}
        lines = [f"{written(str(path[-1]))}: {written(value)}" for path, value in new.items()]
        if lines:
            text = _Insertion(text).beside(node, lines)
        edits = [edit for edit in edits if edit.path not in new]
    for edit in edits:
        text = _edited(text, edit)
    return text


def _says(text: str, wanted: Any, file: str) -> bool:  # noqa: ANN401 - plain data
    """Whether a reader of the text gets the data that is wanted."""
    try:
        return bool(read_document(text, file).data == wanted)
    except MappingRefused:
        return False


def _changed(data: Any, edit: Edit) -> Any:  # noqa: ANN401 - plain data
    """Plain data with an edit made: what the new text has to say."""
    if not edit.path:
        if isinstance(edit, Put):
            return edit.value
        if data == edit.item:
            return data
        known = [data] if isinstance(data, str) else list(edit.present) if data is None else list(data)
        return known if edit.item in known else [*known, edit.item]
    head, rest = edit.path[0], edit.path[1:]
    deeper: Edit = Put(rest, edit.value) if isinstance(edit, Put) else Append(rest, edit.item, edit.present)
    if isinstance(head, int):
        if not isinstance(data, list) or head >= len(data):
            raise NotEditableError(f"there is no list where {_words(edit.path)} should go")
        return [_changed(one, deeper) if index == head else one for index, one in enumerate(data)]
    table = {"column": data} if isinstance(data, str) else {} if data is None else data
    if not isinstance(table, dict):
        raise NotEditableError(f"there is no table where {_words(edit.path)} should go")
    return {**table, head: _changed(table.get(head), deeper)}


def _edited(text: str, edit: Edit) -> str:
    """The text with one edit made, at the deepest node of its path that is there."""
    node = _composed(text)
    insertion = _Insertion(text)
    for depth, part in enumerate(edit.path):
        child = _child(node, part)
        if child is None:
            return insertion.into(node, edit.path[depth:], _fresh(edit))
        node = child
    if isinstance(edit, Put):
        return insertion.replaced(node, edit.value)
    if isinstance(node, yaml.SequenceNode):
        known = any(isinstance(one, yaml.ScalarNode) and one.value == edit.item for one in node.value)
        return text if known else insertion.appended(node, edit.item)
    if isinstance(node, yaml.ScalarNode) and node.value == edit.item:
        return text
    if isinstance(node, yaml.ScalarNode) and node.value:
        return insertion.replaced(node, [str(node.value), edit.item])
    return insertion.replaced(node, [*edit.present, edit.item])


def _composed(text: str) -> yaml.Node:
    """The tree of a text; of libyaml's marks only line and column count characters."""
    return yaml.compose(text, Loader=LOADER) or yaml.MappingNode("", [])


def _fresh(edit: Edit) -> Data:
    """What stands at the end of a path that is not there yet."""
    if isinstance(edit, Put):
        return edit.value
    return [*edit.present, *([] if edit.item in edit.present else [edit.item])]


def _child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        found: yaml.Node | None = next((value for key, value in node.value if key.value == part), None)
        return found
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item
    return None


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Places new text beside or in the place of a node of the text's tree."""

    text: str
    _starts: list[int] = made_by(default_factory=list)

    def at(self, mark: Any) -> int:  # noqa: ANN401 - yaml's marks are not typed
        """Where a mark stands in the text."""
        if not self._starts:
            self._starts.extend((0, *(found.end() for found in _BREAK.finditer(self.text))))
        return self._starts[int(mark.line)] + int(mark.column)

    def into(self, node: yaml.Node, path: Path, value: Data) -> str:
        """Put a value at a path inside a node that holds nothing there yet."""
        for part in reversed(path[1:]):
            value = {str(part): value}
        key = str(path[0])
        if isinstance(node, yaml.ScalarNode):
            table: dict[str, Any] = {"column": node.value} if node.value else {}
            return self.replaced(node, {**table, key: value})
        if not isinstance(node, yaml.MappingNode):
            raise NotEditableError(f"there is no table where {_words(path)} should go")
        return self.beside(node, [f"{written(key)}: {written(value)}"])

    def appended(self, node: yaml.SequenceNode, item: str) -> str:
        """Add an item to a list."""
        return self.beside(node, [written(item) if node.flow_style else f"- {written(item)}"])

    def beside(self, node: yaml.CollectionNode, entries: Sequence[str]) -> str:
        """Add entries to a table or list."""
        if node.flow_style:
            return self._in_braces(node, entries)
        return self._below(node, entries, node.start_mark.column)

    def replaced(self, node: yaml.Node, value: Data) -> str:
        """Put a value in the place of a node, which stands on one line or in braces."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            raise NotEditableError("a list or table of several lines would have to be replaced")
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            raise NotEditableError("a text of several lines would have to be replaced")
        start, end = self.at(node.start_mark), self.at(node.end_mark)
        gap = " " if start == end and self.text[start - 1 : start] not in ("", " ", "\n") else ""
        return f"{self.text[:start]}{gap}{written(value)}{self.text[end:]}"

    def _in_braces(self, node: yaml.CollectionNode, entries: Sequence[str]) -> str:
        """Add entries behind the last one, on a line of its own what would make the line too long."""
        if not node.value:
            at = self.at(node.start_mark) + 1
            return f"{self.text[:at]}{', '.join(entries)}{self.text[at:]}"
        last = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
        first = node.value[0][0] if isinstance(node, yaml.MappingNode) else node.value[0]
        at = self.at(last.end_mark)
        end = _end_of_line(self.text, at)
        rest, new_line = self.text[at:end], f"{_newline(self.text)}{' ' * first.start_mark.column}"
        begin = node.value[-1][0] if isinstance(node, yaml.MappingNode) else last
        a_line_each = first.start_mark.line != begin.start_mark.line and begin.start_mark.column == (
            first.start_mark.column
        )
        if a_line_each and re.fullmatch(r"\s*,?\s*(#.*)?", rest):  # its comment stays with the last one
            comma = "" if rest.lstrip().startswith(",") else ","
            return f"{self.text[:at]}{comma}{rest}{new_line}{f',{new_line}'.join(entries)}{self.text[end:]}"
        width, added = end - self.text.rfind("\n", 0, at), ""
        for entry in entries:
            fits = width + len(entry) + 2 <= _ROOM
            added += f", {entry}" if fits else f",{new_line}{entry}"
            width = (width if fits else first.start_mark.column) + len(entry) + 2
        return f"{self.text[:at]}{added}{self.text[at:]}"

    def _below(self, node: yaml.Node, lines: Sequence[str], column: int) -> str:
        """Add lines behind the last one of a table or list that is written in lines."""
        last = _last(node)
        at = self.at(last.end_mark)
        new_line = f"{_newline(self.text)}{' ' * column}"
        if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
            at = len(self.text[:at].rstrip()) if at else at
        at = _end_of_line(self.text, at)
        return f"{self.text[:at]}{new_line}{new_line.join(lines)}{self.text[at:]}"


def _last(node: yaml.Node) -> yaml.Node:
    """The last node inside a node that is written in lines."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    return node


def _end_of_line(text: str, at: int) -> int:
    found = re.compile(r"\r?\n|\Z").search(text, at)
    return found.start() if found else len(text)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def written(value: Data) -> str:
    """Data as YAML on one line; a text is quoted unless it is plain beyond any doubt."""
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return f"{{{', '.join(f'{written(key)}: {written(inner)}' for key, inner in value.items())}}}"


def _words(path: Path) -> str:
    return ".".join(map(str, path))
