"""The book's own theme: what its templates (book/_theme) are told of a page, its styles and fonts.

One style sheet and one script hold what every page needs: the parts under book/_theme/styles and
book/_theme/scripts, KaTeX's rules and those of the figures, in this order.
"""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .checked import chain_style
from .formulas import KATEX, katex_style
from .packing import cut_font, small_script

ROOT = Path(__file__).resolve().parents[2]
THEME = ROOT / "book" / "_theme"
FIGURES = ROOT / "nnlib" / "figures"
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"

# The faces of the text, of what stands around it, and of code; upright and italic where both are
# used, with the weights that are.
FACES = {
    "serif.woff2": ("source-serif-4/files/source-serif-4-latin-wght-normal.woff2", (400, 700)),
    "serif-italic.woff2": ("source-serif-4/files/source-serif-4-latin-wght-italic.woff2", 400),
    "sans.woff2": ("source-sans-3/files/source-sans-3-latin-wght-normal.woff2", (400, 600)),
    "mono.woff2": ("source-code-pro/files/source-code-pro-latin-wght-normal.woff2", (400, 600)),
}
# What a formula that a reader types may show.
TYPED = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "αβγδεζηθικλμνξοπρστυφχψωϵϑϕϱςΓΔΘΛΞΠΣΥΦΨΩ±×÷·−⋅…⋯≤≥≠≈≡∼∝∞∑∏∫∂∇√∈∉⊂⊆∪∩∀∃∣∥⟨⟩⌊⌋⌈⌉←→↦⇒⇔∗⊙⊤⊥ˆ˜ˉ˙′"
)
PRELOADED = ("fonts/serif.woff2", "fonts/sans.woff2")
PRELOADED_WITH_FORMULAS = (
    "katex/fonts/KaTeX_Main-Regular.woff2",
    "katex/fonts/KaTeX_Math-Italic.woff2",
)
# Before anything is drawn: light or dark, as the reader chose or as the machine is set; and the
# fonts that the first lines need are asked for, but from a folder, where a browser forbids it.
FIRST_SCRIPT = (
    "(fonts=>{let d=document,e=d.documentElement,m;e.classList.add('js');try{m=localStorage.getItem('mode')}catch{}"
    "e.dataset.theme=m||(matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light');"
    "if(location.protocol!='file:')for(let href of fonts)d.head.append(Object.assign("
    "d.createElement('link'),{rel:'preload',as:'font',type:'font/woff2',crossOrigin:'',href}))})"
)
FOOT = ("genindex", "book/glossary", "book/bibliography", "book/checked_lines", "book/errata")
NAMES = {"genindex": "Index", "search": "Search", "404": "Page not found"}
CHAPTERS = "Chapters"  # the part of _toc.yml whose pages are read one after the other
# Files of extensions that no page of this theme needs.
UNUSED = (
    "pygments.css", "sphinx-design", "design-tabs", "mystnb.", "documentation_options.js",
    "doctools.js", "sphinx_highlight.js",
)  # fmt: skip


# --- what stands around a page --------------------------------------------------------------------


