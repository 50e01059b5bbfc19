"""Every transport on every event loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pipeline.target.transport import TransportKind


@pytest.fixture(
    params=[
        pytest.param({"use_uvloop": False}, id="asyncio"),
        pytest.param(
            {"use_uvloop": True},
            id="uvloop",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="uvloop has no Windows"),
        ),
    ]
)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """Run each test on both event loops."""
    return "asyncio", request.param


@pytest.fixture(params=["fast", "plain"])
def kind(request: pytest.FixtureRequest) -> TransportKind:
    """Run each test with both transports."""
    chosen: TransportKind = request.param
    return chosen
