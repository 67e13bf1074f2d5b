"""L-BFGS: a quasi-Newton step from the last few changes of the parameters and of the gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from nnlib._checks import Array, check_choice, check_int, check_number
from nnlib.optim._optimizers import Optimizer, _check_count, _plain

__all__ = ["LBFGS", "two_loop"]

CURVATURE = 1e-10
"""A pair (s, y) enters the history only if y.s is larger, which keeps the matrix positive."""


def two_loop(g: Array, s: Sequence[Array], y: Sequence[Array], scale: Any) -> Array:
    """Multiply the BFGS estimate of the inverse Hessian with ``g``, without forming a matrix.

    ``s[i]`` is the change of the parameters and ``y[i]`` that of the gradient in step i, oldest
    first, all of shape (n,). It equals H g, where H starts as ``scale`` times the identity and
    each pair updates it, with rho = 1 / (y.s), to

        H <- (I - rho s y^T) H (I - rho y s^T) + rho s s^T.

    Source: Nocedal and Wright, "Numerical Optimization" (2006), on the
    two-loop recursion.
    """
    q, a = g, {}
    for i in reversed(range(len(s))):
        a[i] = s[i] @ q / (y[i] @ s[i])
        q = q - a[i] * y[i]
    r = scale * q
    for i in range(len(s)):
        r = r + (a[i] - y[i] @ r / (y[i] @ s[i])) * s[i]
    return r


class Point(NamedTuple):
    """A point on the search line: step length, loss, gradient there, slope along the line."""

    t: float
    loss: float
    g: Array
    slope: float


class LBFGS(Optimizer):
    """L-BFGS with PyTorch's stopping rules; `step` takes a closure instead of gradients.

    Parameters
    ----------
    params : array, or sequence of arrays
        Real floating arrays of any shape, changed in place.
    lr : number >= 0
        The step length, or the first that the line search tries.
    max_iter : int >= 1
        Iterations in one call of `step`.
    max_eval : int >= 1 or None
        Evaluations of the closure after which a call of `step` ends; None for 1.25 max_iter.
    tolerance_grad, tolerance_change : number >= 0
        A call of `step` ends when no entry of the gradient is larger than the first, or when
        neither the parameters nor the loss change by more than the second.
    history_size : int >= 1
        How many pairs (s, y) are kept: see `two_loop`.
    line_search_fn : None or "strong_wolfe"
        The line search of Nocedal and Wright, with cubic interpolation.
    """

    _settings = (
        "lr",
        "max_iter",
        "max_eval",
        "tolerance_grad",
        "tolerance_change",
        "history_size",
        "line_search_fn",
    )

    def __init__(
        self,
        params: Any,
        lr: Any = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: Any = 1e-7,
        tolerance_change: Any = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        self.max_iter = check_int(max_iter, "max_iter", 1)
        default = self.max_iter * 5 // 4
        self.max_eval = default if max_eval is None else check_int(max_eval, "max_eval", 1)
        self.tolerance_grad = check_number(tolerance_grad, "tolerance_grad", 0)
        self.tolerance_change = check_number(tolerance_change, "tolerance_change", 0)
        self.history_size = check_int(history_size, "history_size", 1)
        # "" stands for None in a state that went through np.savez, which keeps no None.
        self.line_search_fn = check_choice(
            "" if line_search_fn is None else line_search_fn, "line_search_fn", ("strong_wolfe", "")
        )
        super().__init__(params, lr)
        if any(w.dtype.kind != "f" for w in self.params):
            raise TypeError(
                "params of LBFGS must be floating, since its stopping rules compare values; got "
                + ", ".join(str(w.dtype) for w in self.params)
            )
        self.evaluations = 0
        self._s: list[Array] = []
        self._y: list[Array] = []
        self._last: tuple[Array, Array] | None = None  # the last step and the gradient before it

    def step(self, closure: Callable[[], tuple[Any, Any]]) -> float:  # type: ignore[override]
        """Run up to ``max_iter`` iterations and return the loss at the start.

        ``closure()`` returns ``(loss, grads)`` at the current values of the parameters, the
        gradients in the form of ``params``. If it raises, or returns what does not fit, the
        parameters and the state are put back as they were.
        """
        if not callable(closure):
            raise TypeError(f"closure must return (loss, grads), got {type(closure).__name__}")
        self._check_writable()
        start, before = self._flat(self.params), dict(self.__dict__)
        self._s, self._y = list(self._s), list(self._y)
        try:
            return self._iterate(closure)
        except BaseException:
            self._move_to(start)
            self.__dict__.update(before)
            raise

    def _iterate(self, closure: Callable[[], tuple[Any, Any]]) -> float:
        first, g = self._evaluate(closure)
        loss, evaluations = first, 1
        for iteration in range(1, self.max_iter + 1):
            if _largest(g) <= self.tolerance_grad:
                break
            self._remember(g)
            d = -two_loop(g, self._s, self._y, self._scale())
            slope = float(g @ d)
            t = self.lr * (min(1.0, 1.0 / float(np.sum(np.abs(g)))) if self.t == 0 else 1.0)
            self.t += 1
            here = Point(0.0, loss, g, slope)
            self._last = (np.zeros_like(g), g)
            if slope > -self.tolerance_change:
                break
            if self.line_search_fn:
                search = _Search(self, closure, here, d, self.max_eval - evaluations)
                t, loss, g, _ = search.run(t)
                evaluations += search.evaluations
                self._move_to(search.start + t * d)
            else:
                self._move_to(self._flat(self.params) + t * d)
                if iteration < self.max_iter:
                    loss, g = self._evaluate(closure)
                    evaluations += 1
            self._last = (t * d, here.g)
            small = _largest(t * d) <= self.tolerance_change
            stalled = abs(loss - here.loss) < self.tolerance_change
            if evaluations >= self.max_eval or small or stalled:
                break
        return first

    def _remember(self, g: Array) -> None:
        """Add the last step and the change of the gradient over it to the history."""
        if self._last is None:
            return
        s, y = self._last[0], g - self._last[1]
        if y @ s > CURVATURE:
            self._s = [*self._s, s][-self.history_size :]
            self._y = [*self._y, y][-self.history_size :]

    def _scale(self) -> Any:
        """The first guess of the inverse Hessian, a multiple of the identity."""
        return self._s[-1] @ self._y[-1] / (self._y[-1] @ self._y[-1]) if self._s else 1.0

    def _evaluate(self, closure: Callable[[], tuple[Any, Any]]) -> tuple[float, Array]:
        result = closure()
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"closure must return (loss, grads), got {type(result).__name__}")
        self.evaluations += 1
        return float(result[0]), self._flat(self.check_grads(result[1]))

    def _flat(self, arrays: Sequence[Array]) -> Array:
        return np.concatenate([a.ravel() for a in arrays])

    def _move_to(self, x: Array) -> None:
        start = 0
        for w in self.params:
            w[...] = x[start : start + w.size].reshape(w.shape)
            start += w.size

    def state_dict(self) -> dict[str, Any]:
        """Return a flat dictionary of plain values and copied arrays, as `Optimizer.state_dict`.

        The history is in the arrays ``"s"`` and ``"y"`` of shape (pairs, n).
        """
        n = sum(w.size for w in self.params)
        rows = {"s": self._s, "y": self._y, "last": list(self._last or ())}
        arrays = {name: np.reshape(np.array(r), (len(r), n)) for name, r in rows.items()}
        return super().state_dict() | {"evaluations": self.evaluations} | arrays

    def _like_me(self, state_dict: Mapping[str, Any]) -> Self:
        entries = dict(state_dict)
        rows = {name: self._history(entries, name) for name in ("s", "y", "last")}
        evaluations = _check_count(_plain(entries.pop("evaluations", 0)))
        if len(rows["s"]) != len(rows["y"]) or len(rows["last"]) not in (0, 2):
            raise ValueError(
                "state_dict must hold as many rows in 's' as in 'y' and 0 or 2 in 'last', "
                f"got {len(rows['s'])}, {len(rows['y'])} and {len(rows['last'])}"
            )
        new = super()._like_me(entries)
        new.evaluations, new._s, new._y = evaluations, rows["s"], rows["y"]
        new._last = (rows["last"][0], rows["last"][1]) if rows["last"] else None
        return new

    def _history(self, entries: dict[str, Any], name: str) -> list[Array]:
        n = sum(w.size for w in self.params)
        rows = np.array(entries.pop(name, None), dtype=np.result_type(*self.params))
        if rows.ndim != 2 or rows.shape[1] != n:
            raise ValueError(f"state_dict[{name!r}] must have shape (rows, {n}), got {rows.shape}")
        return list(rows)


class _Search:
    """Find a step length that meets the strong Wolfe conditions with c1 and c2.

    Loss low enough: loss(t) <= loss(0) + c1 t slope(0); line flat enough: |slope(t)| <= -c2
    slope(0). A loss that is NaN counts as too high, so the search steps back from it. After
    ``max_steps`` evaluations beyond the first it returns the lowest point it has bracketed.
    """

    c1, c2 = 1e-4, 0.9

    def __init__(self, owner: LBFGS, closure: Any, here: Point, d: Array, max_steps: int) -> None:
        self.owner, self.closure, self.here, self.d = owner, closure, here, d
        self.max_steps = max_steps
        self.start = owner._flat(owner.params)
        self.evaluations = 0

    def run(self, t: float) -> Point:
        """Widen the step until a good point is bracketed, then `_zoom` in on it."""
        last, point = self.here, self._at(t)
        for steps in range(self.max_steps):
            if self._too_high(point) or (steps > 1 and point.loss >= last.loss):
                return self._zoom(last, point, self.max_steps - steps)
            if self._flat_enough(point):
                return point
            if point.slope >= 0:
                return self._zoom(last, point, self.max_steps - steps)
            bounds = (point.t + 0.01 * (point.t - last.t), point.t * 10)
            last, point = point, self._at(_cubic_minimum(last, point, *bounds))
        return _in_order(self.here, point)[0]

    def _zoom(self, a: Point, b: Point, steps: int) -> Point:
        """Shrink the bracket between ``a`` and ``b`` and return the lowest good point in it."""
        low, high = _in_order(a, b)
        stuck = False
        for _ in range(steps):
            left, right = min(low.t, high.t), max(low.t, high.t)
            width = (right - left) * _largest(self.d)
            if width == 0 or width < self.owner.tolerance_change or right - left <= _spacing(right):
                break  # also where rounding leaves no number in between
            t, margin = _cubic_minimum(low, high, left, right), 0.1 * (right - left)
            near = min(right - t, t - left) < margin
            if near and (stuck or t >= right or t <= left):
                t, near = (right - margin if right - t < t - left else left + margin), False
            stuck = near
            point = self._at(t)
            if self._too_high(point) or point.loss >= low.loss:
                low, high = _in_order(low, point)
            elif self._flat_enough(point):
                return point
            else:
                low, high = point, low if point.slope * (high.t - low.t) >= 0 else high
        return low

    def _at(self, t: float) -> Point:
        self.owner._move_to(self.start + t * self.d)
        loss, g = self.owner._evaluate(self.closure)
        self.evaluations += 1
        return Point(t, loss, g, float(g @ self.d))

    def _too_high(self, point: Point) -> bool:
        return not point.loss <= self.here.loss + self.c1 * point.t * self.here.slope

    def _flat_enough(self, point: Point) -> bool:
        return abs(point.slope) <= -self.c2 * self.here.slope


def _in_order(a: Point, b: Point) -> tuple[Point, Point]:
    return (b, a) if b.loss < a.loss else (a, b)


def _cubic_minimum(a: Point, b: Point, low: float, high: float) -> float:
    """Minimum of the cubic through the losses and slopes of two points, kept in [low, high].

    Where the cubic has none, the middle. Source: Nocedal and Wright.
    """
    if a.t > b.t:
        a, b = b, a
    if a.t == b.t:
        return (low + high) / 2
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1 * d1 - a.slope * b.slope
    d2 = math.sqrt(square) if square >= 0 else math.nan
    below = b.slope - a.slope + 2 * d2
    if not below or math.isnan(below):
        return (low + high) / 2
    return min(max(b.t - (b.t - a.t) * (b.slope + d2 - d1) / below, low), high)


def _spacing(t: float) -> float:
    """The distance from t to the next number."""
    return math.ulp(t)


def _largest(x: Array) -> float:
    return float(np.max(np.abs(x), initial=0))
