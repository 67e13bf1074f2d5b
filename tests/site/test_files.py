"""The built pages as files: all there, no dead link inside the book, nothing from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from built import ROOT, SITE, file_of, listed_pages

PAGES = listed_pages()
# What makes a browser fetch the address that stands in it (a link that one follows does not).
FETCHES = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}


class Page(HTMLParser):
    """Ids, addresses and headings of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.headings: list[str] = []
        self.meta: dict[str, str] = {}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(tag)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "meta":
            self.meta[given.get("name", "")] = given.get("content", "")
        followed = given.get("rel") in {"search", "next", "prev", "author", "index", "canonical"}
        if tag in FETCHES and given.get(FETCHES[tag]) and not followed:
            self.fetched.append(given[FETCHES[tag]])


def test_table_of_contents_has_pages():
    assert len(PAGES) == len(set(PAGES)) > 0


@pytest.fixture(scope="module")
def page():
    read = {}

    def get(path: Path) -> Page:
        if path not in read:
            read[path] = Page(path)
        return read[path]

    return get


@pytest.mark.parametrize("name", PAGES)
def test_page_was_built_from_what_is_there(name):
    built = file_of(name)
    source = next(
        ROOT / f"{name}{end}" for end in (".md", ".ipynb") if (ROOT / f"{name}{end}").exists()
    )
    assert built.stat().st_mtime >= source.stat().st_mtime, f"{name} is older than its source"


@pytest.mark.parametrize("name", PAGES)
def test_links_inside_the_book_lead_somewhere(name, page):
    path = file_of(name)
    dead = []
    for link in page(path).links + page(path).fetched:
        address = urlsplit(link)
        if address.scheme or address.netloc:
            continue
        target = (path.parent / unquote(address.path)).resolve() if address.path else path
        if not target.exists() or not target.is_relative_to(SITE):
            dead.append(link)
        elif address.fragment and target.suffix == ".html":
            if unquote(address.fragment) not in page(target).ids:
                dead.append(link)
    assert not dead, f"{name} links to what is not there: {sorted(set(dead))}"


@pytest.mark.parametrize("name", PAGES)
def test_page_fetches_nothing_from_another_host(name, page):
    foreign = [address for address in page(file_of(name)).fetched if urlsplit(address).netloc]
    assert not foreign, f"{name} would fetch {foreign}"


def test_styles_fetch_nothing_from_another_host():
    styles = list(SITE.rglob("*.css"))
    assert styles
    foreign = re.compile(r"""(url\(|@import)\s*["']?\s*(https?:)?//""")
    assert [str(style) for style in styles if foreign.search(style.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_describes_itself(name, page):
    assert len(page(file_of(name)).meta.get("description", "")) >= 20, (
        f"{name} has no description: add `myst: html_meta: description:` to its metadata"
    )


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_title_and_unique_ids(name, page):
    found = page(file_of(name))
    article = file_of(name).read_text("utf-8")
    assert article.count("<h1") - article.count("<h1></h1>") >= 1
    twice = sorted({one for one in found.ids if found.ids.count(one) > 1})
    assert not twice, f"{name} uses these ids twice: {twice}"


@pytest.mark.parametrize("name", PAGES)
def test_launch_and_source_links_are_made_from_the_one_address(name, page):
    """While the address is the placeholder there are none; tests/site/test_sharing.py has one."""
    address = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    links = [link for link in page(file_of(name)).links if urlsplit(link).netloc]
    launch = [link for link in links if re.search(r"mybinder\.org/v2|colab\.research", link)]
    if "/your-name/" in address:
        assert not launch and not [link for link in links if "your-name" in link]
    elif (ROOT / f"{name}.ipynb").exists():
        owner_and_name = urlsplit(address).path.strip("/")
        assert launch and all(owner_and_name in link and name in link for link in launch)


@pytest.mark.parametrize("name", [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()])
def test_chapter_can_be_downloaded_as_a_notebook(name, page):
    sources = [link for link in page(file_of(name)).links if link.endswith(".ipynb")]
    assert sources, f"{name} has no link to its notebook"
    inside = [link for link in sources if not urlsplit(link).netloc]
    for link in inside:
        nbformat.validate(nbformat.read((file_of(name).parent / link).resolve(), as_version=4))
    assert inside, f"{name} has no download of its notebook"
