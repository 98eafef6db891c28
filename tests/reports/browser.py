"""A headless browser, driven through the WebDriver protocol that chromedriver speaks."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Browser:
    """One window."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, page: Path) -> None:
        """Show a file."""
        self._post("url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a function body in the page."""
        return self._post("execute/sync", {"script": script, "args": list(arguments)})

    def click(self, selector: str) -> None:
        """Click what the selector finds first, as a user does: it has to be visible."""
        found = self._post("element", {"using": "css selector", "value": selector})
        self._post(f"element/{next(iter(found.values()))}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into a field, and let the page do what it has put off until after that."""
        found = self._post("element", {"using": "css selector", "value": selector})
        self._post(f"element/{next(iter(found.values()))}/value", {"text": text})
        self.run("window.settled = false; setTimeout(() => { window.settled = true; }, 0);")
        self.wait("return window.settled;")

    def wait(self, script: str, *arguments: Any) -> None:
        """Until the script is true; AssertionError after ten seconds."""
        deadline = time.monotonic() + 10
        while not self.run(script, *arguments):
            assert time.monotonic() < deadline, f"never true: {script}"

    def texts(self, selector: str) -> list[str]:
        """What is to be read in each element that the selector finds."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())"
        found: list[str] = self.run(script, selector)
        return found

    def console(self) -> list[str]:
        """What the page has logged since the last call: errors, refused resources."""
        return [entry["message"] for entry in self._post("se/log", {"type": "browser"})]

    def resize(self, width: int, height: int) -> None:
        """The size of what is seen of the page."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        """A command of Chrome's own protocol."""
        return self._post("goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self, file: Path) -> None:
        """What is seen, as PNG."""
        file.write_bytes(base64.b64decode(self._get("screenshot")))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return _call(f"{self._session}/{path}", body)

    def _get(self, path: str) -> Any:
        return _call(f"{self._session}/{path}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser of its own, ended afterwards."""
    assert CHROMIUM and DRIVER
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        try:
            assert driver.stdout
            # "ChromeDriver was started successfully on port 36321."
            line = next(line for line in driver.stdout if " on port " in line and "started" in line)
            address = f"http://127.0.0.1:{line.rpartition(' ')[2].strip().rstrip('.')}/session"
            options = {"binary": CHROMIUM, "args": FLAGS}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            session = _call(address, {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
            yield Browser(f"{address}/{session}")
            with urlopen(Request(f"{address}/{session}", method="DELETE"), timeout=30):
                pass
        finally:
            driver.terminate()


def _call(address: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, {"Content-Type": "application/json"}), timeout=60) as answer:
        return json.load(answer)["value"]
