"""What others see of a page: its title, description and picture, where it belongs, what is not there.

Titles and descriptions need no address and are always sent. The canonical address, the social card,
the sitemap and the page for what is not found need one (see address.py), and are left out without.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from .address import Address
from .cards import ALT, SIZE, card_of, draw_cards
from .order import chapters_of, pages_of
from .plain import plain

DESCRIPTION = re.compile(r'<meta (?=[^>]*name="description")[^>]*content="([^"]*)"[^>]*>')
TEMPLATES = Path(__file__).resolve().parent / "templates"
# Addresses in a page that are relative to it; what begins with a slash, # or a scheme is not.
RELATIVE = re.compile(r'\b(href|src|action)="(?![a-z]+:|[/#"])([^"]*)"')
LONGEST = 200
# Pages that no text of the book makes.
SAID = {
    "genindex": "Terms, names and functions of the book, each with the sections that are about it.",
    "search": "Search the book by section: derivations, terms, symbols, exercises and functions.",
}
NEED_ADDRESS = ("404.html", "sitemap.xml", "robots.txt", "CNAME")


def describe(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the meta tags of a page."""
    address: Address = app.config.book_address
    title = title_of(app, pagename, context)
    metatags = re.sub(r'<meta property="og:title"[^>]*>\n', "", context.get("metatags") or "")
    found = DESCRIPTION.search(metatags)
    said = html.unescape(found[1]) if found else SAID.get(pagename) or description(doctree)
    if said and not found:
        metatags += tag("name", "description", said)
    metatags += "".join(tag("property", *pair) for pair in open_graph(app, pagename, title, said))
    if address.site:
        full = urljoin(address.site, f"_static/{card_of(app, pagename)}")
        width, height = SIZE
        pairs = {"": full, ":width": width, ":height": height, ":alt": ALT.format(title=title)}
        metatags += "".join(
            tag("property", f"og:image{end}", value) for end, value in pairs.items()
        )
        metatags += tag("name", "twitter:card", "summary_large_image")
        if pagename != "404":
            metatags += f'<link rel="canonical" href="{html.escape(address.page(pagename))}" />\n'
    context["pageurl"] = None  # or the template would name the address a second time
    context["metatags"] = metatags


def open_graph(app: Sphinx, pagename: str, title: str, said: str) -> Iterator[tuple[str, str]]:
    yield "og:site_name", app.config.project
    yield "og:type", "website" if pagename == app.config.root_doc else "article"
    yield "og:title", title
    if said:
        yield "og:description", said
    if app.config.book_address.site and pagename != "404":
        yield "og:url", app.config.book_address.page(pagename)


def tag(key: str, name: str, value: object) -> str:
    return f'<meta {key}="{name}" content="{html.escape(str(value), quote=True)}" />\n'


def title_of(app: Sphinx, pagename: str, context: dict[str, Any]) -> str:
    """A page's title in plain letters."""
    if pagename in app.env.titles:
        return plain(app.env.titles[pagename])
    return html.unescape(re.sub(r"<[^>]*>", "", context.get("title") or app.config.project))


def description(doctree: nodes.document | None) -> str:
    """The first paragraph that has no formula, at most 200 characters of it."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree is not None else ():
        if not any(paragraph.findall(nodes.math)):
            text = " ".join(paragraph.astext().split())
            return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return ""


# --- files beside the pages -----------------------------------------------------------------------


def pages_for_all(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page that a web server shows for what it has not."""
    if app.config.book_address.site:
        chapters = [
            {"name": name, "title": plain(app.env.titles[name])} for name in chapters_of(app)
        ]
        yield "404", {"title": "Page not found", "chapters": chapters}, "404.html"


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Write what search engines, hosts and those who open the bare address ask for."""
    if error or app.builder.format != "html":
        return
    out, address = Path(app.outdir), app.config.book_address
    write_start(app, out)
    if not address.site:
        for name in NEED_ADDRESS:  # of an earlier build that had one
            (out / name).unlink(missing_ok=True)
        return
    draw_cards(app)
    (out / "sitemap.xml").write_text(sitemap(address, pages_of(app)), "utf-8")
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {address.site}sitemap.xml\n", "utf-8"
    )
    (out / ".nojekyll").touch()  # or GitHub would leave out folders that begin with _
    if not address.domain.endswith((".github.io", ".gitlab.io")):
        (out / "CNAME").write_text(f"{address.domain}\n", "utf-8")
    # A host shows this page at any depth: its links start at the site's own folder.
    missing = out / "404.html"
    rooted = RELATIVE.sub(rf'\1="{address.folder}\2"', missing.read_text("utf-8"))
    missing.write_text(rooted, "utf-8")


def sitemap(address: Address, pages: list[str]) -> str:
    entries = "".join(
        f"<url><loc>{html.escape(address.page(name))}</loc></url>\n" for name in pages
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def write_start(app: Sphinx, out: Path) -> None:
    """The bare address leads to the first page; a link preview made from it shows that page's."""
    root = app.config.root_doc
    first = f"{root}.html"
    page = out / first
    if root == "index" or not page.exists():
        return
    head = page.read_text("utf-8").partition("</head>")[0]
    kept = re.findall(r'<meta (?:name|property|content)="[^>]*>|<link rel="canonical"[^>]*>', head)
    kept = [one for one in kept if "viewport" not in one and "theme-color" not in one]
    title = html.escape(app.config.project)
    (out / "index.html").write_text(
        f'<!doctype html>\n<html lang="{app.config.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n<meta http-equiv="refresh" content="0; url={first}">\n'
        + "\n".join(kept)
        + f'\n</head>\n<body><p><a href="{first}">{title}</a></p></body>\n</html>\n',
        "utf-8",
    )


def use_templates(app: Sphinx, config: Config) -> None:
    """The search page and the one for what is not found: see templates/."""
    if str(TEMPLATES) not in config.templates_path:
        config.templates_path.append(str(TEMPLATES))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", use_templates)
    app.connect("html-collect-pages", pages_for_all)
    app.connect("html-page-context", describe, priority=960)
    app.connect("build-finished", write_files, priority=700)  # after index.html was written
    return {"parallel_read_safe": True}
