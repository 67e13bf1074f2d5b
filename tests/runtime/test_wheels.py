"""Where the runtime's packages come from: in order, with hashes, and what if there is none."""

import hashlib
import io
import json
import zipfile

import pytest

from runtime import build as build_module
from runtime import wheels
from tests.site.small_book import ROOT

DATA = b"the wheel"
WHEEL = {"file": "x-1-py3-none-any.whl", "sha256": hashlib.sha256(DATA).hexdigest(), "from": []}


def served(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return {"url": path.as_uri()}


def test_the_first_place_that_has_the_right_file_is_taken(tmp_path):
    places = [
        served(tmp_path, "other", b"another file"),
        {"url": (tmp_path / "missing").as_uri()},
        served(tmp_path, "right", DATA),
        served(tmp_path, "later", DATA),
    ]
    said = []
    path = wheels.obtain(WHEEL | {"from": places}, tmp_path / "kept", said.append)
    assert path.read_bytes() == DATA
    assert len(said) == 2 and "another hash" in said[0] and "missing" in said[1]


def test_what_is_there_is_not_fetched_again_unless_it_is_damaged(tmp_path):
    wheel = WHEEL | {"from": [served(tmp_path, "right", DATA)]}
    path = wheels.obtain(wheel, tmp_path / "kept", print)
    (tmp_path / "right").unlink()
    assert wheels.obtain(wheel, tmp_path / "kept", print) == path
    path.write_bytes(b"damaged")
    assert wheels.obtain(wheel, tmp_path / "kept", print) is None


def test_a_file_is_taken_out_of_another_package():
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("inside/x.whl", DATA)
    assert wheels.taken_out(package.getvalue(), "inside/x.whl") == DATA
    with pytest.raises(wheels.Unreachable, match="no file"):
        wheels.taken_out(package.getvalue(), "inside/y.whl")


def test_every_wheel_has_a_hash_a_place_and_a_word_what_for():
    for name, wheel in wheels.listed().items():
        assert len(wheel["sha256"]) == 64 and wheel["from"] and wheel["needed_for"], name
        for place in wheel["from"]:
            assert "url" in place or "==" in place["pip"], name
            assert ("inside" in place) == (len(place.get("sha256", "")) == 64), name


def test_versions_are_those_that_readers_have():
    pinned = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    for name in ("sympy", "mpmath"):
        place = wheels.listed()[name]["from"][0]["pip"]
        assert place in pinned
    lock = json.loads((build_module.PYODIDE / "pyodide-lock.json").read_text("utf-8"))
    numpy = lock["packages"]["numpy"]
    assert (numpy["file_name"], numpy["sha256"]) == (
        wheels.listed()["numpy"]["file"],
        wheels.listed()["numpy"]["sha256"],
    )
    node = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    assert node["pyodide"] == build_module.version()


def without(monkeypatch, *names):
    """Let no place have these wheels."""
    obtain = wheels.obtain

    def none_of_these(wheel, folder, say):
        if wheel["file"].partition("-")[0] in names:
            return None
        return obtain(wheel, folder, say)

    monkeypatch.setattr(wheels, "obtain", none_of_these)


def test_a_build_that_reaches_no_numpy_leaves_it_out_and_says_so(monkeypatch, tmp_path):
    without(monkeypatch, "numpy")
    said = []
    about = build_module.build(tmp_path / "live", say=said.append)
    assert set(about["lacks"]) == {"numpy"} and "numpy.whl" not in about["files"]
    assert not list((tmp_path / "live").glob("numpy*"))
    assert any("numpy is left out" in line and "function" in line for line in said)


def test_a_build_without_sympy_is_no_runtime(monkeypatch, tmp_path):
    without(monkeypatch, "sympy")
    with pytest.raises(build_module.CannotBuild, match="sympy could not be had"):
        build_module.build(tmp_path / "live", say=lambda text: None)


def test_the_same_sources_give_the_same_files(runtime, tmp_path):
    again = build_module.build(tmp_path / "live", say=lambda text: None)
    assert again == json.loads((runtime / "about.json").read_text("utf-8"))
    for name, file in again["files"].items():
        data = (runtime / file["name"]).read_bytes()
        assert build_module.digest(data) in file["name"], name
        assert len(data) == file["bytes"], name
