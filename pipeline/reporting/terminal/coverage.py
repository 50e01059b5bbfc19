"""What the rows at hand never needed, for a terminal."""

from collections.abc import Sequence

from pipeline.mapping.coverage import KINDS, Needless, in_a_line
from pipeline.model.language import _, retold
from pipeline.reporting.terminal.console import Screen


def print_coverage(screen: Screen, parts: Sequence[Needless]) -> None:
    """Print everything that was never needed, by kind, each with its place."""
    screen.line()
    if not parts:
        screen.line(_("Every part of the mapping and every column was needed."))
        return
    screen.line((_("Left over: "), "bold"), f"{in_a_line(parts)}.")
    for kind, (_one, words) in KINDS.items():
        some = [one for one in parts if one.kind == kind]
        if some:
            screen.line((f"  {_(words)}", "bold"))
        for one in some:
            screen.line(f"    {retold(one.name)}", (f"   {retold(one.place)}", "dim"))
