"""The page of all checked lines: every chain is on it, with links both ways, and it stays light."""

import pytest
import samples
from _ext.checked import CHAINS
from _ext.ledger import claim, entries
from bs4 import BeautifulSoup
from built import file_of
from rules import ROOT, chapters

NODES = 25_000  # what the page may have when the book has all its chapters
CHAPTERS_TO_COME = 7


@pytest.fixture(scope="module")
def page():
    return BeautifulSoup(file_of("book/checked_lines").read_text("utf-8"), "html.parser")


def chains_of(path):
    return [entry for entry in entries(path) if entry.data["kind"] in CHAINS]


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_chain_is_listed_and_leads_to_its_place(page, path):
    assert chains_of(path), f"{path.stem} has no checked chain"
    name = path.relative_to(ROOT).with_suffix("").as_posix()
    chapter = BeautifulSoup(file_of(name).read_text("utf-8"), "html.parser")
    for entry in chains_of(path):
        listed = page.find(id=f"{path.stem}-checked-{entry.cell}")
        target = listed.find("a")["href"].partition("#")[2]
        assert chapter.find(id=target) is not None
        assert listed.find("pre").get_text().strip() == entry.data["text"].strip()
        back = chapter.find("a", href=f"checked_lines.html#{path.stem}-checked-{entry.cell}")
        assert back is not None or entry.data["status"] == "definition"


def test_counts_are_those_of_the_chapters(page):
    rows = page.select(".nnb-counts tbody tr")
    assert len(rows) == len(chapters())
    for row, path in zip(rows, chapters(), strict=True):
        counted = sum(int(cell.get_text()) for cell in row.find_all("td")[1:])
        assert counted == len(list(entries(path)))


def test_page_stays_light(page):
    share = len(chapters()) / CHAPTERS_TO_COME
    assert len(page.find_all(True)) <= NODES * max(share, 0.55)


def test_claim_is_both_ends_of_a_chain():
    assert claim(samples.CHAIN) == r"W_T = 1-\gamma^T"
    assert claim(samples.INDUCTION) == samples.INDUCTION["closing"]
    assert claim(samples.BOUND) == "|m| < 2"
    assert claim(samples.DEFINITION) == r"\hat C_t = \frac{C_t}{1-\gamma^t}"
    two = samples.of_kind("recurrence", [samples.row("C_0", "0", ""), samples.row("C_t", "1", "")])
    assert claim(two) == r"C_0 = 0,\quad C_t = 1"
