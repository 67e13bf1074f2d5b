"""Where the book lives on the web: two settings of `_config.yml`, and all that follows from them.

``repository.url`` is where the source is; launch buttons and links to the source are made from it.
``html.baseurl`` is where readers find the pages: a custom domain, or a folder of one. Left empty, it
is the address at which the repository's host publishes pages. The environment may name both
(``BOOK_REPOSITORY``, ``BOOK_ADDRESS``), so that a copy publishes itself with no file changed.

While the repository is the placeholder, what would need an address is left out of the pages.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging

PLACEHOLDER = "your-name"
GITHUB = "github.com"
BINDER, COLAB = "https://mybinder.org/v2", "https://colab.research.google.com/github"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """The repository (or nothing), its branch, and the site with a slash at its end (or nothing)."""

    repository: str
    branch: str
    site: str

    @property
    def owner_and_name(self) -> str:
        return urlsplit(self.repository).path.strip("/")

    @property
    def on_github(self) -> bool:
        return urlsplit(self.repository).netloc == GITHUB

    @property
    def folder(self) -> str:
        """The path at which the site begins, with a slash at both ends."""
        return urlsplit(self.site).path or "/"

    @property
    def domain(self) -> str:
        return urlsplit(self.site).netloc

    def page(self, name: str) -> str:
        """The full address of a page, or nothing."""
        return f"{self.site}{name}.html" if self.site else ""

    def source(self, path: str) -> str:
        """Where one reads a file of the repository, or nothing."""
        between = "blob" if self.on_github else "-/blob"
        return f"{self.repository}/{between}/{self.branch}/{path}" if self.repository else ""

    def binder(self, path: str) -> str:
        """Binder, with this notebook open, or nothing."""
        if not self.repository:
            return ""
        where = {GITHUB: f"gh/{self.owner_and_name}"}
        where["gitlab.com"] = f"gl/{quote(self.owner_and_name, safe='')}"
        here = where.get(urlsplit(self.repository).netloc, f"git/{quote(self.repository, safe='')}")
        return f"{BINDER}/{here}/{quote(self.branch, safe='')}?urlpath=lab/tree/{path}"

    def colab(self, path: str) -> str:
        """Colab, with this notebook open: for repositories on GitHub only."""
        return f"{COLAB}/{self.owner_and_name}/blob/{self.branch}/{path}" if self.on_github else ""


def address_of(repository: str, branch: str, site: str) -> Address:
    """The address that the settings name; a placeholder counts as nothing."""
    repository = repository.strip().rstrip("/").removesuffix(".git")
    if f"/{PLACEHOLDER}/" in repository:
        repository = ""
    for name, given in (("repository.url", repository), ("html.baseurl", site)):
        if given and urlsplit(given).scheme not in ("http", "https"):
            raise ConfigError(f"{name} is {given!r}: it must begin with https://")
    site = site.strip() or published_at(repository)
    return Address(repository, branch.strip() or "main", site.rstrip("/") + "/" if site else "")


def published_at(repository: str) -> str:
    """Where GitHub publishes a repository's pages; other hosts have to be told."""
    parts = urlsplit(repository)
    if parts.netloc != GITHUB:
        return ""
    owner, _, name = parts.path.strip("/").partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def read_settings(app: Sphinx, config: Config) -> None:
    """Put the address where every part of the extension finds it: ``app.config.book_address``."""
    theme = config.html_theme_options
    address = address_of(
        os.environ.get("BOOK_REPOSITORY") or theme.get("repository_url", ""),
        os.environ.get("BOOK_BRANCH") or theme.get("repository_branch", ""),
        os.environ.get("BOOK_ADDRESS") or config.html_baseurl or "",
    )
    config.book_address = address
    config.html_baseurl = address.site
    theme["repository_url"] = address.repository
    if not address.repository:
        logger.info(
            "[address] the repository's address in _config.yml is a placeholder: launch buttons"
            " and links to the source are left out"
        )


def launch_links(address: Address, page: str, notebook: bool) -> list[dict[str, str]]:
    """Where a chapter can be run: the name of the place, the address, and a word on it."""
    path = f"{page}.ipynb"
    places = (
        ("Binder", address.binder(path), "Run this chapter on Binder: free, in your browser"),
        ("Colab", address.colab(path), "Run this chapter on Google Colab (needs an account there)"),
    )
    return [
        {"name": name, "url": url, "title": title}
        for name, url, title in places
        if notebook and url
    ]


def tell_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give the template what it may link to: ``launch``, ``source_url``, ``notebook``."""
    address: Address = app.config.book_address
    source = context.get("page_source_suffix", "")
    context["launch"] = launch_links(address, pagename, source == ".ipynb")
    context["source_url"] = address.source(f"{pagename}{source}") if source else ""
    context["repository"] = address.repository
    context["notebook"] = context.get("sourcename", "") if source == ".ipynb" else ""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("book_address", None, "html")
    app.connect("config-inited", read_settings, priority=100)
    app.connect("html-page-context", tell_page, priority=300)
    return {"parallel_read_safe": True}
