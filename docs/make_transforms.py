"""Write docs/transforms.md from the transforms themselves: `python docs/make_transforms.py [FILE]`."""  # noqa: INP001

import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.mapping.transforms.registry import BUILTIN
from pipeline.mapping.transforms.shape import Transform
from pipeline.mapping.transforms.telling import arguments_of, outcome, signature

PREAMBLE = """\
# Transforms

*This page is written by `docs/make_transforms.py` from the transforms themselves; a test keeps it in step,
and another holds every example here against the program.*

A rule of a mapping lists them under `steps`, one after the other:

```yaml
order:
  gift_box_note: {column: Note, steps: [squeeze, {truncate: 160}]}
  amount:        {column: Sum, steps: [{amount: try}]}
```

Each takes what the one before it gives. A cell begins as text; what the last step gives is what the field
takes, or text, which the field reads as it would read the cell. A chain that does not fit together is a
mistake of the mapping, told once (E461, E475). A number or date cell of a workbook is no text: it goes
straight to the first step that reads such cells, past steps that only tidy up.

In the examples the file's locale is `en_US`. `orderlift mapping transforms NAME` prints the same for one of
them, and those of plug-ins too.
"""


def page() -> str:
    """Return the whole page."""
    index = [
        f"| [`{one.name}`](#{one.name}) | {signature(one)} | {first(one.says)} |" for one in BUILTIN.values()
    ]
    table = "\n".join(["| transform | takes → gives | |", "|---|---|---|", *index])
    return "\n".join([PREAMBLE, table, "", *("\n".join(section(one)) for one in BUILTIN.values())])


def first(says: str) -> str:
    """Return the first sentence."""
    return says.partition(". ")[0].rstrip(".") + "."


def section(one: Transform) -> Iterator[str]:
    """Yield the lines of one transform."""
    yield f"## `{one.name}`\n"
    yield f"{signature(one)}. {one.says}\n"
    arguments = arguments_of(one)
    if arguments:
        yield "| argument | | |\n|---|---|---|"
    for argument in arguments:
        need = "needed" if argument.needed else f"`{argument.default}`" if argument.default else "optional"
        alone = "; may be written alone" if argument.is_short else ""
        says = argument.says.replace("|", "\\|")
        yield f"| `{argument.name}` | {need}{alone} | {says} |"
    if arguments:
        yield ""
    yield "| step | cell | gives |\n|---|---|---|"
    for step, given, result in outcome(one):
        told = result if result.startswith("refused") else f"`{result}`"
        yield f"| `{step}` | `{escaped(given)}` | {told} |"
    yield ""


def escaped(text: str) -> str:
    """Return the text as a cell of a table may hold it."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("transforms.md")
    out.write_text(page(), encoding="utf-8", newline="\n")
