"""The still picture of a figure: each mark as recorded, in tones that stand out."""

from __future__ import annotations

import json
from typing import Any

import figure_facts
import ipywidgets
import pytest

from nnlib.figures._picture import TONES

RECORDED = json.loads(figure_facts.GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


@pytest.mark.parametrize("case", figure_facts.CASES)
def test_a_mark_is_stored_and_drawn_as_recorded(case: str) -> None:
    facts = figure_facts.facts_of(case)
    assert facts["stored"] == RECORDED[case]["stored"]
    assert facts["drawn"] == RECORDED[case]["drawn"]


def test_every_case_is_recorded_and_no_other() -> None:
    assert list(RECORDED) == list(figure_facts.CASES)


def test_tones_stand_out_on_white_and_on_black() -> None:
    for tone in TONES.values():
        channels = [int(tone[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) > 3 and (light + 0.05) / 0.05 > 3
