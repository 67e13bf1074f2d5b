"""Each chapter reads in half an hour: its words, displays and tables are counted and held."""

import pytest
from budget import LIMITS, Budget, count, measure, over
from built import file_of
from rules import ROOT, chapters


def test_chapters_keep_the_budget(capsys):
    """Prints a table of all chapters."""
    names = ["words", "displays", "run", "figures", "tables", "minutes"]
    rows = [f"{'chapter':<24}" + "".join(f"{name:>10}" for name in names)]
    rows += [f"{'at most':<24}" + "".join(f"{LIMITS.get(name, ''):>10}" for name in names)]
    wrong = []
    for path in chapters():
        found = measure(file_of(path.relative_to(ROOT).with_suffix("").as_posix()))
        rows.append(
            f"{path.stem:<24}" + "".join(f"{getattr(found, name):>10.0f}" for name in names)
        )
        wrong += [f"{path.stem}: {one}" for one in over(found)]
    with capsys.disabled():
        print("\n" + "\n".join(rows))
    assert not wrong, "\n".join(wrong)


PAGE = """<article><section id="one"><h1>One two<a class="headerlink">#</a></h1>
<p>Three <span class="math">x<span>y</span></span> four <code>five</code> — six.</p>
{displays}
<details class="sd-dropdown"><summary>fold</summary><p>not read</p><div class="math">x</div>
<div class="nnb-chain">x<details class="nnb-proof"><summary>proved</summary></details></div></details>
<div class="nnb-chain"><div>n</div><details class="nnb-proof"><summary>proved</summary></details></div>
<figure><div class="nnh-mount"><img></div><figcaption>not read</figcaption></figure>
<table><tr><td>not <div class="math">a</div></td></tr></table>
<div class="nnb-card">not <div class="nnb-chain">b</div></div>
<div class="cell_input"><div class="highlight">code</div></div>
<section id="exercises"><p>not read</p><div class="math">x</div></section>
<section id="where-to-go-next"><p>not read</p></section>
</section></article>"""


def page(displays=""):
    return count(PAGE.format(displays=displays))


def test_main_way_is_counted():
    assert page() == Budget(words=7, displays=1, run=1, figures=1, tables=1, others=2)


def test_displays_in_a_row_are_counted_through_text_and_folds():
    display = "<div class='nnb-chain'>x</div><p>word</p>"
    assert page(display * 4).run == 5 and page(display * 4).words == 11
    assert page(display * 4 + "<table></table>" + display).run == 4
    assert page(display * 4 + "<div class='nnb-card'></div>" + display * 2).run == 4


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_over_is_told(name):
    fields = {"words": 0, "displays": 0, "run": 0, "figures": 0, "tables": 0, "others": 0}
    assert over(Budget(**fields)) == []
    if name == "minutes":
        assert over(Budget(**fields | {"figures": 31})) == ["minutes: 31, at most 30"]
    else:
        most = LIMITS[name]
        assert not any(one.startswith(name) for one in over(Budget(**fields | {name: most})))
        assert f"{name}: {most + 1}, at most {most}" in over(Budget(**fields | {name: most + 1}))
