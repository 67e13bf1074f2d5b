"""Print the built book as one PDF: `make pdf` writes _build/html/downloads/<name>.pdf.

All pages become one document, in the order of _toc.yml: a title page, a table of contents with page
numbers, the pages with their formulas and the still pictures of their figures, the solutions of the
exercises. Headless Chromium prints it; links between pages lead to pages of the PDF, and its outline
is that of the headings. It is printed twice: the first time to learn on which page what begins. (The
front pages alone could not be printed again: Chromium makes all pages smaller by what the widest
formula needs.)

    python tools/pdf.py [SITE] [TARGET]
"""

from __future__ import annotations

import functools
import html
import http.server
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
STYLE = ROOT / "tools" / "pdf.css"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Formulas say what they say twice, drawn and as MathML; a page on paper needs the drawing.
MATHML = re.compile(r'<span class="katex-mathml">.*?</math></span>', re.DOTALL)
ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
HEADING = re.compile(r"<(h[1-6])\b[^>]*>(.*?)</\1>", re.DOTALL)
# What is there to be clicked, run or unfolded.
SCREEN_ONLY = (
    "script, style, template, button, form, input, .headerlink, .nnb-source, .nnt-turn,"
    " .live-bar, .live-hint, .live-kept, .live-feedback, [data-live], [data-screen-only]"
)
LEFT_OPEN = "details:not(.nnb-proof):not(.nnb-entry)"
SOLUTIONS = "solutions"
UNKNOWN = 188  # as wide as most, so that the contents take the same room with and without numbers
TAKE = "book/take"  # says where to get what the reader of the PDF has


# --- the pages ------------------------------------------------------------------------------------


