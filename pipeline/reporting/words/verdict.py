"""A run in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.model.language import N_, _, ngettext
from pipeline.model.summary import OrderCounts, Summary
from pipeline.reporting.words.figures import grouped

Tone = Literal["good", "attention", "bad"]

NOTHING_SENT: Final = frozenset({"check", "plan"})
"""Commands that end before the first order is sent."""
ONLY_LOOKING: Final = frozenset({"report", "status"})
"""Commands that tell of a run's requests without being the run: how long they took says nothing of it."""
SOME_REFUSED: Final = 3
NEEDS_A_PERSON: Final = 4
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
    0: ("good", "✓", N_("Done"), N_("Nothing is left to do.")),
    1: (
        "bad",
        "✕",
        N_("Program error"),
        N_("The program met an error of its own; the run can be continued."),
    ),
    2: (
        "bad",
        "✕",
        N_("Not started"),
        N_("The command, the mapping or an input file has to be corrected first."),
    ),
    3: (
        "attention",
        "!",
        N_("Finished, with refusals"),
        N_("The run is finished. Some rows have to be corrected."),
    ),
    4: (
        "attention",
        "?",
        N_("Needs a person"),
        N_("Some orders are in doubt or in conflict, and are not sent again."),
    ),
    5: (
        "attention",
        "!",
        N_("Stopped early"),
        N_("The target refused access or kept failing. Run again later."),
    ),
    6: (
        "attention",
        "!",
        N_("Stopped by a limit"),
        N_("A safety limit ended the run before more could go wrong."),
    ),
    7: (
        "bad",
        "✕",
        N_("Journal or disk problem"),
        N_("The journal, the disk or a lock has to be looked after first."),
    ),
    10: ("attention", "…", N_("There is work"), N_("The plan holds orders to send.")),
    130: (
        "attention",
        "!",
        N_("Interrupted"),
        N_("The run was interrupted and can be continued where it stopped."),
    ),
    143: (
        "attention",
        "!",
        N_("Terminated"),
        N_("The run was terminated and can be continued where it stopped."),
    ),
}
"""English, by exit code: tone, symbol, word and meaning."""


def verdict_of(summary: Summary, broken: Sequence[str] = ()) -> Verdict:
    """Tell what to say first. ``broken`` are sums that do not hold: nothing is called done then."""
    tone, symbol, word, meaning = by_exit(summary.exit_code)
    sentence = sentence_of(summary)
    left = summary.orders.unprocessed and summary.exit_code in (0, 3)
    if left and summary.command not in NOTHING_SENT:
        tone, symbol = "attention", "…"
        word = _("Nothing was sent") if summary.command in LOOKING else _("Not finished")
        meaning = _("Orders are left to be sent.")
    elif summary.exit_code == SOME_REFUSED and all_repaired(summary):
        tone, symbol, word = "good", "✓", _("Finished, and repaired")
        meaning = _("What this run refused was sent by a later one.")
    settled = not (summary.orders.in_doubt or summary.orders.conflict)
    differs = summary.read_back is not None and summary.read_back.differing > 0
    if summary.exit_code == NEEDS_A_PERSON and settled and differs:
        meaning = _("The target shows orders otherwise than the run has created them; they are named.")
    if broken:
        tone, symbol, word = "bad", "✕", _("The sums do not add up")
        meaning = _("They say: {sentence} Trust none of them before the cause is found.")
        meaning = meaning.format(sentence=sentence)
        sentence = _("The numbers of this run contradict each other.")
    return Verdict(tone, symbol, word, sentence, meaning)


def all_repaired(summary: Summary) -> bool:
    """Whether everything that a run refused stands on the target by now, sent by later runs."""
    return summary.repaired is not None and summary.repaired.left <= 0


def repaired_sentence(summary: Summary) -> str:
    """``4 of its refused orders stand on the target by now; sent by: 7f3a91c2. Left: 2.``; else empty."""
    repaired = summary.repaired
    if repaired is None:
        return ""
    said = ngettext(
        "{number} order that it refused stands on the target by now, sent by: {runs}. Left: {left}.",
        "{number} orders that it refused stand on the target by now, sent by: {runs}. Left: {left}.",
        repaired.orders,
    )
    left = grouped(max(0, repaired.left))
    return said.format(number=grouped(repaired.orders), runs=", ".join(repaired.runs), left=left)


