"""Ask which locked packages have known weaknesses: `python .ci/audit.py locks/development.txt [--must]`.

Needs pip-audit beside the Python that runs this. A machine may have a package index and no advisories:
pip-audit then says that it knows of no weakness, about packages it could not ask about. Here that counts as
not asked, and is said; with --must it is a failure.
"""  # noqa: INP001

import json
import subprocess
import sys
from typing import Any

WEAK, UNREADABLE = 1, 2
UNREACHABLE = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError", "Failed to connect")


def verdict(out: str, err: str, *, must: bool = False) -> tuple[int, list[str]]:
    """The exit code and what to say, from what pip-audit printed: its JSON, and its complaints."""
    try:
        packages: list[dict[str, Any]] = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(word in err for word in UNREACHABLE):
            return int(must), ["NOT ASKED: the advisories cannot be reached from here"]
        return UNREADABLE, ["pip-audit did not work", *err.splitlines()[-3:]]
    asked = [package for package in packages if "skip_reason" not in package]
    weak = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in"
        f" {', '.join(weakness.get('fix_versions') or ['no version yet'])}"
        for package in asked
        for weakness in package["vulns"]
    ]
    if weak:
        return WEAK, weak
    if not asked:
        return int(must), [f"NOT ASKED: the advisories know none of the {len(packages)} packages from here"]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    beside = [f"not asked about {len(unknown)}: {', '.join(unknown)}"] if unknown else []
    return int(must and bool(unknown)), [f"{len(asked)} packages asked about, no weakness known", *beside]


def main(lock: str, *, must: bool) -> int:
    """Audit one lock file; returns the exit code."""
    words = ["--disable-pip", "--require-hashes", "-r", lock, "-f", "json", "--progress-spinner", "off"]
    ran = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "pip_audit", *words], capture_output=True, text=True, timeout=300, check=False
    )
    code, lines = verdict(ran.stdout, ran.stderr, must=must)
    print(*lines, sep="\n")  # noqa: T201 - that is what it is for
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], must="--must" in sys.argv[2:]))
