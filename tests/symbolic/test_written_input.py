"""Formulas as people write them: products without a sign, Greek, roots, sums, LaTeX."""

from __future__ import annotations

import random

import pytest
import sympy as sp

from nnlib.symbolic import ParseError, parse, to_latex, to_text

gamma = sp.Symbol("gamma", positive=True)
d, x, y = sp.symbols("d x y", real=True)
eps, beta1 = sp.symbols("varepsilon beta1", positive=True)
var = sp.Symbol("sigma^2", positive=True)
T, K = sp.symbols("T K", integer=True, positive=True)
i, j, k, t = sp.symbols("i j k t", integer=True)
p, c, xhat = (sp.IndexedBase(name, real=True) for name in ("p", "c", "xhat"))
SYMBOLS = [gamma, d, x, y, eps, beta1, var, T, K, i, j, k, t, p, c, xhat]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2d", 2 * d),
        ("3.5 x y", sp.Rational(7, 2) * x * y),
        ("1/2 γ x", gamma * x / 2),
        ("-1/2 (1-γ)", (gamma - 1) / 2),
        ("x^2(1-x)", x**2 * (1 - x)),
        ("γΣ_{t=1}^T c_t", gamma * sp.Sum(c[t], (t, 1, T))),
        ("(1-γ)γ", gamma * (1 - gamma)),
        ("γ(1-γ)(1+γ)", gamma * (1 - gamma) * (1 + gamma)),
        ("p[i]p[j]", p[i] * p[j]),
        ("p_i p_j", p[i] * p[j]),
        ("p_ip_j", p[i] * p[j]),
        ("p_i(1-p_j)", p[i] * (1 - p[j])),
        ("c_{T+1} + c_T", c[T + 1] + c[T]),
        ("c_T+1", c[T] + 1),
        ("c₀ - c₁₂", c[0] - c[12]),
        ("γT", gamma * T),
        ("dx", d * x),
        ("T(T+1)/2", T * (T + 1) / 2),
        ("e^(2*d)", sp.exp(2 * d)),
        ("e^{2d} + 2e^x", sp.exp(2 * d) + 2 * sp.exp(x)),
        ("e^-x", sp.exp(-x)),
        ("e + 2π", sp.E + 2 * sp.pi),
        ("√x + √(x+1) + √2", sp.sqrt(x) + sp.sqrt(x + 1) + sp.sqrt(2)),
        ("x²y", x**2 * y),
        ("x^2 y", x**2 * y),
        ("x^{2}3", 3 * x**2),
        ("γ^T(1-γ)", gamma**T * (1 - gamma)),
        ("γ^{T−t} (1 − γ)", gamma ** (T - t) * (1 - gamma)),
        ("σ² + sigma^2 + \\sigma^{2} + \\sigma^2", 4 * var),
        ("(σ² + ε)^(3/2)", (var + eps) ** sp.Rational(3, 2)),
        ("varepsilon + ε + eps + epsilon + \\epsilon", 5 * eps),
        ("β₁ + beta_1 + \\beta_1 + \\beta_{1}", 4 * beta1),
        ("|x-y||x|", sp.Abs(x - y) * sp.Abs(x)),
        ("⌊x/2⌋ + ⌈y⌉", sp.floor(x / 2) + sp.ceiling(y)),
        ("log 2 + \\log x", sp.log(2) + sp.log(x)),
        ("K log K", K * sp.log(K)),
        ("KroneckerDelta(i,j) + δ_{ij} + \\delta_{i j} + delta_ij", 4 * sp.KroneckerDelta(i, j)),
        ("x̂_j + \\hat{x}_j + \\hat x_j + xhat[j]", 4 * xhat[j]),
        ("\\frac{1}{2} + \\frac12 + \\dfrac{x}{y}", 1 + x / y),
        ("-\\frac{x}{2}\\gamma", -x * gamma / 2),
        ("\\sqrt{x} + \\sqrt[3]{x}", sp.sqrt(x) + x ** sp.Rational(1, 3)),
        ("\\left(1-\\gamma\\right)\\cdot x \\, y", (1 - gamma) * x * y),
        ("\\lfloor x \\rfloor \\times 2", 2 * sp.floor(x)),
        ("$\\gamma^T$", gamma**T),
        ("Σ_{t=1}^T c_t", sp.Sum(c[t], (t, 1, T))),
        ("Σ_{k=0}^{K−1} c_k x + 1", sp.Sum(c[k] * x, (k, 0, K - 1)) + 1),
        ("2Σ_{k=0}^{K-1} c_k - 1", 2 * sp.Sum(c[k], (k, 0, K - 1)) - 1),
        ("(Σ_{k=0}^{K-1} c_k) x", x * sp.Sum(c[k], (k, 0, K - 1))),
        ("\\sum_{i=1}^{T} \\gamma^{T-i}c_{i}/K", sp.Sum(gamma ** (T - i) * c[i] / K, (i, 1, T))),
        ("\\sum^{T}_{i=1} (c_i + 1)", sp.Sum(c[i] + 1, (i, 1, T))),
        ("\\sum_{i=1}^{T} -c_i", sp.Sum(-c[i], (i, 1, T))),
        (
            "\\sum_{i=1}^{T}\\sum_{j=1}^{i} p_i c_j - 1",
            sp.Sum(p[i] * c[j], (j, 1, i), (i, 1, T)) - 1,
        ),
        ("\\prod_{k=1}^T c_k", sp.Product(c[k], (k, 1, T))),
        ("sum(c_t, t, 1, T)", sp.Sum(c[t], (t, 1, T))),
        ("\\max(x, y) - max(x, y)", sp.S.Zero),
        ("\\exp{\\left(-x\\right)}", sp.exp(-x)),
    ],
)
def test_what_is_written_on_paper_is_read(text, expected):
    read = parse(text, SYMBOLS)
    assert read == expected or sp.expand(read - expected) == 0


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("1/2d", 4, "what belongs below the line"),
        ("1/2(1-x)", 4, "what belongs below the line"),
        ("x/2 y", 5, "what belongs below the line"),
        ("x/2(1-x)", 4, "what belongs below the line"),
        ("e^2d", 4, "belong to the exponent"),
        ("x^2y", 4, "belong to the exponent"),
        ("√x²", 1, r"√\(x\^2\) or"),
        ("log 2x", 6, "belong to the logarithm"),
        ("log x^2", 6, r"log\(x\^2\) or"),
        ("2 3", 3, "a sign is missing"),
        ("(x)2", 4, "a sign is missing"),
        ("gammaT", 1, "did you mean gamma"),
        ("sqrtx", 1, "did you mean sqrt"),
        ("eta", 1, "not known here"),
        ("ηγ", 1, "not known here"),
        ("\\eta", 1, "not known here"),
        ("\\begin{x}", 1, "not known here; type plain names"),
        ("\\sum c_t", 6, "a sign is missing"),
        ("\\sum_{k} c_k", 7, "needs its range"),
        ("Σ_{k=1} c_k", 1, "needs its range"),
        ("Σ_{k=1}^T", 1, "what is added up"),
        ("|x", 1, "never closed"),
        ("⌊x", 1, "never closed"),
        ("{x", 1, "never closed"),
        ("x}", 2, "out of place"),
        ("c_", 1, "needs an index"),
        ("c _", 3, "needs its index"),
        ("x_{T+1}", 2, "has no index"),
        ("\\frac{1}", 1, "needs its argument"),
        ("\\sqrt", 1, "needs its argument"),
        ("√", 1, "what the root is of"),
        ("0,5", 2, "with a dot"),
        ("S = x", 3, "expression only"),
        ("\\ln" * 300 + " x", 181, "too deeply nested"),
        ("\\sqrt" * 190 + " x", 301, "too deeply nested"),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_refused(text, column, said):
    with pytest.raises(ParseError, match=said) as caught:
        parse(text, SYMBOLS)
    assert caught.value.column == column


