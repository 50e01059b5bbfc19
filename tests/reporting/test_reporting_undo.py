"""``report.html`` of an undo, and its one sentence."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import hostile
import pytest
import undo_pages
from undo_pages import planned, record, sample, summary

from pipeline.model.undo import UndoAgreed, UndoReason, UndoState
from pipeline.reporting.page.undo_html import render_undo
from pipeline.reporting.page.undo_page import UndoPage
from pipeline.reporting.page.undo_view import count_view
from pipeline.reporting.words.undo_next import next_of, undo_steps, wider_step
from pipeline.reporting.words.undo_verdict import undo_verdict

VOID = {"meta", "rect", "line", "path", "circle", "br"}

TOLD = (
    "undo 6c48531c of run bb090dc3",
    "https://shop.example",
    undo_pages.TERMS.digest,
    "200 (waiting), 400 (approved)",
    "4 321 requests in all",
    "73 orders, of which the first 3 are listed here.",
    "orderlift resume 6c48531c",
    "orderlift reconcile bb090dc3",
    "customers created, irreversible: 3",
    "2 more reasons stand in undo.csv.",
    "1 order of the run is in doubt or in conflict, and on no list.",
)


class Seen(HTMLParser):
    """The text, every attribute, and whether the tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        self.text = re.sub(r"\s+", " ", " ".join(self.words).replace("\u202f", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element that opens."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count an element without content."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text that a reader sees."""
        if self.open[-1:] != ["style"]:
            self.words.append(data)


@pytest.mark.parametrize("name", undo_pages.PAGES)
def test_a_page_is_whole_and_leads_nowhere(name: str) -> None:
    """Every element is closed, ids are given once, links stay in the folder; nothing is loaded."""
    page = Seen(undo_pages.html_of(name))
    assert page.open == []
    assert page.tags.count("h1") == 1
    ids = [value for what, value in page.attributes if what == "id"]
    assert len(ids) == len(set(ids)) >= 4
    assert not {"script", "link", "img", "iframe", "form", "object"} & set(page.tags)
    links = [value for what, value in page.attributes if what in {"href", "src"}]
    assert links
    assert not [link for link in links if ":" in link or link.startswith("/")]
    assert not [what for what, _ in page.attributes if what.startswith("on")]


@pytest.mark.parametrize("text", hostile.MARKUP)
def test_a_page_never_takes_data_for_markup(text: str) -> None:
    """Whatever stands in a number, a status, a name of a file or a word of the target."""
    plain, page = Seen(render_undo(undo_pages.hostile("plain"))), Seen(render_undo(undo_pages.hostile(text)))
    assert page.tags == plain.tags
    assert [what for what, _ in page.attributes] == [what for what, _ in plain.attributes]


def test_every_order_is_in_exactly_one_row_and_the_sum_is_written_out() -> None:
    """States that mean the same to people are one row; money goes by currency, with its sign."""
    view = count_view(undo_pages.counts())
    shown = sum(int(row.count) for row in view.rows)
    assert shown == sum(one.lines for one in undo_pages.counts()) == int(view.total.replace(" ", ""))
    money = {(row.group, row.outcome): row.money for row in view.rows}
    assert money["reversible", "in doubt"] == ("24.68 TRY",)
    assert money["touched since", ""] == ("-0.50 EUR",)
    assert view.identity.startswith("1 000 = 900 cancelled, and read back so + ")
    assert abs(sum(part.width for part in view.bar) - 100) < 0.1


def test_the_page_tells_what_was_undone_how_and_what_to_do() -> None:
    """Run, plan, target, channel, reason, versions; the next commands; how many are not listed."""
    text = Seen(render_undo(sample())).text
    for part in TOLD:
        assert part in text, part


@pytest.mark.parametrize(
    ("changes", "word", "sentence"),
    [
        ({}, "Needs a person", "900 of 1 000 orders that the run created are cancelled; 8 wait for it, "),
        (
            {"exit_code": 0, "orders": {"reversible": 2}, "outcomes": {"cancelled": 2}},
            "Done",
            "2 of 2 orders that the run created are cancelled.",
        ),
        (
            {"exit_code": 3, "orders": {"reversible": 2}, "outcomes": {"cancelled": 1, "waiting": 1}},
            "Not finished",
            "1 of 2 orders that the run created are cancelled; 1 is still to come.",
        ),
        (
            {"exit_code": 3, "orders": {"reversible": 1, "touched": 2}, "outcomes": {"refused": 1}},
            "Finished, and something stays",
            "0 of 3 orders that the run created are cancelled; 1 was not cancelled, 2 were touched since.",
        ),
        (
            {"exit_code": 130, "orders": {"reversible": 2}, "outcomes": {"in_doubt": 1, "listed": 1}},
            "Interrupted",
            "0 of 2 orders that the run created are cancelled; 1 is in doubt, 1 is still to come.",
        ),
    ],
)
def test_an_undo_in_one_sentence(changes: dict[str, object], word: str, sentence: str) -> None:
    """By what became of the orders; nothing is called done while something is left."""
    verdict = undo_verdict(summary(**changes))
    assert verdict.word == word
    assert verdict.sentence.startswith(sentence)


def test_what_only_its_status_keeps_can_be_listed_by_another_plan() -> None:
    """With what is listed already, as it was asked for; without what was begun; other reasons give none."""
    kept = UndoReason("W689", {"reason": "its status", "status": "550"}, 7, ("A-1",))
    other = UndoReason("W689", {"reason": "it is cancelled already"}, 2, ("A-8",))
    agreed = UndoAgreed(12, ("200", "400"), ignore_modified=True)
    step = wider_step(planned().summary, [other, kept], agreed, "my undo.plan")
    assert step is not None
    assert step.command == (
        "orderlift undo bb090dc3 -o 'my undo.plan' --reason 12 --status waiting --status approved"
        " --status delivered --ignore-modified"
    )
    begun = wider_step(summary(), [kept], agreed)
    assert begun is not None
    assert begun.command.endswith("--reason 12 --status delivered --ignore-modified")
    assert wider_step(planned().summary, [other], agreed) is None


def test_sums_that_do_not_hold_come_before_everything_else() -> None:
    """Nobody is told that all is well by numbers that contradict each other."""
    broken = summary(exit_code=0, orders={"reversible": 3}, outcomes={"cancelled": 2})
    page = Seen(render_undo(UndoPage(undo_pages.TERMS, broken, ())))
    assert "The sums do not add up" in page.text
    assert "orders.reversible 3 ≠ 2 outcomes" in page.text


def test_a_plan_says_that_nothing_was_sent() -> None:
    """And how to begin with one order."""
    assert undo_verdict(planned().summary).word == "Planned"
    assert [step.command for step in undo_steps(planned().summary)] == ["orderlift apply PLAN --canary 1"]


@pytest.mark.parametrize(
    ("state", "part"),
    [
        (UndoState.IN_DOUBT, "orderlift resume 7f3a reads it back before anything else"),
        (UndoState.WAITING, "orderlift resume 7f3a cancels it"),
        (UndoState.ASKED, "agree in the target's panel; then orderlift resume 7f3a"),
        (UndoState.FAILED, "orderlift resume 7f3a tries again"),
        (UndoState.REFUSED, "Cancel it by hand"),
    ],
)
def test_what_to_do_about_an_order_depends_on_where_it_stands(state: UndoState, part: str) -> None:
    """A command where one helps, the catalogue's remedy where only a person can."""
    assert part in next_of(record(state), "7f3a")
