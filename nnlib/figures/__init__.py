"""Figures that a reader moves: live in Jupyter, and on a page with no Python behind it.

>>> import numpy as np
>>> from nnlib.figures import Bars, MovingFigure, Note, Slider
>>> def frame(gamma):
...     age = np.arange(20)
...     weight = (1 - gamma) * gamma**age
...     return [Bars(age, weight), Note(f"the latest value weighs {1 - gamma:.2f}")]
>>> figure = MovingFigure(
...     frame,
...     gamma=Slider([0.5, 0.7, 0.9], value=0.9, label="γ", play=True),
...     x=("age", -0.5, 19.5),
...     y=("weight", 0, 0.5),
...     alt="Bars that fall with age, more slowly for a larger γ.",
... )
>>> figure.marks(gamma=0.5)[0]["height"][:3]
[0.5, 0.25, 0.125]

Nothing else in nnlib imports this package; it needs ipywidgets and anywidget, and matplotlib for
the still picture.
"""

from nnlib.figures._controls import Axis, Choice, Panel, Pointer, Slider, number
from nnlib.figures._frames import FrameError
from nnlib.figures._marks import (
    Area,
    Arrow,
    Band,
    Bars,
    Box,
    Card,
    Edge,
    Heat,
    Line,
    Note,
    Points,
    Region,
    Rule,
    Text,
    View,
    on_simplex,
)
from nnlib.figures._widget import MovingFigure

__all__ = [
    "Area",
    "Arrow",
    "Axis",
    "Band",
    "Bars",
    "Box",
    "Card",
    "Choice",
    "Edge",
    "FrameError",
    "Heat",
    "Line",
    "MovingFigure",
    "Note",
    "Panel",
    "Pointer",
    "Points",
    "Region",
    "Rule",
    "Slider",
    "Text",
    "View",
    "number",
    "on_simplex",
]
