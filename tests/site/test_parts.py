"""Parts of the site's making by themselves: tables, heights, packed files, the cover's ball."""

from io import BytesIO

import numpy as np
import pytest
from _ext import cover, heights, packing, tables
from _ext.checked import Chain, Sides
from _ext.elements import Tag, formula
from docutils import nodes
from fontTools.ttLib import TTFont
from sphinx.errors import ExtensionError
from sphinx_design.dropdown import dropdown_main

from nnlib.optim import SGD

# --- tables ---------------------------------------------------------------------------------------


def table_of(head, *rows):
    def line(texts):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))

    group = nodes.tgroup("", nodes.thead("", line(head)), nodes.tbody("", *map(line, rows)))
    return nodes.table("", group)


def classes(table):
    return [[entry["classes"] for entry in row] for row in table.findall(nodes.row)]


def test_numbers_below_each_other_have_their_points_aligned():
    table = table_of(["", "error"], ["plain", "0.125"], ["kept", "12.5"], ["none", "3"])
    tables.align(table)
    assert classes(table) == [
        [[], ["nnb-number-cell"]],
        [[], ["nnb-number-cell"]],
        [[], ["nnb-number-cell", "nnb-short-2"]],
        [[], ["nnb-number-cell", "nnb-whole-3"]],
    ]


@pytest.mark.parametrize("text", ["-0.5", "−3", "1,024", "1e-8", "12 %", "+7.25", "3.0e+2"])
def test_what_is_a_number(text):
    assert tables.NUMBER.fullmatch(text)


@pytest.mark.parametrize("text", ["", "x", "1 of 3", "3.", "(2, 3)", "1/2", "nan"])
def test_what_is_none(text):
    assert not tables.NUMBER.fullmatch(text)


def test_columns_of_words_stay_as_they_are():
    table = table_of(["", "what"], ["a", "word"], ["b", "1"])
    tables.align(table)
    assert not any(any(row) for row in classes(table))


def test_first_column_and_joined_cells_are_left_alone():
    first = table_of(["n"], ["1"], ["2.5"])
    joined = table_of(["", "n"], ["a", "1"], ["b", "2.5"])
    next(joined.findall(nodes.tbody))[0][1]["morecols"] = 1
    for table in (first, joined):
        tables.align(table)
        assert not any(any(row) for row in classes(table))


# --- heights --------------------------------------------------------------------------------------

WIDE, PHONE = 0, 1


def paragraph(letters):
    return nodes.paragraph("", "x" * letters)


def test_text_takes_a_line_for_each_row_of_letters():
    line = heights.of(paragraph(140), WIDE) - heights.of(paragraph(70), WIDE)
    assert line == heights.LINE[WIDE]
    assert heights.of(paragraph(600), PHONE) > 1.3 * heights.of(paragraph(600), WIDE)


def test_what_is_folded_takes_the_room_of_its_summary():
    long = [paragraph(2000) for _ in range(9)]
    for fold in (dropdown_main("", *long), Tag("details", "", *long)):
        assert heights.of(fold, WIDE) < heights.of(paragraph(150), WIDE)


def exercise(kind, *inside):
    form = Tag("form", "live-form", *inside)
    folds = [Tag("details", "live-hint", paragraph(900)), Tag("details", "", paragraph(900))]
    return Tag("div", "live-exercise", form, *folds, attributes={"data-kind": kind})


def raw(text):
    return nodes.raw("", text, format="html")


def test_exercise_takes_the_room_of_its_field():
    one = heights.of(exercise("number", raw('<input type="text" />')), PHONE)
    four = heights.of(exercise("function", raw('<textarea id="a" rows="4"></textarea>')), PHONE)
    ten = heights.of(exercise("function", raw('<textarea id="a" rows="10"></textarea>')), PHONE)
    assert 230 < one < four < ten and ten - four == 6 * heights.TEXT_ROW
    options = [Tag("label", "live-option", Tag("span", "", nodes.Text("a" * 50))) for _ in "abc"]
    three = heights.of(exercise("choice", *options), PHONE)
    assert three > one + 2 * heights.LINE[PHONE]


def test_card_has_the_room_of_its_words_and_of_its_edge():
    head = Tag("p", "nnb-head", nodes.Text("proved " * 12), formula("x"))
    bare = heights.of(Tag("div", "", head), WIDE)
    card = heights.of(Tag("div", "nnb-card", head), WIDE)
    assert bare >= heights.LINE[WIDE] and card - bare == heights.CARD


