"""A mapping file as others may see it: without comments, and with some of its words replaced in place."""

import json
from collections.abc import Callable, Iterator
from functools import lru_cache

import yaml

from pipeline.mapping.positioned import Path


@lru_cache(maxsize=16)
def without_comments(text: str) -> str:
    """The text with every comment taken away; lines keep their numbers."""
    spans = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.ScalarToken)
    ]
    parts: list[str] = []
    done = 0
    for start, end in [*spans, (len(text), len(text))]:
        parts += [_bare(text[done:start], text[:done]), text[start:end]]
        done = end
    return "".join(parts)


def _bare(between: str, before: str) -> str:
    """What stands between two scalars, without comments."""
    lines = between.splitlines(keepends=True)
    bare: list[str] = []
    for index, line in enumerate(lines):
        place = _comment(line, starts_line=index > 0 or not before or before.endswith("\n"))
        if place is None:
            bare.append(line)
        else:
            end = line[len(line.rstrip("\r\n")) :]
            bare.append(line[:place].rstrip() + end)
    return "".join(bare)


def _comment(line: str, *, starts_line: bool) -> int | None:
    for place, character in enumerate(line):
        if character == "#" and ((place == 0 and starts_line) or (place > 0 and line[place - 1] in " \t")):
            return place
    return None


def with_scalars(text: str, change: Callable[[Path, str], str]) -> str:
    """The text with the values that ``change`` (path, value) gives its scalars; lines keep their numbers."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    parts: list[str] = []
    done = 0
    for path, scalar in _scalars(node, ()):
        value = change(path, scalar.value)
        if value != scalar.value:
            start, end = scalar.start_mark.index, scalar.end_mark.index
            lines = text.count("\n", start, end)
            parts += [text[done:start], json.dumps(value, ensure_ascii=False), "\n" * lines]
            done = end
    return "".join([*parts, text[done:]])


def _scalars(node: yaml.Node | None, path: Path) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    """Every scalar value in the order of the text; keys are left alone."""
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _scalars(value, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, str(key.value)))
