"""Sentences stand on checks: the chapters' own, and the finder of sentences that do not."""

import json

import prose
import pytest
import yaml
from _ext.numbers import TARGET, known_in, number, problem
from rules import ROOT, chapters

CHAPTERS = chapters()


def test_there_are_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_claim_of_a_chapter_stands_on_a_check(path):
    found = list(prose.problems(path))
    assert not found, "\n".join([f"{path.name} (see book/claims):", *found])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_numbers_in_sentences_are_those_of_their_cells(path):
    known = known_in(path)
    for _, text in prose.prose(path):
        for shown, target in prose.LINK.findall(text):
            name = target.removeprefix(TARGET)
            assert problem(shown, known[name]) == "", f"{name} in {path.name}"


def test_lists_of_claims_belong_to_chapters():
    names = {path.stem for path in CHAPTERS}
    assert {file.stem for file in prose.CLAIMS.glob("*")} <= names


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown, value",
    [
        ("6.58", 6.578813),
        ("6.6", 6.578813),
        ("7", 6.578813),
        ("seven", 7),
        ("−0.5", -0.5),
        ("$-0.5$", -0.5),
        ("1,000", 1000),
        ("1 000", 1000),
        ("12 %", 0.12),
        ("12.3%", 0.1234),
        ("1.2×10⁻⁵", 1.23e-5),
        (r"$1.2 \times 10^{-5}$", 1.23e-5),
        ("10⁻⁵", 1e-5),
        ("$10^{-5}$", 1e-5),
        ("1.2e-5", 1.23e-5),
        ("0.0067153", 0.00671534),
        ("19", 19),
        ("0", 0.3),
    ],
)
def test_number_is_as_much_of_the_value_as_is_shown(shown, value):
    assert problem(shown, {"value": repr(value)}) == ""


@pytest.mark.parametrize(
    "shown, value",
    [
        ("6.58", 6.5),
        ("6.57", 6.578813),
        ("6.579", 6.5781),
        ("0.5", -0.5),
        ("1,000", 1),
        ("12 %", 12),
        ("10⁻⁵", 1e-4),
        ("10^{-5}", 2e-5),
        ("1.2×10⁻⁵", 1.2),
        ("eight", 7),
        ("some", 7),
        ("6.58 steps", 6.58),
        ("", 0),
    ],
)
def test_number_that_says_something_else_is_found(shown, value):
    assert problem(shown, {"value": repr(value)}) != ""


def test_formula_is_compared_as_it_is_printed():
    known = {"tex": r"\frac{\sigma^{2}}{\left(\sigma + \varepsilon\right)^{2}}"}
    assert problem(r"$\frac{\sigma^{2}}{\left(\sigma+\varepsilon\right)^{2}}$", known) == ""
    assert "the cell" in problem(r"$\frac{\sigma^{2}}{\left(\sigma-\varepsilon\right)^{2}}$", known)
    assert problem("$0.5$", {"tex": r"\frac{1}{2}", "value": "0.5"}) == ""
    assert problem(r"$\frac{1}{2}$", {"tex": r"\frac{1}{2}", "value": "0.5"}) == ""


def test_unit_of_the_last_digit():
    assert number("6.50") == (6.5, 0.01)
    assert number("3e4") == (30000.0, 10000.0)


