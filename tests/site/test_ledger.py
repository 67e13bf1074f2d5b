"""The page of all checked lines: every chain is on it, with links both ways, and it stays light."""

import re

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


def test_no_time_is_told(page):
    """The page is the same however fast or busy the machine was on which it was built."""
    headings = [cell.get_text().strip() for cell in page.select(".nnb-counts thead th")]
    assert headings[0] == "Chapter" and "proved" in headings
    assert not {"seconds", "time", "ms"} & set(headings)


def test_results_are_linked_both_ways(page):
    """An entry names the entries it rests on, and each of these names it."""
    links = {"Rests on": set(), "Used by": set()}
    for entry in page.select(".nnb-entry"):
        for term in entry.select("dl > dt"):
            for link in term.find_next_sibling("dd").find_all("a"):
                links[term.get_text()].add((entry["id"], link["href"].removeprefix("#")))
    down, up = links["Rests on"], links["Used by"]
    assert len(down) > 40 and down == {(user, used) for used, user in up}
    assert all(page.find(id=place) is not None for pair in down for place in pair)


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_results_with_a_number_are_among_those_it_rests_on(page, path):
    found = {entry.label: f"{path.stem}-checked-{entry.cell}" for entry in chains_of(path)}
    for entry in chains_of(path):
        listed = page.find(id=f"{path.stem}-checked-{entry.cell}")
        links = {link["href"] for link in listed.select("dl a")}
        for result in entry.data["rests_on"]:
            if result["name"] and result["name"] in found and result["name"] != entry.label:
                assert f"#{found[result['name']]}" in links
        if entry.data["rests_on"]:
            assert listed.find("dt", string="Rests on") is not None


def test_conditions_stand_beside_what_holds_under_them(page):
    said = page.find(id="running_averages-checked-half-life")
    held = [span.get_text() for span in said.select("summary .nnb-for")]
    assert held and all(text.startswith("for ") and len(text) > 5 for text in held)


def test_totals_are_told(page):
    text = page.get_text()
    found = re.search(r"(\d+) derivations with ([\d,]+) lines", text)
    assert found and int(found[1]) > 100 and int(found[2].replace(",", "")) > 200


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
