"""Where gradient descent, heavy ball and Nesterov converge, and how fast: the whole theorems."""

import pytest
import sympy as sp
from claims import holds, k, over, proves, refutes
from sympy import Abs, Eq, I, Max, sqrt

from nnlib.symbolic import Cases, Definition, Derivation, FalseStep, UnprovedStep

a, eta = sp.symbols("a eta", real=True)
gamma = sp.Symbol("gamma", nonnegative=True)
L, mu, lam = sp.symbols("L mu lambda", positive=True)
rho = sp.Symbol("rho", nonnegative=True)
s = sp.Symbol("s", positive=True)  # root of the condition number
n = sp.Symbol("n", integer=True, positive=True)
w, l = sp.IndexedBase("w", real=True), sp.IndexedBase("lambda", real=True)

at_most, below = {"relation": "<="}, {"relation": "<"}
at_least, above = {"relation": ">="}, {"relation": ">"}


def bounded(*line, **options):
    """One line of an inequality, proved."""
    chain = Derivation(*line, **options)
    holds(chain)
    return chain


# --- gradient descent -----------------------------------------------------------------------------


def test_b12_gradient_descent_converges_exactly_below_two_over_the_curvature():
    radius = Definition(rho, Max(Abs(1 - eta * mu), Abs(1 - eta * L)))
    table = [((eta <= 0,), None), ((eta >= 2 / L,), None), ((eta > 0, eta < 2 / L), None)]
    theorem = Cases(rho < 1, table, iff=(eta > 0, eta < 2 / L), given=mu <= L, where=radius)
    assert [case.holds for case in theorem.cases] == [False, False, True]
    with pytest.raises((FalseStep, UnprovedStep), match="iff"):
        Cases(rho < 1, table, iff=(eta > 0, eta < 2 / mu), given=mu <= L, where=radius)


def test_b12_gradient_descent_diverges_exactly_above_it():
    table = [((eta <= 2 / L,), None), ((eta > 2 / L,), None)]
    theorem = Cases(Abs(1 - eta * L) > 1, table, iff=eta > 2 / L, given=eta > 0)
    assert [case.holds for case in theorem.cases] == [False, True]


def test_b12_in_n_dimensions():
    """In the basis of the eigenvectors; every eigenvalue lies between μ and L."""
    between = (l[k] >= mu, l[k] <= L)
    ends = (rho >= 1 - eta * mu, rho >= eta * L - 1, eta > 0)
    after = over((w[k] - eta * l[k] * w[k]) ** 2, k, n)
    bounded(
        after,
        rho**2 * over(w[k] ** 2, k, n),
        "each coordinate shrinks by at most $\\rho$",
        **at_most,
        gap=over((rho - 1 + eta * l[k]) * (rho + 1 - eta * l[k]) * w[k] ** 2, k, n),
        given=(*between, *ends),
    )
    best = (L - mu) / (L + mu)
    rate = Eq(eta, 2 / (L + mu))
    bounded(1 - eta * mu, best, "the best rate", **at_most, given=(rate, mu <= L))
    bounded(eta * L - 1, best, "the best rate", **at_most, given=(rate, mu <= L))


# --- heavy ball -----------------------------------------------------------------------------------

p = 1 + gamma - a
D = p**2 - 4 * gamma


def test_b8_where_the_roots_leave_the_circle():
    undamped = 2 - a  # the sum of the roots for gamma = 1
    root = (undamped + I * sqrt(4 - undamped**2)) / 2
    proves(root**2 - undamped * root + 1, 0)
    proves(Abs(root), 1, given=undamped**2 < 4)
    refutes(Abs(root), sqrt(a), given=undamped**2 < 4)


def test_b9_the_roots_are_complex_exactly_between_two_rates():
    low, high = (1 - sqrt(gamma)) ** 2, (1 + sqrt(gamma)) ** 2
    table = [((a <= low,), None), ((a >= high,), None), ((a > low, a < high), None)]
    theorem = Cases(D < 0, table, iff=(a > low, a < high), given=gamma > 0)
    assert [case.holds for case in theorem.cases] == [False, False, True]


r, m = sp.symbols("r m", positive=True)  # roots of L and mu


def test_b10_every_root_of_polyak_has_the_same_modulus():
    rate, memory = 4 / (r + m) ** 2, ((r - m) / (r + m)) ** 2
    trace = 1 + memory - rate * lam**2
    between = (lam >= m, lam <= r)
    discriminant = 4 * memory - trace**2
    proves(discriminant, 16 * (r**2 - lam**2) * (lam**2 - m**2) / (r + m) ** 4)
    bounded(discriminant, 0, "between the ends", **at_least, given=between,
            gap=16 * (r**2 - lam**2) * (lam**2 - m**2) / (r + m) ** 4)  # fmt: skip
    q, h = sp.symbols("q h", real=True)  # any trace, and the root of the product
    root = (q + I * sqrt(4 * h**2 - q**2)) / 2
    proves(root**2 - q * root + h**2, 0)
    proves(Abs(root), Abs(h), given=4 * h**2 - q**2 >= 0)
    proves(sqrt(memory), (r / m - 1) / (r / m + 1), given=r >= m)
    for end in (r, m):
        proves((1 + memory - rate * end**2) ** 2, 4 * memory)


