"""``report.html`` of an undo: one self-contained page that loads nothing and runs nothing."""

from pathlib import Path

from pipeline.model.catalogue import message_of, remedy_of
from pipeline.model.language import spoken
from pipeline.model.undo import UndoAgreed, broken_undo_sums
from pipeline.reporting.files.atomic import replacing
from pipeline.reporting.masking.mask import mask_issue
from pipeline.reporting.page import undo_view as view
from pipeline.reporting.page.environment import environment
from pipeline.reporting.page.undo_page import UndoPage
from pipeline.reporting.page.view import link_views
from pipeline.reporting.words.figures import duration, grouped
from pipeline.reporting.words.undo_next import undo_steps, wider_step
from pipeline.reporting.words.undo_verdict import undo_verdict


def write_undo_report(path: Path, page: UndoPage) -> None:
    """Write the page, readable by its owner alone. Raises ``OSError``."""
    with replacing(path) as file:
        file.write(render_undo(page).encode())


def render_undo(page: UndoPage) -> str:
    """Return the page as HTML: the same page makes the same text."""
    return environment().get_template("undo.html.j2").render(_context(page))


def _context(page: UndoPage) -> dict[str, object]:
    """Return what the template speaks of."""
    summary = page.summary
    broken = tuple(dict.fromkeys((*broken_undo_sums(summary), *page.broken)))
    ended = page.ended if page.ended is None or page.show_pii else mask_issue(page.ended)
    agreed = UndoAgreed(page.terms.reason, tuple(page.terms.statuses), page.terms.ignore_modified)
    wider = wider_step(summary, page.reasons.listed, agreed)
    return {
        "lang": spoken(),
        "summary": summary,
        "terms": page.terms,
        "statuses": view.status_words(page.terms.statuses),
        "verdict": undo_verdict(summary, broken),
        "broken": broken,
        "steps": (*undo_steps(summary), *([wider] if wider is not None else ())),
        "links": link_views(page.files),
        "ended": (ended.code, message_of(ended), remedy_of(ended)) if ended is not None else None,
        "took": duration(summary.seconds),
        "counts": view.count_view(page.counts),
        "others": view.other_rows(summary),
        "money": view.money_rows(summary),
        "people": view.person_rows(page.people, summary.run_id, show_pii=page.show_pii),
        "open": page.open,
        "open_text": grouped(page.open),
        "reasons": view.reason_rows(page.reasons.listed, show_pii=page.show_pii),
        "more_reasons": max(0, page.reasons.kinds - len(page.reasons.listed)),
        "not_checked": page.terms.not_checked,
        "masked": not page.show_pii,
    }
