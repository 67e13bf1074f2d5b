"""Three figures of the kinds the book needs; the browser tests move them on a small page."""

from typing import Any

import numpy as np

from nnlib.averages import half_life
from nnlib.figures import (
    Arrow,
    Axis,
    Bars,
    Box,
    Card,
    Choice,
    Edge,
    Heat,
    Line,
    MovingFigure,
    Note,
    Panel,
    Pointer,
    Points,
    Region,
    Rule,
    Slider,
    Text,
    View,
    number,
    on_simplex,
)

GAMMAS = [round(float(g), 3) for g in np.linspace(0.5, 0.98, 17)]
TIMES = range(1, 61)


def weights_frame(gamma: float, t: int) -> list[Any]:
    age = np.arange(60)
    weight = np.where(age < t, (1 - gamma) * gamma**age, 0.0)
    half, mean = half_life(gamma), gamma / (1 - gamma)
    return [
        Bars(age, weight, stems=True),
        Rule(x=half, label=f"half-life {number(half)}", color="orange"),
        Rule(x=mean, label=f"mean age {number(mean)}", color="purple"),
        Note(
            f"After {t} steps the weights add up to {number(weight.sum())}; "
            f"the missing {number(gamma**t)} still lies on the start."
        ),
    ]


def weights() -> MovingFigure:
    return MovingFigure(
        weights_frame,
        gamma=Slider(GAMMAS, value=0.89, label="γ"),
        t=Slider(TIMES, value=40, label="t", play=True, interval=100),
        x=("age of the value, in steps", -0.8, 60),
        y=("weight", 0, 0.5),
        alt="Stems whose heights, the weights of past values, fall with age; the larger γ, the "
        "more slowly. Lines mark the half-life and the mean age.",
        caption="The weights $(1-\\gamma)\\gamma^a$ of values of age $a$ at time $t$.",
        name="fig-weights",
    )


def simplex_frame(z1: float, z2: float, z3: float) -> list[Any]:
    z, target = np.array([z1, z2, z3]), np.array([1.0, 0.0, 0.0])
    p = np.exp(z - z.max())
    p /= p.sum()
    gradient = p - target
    x, y = on_simplex(p)
    dx, dy = on_simplex(gradient)
    edge_x, edge_y = on_simplex(np.eye(3))
    return [
        Region(edge_x, edge_y, fill=0.06),
        Text(-0.02, -0.06, "class 1", anchor="middle"),
        Text(1.02, -0.06, "class 2", anchor="middle"),
        Text(0.5, 0.92, "class 3"),
        Arrow(x, y, -0.4 * dx, -0.4 * dy, label="−(p − y)"),
        Points([x], [y], size=5),
        Bars([1, 2, 3], p, width=0.6, labels=[number(v) for v in p], panel=1),
        Points([1, 2, 3], target, hollow=True, color="ink", panel=1),
        Note(
            f"p = ({', '.join(number(v) for v in p)}), loss {number(-np.log(p[0]))}; "
            f"gradient ({', '.join(number(v) for v in gradient)})"
        ),
    ]


def simplex() -> MovingFigure:
    logits = np.linspace(-3, 3, 13)
    return MovingFigure(
        simplex_frame,
        z1=Slider(logits, value=-0.5, label="z₁"),
        z2=Slider(logits, value=1.0, label="z₂"),
        z3=Slider(logits, value=0.5, label="z₃"),
        panels=[
            Panel((-0.15, 1.15), (-0.12, 1.0), axes=False, equal=True),
            Panel(Axis("class", 0.4, 3.6, ticks=[1, 2, 3]), ("probability", 0, 1.08), share=0.7),
        ],
        alt="A triangle of probabilities with a point for the softmax of three logits and an arrow "
        "to the true class; beside it the three probabilities as bars.",
        caption="Softmax of three logits on the simplex, and the step against the gradient.",
        name="fig-simplex",
    )


