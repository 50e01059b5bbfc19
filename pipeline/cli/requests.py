"""Requests for the verbs, made of what the flags say."""

import getpass
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.cli.no_core_dumps import without_core_dumps
from pipeline.model.capability import DECLARED, Capability, Evidence
from pipeline.model.issue import Issue, shown
from pipeline.model.language import N_
from pipeline.model.location import Location
from pipeline.model.reading import ReadLimits
from pipeline.model.refusal import UsageRefused
from pipeline.runs.asked.request import OverlayUse, Places, PlanRequest, SendRequest, default_state_dir
from pipeline.runs.state_folder.overlay_store import named
from pipeline.upload.limits import Limits


def places_of(flags: dict[str, Any]) -> Places:
    """Where journals and reports go."""
    return Places(flags["state_dir"] or default_state_dir(), flags["report_dir"], flags["show_pii"])


def plan_request(flags: dict[str, Any]) -> PlanRequest:
    """What to check or plan."""
    capability = declared(flags)
    return PlanRequest(
        list(flags["sources"]),
        flags["mapping"],
        flags["target"],
        flags["channel"],
        capability=capability,
        jobs=flags["jobs"],
        read_limits=read_limits(flags),
        snapshot=flags.get("snapshot"),
        ignore_probe=flags["ignore_probe"],
        variables=dict(flags["variables"]),
        overlay=overlay_use(flags),
    )


def overlay_use(flags: dict[str, Any]) -> OverlayUse | None:
    """The corrections that a command is to lay over its sources; raises :class:`UsageRefused`."""
    if flags.get("overlay") is None:
        return None
    kept = named(Places(flags["state_dir"] or default_state_dir()), flags["overlay"])
    return OverlayUse(kept.overlay, kept.sha256)


def declared(flags: dict[str, Any]) -> Capability:
    """What the flags say of the target, with who says it and when."""
    capability = Capability(flags["assume_unique"], flags["settle_window"], not flags["no_lookup"])
    if not (flags["assume_unique"] or flags["no_lookup"]):
        return capability
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(capability, evidence=Evidence(DECLARED, at, this_person()))


def this_person() -> str:
    """Who is at the keyboard, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "somebody"


def read_limits(flags: dict[str, Any]) -> ReadLimits:
    """How much of the machine reading a file may take."""
    return ReadLimits(**dict(flags["read_limits"]))


def look_up_request(flags: dict[str, Any]) -> SendRequest:
    """How to ask the target without changing it; raises :class:`UsageRefused` without a token."""
    return send_request(
        {
            "limit": None,
            "max_errors": None,
            "max_error_rate": None,
            "max_duration": None,
            "canary": None,
            **flags,
        }
    )


def send_request(flags: dict[str, Any]) -> SendRequest:
    """How to send; raises :class:`UsageRefused` without a token."""
    return SendRequest(
        token=read_token(flags["token_file"]),
        rate=flags["rate"] or None,
        concurrency=flags["concurrency"],
        limit=flags["limit"],
        limits=Limits(flags["max_errors"], flags["max_error_rate"], flags["max_duration"]),
        deadline=flags["deadline"],
        transport=flags["transport"],
        ca_file=flags["ca_file"],
        proxy=flags["proxy"],
        canary=flags["canary"],
        trust_disk=flags["trust_disk"],
        token_file=flags["token_file"],
    )


def read_token(file: Path | None) -> str:
    """The token from the file that was named, or from the environment. Never from the command line."""
    without_core_dumps()
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else N_("it is not text")
            raise UsageRefused(Issue("E703", Location(str(file)), facts={"reason": shown(reason)})) from None
    else:
        text = os.environ.get("ORDERLIFT_TOKEN", "").strip()
    if not text:
        raise UsageRefused(Issue("E702"))
    return text


@dataclass(frozen=True, slots=True)
class Talk:
    """How to talk to the person or program that called."""

    as_json: bool
    quiet: bool
    color: str
    show_pii: bool = False

    @classmethod
    def of(cls, flags: dict[str, Any]) -> "Talk":
        """From the shared flags."""
        return cls(flags["as_json"], flags["quiet"], flags["color"], flags["show_pii"])
