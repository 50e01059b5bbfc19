"""Which runs there are, and which one is meant."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places

CARD = "run.json"


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as a list shows it. ``created`` is UTC, ISO 8601; ``retries`` is the run that it repeats,
    ``undoes`` the one that it takes back.
    """

    run_id: str
    created: str
    command: str
    mapping: str
    target: str | None
    channel: int | None
    retries: str | None = None
    undoes: str | None = None


def write_card(places: Places, header: Mapping[str, Any]) -> None:
    """Lay a card beside a sealed journal, so that listing runs opens none of them."""
    card = {name: header.get(name) for name in RunCard.__slots__}
    with replacing(places.run_dir(header["run_id"]) / CARD) as file:
        file.write(orjson.dumps(card))


def list_runs(places: Places) -> list[RunCard]:
    """Every run that was sealed, the newest first."""
    cards = [card for folder in _folders(places) if (card := _card(folder / CARD)) is not None]
    return sorted(cards, key=lambda card: (card.created, card.run_id), reverse=True)


def find_run(places: Places, prefix: str | None, *, sendable: bool = False, undos: bool = False) -> str:
    """The run whose id begins with ``prefix``, or the newest; only planned ones where it must be sendable.

    An undo is found by its id alone, and only where it is wanted (``undos``).
    Raises :class:`UsageRefused` where none (E624) or several (E623) fit, and where it is an undo (E661).
    """
    cards = [card for card in list_runs(places) if not sendable or card.command != "check"]
    fitting = [
        card for card in cards if (card.undoes is None if prefix is None else card.run_id.startswith(prefix))
    ]
    if not fitting:
        facts: dict[str, str | int] = {"folder": str(places.state_dir)}
        raise UsageRefused(Issue("E624", value=shown(prefix or "the latest"), facts=facts))
    if prefix is not None and len(fitting) > 1 and fitting[0].run_id != prefix:
        names = ", ".join(card.run_id for card in fitting[:5])
        raise UsageRefused(Issue("E623", value=shown(prefix), facts={"count": len(fitting), "runs": names}))
    if fitting[0].undoes is not None and not undos:
        undo = {"run": fitting[0].run_id, "undoes": fitting[0].undoes}
        raise UsageRefused(Issue("E661", facts=undo))
    return fitting[0].run_id


def _folders(places: Places) -> list[Path]:
    root = places.state_dir / "runs"
    try:
        return [Path(entry.path) for entry in os.scandir(root) if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise JournalRefused(Issue("E607", Location(str(root)), facts=facts)) from None


def _card(path: Path) -> RunCard | None:
    try:
        return RunCard(**orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def new_run_id() -> str:
    """A new run's id: eight hex digits."""
    return secrets.token_hex(4)
