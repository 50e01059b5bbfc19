"""``orderlift simulate``."""
# ruff: noqa: PLC0415 - what a command needs is imported when it runs, so that help stays fast

from pathlib import Path

import click


@click.command("simulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 finds a free one."
)
@click.option("--seed", type=click.Path(path_type=Path), help="JSON file with what the target knows.")
@click.option("--faults", type=click.Path(path_type=Path), help="JSON file with scripted faults and rates.")
@click.option("--settings", type=click.Path(path_type=Path), help="JSON file with settings of the simulator.")
def command(host: str, port: int, seed: Path | None, faults: Path | None, settings: Path | None) -> int:
    """Serve the simulator, the target's twin.

    \b
    orderlift simulate --port 8080
    ORDERLIFT_TOKEN=demo-token orderlift run … --target http://127.0.0.1:8080 --channel 5

    It keeps its orders in memory and ends with Ctrl-C. Next: docs/simulator.md.
    """  # noqa: D301
    from pipeline.simulator.__main__ import main

    arguments = ["--host", host, "--port", str(port)]
    for name, path in (("--seed", seed), ("--faults", faults), ("--settings", settings)):
        if path is not None:
            arguments += [name, str(path)]
    try:
        return main(arguments)
    except SystemExit:  # the server has said why it cannot listen there
        return 2
