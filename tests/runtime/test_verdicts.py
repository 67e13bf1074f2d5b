"""The page's Python gives the same verdicts as the one that the book was written with."""

import json

import pytest
from verdicts import CHAPTERS, as_json


def test_every_chapter_with_exercises_is_asked():
    from test_exercises_of_chapters import CHAPTERS as all_chapters

    assert sorted(CHAPTERS) == all_chapters


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_verdicts_are_those_of_cpython(chapter, page_python):
    code = f"import verdicts; verdicts.as_json({chapter!r})"
    there, here = json.loads(page_python(code)), json.loads(as_json(chapter))
    assert set(there) == set(here) and len(here) >= 5
    for name in here:
        assert there[name] == here[name], name
        assert here[name][0]["status"] == "right", name
        assert {judgement["status"] for judgement in here[name][1:2]} == {"no answer"}, name


def test_a_second_visit_starts_from_the_memory_of_the_first(page_python):
    code = (
        "import json, page; "
        "json.dumps([page.judge('\"momentum\"', '\"largest_rate\"', json.dumps(a), '5') "
        "for a in ('2*(1+gamma)/L', '2/L')])"
    )
    first, second = page_python(code), page_python(code, again=True)
    assert first == second
    assert ["right" in first, "wrong" in first] == [True, True]
