"""SymArray: NumPy code run on symbols computes what it computes on numbers, exactly.

The oracle is independent of the mapping under test: run the code on symbols, put random rational
numbers in, and compare with the same code run on those numbers in float64.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from nnlib.averages import bias_corrected_average, moving_average, running_average
from nnlib.symbolic._arrays import SymArray, sym, symarray
from nnlib.symbolic._exact import exact
from nnlib.symbolic._maximum import Maximum

WINDOWS = np.lib.stride_tricks.sliding_window_view


def random_rationals(rng: np.random.Generator, count: int, low: int, high: int) -> list[Any]:
    """Distinct rationals with small denominators, so that no comparison is a tie."""
    numerators = rng.choice(np.arange(low * 64 + 1, high * 64), size=count, replace=False)
    return [sp.Rational(int(n), 64) for n in numerators]


def assert_agrees(
    function: Callable[..., Any], *shapes: tuple[int, ...], low: int = -3, high: int = 3
) -> None:
    """Symbols then numbers must give what numbers give."""
    symbols = [symarray(f"x{i}", shape) for i, shape in enumerate(shapes)]
    formula = function(*symbols)
    rng = np.random.default_rng(20)
    for _ in range(3):
        flat = [s for array in symbols for s in array.ravel().tolist()]
        point = dict(zip(flat, random_rationals(rng, len(flat), low, high)))
        arrays = [
            np.vectorize(lambda s, at=point: float(at[s]), otypes=[float])(s) for s in symbols
        ]
        expected = np.asarray(function(*arrays), dtype=float)
        assert np.shape(formula) == expected.shape
        value = np.vectorize(lambda e, at=point: float(exact(e).subs(at)), otypes=[float])(formula)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-13)


UNARY = [
    np.negative, np.positive, np.reciprocal, np.square, np.sqrt, np.abs, np.fabs, np.sign,
    np.conjugate, np.exp, np.exp2, np.expm1, np.log, np.log1p, np.log2, np.log10, np.floor,
    np.ceil, np.sin, np.cos, np.tan, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh,
]  # fmt: skip
BINARY = [
    np.add, np.subtract, np.multiply, np.divide, np.floor_divide, np.remainder, np.power,
    np.float_power, np.logaddexp, np.hypot, np.arctan2, np.maximum, np.fmax, np.minimum, np.fmin,
    np.heaviside, np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
    np.logical_and, np.logical_or, np.logical_xor,
]  # fmt: skip


@pytest.mark.parametrize("ufunc", UNARY, ids=lambda u: u.__name__)
def test_unary_ufunc_agrees_with_float64(ufunc):
    assert_agrees(ufunc, (4,), low=0, high=4)


@pytest.mark.parametrize("ufunc", [np.negative, np.square, np.abs, np.sign, np.tanh, np.floor])
def test_unary_ufunc_agrees_at_negative_numbers(ufunc):
    assert_agrees(ufunc, (4,), low=-4, high=0)


@pytest.mark.parametrize("ufunc", [np.arcsin, np.arccos, np.arctanh])
def test_inverse_functions_agree_inside_their_domain(ufunc):
    assert_agrees(lambda x: ufunc(x / 4), (4,))


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda u: u.__name__)
def test_binary_ufunc_agrees_with_float64(ufunc):
    assert_agrees(ufunc, (3,), (2, 1), low=0, high=3)


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.maximum, np.minimum])
@pytest.mark.parametrize("axis", [0, -1, (0, 2), None])
@pytest.mark.parametrize("keepdims", [True, False])
def test_reduce_agrees_with_float64(ufunc, axis, keepdims):
    assert_agrees(lambda x: ufunc.reduce(x, axis=axis, keepdims=keepdims), (2, 3, 2))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.add.accumulate(x, axis=1),
        lambda x: np.multiply.accumulate(x),
        lambda x: np.subtract.outer(x[0], x[1]),
        lambda x: np.add.reduceat(x[0], [0, 2, 1]),
        lambda x: np.subtract.reduce(x, axis=1),
        lambda x: np.sum(x, where=[True, False, True], initial=0.5),
        lambda x: np.max(x, axis=1, initial=0),
        lambda x: np.multiply(x, 2, where=x > 0, out=np.zeros_like(x)),
        lambda x: np.divide(x, 3, out=np.empty_like(x)),
        lambda x: np.clip(x, -1, 0.5),
        lambda x: x.mean(axis=0, keepdims=True),
        lambda x: np.var(x, axis=1, ddof=1),
        lambda x: np.std(x, axis=0),
        lambda x: np.average(x, axis=1, weights=[1, 2, 5]),
        lambda x: np.prod(x, axis=0),
        lambda x: np.cumsum(x, axis=1),
        lambda x: np.diff(x),
        lambda x: np.trace(x),
        lambda x: np.where(x > 0, x, 0.25 * x),
        lambda x: np.where(np.array([True, False, True]), x, -x),
        lambda x: (x > 0) * x,
        lambda x: ~(x > 0) & (x < 1) | (x > 2),
        lambda x: (x > 0) & np.array([True, False, True]),
        lambda x: np.any(x > 0, axis=1),
        lambda x: np.all(x > 0, axis=0),
        lambda x: np.pad(x, ((0, 1), (2, 0))),
        lambda x: np.maximum(np.pad(x, 1, constant_values=-np.inf), 0),
        lambda x: WINDOWS(x, (2, 2)).sum(axis=(2, 3)),
        lambda x: np.concatenate([x, np.full((1, 3), 0.9)]),
        lambda x: np.stack([x, np.zeros_like(x), np.ones_like(x), np.full_like(x, 0.1)]),
        lambda x: np.moveaxis(x[None], 0, 1).swapaxes(0, 2).reshape(3, -1),
        lambda x: np.take_along_axis(x, np.array([[0], [2]]), axis=1),
        lambda x: np.take(x, [2, 0], axis=1),
        lambda x: np.broadcast_to(x[0], (2, 3)) + np.tril(x) - np.flip(x),
        lambda x: np.linalg.norm(x, axis=1),
        lambda x: np.outer(x[0], x[1]),
        lambda x: np.tile(np.diagonal(x), 2),
        lambda x: np.atleast_3d(x) ** 2 / 3,
    ],
)  # fmt: skip
def test_function_agrees_with_float64(function):
    assert_agrees(function, (2, 3))


@pytest.mark.parametrize(
    "function",
    [
        lambda a, b: a @ b.T,
        lambda a, b: a @ b[0],
        lambda a, b: a[0] @ b.T,
        lambda a, b: a[0] @ b[0],
        lambda a, b: np.matmul(a[:, None], b[:, :, None]),
        lambda a, b: np.dot(a, b.T),
        lambda a, b: a.dot(b[0]),
        lambda a, b: np.vecdot(a, b),
        lambda a, b: np.vecdot(a, b, axis=0, keepdims=True),
        lambda a, b: np.matvec(a, b[1]),
        lambda a, b: np.vecmat(a[0], b.T),
        lambda a, b: np.einsum("ij,kj->ik", a, b),
        lambda a, b: np.einsum("ij,ij,j", a, b, b[0]),
        lambda a, b: np.tensordot(a, b, axes=([0, 1], [0, 1])),
        lambda a, b: np.inner(a, b),
        lambda a, b: np.vdot(a, b),
        lambda a, b: a @ np.array([0.5, 0.25, 0.1]) + np.float64(0.1) * b[:, 0],
    ],
)
def test_product_agrees_with_float64(function):
    assert_agrees(function, (2, 3), (2, 3))


def test_ufunc_at_counts_repeated_places():
    def scatter(x: Any, v: Any) -> Any:
        y = np.zeros_like(x)
        np.add.at(y, [0, 2, 0], v)
        np.negative.at(y, [1, 1, 0])
        return y

    assert_agrees(scatter, (4,), (3,))


def test_put_along_axis_and_copyto_agree_with_float64():
    def scatter(x: Any, v: Any) -> Any:
        y = np.zeros_like(x)
        np.put_along_axis(y, np.array([[2], [0]]), v, axis=1)
        np.copyto(y, v, where=x > 1)
        return y

    assert_agrees(scatter, (2, 3), (2, 1))


# --- exactness ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, sp.Integer(3)),
        (True, sp.Integer(1)),
        (np.int8(-2), sp.Integer(-2)),
        (np.bool_(False), sp.Integer(0)),
        (0.5, sp.Rational(1, 2)),
        (0.9, sp.Rational(9, 10)),
        (-0.999, sp.Rational(-999, 1000)),
        (1e-5, sp.Rational(1, 10**5)),
        (1e-8, sp.Rational(1, 10**8)),
        (1e30, sp.Integer(int(1e30))),
        (2.0**-40, sp.Rational(1, 2**40)),
        (1 / 3, sp.Rational(1, 3)),
        (6 / 7, sp.Rational(6, 7)),
        (1 - 0.9, sp.Rational(1, 10)),
        (1 - 0.999, sp.Rational(1, 1000)),
        (2.2 - 2, sp.Rational(1, 5)),
        (0.5 + 2.0**-52, sp.Rational(1, 2)),
        (0.123456789012, sp.Rational(123456789012, 10**12)),
        (np.float32(0.123456), sp.Rational(123456, 10**6)),
        (np.float16(0.123), sp.Rational(123, 1000)),
        (np.float32(0.9), sp.Rational(9, 10)),
        (np.float16(0.1), sp.Rational(1, 10)),
        (np.longdouble("0.9"), sp.Rational(9, 10)),
        (np.longdouble(0.9), sp.Rational(9, 10)),
        (0.5 + 2j, sp.Rational(1, 2) + 2 * sp.I),
        (Fraction(2, 3), sp.Rational(2, 3)),
        (Decimal("0.1"), sp.Rational(1, 10)),
        (float("inf"), sp.oo),
        (-np.inf, -sp.oo),
        (np.nan, sp.nan),
        (sp.Float(0.1) * sp.Symbol("a"), sp.Symbol("a") / 10),
        (sp.Symbol("a") > 0, sp.Piecewise((1, sp.Symbol("a") > 0), (0, True))),
        (sp.true, sp.Integer(1)),
        (np.array(0.25), sp.Rational(1, 4)),
    ],
)
def test_numbers_become_exact(value, expected):
    assert exact(value) == expected
    assert not exact(value).has(sp.Float)


@pytest.mark.parametrize(
    "rounded",
    [
        0.7**5,
        np.pi,
        np.sqrt(2.0),
        np.float32(1) / np.float32(3),
        1 / 3001,
        4.4 - 4,
        0.5 + 2.0**-51,
        0.1234567890123,
        np.float32(0.1234567),
        np.sqrt(np.longdouble(2)),
    ],
)
def test_rounded_results_are_refused(rounded):
    with pytest.raises(TypeError, match="is a rounded result"):
        exact(rounded)
    with pytest.raises(TypeError, match=r"np\.multiply on symbols: the float .* rounded"):
        symarray("x", 2) * rounded


@pytest.mark.skipif(np.finfo(np.longdouble).nmant <= 52, reason="no type longer than float64")
def test_a_rounded_result_of_a_longer_type_is_refused():
    with pytest.raises(TypeError, match="is a rounded result"):
        exact(np.longdouble(1) / 3)


@pytest.mark.parametrize("other", ["x", None, [1], sp.Matrix([1]), sp.Tuple(1), object()])
def test_other_things_are_refused(other):
    with pytest.raises(TypeError):
        exact(other)


def test_integers_divide_to_a_rational():
    x = sym(1) / np.int64(3)
    assert x.item() == sp.Rational(1, 3)
    assert np.divide(sym(2), 6).item() == sp.Rational(1, 3)
    assert np.mean(sym(1) + np.arange(4)).item() == sp.Rational(5, 2)


def test_nothing_is_ever_a_float():
    x = symarray("x", (2, 2))
    y = (0.1 * x + np.array([0.5, 0.2])) @ np.eye(2) / 3.0 - np.float32(0.3)
    y = np.concatenate([y, np.zeros((1, 2))]) ** 0.5
    assert not any(e.has(sp.Float) for e in y.ravel().tolist())


# --- the type -------------------------------------------------------------------------------------


def test_symarray_names_and_assumptions():
    assert symarray("x", 2).tolist() == [sp.Symbol("x_0", real=True), sp.Symbol("x_1", real=True)]
    assert symarray("W", (1, 2))[0, 1].item() == sp.Symbol("W_0_1", real=True)
    assert symarray("x", (2, 0)).shape == (2, 0)
    assert symarray("c", 2, start=1).tolist() == list(sp.symbols("c_1 c_2", real=True))
    assert symarray("s", 1, positive=True).tolist() == [sp.Symbol("s_0", real=True, positive=True)]
    assert symarray("z", 1, complex=True).tolist() == [sp.Symbol("z_0", complex=True)]
    base = sp.IndexedBase("c", real=True)
    assert symarray(base, (2, 2)).tolist() == [[base[0, 0], base[0, 1]], [base[1, 0], base[1, 1]]]
    assert symarray(base, 1, start=1).tolist() == [base[1]]


def test_indexed_elements_meet_the_sum_of_the_derivation():
    x, j = sp.IndexedBase("x", real=True), sp.Symbol("j", integer=True)
    assert sp.Sum(x[j], (j, 0, 2)).doit() == symarray(x, 3).sum().item()


def test_sym_is_a_writable_scalar_array():
    gamma = sym("gamma", positive=True)
    assert gamma.shape == () and gamma.item() == sp.Symbol("gamma", real=True, positive=True)
    assert sym(0.5).item() == sp.Rational(1, 2)
    assert sym(1 / (1 + sp.Symbol("q"))).item() == 1 / (1 + sp.Symbol("q"))
    alias = gamma
    gamma -= 1
    assert alias is gamma and alias.item() == sp.Symbol("gamma", real=True, positive=True) - 1


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sym("a b"), ValueError, "the name of one symbol, got 'a b'"),
        (lambda: sym("a,b"), ValueError, "the name of one symbol"),
        (lambda: sym(""), ValueError, "the name of one symbol"),
        (lambda: sym(1, positive=True), TypeError, "assumptions go with a name; got int"),
        (lambda: symarray("x", -1), ValueError, "expected non-negative integers"),
        (lambda: symarray("x", (2, 1.5)), ValueError, "expected non-negative integers"),
        (lambda: symarray("x", 1.5), TypeError, "not iterable"),
        (lambda: symarray(3, 2), TypeError, "expected a string or an IndexedBase, got int"),
        (lambda: symarray(sp.IndexedBase("c"), 2, positive=True), TypeError, "carries its own"),
    ],
)
def test_bad_calls_of_the_makers(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_scalars_behave_like_numpy_scalars():
    x = symarray("x", 3)
    total = x.sum()
    kept = total
    total += 1
    assert kept.item() + 1 == total.item()
    first = x[0]
    first *= 2
    assert x[0].item() == sp.Symbol("x_0", real=True)
    assert [type(v) for v in x] == [SymArray] * 3
    assert isinstance(np.sqrt(x[1]), SymArray)


def test_views_share_memory_and_copies_do_not():
    x = symarray("x", (2, 2))
    x.T[0, 1] = 0.5
    assert x[1, 0].item() == sp.Rational(1, 2)
    x.reshape(-1)[0] += 1
    assert x[0, 0].item() == sp.Symbol("x_0_0", real=True) + 1
    copied = x.copy()
    copied[...] = 0
    assert x[0, 0].item() != 0
    for clone in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert isinstance(clone, SymArray) and clone.tolist() == x.tolist()


def test_in_place_operators_write_into_the_array():
    w, g = symarray("w", 2), symarray("g", 2)
    view = w[:]
    w -= g / 2
    w *= 2
    w /= 4
    w **= 2
    w += 1
    w0, g0 = sp.symbols("w_0 g_0", real=True)
    assert view is not w and sp.expand(view[0].item() - (((w0 - g0 / 2) / 2) ** 2 + 1)) == 0


def test_expressions_and_numpy_numbers_on_the_left_give_arrays():
    x, a = symarray("x", 2), sp.Symbol("a", real=True)
    for made in (a * x, a + x, a - x, a / x, a**x, np.float64(2) * x, np.ones(2) + x, 2 / x):
        assert isinstance(made, SymArray) and made.shape == (2,)
    assert isinstance(a < x, SymArray)
    assert sp.sympify(x[0]) + 1 == x[0].item() + 1
    assert sp.sympify(x) == sp.Array(x.tolist())


def test_what_is_shown_is_the_expression():
    x = symarray("x", 2)
    assert repr(x) == "SymArray([x_0, x_1])"
    assert str(x / 2) == "[x_0/2 x_1/2]"
    assert f"{x.sum()}" == "x_0 + x_1"
    assert "x_{0}" in x._repr_latex_()


# --- comparisons, masks, maximum ------------------------------------------------------------------


def test_open_comparisons_are_indicators():
    x = symarray("x", 1)
    x0 = x[0].item()
    assert (x > 0)[0].item() == sp.Piecewise((1, x0 > 0), (0, True))
    with pytest.raises(TypeError, match="leave it open whether x_0 > 0"):
        bool(x[0] > 0)
    with pytest.raises(TypeError, match=r"use np\.where"):
        x[x > 0]
    with pytest.raises(TypeError, match="larger"):
        symarray("y", 2).argmax()


def test_decided_comparisons_are_booleans():
    s = symarray("s", 3, positive=True)
    assert (s > 0).dtype == bool and (s > 0).all() and not np.any(s < 0)
    s[s > 0] = 1
    assert s.tolist() == [1, 1, 1]
    assert not np.isnan(s).any() and np.isfinite(s).all()
    assert np.isinf(sym(np.inf)) and np.isnan(sym(np.nan))
    assert (sym(2) + np.arange(3)).argmax() == 2
    assert np.array_equal(s, s.copy())
    assert [0, 10, 20][sym(2)] == 20


def test_integers_and_truths_can_be_taken_out():
    numbers = sym(1) + np.arange(3)
    assert numbers.astype(int).dtype == int and numbers.astype(int).tolist() == [1, 2, 3]
    assert (numbers - 1).astype(bool).tolist() == [False, True, True]
    x = symarray("x", 4)
    assert x[numbers].tolist() == x[1:].tolist()
    assert x.astype(object).tolist() == x.tolist()
    with pytest.raises(TypeError, match="expected an integer, got x_0"):
        x.astype(int)


def test_lists_can_be_assigned():
    x = symarray("x", (2, 2))
    x[0] = [0.5, x[1, 1]]
    x[1, :0] = []
    assert x[0].tolist() == [sp.Rational(1, 2), sp.Symbol("x_1_1", real=True)]


def test_vecdot_conjugates_its_first_argument():
    z, w = symarray("z", 2, complex=True), symarray("w", 2, complex=True)
    expected = sum(sp.conjugate(a) * b for a, b in zip(z.tolist(), w.tolist(), strict=True))
    assert np.vecdot(z, w).item() == expected
    assert (z @ w).item() == sum(a * b for a, b in zip(z.tolist(), w.tolist(), strict=True))


def test_maximum_stays_whole_and_evaluates_on_numbers():
    a, b = sp.symbols("a b", real=True)
    p = sp.Symbol("p", positive=True)
    assert Maximum(a, Maximum(b, a)) == Maximum(b, a)
    assert Maximum(1, 2, a).args == (2, a) or Maximum(1, 2, a).args == (a, 2)
    assert Maximum(a, -sp.oo) == a and Maximum(a, sp.oo) == sp.oo
    assert Maximum(p, 0) == p and Maximum(a, sp.nan) is sp.nan
    assert Maximum(a, b).subs({a: 1, b: sp.pi}) == sp.pi
    assert Maximum(a, b).is_real and Maximum(a, p).is_positive
    assert Maximum(a, b).diff(a).subs({a: 2, b: 1}) == 1
    assert Maximum(a, b).diff(a).subs({a: 1, b: 2}) == 0
    assert str(Maximum(a, b)) == "max(a, b)"
    assert sp.latex(Maximum(a, b) ** 2) == r"\max\left(a, b\right)^{2}"
    assert sp.lambdify([a, b], Maximum(a, b))(1.0, 2.0) == 2.0
    assert sp.lambdify([a, b], Maximum(a, b), modules="math")(1.0, 2.0) == 2.0
    assert Maximum(a, b).rewrite(sp.Max) == sp.Max(a, b)


def test_what_is_known_of_a_maximum():
    a, b = sp.symbols("a b", real=True)
    u, v = sp.symbols("u v", negative=True)
    n = sp.Symbol("n", nonnegative=True)
    assert Maximum(a, n).is_nonnegative and Maximum(n, u).is_nonnegative
    assert Maximum(u, v).is_nonnegative is False and Maximum(u, v).is_positive is False
    for unknown in (Maximum(a, b), Maximum(a, u), Maximum(a, 0)):
        assert unknown.is_positive is None
    assert Maximum(a, n).is_positive is None and Maximum(a, b).is_nonnegative is None
    assert Maximum(a, sp.Symbol("z")).is_extended_real is None
    assert Maximum(a, sp.Symbol("r", extended_real=True)).is_finite is None


def test_which_maxima_are_decided():
    a, r = sp.Symbol("a", real=True), sp.Symbol("r", extended_real=True)
    p, u = sp.Symbol("p", positive=True), sp.Symbol("u", negative=True)
    x = sp.IndexedBase("x", positive=True)
    assert Maximum(p, 0) == Maximum(p, u) == Maximum(p, -1) == p
    assert Maximum(u, 0) == 0 and Maximum(x[0], 0) == x[0]
    assert len(Maximum(p, 1).args) == 2 and len(Maximum(p + 1, 0).args) == 2
    assert Maximum(a) == a and Maximum(-sp.oo, -sp.oo) == -sp.oo and Maximum(r, -sp.oo) == r
    assert Maximum(a, 3, sp.Rational(7, 2), u) == Maximum(u, sp.Rational(7, 2), a)
    assert Maximum(sp.sqrt(2), 1) == sp.sqrt(2)
    assert len(Maximum(a, p, u).args) == 3


def test_a_maximum_of_three_is_differentiated_and_evaluated():
    a, b, c = sp.symbols("a b c", real=True)
    largest = Maximum(a, b, c)
    for symbol in (a, b, c):
        at = {a: 1, b: 1, c: 1, symbol: 2}
        slopes = [largest.diff(s).subs(at) for s in (a, b, c)]
        assert slopes == [int(s == symbol) for s in (a, b, c)]
    assert str(Maximum(a, sp.pi).evalf(5)) == "max(3.1416, a)"
    assert sp.latex(largest) == r"\max\left(a, b, c\right)"


# --- single functions -----------------------------------------------------------------------------


def test_a_mask_with_other_values_is_a_condition():
    x = symarray("x", 1)
    x0 = x[0].item()
    assert np.where((x > 0) * 2, x, 5).item() == sp.Piecewise((x0, x0 > 0), (5, True))
    assert np.where(np.where(x > 0, 0, 1), x, 5).item().subs(x0, -3) == -3
    assert np.where(np.where(x > 0, 0, 1), x, 5).item().subs(x0, 3) == 5
    assert np.where(x, 1, 0).item() == sp.Piecewise((1, sp.Ne(x0, 0)), (0, True))
    assert np.where(x > 0, x, x).item() == x0
    assert np.where(x * 0, x, 7).item() == 7 and np.where(x * 0 + 1, x, 7).item() == x0
    either = ((x > 0) | (x != 0)).item()
    assert [either.subs(x0, value) for value in (-1, 0, 1)] == [1, 0, 1]


def test_what_is_finite():
    kinds = [sp.nan, sp.oo, -sp.oo, sp.zoo, sp.Integer(0)]
    assert [bool(np.isnan(sym(v))) for v in kinds] == [True, False, False, False, False]
    assert [bool(np.isinf(sym(v))) for v in kinds] == [False, True, True, True, False]
    assert [bool(np.isfinite(sym(v))) for v in kinds] == [False, False, False, False, True]


def test_what_numpy_fills_in_is_exact():
    x = symarray("x", (2, 2))
    for made in (
        np.zeros_like(x),
        np.ones_like(x),
        np.pad(x, 1),
        np.tril(x),
        np.full_like(x, 0.1),
        np.concatenate([x, np.full((1, 2), 0.9)]),
        np.append(x, 0.5),
    ):
        assert all(isinstance(value, sp.Basic) for value in made.view(np.ndarray).flat)
    x.fill(0.5)
    assert x.tolist() == [[sp.Rational(1, 2)] * 2] * 2


def test_the_step_function_at_its_steps():
    assert [np.heaviside(sym(v), 0.5).item() for v in (-1, 0, 2)] == [0, sp.Rational(1, 2), 1]


def test_types_that_symbols_can_be_computed_as():
    x, numbers = symarray("x", 2), sym(1) + np.arange(3)
    assert np.add(x, 1, dtype=object).tolist() == (x + 1).tolist()
    assert np.greater(numbers, 1, dtype=bool).tolist() == [False, True, True]
    with pytest.raises(TypeError, match="np.greater: symbols cannot be computed as object"):
        np.greater(numbers, 1, dtype=object)
    with pytest.raises(TypeError, match="np.add: symbols cannot be computed as bool"):
        np.add(x, 1, dtype=bool)


def test_numbers_can_be_written_to_arrays_of_numbers():
    numbers = sym(1) + np.arange(3)
    whole, truth = np.zeros(3, int), np.zeros(3, bool)
    assert np.add(numbers, 1, out=whole) is whole and whole.tolist() == [2, 3, 4]
    assert np.greater(numbers, 1, out=truth) is truth and truth.tolist() == [False, True, True]
    with pytest.raises(TypeError, match="expected an integer, got x_0"):
        np.add(symarray("x", 3), 1, out=whole)


def test_reductions_with_a_mask():
    x = symarray("x", 2)
    x0, x1 = x.tolist()
    mask = [True, False]
    assert np.add.reduce(x, where=mask).item() == x0
    assert np.multiply.reduce(x, where=mask, initial=3).item() == 3 * x0
    assert np.maximum.reduce(x, where=mask, initial=-1).item() == Maximum(x0, -1)
    assert np.sum(x, where=x > 0).item().subs({x0: 2, x1: -5}) == 2
    assert np.prod(x, where=x > 0).item().subs({x0: -2, x1: 5}) == 5
    with pytest.raises(ValueError, match="np.maximum with where= needs initial="):
        np.maximum.reduce(x, where=mask)
    with pytest.raises(TypeError, match=r"np\.subtract\.reduce with where= does not work"):
        np.subtract.reduce(x, where=mask, initial=0)


def test_reductions_of_empty_axes():
    x = symarray("x", (2, 0))
    assert x.sum(axis=1, keepdims=True).tolist() == [[0], [0]]
    assert x.prod(axis=-1).tolist() == [1, 1] and x.sum(axis=0).shape == (0,)
    assert x.max(axis=1, initial=3).tolist() == [3, 3] and x.max(axis=0).shape == (0,)
    assert np.all(x > 0) and not np.any(x > 0)
    with pytest.raises(ValueError, match="np.minimum of an empty array has no value"):
        x.min(axis=1)


def test_one_element_has_a_truth_value():
    numbers = sym(0) + np.arange(2)
    assert bool(numbers[1:]) and not bool(numbers[:1]) and bool(numbers[1:] > 0)
    with pytest.raises(ValueError, match="more than one element"):
        bool(numbers)


def test_one_integer_can_be_taken_out():
    numbers = sym(3) + np.arange(2)
    assert int(numbers[1:]) == 4 and range(numbers[0]) == range(3)
    assert numbers.item(1) == 4 and numbers[:1].item() == 3
    for several in (numbers, symarray("x", 1), sym(0.5)):
        with pytest.raises(TypeError, match="expected an integer"):
            int(several)
    with pytest.raises(TypeError, match="would round"):
        numbers.astype("m8[s]")
    assert numbers.astype(np.uint8).dtype == np.uint8


def test_numbers_can_be_ordered():
    numbers = sym(1) + np.array([2, 0, 1])
    assert numbers.argmin() == 1 and numbers.argmax() == 0
    assert np.asarray(numbers.argsort()).astype(int).tolist() == [1, 2, 0]
    numbers.sort()
    assert numbers.tolist() == [1, 2, 3]
    for method in ("argmin", "argsort"):
        with pytest.raises(TypeError, match=f"{method}: the symbols leave open which is larger"):
            getattr(symarray("x", 2), method)()


def test_empty_arrays_have_no_expression():
    with pytest.raises(sp.SympifyError):
        sp.sympify(symarray("x", 0))
    assert symarray("x", 0)._repr_latex_() == r"$\displaystyle \left[\right]$"


def test_operators_in_place_make_a_new_scalar():
    for change in ("+=", "-=", "*=", "/=", "//=", "%=", "**="):
        place = {"s": symarray("x", 1)[0], "two": 2}
        before = place["s"]
        exec(f"s {change} two", place)
        assert place["s"] is not before and before.item() == sp.Symbol("x_0", real=True)
        assert place["s"].item() == eval(f"s {change[:-1]} two", {"s": before, "two": 2}).item()
    x = symarray("x", 1)
    mask = kept = (x[0] > 0) | (x[0] < -1)
    mask &= x[0] > 2
    assert kept.item() != mask.item()


def test_in_place_operators_of_arrays():
    x, kept = symarray("x", 1), None
    x0 = x[0].item()
    for change, expected in (("//=", sp.floor(x0 / 2)), ("%=", sp.Mod(x0, 2)), ("-=", x0 - 2)):
        place = {"s": x.copy(), "two": 2}
        kept = place["s"]
        exec(f"s {change} two", place)
        assert place["s"] is kept and kept.item() == expected


def test_the_norms():
    x = symarray("x", (2, 2))
    a, b, c, d = x.ravel().tolist()
    assert np.linalg.norm(x).item() == sp.sqrt(a**2 + b**2 + c**2 + d**2)
    assert np.linalg.norm(x[0], ord=2).item() == sp.sqrt(a**2 + b**2)
    assert np.linalg.norm(x, ord=2, axis=0).tolist() == [sp.sqrt(a**2 + c**2), sp.sqrt(b**2 + d**2)]
    assert np.linalg.norm(x, axis=1, keepdims=True).shape == (2, 1)
    for bad in ({"ord": 2}, {"ord": 1, "axis": 0}, {"ord": "fro"}):
        with pytest.raises(TypeError, match="Euclidean norm only"):
            np.linalg.norm(x, **bad)


def test_products_are_written_where_they_are_wanted():
    x = symarray("x", 2)
    outer, inner = np.empty_like(x, shape=(2, 2)), np.empty_like(sym(0))
    assert np.outer(x, x, out=outer) is outer and outer[0, 1] == x[0] * x[1]
    assert np.einsum("i,i->", x, x, out=inner) is inner and inner == (x * x).sum()
    inner[...] = 0
    x.dot(x, out=inner)
    assert inner == (x * x).sum()
    assert np.outer(sym(2), x).tolist() == [[2 * e for e in x.tolist()]]


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda x: x @ sym(2), ValueError, "at least one dimension"),
        (lambda x: sym(2) @ x, ValueError, "at least one dimension"),
        (lambda x: x @ symarray("y", 3), ValueError, r"np.matmul: shapes \(2,\) and \(3,\)"),
        (lambda x: np.vecdot(x, symarray("y", 3)), ValueError, r"np.vecdot: shapes \(2,\)"),
        (lambda x: np.rint.at(x, [0]), TypeError, "np.rint does not work on symbols"),
        (lambda x: np.einsum(x, [0], []), TypeError, "subscripts as a string"),
        (lambda x: np.where(x > 0, 1), TypeError, "needs three arguments"),
        (lambda x: (x > 0).astype(bool), TypeError, r"astype\(bool\): the symbols leave it open"),
        (lambda x: x & x, TypeError, "for comparisons"),
        (lambda x: ~x, TypeError, "for comparisons"),
        (lambda x: x | (x > 0), TypeError, "for comparisons"),
        (lambda x: ((x > 0) * 2) | (x > 0), TypeError, "for comparisons"),
        (lambda x: np.where(x > 0, 2, 0) | (x > 0), TypeError, "for comparisons"),
    ],
)
def test_calls_that_do_not_fit_are_named(call, error, said):
    with pytest.raises(error, match=said):
        call(symarray("x", 2))


def test_parts_of_arrays_are_arrays_of_symbols():
    x = symarray("x", 2)
    for parts in (np.unstack(x), np.split(x, 2), np.array_split(x, 2)):
        assert isinstance(parts, tuple | list) and len(parts) == 2
        assert all(isinstance(part, SymArray) for part in parts)
    assert np.shape(x) == (2,) and np.size(x) == 2 and np.result_type(x).kind == "O"
    assert WINDOWS(symarray("x", (2, 3)), 2, axis=1).shape == (2, 2, 2)
    grown = np.append(x, [0.5])
    assert grown.tolist() == [*x.tolist(), sp.Rational(1, 2)]


def test_a_place_that_nothing_was_written_to_stays_empty_until_it_is_read():
    x = np.empty_like(symarray("x", 3))
    x[0], part = 1, x[1:]
    np.copyto(part, symarray("y", 2), where=[True, False])
    assert x.tolist() == [1, sp.Symbol("y_0", real=True), 0]
    np.copyto(part, symarray("z", 2))
    assert part.tolist() == symarray("z", 2).tolist()
    fresh = np.empty_like(x)
    fresh[:1][...] = 4
    assert fresh[0].item() == 4
    with pytest.raises(TypeError, match="nothing was written"):
        fresh + 1


def test_scatter_at_places_of_a_matrix():
    x = symarray("x", (2, 2))
    before = x.copy()
    np.add.at(x, ([0, 1], [1, 0]), [10, 20])
    np.multiply.at(x, (0, slice(None)), 2)
    assert (x - before * [[2, 2], [1, 1]]).tolist() == [[0, 20], [20, 0]]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda x: np.frexp(x), "np.frexp"),
        (lambda x: np.rint(x), "np.rint"),
        (lambda x: np.left_shift(x, 1), "np.left_shift"),
        (lambda x: np.linalg.inv(x[:, None] * x), "numpy.linalg.inv"),
        (lambda x: np.nan_to_num(x), "numpy.nan_to_num"),
        (lambda x: np.sort(x), "numpy.sort"),
        (lambda x: np.sum(x, dtype=np.float64), "np.add.*float64"),
        (lambda x: x.astype(np.float32), "float32"),
        (lambda x: float(x[0]), "float"),
        (lambda x: complex(x[0]), "complex"),
        (lambda x: int(x[0]), "integer"),
        (lambda x: range(x[0]), "integer"),
        (lambda x: np.add(x, 1, out=np.zeros(2)), "float64.*empty_like"),
        (lambda x: np.ones(2).__isub__(x), "float64.*empty_like"),
        (lambda x: np.add.at(np.zeros(2), [0], x[0]), "np.add.at.*float64"),
        (lambda x: np.copyto(np.zeros(2), x), "copyto.*float64"),
        (lambda x: x + "a", "np.add.*str"),
        (lambda x: x & 1 & x, "np.bitwise_and"),
        (lambda x: np.multiply(x, 2, where=x > 0), "np.multiply.*out="),
        (lambda x: np.empty_like(x) + 1, "nothing was written"),
        (lambda x: np.where(x > 0), "np.where"),
        (lambda x: np.linalg.norm(x, ord=1), "numpy.linalg.norm|np.linalg.norm"),
        (lambda x: x.sort(), "sort"),
    ],
)
def test_what_symbols_cannot_do_is_named(call, named):
    with pytest.raises(TypeError, match=named):
        call(symarray("x", 2))


def test_division_by_the_number_zero_raises():
    x = symarray("x", 2)
    with pytest.raises(ZeroDivisionError, match="division of x_0 by zero"):
        x / 0
    with pytest.raises(ZeroDivisionError):
        np.zeros_like(x) ** -1
    assert np.log(np.zeros_like(x)).tolist() == [-sp.oo, -sp.oo]


def test_a_function_made_by_vectorize_gets_the_expressions():
    x = symarray("x", 2)
    slope = np.vectorize(lambda e: e.diff(x[0].item()), otypes=[object])(x**2)
    assert slope.tolist() == [2 * x[0].item(), 0]


def test_empty_arrays():
    x = symarray("x", (2, 0))
    assert x.sum().item() == 0 and x.sum(axis=1).tolist() == [0, 0] and x.prod().item() == 1
    assert np.exp(x).shape == (2, 0) and (x @ symarray("y", (0, 3))).tolist() == [[0] * 3] * 2
    with pytest.raises(ValueError, match="maximum"):
        x.max()


# --- the library's averages -----------------------------------------------------------------------


def test_moving_average_is_the_sum_of_the_chapter():
    c, gamma = symarray("c", 4), sym("gamma", positive=True)
    g = gamma.item()
    last = moving_average(c, gamma)[-1].item()
    unrolled = sum((1 - g) * g ** (3 - t) * c[t].item() for t in range(4))
    assert sp.expand(last - unrolled) == 0
    corrected = bias_corrected_average(c, gamma)[-1].item()
    assert sp.simplify(corrected - unrolled / (1 - g**4)) == 0


def test_running_average_with_t_minus_one_over_t_is_the_mean():
    c = symarray("c", 5)
    average = running_average(c, lambda t: (t - 1) / t)[-1].item()
    assert sp.expand(average - sum(c.tolist()) / 5) == 0


def test_averages_agree_with_float64():
    assert_agrees(lambda c: moving_average(c, 0.9), (4, 2))
    assert_agrees(lambda c: bias_corrected_average(c, 0.5), (3,))
    assert_agrees(lambda c, g: running_average(c, g / 4), (3,), (3,), low=0, high=4)
