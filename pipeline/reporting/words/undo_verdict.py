"""An undo in one sentence."""

from collections.abc import Sequence
from typing import Final

from pipeline.model.language import N_, _, ngettext
from pipeline.model.undo import Group, UndoState, UndoSummary
from pipeline.reporting.words.figures import grouped
from pipeline.reporting.words.undo_next import TO_CANCEL, TO_SETTLE
from pipeline.reporting.words.verdict import Tone, Verdict, by_exit

_BY_EXIT: Final[dict[int, tuple[Tone, str, str, str]]] = {
    0: ("good", "✓", N_("Done"), N_("Everything that could be cancelled is, or waits for it on the target.")),
    3: (
        "attention",
        "!",
        N_("Finished, and something stays"),
        N_("What was touched, refused or cannot be taken back is listed below with its reason."),
    ),
    4: (
        "attention",
        "?",
        N_("Needs a person"),
        N_("Some orders may be cancelled or not. None of them is asked for again before that is known."),
    ),
}


def undo_verdict(summary: UndoSummary, broken: Sequence[str] = ()) -> Verdict:
    """Tell what to say first. ``broken`` are sums that do not hold: nothing is called done then."""
    if broken:
        sentence = _("The numbers of this undo contradict each other.")
        return Verdict("bad", "✕", _("The sums do not add up"), sentence, _("Trust none of them."))
    if not summary.begun:
        return _planned(summary)
    sentence = _sentence(summary)
    if summary.exit_code in (0, 3) and summary.count(*TO_CANCEL):
        return Verdict("attention", "…", _("Not finished"), sentence, _("Orders are left to be cancelled."))
    if summary.exit_code not in _BY_EXIT:
        tone, symbol, word, meaning = by_exit(summary.exit_code)
        return Verdict(tone, symbol, word, sentence, meaning)
    tone, symbol, word, meaning = _BY_EXIT[summary.exit_code]
    return Verdict(tone, symbol, _(word), sentence, _(meaning))


def _planned(summary: UndoSummary) -> Verdict:
    total, listed = sum(summary.orders.values()), summary.orders.get(Group.REVERSIBLE.value, 0)
    said = ngettext(
        "{listed} of {total} order can be cancelled; nothing was sent yet.",
        "{listed} of {total} orders can be cancelled; nothing was sent yet.",
        total,
    )
    sentence = said.format(listed=grouped(listed), total=grouped(total))
    if not total:
        sentence = _("The run has created no orders.")
    warning = _("Applying it cancels them on the target, where customers may be told and money may move.")
    if not listed:
        return Verdict("attention", "!", _("Nothing can be cancelled"), sentence, _("The reasons follow."))
    return Verdict("attention", "…", _("Planned"), sentence, warning)


def _sentence(summary: UndoSummary) -> str:
    """``7 of 9 orders are cancelled; 1 is in doubt, 1 was left alone.``"""
    total, done = sum(summary.orders.values()), summary.count(UndoState.CANCELLED)
    said = ngettext(
        "{done} of {total} order that the run created is cancelled",
        "{done} of {total} orders that the run created are cancelled",
        total,
    )
    lead = said.format(done=grouped(done), total=grouped(total))
    parts = ", ".join(part for part in _others(summary) if part)
    return f"{lead}; {parts}." if parts else f"{lead}."


def _others(summary: UndoSummary) -> tuple[str, ...]:
    """What became of all others."""
    asked, unclear = summary.count(UndoState.ASKED), summary.count(UndoState.UNCLEAR)
    doubt, left = summary.count(*TO_SETTLE), summary.count(*TO_CANCEL)
    refused = summary.count(UndoState.REFUSED, UndoState.FAILED)
    already = summary.count(UndoState.ALREADY)
    touched = summary.count(UndoState.LEFT_ALONE) + summary.orders.get(Group.TOUCHED.value, 0)
    stays = summary.orders.get(Group.IRREVERSIBLE.value, 0)
    return (
        _clause(ngettext("{number} waits for it", "{number} wait for it", asked), asked),
        _clause(ngettext("{number} is unclear", "{number} are unclear", unclear), unclear),
        _clause(ngettext("{number} is in doubt", "{number} are in doubt", doubt), doubt),
        _clause(ngettext("{number} was not cancelled", "{number} were not cancelled", refused), refused),
        _clause(
            ngettext(
                "{number} was cancelled by somebody else", "{number} were cancelled by somebody else", already
            ),
            already,
        ),
        _clause(
            ngettext("{number} was touched since", "{number} were touched since", touched),
            touched,
        ),
        _clause(ngettext("{number} cannot be taken back", "{number} cannot be taken back", stays), stays),
        _clause(ngettext("{number} is still to come", "{number} are still to come", left), left),
    )


def _clause(said: str, number: int) -> str:
    """Return a part of the sentence; nothing where there is nothing to count."""
    return said.format(number=grouped(number)) if number else ""
