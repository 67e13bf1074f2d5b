"""The main templates look as they were looked at: phone and laptop, light and dark, and on paper."""

import json

import looks
import numpy as np
import pytest
from built import ROOT
from PIL import Image, ImageFilter

STORED = json.loads((ROOT / "tests" / "golden" / "looks.json").read_text("utf-8"))
MEANT = "if the change is meant, run tests/golden/record_looks.py and look at its pictures"


@pytest.fixture(scope="module")
def camera(browser, serve, tmp_path_factory):
    yield looks.Camera(browser, serve(looks.build(tmp_path_factory.mktemp("looks"))))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": False})


@pytest.fixture(scope="module")
def seen(camera):
    found = {part: {} for part in looks.PARTS}
    for part, when, picture in looks.all_looks(camera):
        found[part][when] = looks.grid_of(picture)
    return found


@pytest.mark.parametrize("part", looks.PARTS)
def test_part_looks_as_it_was_stored(seen, part):
    assert seen[part].keys() == STORED[part].keys()
    for when, grid in seen[part].items():
        wrong = looks.differs(grid, STORED[part][when])
        assert not wrong, f"{part}, {when}: {wrong}\n{MEANT}"


# What somebody may do to the theme without meaning it, and the part that should show it.
SLIPS = [
    ("cover", "laptop", ".nnb-bowl { max-width: 30rem }"),
    ("cover", "phone", ".nnt-cover h1 { font-size: 2rem }"),
    ("top of a chapter", "laptop", ":root { --nnb-measure: 33rem }"),
    ("top of a chapter", "phone", ".nnt-bar { display: none }"),
    ("top of a chapter", "laptop", ".nnt-article { font-family: sans-serif; font-size: 1rem }"),
    ("contents", "laptop", ".nnt-side { background: none }"),
    ("contents", "phone", ".nnt-pages a { padding-block: 0.8rem }"),
    ("derivation", "laptop", ".nnb-why { grid-column: 1 / -1 }"),
    ("derivation", "phone", ".nnb-lines { display: block }"),
    ("bound", "laptop", ".nnb-note { display: none }"),
    ("card of a match", "laptop", ".nnb-sides { grid-template-columns: 1fr !important }"),
    ("card of a match", "phone", ".nnb-match { background: none }"),
    ("card of a refutation", "phone", ".nnb-refuted { background: none; border: 0 }"),
    ("figure", "laptop", "figure { display: block !important }"),
    ("figure", "phone", ".nnh-row { display: block }"),
    ("table and code", "laptop", "td { padding-block: 2rem !important }"),
    ("table and code", "phone", ".admonition { background: none }"),
    ("exercise", "laptop", ".live-exercise { display: flex }"),
    ("exercise", "phone", ".live-option { display: inline }"),
    ("search", "laptop", "h1 { display: none !important }"),
]


@pytest.mark.parametrize(("part", "size", "css"), SLIPS)
def test_slip_in_the_theme_is_seen(camera, part, size, css):
    camera.open(looks.PARTS[part][0], size, "light", css=css)
    grid = looks.grid_of(camera.look(part))
    assert looks.differs(grid, STORED[part][f"{size}, light"])


@pytest.mark.parametrize("part", ["top of a chapter", "derivation", "exercise", "figure"])
def test_letters_drawn_otherwise_are_not_seen(camera, part):
    """Other smoothing, and a shift by a pixel: what differs from machine to machine."""
    camera.open("book/one", "laptop", "light")
    picture = camera.look(part).convert("RGB")
    softer = picture.filter(ImageFilter.GaussianBlur(0.8))
    moved = picture.copy()
    moved.paste(picture, (1, 1))
    for other in (softer, moved):
        assert not looks.differs(looks.grid_of(other), STORED[part]["laptop, light"])


def test_grid_is_the_mean_colour_of_each_cell():
    pixels = np.zeros((looks.CELL, 2 * looks.CELL + 5, 3), dtype=np.uint8)
    pixels[:, looks.CELL :] = (255, 128, 16)
    pixels[: looks.CELL // 2, : looks.CELL] = 100
    assert looks.grid_of(Image.fromarray(pixels)) == ["323232ff8010"]
    assert "1 × 1 cells" in looks.differs(["000000"], ["323232ff8010"])
    assert looks.differs(["323232ff8010"], ["323232ff8a10"]) == ""
    assert "50%" in looks.differs(["323232ff8010"], ["323232ff8b10"])
