"""Formulas with fewer elements look as KaTeX draws them: each sign at its place, to half a pixel."""

import json
import re
import subprocess

import pytest
from _ext.formulas import Katex, katex_style, node_program
from _ext.ledger import entries
from built import ROOT
from rules import chapters

HARD = [
    r"x_t^2 + \hat C_{t-1} = a^{2}",
    r"\frac{\partial L}{\partial x_{ij}} \le \sqrt{x^{k^2} + y_{i_j}}",
    r"\sum_{t=1}^{T} \gamma^{T-t} (1-\gamma)\, c_t",
    r"\begin{cases} x^{2} & x > 0 \\ -x_{0} & \text{else} \end{cases}",
    r"e^{-\frac{x^2}{2\sigma^2}} \cdot \left(\frac{a_{i}}{b^{j}}\right)^{n-1}",
    r"\overline{x}_{k} \quad \mathbb{E}\left[g_t^2\right] \quad f'(x)^{\top}",
    r"\lfloor \tfrac{n + 2p - k}{s} \rfloor + 1 \in \{0, 1, \dots\}",
    r"\begin{bmatrix} a_{11} & a^{12} \\ 0 & \delta_{jk} \end{bmatrix}^{-1}",
]
PLAIN = """
import katex from "katex";
const texts = JSON.parse(await new Response(process.stdin).text());
const options = { macros: JSON.parse(process.argv[1]), strict: "error" };
console.log(JSON.stringify(texts.map((tex) => katex.renderToString(tex, options))));
"""
# Where the signs of each formula stand, from the formula's own corner, and how large it is.
PLACES = """
return [...document.querySelectorAll(".katex-html")].map((formula) => {
  const corner = formula.getBoundingClientRect();
  const walker = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
  const signs = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    for (let k = 0; k < text.length; k += 1) {
      const range = document.createRange();
      range.setStart(text, k);
      range.setEnd(text, k + 1);
      const box = range.getBoundingClientRect();
      const sign = text.data[k];
      if (sign !== "\\u200b") signs.push([sign, box.left - corner.left, box.top - corner.top, box.width]);
    }
  }
  return [corner.width, corner.height, signs];
});
"""
MACROS = {r"\E": r"\mathbb{E}", r"\Var": r"\operatorname{Var}", r"\R": r"\mathbb{R}"}


def formulas_of_the_book():
    rows = [
        row
        for path in chapters()
        for entry in entries(path)
        for row in entry.data.get("rows") or []
        if isinstance(row, dict)
    ]
    sides = {row[side] for row in rows for side in ("lhs", "rhs") if row.get(side)}
    return sorted(sides)


def page_of(texts):
    style = katex_style().replace("url(katex/", f"url({ROOT.as_uri()}/node_modules/katex/dist/")
    lines = "".join(f"<p>{text}</p>" for text in texts)
    return (
        f"<!doctype html><meta charset='utf-8'><style>{style} .nnb-script {{ line-height: 0 }}"
        f" p {{ width: max-content; font: 19px/1.6 serif }}</style>{lines}"
    )


@pytest.fixture(scope="module")
def drawn(browser, tmp_path_factory):
    """The places of all signs: as KaTeX writes the formulas, and as this book does."""
    texts = [*HARD, *formulas_of_the_book()]
    done = subprocess.run(
        [node_program(), "--input-type=module", "-e", PLAIN, json.dumps(MACROS)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    katex = Katex(MACROS)
    ours = [katex.render(text, False)[0] for text in texts]
    katex.close()
    found = []
    for name, forms in (("plain", json.loads(done.stdout)), ("ours", ours)):
        file = tmp_path_factory.mktemp("formulas") / f"{name}.html"
        file.write_text(page_of(forms), "utf-8")
        browser.get(file.as_uri())
        browser.execute_async_script(
            "document.fonts.ready.then(() => setTimeout(arguments[0], 200))"
        )
        found.append((forms, browser.execute_script(PLACES)))
    return texts, *found


def test_signs_stand_where_katex_puts_them(drawn):
    texts, (_, plain), (_, ours) = drawn
    assert len(texts) > 150 and len(plain) == len(ours) == len(texts)
    wrong = [text for text, one, two in zip(texts, plain, ours, strict=True) if far(one, two)]
    assert wrong == []


def far(one, two):
    """Whether two drawings of a formula differ by more than half a pixel."""
    pairs = [*zip(one[:2], two[:2], strict=True)]
    signs, others = one[2], two[2]
    if [text for text, *_ in signs] != [text for text, *_ in others]:
        return True
    for (_, *place), (_, *other) in zip(signs, others, strict=True):
        pairs += zip(place, other, strict=True)
    return any(abs(a - b) > 0.5 for a, b in pairs)


def test_formulas_have_a_third_fewer_elements(drawn):
    _, (plain, _), (ours, _) = drawn
    count = [sum(len(re.findall("<[a-z]", form)) for form in forms) for forms in (plain, ours)]
    assert count[1] < 0.67 * count[0]
