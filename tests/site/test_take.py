"""What a reader takes along: the PDF, the folder, the notebooks, the library; and where it is said."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import downloads
import nbformat
import pdf
import pytest
import yaml
from bs4 import BeautifulSoup
from built import ROOT, SITE, file_of, listed_pages
from pypdf import PdfReader

MADE = downloads.there(SITE)
CHAPTERS = [name for name in listed_pages() if (ROOT / f"{name}.ipynb").exists()]


def made(kind):
    assert kind in MADE, f"run `make {kind}` first"
    return MADE[kind]


# --- the PDF --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader():
    return PdfReader(made("pdf"))


@pytest.fixture(scope="module")
def texts(reader):
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture(scope="module")
def outline(reader):
    """Title and page of each entry of the outline, with its depth."""

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield entry.title, reader.get_destination_page_number(entry), depth

    return list(walk(reader.outline, 0))


def heading_of(page):
    soup = BeautifulSoup(file_of(page).read_text("utf-8"), "html.parser")
    title = soup.find("article").find("h1")
    for link in title.select(".headerlink"):
        link.decompose()
    return " ".join(title.get_text().split())


def test_pdf_has_every_page_of_the_book_in_order(outline):
    tops = [(title, page) for title, page, depth in outline if depth == 0]
    names = [title for title, _ in tops]
    wanted = [heading_of(page) for page in listed_pages() if page != pdf.TAKE]
    assert [name for name in names if name in wanted] == wanted
    assert names[1] == "Contents" and names[-1] == "Solutions of the exercises"
    pages = [page for _, page in tops]
    assert pages == sorted(pages) and len(set(pages)) == len(pages)


def test_pdf_is_a_book_of_plausible_length(reader):
    assert 120 < len(reader.pages) < 600
    assert made("pdf").stat().st_size < 30e6


def test_contents_give_the_pages_and_lead_there(reader, texts, outline):
    places = {title: page for title, page, depth in outline if depth == 0}
    contents = " ".join(texts[1 : places[heading_of("book/intro")]])
    for page in CHAPTERS:
        title = heading_of(page)
        assert re.search(rf"{re.escape(title)} {places[title] + 1}\b", contents), title
    intro = places[heading_of("book/intro")]
    assert heading_of("book/intro") in texts[intro] and len(texts[intro]) > 500
    links = [link for page in reader.pages[1:intro] for link in page.get("/Annots", [])]
    assert len(links) > len(CHAPTERS)
    assert all(link.get_object()["/Subtype"] == "/Link" for link in links)


def test_pdf_says_what_the_pages_say(texts, outline):
    places = {title: page for title, page, depth in outline if depth == 0}
    first, last = (places[heading_of(CHAPTERS[n])] for n in (0, 1))
    chapter = " ".join(texts[first:last])
    for words in ("proved", "How long is its memory?", "half-life", "Fig. 1.1", "(1.1)"):
        assert words in chapter, words
    everything = " ".join(texts[: places["The library"]])  # whose docstrings speak of TeX
    assert not re.findall(r"\\(?:frac|gamma|begin|sum)\b|\$\$", everything)


def test_pdf_has_a_picture_for_each_figure(reader, outline):
    places = {title: page for title, page, depth in outline if depth == 0}
    starts = sorted(places.values())
    for page in CHAPTERS:
        soup = BeautifulSoup(file_of(page).read_text("utf-8"), "html.parser")
        figures = len(soup.select("article .nnh-mount"))
        start = places[heading_of(page)]
        end = next(place for place in starts if place > start)
        drawn = sum(count_pictures(reader.pages[n]) for n in range(start, end))
        assert drawn >= figures, f"{page}: {drawn} pictures for {figures} figures"


def count_pictures(page):
    objects = page["/Resources"].get("/XObject", {})
    return sum(one.get_object()["/Subtype"] == "/Image" for one in objects.values())


def test_solutions_stand_at_the_end_and_are_linked_both_ways(reader, texts, outline):
    start = next(page for title, page, _ in outline if title.startswith("Solutions"))
    solutions = " ".join(texts[start:])
    assert "A half-life" in solutions and "def " in solutions
    names = reader.named_destinations
    exercises = [name for name in names if "--exercise-" in name]
    answers = [name for name in names if name.removeprefix("/").startswith("solution-")]
    assert len(exercises) == len(answers) > 40
    assert all(reader.get_destination_page_number(names[name]) >= start for name in answers)
    assert all(reader.get_destination_page_number(names[name]) < start for name in exercises)


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("#part", "#adam--part"),
        ("momentum.html#one-line-more", "#momentum--one-line-more"),
        ("momentum.html", "#momentum"),
        ("api/optim.html#nnlib.optim.Adam", "#api-optim--nnlib.optim.Adam"),
        ("https://example.org/a", "https://example.org/a"),
        ("../_sources/book/adam.ipynb", None),
        ("../genindex.html", None),
    ],
)
def test_links_lead_to_the_same_place_in_the_one_document(href, target):
    known = {"book/adam", "book/momentum", "book/api/optim"}
    assert pdf.in_book(href, "book/adam", known) == target


# --- the folder -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("offline copy with a space")
    with zipfile.ZipFile(made("offline")) as archive:
        archive.extractall(target)
    (top,) = target.iterdir()
    return top


def test_folder_has_the_pages_and_no_dead_link_to_other_downloads(folder):
    for page in listed_pages():
        assert (folder / f"{page}.html").exists(), page
    for file in ("index.html", "search.html", "genindex.html", "_static/search-index.js"):
        assert (folder / file).exists(), file
    assert not (folder / "downloads").exists()
    assert "../downloads/" not in (folder / "book" / "take.html").read_text("utf-8")


def test_folder_opens_with_moving_figures_and_search(browser, folder):
    from finding import results
    from moving import MOVE_SLIDERS, settle

    browser.get((folder / f"{CHAPTERS[0]}.html").as_uri())
    settle(browser)
    moved = browser.execute_async_script(MOVE_SLIDERS)
    assert "moved" in moved and set(moved) <= {"moved", "no slider"}
    browser.get((folder / "search.html").as_uri() + "?q=receptive+field")
    assert results(browser)[0][0].endswith("conv_shapes.html#how-far-one-output-sees")
    browser.get((folder / "index.html").as_uri())
    assert "Optimizing" in browser.title


def test_archives_are_the_same_when_made_again(tmp_path):
    data = {"b.txt": b"two", "a/c.txt": b"one"}
    for name in ("one.zip", "two.zip"):
        downloads.write_zip(tmp_path / name, "top", data)
        os.utime(tmp_path / name, (1, 1))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


# --- the notebooks and the library ----------------------------------------------------------------


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The library of the wheel, in a folder of its own."""
    target = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(made("wheel")) as archive:
        archive.extractall(target)
    return target


