"""The page of transforms is the one that the transforms make."""

import subprocess
import sys
from pathlib import Path

from pipeline.mapping.transforms.registry import BUILTIN

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_transforms_is_in_step(tmp_path: Path) -> None:
    """Run docs/make_transforms.py, and commit the result."""
    out = tmp_path / "transforms.md"
    script = ROOT / "docs" / "make_transforms.py"
    subprocess.run([sys.executable, str(script), str(out)], cwd=ROOT, check=True, timeout=60)
    assert out.read_bytes() == (ROOT / "docs" / "transforms.md").read_bytes()


def test_every_transform_has_its_heading() -> None:
    """Each once."""
    page = (ROOT / "docs" / "transforms.md").read_text("utf-8")
    assert [page.count(f"\n## `{name}`\n") for name in BUILTIN] == [1] * len(BUILTIN)
