"""What of an order may be shown: secrets never, personal data only where that was asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.mapping.field_plan import OMIT
from pipeline.mapping.tracing import FieldTrace, Worked
from pipeline.model.cell import Cell  # noqa: TC001 - as everywhere
from pipeline.model.issue import Issue
from pipeline.model.location import Location
from pipeline.model.lookup import Reference
from pipeline.reporting.masking.mask import is_personal_field, mask, mask_issue, mask_personal
from pipeline.reporting.masking.personal_headers import is_personal_header
from pipeline.reporting.shown.traced_order import ShownPart

HIDDEN: Final = "•••"
_SECRET: Final = re.compile(r"(?:^|[._])(?:password|token|secret|authorization|api_key)(?:$|[._])")
_ID: Final = re.compile(r"\d{1,8}")
"""An id of a record; whole phone numbers are longer."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """Hides what ``show_pii`` does not allow. ``number`` is the order's own, which stays readable."""

    number: str
    show_pii: bool = False

    def text(self, field: str, text: str, header: str = "") -> str:
        """A value of a payload field (``order.customer``), or of a column that feeds it."""
        if _SECRET.search(field):
            return HIDDEN
        if self.show_pii or text == self.number:
            return text
        personal = is_personal_field(field) or is_personal_header(header)
        if personal and not _ID.fullmatch(text):
            return mask_personal(text)
        masked = mask_issue(Issue("E511", Location("", header=header), text, self.number, field)).value
        return text if masked is None or personal else masked

    def words(self, text: str) -> str:
        """A sentence that somebody else wrote, such as the target."""
        return text if self.show_pii else mask(text, {self.number})

    def issue(self, issue: Issue) -> Issue:
        """An issue whose value and facts are fit to be shown."""
        if issue.field and _SECRET.search(issue.field):
            return replace(issue, value=HIDDEN if issue.value is not None else None)
        if self.show_pii:
            return issue
        masked = mask_issue(issue)
        if issue.value is None:
            return masked
        header = issue.at.header if issue.at else None
        value = self.text(issue.field or "", issue.value, header or "")
        facts = {
            name: value if isinstance(fact, str) and fact == issue.value else masked.facts[name]
            for name, fact in issue.facts.items()
        }
        return replace(masked, value=value, facts=facts)

    def document(self, document: Mapping[str, Any], field: str = "") -> dict[str, Any]:
        """A payload, field by field."""
        found: dict[str, Any] = self._inside(field, document)
        return found

    def value(self, field: str, value: Any, header: str = "") -> Any:  # noqa: ANN401 - of any type that a step takes or gives
        """A value on its way from a cell to the payload. Numbers, dates and amounts stay, unless personal."""
        if value is OMIT or value is None or isinstance(value, bool):
            return value
        if isinstance(value, Reference):
            return self.reference(value)
        if isinstance(value, list | tuple):
            return [self.value(field, one, header) for one in value]
        if isinstance(value, str):
            return self.text(field, value, header)
        if _SECRET.search(field):
            return HIDDEN
        if (
            isinstance(value, int | float)
            and not self.show_pii
            and (is_personal_field(field) or is_personal_header(header))
        ):
            hidden = self.text(field, str(value), header)
            return value if hidden == str(value) else hidden
        return value

    def reference(self, reference: Reference) -> Reference:
        """A record by what it is looked up by, and what it would be made of."""
        field = f"order.{reference.kind.value}"
        person = reference.kind.value in {"customer", "address"}

        def hide(name: str, value: Any) -> Any:  # noqa: ANN401
            return self.value(name if not person else f"{name}.customer", value)

        create, update = (_each(pairs, hide) for pairs in (reference.create, reference.update))
        within = tuple(self.reference(one) for one in reference.within)
        value = hide(f"{field}.{reference.key}", reference.value)
        return replace(reference, value=value, within=within, create=create, update=update)

    def part(self, part: ShownPart) -> ShownPart:
        """The fields that one row gives."""
        fields = tuple((self._trace(trace, cells), cells) for trace, cells in part.fields)
        return replace(part, fields=fields)

    def _trace(self, trace: FieldTrace, cells: Sequence[Location]) -> FieldTrace:
        header = next((at.header or "" for at in cells if is_personal_header(at.header or "")), "")
        own: tuple[Cell, ...] = (
            tuple(
                self.value(trace.field, cell, at.header or "")
                for cell, at in zip(trace.cells, cells, strict=True)
            )
            if trace.cells
            else ()
        )
        steps = tuple(self._step(trace.field, step, header) for step in trace.steps)
        return replace(trace, cells=own, steps=steps, value=self.value(trace.field, trace.value, header))

    def _step(self, field: str, step: Worked, header: str) -> Worked:
        given = tuple(self.value(field, one, header) for one in step.given)
        return replace(step, given=given, gave=self.value(field, step.gave, header))

    def _inside(self, field: str, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, Mapping):
            return {
                name: self._inside(f"{field}.{name}" if field else name, one) for name, one in value.items()
            }
        if isinstance(value, list):
            return [self._inside(field, one) for one in value]
        return self.value(field, value)


def _each(
    pairs: tuple[tuple[str, Any], ...] | None, hide: Callable[[str, Any], Any]
) -> tuple[tuple[str, Any], ...] | None:
    return None if pairs is None else tuple((name, hide(name, value)) for name, value in pairs)
