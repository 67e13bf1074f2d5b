"""The runtime, built once for the tests that run it."""

import subprocess
from pathlib import Path

import pytest

from runtime.build import build, node_program
from tests.site.conftest import browser

__all__ = ["browser"]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def runtime(tmp_path_factory):
    """The folder of a freshly built runtime; what takes long comes from the build's cache."""
    folder = tmp_path_factory.mktemp("runtime") / "live"
    about = build(folder, say=lambda text: None)
    assert about["lacks"] == {}, f"the tests need every package: {about['lacks']}"
    return folder


@pytest.fixture(scope="session")
def page_python(runtime):
    """A function that runs code in the page's Python, under node, and returns its last value."""

    def run(code, again=False, given=""):
        command = [node_program(), str(HERE / "run.mjs"), str(runtime), code, str(HERE)]
        environment = {"AGAIN": "1"} if again else {}
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run
