"""Social cards: the picture that a link to a page is shown with. A chapter's has its first figure.

Drawn with Matplotlib, in the page's own typeface and colors, so that a card needs no browser.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import textwrap
from functools import cache
from pathlib import Path

from docutils import nodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from sphinx.application import Sphinx

from .plain import plain

SIZE = (1200, 630)
ALT = "A card with the title “{title}” of the book Optimizing Neural Networks"
FOLDER = "cards"
BOOK = "book"  # the card of every page that has none of its own
# Of the light theme: see book/_theme/styles/10-base.css.
PAPER, INK, QUIET, ACCENT, EDGE = "#fdfcf8", "#1e2227", "#575e67", "#1c5790", "#e0dbcf"
FONTS = (
    Path(__file__).resolve().parents[2] / "node_modules/@fontsource-variable/source-serif-4/files"
)


def card_of(app: Sphinx, pagename: str) -> str:
    """The card of a page, below ``_static``."""
    name = pagename.rsplit("/", 1)[-1] if has_card(app, pagename) else BOOK
    return f"{FOLDER}/{name}.png"


def has_card(app: Sphinx, pagename: str) -> bool:
    """Whether a page has a card of its own: a chapter has."""
    return pagename in app.env.found_docs and app.env.doc2path(pagename).endswith(".ipynb")


def draw_cards(app: Sphinx) -> None:
    """Draw the cards of the book and of its chapters."""
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    book, words = app.config.project, "A textbook that proves what it prints."
    root = app.config.root_doc
    first = None
    for page in sorted(filter(lambda page: has_card(app, page), app.env.found_docs)):
        doctree = app.env.get_doctree(page)
        picture = first_picture(app, doctree)
        first = first or picture
        title = plain(app.env.titles[page])
        draw(folder / f"{page.rsplit('/', 1)[-1]}.png", title, book, picture)
    title = plain(app.env.titles[root]) if root in app.env.titles else book
    draw(folder / f"{BOOK}.png", title, words, first)


def first_picture(app: Sphinx, doctree: nodes.document) -> Path | None:
    """The still picture of a chapter's first figure."""
    for image in doctree.findall(nodes.image):
        path = Path(app.srcdir, image["uri"])
        if path.suffix == ".png" and path.exists():
            return path
    return None


@cache
def font(weight: int) -> FontProperties:
    """The text's face at a weight, as a file of its own: Matplotlib reads no variable fonts."""
    source = FONTS / "source-serif-4-latin-wght-normal.woff2"
    face = instantiateVariableFont(TTFont(source), {"wght": weight})
    face.flavor = None
    folder = tempfile.mkdtemp(prefix="cards-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder, "serif.ttf")
    face.save(file)
    return FontProperties(fname=str(file))


def draw(target: Path, title: str, below: str, picture: Path | None) -> None:
    """Draw one card: the title, a line below it, and a figure."""
    width, height = SIZE
    card = Figure(figsize=(width / 100, height / 100), dpi=100, facecolor=PAPER)
    card.add_artist(Rectangle((0, 0), 0.012, 1, color=ACCENT, transform=card.transFigure))
    lines = textwrap.wrap(title, 34)[:2]
    top = 0.9
    for line in lines:
        card.text(0.06, top, line, fontproperties=font(650), fontsize=40, color=INK, va="top")
        top -= 0.115
    card.text(0.06, top - 0.02, below, fontproperties=font(420), fontsize=20, color=QUIET, va="top")
    card.add_artist(
        Line2D([0.06, 0.94], [top - 0.12] * 2, color=EDGE, lw=1, transform=card.transFigure)
    )
    if picture is not None:
        room = [0.06, 0.05, 0.88, top - 0.2]
        axes = card.add_axes(room)
        axes.imshow(imread(picture), interpolation="lanczos")
        axes.axis("off")
    card.savefig(target, dpi=100, facecolor=PAPER, metadata={"Software": None})


def setup(app: Sphinx) -> dict[str, bool]:
    return {"parallel_read_safe": True}
