"""How expressions are written: nothing that is read otherwise, and in the order of a person."""

from __future__ import annotations

import pytest
import sympy as sp

from nnlib.symbolic import (
    Definition,
    Maximum,
    Partial,
    derivative,
    equal,
    fraction,
    group,
    in_order,
    in_powers_of,
    plain,
    product_of,
    to_latex,
    to_text,
)
from nnlib.symbolic._letters import plain_reason
from nnlib.symbolic._print import conditions_in_latex, conditions_in_text, shortened
from nnlib.symbolic._written import Written

i, j, k, n, t = sp.symbols("i j k n t", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
a, b, z = sp.symbols("a b z", real=True)
gamma, beta = sp.symbols("gamma beta", positive=True)
x, y, c, W, weight = (sp.IndexedBase(name, real=True) for name in ("x", "y", "c", "W", "gamma"))
delta, half = sp.KroneckerDelta, sp.Rational(1, 2)


def total(term, high=K):
    return sp.Sum(term, (k, 1, high))


limit = sp.Limit(1 / T, T, sp.oo)
slope = Partial(b, a)

LATEX = {
    # what is added
    "a size and a number": (T + 1, "T + 1"),
    "a number and a size": (1 - T, "1 - T"),
    "a number and a value": (a + 1, "1 + a"),
    "a number first": (a + b + 1, "1 + a + b"),
    "what is taken away last": (b - a, "b - a"),
    "nothing but taken away": (-a - b, "-a - b"),
    "a number taken away": (-a - 1, "-1 - a"),
    "entry first": (x[k] + a, "x_{k} + a"),
    "product with an entry first": (a * x[k] + b, "a x_{k} + b"),
    "number after an entry": (a * x[k] - b * y[k] + 1, "a x_{k} + 1 - b y_{k}"),
    "power of an entry first": (x[k] ** 2 + a, "x_{k}^{2} + a"),
    "earlier first": (x[k + 1] + x[k - 1] + x[k], "x_{k - 1} + x_{k} + x_{k + 1}"),
    "earlier first, with factors": (c[T] + gamma * c[T - 1], r"\gamma c_{T - 1} + c_{T}"),
    "earliest of a product": (c[t] * c[t + 1] + c[t - 1] * c[t + 2] + c[t],
                              "c_{t + 2} c_{t - 1} + c_{t + 1} c_{t} + c_{t}"),
    "delta first": (delta(i, j) + x[k], r"\delta_{ij} + x_{k}"),
    "delta before a number": (delta(i, j) + 1, r"\delta_{ij} + 1"),
    "delta taken away": (1 - delta(i, j), r"1 - \delta_{ij}"),
    "sum last": (total(x[k]) + a, r"a + \sum_{k=1}^{K} x_{k}"),
    "short sum first": (total(x[k] * y[k]) + total(y[k]),
                        r"\sum_{k=1}^{K} y_{k} + \sum_{k=1}^{K} x_{k} y_{k}"),
    "sum taken away": (a - total(x[k]), r"a - \sum_{k=1}^{K} x_{k}"),
    "bracket taken away": (sp.Add(a, sp.Mul(-1, b + 1, evaluate=False), evaluate=False),
                           r"a - \left(1 + b\right)"),
    "bracket taken away first": (sp.Add(sp.Mul(-1, b + 1, evaluate=False), -T, evaluate=False),
                                 r"-\left(1 + b\right) - T"),
    "a sum of entries and sizes": (x[k] - K, "x_{k} - K"),
    # what is multiplied
    "all kinds of factors": (
        sp.sqrt(2) * a * (t - 1) * gamma**T * (gamma + z) * sp.exp(b) * sp.tanh(b) * weight[t]
        * c[t] * (a + c[t]) * total(x[k]) * sp.log(b),
        r"\sqrt{2} a \left(t - 1\right) \gamma^{T} \left(\gamma + z\right) e^{b} "
        r"\tanh{\left(b \right)} \gamma_{t} c_{t} \left(c_{t} + a\right) "
        r"\left(\sum_{k=1}^{K} x_{k}\right) \log b",
    ),
    "sign": (-a * x[k], "-a x_{k}"),
    "sign of a bracket": (sp.Mul(-1, a + b, evaluate=False), r"-\left(a + b\right)"),
    "sign of a product with a bracket": (-x[k] * (a - b), r"-\left(a - b\right) x_{k}"),
    "power of a value": (x[k] * a**2, "a^{2} x_{k}"),
    "power of a bracket": ((1 - gamma) ** 2 * c[t], r"\left(1 - \gamma\right)^{2} c_{t}"),
    "power of a value, then a bracket": (a**2 * (T - 1), r"a^{2} \left(T - 1\right)"),
    "bracket of sizes": (a * (T - 1), r"a \left(T - 1\right)"),
    "two sums": (total(x[k]) * total(y[k]),
                 r"\left(\sum_{k=1}^{K} x_{k}\right) \sum_{k=1}^{K} y_{k}"),
    "derivative after a value": (x[j] * slope, r"x_{j} \frac{\partial b}{\partial a}"),
    "limit after a value": (a * limit, r"a \lim_{T \to \infty} \left(\frac{1}{T}\right)"),
    "logarithm last": (sp.log(a) * x[k], r"x_{k} \log a"),
    "number and power of a number": (2 * 3**K, r"2 \cdot 3^{K}"),
    "entry and power of a number": (10**K * x[k], "10^{K} x_{k}"),
    "value and power of a number": (a * 3**K, "3^{K} a"),
    "number and root": (3 * sp.sqrt(2), r"3 \cdot \sqrt{2}"),
    "negative power": (3 * (-2) ** k, r"3 \left(-2\right)^{k}"),
    "cases": (2 * sp.Piecewise((a, a > 0), (0, True)),
              r"2 \left(\begin{cases} a & \text{for}\: a > 0 \\0 & \text{otherwise} \end{cases}"
              r"\right)"),
    "largest": (Maximum(a, 0) * x[k], r"\max\left(0, a\right) x_{k}"),
    # what is divided
    "number below": (3 * a / 2, r"\frac{3 a}{2}"),
    "numbers above and below": (2 * a / (3 * b), r"\frac{2 a}{3 b}"),
    "one above": (1 / (a * b), r"\frac{1}{a b}"),
    "minus one above": (-1 / a, r"-\frac{1}{a}"),
    "a bracket alone": ((a + b) / (a - b), r"\frac{a + b}{a - b}"),
    "a bracket and more": (K * (K + 1) / 2, r"\frac{K \left(K + 1\right)}{2}"),
    "a bracket and more below": (1 / (K * (K - 1)), r"\frac{1}{K \left(K - 1\right)}"),
    "square below": (a**-2, r"\frac{1}{a^{2}}"),
    "root below": (beta ** sp.Rational(-3, 2), r"\frac{1}{\beta^{3/2}}"),
    "symbolic power": (gamma ** (T - t), r"\gamma^{T - t}"),
    "mean": (total(x[k]) / K, r"\frac{\sum_{k=1}^{K} x_{k}}{K}"),
    "half a sum": (3 * total(x[k]) / 2, r"\frac{3}{2} \sum_{k=1}^{K} x_{k}"),
    "half a sum and a value": (a * total(x[k]) / 2, r"\frac{1}{2} a \sum_{k=1}^{K} x_{k}"),
    "sum and a fraction": (a * total(x[k]) / b, r"\frac{a}{b} \sum_{k=1}^{K} x_{k}"),
    "sum and a fraction with a number": (a * total(x[k]) / (2 * b),
                                         r"\frac{a}{2 b} \sum_{k=1}^{K} x_{k}"),
    "sum below": (sp.exp(x[j]) / total(sp.exp(x[k])),
                  r"\frac{e^{x_{j}}}{\sum_{k=1}^{K} e^{x_{k}}}"),
    "half a derivative": (slope / 2, r"\frac{1}{2} \frac{\partial b}{\partial a}"),
    "half a product": (sp.Product(x[k], (k, 1, K)) / 2, r"\frac{1}{2} \prod_{k=1}^{K} x_{k}"),
    "half a limit": (limit / 2, r"\frac{1}{2} \lim_{T \to \infty} \left(\frac{1}{T}\right)"),
    "logarithms": (sp.log(a) / sp.log(b), r"\frac{\log a}{\log b}"),
    # sums, products, derivatives
    "sum of a sum": (total(x[k] - a), r"\sum_{k=1}^{K} \left(x_{k} - a\right)"),
    "product of a sum": (sp.Product(x[k] - a, (k, t + 1, T)),
                         r"\prod_{k=t + 1}^{T} \left(x_{k} - a\right)"),
    "outer sum first": (sp.Sum(W[i, k] * x[k], (k, 0, K - 1), (i, 1, T)),
                        r"\sum_{i=1}^{T}\sum_{k=0}^{K - 1} W_{ik} x_{k}"),
    "power of a sum": (total(x[k]) ** K, r"\left(\sum_{k=1}^{K} x_{k}\right)^{K}"),
    "power of a product": (sp.Product(x[k], (k, 1, T)) ** 2,
                           r"\left(\prod_{k=1}^{T} x_{k}\right)^{2}"),
    "inverse of a square": (total(x[k]) ** -2,
                            r"\frac{1}{\left(\sum_{k=1}^{K} x_{k}\right)^{2}}"),
    "power of a derivative": (slope**2, r"\left(\frac{\partial b}{\partial a}\right)^{2}"),
    "any power of a derivative": (slope**n, r"\left(\frac{\partial b}{\partial a}\right)^{n}"),
    "derivative": (Partial(x[k], x[j]), r"\frac{\partial x_{k}}{\partial x_{j}}"),
    "derivative of an expression": (Partial(a + b, a),
                                    r"\frac{\partial}{\partial a} \left(a + b\right)"),
    "second derivative": (Partial(slope, x[j]),
                          r"\frac{\partial^2 b}{\partial a \, \partial x_{j}}"),
    # entries
    "power of an entry": (x[k] ** 2, "x_{k}^{2}"),
    "symbolic power of an entry": (x[k] ** K, "x_{k}^{K}"),
    "one over an entry": (1 / x[k], r"\frac{1}{x_{k}}"),
    "root of an entry": (sp.sqrt(x[k]), r"\sqrt{x_{k}}"),
    "two indices": (W[i, j], "W_{ij}"),
    "two indices, one longer": (W[i, j + 1], "W_{i, j + 1}"),
    "a long number as index": (W[i, 10], "W_{i, 10}"),
    "delta of numbers": (delta(i, 10), r"\delta_{10,\, i}"),
    "delta of an expression": (delta(i, j + 1), r"\delta_{i,\, j + 1}"),
    "delta with a range": (delta(i, j, (0, K)), r"\delta_{ij}"),
    "power of a delta": (delta(i, j) ** a, r"\delta_{ij}^{a}"),
    # functions
    "logarithm of a symbol": (sp.log(a), r"\log a"),
    "logarithm of an entry": (sp.log(x[k]), r"\log x_{k}"),
    "logarithm of a number": (sp.log(2), r"\log 2"),
    "logarithm of a product": (sp.log(a * b), r"\log\left(a b\right)"),
    "power of a logarithm": (sp.log(a) ** 2, r"\left(\log a\right)^{2}"),
    "power of a logarithm of a sum": (sp.log(a + b) ** 2,
                                      r"\left(\log\left(a + b\right)\right)^{2}"),
}  # fmt: skip


@pytest.mark.parametrize("name", LATEX)
def test_latex(name):
    expr, latex = LATEX[name]
    assert to_latex(expr) == latex


TEXT = [
    (T + 1, "T + 1"),
    (-a, "−a"),
    (b - a, "b − a"),
    (-a - b, "−a − b"),
    (-x[k] * (a - b), "−(a − b) x_k"),
    (sp.Add(a, sp.Mul(-1, b + 1, evaluate=False), evaluate=False), "a − (1 + b)"),
    (sp.Add(sp.Mul(-1, b + 1, evaluate=False), -T, evaluate=False), "−(1 + b) − T"),
    (gamma * c[t - 1] + (1 - gamma) * c[t], "γ c_{t−1} + (1 − γ) c_t"),
    (total(x[k] - a) / K, "(Σ_{k=1}^K (x_k − a))/K"),
    (total(-a * x[k]), "Σ_{k=1}^K (−a x_k)"),
    (sp.Sum(W[i, k] * x[k], (k, 0, K - 1), (i, 1, 10)),
     "Σ_{i=1}^{10} Σ_{k=0}^{K−1} W_{ik} x_k"),
    (total(x[k]) * total(y[k]), "(Σ_{k=1}^K x_k) Σ_{k=1}^K y_k"),
    (a * total(x[k]) / b, "a/b · Σ_{k=1}^K x_k"),
    (total(x[k]) ** 2, "(Σ_{k=1}^K x_k)²"),
    (sp.Product(1 - gamma * a, (k, t + 1, T)), "∏_{k=t+1}^T (1 − a γ)"),
    (2 * slope, "2 ∂b/∂a"),
    (slope / a, "1/a · ∂b/∂a"),
    (slope**2, "(∂b/∂a)²"),
    (Partial(a + b, x[j]), "∂/∂x_j (a + b)"),
    (Partial(Partial(b, a), z), "∂²b/(∂a ∂z)"),
    (sp.Eq(a, b), "a = b"),
    (sp.Ne(a, b), "a ≠ b"),
    (sp.Le(a, b + 1), "a ≤ 1 + b"),
    (sp.Gt(a, b), "a > b"),
    (x[0] + x[1], "x₀ + x₁"),
    (W[0, 1] * W[i, j] * W[i, j + 1], "W_{0,1} W_{i,j+1} W_{ij}"),
    (gamma**T, "γ^T"),
    (gamma ** (T - t), "γ^{T−t}"),
    (a**10, "a¹⁰"),
    ((a + b) ** 2, "(a + b)²"),
    (sp.sqrt(2) * a, "√2 a"),
    (sp.sqrt(a), "√a"),
    (sp.sqrt(a + b), "√(a + b)"),
    (sp.sqrt(total(x[k] ** 2)), "√(Σ_{k=1}^K x_k²)"),
    (1 / sp.sqrt(a + b), "1/√(a + b)"),
    ((a + b) ** sp.Rational(-3, 2), "1/(a + b)^{3/2}"),
    (a / (2 * b), "a/(2 b)"),
    ((a + b) / (a - b), "(a + b)/(a − b)"),
    (sp.exp(z), "e^z"),
    (sp.exp(x[i] - x[j]), "e^{x_i−x_j}"),
    (sp.exp(x[j]) / total(sp.exp(x[k])), "e^{x_j}/(Σ_{k=1}^K e^{x_k})"),
    (sp.log(a) / sp.log(b), "(log a)/(log b)"),
    (sp.log(a * b) ** 2, "(log(a b))²"),
    (sp.Abs(1 - a * b), "|1 − a b|"),
    (sp.floor((K - 1) / T) + 1, "⌊(K − 1)/T⌋ + 1"),
    (sp.ceiling(K / T), "⌈K/T⌉"),
    (sp.Mod(n, K + 1), "n mod (K + 1)"),
    (sp.Max(0, a), "max(0, a)"),
    (sp.Min(0, a), "min(0, a)"),
    (Maximum(0, a), "max(0, a)"),
    (sp.sign(a), "sign(a)"),
    (sp.Piecewise((a, a > 0), (0, True)), "{a for a > 0; 0 otherwise}"),
    (sp.exp(sp.I * a), "e^{i a}"),
    (2 * sp.pi * a, "2 π a"),
    (limit, "lim_{T→∞} (1/T)"),
    (sp.Limit(a**2, a, 1, "-"), "lim_{a→1⁻} (a²)"),
    (delta(i, j + 1), "δ_{i,j+1}"),
    (sp.factorial(n), "n!"),
    (3 * 2**K, "3·2^K"),
    (-half * a, "−a/2"),
    (sp.oo, "∞"),
]  # fmt: skip

# --- what an author groups and orders ---------------------------------------------------------------

p = sp.IndexedBase("p", positive=True)
WRITTEN = {
    "a group first": (group(p[j] - y[j]) + p[j] * group(total(y[k]) - 1),
                      "(p_j − y_j) + p_j (Σ_{k=1}^K y_k − 1)"),
    "a group taken away": (a - group(b + 1), "a − (1 + b)"),
    "a number before a group": (2 * group(a + b), "2 (a + b)"),
    "a power of a group": (group(a + b) ** 2, "(a + b)²"),
    "terms": (in_order(b, -a, 1, x[k]), "b − a + 1 + x_k"),
    "terms with brackets": (in_order(z**2, -group(1 + gamma - a) * z, gamma),
                            "z² − z (1 + γ − a) + γ"),
    "terms inside a product": (gamma * in_order(b, a), "γ (b + a)"),
    "a root of terms": (sp.sqrt(in_order(b, a)), "√(b + a)"),
    "factors": (product_of(x[k], gamma, a + b), "x_k γ (a + b)"),
    "a fraction and a bracket": (product_of(gamma / K, x[k] - a), "γ/K · (x_k − a)"),
    "a sum among factors": (product_of(total(x[k]), a), "(Σ_{k=1}^K x_k) a"),
    "factors below": (a / product_of(b, gamma), "a/(b γ)"),
    "fraction": (fraction(a + b, 2), "(a + b)/2"),
    "nothing cancels": (fraction(2 * a, 2), "2 a/2"),
    "a fraction of sums": (fraction(total(x[k]), total(y[k])),
                           "(Σ_{k=1}^K x_k)/(Σ_{k=1}^K y_k)"),
    "powers": (in_powers_of(z, (z - 1) * (z - gamma) + a * z), "z² − (1 + γ − a) z + γ"),
    "powers of another": (in_powers_of(a, (a + b) ** 2), "a² + 2 b a + b²"),
    "powers, one alone": (in_powers_of(z, z**3 - 1), "z³ − 1"),
    "by itself": (z**2 - (1 + gamma - a) * z + gamma, "z² − (1 + γ − a) z + γ"),
    "by itself, no minus first": (1 - z**2, "1 − z²"),
    "by itself, a series goes up": (1 + gamma + gamma**2, "1 + γ + γ²"),
    "two letters": (z**2 + a * z + sp.Symbol("x") ** 2, "a z + x² + z²"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_kept(name):
    expr, text = WRITTEN[name]
    assert to_text(expr) == text


def test_what_is_written_is_kept_in_latex():
    assert to_latex(WRITTEN["a group first"][0]) == (
        r"\left(p_{j} - y_{j}\right) + p_{j} \left(\sum_{k=1}^{K} y_{k} - 1\right)"
    )
    assert to_latex(WRITTEN["powers"][0]) == r"z^{2} - \left(1 + \gamma - a\right) z + \gamma"
    assert to_latex(fraction(in_order(b, -a), 2)) == r"\frac{b - a}{2}"
    assert to_latex(product_of(x[k], a + b, gamma)) == r"x_{k} \left(a + b\right) \gamma"
    assert to_latex(group(a + b) ** K) == r"\left(a + b\right)^{K}"
    assert to_latex(in_order(b, a) ** 2) == r"\left(b + a\right)^{2}"
    assert to_latex(sp.sqrt(in_order(b, a))) == r"\sqrt{b + a}"


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_the_same_to_the_engine(name):
    expr = WRITTEN[name][0]
    value = plain(expr)
    assert not value.has(Written)
    assert equal(expr, value).status == "proved"
    assert equal(expr, value + 1).status == "refuted"
    assert Definition(sp.Symbol("q"), expr).body == value
    slope = derivative(value, a)
    assert equal(derivative(expr, a), slope).status == "proved"


NAMES = [
    ("beta1", "β₁", r"\beta_{1}"),
    ("mhat", "m̂", r"\hat{m}"),
    ("xbar", "x̄", r"\bar{x}"),
    ("thetatilde", "θ̃", r"\tilde{\theta}"),
    ("eta'", "η′", r"\eta'"),
    ("eta_1''", "η₁″".replace("″", "′′"), r"\eta_{1}''"),
    ("sigma^2", "σ²", r"\sigma^{2}"),
    ("sigma_u^2", "σ_u²", r"\sigma^{2}_{u}"),
    ("varepsilon", "ε", r"\varepsilon"),
    ("lambda_max", "λ_{max}", r"\lambda_{max}"),
    ("Lambda", "Λ", r"\Lambda"),
    ("hat", "hat", r"\mathrm{hat}"),
]


@pytest.mark.parametrize(("name", "text", "latex"), NAMES)
def test_names(name, text, latex):
    symbol = sp.Symbol(name)
    assert (to_text(symbol), to_latex(symbol)) == (text, latex)


REASONS = [
    ("no formula - at all", "no formula - at all"),
    (r"$\delta_{jk}$ counts $K$ times", "δ_{jk} counts K times"),
    (r"$\sum_k \hat x_k = 0$", "Σ_k x̂_k = 0"),
    (r"put in $\partial L/\partial\hat x_k$", "put in ∂L/∂x̂_k"),
    (r"$\gamma^{2T} \to 0$", "γ^{2T} → 0"),
    (r"$\sigma_u^2 = a^2\sigma^2$", "σ_u² = a²σ²"),
    (r"$x_j - \mu = \hat x_j\sqrt{\sigma^2+\varepsilon}$", "x_j − μ = x̂_j√(σ²+ε)"),
    (r"$h \log\gamma = -\log 2$", "h log γ = −log 2"),
    (r"$(1 - \gamma^{T-1})\, \hat C_{T-1}$", "(1 − γ^{T−1}) Ĉ_{T−1}"),
    (r"$\tfrac{1}{2} \le \beta_1'$", "1/2 ≤ β₁′"),
]


@pytest.mark.parametrize(("why", "text"), REASONS)
def test_reasons_in_plain_text(why, text):
    assert plain_reason(why) == text


@pytest.mark.parametrize(("expr", "text"), TEXT)
def test_text(expr, text):
    assert to_text(expr) == text


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([j >= 0, j <= K - 1], "0 ≤ j ≤ K − 1"),
        ([j <= K - 1, gamma < 1, j >= 0], "0 ≤ j ≤ K − 1, γ < 1"),
        ([j >= 0, i <= K - 1], "j ≥ 0, i ≤ K − 1"),
        ([j >= 0, j >= 0], "j ≥ 0"),
        ([j >= 0, j <= K - 1, j >= 0], "0 ≤ j ≤ K − 1"),
        ([j > 0, j < K], "0 < j < K"),
        ([sp.Ne(j, 0), j >= 0], "j ≠ 0, j ≥ 0"),
        ([j + 1 <= K, j + 1 >= i], "j + 1 ≤ K, j + 1 ≥ i"),
        ([j >= 0, j <= K - 1, j <= T], "j ≥ 0, j ≤ K − 1, j ≤ T"),
        ([j >= 0, j >= i, j <= T], "j ≥ 0, j ≥ i, j ≤ T"),
        ([j >= 0, j <= K - 1, i >= j, i <= K], "j ≥ 0, j ≤ K − 1, j ≤ i ≤ K"),
        ([sp.Eq(a, 1)], "a = 1"),
        ([], ""),
    ],
)
def test_conditions_are_chained_and_none_is_lost(conditions, text):
    assert ", ".join(conditions_in_text(conditions)) == text


def test_conditions_in_latex():
    conditions = [j >= 0, j <= K - 1, sp.Ne(gamma, 1)]
    assert conditions_in_latex(conditions) == [r"0 \le j \le K - 1", r"\gamma \neq 1"]


def test_a_long_text_is_cut():
    assert shortened("x" * 160) == "x" * 160
    assert shortened("x" * 161) == "x" * 158 + " …"
    assert shortened("abcdefgh", 6) == "abcd …"