def test_cases_are_as_high_as_their_rows_and_sides_as_the_higher_of_two():
    def chain(rows):
        cells = [Tag("div", "", Tag("div", "", nodes.Text("a")), role="row") for _ in range(rows)]
        return Chain("", *cells, lines=[])

    one_more = heights.of(chain(4), WIDE) - heights.of(chain(3), WIDE)
    assert one_more == heights.of(chain(3), WIDE) - heights.of(chain(2), WIDE) > 30
    parts = [chain(3), nodes.literal_block("", "a = 1\nb = 2")]
    high = [heights.of(part, WIDE) for part in parts]
    assert heights.of(Sides("", *parts, room=20.0), WIDE) == max(high)
    assert heights.of(Sides("", *[part.deepcopy() for part in parts], room=None), WIDE) == sum(high)


def test_figure_has_the_room_that_it_asks_for():
    mount = '<div style="--nnf-height:320px"><div class="nnh-row"></div><div class="nnh-row"></div></div>'
    assert heights.of(raw(mount), WIDE) == 320 + 2 * heights.CONTROL + heights.FIGURE_LINE
    assert heights.of(raw("<b>no figure</b>"), WIDE) == 0


def test_only_sections_of_a_page_below_its_title_are_told():
    inner = nodes.section("", nodes.title("", "C"), paragraph(900), ids=["c"])
    second = nodes.section("", nodes.title("", "B"), inner, ids=["b"])
    top = nodes.section("", nodes.title("", "A"), paragraph(90), second, ids=["a"])
    document = nodes.document(None, None)
    document += top
    found = heights.heights(document)
    assert found.keys() == {"b"} and found["b"][PHONE] > found["b"][WIDE] > 200


# --- packed files ---------------------------------------------------------------------------------


@pytest.fixture
def packed(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "KEPT", tmp_path)
    packing.small_script.cache_clear()
    yield tmp_path
    packing.small_script.cache_clear()


def test_script_is_smaller_and_kept_once(packed):
    source = "// words\nconst long = (value) => {\n  return value + 1;\n};\nglobalThis.f = long;\n"
    small = packing.small_script(source)
    assert "words" not in small and len(small) < 0.8 * len(source) and "globalThis.f" in small
    assert len(list(packed.iterdir())) == 1
    packing.small_script.cache_clear()
    assert packing.small_script(source) == small and len(list(packed.iterdir())) == 1


def test_script_that_cannot_be_read_stops_the_build(packed):
    with pytest.raises(ExtensionError, match="esbuild cannot read"):
        packing.small_script("const = 1")
    assert list(packed.iterdir()) == []


def test_font_has_the_signs_and_weights_that_were_asked_for(packed):
    from _ext.theme import FACES, PACKAGES

    package, _ = FACES["mono.woff2"]
    file = packing.cut_font(PACKAGES / package, map(ord, "abc="), (400, 600))
    font = TTFont(BytesIO(file.read_bytes()))
    assert set(font.getBestCmap()) == set(map(ord, "abc="))
    (axis,) = font["fvar"].axes
    assert (axis.minValue, axis.maxValue) == (400, 600)
    assert file.stat().st_size < 0.2 * (PACKAGES / package).stat().st_size
    upright = packing.cut_font(PACKAGES / package, map(ord, "abc="), 400)
    assert "fvar" not in TTFont(upright)


# --- the cover ------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.65, 0.95])
def test_ball_of_the_cover_moves_as_momentum_says(share):
    """Against the recurrence along the axes of the bowl, where each goes by itself."""
    turn = np.array(
        [[np.cos(cover.TURN), -np.sin(cover.TURN)], [np.sin(cover.TURN), np.cos(cover.TURN)]]
    )
    before = now = turn.T @ np.array(cover.START)
    places = [now]
    for _ in range(cover.STEPS):
        step = share * (now - before) - cover.RATE * np.array(cover.STEEP) * now
        before, now = now, now + step
        places.append(now)
    np.testing.assert_allclose(cover.path(share) @ turn, places, atol=1e-9)


def test_arrival_is_the_step_after_the_last_one_away():
    near, far = [0.01, 0.0], [1.0, 0.0]
    assert cover.arrival(np.array([far, near, far, near, near])) == 3
    assert cover.arrival(np.array([near, near])) == 0
    assert cover.arrival(np.array([far, far])) is None


def test_what_is_told_of_the_balls_is_what_the_library_does():
    """A little helps, more helps more, and then it goes wrong."""
    steps = [cover.arrival(cover.path(share)) for share in cover.SHARES]
    chosen = steps[cover.CHOSEN]
    assert min(step for step in steps if step) <= chosen < steps[0]
    assert steps[-1] is None
    html = cover.bowl()
    assert f"at the bottom after {chosen} steps" in html and f"after {steps[0]} steps" in html
    weight = np.array(cover.START)
    optimizer = SGD(weight, lr=cover.RATE, momentum=cover.SHARES[cover.CHOSEN])
    for _ in range(chosen):
        optimizer.step(cover.curvature() @ weight)
    assert np.hypot(*weight) <= cover.NEAR
