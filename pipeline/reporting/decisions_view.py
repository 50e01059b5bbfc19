"""Decisions in words: the end of a check on the console, and the lines of the report."""

from dataclasses import dataclass

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.decision import Answer, Asks, Decision, Decisions
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.reporting.console import Screen
from pipeline.reporting.figures import counted, grouped
from pipeline.reporting.mask import mask_emails, mask_issue

MOST_PRINTED = 10
MOST_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision as the page shows it; every text is masked and cut to size."""

    orders: str
    question: str
    place: str
    suggestion: str
    effect: str
    others: str


def headline(decisions: Decisions) -> str:
    """``12,400 refused orders wait for 7 decisions``, in the figures of the reports."""
    number = len(decisions.listed) + decisions.further
    rest = decisions.orders - decisions.open
    said = f"{counted(decisions.orders, 'refused order')}: {counted(decisions.open, 'order')} "
    said += f"{'waits' if decisions.open == 1 else 'wait'} for {counted(number, 'decision')} and nothing else"
    return f"{said}, {grouped(rest)} for other repairs too." if rest else f"{said}."


def outlook(decisions: Decisions) -> str:
    """What taking every suggestion makes ready, as it was measured; empty where nothing was."""
    if not decisions.measured:
        return ""
    return (
        f"With every suggested answer, {grouped(decisions.ready)} of {counted(decisions.measured, 'order')} "
        "prepared again with them are ready."
    )


def question(one: Decision) -> str:
    """``what does 'İADE' stand for?``."""
    word = repr(shown(one.word))
    match one.key.asks:
        case Asks.DATE:
            return f"in which format are dates such as {word}?"
        case Asks.NUMBER:
            return f"in which locale are numbers such as {word}?"
        case Asks.DEFAULT:
            return "what stands in for an empty cell?"
        case _:
            return f"what does {word} stand for?"


def answer_words(answer: Answer) -> str:
    """``refunded``, ``nothing: it is a word for an empty cell``."""
    return "nothing, as an empty cell" if answer.kind == "empty" else shown(answer.text)


def effect_words(one: Decision) -> str:
    """What the suggested answer makes ready, as it was measured."""
    effect = one.effect
    if effect is None:
        return ""
    tried = "" if effect.measured == one.orders else " that were tried"
    said = f"fixes {grouped(effect.alone)} of {grouped(effect.measured)}{tried}"
    if effect.together != effect.alone:
        said += f", {grouped(effect.together)} with the other suggestions"
    return said


def masked(one: Decision) -> Decision:
    """The decision as others than its owner may see it."""
    at = Location("", header=one.column or None)
    hidden = mask_issue(Issue(one.code, at, one.word, None, one.field)).value or ""
    told = (one.word, *(found.answer.text for found in one.candidates))
    if hidden == one.word and all(mask_emails(text) == text for text in told):
        return one
    return Decision(one.key, one.code, one.field, one.column, hidden, one.orders, one.rows, effect=one.effect)


def decision_views(decisions: Decisions, *, show_pii: bool) -> tuple[DecisionView, ...]:
    """The decisions of a page, those that most orders wait for first."""
    return tuple(_view(one if show_pii else masked(one)) for one in decisions.listed[:MOST_ON_PAGE])


def _view(one: Decision) -> DecisionView:
    others = [answer_words(found.answer) for found in one.candidates if found.answer != one.suggested]
    return DecisionView(
        orders=grouped(one.orders),
        question=question(one),
        place=" · ".join(
            part for part in (shown(one.column), one.field, f"{one.code} {CATALOGUE[one.code].title}") if part
        ),
        suggestion=answer_words(one.suggested)
        if one.suggested is not None
        else "hidden on this page"
        if one.effect is not None
        else "",
        effect=effect_words(one),
        others=", ".join(others),
    )


def print_decisions(screen: Screen, decisions: Decisions, command: str) -> None:
    """The end of a check: which decisions the refused orders wait for; ``command`` answers them."""
    if not decisions.listed:
        return
    screen.line()
    screen.line((headline(decisions), "bold"))
    for number, one in enumerate(decisions.listed[:MOST_PRINTED], 1):
        view = _view(one)
        said = (
            f"  {number}. {view.question} ({counted(one.orders, 'order')}; {shown(one.column)}, {one.field})"
        )
        screen.line(said)
        if view.suggestion:
            screen.line(("     suggested: ", "dim"), (view.suggestion, "bold"), f"   {view.effect}")
        elif view.others:
            screen.line(("     perhaps: ", "dim"), view.others)
    left = len(decisions.listed) + decisions.further - MOST_PRINTED
    if left > 0:
        screen.line(f"  and {counted(left, 'further decision')}: decisions.json lists them.")
    if outlook(decisions):
        screen.line(f"  {outlook(decisions)}")
    screen.line(("Answer:  ", "bold"), command)
