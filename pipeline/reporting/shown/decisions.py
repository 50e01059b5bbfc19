"""Decisions in words: the end of a check on the console, and the lines of the report."""

from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model.catalogue import CATALOGUE
from pipeline.model.decision import Answer, Asks, Decision, Decisions
from pipeline.model.issue import Issue, shown
from pipeline.model.language import _, ngettext
from pipeline.model.location import Location
from pipeline.reporting.masking.mask import mask_emails, mask_issue
from pipeline.reporting.words.figures import amount, grouped

MOST_ON_PAGE = 50
MOST_SUMS = 4


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision as the page shows it; every text is masked and cut to size."""

    orders: str
    question: str
    place: str
    suggestion: str
    effect: str
    others: str
    money: tuple[str, ...] = ()


def headline(decisions: Decisions) -> str:
    """``12,400 refused orders wait for 7 decisions``, in the figures of the reports."""
    number = len(decisions.listed) + decisions.further
    rest = decisions.orders - decisions.open
    refused = ngettext("{number} refused order", "{number} refused orders", decisions.orders)
    waiting = ngettext("{number} order waits", "{number} orders wait", decisions.open)
    asked = ngettext("{number} decision", "{number} decisions", number)
    said = _("{refused}: {waiting} for {decisions} and nothing else.")
    if rest:
        said = _("{refused}: {waiting} for {decisions} and nothing else, {rest} for other repairs too.")
    return said.format(
        refused=refused.format(number=grouped(decisions.orders)),
        waiting=waiting.format(number=grouped(decisions.open)),
        decisions=asked.format(number=grouped(number)),
        rest=grouped(rest),
    )


def outlook(decisions: Decisions) -> str:
    """What taking every suggestion makes ready, as it was measured; empty where nothing was."""
    if not decisions.measured:
        return ""
    said = _("Ready with every suggested answer: {ready} of {number} (prepared again to see).")
    return said.format(ready=grouped(decisions.ready), number=grouped(decisions.measured))


def question(one: Decision) -> str:
    """``what does 'İADE' stand for?``."""
    word = repr(shown(one.word))
    match one.key.asks:
        case Asks.DATE:
            return _("in which format are dates such as {word}?").format(word=word)
        case Asks.NUMBER:
            return _("in which locale are numbers such as {word}?").format(word=word)
        case Asks.DEFAULT:
            return _("what stands in for an empty cell?")
        case _:
            return _("what does {word} stand for?").format(word=word)


def answer_words(answer: Answer) -> str:
    """``refunded``, ``nothing: it is a word for an empty cell``."""
    return _("nothing, as an empty cell") if answer.kind == "empty" else shown(answer.text)


def effect_words(one: Decision) -> str:
    """What the suggested answer makes ready, as it was measured."""
    effect = one.effect
    if effect is None:
        return ""
    said = _("fixes {alone} of {measured}")
    if effect.measured != one.orders:
        said = _("fixes {alone} of {measured} that were tried")
    said = said.format(alone=grouped(effect.alone), measured=grouped(effect.measured))
    if effect.together == effect.alone:
        return said
    with_others = _("{said}, {together} with the other suggestions")
    return with_others.format(said=said, together=grouped(effect.together))


def masked(one: Decision) -> Decision:
    """The decision as others than its owner may see it."""
    at = Location("", header=one.column or None)
    hidden = mask_issue(Issue(one.code, at, one.word, None, one.field)).value or ""
    told = (one.word, *(found.answer.text for found in one.candidates))
    if hidden == one.word and all(mask_emails(text) == text for text in told):
        return one
    key = one.key._replace(word="")
    return Decision(
        key,
        one.code,
        one.field,
        one.column,
        hidden,
        one.orders,
        one.rows,
        effect=one.effect,
        money=one.money,
        id=one.id,
    )


def masked_decisions(decisions: Decisions) -> Decisions:
    """All of them masked, for files and terminals; an answer by number still knows which is meant."""
    return replace(decisions, listed=tuple(map(masked, decisions.listed)))


def decision_views(decisions: Decisions, *, show_pii: bool) -> tuple[DecisionView, ...]:
    """The decisions of a page, those that most orders wait for first."""
    return tuple(view_of(one if show_pii else masked(one)) for one in decisions.listed[:MOST_ON_PAGE])


def view_of(one: Decision) -> DecisionView:
    """One decision written out, which is masked already where it has to be."""
    others = [answer_words(found.answer) for found in one.candidates if found.answer != one.suggested]
    return DecisionView(
        orders=grouped(one.orders),
        question=question(one),
        place=" · ".join(
            part
            for part in (shown(one.column), one.field, f"{one.code} {_(CATALOGUE[one.code].title)}")
            if part
        ),
        suggestion=answer_words(one.suggested)
        if one.suggested is not None
        else _("hidden on this page")
        if one.effect is not None
        else "",
        effect=effect_words(one),
        others=", ".join(others),
        money=tuple(
            f"{amount(Decimal(minor).scaleb(-2))} {currency}" for currency, minor in sorted(one.money.items())
        )[:MOST_SUMS],
    )
