"""With an address, and without: what search engines, link previews and hosts are told."""

import re
import struct
import xml.etree.ElementTree as ET

import pytest
from _ext.address import Address, address_of, launch_links
from bs4 import BeautifulSoup
from small_book import make_book, notebook, write_book

REPOSITORY = "https://github.com/Ada/neural-book"
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);"
FILES = {
    "book/intro.md": "# Start & *begin*\n\nThe first page of all, with $\\gamma$.\n\nA second text.\n",
    "book/one.ipynb": notebook(
        "# The $\\gamma_t$ of one\n\nHow long is it?", PLOT, mystnb={"image": {"alt": "A line"}}
    ),
    "book/two.md": '---\nmyst:\n  html_meta:\n    description: Two "quoted" words.\n---\n# Two\n',
}
TOC = ["book/intro", "book/one", "book/two"]


def built(folder, **environment):
    write_book(folder, FILES, TOC)
    status, said = make_book(folder, **environment)
    assert status == 0, said
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """A book that knows its repository, and is published under a domain of its own."""
    address = {"BOOK_REPOSITORY": REPOSITORY, "BOOK_ADDRESS": "https://book.example.org/read"}
    return built(tmp_path_factory.mktemp("placed"), **address)


@pytest.fixture(scope="module")
def homeless(tmp_path_factory):
    """The same book while the address is the placeholder."""
    return built(tmp_path_factory.mktemp("homeless"))


def page(folder, name):
    return BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")


def meta(soup):
    return {
        tag.get("property") or tag.get("name"): tag["content"]
        for tag in soup.find_all("meta", content=True)
        if tag.get("property") or tag.get("name")
    }


def test_titles_and_descriptions_need_no_address(homeless):
    one, intro, two = (
        meta(page(homeless, name)) for name in ("book/one", "book/intro", "book/two")
    )
    assert one["og:title"] == "The γₜ of one" and intro["og:title"] == "Start & begin"
    assert one["description"] == one["og:description"] == "How long is it?"
    assert intro["description"] == "A second text."
    assert two["description"] == two["og:description"] == 'Two "quoted" words.'
    assert intro["og:type"] == "website" and one["og:type"] == "article"


def test_without_an_address_what_needs_one_is_left_out(homeless):
    for name in ("book/intro", "book/one"):
        soup = page(homeless, name)
        assert soup.find("link", rel="canonical") is None
        assert not {"og:url", "og:image", "twitter:card"} & meta(soup).keys()
        links = [a["href"] for a in soup.find_all("a", href=True)]
        assert not [href for href in links if re.search("binder|colab|your-name", href)]
    for file in ("sitemap.xml", "robots.txt", "404.html", "CNAME", "_static/cards"):
        assert not (homeless / file).exists(), file


def test_each_page_names_its_own_address_once(placed):
    for name in TOC:
        soup = page(placed, name)
        (link,) = soup.find_all("link", rel="canonical")
        address = f"https://book.example.org/read/{name}.html"
        assert link["href"] == meta(soup)["og:url"] == address
        assert len(soup.find_all("meta", property="og:title")) == 1


def test_card_is_a_picture_of_the_chapter(placed):
    one, intro = (meta(page(placed, name)) for name in ("book/one", "book/intro"))
    assert one["og:image"].endswith("/read/_static/cards/one.png")
    assert intro["og:image"].endswith("/read/_static/cards/book.png")
    for found in (one, intro):
        file = placed / found["og:image"].removeprefix("https://book.example.org/read/")
        data = file.read_bytes()
        assert struct.unpack(">II", data[16:24]) == (1200, 630)
        assert (int(found["og:image:width"]), int(found["og:image:height"])) == (1200, 630)
        assert 5_000 < len(data) < 300_000
        assert found["og:image:alt"] and found["twitter:card"] == "summary_large_image"


def test_sitemap_lists_every_page(placed):
    urls = [url[0].text for url in ET.parse(placed / "sitemap.xml").getroot()]
    assert urls == [f"https://book.example.org/read/{name}.html" for name in TOC]
    robots = (placed / "robots.txt").read_text()
    assert "https://book.example.org/read/sitemap.xml" in robots


def test_own_domain_is_told_to_the_host(placed):
    assert (placed / "CNAME").read_text().strip() == "book.example.org"
    assert (placed / ".nojekyll").exists()


def test_page_for_what_is_missing_works_at_any_depth(placed):
    soup = page(placed, "404")
    for tag, key in (("link", "href"), ("script", "src"), ("a", "href"), ("form", "action")):
        for one in soup.find_all(tag, **{key: True}):
            assert re.match(r"/read/|#|https?:|mailto:|data:", one[key]), one
    assert soup.find("a", href="/read/book/one.html")
    assert soup.find("link", rel="canonical") is None


def test_bare_address_leads_to_the_first_page_and_previews_as_it(placed, homeless):
    for folder in (placed, homeless):
        soup = page(folder, "index")
        assert soup.find("a")["href"] == "book/intro.html"
        assert "book/intro.html" in soup.find("meta", attrs={"http-equiv": "refresh"})["content"]
        assert meta(soup)["og:title"] == "Start & begin"
    assert page(placed, "index").find("link", rel="canonical")["href"].endswith("book/intro.html")
    assert "og:image" in meta(page(placed, "index"))


def test_chapter_has_buttons_that_open_it(placed):
    links = [a["href"] for a in page(placed, "book/one").find_all("a", href=True)]
    binder = [href for href in links if "mybinder.org" in href]
    assert binder and all("Ada/neural-book/main" in href for href in binder)
    assert any("book/one.ipynb" in href or "book%2Fone.ipynb" in href for href in binder)


# --- the address by itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repository", "site", "expected"),
    [
        ("https://github.com/your-name/book", "", ("", "")),
        (
            "https://github.com/Ada/book.git/",
            "",
            ("https://github.com/Ada/book", "https://ada.github.io/book/"),
        ),
        ("https://github.com/ada/ada.github.io", "", (..., "https://ada.github.io/")),
        ("https://gitlab.com/ada/book", "", (..., "")),
        ("https://github.com/ada/book", "https://book.org", (..., "https://book.org/")),
        ("https://github.com/your-name/book", "https://book.org/a", ("", "https://book.org/a/")),
    ],
)
def test_settings_say_where_the_book_is(repository, site, expected):
    found = address_of(repository, "", site)
    wanted = repository if expected[0] is ... else expected[0]
    assert (found.repository, found.site, found.branch) == (wanted, expected[1], "main")


@pytest.mark.parametrize("wrong", ["book.org", "ftp://book.org", "github.com/ada/book"])
def test_address_without_https_is_refused(wrong):
    with pytest.raises(Exception, match="must begin with https://"):
        address_of("https://github.com/ada/book", "", wrong)


def test_launch_links_open_the_chapter():
    address = Address(REPOSITORY, "main", "")
    binder, colab = launch_links(address, "book/adam", notebook=True)
    assert binder["url"] == (
        "https://mybinder.org/v2/gh/Ada/neural-book/main?urlpath=lab/tree/book/adam.ipynb"
    )
    assert colab["url"] == (
        "https://colab.research.google.com/github/Ada/neural-book/blob/main/book/adam.ipynb"
    )
    assert launch_links(address, "book/intro", notebook=False) == []
    assert launch_links(Address("", "main", ""), "book/adam", notebook=True) == []
    (only,) = launch_links(Address("https://gitlab.com/ada/book", "dev", ""), "book/adam", True)
    assert "/v2/gl/ada%2Fbook/dev?" in only["url"]