def test_a_symbol_of_the_question_is_what_its_name_says():
    assert parse("e^2", [sp.Symbol("e")]) == sp.Symbol("e") ** 2
    assert parse("σ²", [sp.Symbol("sigma")]) == sp.Symbol("sigma") ** 2
    assert parse("var + sigma^2", {"var": var}) == 2 * var
    assert parse("delta x", [sp.Symbol("delta"), x]) == sp.Symbol("delta") * x


PRINTED = [
    -gamma / (2 * (var + eps) ** sp.Rational(3, 2)) * sp.Sum(c[k] * (p[k] - x), (k, 0, K - 1)),
    sp.sqrt((1 - gamma**t) / (1 - gamma)),
    gamma ** (T - t) * (1 - gamma) * xhat[t],
    sp.Sum(sp.Sum(p[i] * c[j], (j, 1, i)) / T, (i, 1, T)) - 1,
    sp.floor((T - 1) / K) + sp.Abs(x - y),
    sp.log(1 + K * (1 - x) / x) * sp.exp(-2 * d),
    -sp.Sum(c[k] * (sp.KroneckerDelta(k, j) - p[j]), (k, 0, K - 1)),
    sp.Product(1 - c[k], (k, 1, T)) * beta1 ** (T + 1),
    sp.sqrt(2) * x / 3 + sp.Rational(2, 5) ** K,
]


@pytest.mark.parametrize("printer", [to_text, to_latex, str])
@pytest.mark.parametrize("expr", PRINTED, ids=str)
def test_what_is_printed_can_be_typed_back(expr, printer):
    read = parse(printer(expr), SYMBOLS)
    assert sp.expand(read - expr) == 0


PIECES = [
    *"2 3.5 x γ c p _ _i { } ( ) [ ] ^ ** + - * / \\frac \\sqrt √ | \\left \\right ⌊ ⌋ \\sum Σ = i".split(),
    *"1 T , log \\log exp sum δ delta \\hat x̂ ² e \\beta σ σ² $ \\rfloor ₁ gamma for \\, ' . k".split(),
]


def test_nothing_that_is_typed_breaks_the_reader():
    draw = random.Random(0)
    read = 0
    for _ in range(6000):
        text = "".join(
            draw.choice(PIECES) + draw.choice(["", " "]) for _ in range(draw.randint(1, 14))
        )
        try:
            parse(text, SYMBOLS)
            read += 1
        except ParseError as error:
            assert 1 <= error.column <= len(text) + 1
    assert read > 50
