"""A real browser for pages: Debian's chromium without a window, driven over the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/ names the methods and events.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp

SECONDS = 60
"""The longest that the browser may take for one thing."""


def program() -> str | None:
    """The browser's executable; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """One page and all that came of opening it.

    ``requests``  URLs that it asked for, its own included
    ``refused``   how many of them its own content security policy refused before anything was sent
    ``dialogs``   messages of ``alert`` and its kind; none is left open
    ``errors``    uncaught exceptions and what the console was told: refusals of the content security policy too
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.requests: list[str] = []
        self.refused = 0
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self._loaded = False

    def open(
        self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, scripts: bool = True
    ) -> None:
        """Load a file and wait until it has been."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self._loaded = False
        self.call("Page.navigate", url=page.as_uri())
        self._browser.pump(lambda: self._loaded)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol. Raises ``RuntimeError`` with what the browser said against it."""
        return self._browser.call(method, parameters, self._session)

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; of a promise, what it came to."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(str(done["exceptionDetails"]))
        return done["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """One key down and up; ``text`` is what it writes."""
        codes = {"Tab": 9, "Enter": 13, " ": 32, "Escape": 27, "ArrowDown": 40}
        code = codes.get(key, ord(key[0].upper()))
        written = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **written)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def screenshot(self, place: Path, *, whole: bool = True) -> None:
        """Write a PNG of the page."""
        done = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        place.write_bytes(base64.b64decode(done["data"]))

    def close(self) -> None:
        """Close it."""
        self.call("Page.close")

    def note(self, method: str, parameters: dict[str, Any]) -> None:
        """Take an event of this page."""
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Network.loadingFailed":
            self.refused += parameters.get("blockedReason") == "csp"
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(parameters["message"])
            self._browser.send("Page.handleJavaScriptDialog", {"accept": False}, self._session)
        elif method == "Runtime.exceptionThrown":
            self.errors.append(str(parameters["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.errors.append(parameters["entry"]["text"])


class Browser:
    """A browser between ``start`` and ``stop``; see ``running``."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="browser-")
        self._loop = asyncio.new_event_loop()
        self._tabs: dict[str, Tab] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        self._number = 0

    def start(self) -> None:
        """Start it. Raises ``RuntimeError`` when it does not."""
        found = program()
        assert found is not None
        self._process = subprocess.Popen(
            [
                found, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={self._folder}", "about:blank",
            ],
            env=os.environ | {"HOME": self._folder},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._loop.run_until_complete(self._connect())

    def stop(self) -> None:
        """End it, and remove whatever it wrote."""
        if hasattr(self, "_http"):
            with contextlib.suppress(Exception):
                self.send("Browser.close", {}, "")
            self._loop.run_until_complete(self._http.close())
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def tab(self) -> Tab:
        """A new, empty page."""
        target = self.call("Target.createTarget", {"url": "about:blank"}, "")["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, "")["sessionId"]
        made = self._tabs[session] = Tab(self, session)
        for area in ("Page", "Network", "Runtime", "Log"):
            made.call(f"{area}.enable")
        return made

    def send(self, method: str, parameters: dict[str, Any], session: str) -> int:
        """Call a method without waiting for the answer. Returns the call's number."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._later(self._socket.send_json(message))
        return self._number

    def call(self, method: str, parameters: dict[str, Any], session: str) -> dict[str, Any]:
        """Call a method and wait for its answer."""
        number = self.send(method, parameters, session)
        self.pump(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def pump(self, done: Any) -> None:
        """Take messages until ``done()``."""
        if not done():
            self._loop.run_until_complete(asyncio.wait_for(self._take(done), SECONDS))

    async def _take(self, done: Any) -> None:
        while not done():
            message = await self._socket.receive_json()
            if "id" in message:
                self._answers[message["id"]] = message
            elif message.get("sessionId") in self._tabs:
                self._tabs[message["sessionId"]].note(message["method"], message["params"])

    def _later(self, sending: Any) -> None:
        if self._loop.is_running():  # an event is being taken: what answers it goes out with the next turn
            self._loop.create_task(sending)
        else:
            self._loop.run_until_complete(sending)

    async def _connect(self) -> None:
        port = Path(self._folder) / "DevToolsActivePort"
        end = time.monotonic() + SECONDS
        while not (port.exists() and port.read_text().count("\n")):
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("the browser did not start")
            await asyncio.sleep(0.05)
        number, path = port.read_text().split("\n")[:2]
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(f"ws://127.0.0.1:{number}{path}", max_msg_size=0)


@contextlib.contextmanager
def running() -> Iterator[Browser]:
    """A browser, while it is needed."""
    browser = Browser()
    try:
        browser.start()
        yield browser
    finally:
        browser.stop()