def run_with(path, code, cwd):
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_library_runs_from_its_wheel(installed, tmp_path):
    code = "import nnlib, nnlib.optim, nnlib.symbolic, nnlib.figures; print(nnlib.__file__)"
    done = run_with(installed, code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(installed) in done.stdout
    (metadata,) = installed.glob("nnlib-*.dist-info/METADATA")
    assert "Name: nnlib" in metadata.read_text() and "License" in metadata.read_text()


def test_wheel_has_every_file_of_the_library(installed):
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "nnlib").rglob("*")
        if path.is_file() and path.suffix in {".py", ".js", ".css", ".typed"}
    }
    packed = {path.relative_to(installed).as_posix() for path in installed.rglob("nnlib/**/*")}
    assert source <= packed, source - packed


def test_chapters_come_with_all_that_they_need(tmp_path):
    with zipfile.ZipFile(made("chapters")) as archive:
        archive.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    assert {f"{path.stem}" for path in (top / "book").glob("*.ipynb")} == {
        Path(name).name for name in CHAPTERS
    }
    (wheel,) = top.glob("*.whl")
    assert f"./{wheel.name}" in (top / "requirements.txt").read_text()
    for path in (top / "book").glob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    path = os.pathsep.join([str(top / "book"), str(wheel)])  # a wheel is a zip that Python imports
    names = [p.stem for p in (top / "book" / "exercises").glob("[a-z]*.py")]
    code = f"import importlib, nnlib\nfor n in {names}: importlib.import_module('exercises.' + n)"
    done = run_with(path, code, top / "book")
    assert names and done.returncode == 0, done.stderr
    for file in re.findall(r"\.\./(tests/[\w/.]+)", "".join(map(str, notebooks_text(top)))):
        assert (top / file).exists(), file


def notebooks_text(top):
    for path in (top / "book").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        yield "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


# --- where it is said -----------------------------------------------------------------------------


def test_page_links_what_was_made_and_names_the_command_for_the_rest():
    page = "<p><span data-make=\"pdf\">x</span> and <a download data-make='no'>y</a></p>"
    page = page.replace("'no'", '"wheel"')
    assert downloads.linked(page, {}).count("makes it") == 2
    both = downloads.linked(page, {"pdf": made("pdf"), "wheel": made("wheel")})
    assert both.count("<a download href=") == 2 and "MB)" in both
    assert downloads.linked(both, {"pdf": made("pdf")}).count("<a ") == 1


def test_site_links_every_download():
    soup = BeautifulSoup(file_of("book/take").read_text("utf-8"), "html.parser")
    linked = {a["data-make"]: a["href"] for a in soup.find_all("a", attrs={"data-make": True})}
    assert linked.keys() == downloads.FILES.keys()
    for href in linked.values():
        assert (SITE / "book" / href).resolve().exists()
    notebooks = [a["href"] for a in soup.select("article a[href$='.ipynb']")]
    assert len(notebooks) == len(CHAPTERS)


# --- publishing -----------------------------------------------------------------------------------


def test_workflow_runs_commands_that_are_there_and_says_where_it_runs():
    workflow = yaml.safe_load((ROOT / ".github/workflows/pages.yml").read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands == ["make site"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^site:", makefile, re.MULTILINE)
    (build,) = [step for step in steps if "run" in step]
    address = (ROOT / "book/_ext/address.py").read_text("utf-8")
    assert build["env"] and all(f'"{name}"' in address for name in build["env"])
    artifact = next(step for step in steps if "upload-pages-artifact" in step.get("uses", ""))
    assert (ROOT / artifact["with"]["path"]) == SITE
