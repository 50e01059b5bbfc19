"""A file of answers: written with every question and what may be the answer, read with what was chosen."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pipeline.mapping.editing import written
from pipeline.mapping.positioned import Path, read_document
from pipeline.model.decision import Answer, AnswerKind, Asks, Decision
from pipeline.model.issue import Issue, shown
from pipeline.model.language import N_, _, ngettext, retold
from pipeline.model.location import Mark
from pipeline.model.refusal import MappingRefused

_ASKED: Final[Mapping[Asks, tuple[str, ...]]] = {
    Asks.VALUE: ("value", "empty"),
    Asks.DATE: ("format",),
    Asks.NUMBER: ("locale",),
    Asks.DEFAULT: ("default",),
}
_HEAD: Final = N_(
    "Questions about {mapping}, those that most orders wait for first.\n"
    "Take the # from in front of one answer of a question, or write another: value: is what is sent, as the\n"
    "target wants it; empty: true says that the word stands for nothing. What has no answer stays open.\n"
    "Then: orderlift mapping decide SRC… -m {mapping} --answers THIS-FILE"
)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer and the question that it is for; ``mark`` is where it stands, where it stands in a file."""

    decision: Decision
    answer: Answer
    mark: Mark | None = None


def template(decisions: Sequence[Decision], mapping: str, effects: Mapping[str, str]) -> str:
    """A file of answers in which every answer is still a comment.

    ``effects`` says in words what the suggested answer of a decision does, by the decision's id.
    """
    head = "".join(f"# {line}\n" for line in _(_HEAD).format(mapping=shown(mapping)).splitlines())
    lines = (line for one in decisions for line in _lines(one, effects.get(one.id, "")))
    return f"{head}answers:\n" + "".join(f"{line}\n" for line in lines)


def _lines(one: Decision, effect: str) -> Iterator[str]:
    where = f"{shown(one.column)} → {one.field}" if one.column else one.field
    told = ngettext(
        "{count} order: {word} in {where} ({code})", "{count} orders: {word} in {where} ({code})", one.orders
    )
    word = json.dumps(shown(one.word), ensure_ascii=False)
    yield f"- question: {written(one.id)}"
    yield "  # " + told.format(count=one.orders, word=word, where=where, code=one.code)
    for candidate in one.candidates:
        answer = candidate.answer
        text = "true" if answer.kind == "empty" else written(answer.text)
        suggested = _("suggested, {effect}; ").format(effect=effect) if answer == one.suggested else ""
        yield f"  # {answer.kind}: {text}   # {suggested}{retold(candidate.why)}"
    if not one.candidates:
        yield f"  # {_ASKED[one.key.asks][0]}:"


def answers_in(text: str, file: str, decisions: Iterable[Decision]) -> tuple[list[Given], list[Issue]]:
    """The answers that a file gives to open questions, and warnings about those that are open no more.

    Raises :class:`MappingRefused` (E487, E489) with everything that is wrong with the file.
    """
    document = read_document(text, file)
    listed = document.data.get("answers")
    if not isinstance(listed, list) or set(document.data) != {"answers"}:
        reason = "it has no list answers:, or more than that"
        raise MappingRefused(Issue("E489", mark=Mark(file, 1, 1), facts={"reason": reason}))
    known = {one.id: one for one in decisions}
    given: list[Given] = []
    warnings: list[Issue] = []
    wrong: list[Issue] = []
    seen: set[str] = set()
    for index, one in enumerate(listed):
        path: Path = ("answers", index)
        mark = document.value_mark(path)
        if not isinstance(one, dict) or not isinstance(one.get("question"), str):
            wrong.append(Issue("E489", mark=mark, facts={"reason": "an answer lacks its question:"}))
            continue
        name = one["question"]
        chosen = {kind: value for kind, value in one.items() if kind != "question" and value is not None}
        if not chosen:
            continue
        decision = known.get(name)
        if decision is None:
            warnings.append(Issue("W486", mark=mark, value=shown(name)))
            continue
        answer, reason = _answer(decision, chosen)
        if name in seen:
            answer, reason = None, "the question is answered twice"
        seen.add(name)
        if answer is None:
            value = shown(next(iter(chosen.values())))
            wrong.append(Issue("E487", mark=mark, value=value, facts={"reason": reason}))
        else:
            given.append(Given(decision, answer, mark))
    if wrong:
        raise MappingRefused(*wrong)
    return given, warnings


def _answer(decision: Decision, chosen: Mapping[str, Any]) -> tuple[Answer | None, str]:
    """The one answer that was chosen, or why it is none."""
    asked = _ASKED[decision.key.asks]
    if len(chosen) != 1:
        return None, "a question has one answer"
    ((kind, text),) = chosen.items()
    if kind not in asked:
        return None, f"the question asks for {' or '.join(f'{one}:' for one in asked)}"
    if not isinstance(text, str) or (kind == "empty" and text != "true"):
        return None, "empty: takes true" if kind == "empty" else "it is no text"
    return Answer(cast("AnswerKind", kind), "" if kind == "empty" else text), ""
