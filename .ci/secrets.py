"""What must never be committed: `python .ci/secrets.py FILE…` names it and ends with 1.

Keys and tokens are known by their shapes, so none of them needs a list of exceptions. The test that looks
through the whole repository asks the same questions.
"""  # noqa: INP001

import re
import sys
from collections.abc import Iterator
from pathlib import Path

LARGEST = 1 << 20
"""Bytes. Whatever is larger is made by a script, or is somebody's export."""
SHAPES = {
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a token of the target": rb"\bToken [0-9a-f]{40}\b",
    "a token of GitHub": rb"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{20,})",
    "a token of GitLab": rb"\bglpat-[A-Za-z0-9_-]{20,}",
    "a token of a package index": rb"\bpypi-[A-Za-z0-9_-]{20,}",
    "a key of Amazon": rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a key of Google": rb"\bAIza[0-9A-Za-z_-]{35}\b",
    "a token of Slack": rb"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "a key of Stripe": rb"\b[rs]k_live_[0-9A-Za-z]{16,}",
    "a signed web token": rb"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.",
}


def found_in(content: bytes) -> Iterator[str]:
    """What of it is in a file; the thing itself is not repeated."""
    if len(content) > LARGEST:
        yield f"{len(content)} bytes, more than {LARGEST}"
    for what, shape in SHAPES.items():
        for found in re.finditer(shape, content):
            line = content.count(b"\n", 0, found.start()) + 1
            yield f"line {line}: {what}"


def main(names: list[str]) -> int:
    """Look through files; returns the exit code."""
    told = [f"{name}: {what}" for name in names for what in found_in(Path(name).read_bytes())]
    print(*told, sep="\n", end="\n" if told else "")  # noqa: T201 - that is what it is for
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