def by_exit(code: int) -> tuple[Tone, str, str, str]:
    """Return tone, symbol, word and meaning of an exit code, in the language spoken now."""
    if code not in _BY_EXIT:
        return "bad", "✕", _("Exit {code}").format(code=code), _("The run ended in an unknown way.")
    tone, symbol, word, meaning = _BY_EXIT[code]
    return tone, symbol, _(word), _(meaning)


def sentence_of(summary: Summary) -> str:
    """``198 of 200 orders stand on the target; 2 were refused by the checks.``"""
    orders = summary.orders
    if orders.read == 0:
        return _("No orders were read.")
    if summary.command in NOTHING_SENT:
        lead, rest = _ready(orders.unprocessed, orders.read), _not_ready(orders)
    else:
        later = summary.repaired.orders if summary.repaired is not None else 0
        good = orders.created + orders.already_present + later
        lead, rest = _standing(good, orders.read), (*_not_standing(orders), _repaired(later))
    parts = ", ".join(part for part in rest if part)
    return f"{lead}; {parts}." if parts else f"{lead}."


def _ready(good: int, read: int) -> str:
    """Return the sentence of a check or a plan up to what is not ready."""
    if good == read:
        said = ngettext(
            "The one order read is ready to be sent", "All {read} orders are ready to be sent", read
        )
    elif read == 1:
        said = _("The one order read is not ready to be sent")
    elif good == 0:
        said = _("None of {read} orders are ready to be sent")
    else:
        said = ngettext(
            "{good} of {read} orders is ready to be sent",
            "{good} of {read} orders are ready to be sent",
            good,
        )
    return said.format(good=grouped(good), read=grouped(read))


def _standing(good: int, read: int) -> str:
    """Return the sentence of a run up to what is not there."""
    if good == read:
        said = ngettext(
            "The one order read stands on the target", "All {read} orders stand on the target", read
        )
    elif read == 1:
        said = _("The one order read is not on the target")
    elif good == 0:
        said = _("None of {read} orders stand on the target")
    else:
        said = ngettext(
            "{good} of {read} orders stands on the target",
            "{good} of {read} orders stand on the target",
            good,
        )
    return said.format(good=grouped(good), read=grouped(read))


def _not_ready(orders: OrderCounts) -> tuple[str, ...]:
    """Return what a check or a plan says of the others."""
    present = orders.already_present
    return (
        _clause(
            ngettext(
                "{number} stands on the target already", "{number} stand on the target already", present
            ),
            present,
        ),
        _invalid(orders.invalid),
        _conflict(orders.conflict),
    )


def _not_standing(orders: OrderCounts) -> tuple[str, ...]:
    """Return what became of the others."""
    rejected, failed = orders.rejected, orders.failed
    doubt, left = orders.in_doubt, orders.unprocessed
    return (
        _invalid(orders.invalid),
        _clause(
            ngettext("{number} was refused by the target", "{number} were refused by the target", rejected),
            rejected,
        ),
        _clause(
            ngettext(
                "{number} failed and can be sent again", "{number} failed and can be sent again", failed
            ),
            failed,
        ),
        _clause(ngettext("{number} is in doubt", "{number} are in doubt", doubt), doubt),
        _conflict(orders.conflict),
        _clause(ngettext("{number} was not sent", "{number} were not sent", left), left),
    )


def _repaired(number: int) -> str:
    said = ngettext(
        "{number} of these was sent by a later run", "{number} of these were sent by a later run", number
    )
    return _clause(said, number)


def _invalid(number: int) -> str:
    said = ngettext("{number} was refused by the checks", "{number} were refused by the checks", number)
    return _clause(said, number)


def _conflict(number: int) -> str:
    return _clause(ngettext("{number} is in conflict", "{number} are in conflict", number), number)


def _clause(said: str, number: int) -> str:
    """Return a part of the sentence; nothing where there is nothing to count."""
    return said.format(number=grouped(number)) if number else ""
