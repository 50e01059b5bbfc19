"""Where the shipped samples and mappings lie: inside an installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def shipped(kind: str) -> Path:
    """The folder ``input_samples`` or ``mappings``; raises ``FileNotFoundError`` where neither exists.

    Relative where it lies under the working directory, so that reports of a checkout name no machine's paths.
    """
    for folder in (_PACKAGE / "shipped" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            here = Path.cwd()
            return folder.relative_to(here) if folder.is_relative_to(here) else folder
    raise FileNotFoundError(f"the shipped folder {kind} is missing")
