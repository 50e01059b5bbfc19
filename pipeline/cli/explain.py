"""``orderlift explain``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from string import Formatter
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import options
from pipeline.model.language import _

if TYPE_CHECKING:
    from pipeline.cli.requests import Talk
    from pipeline.model.catalogue.entry import Entry
    from pipeline.reporting.shown.explained_order import ExplainedOrder
    from pipeline.reporting.terminal.undo_explained import UndoExplained


@click.command("explain")
@click.argument("word", metavar="CODE|ORDER|RUN:ORDER")
@click.option("--row", metavar="[FILE:]ROW", help="Which of several orders that fit, by its row.")
@options.output
def command(**flags: Any) -> int:  # noqa: ANN401 - click hands over the flags
    """Explain an issue code, or one order of a run.

    \b
    orderlift explain E214
    orderlift explain A-1017
    orderlift explain 7f3a:A-1017 --json

    An order comes from the newest run that holds it, unless a run is named: every field with its cells, the
    mapping's lines, steps and lookups, then attempts and states. Of an undo that is named: what it saw and
    did of the order. Next: the command that it ends with.
    """  # noqa: D301
    from pipeline.model.catalogue import CATALOGUE

    wanted = flags["word"].strip().upper()
    if wanted in CATALOGUE:
        return _tell_code(CATALOGUE[wanted], as_json=flags["as_json"])
    return _tell_order(flags)


def _tell_code(entry: "Entry", *, as_json: bool) -> int:
    from pipeline.cli.streams import print_json

    told = {label: in_general(_(text)) for label, text in _parts(entry)}
    if as_json:
        head = {"schema": "orderlift/issue-code/1", "code": entry.code, "severity": entry.severity.value}
        print_json({**head, "title": _(entry.title), **told})
        return 0
    click.echo(f"{entry.code} ({_(entry.severity.value)}): {_(entry.title)}\n")
    for label, text in zip((_("says:"), _("why:"), _("fix:")), told.values(), strict=True):
        click.echo(f"{label} {text}")
    return 0


def _parts(entry: "Entry") -> tuple[tuple[str, str], ...]:
    return (("says", entry.text), ("why", entry.why), ("fix", entry.remedy))


def _tell_order(flags: dict[str, Any]) -> int:
    from pipeline.cli.requests import Talk, places_of
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen, see_through
    from pipeline.model.refusal import UsageRefused
    from pipeline.reporting.files.explained_json import explained_json
    from pipeline.reporting.shown.explained_order import fit_to_show
    from pipeline.reporting.terminal.explained import print_explained
    from pipeline.reporting.terminal.undo_explained import UndoExplained
    from pipeline.runs.explaining.one_order import explain_order
    from pipeline.runs.undoing.explaining import explain_undone

    talk, show_pii = Talk.of(flags), flags["show_pii"]

    def work() -> "ExplainedOrder | UndoExplained":
        try:
            if (undone := explain_undone(flags["word"], places_of(flags))) is not None:
                return undone
            return explain_order(flags["word"], places_of(flags), flags["row"])
        except UsageRefused as refusal:
            if refusal.issues[0].code == "E681":
                _refuse_code(flags["word"], str(refusal.issues[0].facts.get("near", "")))
            raise

    def tell(order: "ExplainedOrder | UndoExplained") -> None:
        if isinstance(order, UndoExplained):
            _tell_undone(talk, order)
            return
        shown = fit_to_show(order, show_pii=show_pii)
        if talk.as_json:
            print_json(explained_json(shown, show_pii=show_pii))
        else:
            print_explained(screen(talk, "out"), shown, show_pii=show_pii)

    return see_through(talk, "explain", work, tell)


def _tell_undone(talk: "Talk", undone: "UndoExplained") -> None:
    from pipeline.cli.streams import print_json
    from pipeline.cli.telling import screen
    from pipeline.reporting.terminal.undo_explained import print_undo_explained, undo_explained_json

    if talk.as_json:
        print_json(undo_explained_json(undone, show_pii=talk.show_pii))
    else:
        print_undo_explained(screen(talk, "out"), undone)


def _refuse_code(word: str, orders: str) -> None:
    """Say of a word in the shape of a code that it is none, where no order bears it either.

    ``orders`` are the numbers of orders that it may stand for.
    """
    from pipeline.cli.near_codes import near_codes
    from pipeline.model.catalogue import CATALOGUE

    codes = near_codes(word, CATALOGUE)
    if codes is not None:
        near = ", ".join([*codes, *filter(None, [orders])])
        hint = _(" Did you mean {code}?").format(code=near) if near else ""
        told = _("{word!r} is neither an issue code nor an order of a run.").format(word=word)
        raise click.BadParameter(told + hint)


def in_general(text: str) -> str:
    """Return a text of the catalogue as it reads without an issue: a fact shows as its name, in capitals."""
    parts = [
        literal + ("" if name in {None, "hint"} else str(name).upper())
        for literal, name, _spec, _how in Formatter().parse(text)
    ]
    return "".join(parts)
