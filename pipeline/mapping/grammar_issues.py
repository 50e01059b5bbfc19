"""What a mapping file says that the grammar does not know, in our words and with its place."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.mapping.grammar import PREFIX, MappingFile
from pipeline.mapping.lookup_rule import SETTINGS
from pipeline.mapping.positioned import Document, Path
from pipeline.mapping.rule import Part, Rule
from pipeline.mapping.steps.words import nearest
from pipeline.mapping.wanted import wanted
from pipeline.model.issue import Issue, shown
from pipeline.model.lookup import LOOKUP_FIELDS
from pipeline.model.refusal import MappingRefused


def validated(document: Document) -> MappingFile:
    """Return the mapping file; raises :class:`MappingRefused` with every mistake of grammar."""
    try:
        return MappingFile.model_validate(document.data)
    except ValidationError as error:
        issues = [_grammar_issue(detail, document) for detail in _innermost(error, document)]
        unique = {(issue.code, issue.mark): issue for issue in reversed(issues)}
        raise MappingRefused(*in_order(list(unique.values()))) from None


def _innermost(error: ValidationError, document: Document) -> list[ErrorDetails]:
    """The errors without those that only say of an outer setting that it might have been another kind."""
    details = [(_whole_path(detail, document), detail) for detail in error.errors(include_url=False)]
    outer = {path[:length] for path, _ in details for length in range(len(path))}
    return [detail for path, detail in details if path not in outer]


def _whole_path(detail: ErrorDetails, document: Document) -> Path:
    path = _path_in(document, detail["loc"])
    return (*path, detail["loc"][-1]) if detail["type"] == "missing" else path


def _grammar_issue(detail: ErrorDetails, document: Document) -> Issue:
    path = _path_in(document, detail["loc"])
    if detail["type"] == "extra_forbidden":
        key = str(path[-1])
        place, why_not = _no_lookup(path)
        if why_not:
            return Issue("E444", mark=document.key_mark(place), facts={"reason": why_not})
        near = nearest(key, _known_keys(path[:-1]))
        hint = f"Did you mean {near!r}? " if near else ""
        return Issue("E411", mark=document.key_mark(path), value=shown(key), facts={"hint": hint})
    if detail["type"] == "missing":
        return Issue("E412", mark=document.key_mark(path), value=shown(detail["loc"][-1]))
    given = detail.get("input")
    value = shown(given) if isinstance(given, str) else None
    return Issue("E421", mark=document.value_mark(path), value=value, facts={"wanted": wanted(detail)})


def _no_lookup(path: Path) -> tuple[Path, str]:
    """Where and why a setting of lookups is none; no words where the setting is no such one at all."""
    if len(path) != len(("order", "customer", "create")) or path[0] not in PREFIX or path[2] not in SETTINGS:
        return path, ""
    section, field, setting = path
    prefix = PREFIX[str(section)]
    kind = LOOKUP_FIELDS.get(f"{prefix}.{field}")
    if kind is None:
        names = (name.partition(".")[2] for name in LOOKUP_FIELDS if name.startswith(f"{prefix}."))
        return path[:2], f"{shown(field)} names no record that is looked up; these do: {', '.join(names)}"
    record = kind.value.replace("_", " ")
    never = f"no {record} is ever created" if setting == "create" else f"a {record} lies within nothing"
    return path, never


def _path_in(document: Document, parts: Path) -> Path:
    """The path in the file: pydantic also names branches of unions and missing keys, which are not there."""
    path: Path = ()
    for part in parts:
        if (*path, part) in document.values:
            path = (*path, part)
    return path


def _known_keys(path: Path) -> list[str]:
    """The keys that the grammar knows at a path."""
    annotation: object = MappingFile
    for part in path:
        annotation = next(_inside(annotation, part), None)
    models = [inner for inner in _branches(annotation) if isinstance(inner, type) and issubclass(inner, Part)]
    return [field.alias or name for model in models or [Rule] for name, field in model.model_fields.items()]


def _branches(annotation: object) -> Iterator[object]:
    """What an annotation may be: the branches of a union, without what they are annotated with."""
    if get_origin(annotation) in (Union, UnionType):
        for inner in get_args(annotation):
            yield from _branches(inner)
    elif get_origin(annotation) is Annotated:
        yield from _branches(get_args(annotation)[0])
    else:
        yield annotation


def _inside(annotation: object, part: str | int) -> Iterator[object]:
    """The annotations of what stands under a key or at an index."""
    for branch in _branches(annotation):
        if isinstance(branch, type) and issubclass(branch, Part):
            yield from (f.annotation for name, f in branch.model_fields.items() if (f.alias or name) == part)
        elif get_origin(branch) in (dict, list):
            yield get_args(branch)[-1]


def in_order(issues: list[Issue]) -> list[Issue]:
    """Return the issues from the top of the file to its end."""
    return sorted(issues, key=lambda issue: (issue.mark.line, issue.mark.column) if issue.mark else (0, 0))
