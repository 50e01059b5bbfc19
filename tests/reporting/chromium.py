"""A headless Chromium, spoken to in its own protocol: what it shows, logs and asks the network for."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the page is ours, and root may not start it otherwise
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
PATIENCE = 30.0


def found() -> str | None:
    """Give the browser to use: ``$CHROME``, else the first of its usual names that there is."""
    given = os.environ.get("CHROME")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Browser:
    """One page of a running browser, and everything it has said since it was opened."""

    socket: aiohttp.ClientWebSocketResponse
    runner: asyncio.Runner
    session: str = ""
    last: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something and give the answer; what is told meanwhile goes to ``events``."""
        return self.runner.run(self._call(method, parameters))

    async def _call(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.last += 1
        message: dict[str, Any] = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        await self.socket.send_json(message)
        while True:
            told = await asyncio.wait_for(self.socket.receive_json(), PATIENCE)
            if told.get("id") == self.last:
                assert "error" not in told, told
                answer: dict[str, Any] = told["result"]
                return answer
            self.events.append(told)

    def open(self, url: str, width: int, *, dark: bool = False) -> None:
        """Show a page at a width, in light or dark, and wait until it is whole."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.events.clear()
        self.call("Page.navigate", url=url)
        deadline = time.monotonic() + PATIENCE
        while not self.said("Page.loadEventFired"):
            assert time.monotonic() < deadline
            self.value("1")

    def said(self, method: str) -> list[dict[str, Any]]:
        """Give what it told under this name since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def value(self, expression: str) -> Any:
        """Give what an expression is worth within the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, path: Path) -> None:
        """Write the whole page as a PNG file."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(answer["data"]))

    def print(self, path: Path) -> None:
        """Print the page to a PDF file, A4."""
        size = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", **size)["data"]))

    def press(self, key: str, code: int) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start the browser with an empty profile in ``folder``; it ends with the block."""
    path = found()
    assert path
    words = [path, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        port, where = _address(folder / "DevToolsActivePort")
        with asyncio.Runner() as runner:
            http = runner.run(_session())
            try:
                yield runner.run(_attached(http, runner, f"ws://127.0.0.1:{port}{where}"))
            finally:
                runner.run(http.close())
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


async def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


async def _attached(http: aiohttp.ClientSession, runner: asyncio.Runner, url: str) -> Browser:
    page = Browser(await http.ws_connect(url, max_msg_size=0), runner)
    made = await page._call("Target.createTarget", {"url": "about:blank"})
    got = await page._call("Target.attachToTarget", {"targetId": made["targetId"], "flatten": True})
    page.session = got["sessionId"]
    for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
        await page._call(f"{domain}.enable", {})
    return page


def _address(path: Path) -> tuple[str, str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError, ValueError):
            port, where = path.read_text().split()
            return port, where
        time.sleep(0.05)
    raise TimeoutError(path)
