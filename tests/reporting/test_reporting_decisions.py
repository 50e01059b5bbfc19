"""Decisions as people see them."""

from pipeline.model.decision import Answer, Asks, Candidate, Decision, Decisions, Effect, Key
from pipeline.reporting.shown.decisions import decision_views, effect_words, headline, outlook

MAIL = Decision(
    Key(Asks.VALUE, ("order", "customer", "by", "email"), "x"),
    "E248",
    "order.customer",
    "E-posta",
    "ayse.yilmaz@ornek",
    12,
    12,
    samples=("ayse.yilmaz@ornek",),
    candidates=(Candidate(Answer("value", "ayse.yilmaz@ornek.example"), "alike"),),
)


def test_a_page_hides_what_belongs_to_somebody() -> None:
    """The word, and with it the answers that are spelt like it; its owner may see them."""
    (hidden,) = decision_views(Decisions((MAIL,), 12, 12), show_pii=False)
    assert "yilmaz" not in str(hidden)
    (shown,) = decision_views(Decisions((MAIL,), 12, 12), show_pii=True)
    assert "ayse.yilmaz@ornek.example" in shown.others


def test_the_headline_tells_orders_decisions_and_what_is_left() -> None:
    """Decisions that are not listed count too."""
    assert headline(Decisions((MAIL,), 2000, 1500, 6)) == (
        "2 000 refused orders: 1 500 orders wait for 7 decisions and nothing else, 500 for other repairs too."
    )
    assert (
        headline(Decisions((MAIL,), 1, 1))
        == "1 refused order: 1 order waits for 1 decision and nothing else."
    )
    assert outlook(Decisions((MAIL,), 1, 1)) == ""
    alone = outlook(Decisions((MAIL,), 1, 1, ready=1, measured=1))
    assert alone == "Ready with every suggested answer: 1 of 1 (prepared again to see)."


def test_an_effect_says_when_only_a_part_was_tried() -> None:
    """And what more comes of taking the other suggestions too."""
    tried = Decision(MAIL.key, "E248", "f", "c", "w", 9000, 9000, effect=Effect(5000, 10, 20))
    assert effect_words(tried) == "fixes 10 of 5 000 that were tried, 20 with the other suggestions"
    whole = Decision(MAIL.key, "E248", "f", "c", "w", 812, 812, effect=Effect(812, 810, 810))
    assert effect_words(whole) == "fixes 810 of 812"
