"""Momentum, Nesterov and gradient descent on quadratics: the chapters' claims, proved."""

import sympy as sp
from claims import (
    T,
    a,
    c,
    eta,
    family,
    gamma,
    holds,
    i,
    j,
    k,
    lam,
    m,
    n,
    over,
    proves,
    refutes,
    t,
    upto,
)  # fmt: skip
from sympy import Abs, Eq, I, KroneckerDelta, Ne, cos, exp, sqrt

from nnlib.symbolic import Definition, ForAll, Induction, Partial, Recurrence, equal

V, M, g, w, v = (family(name) for name in "VMgwv")
rate = sp.Symbol("eta'", positive=True)
r_1, r_2, r, z, theta = sp.symbols("r_1 r_2 r z theta", real=True)
L, mu, kappa, G = sp.symbols("L mu kappa g", positive=True)
velocity = Recurrence(V[t], gamma * V[t - 1] + eta * g[t])
average = Recurrence(M[t], gamma * M[t - 1] + (1 - gamma) * g[t])


def test_b1_velocity_and_average_coincide():
    same_rate = Eq(eta, rate * (1 - gamma))
    holds(Induction(velocity, V[T], rate * M[T], where=average, given=same_rate))


def test_b2_the_closed_form_and_a_constant_gradient():
    holds(Induction(velocity, V[T], eta * upto(gamma ** (T - k) * g[k])))
    constant = Recurrence(V[t], gamma * V[t - 1] + eta * G)
    holds(Induction(constant, V[T], eta * G * (1 - gamma**T) / (1 - gamma)))
    limit = sp.Limit(eta * G * (1 - gamma**T) / (1 - gamma), T, sp.oo)
    proves(limit, eta * G / (1 - gamma), given=gamma < 1)


def test_b3_alternating_gradients_are_damped():
    alternating = Recurrence(V[t], gamma * V[t - 1] + eta * G * (-1) ** t)
    claim = eta * G * ((-1) ** T - gamma**T) / (1 + gamma)
    holds(Induction(alternating, V[T], claim))
    even = sp.Limit(claim.xreplace({T: 2 * n}), n, sp.oo)
    proves(even, eta * G / (1 + gamma), given=gamma < 1)
    odd = sp.Limit(claim.xreplace({T: 2 * n + 1}), n, sp.oo)
    proves(odd, -eta * G / (1 + gamma), given=gamma < 1)


step = Recurrence(v[t], gamma * v[t - 1] + eta * lam * w[t - 1])
place = Recurrence(w[t], w[t - 1] - v[t], initial=1)


def test_b4_the_velocity_eliminated():
    proves(w[n + 2], (1 + gamma - eta * lam) * w[n + 1] - gamma * w[n], where=(step, place))
    refutes(w[n + 2], (1 + gamma + eta * lam) * w[n + 1] - gamma * w[n], where=(step, place))


def test_b5_closed_forms_on_a_quadratic():
    two_terms = Recurrence(w[t], (1 + gamma - a) * w[t - 1] - gamma * w[t - 2], initial=(1, 1 - a))
    roots = (Eq(r_1 + r_2, 1 + gamma - a), Eq(r_1 * r_2, gamma), Ne(r_1, r_2))
    claim = (r_1**T * (1 - a - r_2) - r_2**T * (1 - a - r_1)) / (r_1 - r_2)
    holds(Induction(two_terms, w[T], claim, given=roots))
    double = Recurrence(w[t], 2 * r * w[t - 1] - r**2 * w[t - 2], initial=(1, 1 - (1 - r) ** 2))
    holds(Induction(double, w[T], r**T * (1 + T * (1 - r)), given=Ne(r, 0)))


Q, H, l = family("Q"), family("H"), family("lambda")
size = sp.Symbol("n", integer=True, positive=True)


def all_of(body, index):
    return over(body, index, size)


def orthonormal(matrix):
    entries = Eq(all_of(matrix[i, k] * matrix[i, m], i), KroneckerDelta(k, m))
    return ForAll(entries, (k, 0, size - 1), (m, 0, size - 1))


