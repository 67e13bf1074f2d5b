"""The packages of the page's Python: fetched from the first place that has them, hash-checked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

LISTED = Path(__file__).with_name("wheels.toml")
PATIENCE = 30  # seconds for one answer of a host


class Unreachable(Exception):
    """A place that has not the file: it cannot be reached, or the file there is another."""


def listed(path: Path = LISTED) -> dict[str, dict[str, Any]]:
    """The wheels by name, as wheels.toml lists them."""
    return tomllib.loads(path.read_text("utf-8"))


def obtain(wheel: dict[str, Any], folder: Path, say: Callable[[str], None]) -> Path | None:
    """Return the wheel's file in `folder`, fetched if need be; None where no place has it."""
    target = folder / wheel["file"]
    if target.exists() and is_file(target.read_bytes(), wheel["sha256"]):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    for place in wheel["from"]:
        where = place.get("url") or place["pip"]
        try:
            data = fetched(place, wheel)
        except Unreachable as error:
            say(f"{wheel['file']}: not from {where} ({error})")
            continue
        target.write_bytes(data)
        return target
    return None


def is_file(data: bytes, sha256: str) -> bool:
    return hashlib.sha256(data).hexdigest() == sha256


def fetched(place: dict[str, str], wheel: dict[str, Any]) -> bytes:
    """The wheel's bytes from one place; `Unreachable` unless they are the right ones."""
    if "url" in place:
        data = downloaded(place["url"])
    elif "inside" in place:
        data = taken_out(from_pip(place["pip"], place["sha256"]), place["inside"])
    else:
        data = from_pip(place["pip"], wheel["sha256"])
    if not is_file(data, wheel["sha256"]):
        raise Unreachable("the file there has another hash")
    return data


def downloaded(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            return response.read()
    except (OSError, urllib.error.URLError) as error:
        raise Unreachable(str(error)) from None


def from_pip(requirement: str, sha256: str) -> bytes:
    """The package's wheel, from wherever pip is told to look."""
    with tempfile.TemporaryDirectory() as name:
        wanted = Path(name, "wanted.txt")
        wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", "utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--no-input", "--only-binary=:all:"]
        command += ["--ignore-requires-python", "--require-hashes"]
        command += [f"--timeout={PATIENCE}", "--retries=1", f"--dest={name}", "-r", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True)
        files = list(Path(name).glob("*.whl"))
        if done.returncode or not files:
            last = done.stderr.strip().splitlines() or ["pip found nothing"]
            raise Unreachable(last[-1])
        return files[0].read_bytes()


def taken_out(package: bytes, inside: str) -> bytes:
    """One file of a wheel."""
    with tempfile.TemporaryFile() as file:
        file.write(package)
        with zipfile.ZipFile(file) as archive:
            try:
                return archive.read(inside)
            except KeyError:
                raise Unreachable(f"it has no file {inside}") from None
