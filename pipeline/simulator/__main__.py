"""`python -m pipeline.simulator --port 8080`: the twin as a server of its own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipeline.simulator.seed import default_seed, load_seed
from pipeline.simulator.server import serve
from pipeline.simulator.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Read the flags and serves until interrupted. Gives 2 for files that cannot be understood."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.simulator", description="A twin of Akinon Omnitron."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--seed", type=Path, help="JSON file with what exists at the start")
    parser.add_argument("--faults", type=Path, help="JSON file with scripts and rates of faults")
    parser.add_argument("--settings", type=Path, help="JSON file with switches")
    given = parser.parse_args(arguments)
    try:
        seed = load_seed(given.seed) if given.seed else default_seed()
        faults = _object(given.faults)
        settings = Settings.from_mapping(_object(given.settings))
        serve(given.host, given.port, seed=seed, faults=faults, settings=settings, ready=_say)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    return 0


def _object(path: Path | None) -> dict[str, object]:
    document = {} if path is None else json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"{path} does not hold one JSON object")  # noqa: TRY004 - told to the user
    return document


def _say(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
