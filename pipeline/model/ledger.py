"""What the runs of one target channel know of an order number."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import NamedTuple

from pipeline.model.states import State


class LedgerEntry(NamedTuple):
    """An order number as one run knows it.

    ``number`` is as that run sends it; numbers that may collide on a target share their entries. ``content``
    is the digest of what the order says there. ``unknown``: that run was sending, and its journal is gone.
    """

    run: str
    number: str
    state: State
    content: bytes | None = None
    remote_id: str | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRun:
    """A run of the channel. ``created`` is UTC, ISO 8601; ``retries`` names the run that it repeats.

    ``epoch`` counts the processes that have worked on it. ``started``: it may have sent something. ``open``:
    it was registered for sending and its journal was not taken over since, so that the journal is the truth
    and the entries are not. ``stamp`` tells one state of its file from another. ``gone``: there is no journal
    that could be read. ``counts`` are its orders by state.
    """

    run: str
    created: str
    mapping_name: str
    retries: str | None = None
    epoch: int = 0
    started: bool = False
    open: bool = False
    stamp: str | None = None
    gone: bool = False
    counts: Mapping[str, int] = made_by(default_factory=dict)

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell what it did last."""
        return self.open and self.gone
