"""Fields of a body that are checked together: which must be there, which may be null, what each takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.simulator.fields import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.simulator.fields import Clean

    Document: TypeAlias = dict[str, Any]

REQUIRED = ["This field is required."]
NULL = ["This field may not be null."]


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the payload; `default` is what the answer shows when it was not sent."""

    clean: Clean
    nullable: bool = False
    default: object = None


class Fields:
    """A set of fields that is checked together."""

    def __init__(self, table: Mapping[str, Field], required: Iterable[str]) -> None:
        self._checks = {name: (field.clean, field.nullable) for name, field in table.items()}
        self._required = frozenset(required) & table.keys()
        self._defaults = {name: field.default for name, field in table.items()}

    def clean(self, sent: object) -> Document:
        """All fields as the target would answer them. Raises Refused with every problem, by field.

        Keys the form does not know are ignored, as the framework does.
        """
        document = _object(sent)
        missing: Document = {name: REQUIRED for name in self._required if name not in document}
        return self._judged(document, self._defaults.copy(), missing)

    def changes(self, sent: object) -> Document:
        """Give only what was sent, for a PATCH: nothing is required. Raises Refused as `clean` does."""
        return self._judged(_object(sent), {}, {})

    def _judged(self, sent: Document, answered: Document, problems: Document) -> Document:
        checks = self._checks
        for name, value in sent.items():
            check = checks.get(name)
            if check is None:
                continue
            if value is None:
                if not check[1]:
                    problems[name] = NULL
                answered[name] = None
                continue
            try:
                answered[name] = check[0](value)
            except Refused as refusal:
                problems[name] = refusal.problem
        if problems:
            raise Refused(problems)
        return answered


def _object(sent: object) -> Document:
    if not isinstance(sent, dict):
        message = f"Invalid data. Expected a dictionary, but got {type(sent).__name__}."
        raise Refused({"non_field_errors": [message]})
    return sent
