"""What moves and what is proved on the cover, made by the library while the book is built.

``{bowl}`` draws a ball on a tilted bowl, with and without momentum; ``{refute}`` prints a derivation,
and what the engine answers when one exponent of it is changed.
"""

from __future__ import annotations

import html
import json
from typing import Any

import numpy as np
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from nnlib.optim import SGD
from nnlib.symbolic import Caught, FalseStep

from .checked import MIME, built
from .elements import Tag
from .live import refute_form
from .page_python import page_module

# The bowl: how steep it is along its two axes, how far it is turned, where the ball starts, and the
# step length. Pixels of the picture, and of one unit.
STEEP, TURN, START, RATE = (1.0, 20.0), -0.25, (-3.7, 2.49), 0.09
WIDTH, HEIGHT, UNIT = 620, 330, 70
STEPS = 100
SHARES = [round(0.05 * k, 2) for k in range(20)]
CHOSEN = SHARES.index(0.65)
NEAR = 0.05  # of the bottom: there a ball has arrived

Array = np.ndarray


def curvature() -> Array:
    """The bowl is half of x·Hx; this is H."""
    turn = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])
    return turn @ np.diag(STEEP) @ turn.T


def path(share: float) -> Array:
    """Where the ball is after each step, with a share of the last step kept."""
    bowl = curvature()
    weight = np.array(START)
    optimizer = SGD(weight, lr=RATE, momentum=share)
    places = [weight.copy()]
    for _ in range(STEPS):
        optimizer.step(bowl @ weight)
        places.append(weight.copy())
    return np.array(places)


def arrival(places: Array) -> int | None:
    """The step from which on the ball stays near the bottom, if there is one."""
    away = np.flatnonzero(np.hypot(*places.T) > NEAR)
    last = int(away[-1]) + 1 if away.size else 0
    return last if last < len(places) else None


def pixels(places: Array) -> list[list[float]]:
    x, y = places.T
    at = np.column_stack([WIDTH * 0.62 + UNIT * x, HEIGHT * 0.6 - UNIT * y])
    return [[round(float(u), 1), round(float(v), 1)] for u, v in at]


def told(share: float, arrived: int | None) -> str:
    there = f"at the bottom after {arrived} steps" if arrived else f"not there after {STEPS} steps"
    return f"γ = {share:.2f}: {there}"


def bowl() -> str:
    """The picture with its slider. Its script, in book.js, looks paths up and draws them."""
    paths = [path(share) for share in SHARES]
    data = {
        "paths": [pixels(one) for one in paths],
        "told": [told(share, arrival(one)) for share, one in zip(SHARES, paths, strict=True)],
    }
    center = pixels(np.zeros((1, 2)))[0]
    rings = "".join(
        f'<ellipse rx="{UNIT * height / STEEP[0] ** 0.5:.1f}" ry="{UNIT * height / STEEP[1] ** 0.5:.1f}"/>'
        for height in (0.6, 1.4, 2.4, 3.6, 5.0, 6.6)
    )
    plain, chosen = data["paths"][0], data["paths"][CHOSEN]
    return (
        f'<div class="nnb-bowl" data-bowl="{html.escape(json.dumps(data, separators=(",", ":")))}">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Two balls roll down a long, '
        f'tilted bowl. Without momentum one zigzags; with momentum the other takes a smoother way.">'
        f'<g class="nnb-rings" transform="translate({center[0]} {center[1]}) rotate({-np.degrees(TURN):.1f})">'
        f"{rings}</g>{trail('plain', plain)}{trail('kept', chosen)}</svg>"
        f'<div class="nnb-bowlrow"><label for="nnb-share">share kept, γ</label>'
        f'<input id="nnb-share" type="range" min="0" max="{len(SHARES) - 1}" value="{CHOSEN}"'
        f' aria-valuetext="{data["told"][CHOSEN]}">'
        f'<button type="button" class="nnb-again">Roll again</button></div>'
        f'<p class="nnb-bowltold"><span class="nnb-dot nnb-plainball"></span>{data["told"][0]} '
        f'<span class="nnb-dot nnb-keptball"></span><output for="nnb-share">{data["told"][CHOSEN]}</output>'
        "</p></div>"
    )


def trail(name: str, points: list[list[float]]) -> str:
    line = " ".join(f"{x},{y}" for x, y in points)
    x, y = points[-1]
    return f'<g class="nnb-{name}ball"><polyline points="{line}"/><circle cx="{x}" cy="{y}" r="7"/></g>'


class Bowl(SphinxDirective):
    """The moving picture of the cover."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", bowl(), format="html")]


def data_of(shown: Any) -> dict[str, Any]:
    return shown._repr_mimebundle_()[MIME]


def right_and_wrong() -> tuple[dict[str, Any], dict[str, Any]]:
    """The data of the derivation, and of what refutes it with one exponent changed."""
    changeable = page_module("refute")
    try:
        changeable.derivation().step(changeable.read(changeable.OFFERED[0]), "geometric sum")
    except FalseStep as error:
        return data_of(changeable.printed()), data_of(Caught(error.refutation, str(error)))
    raise AssertionError("the changed exponent was not noticed")


class Refute(SphinxDirective):
    """A derivation that was proved, and what a changed line is told."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        right, wrong = right_and_wrong()
        between = nodes.container(classes=["nnb-between", "live-before"])
        self.state.nested_parse(self.content, self.content_offset, between)
        chain = built(right, "cover-right")
        for link in list(chain.findall(nodes.reference)):
            if "ledger" in link:  # the list of checked lines is that of the chapters
                link.parent.parent.remove(link.parent)
        return [
            nodes.raw("", '<div class="nnb-refute" data-live="refute">', format="html"),
            chain,
            *refute_form(),
            between,
            Tag("div", "live-before", built(wrong, "cover-wrong")),
            nodes.raw("", "</div>", format="html"),
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("bowl", Bowl)
    app.add_directive("refute", Refute)
    return {"parallel_read_safe": True}
