"""A real Chromium without a window, told what to do by its own driver (W3C WebDriver over HTTP)."""

import base64
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from shared.clusters import free_ports

PATIENCE_SECONDS: Final = 60
_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
_FLAGS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=zh-CN")


@dataclass(frozen=True)
class Browser:
    """One window. What is looked for is named by a CSS selector."""

    session: httpx.Client

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def resize(self, width: int, height: int) -> None:
        """Make the page itself so wide, which a window cannot be below some 500 points."""
        metrics: dict[str, object] = {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 600,
        }
        command: dict[str, object] = {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}
        self._ask("POST", "/goog/cdp/execute", command)

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 - whatever the script returns
        """Run a script in the page and return what it returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(values)})

    def text(self, selector: str) -> str:
        """Return the text that a person sees of an element; nothing where it is not shown."""
        shown = self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
        return str(shown)

    def click(self, selector: str) -> None:
        self._ask("POST", f"/element/{self._found(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self._ask("POST", f"/element/{self._found(selector)}/value", {"text": text})

    def wait(self, what: Callable[[], object]) -> None:
        """Wait until something holds; say what the page shows when it never does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not what():
            assert time.monotonic() < deadline, self.text("body")
            time.sleep(0.1)

    def complaints(self) -> list[str]:
        """Return what the browser has held against the page: faults of scripts, broken policies."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        height = self.run("return document.documentElement.scrollHeight")
        shot = {"captureBeyondViewport": True, "clip": self._whole(height)}
        taken = self._ask("POST", "/goog/cdp/execute", {"cmd": "Page.captureScreenshot", "params": shot})
        path.write_bytes(base64.b64decode(taken["data"]))

    def _whole(self, height: int) -> dict[str, int]:
        width = self.run("return document.documentElement.clientWidth")
        return {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}

    def _found(self, selector: str) -> str:
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        answer = self.session.request(method, path, json=body)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value


@contextmanager
def browser() -> Iterator[Browser]:
    """Start one; skip the test where there is none."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("There is no Chromium: apt-get install chromium chromium-driver")
    (port,) = free_ports()
    with (
        subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL) as running,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as door,
    ):
        try:
            _await(door)
            options = {"args": list(_FLAGS), "binary": program}
            asked = {
                "browserName": "chrome",
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL"},
            }
            started = door.post("/session", json={"capabilities": {"alwaysMatch": asked}}).json()["value"]
            session = f"http://127.0.0.1:{port}/session/{started['sessionId']}"
            door.base_url = httpx.URL(session)
            try:
                yield Browser(door)
            finally:
                # It ends the browser, which would outlive its driver.
                door.delete(session).raise_for_status()
        finally:
            running.terminate()


def _await(door: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if door.get("/status").json()["value"]["ready"]:
                return
        except httpx.TransportError:
            assert time.monotonic() < deadline
        time.sleep(0.05)