def describe_page(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the templates what they need to know of a page, as ``nnt``."""
    found = parts(app, pagename)
    context["nnt"] = {
        "kind": kind_of(app, pagename),
        "title": title_of(app, pagename, context),
        "parts": found,
        "outline": outline(app, pagename),
        "links": links(context),
        "foot": [{"name": n, "title": name_of(app, n)} for n in FOOT if known(app, n)],
        "author": app.config.author,
        "first_script": FIRST_SCRIPT,
        "fonts": fonts_of(context.get("body", "")),
        **neighbours(app, found, pagename),
    }
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if needed(file)]


def needed(file: Any) -> bool:
    name = Path(str(getattr(file, "filename", file) or "")).name
    return not name.startswith(UNUSED)


def kind_of(app: Sphinx, pagename: str) -> str:
    """The class of a page: cover, chapter, or what else there is."""
    if pagename == app.config.root_doc:
        return "cover"
    if pagename in app.env.found_docs and app.env.doc2path(pagename).endswith(".ipynb"):
        return "chapter"
    return "library" if pagename.startswith("book/api/") else "page"


def known(app: Sphinx, page: str) -> bool:
    return page in NAMES or page in app.env.found_docs


def name_of(app: Sphinx, page: str) -> str:
    title = app.env.titles.get(page)
    return NAMES.get(page) or (title.astext() if title else page)


def title_of(app: Sphinx, pagename: str, context: dict[str, Any]) -> str:
    """What the browser's tab says: the page, then the book."""
    own = name_of(app, pagename) if known(app, pagename) else context.get("title", "")
    book = app.config.project
    return book if pagename == app.config.root_doc else f"{nodes.Text(own).astext()} – {book}"


def parts(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """The book's parts, their pages, and which of them leads to this page."""
    site = getattr(app.config, "external_site_map", None)
    found: list[dict[str, Any]] = []
    if site is None:
        return found
    for part in site.root.subtrees:
        pages = [page_entry(app, site, str(name), pagename) for name in part.items]
        found.append({"caption": part.caption or "Pages", "pages": pages})
    return found


def page_entry(app: Sphinx, site: Any, name: str, pagename: str) -> dict[str, Any]:
    below = [
        {"name": str(one), "title": short(name_of(app, str(one)))}
        for tree in (site[name].subtrees if name in site else [])
        for one in tree.items
    ]
    number = app.env.toc_secnumbers.get(name, {}).get("", ())
    return {
        "name": name,
        "title": name_of(app, name),
        "number": ".".join(map(str, number)),
        "below": below,
        "around": pagename == name or any(one["name"] == pagename for one in below),
    }


def short(title: str) -> str:
    """A page of the library without the name of its module."""
    return title.partition(" (nnlib")[0]


def neighbours(app: Sphinx, found: list[dict[str, Any]], pagename: str) -> dict[str, Any]:
    """The pages before and after this one, among the cover and the chapters."""
    chapters = [page for part in found if part["caption"] == CHAPTERS for page in part["pages"]]
    row = [app.config.root_doc, *(page["name"] for page in chapters)]
    if pagename not in row:
        return {"prev": None, "next": None}
    at = row.index(pagename)

    def entry(place: int, word: str) -> dict[str, str] | None:
        if not 0 <= place < len(row):
            return None
        said = f"{word} chapter" if place else "Introduction"
        return {"page": row[place], "title": name_of(app, row[place]), "word": said}

    return {"prev": entry(at - 1, "Previous"), "next": entry(at + 1, "Next" if at else "First")}


def outline(app: Sphinx, pagename: str) -> str:
    """The headings of a page as lists of links, without its title."""
    toc = app.env.tocs.get(pagename)
    inside = toc[0].children[1:] if toc is not None and len(toc) else []
    lists = [part for part in inside if isinstance(part, nodes.bullet_list)]
    if not lists:
        return ""
    shown = lists[0].deepcopy()
    for link in shown.findall(nodes.reference):
        link["refuri"] = link["anchorname"]
    return app.builder.render_partial(shown)["fragment"]


def links(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a chapter can be run (see address.py), and its notebook."""
    run = [
        {"href": place["url"], "text": place["name"], "title": place["title"], "icon": "run"}
        for place in context.get("launch") or []
    ]
    if not context.get("notebook"):
        return run
    save = {
        "href": context["pathto"](f"_sources/{context['notebook']}", 1),
        "text": "Notebook",
        "title": "Download this chapter as a notebook",
        "icon": "save",
        "download": True,
    }
    return [*run, save]


# --- styles, scripts, fonts -----------------------------------------------------------------------


def fonts_of(body: str) -> list[str]:
    with_formulas = PRELOADED_WITH_FORMULAS if 'class="katex"' in body else ()
    return [*PRELOADED, *with_formulas]


def write_parts(app: Sphinx) -> None:
    """Put the style sheet, the script and the fonts beside the pages."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    own = [path.read_text("utf-8") for path in sorted((THEME / "styles").glob("*.css"))]
    figures = [(FIGURES / name).read_text("utf-8") for name in ("canvas.css", "host.css")]
    (static / "book.css").write_text(
        smaller("\n".join([katex_style(), *figures, *own, chain_style()])), "utf-8"
    )
    scripts = [path.read_text("utf-8") for path in sorted((THEME / "scripts").glob("*.js"))]
    (static / "book.js").write_text(
        small_script("\n".join(f"{{{one}}}" for one in scripts)), "utf-8"
    )


def smaller(css: str) -> str:
    """A style sheet without comments and without white space that says nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(";}", "}")


def cut_fonts(app: Sphinx, error: Exception | None) -> None:
    """Cut all fonts down to the signs of all pages, and those that a reader may type."""
    if error or app.builder.format != "html":
        return
    signs = set(map(ord, TYPED))
    for kind in ("*.html", "state-*.js"):
        for file in Path(app.outdir).rglob(kind):
            signs.update(map(ord, html.unescape(file.read_text("utf-8"))))
    static = Path(app.outdir, "_static")
    (static / "fonts").mkdir(parents=True, exist_ok=True)
    for name, (package, weights) in FACES.items():
        shutil.copy(cut_font(PACKAGES / package, signs, weights), static / "fonts" / name)
    for font in (static / "katex" / "fonts").glob("*.woff2"):
        shutil.copy(cut_font(KATEX / "fonts" / font.name, signs), font)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_theme("nnb", str(THEME))
    # What Jupyter Book passes to extensions that this book does not load.
    app.add_config_value("comments_config", {}, "")
    app.add_js_file("book.js", loading_method="defer")
    app.connect("builder-inited", write_parts)
    app.connect("html-page-context", describe_page, priority=950)
    app.connect("build-finished", cut_fonts)
    return {"parallel_read_safe": True}
