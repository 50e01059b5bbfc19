"""Fill in the blocks of pages that the code decides: `python docs/make_blocks.py [FOLDER]`."""  # noqa: INP001

import re
import sys
from pathlib import Path

from pipeline.model.capability import Capability
from pipeline.model.payload import ITEM_FIELDS, ORDER_FIELDS, Absent, FieldSpec
from pipeline.model.states import DECISIONS, FINAL, SENDABLE, TABLE, State

HERE = Path(__file__).parent


def states() -> str:
    """Every state with every move that the program may make by itself."""
    lines = ["| state | what happens → where it leads | may be sent |", "|---|---|---|"]
    for state in State:
        moves = (
            "final"
            if state in FINAL
            else ", ".join(f"{e.value} → `{to.value}`" for e, to in TABLE[state].items())
        )
        lines.append(f"| `{state.value}` | {moves} | {'yes' if state in SENDABLE else ''} |")
    return "\n".join(lines)


def promises() -> str:
    """What each mode allows to promise, in the words of the reports."""
    modes = (
        ("A", Capability(unique=True)),
        ("A without lookups", Capability(unique=True, lookup=False)),
        ("B", Capability()),
        ("C", Capability(lookup=False)),
    )
    return "\n".join(f"* **Mode {name}:** {mode.promise}" for name, mode in modes)


def decisions() -> str:
    """Every move that only a person may make."""
    lines = ["| state | what a person says → where it leads |", "|---|---|"]
    for state, moves in DECISIONS.items():
        told = ", ".join(f"{event.value} → `{to.value}`" for event, to in moves.items())
        lines.append(f"| `{state.value}` | {told} |")
    return "\n".join(lines)


def absent() -> str:
    """What stands in for a field, by what is sent."""
    sent = {
        Absent.REQUIRED: "nothing can stand in; the order is refused",
        Absent.NULL: "`null`",
        Absent.BLANK: '`""`',
        Absent.ZERO: '`"0.00"`',
        Absent.FALSE: "`false`",
        Absent.EMPTY: "`{}`",
        Absent.DEFAULT: '`"default"`',
    }
    lines = ["| sent | fields of the order | fields of an item |", "|---|---|---|"]
    for kind, words in sent.items():
        columns = (_names(ORDER_FIELDS, kind), _names(ITEM_FIELDS, kind))
        lines.append(f"| {words} | {columns[0]} | {columns[1]} |")
    return "\n".join(lines)


def _names(specs: tuple[FieldSpec, ...], kind: Absent) -> str:
    return ", ".join(f"`{spec.name}`" for spec in specs if spec.absent is kind)


BLOCKS = {
    "reliability.md": {"states": states, "promises": promises},
    "settling.md": {"decisions": decisions},
    "target.md": {"absent": absent},
}
"""Page → name of a block → what fills it."""


def page(name: str) -> str:
    """Return a page with its blocks filled in anew."""
    text = (HERE / name).read_text(encoding="utf-8")
    for block, fill in BLOCKS[name].items():
        frame = re.compile(rf"(<!-- {block} -->\n).*?(<!-- end -->)", re.DOTALL)
        parts = frame.split(text)
        if len(parts) != 4:  # noqa: PLR2004 - before, begin, end, after
            raise ValueError(f"{name} has not one block named {block}")
        text = f"{parts[0]}{parts[1]}{fill()}\n{parts[2]}{parts[3]}"
    return text


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name in BLOCKS:
        (folder / name).write_text(page(name), encoding="utf-8", newline="\n")
