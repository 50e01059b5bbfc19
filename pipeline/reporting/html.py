"""``report.html``: a run on one self-contained page that loads nothing and runs nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from markupsafe import Markup

from pipeline.mapping.coverage import in_a_line
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.reporting import page_view as view
from pipeline.reporting.atomic import replacing
from pipeline.reporting.book_sentences import book_sentences
from pipeline.reporting.charts import timeline
from pipeline.reporting.customer_changes import changes_sentence
from pipeline.reporting.decisions_view import decision_views, headline, outlook
from pipeline.reporting.figures import counted, duration, grouped
from pipeline.reporting.held_back import held_back_sentence
from pipeline.reporting.inspect_html import inspection_section
from pipeline.reporting.mask import mask
from pipeline.reporting.next_step import next_steps
from pipeline.reporting.page import ReportPage
from pipeline.reporting.page_environment import environment
from pipeline.reporting.verdict import NOTHING_SENT, verdict_of

MOST_BYTES: Final = 1_000_000
_EXAMPLES: Final = (view.MOST_EXAMPLES, 5, 3, 1)


def write_report(path: Path, page: ReportPage, catalogue: Mapping[str, Entry] = CATALOGUE) -> None:
    """Write the page. Raises ``OSError``."""
    with replacing(path) as file:
        file.write(render_report(page, catalogue).encode())


def render_report(page: ReportPage, catalogue: Mapping[str, Entry] = CATALOGUE) -> str:
    """Return the page as HTML: the same page makes the same text.

    Where 10 examples of each issue would make it larger than a megabyte, it shows fewer of them.
    """
    templates = environment()
    text = ""
    for most in _EXAMPLES:
        text = templates.get_template("report.html.j2").render(_context(page, catalogue, most))
        if len(text.encode()) <= MOST_BYTES:
            return text
    smallest = _context(replace(page, inspection=None), catalogue, 0)
    return templates.get_template("report.html.j2").render(smallest)


def _context(page: ReportPage, catalogue: Mapping[str, Entry], examples: int) -> dict[str, object]:
    """Return what the template speaks of."""
    summary = page.summary
    broken = page.broken_sums
    blocks = (view.row_block(summary), view.order_block(summary), view.outcome_block(summary))
    not_green = view.not_green_count(summary)
    return {
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
        "books": book_sentences(summary),
        "duration": duration(summary.seconds),
        "requests": counted(summary.traffic.requests, "request"),
        "retries": grouped(summary.traffic.retries),
        "blocks": tuple(block for block in blocks if block),
        "items": (grouped(summary.items.read), grouped(summary.items.created)),
        "money": view.money_lines(summary.money),
        "groups": view.group_views(page, catalogue, examples),
        "decisions": decision_views(page.decisions, show_pii=page.show_pii),
        "decisions_headline": headline(page.decisions),
        "decisions_outlook": outlook(page.decisions),
        "issue_count": grouped(sum(group.count for group in page.issues)),
        "orders": view.order_views(page),
        "not_green": not_green,
        "not_green_text": counted(not_green, "order"),
        "sends": summary.command not in NOTHING_SENT,
        "timeline": timeline(page.timeline),
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
