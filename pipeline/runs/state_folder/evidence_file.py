"""What probing a target channel found out, kept in the state folder for later plans."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.model.capability import (
    Capability,
    ContradictedError,
    agreed,
    as_header,
    from_header,
)
from pipeline.model.issue import Issue, shown
from pipeline.model.location import Location
from pipeline.model.refusal import JournalRefused, UsageRefused
from pipeline.reporting.files.atomic import replacing
from pipeline.runs.asked.request import Places, PlanRequest
from pipeline.runs.state_folder.channel_files import channel_file

SCHEMA = "orderlift/evidence/1"


def evidence_path(places: Places, target: str, channel: int) -> Path:
    """Where the evidence about a target's channel lies: beside the lock of the channel."""
    return channel_file(places, target, channel, ".evidence.json")


def write_evidence(places: Places, target: str, channel: int, capability: Capability) -> Path:
    """Keep what was probed, in place of what was known before. Raises :class:`JournalRefused` (E607)."""
    path = evidence_path(places, target, channel)
    document = {"schema": SCHEMA, "target": target, "channel": channel, **as_header(capability)}
    try:
        with replacing(path) as file:
            file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        facts: dict[str, str | int] = {"reason": shown(error.strerror or error)}
        raise JournalRefused(Issue("E607", Location(str(path)), facts=facts)) from error
    return path


def read_evidence(places: Places, target: str, channel: int) -> Capability | None:
    """What was probed, or ``None`` where nothing was.

    Raises :class:`UsageRefused` (E655) for a file that is there and cannot be understood: what was found out
    about a target is never forgotten in silence.
    """
    path = evidence_path(places, target, channel)
    try:
        return _capability_in(orjson.loads(path.read_bytes()), channel)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        facts: dict[str, str | int] = {"reason": shown(f"{type(error).__name__}: {error}")}
        raise UsageRefused(Issue("E655", Location(str(path)), facts=facts)) from None


def _capability_in(document: Mapping[str, Any], channel: int) -> Capability:
    if document["schema"] != SCHEMA or document["channel"] != channel:
        raise ValueError("another channel, or another schema")
    return from_header(document)


def agreed_capability(request: PlanRequest, places: Places) -> Capability:
    """What the plan may rely on: declared, else probed, else assumed.

    Raises :class:`UsageRefused` (E650) for a declaration that the probe contradicts.
    """
    probed = None
    if request.target is not None and request.channel is not None and not request.ignore_probe:
        probed = read_evidence(places, request.target, request.channel)
    try:
        return agreed(request.capability, probed)
    except ContradictedError as contradicted:
        at = probed.evidence.at if probed else ""
        facts: dict[str, str | int] = {"flag": str(contradicted), "at": at}
        raise UsageRefused(Issue("E650", facts=facts)) from None
