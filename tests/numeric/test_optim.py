"""Optimizers: against PyTorch and optax, against their equations on symbols, and at the edges."""

from __future__ import annotations

import copy
import functools
import inspect
import io
import json
import pickle
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import optim
from nnlib.optim import _lbfgs
from nnlib.optim import _rules as rules
from nnlib.optim._lbfgs import Point, _Search
from nnlib.symbolic import Maximum, equal, sym, symarray

REPEATABLE = settings(
    derandomize=True, database=None, deadline=None, max_examples=15, phases=[Phase.generate]
)
GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden", "optim.json").read_text())
SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
    ("RMSprop", {"lr": 0.1, "momentum": 0.5}),
    ("RMSprop", {"lr": 0.1, "centered": True, "eps": 0.1}),
    ("Adadelta", {"lr": 0.5}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
    ("AdamW", {"lr": 0.1, "amsgrad": True, "weight_decay": 0.1}),
    ("Rprop", {"lr": 0.1}),
    ("Quickprop", {"lr": 0.1}),
]


def make(name: str, params: Any, **values: Any) -> Any:
    return getattr(optim, name)(params, **values)


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


# --- the same numbers as PyTorch and optax -------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["torch"] + GOLDEN["optax"])
def test_steps_are_those_of_pytorch_and_optax(case: dict[str, Any]) -> None:
    w = np.array(GOLDEN["start"])
    optimizer = make(case["name"], w, **case["settings"])
    rtol = 1e-7 if case["name"] == "NAdam" else 1e-12  # PyTorch keeps its product in float32
    for g, want in zip(GOLDEN["grads"], case["path"], strict=True):
        optimizer.step(np.array(g))
        np.testing.assert_allclose(w, want, rtol=rtol, atol=1e-14)


def rosenbrock(x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    valley = y - x**2
    loss = (1 - x) ** 2 + 100 * valley**2
    return float(loss[0]), [-2 * (1 - x) - 400 * x * valley, 200 * valley]


@pytest.mark.parametrize("case", GOLDEN["lbfgs"])
def test_lbfgs_steps_are_those_of_pytorch(case: dict[str, Any]) -> None:
    x, y = np.array([-1.2]), np.array([1.0])
    optimizer = optim.LBFGS([x, y], **case["settings"])
    for want in case["path"]:
        loss = optimizer.step(lambda: rosenbrock(x, y))
        np.testing.assert_allclose([loss, x[0], y[0]], want, rtol=1e-9, atol=1e-9)


LINES: dict[str, Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray]]] = {
    "wave": lambda w, k: (np.cos(k * w) + w**2 / 10, -k * np.sin(k * w) + w / 5),
    "kink": lambda w, k: (
        np.sqrt(w**2 + 1e-4) + k * w**2 / 100,
        w / np.sqrt(w**2 + 1e-4) + k * w / 50,
    ),
    "quartic": lambda w, k: (k * w**4 - w**2, 4 * k * w**3 - 2 * w),
}


def search(case: dict[str, Any], **settings: Any) -> tuple[list[float], np.ndarray, optim.LBFGS]:
    """What one step of L-BFGS tries, where it ends, and the optimizer."""
    w, tried = np.array([case["start"]]), []
    optimizer = optim.LBFGS(w, lr=case["lr"], line_search_fn="strong_wolfe", **settings)

    def closure() -> tuple[float, np.ndarray]:
        tried.append(w[0])
        loss, g = LINES[case["line"]](w, case["k"])
        return float(loss[0]), g

    optimizer.step(closure)
    return tried, w, optimizer


@pytest.mark.parametrize("case", GOLDEN["searches"])
def test_the_line_search_tries_the_points_that_pytorch_tries(case: dict[str, Any]) -> None:
    (tried, w, _), want = search(case), case["tried"]
    assert len(tried) == len(want) - 1
    # Later points magnify the rounding of earlier ones.
    np.testing.assert_allclose(tried[:9], want[:-1][:9], rtol=1e-6, atol=1e-8)
    assert w[0] == pytest.approx(want[-1], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("max_eval", range(1, 9))
def test_a_step_of_lbfgs_keeps_to_its_evaluations(max_eval: int) -> None:
    for case in GOLDEN["searches"]:
        tried, w, optimizer = search(case, max_eval=max_eval)
        assert optimizer.evaluations <= max_eval + 1  # a search tries one point at least
        loss = LINES[case["line"]](np.array([tried[0], w[0]]), case["k"])[0]
        assert loss[1] <= loss[0]


class Line(_Search):
    """A line search over a given function of the step length, with a slope of -1 at 0."""

    def __init__(self, line: Callable[[float], tuple[float, float]], tolerance: float = 0) -> None:
        self.line, self.tried, self.max_steps, self.d = line, [], 20, np.ones(1)
        self.owner = types.SimpleNamespace(tolerance_change=tolerance)
        self.here = Point(0.0, 0.0, np.zeros(1), -1.0)

    def _at(self, t: float) -> Point:
        self.tried.append(t)
        loss, slope = self.line(t)
        return Point(t, loss, np.zeros(1), slope)


def points_at(monkeypatch: pytest.MonkeyPatch, *proposed: float) -> list[tuple[float, float]]:
    """Let the cubics have their minima there; return the bounds that they were asked for."""
    minima, bounds = iter(proposed), []

    def minimum(a: Point, b: Point, low: float, high: float) -> float:
        bounds.append((low, high))
        return next(minima)

    monkeypatch.setattr(_lbfgs, "_cubic_minimum", minimum)
    return bounds


def test_a_bracket_that_is_small_enough_ends_the_search() -> None:
    line = Line(lambda t: (-t, -1.0), tolerance=1.0)
    low, high = Point(5.0, -5.0, np.zeros(1), -1.0), Point(5.5, 9.0, np.zeros(1), 1.0)
    assert line._zoom(high, low, 9) is low and line.tried == []


@pytest.mark.parametrize(
    ("proposed", "tried"),
    [((0.98, 0.97), [0.98, 0.882]), ((0.02, 0.03), [0.02, 0.118]), ((0.5, 0.45), [0.5, 0.45]),
     ((1.0,), [0.9]), ((0.0,), [0.1]), ((0.39, 0.40, 0.405), [0.39, 0.40, 0.46])],
)  # fmt: skip
def test_a_point_near_the_same_end_of_the_bracket_twice_is_moved_in(
    monkeypatch: pytest.MonkeyPatch, proposed: tuple[float, ...], tried: list[float]
) -> None:
    points_at(monkeypatch, *proposed)
    right = proposed[0] > 0.4
    line = Line((lambda t: (1.0, 5.0)) if right else (lambda t: (-t, -1.0)))
    low, high = Point(0.0, 0.0, np.zeros(1), -1.0), Point(1.0, 2.0, np.zeros(1), 1.0)
    line._zoom(low, high, len(proposed))
    assert line.tried == pytest.approx(tried)


def test_a_point_as_high_as_the_lowest_becomes_the_other_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points_at(monkeypatch, 1.6, 1.5)
    line = Line(lambda t: (-1.0, -1.0))
    low, high = Point(1.0, -1.0, np.zeros(1), -1.0), Point(2.0, 2.0, np.zeros(1), 1.0)
    assert line._zoom(low, high, 2) is low  # [1, 1.6] after the first point, [1, 1.5] at the end
    assert line.tried == [1.6, 1.5]


def test_a_loss_that_rises_again_is_bracketed_from_the_third_point_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bounds = points_at(monkeypatch, 2.0, 3.0, 2.5)
    losses = {1.0: -1.0, 2.0: -0.9, 3.0: -0.9}
    line = Line(lambda t: (losses.get(t, -2.0), -1.0 if t in losses else 0.0))
    assert line.run(1.0).t == 2.5 and line.tried == [1.0, 2.0, 3.0, 2.5]
    assert bounds == [(1.01, 10.0), (2.01, 20.0), (2.0, 3.0)]


# --- what is not given ----------------------------------------------------------------------------

DEFAULTS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 1e-3, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False},
    "Adagrad": {"lr": 1e-2, "lr_decay": 0, "weight_decay": 0, "initial_accumulator_value": 0,
                "eps": 1e-10},
    "RMSprop": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0, "momentum": 0,
                "centered": False},
    "Adadelta": {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0},
    "Adam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "amsgrad": False},
    "AdamW": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2,
              "amsgrad": False},
    "Rprop": {"lr": 1e-2, "etas": (0.5, 1.2), "step_sizes": (1e-6, 50)},
    "Quickprop": {"lr": 1e-2, "mu": 1.75},
    "LBFGS": {"lr": 1, "max_iter": 20, "max_eval": None, "tolerance_grad": 1e-7,
              "tolerance_change": 1e-9, "history_size": 100, "line_search_fn": None},
}  # fmt: skip


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults_are_those_of_pytorch_and_are_used(name: str) -> None:
    parameters = inspect.signature(getattr(optim, name)).parameters
    given = {k: p.default for k, p in parameters.items() if k != "params"}
    assert given == DEFAULTS[name]
    made = getattr(optim, name)(np.ones(2))
    used = {k: getattr(made, k) for k in given}
    if name == "LBFGS":
        given |= {"max_eval": 25, "line_search_fn": ""}
    assert used == given


