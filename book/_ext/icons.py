"""Of the theme's 2,000 icons, send those that the pages show: 5 kB instead of 300."""

import logging
import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from sphinx.application import Sphinx

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
STYLE = "styles/pydata-sphinx-theme.css"
FONTS = "vendor/fontawesome/webfonts"
NAME = r"\.(fa-[\w-]+):{1,2}before"
RULE = re.compile(rf'({NAME}(?:,{NAME})*)\{{content:"\\[0-9a-f]+"\}}')
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each table it cuts
CODE = re.compile(r'"\\([ef][0-9a-f]{3})"')


def trim_icons(app: Sphinx, error: Exception | None) -> None:
    """Cut the theme's icon font and its rules down to the icons that pages or scripts name."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    used = set()
    for kind in ("*.html", "*.js"):
        for file in Path(app.outdir).rglob(kind):
            used.update(re.findall(r"fa-[\w-]+", file.read_text("utf-8")))

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if used.intersection(re.findall(NAME, rule[1])) else ""

    style = (THEME / STYLE).read_text("utf-8")
    (static / STYLE).write_text(RULE.sub(keep, style), "utf-8")
    codes = {code for css in static.rglob("*.css") for code in CODE.findall(css.read_text("utf-8"))}
    for font in (THEME / FONTS).glob("*.woff2"):
        cut(font, static / FONTS / font.name, {int(code, 16) for code in codes})


def cut(font: Path, target: Path, codes: set[int]) -> None:
    """Write the font with the glyphs of these code points only."""
    options = subset.Options(flavor="woff2", notdef_outline=True)
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(loaded)
    subset.save_font(loaded, str(target), options)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", trim_icons, priority=600)  # after pages.py has cleaned up
