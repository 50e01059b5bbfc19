"""What a doctor finds: one line for each thing looked at."""

from typing import NamedTuple

from pipeline.model.issue import Issue


class Finding(NamedTuple):
    """``what`` was looked at, what was ``found`` in a few words, and the ``issue`` where it is not well."""

    what: str
    found: str
    issue: Issue | None = None