def test_quickprop_takes_a_growth_limit_below_one() -> None:
    w = np.array([1.0])
    optimizer = optim.Quickprop(w, lr=0.1, mu=0.5)
    for g in (1.0, 0.9):  # the secant's step would be nine times the last
        optimizer.step(np.array([g]))
    assert w[0] == pytest.approx(1 - 0.1 - 0.05)


@pytest.mark.parametrize("name", [n for n in DEFAULTS if "weight_decay" in DEFAULTS[n]])
def test_without_weight_decay_the_parameter_does_not_enter_the_gradient(name: str) -> None:
    for more in ({}, {"centered": True}) if name == "RMSprop" else ({},):
        w = np.array([np.inf, 1.0])
        getattr(optim, name)(w, weight_decay=0, **more).step(np.array([0.5, 0.5]))
        assert w[0] == np.inf and w[1] < 1


def test_gradients_that_share_memory_with_parameters_are_read_before_it_changes() -> None:
    memory = np.arange(1.0, 7.0)
    a, b = memory[:3], memory[3:]
    optim.SGD([a, b], lr=1.0).step([memory[3:], memory[:3]])
    np.testing.assert_array_equal(memory, [-3, -3, -3, 3, 3, 3])
    whole = np.arange(1.0, 5.0)
    optim.SGD(whole[:3], lr=1.0).step(whole[1:])
    np.testing.assert_array_equal(whole, [-1, -1, -1, 4])


@pytest.mark.parametrize("kind", ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Lion", "NAdam", "Rprop",
                                  "Quickprop", "LBFGS"])  # fmt: skip
def test_a_step_that_fails_leaves_every_parameter_as_it_was(kind: str) -> None:
    a, b = np.ones(2), np.ones(3)
    optimizer = getattr(optim, kind)([a, b], lr=0.1)
    grads = [np.ones(2), np.ones(3)]
    optimizer.step((lambda: (1.0, grads)) if kind == "LBFGS" else grads)
    before, t = (a.copy(), b.copy()), optimizer.t
    b.flags.writeable = False
    with pytest.raises(ValueError, match=r"params\[1\] must be writable"):
        optimizer.step((lambda: (1.0, grads)) if kind == "LBFGS" else grads)
    assert np.array_equal(a, before[0]) and np.array_equal(b, before[1]) and optimizer.t == t


def test_parameters_that_share_memory_are_refused_and_neighbors_are_not() -> None:
    memory = np.arange(12.0)
    for pair in (
        [memory[:6], memory[5:]],
        [memory, memory[::3]],
        [memory.reshape(3, 4), memory[4:8]],
        [memory[::2], memory[::3]],
        [memory, memory],
    ):
        with pytest.raises(ValueError, match=r"params\[0\] and params\[1\]"):
            optim.SGD(pair)
    optim.SGD([memory[:6], memory[6:]])
    optim.SGD([memory[::2], memory[1::2]])
    optim.SGD([memory.reshape(3, 4)[:, :2], memory.reshape(3, 4)[:, 2:]])


@pytest.mark.parametrize("seed", range(40))
def test_lbfgs_with_tolerances_of_zero_ends_at_the_minimum(seed: int) -> None:
    """The search then goes on until rounding leaves no number within its bracket."""
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 6)
    A = rng.normal(size=(n, n))
    H, w = A @ A.T + 0.1 * np.eye(n), rng.normal(size=n) * 10 ** rng.uniform(-3, 3)
    optimizer = optim.LBFGS(w, max_iter=60, tolerance_change=0, tolerance_grad=0,
                            line_search_fn="strong_wolfe")  # fmt: skip
    for _ in range(4):
        optimizer.step(lambda: (0.5 * w @ H @ w, H @ w))
    assert np.isfinite(w).all() and np.abs(w).max() < 1e-5


def test_a_cubic_through_one_point_twice_has_its_minimum_in_the_middle() -> None:
    point = Point(1.5, 2.0, np.zeros(1), -1.0)
    assert _lbfgs._cubic_minimum(point, point, 1.0, 2.0) == 1.5


def test_groups_are_optimizers_side_by_side() -> None:
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=(2, 3)), rng.normal(size=3)
    alone = [weight.copy(), bias.copy()]
    groups = optim.ParameterGroups(
        optim.AdamW, [weight], {"params": bias, "weight_decay": 0, "lr": 0.2}, lr=0.1
    )
    side = [optim.AdamW(alone[0], lr=0.1), optim.AdamW(alone[1], lr=0.2, weight_decay=0)]
    for _ in range(5):
        grads = [rng.normal(size=(2, 3)), rng.normal(size=3)]
        groups.step([[grads[0]], grads[1]])
        for optimizer, g in zip(side, grads):
            optimizer.step(g)
    assert np.array_equal(weight, alone[0]) and np.array_equal(bias, alone[1])
    assert (groups.t, groups.lr, groups.groups[1].lr) == (5, 0.1, 0.2)
    groups.lr = 0.3
    assert [group.lr for group in groups.groups] == [0.3, 0.3]


