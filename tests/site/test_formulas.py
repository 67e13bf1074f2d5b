"""The formula renderer by itself: KaTeX's answers, and the widths that choose a form."""

import pytest
from _ext.formulas import CLOSING, OPENING, Katex, display_tex
from docutils import nodes


@pytest.fixture(scope="module")
def katex():
    made = Katex({r"\E": r"\mathbb{E}"})
    yield made
    made.close()


def test_formula_is_html_and_mathml(katex):
    html, _ = katex.render(r"\gamma_t", False)
    assert "<math " in html and 'class="katex-html"' in html and "katex-error" not in html


def test_macro_is_known(katex):
    assert "mathbb" in katex.render(r"\E[x]", False)[0]


@pytest.mark.parametrize("tex", [r"\frac{a}", r"\nothing", "a_b_c", r"\left(a", "a % b"])
def test_bad_tex_is_an_error(katex, tex):
    with pytest.raises(ValueError):
        katex.render(tex, False)
    assert katex.render("a", False)  # and the next formula is rendered all the same


def test_width_adds_up_in_a_row_and_not_in_a_stack(katex):
    def width(tex):
        return katex.render(tex, True)[1]

    assert width("a + a + a") == pytest.approx(2 * width("a + a") - width("a"))
    assert width("a^{2}") > width("a")
    assert width(r"\frac{aaaa}{a}") == pytest.approx(width("aaaa"), rel=0.2)
    lines = r"\begin{aligned} a &= b \\ a &= b \end{aligned}"
    assert width(lines) == pytest.approx(width("a = b"), rel=0.1)
    assert width(r"\text{" + "word " * 10 + "}") > 5 * width(r"\text{word}")


def block(tex):
    return nodes.math_block(tex, tex)


def test_environments_do_not_number_their_lines():
    assert r"\begin{align*}" in display_tex(block(r"\begin{align} a &= b \end{align}"))


def test_lines_outside_an_environment_are_aligned(katex):
    tex = display_tex(block(r"a &= b \\ &= c"))
    assert tex.startswith(r"\begin{aligned}") and katex.render(tex, True)


def test_punctuation_around_a_formula():
    assert CLOSING.search("), and")[0] == ")," and CLOSING.search(" and") is None
    assert OPENING.search("as (“")[0] == "(“" and OPENING.search("as ( ") is None
