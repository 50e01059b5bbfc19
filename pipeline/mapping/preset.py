"""Whether the orders are over or still to be fulfilled: what ``preset:`` allows, and what it sends."""

from collections.abc import Iterator

from pipeline.mapping.field_plan import Check, FieldPlan
from pipeline.mapping.grammar import LIVE_WORDS, MappingFile
from pipeline.mapping.positioned import Document
from pipeline.mapping.rule import Rule
from pipeline.model.draft import Problem
from pipeline.model.folding import fold
from pipeline.model.issue import Issue, shown
from pipeline.model.payload import CLOSED_STATUSES, STATUSES

SENT = FieldPlan("is_send", value=True)
"""What orders that are over carry: the ERP does not pick them up."""
_NAMES = {code: STATUSES[code] for code in sorted(CLOSED_STATUSES)}


def is_historic(mapping: MappingFile) -> bool:
    """Whether the mapping says that its orders are over."""
    return mapping.preset == "historic"


def items_follow(mapping: MappingFile) -> bool:
    """Whether items are sent with the status of their order: those of past orders must have a closed one."""
    return is_historic(mapping) and mapping.items.status is None  # type: ignore[attr-defined]


def closed_only(check: Check) -> Check:
    """The check of a status, which must also be a closed one; else E247."""
    closed = {*_NAMES, *_NAMES.values()}

    def check_closed(status: str) -> Problem | None:
        if status not in closed:
            facts = {"status": STATUSES.get(status, status), "closed": ", ".join(_NAMES.values())}
            return Problem("E247", facts)
        return check(status)

    return check_closed


def review_preset(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    """What stands against the preset: words that are missing, or an order that would be picked up."""
    told = mapping.i_know is not None and fold(mapping.i_know) == fold(LIVE_WORDS)
    if mapping.preset == "live" and not told:
        key = "preset" if mapping.i_know is None else "i_know"
        reason = f'preset: live needs the words i_know: "{LIVE_WORDS}"'
        yield Issue("E446", mark=document.value_mark((key,)), facts={"reason": reason})
    if mapping.preset != "live" and mapping.i_know is not None:
        facts = {"reason": "i_know: is for preset: live"}
        yield Issue("E446", mark=document.key_mark(("i_know",)), facts=facts)
    rule = mapping.order.is_send  # type: ignore[attr-defined]
    if is_historic(mapping) and rule is not None and not _always_true(rule, mapping):
        yield Issue("E447", mark=document.value_mark(("order", "is_send")))


def warnings_of(mapping: MappingFile, document: Document) -> Iterator[Issue]:
    """W448 where nobody says whether the orders are over, W449 where items have the status of their order."""
    if mapping.preset is None:
        yield Issue("W448", mark=document.key_mark(("version",)), facts={"words": shown(LIVE_WORDS)})
    if items_follow(mapping):
        yield Issue("W449", mark=document.key_mark(("items",)))


def _always_true(rule: Rule, mapping: MappingFile) -> bool:
    if rule.constant is not None:
        otherwise = rule.default if rule.conditions else rule.constant
        return fold(rule.constant) == "true" and fold(otherwise or "") == "true"
    table = mapping.values.get(rule.map) if isinstance(rule.map, str) else rule.map
    answers = [*(table or {"": "false"}).values(), *([rule.default] if rule.default is not None else [])]
    never_empty = rule.required or rule.default is not None
    return never_empty and all(fold(answer) == "true" for answer in answers)
