"""What every page is sent with: no request to another host, no script that is not needed."""

import hashlib
import html
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACEHOLDER = "your-name"
logger = logging.getLogger(__name__)
FONTS = ROOT / "node_modules" / "@fontsource-variable" / "source-serif-4" / "files"
# Scripts and styles of extensions that Jupyter Book always loads and this book does not use.
UNUSED = ("sphinx-thebe", "thebe", "design-tabs")


# What MyST-NB and sphinxcontrib-bibtex write and no screen reader should be told.
SLIPS = (' aria-label="Toggle hidden content"', ' role="doc-biblioentry"', ' role="list"')


def use_local_parts(app: Sphinx, config: Config) -> None:
    """Leave out what would come from content networks; see templates/ for the icons' script."""
    config.templates_path.append(str(HERE / "templates"))
    config.nb_ipywidgets_js = {}
    config.library_digest = library_digest()


def library_digest() -> str:
    """Return a digest of all code that notebooks run: when it changes, they run again."""
    digest = hashlib.sha256()
    sources = [*(ROOT / "nnlib").rglob("*.*"), *(ROOT / "book" / "exercises").rglob("*.py")]
    for path in sorted(sources):
        if path.suffix in {".py", ".js", ".css"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def mend(body: str) -> str:
    """Take out roles and labels of extensions that mislead a screen reader."""
    for slip in SLIPS:
        body = body.replace(slip, "")
    return body


def finish_page(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Drop unused scripts, and tell search engines and screen readers what is there."""
    for kind in ("script_files", "css_files"):
        context[kind] = list(needed(context[kind]))
    if "body" in context:
        context["body"] = mend(context["body"])
    metatags = context.get("metatags", "")
    if doctree is not None and 'name="description"' not in metatags:
        text = html.escape(description(doctree), quote=True)
        metatags += f'<meta name="description" content="{text}" />\n'
    title = html.escape(nodes.Text(context.get("title") or "").astext(), quote=True)
    metatags += f'<meta property="og:title" content="{title}" />\n'
    context["metatags"] = metatags


def needed(files: Iterable[Any]) -> Iterable[Any]:
    for file in files:
        name = str(getattr(file, "filename", file) or getattr(file, "attributes", {}).get("body"))
        if not any(unused in name for unused in UNUSED):
            yield file


def description(doctree: nodes.document) -> str:
    """Return the first paragraph that has no formula, at most 200 characters of it."""
    for paragraph in doctree.findall(nodes.paragraph):
        if not any(paragraph.findall(nodes.math)):
            text = " ".join(paragraph.astext().split())
            return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + "…"
    return ""


def say_where_links_lead(app: Sphinx) -> None:
    """Remind the author of the one setting that nobody else can know."""
    address = app.config.html_theme_options.get("repository_url", "")
    if PLACEHOLDER in address:
        logger.info(
            "[address] %s is a placeholder: until you set the repository's address in _config.yml,"
            " the launch and source links of the pages lead nowhere",
            address,
        )


def copy_fonts(app: Sphinx) -> None:
    """Put the text's font beside the pages: the Latin letters, upright and italic."""
    if app.builder.format == "html":
        target = Path(app.outdir, "_static", "fonts")
        target.mkdir(parents=True, exist_ok=True)
        for font in FONTS.glob("source-serif-4-latin-wght-*.woff2"):
            shutil.copy(font, target)


def remove_leftovers(app: Sphinx, error: Exception | None) -> None:
    """Remove what no page asks for: the icons' script and the maps of minified files."""
    static = Path(app.outdir, "_static")
    for pattern in ("scripts/fontawesome.js*", "**/*.map", "**/*.ttf", "sphinx-thebe.*"):
        for path in static.glob(pattern):
            path.unlink()


def setup(app: Sphinx) -> None:
    app.add_config_value("library_digest", "", "env", types=[str])
    app.add_css_file("book.css", priority=800)
    app.add_css_file("pattern.css", priority=810)
    app.add_js_file("book.js", loading_method="defer")
    app.connect("builder-inited", copy_fonts)
    app.connect("builder-inited", say_where_links_lead)
    app.connect("config-inited", use_local_parts, priority=900)
    app.connect("html-page-context", finish_page, priority=900)
    app.connect("build-finished", remove_leftovers)
