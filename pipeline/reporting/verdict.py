"""A run in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.model.summary import Summary
from pipeline.reporting.figures import grouped

Tone = Literal["good", "attention", "bad"]

NOTHING_SENT: Final = frozenset({"check", "plan"})
"""Commands that end before the first order is sent."""
LOOKING: Final = frozenset({"reconcile", "resolve", "rebuild"})
"""Commands that settle what is open, and send nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended: a word and a symbol for its state, a sentence with numbers, and a meaning."""

    tone: Tone
    symbol: str
    word: str
    sentence: str
    meaning: str


_BY_EXIT: Final[dict[int, tuple[Tone, str, str, str]]] = {
    0: ("good", "✓", "Done", "Nothing is left to do."),
    1: ("bad", "✕", "Program error", "The program met an error of its own; the run can be continued."),
    2: ("bad", "✕", "Not started", "The command, the mapping or an input file has to be corrected first."),
    3: ("attention", "!", "Finished, with refusals", "The run is finished. Some rows have to be corrected."),
    4: (
        "attention",
        "?",
        "Needs a person",
        "Some orders are in doubt or in conflict, and are not sent again.",
    ),
    5: ("attention", "!", "Stopped early", "The target refused access or kept failing. Run again later."),
    6: ("attention", "!", "Stopped by a limit", "A safety limit ended the run before more could go wrong."),
    7: (
        "bad",
        "✕",
        "Journal or disk problem",
        "The journal, the disk or a lock has to be looked after first.",
    ),
    10: ("attention", "…", "There is work", "The plan holds orders to send."),
    130: ("attention", "!", "Interrupted", "The run was interrupted and can be continued where it stopped."),
    143: ("attention", "!", "Terminated", "The run was terminated and can be continued where it stopped."),
}


def verdict_of(summary: Summary, broken: Sequence[str] = ()) -> Verdict:
    """Tell what to say first. ``broken`` are sums that do not hold: nothing is called done then."""
    tone, symbol, word, meaning = _BY_EXIT.get(
        summary.exit_code, ("bad", "✕", f"Exit {summary.exit_code}", "The run ended in an unknown way.")
    )
    sentence = sentence_of(summary)
    left = summary.orders.unprocessed and summary.exit_code in (0, 3)
    if left and summary.command not in NOTHING_SENT:
        tone, symbol = "attention", "…"
        word = "Nothing was sent" if summary.command in LOOKING else "Not finished"
        meaning = "Orders are left to be sent."
    if broken:
        tone, symbol, word = "bad", "✕", "The sums do not add up"
        meaning = f"They say: {sentence} Trust none of them before the cause is found."
        sentence = "The numbers of this run contradict each other."
    return Verdict(tone, symbol, word, sentence, meaning)


def sentence_of(summary: Summary) -> str:
    """``198 of 200 orders stand on the target; 2 were refused by the checks.``"""
    orders = summary.orders
    if orders.read == 0:
        return "No orders were read."
    if summary.command in NOTHING_SENT:
        good, ending = orders.unprocessed, "ready to be sent"
        rest = _clauses(
            (orders.already_present, "stands", "stand", "on the target already"),
            (orders.invalid, "was", "were", "refused by the checks"),
            (orders.conflict, "is", "are", "in conflict"),
        )
        verb = ("is", "are")
    else:
        good, ending = orders.created + orders.already_present, "on the target"
        verb = ("stands", "stand")
        rest = _clauses(
            (orders.invalid, "was", "were", "refused by the checks"),
            (orders.rejected, "was", "were", "refused by the target"),
            (orders.failed, "", "", "failed and can be sent again"),
            (orders.in_doubt, "is", "are", "in doubt"),
            (orders.conflict, "is", "are", "in conflict"),
            (orders.unprocessed, "was", "were", "not sent"),
        )
    return f"{_lead(good, orders.read, verb)} {ending}{'; ' + rest if rest else ''}."


def _lead(good: int, read: int, verb: tuple[str, str]) -> str:
    """Return the sentence up to its verb."""
    if good == read:
        return f"The one order read {verb[0]}" if read == 1 else f"All {grouped(read)} orders {verb[1]}"
    if read == 1:
        return "The one order read is not"
    subject = "None" if good == 0 else grouped(good)
    return f"{subject} of {grouped(read)} orders {verb[0] if good == 1 else verb[1]}"


def _clauses(*parts: tuple[int, str, str, str]) -> str:
    """Return what became of the others, as a list in words."""
    said = [
        " ".join(filter(None, (grouped(count), one if count == 1 else many, rest)))
        for count, one, many, rest in parts
        if count
    ]
    return ", ".join(said)