def test_groups_resume_and_an_error_changes_nothing() -> None:
    def made() -> tuple[Any, Any, Any]:
        a, b = np.ones(2), np.ones(3)
        return optim.ParameterGroups(optim.Adam, [a], {"params": [b], "lr": 0.5}), a, b

    first, a, b = made()
    first.step([[a + 1], [b + 2]])
    file = io.BytesIO()
    np.savez(file, **first.state_dict())
    file.seek(0)
    second, c, d = made()
    c[...], d[...] = a, b
    second.load_state_dict(dict(np.load(file)))
    for optimizer, x, y in ((first, a, b), (second, c, d)):
        optimizer.step([[x + 1], [y + 2]])
    assert np.array_equal(a, c) and np.array_equal(b, d)
    with pytest.raises(ValueError, match=r"grads\[0\] must have shape \(3,\)"):
        first.step([[a], [a]])
    state = first.state_dict() | {"0/t": 9, "1/v.0": np.zeros(7)}
    with pytest.raises(ValueError, match="state_dict"):
        first.load_state_dict(state)
    with pytest.raises(ValueError, match="entries of 2 groups"):
        first.load_state_dict({"2/t": 1})
    assert np.array_equal(a, c) and np.array_equal(b, d) and first.t == 2
    assert all(np.array_equal(v, second.state_dict()[k]) for k, v in first.state_dict().items())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optim.Adam([{"params": [np.ones(2)]}]), "use ParameterGroups"),
        (lambda: optim.ParameterGroups("Adam", np.ones(2)), "kind must be a class"),
        (lambda: optim.ParameterGroups(optim.Adam), "groups must be at least one"),
        (lambda: optim.ParameterGroups(optim.Adam, {"lr": 1}), r'groups\[0\] must hold "params"'),
        (lambda: optim.ParameterGroups(optim.Adam, *[np.arange(3.0)[:2]] * 2), "share memory"),
        (lambda: optim.ParameterGroups(optim.SGD, np.ones(2)).step(np.ones(2)), "grads must hold"),
        (lambda: optim.clip_norm_([1.0], 1), r"grads\[0\] must be a floating array"),
        (lambda: optim.clip_norm_(np.ones(2), 0), "max_norm must be"),
        (lambda: optim.clip_norm_(np.broadcast_to(1.0, 2), 1), "grads must be writable"),
        (lambda: optim.clip_value_("ab", 1), "grads must be an array"),
        (lambda: optim.clip_value_(np.ones(2, int), 1), "grads must be a floating array"),
        (lambda: optim.clip_value_(np.ones(2), -1), "clip_value must be"),
    ],
)
def test_bad_groups_and_clips_say_what_is_wrong(call: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_clipping_by_the_norm_keeps_the_direction(dtype: Any, scale: float) -> None:
    rng = np.random.default_rng(0)
    grads = [(scale * rng.normal(size=s)).astype(dtype) for s in ((70, 70), (3,), (0,))]
    whole = np.concatenate([g.ravel() for g in grads]).astype(np.longdouble)
    length = float(np.sqrt(np.sum(whole**2)))
    assert optim.clip_norm_(grads, 2 * length) == pytest.approx(length, rel=1e-3)
    assert np.array_equal(np.concatenate([g.ravel() for g in grads]), whole.astype(dtype))
    optim.clip_norm_(grads, length / 3)
    clipped = np.concatenate([g.ravel() for g in grads]).astype(float)
    np.testing.assert_allclose(
        clipped, (whole / 3).astype(float), rtol=3e-3, atol=1e-6 * scale + 1e-7
    )


def test_clipping_at_the_edges() -> None:
    for value in (1e200, 1e-200):
        g = np.full(4, value)
        assert optim.clip_norm_(g, value) == pytest.approx(2 * value)
        np.testing.assert_allclose(g, value / 2)
    for odd in ([0.0, 0.0], [np.inf, 1.0], [np.nan, 1.0]):
        g = np.array(odd)
        norm = optim.clip_norm_(g, 1)
        assert np.array_equal(g, odd, equal_nan=True)
        np.testing.assert_array_equal(norm, max(odd))
    assert optim.clip_norm_([], 1) == 0
    g = np.array([-3.0, 0.5, np.inf, np.nan])
    optim.clip_value_([g, g[:0]], 2)
    np.testing.assert_array_equal(g, [-2, 0.5, 2, np.nan])


# --- the same equations, on symbols --------------------------------------------------------------

LR, EPS, Q, Q2, WD = sp.symbols("lr eps q q2 lambda", positive=True)
BETA, BETA2 = 1 / (1 + Q), 1 / (1 + Q2)  # any numbers between 0 and 1
W = sp.Symbol("w", real=True)
GRADS = sp.symbols("g1:4", real=True)


def run_on_symbols(rule: Callable[..., None], buffers: int, timed: bool, **numbers: Any) -> list:
    """w after each of three steps of the shipped rule, on symbols."""
    w = symarray("w", 1)
    w[0] = W
    state = [np.full_like(w, 0) for _ in range(buffers)]
    path = []
    for t, g in enumerate(GRADS, start=1):
        rule(w, np.full_like(w, g), *state, **({"t": t} if timed else {}), **numbers)
        path.append(w[0].item())
    return path


def prove(path: list[Any], wanted: list[Any], steps: int = 3) -> None:
    for got, want in list(zip(path, wanted, strict=True))[:steps]:
        verdict = equal(got, want)
        assert verdict.status == "proved", f"{got} = {want}: {verdict}"


def weighted(beta: Any, xs: list[Any]) -> Any:
    """The running average of xs from zero, in closed form."""
    t = len(xs)
    return sum((1 - beta) * beta ** (t - i) * x for i, x in enumerate(xs, start=1))


def descend(step: Callable[[int, list[Any], list[Any]], Any]) -> list[Any]:
    """w_t = w_{t-1} - step(t, gradients so far, steps so far) for t = 1, 2, 3."""
    path, steps = [W], []
    for t in (1, 2, 3):
        steps.append(step(t, list(GRADS[:t]), steps))
        path.append(path[-1] - steps[-1])
    return path[1:]


def test_sgd_is_its_equation() -> None:
    prove(run_on_symbols(optim.sgd_, 0, False, lr=LR), descend(lambda t, g, _: LR * g[-1]))
    decayed = run_on_symbols(optim.sgd_, 0, False, lr=LR, weight_decay=WD)
    want, w = [], W
    for g in GRADS:
        w = (1 - LR * WD) * w - LR * g
        want.append(w)
    prove(decayed, want)


def test_momentum_is_its_closed_form() -> None:
    damp = sp.Symbol("d", real=True)
    got = run_on_symbols(optim.momentum_, 1, True, lr=LR, momentum=BETA, dampening=damp)

    def velocity(t: int, g: list[Any]) -> Any:
        rest = sum((1 - damp) * BETA ** (t - i) * g[i - 1] for i in range(2, t + 1))
        return BETA ** (t - 1) * g[0] + rest

    prove(got, descend(lambda t, g, _: LR * velocity(t, g)))
    nesterov = run_on_symbols(optim.momentum_, 1, True, lr=LR, momentum=BETA, nesterov=True)
    plain = lambda t, g: sum(BETA ** (t - i) * g[i - 1] for i in range(1, t + 1))
    prove(nesterov, descend(lambda t, g, _: LR * (g[-1] + BETA * plain(t, g))))


def test_adagrad_is_its_equation() -> None:
    decay = sp.Symbol("delta", positive=True)
    got = run_on_symbols(optim.adagrad_, 1, True, lr=LR, lr_decay=decay, eps=EPS)
    squares = lambda g: sum(x**2 for x in g)
    rate = lambda t: LR / (1 + (t - 1) * decay)
    prove(got, descend(lambda t, g, _: rate(t) * g[-1] / (sp.sqrt(squares(g)) + EPS)))


def test_rmsprop_is_its_equation() -> None:
    def direction(g: list[Any], centered: bool) -> Any:
        v = weighted(BETA, [x**2 for x in g])
        v = Maximum(0, v - weighted(BETA, g) ** 2) if centered else v
        return g[-1] / (sp.sqrt(v) + EPS)

    numbers = {"lr": LR, "alpha": BETA, "eps": EPS}
    got = run_on_symbols(optim.rmsprop_, 1, False, **numbers)
    prove(got, descend(lambda t, g, _: LR * direction(g, False)))
    got = run_on_symbols(optim.rmsprop_centered_, 2, False, **numbers)
    prove(got, descend(lambda t, g, _: LR * direction(g, True)), steps=2)

    def heavy(t: int, g: list[Any], centered: bool) -> Any:
        return sum(BETA2 ** (t - i) * direction(g[:i], centered) for i in range(1, t + 1))

    got = run_on_symbols(optim.rmsprop_, 2, False, **numbers, momentum=BETA2)
    prove(got, descend(lambda t, g, _: LR * heavy(t, g, False)))
    got = run_on_symbols(optim.rmsprop_centered_, 3, False, **numbers, momentum=BETA2)
    prove(got, descend(lambda t, g, _: LR * heavy(t, g, True)), steps=2)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_centered_rmsprop_stays_finite_under_a_gradient_that_never_changes(dtype: Any) -> None:
    w = np.zeros(3, dtype)
    optimizer = optim.RMSprop(w, centered=True, lr=1e-3, eps=1e-3)
    for _ in range(3000):
        optimizer.step(np.array([0.3, 1, -7], dtype))
    assert np.isfinite(w).all() and (np.sign(w) == [-1, -1, 1]).all()


def test_momentum_with_the_rate_inside_is_polyaks_heavy_ball() -> None:
    got = [W, *run_on_symbols(optim.heavy_ball_, 1, False, lr=LR, momentum=BETA)]
    before = [W, *got]  # w_{t-1} - w_{t-2} is 0 at the first step
    wanted = [w - LR * g + BETA * (w - b) for w, g, b in zip(got, GRADS, before)]
    prove(got[1:], wanted)
    outside = run_on_symbols(optim.momentum_, 1, True, lr=LR, momentum=BETA)
    prove(got[1:], outside)


def test_the_heavy_ball_with_gradients_at_the_extended_point_is_pytorchs_nesterov() -> None:
    """After a change of variables: PyTorch keeps the extended point w + momentum v itself."""
    w, v, extended, velocity = (np.array([x]) for x in (3.0, 0.0, 3.0, 0.0))
    slope = lambda x: 0.7 * x + np.sin(x)
    for t in range(1, 30):
        optim.heavy_ball_(w, slope(w + 0.9 * v), v, lr=0.05, momentum=0.9)
        optim.momentum_(extended, slope(extended), velocity, t=t, lr=0.05, momentum=0.9,
                        nesterov=True)  # fmt: skip
        np.testing.assert_allclose(w + 0.9 * v, extended, rtol=1e-12)


def test_momentums_sum_is_its_equation() -> None:
    v, x = symarray("v", 2), symarray("x", 2)
    before = v.copy()
    optim.accumulate_(v, x, BETA)
    prove(list(v), list(BETA * before + x))


def test_nadam_is_its_equation() -> None:
    mu, mu_next, product = sp.symbols("mu mu_next product", positive=True)
    numbers = {"lr": LR, "betas": (BETA, BETA2), "eps": EPS, "weight_decay": WD}
    w, g, m, v = (symarray(name, 2) for name in "wgmv")
    before = [list(a.copy()) for a in (w, g, m, v)]
    optim.nadam_(w, g, m, v, t=3, mus=(mu, mu_next), mu_product=product, **numbers)
    for k, (w0, g0, m0, v0) in enumerate(zip(*before, strict=True)):
        slope = g0 + WD * w0
        m1, v1 = BETA * m0 + (1 - BETA) * slope, BETA2 * v0 + (1 - BETA2) * slope**2
        ahead = mu_next * m1 / (1 - product * mu_next) + (1 - mu) * slope / (1 - product)
        prove([m[k], v[k]], [m1, v1])
        prove([w[k]], [w0 - LR * ahead / (sp.sqrt(v1 / (1 - BETA2**3)) + EPS)])


def test_nadams_momentum_rises_to_beta1_and_its_product_is_kept() -> None:
    optimizer = optim.NAdam(w3.copy(), betas=(0.8, 0.9), momentum_decay=0.5)
    mus = [0.8 * (1 - 0.5 * 0.96 ** (0.5 * t)) for t in range(1, 6)]
    assert [optimizer.mu(t) for t in range(1, 6)] == pytest.approx(mus)
    assert mus[0] < mus[4] < optimizer.mu(10_000) <= 0.8
    for t in range(5):
        optimizer.step(np.ones(3))
        assert optimizer.mu_product == pytest.approx(np.prod(mus[: t + 1]))
    with pytest.raises(ValueError, match="grads must have shape"):
        optimizer.step(np.ones(4))
    assert optimizer.mu_product == pytest.approx(np.prod(mus)) and optimizer.t == 5
    other = optim.NAdam(np.ones(3))
    other.load_state_dict(optimizer.state_dict())
    assert (other.mu_product, other.momentum_decay) == (optimizer.mu_product, 0.5)


def test_lion_is_its_equation() -> None:
    got = run_on_symbols(optim.lion_, 1, False, lr=LR, betas=(BETA, BETA2))

    def sign(g: list[Any]) -> Any:
        return sp.sign(BETA * weighted(BETA2, g[:-1]) + (1 - BETA) * g[-1])

    prove(got[:1], descend(lambda t, g, _: LR * sign(g))[:1])
    rng = np.random.default_rng(0)
    w, m, gs = rng.normal(size=4), np.zeros(4), rng.normal(size=(30, 4))
    optimizer = optim.Lion(start := w.copy(), lr=0.01, betas=(0.8, 0.95), weight_decay=0.1)
    for g in gs:
        w = w - 0.01 * (np.sign(0.8 * m + 0.2 * g) + 0.1 * w)
        m = 0.95 * m + 0.05 * g
        optimizer.step(g)
        np.testing.assert_allclose(start, w, rtol=1e-12)
    np.testing.assert_allclose(optimizer.state["m"][0], m, rtol=1e-12)


def test_lions_step_does_not_depend_on_the_size_of_the_gradient() -> None:
    w, far = np.zeros(3), np.zeros(3)
    near, distant = optim.Lion(w, lr=0.5), optim.Lion(far, lr=0.5)
    for g in ([1.0, -2.0, 0.0], [0.5, 3.0, 0.0]):
        near.step(np.array(g))
        distant.step(1e6 * np.array(g))
    assert np.array_equal(w, far) and w.tolist() == [-1, 0, 0]


def test_both_weight_decays_are_their_equations() -> None:
    w, g = symarray("w", 2), symarray("g", 2)
    prove(list(optim.penalized(g, w, WD)), list(g + WD * w))
    assert optim.penalized(g, w, 0) is g
    before = w.copy()
    optim.decay_(w, LR, WD)
    prove(list(w), list(before - LR * WD * before))


def test_adadelta_is_its_equation() -> None:
    def step(t: int, g: list[Any], steps: list[Any]) -> Any:
        rms = sp.sqrt(weighted(BETA, [x**2 for x in g]) + EPS)
        before = sum((1 - BETA) * BETA ** (t - 1 - i) * s**2 for i, s in enumerate(steps, 1))
        return sp.sqrt(before + EPS) / rms * g[-1]

    got = run_on_symbols(optim.adadelta_, 2, False, lr=1, rho=BETA, eps=EPS)
    prove(got, descend(step), steps=2)


def test_adam_is_its_equation() -> None:
    def step(t: int, g: list[Any], _: list[Any]) -> Any:
        m_hat = weighted(BETA, g) / (1 - BETA**t)
        v_hat = weighted(BETA2, [x**2 for x in g]) / (1 - BETA2**t)
        return LR * m_hat / (sp.sqrt(v_hat) + EPS)

    numbers = {"lr": LR, "betas": (BETA, BETA2), "eps": EPS}
    prove(run_on_symbols(optim.adam_, 2, True, **numbers), descend(step))
    decoupled = run_on_symbols(optim.adamw_, 2, True, **numbers, weight_decay=WD)
    want, w = [], W
    for t in (1, 2, 3):
        w = (1 - LR * WD) * w - step(t, list(GRADS[:t]), [])
        want.append(w)
    prove(decoupled, want)
    l2 = run_on_symbols(optim.adam_, 2, True, **numbers, weight_decay=WD)[0]
    g = GRADS[0] + WD * W
    prove([l2], [W - LR * g / (sp.sqrt(g**2) + EPS)])


def test_amsgrad_is_its_equation() -> None:
    """The maximum stays an unopened symbol: the same one on both sides."""
    largest = sym(0)

    def step(t: int, g: list[Any], _: list[Any]) -> Any:
        nonlocal largest
        largest = np.maximum(largest, sym(weighted(BETA2, [x**2 for x in g])))
        m_hat = weighted(BETA, g) / (1 - BETA**t)
        return LR * m_hat / (sp.sqrt(largest.item() / (1 - BETA2**t)) + EPS)

    got = run_on_symbols(optim.amsgrad_, 3, True, lr=LR, betas=(BETA, BETA2), eps=EPS)
    prove(got, descend(step), steps=2)


def test_rprop_is_its_equation() -> None:
    """Two gradients of one sign, then one of the other: the size grows, shrinks, and w waits."""
    a, b, size, up, down, low, high = sp.symbols("a b s u d l h", positive=True)
    limited = lambda x: np.minimum(np.maximum(sym(x), low), high).item()
    w, before, sizes = (symarray(name, 1) for name in ("w", "p", "q"))
    w[0], before[0], sizes[0] = W, 0, size
    first = limited(size)
    second, third = limited(up * first), limited(down * limited(up * first))
    for g, want in ((a, W - first), (b, W - first - second), (-a, W - first - second)):
        step = {"etas": (down, up), "step_sizes": (low, high)}
        optim.rprop_(w, np.full_like(w, g), before, sizes, **step)
        prove([w[0].item()], [want])
    prove([sizes[0].item(), before[0].item()], [third, sp.Integer(0)])


def test_quickprop_is_its_equation() -> None:
    """On the way down: convex, the limited secant step; concave, the longest; at rest, lr g."""
    a, b, d, mu = sp.symbols("a b d mu", positive=True)

    def after(g: Any, g_prev: Any, d_prev: Any) -> Any:
        arrays = [np.full_like(symarray("w", 1), value) for value in (W, g, g_prev, d_prev)]
        optim.quickprop_(*arrays, lr=LR, mu=mu)
        prove([arrays[2][0].item(), arrays[3][0].item()], [g, arrays[0][0].item() - W])
        return arrays[0][0].item()

    secant = np.minimum(sym(a * d / b), sym(mu * d)).item()
    prove([after(-a, -a - b, d)], [W + secant])
    prove([after(a, a + b, -d)], [W - secant])
    prove([after(-a - b, -a, d)], [W + mu * d])
    prove([after(a, 0, 0)], [W - LR * a])


def test_the_secant_step_ends_at_the_extremum_of_a_parabola() -> None:
    h, best, w0, w1 = sp.symbols("h c w0 w1", real=True, nonzero=True)
    step = optim.secant_step(h * (w1 - best), h * (w0 - best), w1 - w0)
    prove([w1 + step], [best])


def test_the_two_loops_are_the_bfgs_matrix() -> None:
    s, y, g = (symarray(name, (1, 2)) for name in "syg")
    rho, one = 1 / (y[0] @ s[0]), np.eye(2, dtype=int)
    left = one - rho * np.outer(s[0], y[0])
    H = left @ (Q * one) @ left.T + rho * np.outer(s[0], s[0])
    got, want = optim.two_loop(g[0], s, y, Q), H @ g[0]
    prove([x.item() for x in got], [x.item() for x in want])
    prove([x.item() for x in optim.two_loop(y[0], s, y, Q)], [x.item() for x in s[0]])


def test_two_loops_with_a_longer_history() -> None:
    s, y, g = random(3, 4), random(3, 4, seed=1), random(4, seed=2)
    H = 0.7 * np.eye(4)
    for s_i, y_i in zip(s, y):
        left = np.eye(4) - np.outer(s_i, y_i) / (y_i @ s_i)
        H = left @ H @ left.T + np.outer(s_i, s_i) / (y_i @ s_i)
    np.testing.assert_allclose(optim.two_loop(g, list(s), list(y), 0.7), H @ g, rtol=1e-9)


# --- any shape, any dtype, blocks or not ---------------------------------------------------------


@pytest.mark.parametrize("name, values", SETTINGS)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,), (2, 3, 4), (40001,)])
def test_blocks_and_layout_change_nothing(
    name: str, values: dict[str, Any], shape: tuple[int, ...]
) -> None:
    start = np.asarray(random(*shape))
    whole, strided = start.copy(), np.repeat(start[..., None], 2, axis=-1)[..., 0]
    together = [start.copy(), random(2, 2)]
    runs = [make(name, p, **values) for p in (whole, strided, together)]
    for t in range(3):
        g = np.asarray(random(*shape, seed=t + 1))
        g.flags.writeable = False
        before = g.copy()
        runs[0].step(g)
        runs[1].step(g)
        runs[2].step([g, random(2, 2, seed=t + 9)])
        assert np.array_equal(g, before)
    np.testing.assert_array_equal(strided, whole)
    np.testing.assert_array_equal(together[0], whole)
    assert start.size == 0 or not np.array_equal(whole, start)
    assert runs[0].t == 3


