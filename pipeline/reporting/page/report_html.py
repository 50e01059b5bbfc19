"""``report.html``: a run on one self-contained page that loads nothing and runs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from markupsafe import Markup

from pipeline.mapping.coverage import in_a_line
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.model.language import _, ngettext, spoken
from pipeline.model.summary import Summary
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.mask import mask
from pipeline.reporting.page import view
from pipeline.reporting.page.charts import Timeline, timeline
from pipeline.reporting.page.environment import environment
from pipeline.reporting.page.inspect_html import inspection_section
from pipeline.reporting.page.latency import latency, periods
from pipeline.reporting.page.orders_view import life_views
from pipeline.reporting.page.page import ReportPage
from pipeline.reporting.page.waterfall import money_falls, rows_fall, unreadable_sentence
from pipeline.reporting.shown.decisions import decision_views, headline, outlook
from pipeline.reporting.words.book_sentences import book_sentences
from pipeline.reporting.words.customer_changes import changes_sentence
from pipeline.reporting.words.figures import duration, grouped
from pipeline.reporting.words.held_back import held_back_sentence
from pipeline.reporting.words.next_step import next_steps
from pipeline.reporting.words.verdict import NOTHING_SENT, ONLY_LOOKING, repaired_sentence, verdict_of

MOST_BYTES: Final = 1_000_000
_EXAMPLES: Final = ((view.MOST_EXAMPLES, 50), (view.MOST_EXAMPLES, 20), (5, 10), (3, 5), (1, 3))
"""Examples of each issue, and orders explained, from the most to the fewest."""


def write_report(path: Path, page: ReportPage, catalogue: Mapping[str, Entry] = CATALOGUE) -> None:
    """Write the page. Raises ``OSError``."""
    with replacing(path) as file:
        file.write(render_report(page, catalogue).encode())


def render_report(page: ReportPage, catalogue: Mapping[str, Entry] = CATALOGUE) -> str:
    """Return the page as HTML: the same page makes the same text.

    Where 10 examples of each issue and 50 orders explained would make it larger than a megabyte, it shows
    fewer of them.
    """
    templates = environment()
    text = ""
    for most, lives in _EXAMPLES:
        text = templates.get_template("report.html.j2").render(_context(page, catalogue, most, lives))
        if len(text.encode()) <= MOST_BYTES:
            return text
    smallest = _context(replace(page, inspection=None), catalogue, 0, 0)
    return templates.get_template("report.html.j2").render(smallest)


def _context(
    page: ReportPage, catalogue: Mapping[str, Entry], examples: int, lives: int
) -> dict[str, object]:
    """Return what the template speaks of."""
    summary = page.summary
    broken = page.broken_sums
    blocks = (view.order_block(summary), view.outcome_block(summary))
    picture = timeline(page.timeline)
    orders = view.order_views(page)
    decisions = decision_views(page.decisions, show_pii=page.show_pii)
    not_green = view.not_green_count(summary)
    return {
        "lang": spoken(),
        "command": _command,
        "lines": _lines,
        "header": page.header,
        "inspection": inspection_section(page.inspection, show_pii=page.show_pii)
        if page.inspection is not None
        else Markup(""),
        "summary": summary,
        "verdict": verdict_of(summary, broken),
        "broken": broken,
        "steps": next_steps(summary),
        "links": view.link_views(page.files),
        "held_back": held_back_sentence(summary),
        "changes": changes_sentence(summary),
        "repaired": repaired_sentence(summary),
        "books": book_sentences(summary),
        "took": _took(summary),
        "rows_fall": rows_fall(summary, page.fates),
        "money_falls": money_falls(summary, page.fates),
        "unreadable": unreadable_sentence(page.fates),
        "blocks": tuple(block for block in blocks if block),
        "items": (grouped(summary.items.read), grouped(summary.items.created)),
        "money": view.money_lines(summary.money),
        "money_days": page.money_days,
        "groups": view.group_views(page, catalogue, examples),
        "decisions": decisions,
        "decisions_money": any(one.money for one in decisions),
        "decisions_headline": headline(page.decisions),
        "decisions_outlook": outlook(page.decisions),
        "issue_count": grouped(sum(group.count for group in page.issues)),
        "orders": orders,
        "orders_csv": _orders_csv(page),
        "doubtful_first": any(view.is_doubtful(record) for record in page.not_green),
        "lives": life_views(page.explained, lives, show_pii=page.show_pii),
        "not_green": not_green,
        "sends": summary.command not in NOTHING_SENT,
        "timeline": picture,
        "timeline_label": _timeline_label(picture) if picture else "",
        "timeline_unit": _timeline_unit(picture) if picture else "",
        "latency": latency(page.timeline),
        "periods": periods(page.timeline),
        "inputs": view.input_views(page.header),
        "more_inputs": max(len(page.header.inputs) - view.MOST_INPUTS, 0),
        "not_checked": page.not_checked[: view.MOST_SENTENCES],
        "needless": [
            one if page.show_pii else replace(one, name=mask(one.name))
            for one in page.needless[: view.MOST_SENTENCES]
        ],
        "needless_text": in_a_line(page.needless),
        "masked": not page.show_pii,
    }


def _took(summary: Summary) -> str:
    """``1 min 14 s, 213 requests, of which 17 repeated``; before anything is sent the time alone.

    Of a report that is written again the requests alone: its time is not that of the run.
    """
    if summary.command in NOTHING_SENT:
        return duration(summary.seconds)
    if summary.command in ONLY_LOOKING:
        told = _("{requests} requests, {retries} repeated")
        requests, retries = grouped(summary.traffic.requests), grouped(summary.traffic.retries)
        return told.format(requests=requests, retries=retries)
    said = ngettext(
        "{time}, {number} request, of which {again} repeated",
        "{time}, {number} requests, of which {again} repeated",
        summary.traffic.requests,
    )
    number, again = grouped(summary.traffic.requests), grouped(summary.traffic.retries)
    return said.format(time=duration(summary.seconds), number=number, again=again)


def _timeline_label(picture: Timeline) -> str:
    """What the picture of the upload shows, for whoever does not see it."""
    said = ngettext(
        "Answers per second over {seconds} seconds, at most {peak}; "
        "created {created}, refused {refused}, in doubt at first {doubtful}",
        "Answers per {span} seconds over {seconds} seconds, at most {peak}; "
        "created {created}, refused {refused}, in doubt at first {doubtful}",
        picture.span,
    )
    names = ("span", "seconds", "peak", "created", "refused", "doubtful")
    return said.format(**{name: getattr(picture, name) for name in names})


def _timeline_unit(picture: Timeline) -> str:
    """What a column of the picture counts."""
    said = ngettext("answers per second", "answers per {span} seconds", picture.span)
    return said.format(span=picture.span)


def _orders_csv(page: ReportPage) -> Markup:
    """The file with a line for every order, as a link where it lies beside the report."""
    for link in view.link_views(page.files):
        if link.label == "orders.csv":
            return Markup('<a href="{}">orders.csv</a>').format(link.href)
    return Markup("orders.csv")


def _command(words: str) -> Markup:
    """A command of ours within a sentence."""
    return Markup("<code>{}</code>").format(words)


def _lines(texts: Sequence[str]) -> Markup:
    """Texts one below the other."""
    return Markup("<br>").join(texts)
