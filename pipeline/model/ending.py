"""Why sending a run ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by

INTERRUPTED = "interrupted"
TERMINATED = "terminated"
DIED = "E533"
"""The process ended without saying why; only the next one notices."""


@dataclass(frozen=True, slots=True)
class Ending:
    """``code`` is one of the catalogue, ``interrupted`` or ``terminated``.

    ``None`` means that everything was done that could be. ``facts`` fill the catalogue's wording.
    """

    code: str | None = None
    facts: Mapping[str, str | int] = made_by(default_factory=dict)
