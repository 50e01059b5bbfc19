"""What an answer changes in a mapping: the places, and what is written there."""

from collections.abc import Iterator, Mapping

from pipeline.mapping.compiled import CompiledMapping
from pipeline.mapping.editing import Append, Edit, Put
from pipeline.mapping.positioned import Path
from pipeline.mapping.review_steps import every_rule
from pipeline.mapping.rule import BooleanWords, DecimalFormat, Rule
from pipeline.mapping.steps.words import NO, YES
from pipeline.model.decision import Answer, Asks, Decision, RulePlace


def edits_of(
    mapping: CompiledMapping, places: Mapping[tuple[str, str], RulePlace], decision: Decision, answer: Answer
) -> list[Edit]:
    """The edits by which ``answer`` enters a mapping. Raises ``ValueError`` with a reason where it cannot."""
    rules = dict(every_rule(mapping.file))
    found: dict[Path, RulePlace] = {place.path: place for place in places.values()}
    asks, path = decision.key.asks, decision.key.path
    own = [place for place in found.values() if path in (place.path, place.table)]
    edits: list[Edit] = []
    for place in own:
        if place.path in rules:
            edits += _edits(rules[place.path], place, decision, answer, asks)
    if not edits:
        raise ValueError("the mapping has no place for this answer any more")
    return [edit for index, edit in enumerate(edits) if edit not in edits[:index]]


def _edits(rule: Rule, place: RulePlace, decision: Decision, answer: Answer, asks: Asks) -> Iterator[Edit]:
    path, text = place.path, answer.text.replace("${", "$${")  # text, and no variable of the mapping
    match answer.kind, asks:
        case "empty", Asks.VALUE:
            yield Append((*path, "empty"), decision.word.replace("${", "$${"), tuple(rule.empty))
        case "format", Asks.DATE:
            yield Append((*path, "date"), text, place.formats)
        case "locale", Asks.NUMBER:
            if isinstance(rule.decimal, DecimalFormat):
                yield Put((*path, "decimal", "locale"), text)
            else:
                yield Put((*path, "decimal"), {"locale": text})
        case "default", Asks.DEFAULT:
            yield Put((*path, "default"), text)
        case "value", Asks.VALUE:
            yield from _value(rule, place, decision, text)
        case _:
            raise ValueError(f"{answer.kind}: is no answer to this question")


def _value(rule: Rule, place: RulePlace, decision: Decision, text: str) -> Iterator[Edit]:
    """A word and what it stands for, in the table of the rule."""
    if decision.code == "E215":
        yield from _yes_or_no(rule, place.path, decision.word, text)
        return
    if place.table is None:
        raise ValueError("the rule has no place for a value table, because it changes the cell's text before")
    yield Put((*place.table, decision.word), text)
    if rule.map is None and not rule.steps:
        name = str(place.table[-1])
        yield Put((*place.path, "steps"), [{"map": {"table": name, "otherwise": "keep"}}])


def _yes_or_no(rule: Rule, path: Path, word: str, text: str) -> Iterator[Edit]:
    if text not in ("true", "false"):
        raise ValueError("the answer is true or false")
    if isinstance(rule.boolean, BooleanWords):
        yield Append((*path, "boolean", text), word, tuple(getattr(rule.boolean, text)))
        return
    words = {"true": list(YES), "false": list(NO)}
    words[text].append(word)
    yield Put((*path, "boolean"), words)