NODES = {
    "x": (0.0, 1.0, "x", "1, 2, 6", "the input", "x"),
    "mean": (1.5, 0.0, "μ", "3", "μ = (1/K) Σ xₖ", "mu = x.mean(axis=0)"),
    "centred": (3.0, 1.0, "x − μ", "−2, −1, 3", "cₖ = xₖ − μ", "c = x - mu"),
    "variance": (4.5, 0.0, "σ²", "4.67", "σ² = (1/K) Σ cₖ²", "var = (c * c).mean(axis=0)"),
    "scaled": (6.0, 1.0, "x̂", "−0.9, −0.5, 1.4", "x̂ₖ = cₖ / √(σ² + ε)", "xhat = c / std"),
    "y": (7.7, 1.0, "y", "γx̂ + β", "yₖ = γ x̂ₖ + β", "y = gamma * xhat + beta"),
}
EDGES = [
    ("x", "mean"),
    ("x", "centred"),
    ("mean", "centred"),
    ("centred", "variance"),
    ("centred", "scaled"),
    ("variance", "scaled"),
    ("scaled", "y"),
]


def graph_frame(node: str, flow: str) -> list[Any]:
    boxes = [
        Box(
            x,
            y,
            text,
            name=key,
            below=below,
            choose=("node", key),
            strong=key == node,
            color="orange" if key == node else "blue",
        )
        for key, (x, y, text, below, _, _) in NODES.items()
    ]
    back = flow == "backward"
    edges = [
        Edge(b, a, f"−0.{k}6", back=True, color="orange") if back else Edge(a, b)
        for k, (a, b) in enumerate(EDGES)
    ]
    _, _, text, below, rule, code = NODES[node]
    code_row = ("code", f"`{code}` in `model.py`")
    card = Card(f"Node {text}", [("rule", rule), code_row, ("value", below)])
    return [*edges, *boxes, card, Note(f"{flow}: {text} holds {below}")]


def graph() -> MovingFigure:
    return MovingFigure(
        graph_frame,
        node=Choice({key: key for key in NODES}, value="scaled", menu=True),
        flow=Choice(["forward", "backward"]),
        panels=[Panel((-0.5, 8.5), (-0.6, 1.6), axes=False, turn=True, phone_height=460)],
        alt="The computational graph of batch norm from the input to the output; the chosen node "
        "is explained beside it.",
        caption="The graph of batch norm.",
        name="fig-graph",
        height=260,
    )


def heat_frame(shift: float) -> list[Any]:
    grid = np.arange(5)[:, None] - np.arange(7)[None, :] + shift
    return [
        Heat(
            grid / 6,
            (0, 7),
            (0, 5),
            negative="orange",
            labels=[[number(v) for v in row] for row in grid],
        ),
        Line([0, 7], [0, 5], color="ink", dashed=True, label="diagonal", label_at=0.5),
    ]


def heat() -> MovingFigure:
    return MovingFigure(
        heat_frame,
        shift=Slider([-1, 0, 1], value=0),
        x=("column", 0, 7),
        y=("row", 0, 5),
        alt="A map of small cells, tinted by their values, with a diagonal line.",
        height=220,
    )


RATES = [0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
SHARES = [0.0, 0.2, 0.4, 0.6, 0.8]


def pointed_frame(rate: float, share: float) -> list[Any]:
    """A point of a plane, and the path of momentum on a parabola that belongs to it."""
    w, v, path = 1.0, 0.0, [1.0]
    for _ in range(12):
        v = share * v + rate * w
        w -= v
        path.append(w)
    largest = max(1.0, *map(abs, path))
    return [
        Region([0, 2, 4, 4, 0], [0, 0, 1, 1, 1], label="converges", color="green"),
        Points([rate], [share], color="ink"),
        Arrow([rate, rate], [share, share], [0.2, -0.2], [0, 0], width=1),
        View(y=(-largest, largest), panel=1) if largest < 1e4 else View(y=(-1e4, 1e4), panel=1),
        Line(range(13), np.clip(path, -1e4, 1e4), panel=1),
        Card("", [("terms", '<math><mi class="lit-orange">r</mi><mo>+</mo><mi>s</mi></math>')]),
        Note(f"rate {number(rate)}, share {number(share)}"),
    ]


def pointed() -> MovingFigure:
    return MovingFigure(
        pointed_frame,
        rate=Slider(RATES, value=1.0),
        share=Slider(SHARES, value=0.4),
        pointer=Pointer(x="rate", y="share"),
        cards_below=True,
        panels=[
            Panel(Axis("rate", 0, 4, ticks=[0, 2, (4, "four"), 9]), ("share", 0, 1)),
            Panel(("step", 0, 12), Axis("w", -1e4, 1e4, ticks=[-1e4, (0.0, "start"), 1e4])),
        ],
        alt="A plane to point into, and beside it the path that belongs to the point.",
        height=240,
    )
