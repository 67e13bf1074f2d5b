"""Firefox without a window, driven over WebDriver BiDi: a page, a script, a print, and what went wrong.

Firefox speaks the protocol itself, so that no driver is needed beside it; ``websocket`` comes with
selenium.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import websocket

NAMES = ("firefox-esr", "firefox")
# Ask nobody on the network; without a sandbox where no one may make one (a container, say).
SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
WAIT = 60  # seconds for an answer


def program() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One window of a browser that keeps nothing: ``profile`` is an empty folder of its own."""

    def __init__(self, path: str, profile: Path) -> None:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in SETTINGS.items()]
        (profile / "user.js").write_text("\n".join(lines), "utf-8")
        command = [path, "--headless", "--remote-debugging-port=0", "--profile", str(profile)]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self.socket = websocket.create_connection(
            f"{self.address()}/session", timeout=WAIT, suppress_origin=True
        )
        self.number, self.errors = 0, []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.context = self.send("browsingContext.create", type="tab")["context"]

    def address(self) -> str:
        """Where it listens: it says so on its error stream."""
        for line in self.process.stderr:
            if found := re.search(r"BiDi listening on (ws://\S+)", line):
                return found[1]
        raise RuntimeError("Firefox ended before it listened")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; what a page logs meanwhile is kept."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"]["text"])
            if said.get("id") == self.number:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]

    def size(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=viewport)

    def open(self, url: str) -> None:
        """Load a page, and forget the errors of the one before."""
        self.errors.clear()
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def run(self, script: str) -> Any:
        """What an expression gives, as JSON would have it; a promise is waited for."""
        given = {
            "expression": f"(async () => JSON.stringify(await ({script})))()",
            "target": {"context": self.context},
            "awaitPromise": True,
        }
        said = self.send("script.evaluate", **given)
        if said["type"] == "exception":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"].get("value", "null"))

    def until(self, script: str, seconds: float = 30) -> Any:
        """Wait until an expression gives something."""
        end = time.monotonic() + seconds
        while not (found := self.run(script)) and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, where the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keys", "actions": actions}
        self.send("input.performActions", context=self.context, actions=[source])

    def pdf(self) -> bytes:
        """The page as it is printed."""
        printed = self.send("browsingContext.print", context=self.context, background=True)
        return base64.b64decode(printed["data"])

    def quit(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)
