"""What a bundle tells of its run beside the inputs: facts of the journal, versions, the platform."""

import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from pipeline.journal.cases import Case
from pipeline.journal.reading import JournalReader
from pipeline.model.bundle import Problem
from pipeline.model.catalogue import message_of
from pipeline.model.issue import shown
from pipeline.redaction.signature import Signature, signature_of
from pipeline.reporting.masking.mask import mask, mask_issue
from pipeline.runs.opening.header import capability_of, tool_version
from pipeline.runs.redacting.start import Start

SCHEMA = "orderlift/bundle/1"
QUOTES = "(left out: it quotes personal data)"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SHORTEST = 3


@cache
def environment_facts() -> dict[str, Any]:
    """Versions and platform; nothing that names a person, a machine or a folder."""
    wanted = (requires("orderlift") or ()) if tool_version() != "unknown" else ()
    names = sorted({found[0] for line in wanted if "extra" not in line and (found := _NAME.match(line))})
    return {
        "orderlift": tool_version(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "byte_order": sys.byteorder,
        "filesystem_encoding": sys.getfilesystemencoding(),
        "packages": {name: _version(name) for name in names},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def journal_facts(journal: JournalReader, names: Mapping[str, str]) -> dict[str, Any]:
    """Header, counts and tables of a run: no path, no host, no value of a cell."""
    header = journal.header
    counts = journal.order_counts()
    capability = capability_of(header)
    return {
        "schema": SCHEMA,
        "run": {
            "run_id": header["run_id"],
            "command": header["command"],
            "created": header["created"],
            "version": header["version"],
            "target": None if header["target"] is None else "(left out)",
            "channel": header["channel"],
            "preset": header["preset"],
            "mode": capability.mode,
            "read_limits": header["read_limits"],
            "mapping_sha256": header["mapping_sha256"],
            "ended": journal.ending().code,
        },
        "inputs": [
            {
                "name": names.get(facts["path"]),
                **{
                    key: facts[key] for key in ("kind", "encoding", "delimiter", "packing", "bytes", "sha256")
                },
            }
            for facts in header["inputs"]
        ],
        "tables": [
            {
                "input": names.get(one.table.file),
                "source": one.table.source,
                "header_row": one.table.header_row,
                "columns": len(one.table.header),
                "read": one.read,
                "used": one.used,
                "ignored": one.ignored,
                "blank": one.blank,
            }
            for one in journal.tables()
        ],
        "orders": asdict(counts),
        "issues": journal.issue_counts(),
        "http": asdict(journal.traffic()),
    }


def told_facts(start: Start, hidden: frozenset[Signature], words: "Words") -> list[dict[str, Any]]:
    """What the checks cannot show again: each order's number in disguise, its complaints, its attempts.

    Of each kind of problem it is the first order, and those orders that a check finds nothing wrong with.
    """
    first: dict[Signature, Case] = {}
    for case in start.cases:
        if signature_of(case.issue) in hidden:
            first.setdefault(signature_of(case.issue), case)
    told = {case.order for case in first.values()} | start.held
    return [
        {
            "order": words.said(order.number),
            "state": order.state,
            "issues": [_complaint(case, words) for case in first.values() if case.order == order.id],
            "attempts": [
                {
                    "attempt": number,
                    "seconds": None if seconds is None else round(seconds, 3),
                    "outcome": outcome,
                    "status": status,
                    "reason": None if reason is None else words.said(reason),
                }
                for number, seconds, outcome, status, reason in order.attempts
            ],
        }
        for order in start.orders
        if order.id in told
    ]


def _complaint(case: Case, words: "Words") -> dict[str, Any]:
    issue = case.issue
    return {
        "code": issue.code,
        "field": issue.field,
        "column": issue.at.header if issue.at is not None else None,
        "complaint": words.said(message_of(mask_issue(issue))),
    }


class Words:
    """Says texts of a run again, with the bundle's disguises in the place of its values.

    ``disguises`` map values to what stands for them; a text in which one of ``personal`` is left is not said.
    """

    def __init__(self, disguises: Mapping[str, str], personal: Sequence[str]) -> None:
        longest_first = sorted((one for one in disguises if len(one) >= _SHORTEST), key=len, reverse=True)
        self._disguises = disguises
        self._values = (
            re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest_first))
            if longest_first
            else None
        )
        self._personal = personal

    def said(self, text: str) -> str:
        """The text on one line, its values replaced, and what looks personal masked."""
        if self._values is not None:
            text = self._values.sub(lambda found: self._disguises[found[0]], text)
        text = mask(shown(" ".join(text.split())))
        return QUOTES if any(stands_in(one, text) for one in self._personal) else text


def stands_in(value: str, text: str) -> bool:
    """Whether a value stands in a text as words of its own."""
    return value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def problem(signature: Signature) -> Problem:
    """A signature as the bundle names it."""
    return Problem(*signature)