def test_b6_an_orthogonal_change_of_basis_decouples():
    matrix = Definition(H[i, j], all_of(Q[i, m] * l[m] * Q[j, m], m))
    turned = all_of(Q[i, k] * all_of(H[i, j] * w[j], j), i)
    given = (orthonormal(Q), k >= 0, k <= size - 1)
    proves(turned, l[k] * all_of(Q[j, k] * w[j], j), given=given, where=matrix)
    refutes(turned, l[k] * all_of(Q[k, j] * w[j], j), given=given, where=matrix)


p = 1 + gamma - a


def test_b8_where_the_roots_leave_the_circle():
    polynomial = z**2 - p * z + gamma
    proves(polynomial.xreplace({a: 2 * (1 + gamma)}).xreplace({z: sp.S(-1)}), 0)
    proves(polynomial.xreplace({a: sp.S(0)}).xreplace({z: sp.S(1)}), 0)


def test_b9_complex_roots_have_the_modulus_root_gamma():
    root = (p + I * sqrt(4 * gamma - p**2)) / 2
    proves(root**2 - p * root + gamma, 0)
    proves(Abs(root), sqrt(gamma), given=p**2 < 4 * gamma)
    refutes(Abs(root), gamma, given=p**2 < 4 * gamma)
    proves(p**2 - 4 * gamma, (a - (1 - sqrt(gamma)) ** 2) * (a - (1 + sqrt(gamma)) ** 2))
    critical = (1 - sqrt(a)) ** 2
    proves(z**2 - (1 + critical - a) * z + critical, (z - (1 - sqrt(a))) ** 2)


def test_b9_the_polar_form_of_the_roots():
    root = sqrt(gamma) * exp(I * theta)
    angle = Eq(cos(theta), p / (2 * sqrt(gamma)))
    proves(root**2 - p * root + gamma, 0, given=angle)
    proves(root**T + (1 / root) ** T * gamma**T, 2 * gamma ** (T / 2) * cos(T * theta))


best_eta = 4 / (sqrt(L) + sqrt(mu)) ** 2
best_gamma = ((sqrt(L) - sqrt(mu)) / (sqrt(L) + sqrt(mu))) ** 2


def test_b10_polyak_has_double_roots_at_both_ends():
    for end in (L, mu):
        proves((1 + best_gamma - best_eta * end) ** 2, 4 * best_gamma)
    inside = best_eta**2 * (L - lam) * (lam - mu)
    proves(4 * best_gamma - (1 + best_gamma - best_eta * lam) ** 2, inside)


def test_b13_nesterov_has_a_double_root_at_mu():
    momentum = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)
    polynomial = z**2 - (1 + momentum) * (1 - 1 / kappa) * z + momentum * (1 - 1 / kappa)
    proves(polynomial, (z - (1 - 1 / sqrt(kappa))) ** 2)


def test_b13_the_characteristic_polynomial_of_nesterov():
    y = family("y")
    ahead = Recurrence(y[t], w[t - 1] + gamma * (w[t - 1] - w[t - 2]), initial=(1, 1))
    gradient = Recurrence(w[t], (1 - a) * y[t], initial=(1, 1))
    nesterov = (1 + gamma) * (1 - a) * w[n + 1] - gamma * (1 - a) * w[n]
    proves(w[n + 2], nesterov, where=(ahead, gradient))


def test_b15_three_forms_of_nesterov_are_the_same_iterates():
    """Sutskever: the gradient at w + γv. cs231n: x = w + γv, with the velocity before."""
    x, u = family("x"), family("u")
    f = sp.Function("f", real=True)
    v_s = Recurrence(v[t], gamma * v[t - 1] - eta * f(w[t - 1] + gamma * v[t - 1]))
    w_s = Recurrence(w[t], w[t - 1] + v[t], initial=1)
    u_c = Recurrence(u[t], gamma * u[t - 1] - eta * f(x[t - 1]))
    x_c = Recurrence(x[t], x[t - 1] - gamma * u[t - 1] + (1 + gamma) * u[t], initial=1)
    claims = {u[T]: v[T]}
    same = Induction(x_c, x[T], w[T] + gamma * v[T], also=claims, where=(u_c, v_s, w_s))
    assert same.status == "proved"
    s, b = family("s"), family("b")  # CMU: a step from the extrapolated place
    b_m = Recurrence(b[t], s[t - 1] - eta * f(s[t - 1]), initial=1)
    s_m = Recurrence(s[t], b[t] + gamma * (b[t] - b[t - 1]), initial=1)
    other = Induction(b_m, b[T], w[T], also={s[T]: w[T] + gamma * v[T]}, where=(s_m, v_s, w_s))
    assert other.status == "proved"


