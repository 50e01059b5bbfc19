"""Write docs/issues.md from the catalogue: `python docs/make_issue_pages.py [FILE]`."""  # noqa: INP001

import sys
from itertools import groupby
from pathlib import Path

from pipeline.cli.explain import in_general
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.catalogue.entry import Entry
from pipeline.model.issue import Severity

PREAMBLE = """\
# Issue codes

*This page is written by `docs/make_issue_pages.py` from the catalogue; a test keeps it in step.*

Codes are stable: a script may rely on them. `orderlift explain CODE` prints the same words. Words in CAPITALS
stand for what an issue tells about its own case: a value, a column, a run.

* **fatal** ends the command before anything (more) is sent. Everything else that is wrong is told with it.
* **error** refuses the order it belongs to, whole, and no other.
* **warning** refuses nothing. It is counted and told.
"""
FAMILIES = {
    "1": ("Reading files", "The file is not what its name, its header or the mapping says."),
    "2": ("Cells", "A cell cannot become what its field wants."),
    "3": ("Orders and items", "Each cell may be right, but together they make no order."),
    "4": (
        "Mapping files",
        "The mapping is wrong. It is told with its line and a caret, before any row is read.",
    ),
    "5": ("The target's answers", "What the target said, or did not say."),
    "6": ("Plan and journal", "What orderlift remembers, and who may write it."),
    "7": ("The machine and the command line", "Flags, token, disk."),
}
MEANING = {Severity.FATAL: "fatal", Severity.ERROR: "error", Severity.WARNING: "warning"}


def page() -> str:
    """Return the whole page: families in their order, codes by number, E before W."""
    entries = sorted(CATALOGUE.values(), key=lambda entry: (entry.code[1:], entry.code))
    parts = [
        PREAMBLE,
        "\n".join(f"* [{digit}xx: {FAMILIES[digit][0]}](#{_anchor(digit)})" for digit in FAMILIES),
    ]
    for digit, family in groupby(entries, key=lambda entry: entry.code[1]):
        title, about = FAMILIES[digit]
        parts.append(f"\n# {digit}xx: {title}\n\n{about}\n")
        parts += [section(entry) for entry in family]
    return "\n".join(parts)


def section(entry: Entry) -> str:
    """Return what the page says about one code."""
    return (
        f"## {entry.code} · {entry.title}\n\n"
        f"**{MEANING[entry.severity]}** · *{_escaped(in_general(entry.text))}*\n\n"
        f"**Why:** {_escaped(in_general(entry.why))}\n\n"
        f"**What to do:** {_escaped(in_general(entry.remedy))}\n"
    )


def _anchor(digit: str) -> str:
    title = FAMILIES[digit][0].lower().replace("'", "").replace(" ", "-")
    return f"{digit}xx-{title}"


def _escaped(text: str) -> str:
    """Keep what Markdown would take for markup."""
    for character in "\\*_[]<>":
        text = text.replace(character, f"\\{character}")
    return text


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("issues.md")
    out.write_text(page(), encoding="utf-8", newline="\n")