def pages_of(site: Path) -> list[str]:
    """The built pages in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    names = [PurePosixPath(name).with_suffix("").as_posix() for name in named(toc)]
    return [name for name in names if name != TAKE and (site / f"{name}.html").exists()]


def named(item: Any) -> Iterator[str]:
    """The files that a table of contents names, in order."""
    if isinstance(item, list):
        for one in item:
            yield from named(one)
    elif isinstance(item, dict):
        yield from (item[key] for key in ("root", "file") if key in item)
        for value in item.values():
            yield from named(value)


def slug(page: str) -> str:
    return page.removeprefix("book/").replace("/", "-").replace("_", "-")


def article(site: Path, page: str, known: set[str]) -> Tag:
    """What a page says, ready to stand in one document with the others."""
    found = ARTICLE.search((site / f"{page}.html").read_text("utf-8"))
    if found is None:
        sys.exit(f"{page}.html has no article: is the book built by this repository?")
    inside = BeautifulSoup(MATHML.sub("", found[0]), "html.parser").article
    keep_pictures(inside, page)
    keep_choices(inside)
    for part in inside.select(SCREEN_ONLY):
        part.decompose()
    for fold in inside.select(LEFT_OPEN):
        fold["open"] = ""
    for entry in inside.select(".nnb-entry"):  # of the list of all checked lines: one line each
        line = entry.details.summary.extract()
        line.name, entry.name = "span", "p"
        entry.details.replace_with(" ", line)
    own_names(inside, page, known)
    inside.name = "section"
    inside["class"] = [*inside.get("class", []), "pdf-page"]
    inside["id"] = slug(page)
    return inside


def keep_pictures(inside: Tag, page: str) -> None:
    """Of each moving figure, keep its still picture."""
    for mount in inside.select(".nnh-mount"):
        picture = mount.find("img")
        if picture is None:
            sys.exit(f"{page}: a moving figure has no still picture")
        box = tag('<div class="pdf-picture"></div>')
        box.append(picture.extract())
        mount.replace_with(box)
    for image in inside.find_all("img"):
        image.attrs = {key: image[key] for key in ("src", "alt") if key in image.attrs}
        image["src"] = urljoin(f"/{page}.html", image["src"])


def keep_choices(inside: Tag) -> None:
    """Of each form, keep the statements that one chooses from."""
    for form in inside.select(".live-form"):
        choices = tag('<ul class="pdf-choices"></ul>')
        for option in form.select(".live-option"):
            choice = tag(f"<li><strong>{option.input['value']}</strong> </li>")
            choice.append(option.span)
            choices.append(choice)
        if choices.contents:
            form.find_parent(class_="live-exercise").insert_before(choices)


def own_names(inside: Tag, page: str, known: set[str]) -> None:
    """Make ids and links unique in the whole book."""
    for part in inside.find_all(id=True):
        part["id"] = f"{slug(page)}--{part['id']}"
    for section in inside.find_all("section", id=True):
        title = section.find(["h2", "h3", "h4"], id=False)
        if title is not None and title.parent is section:  # where a link is to arrive
            title["id"] = section["id"]
            del section["id"]
    for part in inside.find_all("a", href=True):
        target = in_book(part["href"], page, known)
        if target is None:
            part.unwrap()
        else:
            part["href"] = target


def in_book(href: str, page: str, known: set[str]) -> str | None:
    """Where a link leads in the one document; elsewhere as it is; nothing for files of the site."""
    parts = urlsplit(urljoin(f"/{page}.html", href))
    if parts.scheme:
        return href
    other = unquote(parts.path).strip("/").removesuffix(".html")
    if other not in known:
        return None
    return f"#{slug(other)}--{unquote(parts.fragment)}" if parts.fragment else f"#{slug(other)}"


# --- the solutions --------------------------------------------------------------------------------


def solutions(pages: list[str], book: Tag) -> Tag:
    """The solutions of all chapters; each leads to its exercise, and that to it."""
    end = tag(
        f'<section class="pdf-page" id="{SOLUTIONS}"><h1>Solutions of the exercises</h1></section>'
    )
    for page in pages:
        part = book.find(id=slug(page), recursive=False)
        found = [solution(page, exercise) for exercise in part.select(".live-exercise")]
        if found:
            title = f'<h2 id="{SOLUTIONS}-{slug(page)}">{heading(part)}</h2>'
            end.append(tag(f"<section>{title}</section>"))
            end.contents[-1].extend(found)
    return end


def solution(page: str, exercise: Tag) -> Tag:
    """Take the solution out of an exercise, and leave a link to it."""
    said = exercise.select_one(".live-solution")
    if said is None:
        sys.exit(f"{page}: the exercise {exercise['data-exercise']} has no solution")
    title = exercise.find_previous(["h2", "h3"])
    name = f"solution-{slug(page)}-{exercise['data-exercise'].replace('_', '-')}"
    found = tag(f'<div class="pdf-solution"><h3 id="{name}"></h3></div>')
    found.h3.append(tag(f'<a href="#{title["id"]}">{heading(title)}</a>'))
    said.summary.decompose()
    found.extend(list(said.children))
    exercise.replace_with(tag(f'<p class="pdf-solved"><a href="#{name}">Solution</a></p>'))
    return found


def tag(text: str) -> Tag:
    return BeautifulSoup(text, "html.parser").contents[0]


# --- one document ---------------------------------------------------------------------------------


def heading(part: Tag) -> str:
    """A heading's text without marks."""
    title = part if part.name in ("h1", "h2", "h3") else part.find(["h1", "h2", "h3"])
    return html.escape(" ".join(title.get_text(" ", strip=True).split()))


def headings(text: str) -> list[str]:
    """The headings of a document, in order: the entries of its outline."""
    inside = (re.sub(r"<[^>]*>", "", found[2]) for found in HEADING.finditer(text))
    return [" ".join(html.unescape(one).split()) for one in inside]


def contents(book: Tag, numbers: dict[str, int]) -> str:
    """The table of contents: pages, and the sections of chapters."""

    def line(identity: str, title: str) -> str:
        return (
            f'<a href="#{identity}"><span>{title}</span><span class="pdf-dots"></span>'
            f'<span class="pdf-number">{numbers.get(identity, UNKNOWN)}</span></a>'
        )

    entries = []
    for part in book.find_all("section", class_="pdf-page", recursive=False):
        below = "".join(
            f"<li>{line(identity, heading(title))}</li>"
            for title in part.find_all("h2")
            if (identity := title.get("id") or title.parent.get("id"))
            and not part["id"].startswith(("api-", "checked-lines"))
        )
        entries.append(f"<li>{line(part['id'], heading(part))}<ol>{below}</ol></li>")
    return f'<nav class="pdf-toc pdf-page pdf-front" id="contents"><h1>Contents</h1><ol>{"".join(entries)}</ol></nav>'


def cover(config: dict[str, Any]) -> str:
    title, author = html.escape(config["title"]), html.escape(config["author"])
    return (
        f'<div class="pdf-cover pdf-front"><h1>{title}</h1>'
        '<p class="pdf-line">A textbook in which every derivation was proved by the object that'
        " prints it.</p>"
        f'<p class="pdf-foot">{author}. Text under CC BY 4.0, code under the BSD 3-Clause License.'
        "<br>In this form the figures stand still: on the site they move, and exercises answer"
        " back.</p></div>"
    )