@REPEATABLE
@given(length=st.integers(0, 70), block=st.integers(1, 40))
def test_blockwise_is_the_rule_itself(length: int, block: int) -> None:
    arrays = [random(length, seed=i) for i in range(4)]
    copies = [a.copy() for a in arrays]
    numbers = {"t": 2, "lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-3}
    sizes = []

    @optim.blockwise
    def watched(*blocks: np.ndarray, **kwargs: Any) -> None:
        sizes.append(blocks[0].nbytes)
        optim.adam_(*blocks, **kwargs)

    usual, rules.BLOCK_BYTES = rules.BLOCK_BYTES, 8 * block
    try:
        watched(*(np.abs(a) for a in arrays), **numbers)
        optim.adam_(*arrays[:3], np.abs(arrays[3]), **numbers)
    finally:
        rules.BLOCK_BYTES = usual
    optim.adam_(*copies[:3], np.abs(copies[3]), **numbers)
    np.testing.assert_array_equal(arrays[0], copies[0])
    assert max(sizes) <= 8 * block and sum(sizes) == 8 * length
    assert rules.BLOCK_BYTES <= 128 * 1024


@pytest.mark.parametrize("name, values", SETTINGS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_dtype_is_kept_and_the_step_is_right(
    name: str, values: dict[str, Any], dtype: type
) -> None:
    values = values | ({"eps": 0.1} if "eps" in make(name, random(2))._settings else {})
    w, exact = random(5).astype(dtype), random(5)
    optimizer, reference = make(name, w, **values), make(name, exact, **values)
    for t in range(2):
        g = np.round(random(5, seed=t + 1), 1)
        optimizer.step(g)
        reference.step(g)
    assert w.dtype == dtype
    assert all(a.dtype == dtype for arrays in optimizer.state.values() for a in arrays)
    np.testing.assert_allclose(
        w.astype(float), exact, rtol=0, atol=60 * float(np.finfo(dtype).eps) + 1e-14
    )


@REPEATABLE
@given(
    case=st.sampled_from(SETTINGS),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    dtype=st.sampled_from([np.float32, np.float64, np.longdouble]),
    order=st.sampled_from("CF"),
    seed=st.integers(0, 9),
)
def test_every_entry_is_stepped_by_itself(
    case: Any, shape: tuple[int, ...], dtype: type, order: Any, seed: int
) -> None:
    """Shape and layout mean nothing: an array steps as its entries do, one by one."""
    name, values = case
    w = np.asarray(random(*shape, seed=seed)).astype(dtype, order=order)
    grads = [np.asarray(random(*shape, seed=seed + t)).astype(dtype) for t in (1, 2)]
    entries = [np.array([value]) for value in w.ravel()]
    optimizer = make(name, w, **values)
    one_by_one = make(name, entries, **values) if entries else None
    for g in grads:
        optimizer.step(g)
        if one_by_one is not None:
            one_by_one.step([np.array([value]) for value in g.ravel()])
    np.testing.assert_array_equal(w.ravel(), np.ravel(entries))


@pytest.mark.parametrize("way", ["copy", "pickle"])
def test_a_copied_optimizer_is_whole_and_apart(way: str) -> None:
    optimizer = stepped(lr=0.1)
    before = snapshot(optimizer)
    twin = copy.deepcopy(optimizer) if way == "copy" else pickle.loads(pickle.dumps(optimizer))
    grads = [random(3, seed=5), random(2, seed=6)]
    twin.step(grads)
    assert snapshot(optimizer) == before
    optimizer.step(grads)
    assert snapshot(optimizer) == snapshot(twin)
    swap = optim.SGD([np.array([2.0]), np.array([3.0])], lr=1)
    swap = copy.deepcopy(swap)
    swap.step(swap.params[::-1])
    assert [w[0] for w in swap.params] == [-1, 1]


def test_a_wider_gradient_is_converted_before_it_is_used() -> None:
    g, wide, narrow = random(50), np.zeros(50, np.float32), np.zeros(50, np.float32)
    for w, gradient in ((wide, g), (narrow, g.astype(np.float32))):
        optim.Adam(w).step(gradient)
    np.testing.assert_array_equal(wide, narrow)


def test_state_in_strides_goes_through_the_rule_whole() -> None:
    w, g, v = random(200, 201), random(200, 201, seed=1), np.zeros((201, 200)).T
    optim.momentum_(w, g, v, t=2, lr=0.1, momentum=0.5)
    np.testing.assert_array_equal(v, g)
    np.testing.assert_array_equal(w, random(200, 201) - 0.1 * g)


def test_numpy_scalars_do_not_widen_the_numbers() -> None:
    optimizer = optim.Adam(random(3).astype(np.float32), lr=np.float64(0.1))
    optimizer.lr = np.float64(0.01)
    assert type(optimizer.lr) is float and type(optimizer.betas[0]) is float


def test_rules_take_a_complex_step() -> None:
    """The derivative of Adam's step by the gradient, by complex step and by difference."""
    numbers = {"t": 1, "lr": 0.1, "betas": (0.9, 0.99), "eps": 0.1}

    def after(g: Any) -> Any:
        w, m, v = (np.zeros(1, np.asarray(g).dtype) for _ in range(3))
        optim.adam_(w, np.array([g]), m, v, **numbers)
        return w[0]

    difference = (after(0.7 + 1e-6) - after(0.7 - 1e-6)) / 2e-6
    assert after(0.7 + 1e-20j).imag / 1e-20 == pytest.approx(difference, rel=1e-6)


def test_a_gradient_may_be_a_parameter() -> None:
    """f(a, b) = a b has the gradients b and a; stepping a must not change a's place in them."""
    a, b = np.array([2.0]), np.array([3.0])
    optim.SGD([a, b], lr=0.1).step([b, a])
    assert a[0] == 2 - 0.1 * 3 and b[0] == 3 - 0.1 * 2
    w = np.arange(40001.0)
    optim.SGD(w, lr=1).step(w[::-1])
    np.testing.assert_array_equal(w, np.arange(40001.0) - np.arange(40001.0)[::-1])


@pytest.mark.parametrize("name, values", SETTINGS)
def test_nan_and_inf_are_not_hidden(name: str, values: dict[str, Any]) -> None:
    w = random(3)
    optimizer = make(name, w, **values)
    for g in ([1.0, 2.0, 3.0], [np.nan, 1.0, -3.0]):
        optimizer.step(g)
    assert np.isnan(w[0]) and np.isfinite(w[1:]).all()


@pytest.mark.parametrize("name, values", SETTINGS)
def test_a_zero_gradient_at_the_start_moves_nothing(name: str, values: dict[str, Any]) -> None:
    if not values.get("weight_decay"):
        w = random(3)
        make(name, w, **values).step(np.zeros(3))
        np.testing.assert_array_equal(w, random(3))


# --- what each one is for ------------------------------------------------------------------------


@pytest.mark.parametrize("name, values", SETTINGS)
def test_every_optimizer_goes_down_a_valley(name: str, values: dict[str, Any]) -> None:
    w, curvature = np.array([3.0, -2.0]), np.array([1.0, 4.0])
    optimizer = make(name, w, **values)
    for _ in range(60):
        optimizer.step(curvature * w)
    assert np.abs(w).sum() < 4.9 - 0.01


def test_quickprop_ends_a_separable_parabola_in_one_secant_step() -> None:
    w, curvature, best = np.array([3.0, -2.0]), np.array([1.0, 4.0]), np.array([0.5, 1.5])
    optimizer = optim.Quickprop(w, lr=0.2, mu=10)
    for _ in range(2):
        optimizer.step(curvature * (w - best))
    np.testing.assert_allclose(w, best, rtol=1e-14)


def test_quickprop_never_climbs_and_limits_its_step() -> None:
    w = np.array([1.0, 5.0])  # -w^2/2 has its maximum at 0; w^2/2 with a limit of mu = 2
    optimizer = optim.Quickprop(w, lr=0.1, mu=2)
    sign = np.array([-1.0, 1.0])
    optimizer.step(sign * w)
    np.testing.assert_allclose(w, [1.1, 4.5])
    optimizer.step(sign * w)
    np.testing.assert_allclose(w, [1.1 + 2 * 0.1, 4.5 - 2 * 0.5])
    w[...], optimizer.state["d"][0][...] = [2.0, 2.0], 0
    optimizer.step(np.array([1.0, -1.0]))
    np.testing.assert_allclose(w, [1.9, 2.1])


def test_rprop_waits_where_the_sign_changes() -> None:
    w = np.zeros(1)
    optimizer = optim.Rprop(w, lr=1, etas=(0.5, 2), step_sizes=(0.1, 3))
    places = []
    for g in (1, 1, 1, -5, -1, -1, np.inf, 1.0):
        optimizer.step(np.array([g]))
        places.append(w[0])
    # sizes: 1, 2, 3 (the largest), 1.5 and wait, 1.5, 3, 1.5 and wait, 1.5
    np.testing.assert_allclose(places, [-1, -3, -6, -6, -4.5, -1.5, -1.5, -3])


# --- L-BFGS --------------------------------------------------------------------------------------


def test_lbfgs_solves_a_quadratic_in_any_shape() -> None:
    A = np.diag(np.arange(1.0, 7.0)) + 0.1
    parts = [np.ones((2, 2)), np.ones(2)[::-1]]

    def closure() -> tuple[float, list[np.ndarray]]:
        x = np.concatenate([p.ravel() for p in parts])
        g = A @ x - 1
        return float(0.5 * x @ A @ x - x.sum()), [g[:4].reshape(2, 2), g[4:]]

    optimizer = optim.LBFGS(parts, line_search_fn="strong_wolfe", max_iter=30)
    optimizer.step(closure)
    x = np.concatenate([p.ravel() for p in parts])
    np.testing.assert_allclose(A @ x, np.ones(6), atol=1e-4)
    assert optimizer.evaluations < 40


def test_lbfgs_stops_where_it_should() -> None:
    calls = []

    def at_rest() -> tuple[float, np.ndarray]:
        calls.append(1)
        return 0.0, np.zeros(2)

    w = np.ones(2)
    for tolerance in (1e-7, 0):
        optimizer = optim.LBFGS(w, tolerance_grad=tolerance)
        assert optimizer.step(at_rest) == 0.0 and optimizer.t == 0
    assert len(calls) == 2 and w.tolist() == [1, 1]
    for search in (None, "strong_wolfe"):
        x, y = np.array([-1.2]), np.array([1.0])
        closure = mock.Mock(side_effect=functools.partial(rosenbrock, x, y))
        optimizer = optim.LBFGS([x, y], lr=1e-3, max_iter=4, line_search_fn=search)
        optimizer.step(closure)
        assert closure.call_count == optimizer.evaluations
        assert closure.call_count == 4 or search
    empty = np.empty(0)
    assert optim.LBFGS(empty).step(lambda: (1.0, empty)) == 1.0


def test_lbfgs_steps_back_from_nan() -> None:
    """-log(1 - w^2) is NaN outside (-1, 1), and the first trial step goes there."""
    w = np.array([0.9])

    def closure() -> tuple[float, np.ndarray]:
        with np.errstate(invalid="ignore"):
            return float(-np.log(1 - w[0] ** 2)), 2 * w / (1 - w**2)

    optim.LBFGS(w, lr=5, line_search_fn="strong_wolfe").step(closure)
    assert abs(w[0]) < 1e-6


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_a_closure_that_fails_leaves_all_as_it_was(search: str | None) -> None:
    x, y = np.array([-1.2]), np.array([1.0])
    optimizer = optim.LBFGS([x, y], lr=1e-3, max_iter=3, line_search_fn=search)
    optimizer.step(lambda: rosenbrock(x, y))
    before, place = pickle.dumps(optimizer.state_dict()), (x[0], y[0])
    countdown = [3]

    def closure() -> Any:
        countdown[0] -= 1
        return rosenbrock(x, y) if countdown[0] else (1.0, [x])

    with pytest.raises(ValueError, match="grads must hold 2 arrays, got 1"):
        optimizer.step(closure)
    assert (x[0], y[0]) == place and pickle.dumps(optimizer.state_dict()) == before


# --- state ---------------------------------------------------------------------------------------


def through_a_file(state: dict[str, Any]) -> dict[str, Any]:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return dict(np.load(file))


@pytest.mark.parametrize("name, values", SETTINGS)
@pytest.mark.parametrize("carry", [through_a_file, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_stored_state_continues_the_same_path(
    name: str, values: dict[str, Any], carry: Callable[[Any], Any]
) -> None:
    one, grads = (
        [random(3), random(2, 2)],
        [[random(3, seed=t), random(2, 2, seed=t)] for t in range(6)],
    )
    first = make(name, one, **values)
    for g in grads[:3]:
        first.step(g)
    two = [w.copy() for w in one]
    second = make(name, two, **{k: v for k, v in values.items() if k in ("momentum", "amsgrad")})
    state = first.state_dict()
    stored = carry(state)
    for array in state.values():
        if isinstance(array, np.ndarray):
            array[...] = 99  # a copy: the optimizer does not notice
    second.load_state_dict(stored)
    for array in stored.values():
        if isinstance(array, np.ndarray) and array.ndim:
            array[...] = 99
    for g in grads[3:]:
        first.step(g)
        second.step(g)
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert second.t == 6 and second.params[0] is two[0]


def test_a_single_array_stays_a_single_array_after_loading() -> None:
    w = random(3)
    optimizer = optim.Adam(w)
    optimizer.step(random(3))
    optimizer.load_state_dict(optimizer.state_dict())
    optimizer.step(random(3))
    assert optimizer.t == 2 and optimizer.params[0] is w


@pytest.mark.parametrize("carry", [through_a_file, lambda s: pickle.loads(pickle.dumps(s))])
def test_lbfgs_continues_the_same_path(carry: Callable[[Any], Any]) -> None:
    places = []
    for resumed in (False, True):
        x, y = np.array([-1.2]), np.array([1.0])
        optimizer = optim.LBFGS([x, y], max_iter=3, line_search_fn="strong_wolfe")
        for turn in range(4):
            if resumed and turn == 2:
                stored = carry(optimizer.state_dict())
                optimizer = optim.LBFGS([x, y])
                optimizer.load_state_dict(stored)
            optimizer.step(functools.partial(rosenbrock, x, y))
        places.append((x[0], y[0], optimizer.t, optimizer.evaluations))
    assert places[0] == places[1]


def snapshot(optimizer: Any) -> bytes:
    return pickle.dumps((optimizer.state_dict(), [w.copy() for w in optimizer.params]))


def stepped(name: str = "Adam", **values: Any) -> Any:
    optimizer = make(name, [random(3), random(2)], **values)
    optimizer.step([random(3, seed=1), random(2, seed=2)])
    return optimizer


BAD_STATES = [
    (lambda s: s.pop("t"), r"state_dict must hold 't'"),
    (lambda s: s.pop("lr"), r"state_dict must hold 'lr'"),
    (lambda s: s.pop("v.1"), r"state_dict must hold 'v\.1'"),
    (lambda s: s.update(t=-1), r"state_dict\['t'\] must be a whole number"),
    (lambda s: s.update(t=1.5), r"state_dict\['t'\] must be a whole number"),
    (lambda s: s.update({"m.0": np.zeros(4)}), r"'m\.0'\] must have shape \(3,\).*got \(4,\)"),
    (lambda s: s.update({"m.0": np.zeros(3, np.float32)}), r"dtype float64, got .*float32"),
    (lambda s: s.update(extra=1), r"state_dict holds \['extra'\]"),
    (lambda s: s.update(betas=(0.9, 1.0)), r"betas\[1\] must be in \[0, 1\)"),
]


@pytest.mark.parametrize("spoil, message", BAD_STATES)
def test_a_state_that_does_not_fit_changes_nothing(spoil: Any, message: str) -> None:
    optimizer = stepped()
    state, before = optimizer.state_dict(), snapshot(optimizer)
    spoil(state)
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(state)
    assert snapshot(optimizer) == before


BAD_HISTORIES = [
    (lambda s: s.update(s=np.zeros((1, 3))), r"'s'\] must have shape \(rows, 2\)"),
    (lambda s: s.update(s=np.zeros((1, 2))), r"as many rows in 's' as in 'y'"),
    (lambda s: s.update(last=np.zeros((1, 2))), r"0 or 2 in 'last'"),
    (lambda s: s.pop("y"), r"'y'\] must have shape"),
]


@pytest.mark.parametrize("spoil, message", BAD_HISTORIES)
def test_a_history_that_does_not_fit_changes_nothing(spoil: Any, message: str) -> None:
    optimizer = optim.LBFGS([np.zeros(1), np.zeros(1)])
    state, before = optimizer.state_dict(), snapshot(optimizer)
    spoil(state)
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(state)
    assert snapshot(optimizer) == before


# --- bad calls -----------------------------------------------------------------------------------

w3 = random(3)
BAD_GRADS = [
    ([random(3), random(3)], ValueError, r"grads\[1\] must have shape \(2,\), got \(3,\)"),
    ([random(3), random(1, 2)], ValueError, r"grads\[1\] must have shape \(2,\), got \(1, 2\)"),
    ([random(3), ["a", "b"]], TypeError, r"grads\[1\] must hold numbers"),
    ([random(3), None], TypeError, r"grads\[1\] must hold numbers"),
    ([random(3), np.ones(2) * 1j], TypeError, r"grads\[1\] must be real.*complex128"),
    ([random(3), symarray("g", 2)], TypeError, r"grads\[1\] must be real.*object"),
    ([random(3)], ValueError, r"grads must hold 2 arrays, got 1"),
    (random(3), TypeError, r"grads must be a sequence of 2 arrays, as params was, got ndarray"),
]


@pytest.mark.parametrize("grads, error, message", BAD_GRADS)
def test_a_bad_gradient_changes_nothing(grads: Any, error: type[Exception], message: str) -> None:
    for optimizer in (stepped("Adam", lr=0.1), stepped("SGD", lr=0.1, momentum=0.9)):
        before = snapshot(optimizer)
        with pytest.raises(error, match=message):
            optimizer.step(grads)
        assert snapshot(optimizer) == before and optimizer.t == 1


def read_only() -> np.ndarray:
    w = random(3)
    w.flags.writeable = False
    return w


@pytest.mark.parametrize("seed", range(40))
def test_a_view_of_distinct_entries_may_be_trained(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = np.zeros((7, 6, 5))
    steps = rng.choice([-3, -2, -1, 1, 2], size=3)
    starts = rng.integers(0, 3, size=3)
    view = base[
        tuple(slice(a, None, s) if s > 0 else slice(None, a, s) for a, s in zip(starts, steps))
    ]
    view = view.transpose(rng.permutation(3))
    optim.SGD(view[np.newaxis], lr=1.0).step(-np.ones((1, *view.shape)))
    assert np.count_nonzero(base) == view.size and np.all(view == 1)


BAD_CALLS = [
    (lambda: optim.Adam([]), ValueError, r"params must hold at least one array, got none"),
    (lambda: optim.Adam(1.0), TypeError, r"params must be an array or a sequence.*got float"),
    (lambda: optim.Adam([1.0]), TypeError, r"params\[0\] must be a numpy array, got float"),
    (lambda: optim.Adam("ab"), TypeError, r"params must be an array or a sequence.*got str"),
    (
        lambda: optim.Adam(np.arange(3)),
        TypeError,
        r"params must be of a real floating dtype, got int",
    ),
    (lambda: optim.Adam([w3, w3 * 1j]), TypeError, r"params\[1\] must be .* got complex128"),
    (lambda: optim.Adam([read_only()]), ValueError, r"params\[0\] must be writable"),
    (lambda: optim.Adam([w3, w3]), ValueError, r"must not share memory"),
    (
        lambda: optim.Adam(np.lib.stride_tricks.as_strided(np.ones(4), (2, 3), (8, 8))),
        ValueError,
        r"params must not share memory with itself, got strides \(8, 8\)",
    ),
    (
        lambda: optim.Adam([np.lib.stride_tricks.as_strided(np.ones(6)[2:], (2, 3), (-16, 8))]),
        ValueError,
        r"params\[0\] must not share memory with itself",
    ),
    (lambda: optim.Adam(w3, lr=-1), ValueError, r"lr must be finite and >= 0, got -1"),
    (lambda: optim.Adam(w3, lr=np.nan), ValueError, r"lr must be finite and >= 0, got nan"),
    (lambda: optim.Adam(w3, lr="1"), TypeError, r"lr must be a number, got '1'"),
    (lambda: optim.Adam(w3, betas=(1, 0.9)), ValueError, r"betas\[0\] must be in \[0, 1\), got 1"),
    (lambda: optim.Adam(w3, betas=(0.9, -1)), ValueError, r"betas\[1\] must be in \[0, 1\)"),
    (lambda: optim.Adam(w3, betas=0.9), ValueError, r"betas must be a pair of numbers, got 0.9"),
    (lambda: optim.Adam(w3, eps=-1), ValueError, r"eps must be finite and >= 0"),
    (lambda: optim.Adam(w3, weight_decay=-1), ValueError, r"weight_decay must be finite and >= 0"),
    (lambda: optim.Adam(w3, amsgrad=1), TypeError, r"amsgrad must be True or False, got 1"),
    (lambda: optim.SGD(w3, momentum=-0.1), ValueError, r"momentum must be finite and >= 0"),
    (lambda: optim.SGD(w3, nesterov=True), ValueError, r"nesterov needs momentum > 0"),
    (
        lambda: optim.SGD(w3, momentum=0.9, dampening=0.1, nesterov=True),
        ValueError,
        r"nesterov needs .* dampening = 0, got momentum 0.9 and dampening 0.1",
    ),
    (lambda: optim.SGD(w3, dampening=2), ValueError, r"dampening must be in \[0, 1\], got 2"),
    (lambda: optim.SGD(w3, weight_decay=-1), ValueError, r"weight_decay must be finite and >= 0"),
    (lambda: optim.SGD(w3, nesterov="yes"), TypeError, r"nesterov must be True or False"),
    (lambda: optim.Adagrad(w3, lr_decay=-1), ValueError, r"lr_decay must be finite and >= 0"),
    (lambda: optim.Adagrad(w3, eps=-1), ValueError, r"eps must be finite and >= 0"),
    (lambda: optim.Adagrad(w3, weight_decay=-1), ValueError, r"weight_decay must be"),
    (lambda: optim.Adagrad(w3, initial_accumulator_value=-1), ValueError, r"initial_acc.* >= 0"),
    (lambda: optim.RMSprop(w3, alpha=1.1), ValueError, r"alpha must be in \[0, 1\], got 1.1"),
    (lambda: optim.RMSprop(w3, eps=-1), ValueError, r"eps must be finite and >= 0"),
    (lambda: optim.RMSprop(w3, momentum=-1), ValueError, r"momentum must be finite and >= 0"),
    (lambda: optim.RMSprop(w3, weight_decay=-1), ValueError, r"weight_decay must be"),
    (lambda: optim.RMSprop(w3, centered=0), TypeError, r"centered must be True or False"),
    (lambda: optim.Adadelta(w3, rho=-0.1), ValueError, r"rho must be in \[0, 1\], got -0.1"),
    (lambda: optim.Adadelta(w3, eps=-1), ValueError, r"eps must be finite and >= 0"),
    (lambda: optim.Adadelta(w3, weight_decay=-1), ValueError, r"weight_decay must be"),
    (lambda: optim.NAdam(w3, betas=(1, 0.9)), ValueError, r"betas\[0\] must be in \[0, 1\), got 1"),
    (lambda: optim.NAdam(w3, momentum_decay=-1), ValueError, r"momentum_decay must be finite and"),
    (lambda: optim.Lion(w3, betas=(0.9, 1)), ValueError, r"betas\[1\] must be in \[0, 1\), got 1"),
    (lambda: optim.Lion(w3, weight_decay=-1), ValueError, r"weight_decay must be finite and >= 0"),
    (lambda: optim.Rprop(w3, etas=(0, 1.2)), ValueError, r"etas\[0\] must be in \(0, 1\), got 0"),
    (lambda: optim.Rprop(w3, etas=(0.5, 1)), ValueError, r"etas\[1\] must be finite and > 1"),
    (lambda: optim.Rprop(w3, step_sizes=(2, 1)), ValueError, r"step_sizes\[1\] must be .* >= 2"),
    (lambda: optim.Rprop(w3, step_sizes=(-1, 1)), ValueError, r"step_sizes\[0\] must be .* >= 0"),
    (lambda: optim.Quickprop(w3, mu=0), ValueError, r"mu must be finite and > 0, got 0"),
    (lambda: optim.Adam(w3, betas="ab"), ValueError, r"betas must be a pair of numbers, got 'ab'"),
    (lambda: optim.Adam(w3, betas=0.9), ValueError, r"betas must be a pair of numbers, got 0.9"),
    (lambda: optim.Adam(w3, betas=(0.9,)), ValueError, r"betas must be a pair of numbers, got"),
    (lambda: optim.LBFGS(w3, max_iter=0), ValueError, r"max_iter must be at least 1, got 0"),
    (lambda: optim.LBFGS(w3, max_iter=1.5), TypeError, r"max_iter must be a whole number"),
    (lambda: optim.LBFGS(w3, max_eval=0), ValueError, r"max_eval must be at least 1, got 0"),
    (lambda: optim.LBFGS(w3, history_size=0), ValueError, r"history_size must be at least 1"),
    (lambda: optim.LBFGS(w3, tolerance_grad=-1), ValueError, r"tolerance_grad must be"),
    (lambda: optim.LBFGS(w3, tolerance_change=-1), ValueError, r"tolerance_change must be"),
    (lambda: optim.LBFGS(w3, line_search_fn="x"), ValueError, r"line_search_fn must be one of"),
    (lambda: optim.LBFGS(symarray("w", 2)), TypeError, r"params of LBFGS must be floating"),
    (lambda: optim.LBFGS(w3).step(w3), TypeError, r"closure must return .* got ndarray"),
    (lambda: optim.LBFGS(w3).step(lambda: w3), TypeError, r"closure must return .* got ndarray"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_bad_learning_rate_is_refused_when_it_is_set() -> None:
    optimizer = stepped(lr=0.1)
    with pytest.raises(ValueError, match=r"lr must be finite and >= 0, got -1"):
        optimizer.lr = -1
    assert optimizer.lr == 0.1


RULES, CLASSES, LBFGS_ = "nnlib.optim._rules", "nnlib.optim._optimizers", "nnlib.optim._lbfgs"