# --- a chapter made for the purpose ---------------------------------------------------------------


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Write a chapter of one sentence, a cell that asserts and one that does not; list its claims."""
    monkeypatch.setattr(prose, "CLAIMS", tmp_path)

    def write(text, claims=(), settings=()):
        cells = [
            {"cell_type": "markdown", "id": "text", "source": [text]},
            {"cell_type": "code", "id": "sure", "source": ["assert f(3) == 4"]},
            {"cell_type": "code", "id": "idle", "source": ["assert True\nprint(f(3))"]},
        ]
        listed = {"settings": dict.fromkeys(settings, "why"), "claims": list(claims)}
        (tmp_path / "made.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
        (tmp_path / "made.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return list(prose.problems(tmp_path / "made.ipynb"))

    return write


@pytest.mark.parametrize(
    "text, kind",
    [
        ("It is always zero.", "all"),
        ("It never learns.", "all"),
        ("Every input reaches it.", "all"),
        ("*Only* the sum is left.", "all"),
        ("It is zero whatever comes in.", "all"),
        ("It holds for any $T$.", "all"),
        ("There are at most two.", "all"),
        ("PyTorch divides by $K$.", "library"),
        ("In pandas it is called `com`.", "library"),
        ("The paper {cite:p}`kingma2015` leaves it out.", "text"),
        ("The MIT notes swap two indices.", "text"),
        ("Then training diverges.", "training"),
        ("| Keras | divides by $K$ |", "library"),
        ("- first\n- it never ends", "all"),
    ],
)
def test_sentence_that_needs_a_check_is_found(chapter, text, kind):
    (found,) = chapter(text)
    assert found.startswith("text: [") and kind in found.split("]")[0]


@pytest.mark.parametrize(
    "text",
    [
        "It is zero.",
        "Why does it never learn?",
        "```python\nalways = 1  # never\n```",
        "$$\\text{for all } x$$",
        "# What every layer does",
        "At $\\text{all}$ times, the `always` of code apart, see {ref}`never`.",
        "<!-- never shown -->",
    ],
)
def test_other_text_needs_none(chapter, text):
    assert chapter(text) == []


def test_claim_stands_on_a_cell_that_asserts(chapter):
    text = "It is always\nzero. Then it grows."
    assert chapter(text, [{"says": "It is always zero", "cell": "sure"}]) == []
    for cell, wrong in [("idle", "asserts nothing"), ("gone", "no code cell"), ("text", "no code")]:
        (found,) = chapter(text, [{"says": "always zero", "cell": cell}])
        assert wrong in found


@pytest.mark.parametrize(
    "source, found",
    [
        ("assert x == 1", True),
        ("np.testing.assert_allclose(a, b)", True),
        ("chain.matches(dx, j)", True),
        ("caught(lambda: f())", True),
        ("Derivation(a, b, 'why')", True),
        ("assert True", False),
        ("table(['a'], [[1]])", False),
        ("# assert x == 1", False),
        ("matches = 3", False),
    ],
)
def test_cell_asserts(source, found):
    assert prose.asserts(source) is found


def test_claim_stands_on_a_test(chapter):
    here = "tests/chapters/test_prose.py"
    text = "It is always zero."
    assert chapter(text, [{"says": text, "test": f"{here}::test_cell_asserts"}]) == []
    for name in (f"{here}::test_that_is_not", f"{here}::chapter", "tests/gone.py::test_x", here):
        assert chapter(text, [{"says": text, "test": name}]) != []


def test_claim_on_a_text_stands_on_that_text(chapter):
    text = "The paper {cite:p}`kingma2015` leaves it out."
    assert chapter(text, [{"says": text, "source": "kingma2015, section 3"}]) == []
    assert "say where" in chapter(text, [{"says": text, "source": "kingma2015"}])[0]
    assert "references.bib" in chapter(text, [{"says": text, "source": "nobody1900, page 1"}])[0]
    other = "It is always zero."
    assert "another text" in chapter(other, [{"says": other, "source": "kingma2015, section 3"}])[0]


def test_figure_of_speech_says_what_it_means_and_is_rare(chapter):
    text = "The line is always busy."
    assert chapter(text, [{"says": text, "speech": "no statement on lines"}]) == []
    assert chapter(text, [{"says": text, "speech": ""}]) != []
    many = " ".join(f"Number{n} is always busy." for n in range(9))
    claims = [{"says": f"Number{n} is always", "speech": "busy"} for n in range(9)]
    assert any("more than 8" in found for found in chapter(many, claims))


def test_list_names_exactly_one_sentence_and_one_check(chapter):
    text = "It is always zero. It was always one."
    found = chapter(text, [{"says": "always", "cell": "sure"}])
    assert "2 sentences" in found[0]
    assert "0 sentences" in chapter("Nice.", [{"says": "gone", "cell": "sure"}])[0]
    for ways in ({}, {"cell": "sure", "speech": "x"}, {"hope": "x"}):
        assert "needs one of" in chapter("It is always zero.", [{"says": "always zero", **ways}])[0]


def test_number_in_a_sentence_is_linked_or_a_setting(chapter):
    (found,) = chapter("It takes 6.58 steps.")
    assert "6.58" in found
    assert chapter("It takes $19$ steps.") != []
    assert chapter("It takes [6.58](#known-half-life) steps.") == []
    assert chapter("With $\\gamma = 0.9$ it takes long.", settings=[0.9]) == []
    assert chapter("It takes long.", settings=[0.9]) == ["no sentence has the setting 0.9"]
    assert chapter("In 3 steps, `x[10]`, {eq}`eq-10`, $x_{10}$, $\\frac{1}{16}$.") == []


def test_prose_tool_lists_what_is_missing(chapter, tmp_path):
    chapter("It is always zero.")
    assert (ROOT / "tools" / "prose.py").exists()
    spoken = list(prose.sentences(tmp_path / "made.ipynb"))
    assert [s.text for s in spoken] == ["It is always zero."] and spoken[0].cell == "text"
