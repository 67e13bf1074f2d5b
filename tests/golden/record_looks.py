"""Record how the main templates look, after a change of the theme that is meant.

    .venv/bin/python tests/golden/record_looks.py

It builds the small book of tests/site/looks.py and writes looks.json beside itself. Look at the
pictures that it leaves in _build/looks before you keep it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "_build" / "looks"
sys.path[:0] = [str(HERE.parents[1] / "tools"), str(HERE.parent / "site"), str(HERE)]

import looks  # noqa: E402
import readable  # noqa: E402
from site_check import browser, served  # noqa: E402


def main() -> None:
    found: dict[str, dict[str, list[str]]] = {}
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages = looks.build(Path(folder))
        with served(pages) as address, browser() as driver:
            for part, when, picture in looks.all_looks(looks.Camera(driver, address)):
                found.setdefault(part, {})[when] = looks.grid_of(picture)
                picture.save(PICTURES / f"{part}, {when}.png")
    readable.write(HERE / "looks.json", found)
    print(f"Look at the pictures in {PICTURES}")


if __name__ == "__main__":
    main()
