"""The command that shows a bundle's problem again."""

from collections.abc import Sequence
from dataclasses import fields
from shlex import quote

from pipeline.model.reading import ReadLimits
from pipeline.runs.redacting.mapping import BundledMapping
from pipeline.runs.redacting.trial import INPUTS


def command_for(
    mapping: BundledMapping, names: Sequence[str], limits: ReadLimits, channel: int | None
) -> str:
    """What to type in the folder of the unpacked bundle."""
    if not names:
        return "orderlift mapping check " + quote(mapping.name)
    words = ["orderlift check", *(quote(f"{INPUTS}/{name}") for name in names), "-m", quote(mapping.name)]
    words += [f"--var {quote(f'{name}={value}')}" for name, value in mapping.variables.items()]
    words += [f"--channel {channel}"] if channel is not None else []
    usual = ReadLimits()
    words += [
        f"--read-limit {field.name}={getattr(limits, field.name)}"
        for field in fields(limits)
        if getattr(limits, field.name) != getattr(usual, field.name)
    ]
    return " ".join(words)