def test_b16_semi_implicit_euler_is_momentum_and_explicit_euler_is_not():
    h, x, y = sp.Symbol("h", positive=True), family("x"), family("y")
    f = sp.Function("f", real=True)
    y_t = Recurrence(y[t], y[t - 1] + h * (-f(x[t - 1]) - c * y[t - 1]))
    x_t = Recurrence(x[t], x[t - 1] + h * y[t], initial=1)
    v_t = Recurrence(v[t], (1 - c * h) * v[t - 1] + h**2 * f(w[t - 1]))
    w_t = Recurrence(w[t], w[t - 1] - v[t], initial=1)
    same = Induction(w_t, w[T], x[T], also={v[T]: -h * y[T]}, where=(v_t, x_t, y_t))
    assert same.status == "proved"
    explicit = Recurrence(x[t], x[t - 1] + h * y[t - 1], initial=1)
    refutes(w[n + 1], x[n + 1], given=Eq(w[n], x[n]), where=(w_t, v_t, explicit, y_t))


def test_b17_small_steps_are_the_differential_equation():
    s, h = sp.Symbol("s", real=True), sp.Symbol("h", positive=True)
    x = sp.Function("x", real=True)
    bend = (x(s + h) - 2 * x(s) + x(s - h)) / h**2
    drag = c * (x(s) - x(s - h)) / h
    slope, curvature = sp.Derivative(x(s), s), sp.Derivative(x(s), (s, 2))
    proves(sp.Limit(bend + drag, h, 0), curvature + c * slope)
    refutes(sp.Limit(bend + drag, h, 0), curvature - c * slope)
    half = (x(s + h) - x(s)) / h**2  # grows without end
    assert equal(sp.Limit(half, h, 0), curvature / 2).status == "undecided"


def test_b18_critical_damping():
    s, A, B = sp.symbols("s A B", real=True)
    x = exp(-sqrt(lam) * s) * (A + B * s)
    slope = Partial(x, s)
    proves(Partial(slope, s) + 2 * sqrt(lam) * slope + lam * x, 0)
    refutes(Partial(slope, s) + 3 * sqrt(lam) * slope + lam * x, 0)
    under = exp(-c * s / 2) * cos(sqrt(lam - c**2 / 4) * s)
    slope = Partial(under, s)
    proves(Partial(slope, s) + c * slope + lam * under, 0, given=c**2 < 4 * lam)


def test_b19_the_energy_decreases():
    x, y = sp.symbols("x v", real=True)
    J = sp.Function("J", real=True)
    energy = J(x) + y**2 / 2
    force = -Partial(J(x), x) - c * y
    proves(Partial(energy, x) * y + Partial(energy, y) * force, -c * y**2)


def test_b20_a_schedule_breaks_the_equivalence():
    e = family("eta")
    inside = Recurrence(V[t], gamma * V[t - 1] + (1 - gamma) * e[t] * g[t])
    both = e[T] * M[T]
    refutes(V[T], both, where=(inside, average), given=T >= 2)
    difference = gamma * (1 - gamma) * (e[1] - e[2]) * g[1]
    proves(V[2] - e[2] * M[2], difference, where=(inside, average))


def test_b21_momentum_is_slower_where_plain_descent_takes_one_step():
    proves((1 - eta * lam) * a, 0, given=Eq(eta, 1 / lam))
    root = (gamma + I * sqrt(4 * gamma - gamma**2)) / 2  # eta lambda = 1
    proves(Abs(root), sqrt(gamma), given=gamma < 4)


def test_b22_a_general_solution():
    A, B = sp.symbols("A B", real=True)
    roots = (Eq(r_1 + r_2, p), Eq(r_1 * r_2, gamma), Ne(r_1, 0), Ne(r_2, 0))
    solution = A * r_1**n + B * r_2**n
    later = [solution.xreplace({n: n + s}) for s in (1, 2)]
    proves(later[1], p * later[0] - gamma * solution, given=roots)