def styles(site: Path, page: str) -> list[str]:
    """The style sheets of a page, as addresses from the site's top."""
    head = (site / f"{page}.html").read_text("utf-8").partition("</head>")[0]
    links = BeautifulSoup(head, "html.parser").find_all("link", rel="stylesheet")
    return [urljoin(f"/{page}.html", link["href"]) for link in links]


def document(site: Path, pages: list[str], book: Tag, numbers: dict[str, int]) -> str:
    """The whole book, with the page numbers that are known in its contents."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    sheets = dict.fromkeys(sheet for page in pages[:2] for sheet in styles(site, page))
    links = "".join(f'<link rel="stylesheet" href="{html.escape(one)}">' for one in sheets)
    return (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(config['title'])}</title>{links}<style>{STYLE.read_text('utf-8')}"
        f"</style></head><body class='nnt nnt-chapter'>{cover(config)}{contents(book, numbers)}{book}</body></html>"
    )


# --- printing -------------------------------------------------------------------------------------


class Pages(http.server.SimpleHTTPRequestHandler):
    """Serves the site, and the one document as /print.html."""

    text = b""

    def do_GET(self) -> None:
        if self.path != "/print.html":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.text)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def print_document(site: Path, text: str, target: Path) -> None:
    """Print a document whose pictures and styles are those of the site."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        sys.exit(
            "Chromium prints the book, and it is not installed (on Debian: apt install chromium)."
        )
    handler = functools.partial(type("Here", (Pages,), {"text": text.encode()}), directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory() as profile:
            flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
            command = [
                program, *flags, f"--user-data-dir={profile}", "--no-pdf-header-footer",
                "--generate-pdf-document-outline", "--timeout=600000",
                f"--print-to-pdf={target}", f"http://127.0.0.1:{server.server_address[1]}/print.html",
            ]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        server.shutdown()
    if not target.exists() or target.stat().st_size < 1000:
        sys.exit(f"Chromium printed nothing:\n{done.stderr[-2000:]}")


def page_numbers(pdf: Path) -> dict[str, int]:
    """On which page each thing stands that a link leads to."""
    reader = PdfReader(pdf)
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def finish(pdf: Path, titles: list[str], target: Path) -> int:
    """Say what the file is, open it with its outline, and leave out when it was made."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    writer = PdfWriter(clone_from=pdf)
    name_outline(writer, titles)
    writer.metadata = {"/Title": config["title"], "/Author": config["author"]}
    writer.page_mode = "/UseOutlines"
    target.parent.mkdir(parents=True, exist_ok=True)
    writer.write(target)
    return len(writer.pages)


def name_outline(writer: PdfWriter, titles: list[str]) -> None:
    """Write the headings into the outline as they are: Chromium drops the space at a line's end."""
    found = list(entries(writer.root_object["/Outlines"]))
    if len(found) != len(titles):
        sys.exit(f"The outline has {len(found)} entries, and the book {len(titles)} headings.")
    for entry, title in zip(found, titles):
        entry[NameObject("/Title")] = TextStringObject(title)


def entries(parent: Any) -> Iterator[Any]:
    """The entries of an outline, from top to bottom."""
    child = parent.get("/First")
    while child is not None:
        child = child.get_object()
        yield child
        yield from entries(child)
        child = child.get("/Next")


def make_pdf(site: Path, target: Path) -> int:
    """Print the book that is built in `site`; return how many pages it has."""
    pages = pages_of(site)
    if not pages:
        sys.exit(f"There is no book in {site}: run `make book` first.")
    book = tag('<main class="pdf-book nnt"></main>')
    for page in pages:
        book.append(article(site, page, set(pages)))
    book.append(solutions(pages, book))
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first.pdf"), Path(folder, "second.pdf")
        print_document(site, document(site, pages, book, {}), first)
        text = document(site, pages, book, page_numbers(first))
        print_document(site, text, second)
        return finish(second, headings(text), target)


if __name__ == "__main__":
    given = [Path(argument).resolve() for argument in sys.argv[1:]]
    source = given[0] if given else SITE
    goal = given[1] if len(given) > 1 else source / "downloads" / "optimizing-neural-networks.pdf"
    count = make_pdf(source, goal)
    print(f"{goal}: {count} pages, {goal.stat().st_size / 1e6:.1f} MB")