# --- Nesterov -------------------------------------------------------------------------------------

ahead = (1 + gamma) * (1 - a)
under = gamma * (1 - a)
E = ahead**2 - 4 * under


def test_b13_the_roots_of_nesterov_between_the_ends():
    """η = 1/L, a = λ/L between 1/s² and 1: no root is larger than the double root at μ."""
    memory = (s - 1) / (s + 1)
    of_s = {gamma: memory}
    given = (s > 1, a >= 1 / s**2, a <= 1)
    bounded(
        E.subs(of_s),
        0,
        "complex, or double",
        **at_most,
        gap=4 * (1 - a) * (s**2 * a - 1) / (s + 1) ** 2,
        given=given,
    )
    bounded(
        under.subs(of_s),
        (1 - 1 / s) ** 2,
        "the square of the modulus",
        **at_most,
        gap=memory * (a - 1 / s**2),
        equal_at=Eq(a, 1 / s**2),
        given=given,
    )
    proves(E.subs(of_s).subs(a, 1 / s**2), 0)
    proves((ahead / 2).subs(of_s).subs(a, 1 / s**2), 1 - 1 / s)
    for end in (ahead, under):
        proves(end.subs(of_s).subs(a, 1), 0)  # both roots vanish at L


# Jury: both roots of z² − τz + q lie inside the unit circle exactly within a triangle
tau, q = sp.symbols("tau q", real=True)
E_ = tau**2 - 4 * q
upper, lower = (tau + sqrt(E_)) / 2, (tau - sqrt(E_)) / 2
at_one, at_minus_one = 1 - tau + q, 1 + tau + q  # the polynomial there
triangle = (at_one > 0, at_minus_one > 0, q < 1)


def jury():
    radius = {"where": Definition(rho, Max(Abs(upper), Abs(lower)))}
    right = {"given": at_one <= 0}
    square = bounded(E_, 0, "a square", **at_least, gap=(tau - 2) ** 2 - 4 * at_one, **right)
    small = bounded(rho, upper, "one root", **at_least, using=square, **right, **radius)
    small.step(1, "the polynomial is not positive at 1", **at_least, using=square)
    left = {"given": (at_one > 0, at_minus_one <= 0)}
    square = bounded(E_, 0, "a square", **at_least, gap=(tau + 2) ** 2 - 4 * at_minus_one, **left)
    large = bounded(rho, -lower, "one root", **at_least, using=square, **left, **radius)
    large.step(1, "the polynomial is not positive at -1", **at_least, using=square)
    real = {"given": (*triangle, E_ >= 0)}
    between = bounded(rho, 1, "both signs at the ends", **below, **real, **radius)
    turning = {"given": (*triangle, E_ < 0)}
    product = bounded(rho, 1, "$q$ is the square of the modulus", **below, **turning, **radius)
    return [
        ((at_one <= 0,), small),
        ((at_one > 0, at_minus_one <= 0), large),
        (real["given"], between),
        (turning["given"], product),
    ], radius["where"]


def test_b14_the_triangle_of_jury():
    table, radius = jury()
    below_one = Cases(rho < 1, table, iff=(at_one > 0, at_minus_one > 0), given=q < 1, where=radius)
    assert [case.holds for case in below_one.cases] == [False, False, True, True]
    large = {"given": (q >= 1, E_ < 0), "where": radius}
    bounded(rho, 1, "$q$ is the square of the modulus", **at_least, **large)


def test_b14_nesterov_is_stable_exactly_below_its_bound():
    bound = 2 * (1 + gamma) / (1 + 2 * gamma)
    put = {tau: (1 + gamma) * (1 - a), q: gamma * (1 - a)}
    proves(at_one.subs(put), a)
    proves(at_minus_one.subs(put), (1 + 2 * gamma) * (bound - a))
    inside = {"given": (gamma < 1, a > 0)}
    bounded(q.subs(put), 1, "both factors are below 1", **below, **inside)
    table = [((a >= bound,), None), ((a < bound,), None)]
    theorem = Cases(at_minus_one.subs(put) > 0, table, iff=a < bound)
    assert [case.holds for case in theorem.cases] == [False, True]
    bounded(bound, 2 * (1 + gamma), "less than the heavy ball", **at_most, equal_at=Eq(gamma, 0))
