"""Typed formulas: read right, refused kindly, and never evaluated, however large or odd."""

from __future__ import annotations

import time

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.symbolic import Maximum
from nnlib.symbolic._parse import InputSize, ParseError, parse

gamma = sp.Symbol("gamma", positive=True)
beta_1, lamda, epsilon, x, y = sp.symbols("beta_1 lambda epsilon x y", real=True)
T = sp.Symbol("T", integer=True, positive=True)
t, i, j = sp.symbols("t i j", integer=True)
k = sp.Symbol("k", integer=True)
c, W = sp.IndexedBase("c", real=True), sp.IndexedBase("W", real=True)
SYMBOLS = [gamma, beta_1, lamda, epsilon, x, y, T, t, i, j, c, W]


def column(text: str) -> int:
    with pytest.raises(ParseError) as caught:
        parse(text, SYMBOLS)
    return caught.value.column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1 - gamma)*c[t]", (1 - gamma) * c[t]),
        ("1/2 + x/3", sp.Rational(1, 2) + x / 3),
        ("0.9", sp.Rational(9, 10)),
        ("1e-3", sp.Rational(1, 1000)),
        (".5x".replace("x", "*x"), x / 2),
        ("-x^2", -(x**2)),
        ("2^-1", sp.Rational(1, 2)),
        ("x**y**2", x ** (y**2)),
        ("2 - 3 - 4", sp.Integer(-5)),
        ("x/y/2", x / (2 * y)),
        ("x-(-y)", x + y),
        ("+x", x),
        ("x\n + 1", x + 1),
        ("γ^(T−t)", gamma ** (T - t)),
        ("β₁² · x", beta_1**2 * x),
        ("β_1 × β1 ∗ beta1", beta_1**3),
        ("x⁻¹", 1 / x),
        ("x¹⁰", x**10),
        ("lambda*λ", lamda**2),
        ("eps + ε + ϵ", 3 * epsilon),
        ("c[t-1] - c[2*t]", c[t - 1] - c[2 * t]),
        ("W[i, j+1]", W[i, j + 1]),
        ("sqrt(x) + exp(y) + log(x) + ln(x)", sp.sqrt(x) + sp.exp(y) + 2 * sp.log(x)),
        ("abs(x)*sign(y)", sp.Abs(x) * sp.sign(y)),
        ("floor(x/2) + ceil(y)", sp.floor(x / 2) + sp.ceiling(y)),
        ("log(1/2)/log(gamma)", sp.log(sp.Rational(1, 2)) / sp.log(gamma)),
        ("delta(i, j)", sp.KroneckerDelta(i, j)),
        ("sum(c[t]*gamma**(T-t), t, 1, T)", sp.Sum(c[t] * gamma ** (T - t), (t, 1, T))),
        ("Sum(c[k], (k, 1, T))", sp.Sum(c[k], (k, 1, T))),
        ("∑(γ^k, k, 0, T-1)", sp.Sum(gamma**k, (k, 0, T - 1))),
        ("prod(gamma*c[k], k, t+1, T)", sp.Product(gamma * c[k], (k, t + 1, T))),
        ("∏(c[k], k, 1, T)", sp.Product(c[k], (k, 1, T))),
        ("sum(sum(W[i,j], j, 1, i), i, 1, T)", sp.Sum(sp.Sum(W[i, j], (j, 1, i)), (i, 1, T))),
        ("Sum(x, (v, 1, 10**9))", sp.Sum(x, (sp.Symbol("v", integer=True), 1, 10**9))),
        ("2**(x + 999)", 2 ** (x + 999)),
        ("0.999**1000", sp.Rational(999, 1000) ** 1000),
        ("x–y", x - y),
        ("x∕y", x / y),
        ("x⋅y×x∗y", x**2 * y**2),
        ("x^-y", x ** (-y)),
        ("x*-y", -x * y),
        ("x**+y", x**y),
        ("x/y*2", 2 * x / y),
        ("(-x)**2", x**2),
        ("x - (y - 1)", x - y + 1),
        ("((x))", x),
        ("x²³", x**23),
        ("x\ty".replace("\t", "\t*\t"), x * y),
        ("1.", sp.Integer(1)),
        ("1.E3 + 1e+3 - 1e030/10**27", sp.Integer(1000)),
        ("1e30", sp.Integer(10) ** 30),
        ("1e-30", sp.Rational(1, 10**30)),
        ("." + "1" * 30, sp.Rational(int("1" * 30), 10**30)),
        ("1" * 29 + ".", sp.Integer(int("1" * 29))),
        ("lam + lamda + β_1 + beta1", 2 * lamda + 2 * beta_1),
        ("Σ(γ^k, k, 0, T)", sp.Sum(gamma**k, (k, 0, T))),
        ("Π(k, k, 1, T)", sp.Product(k, (k, 1, T))),
        ("Product(k, k, 1, T)", sp.Product(k, (k, 1, T))),
        ("sum(x, ν_1, 1, T)", sp.Sum(x, (sp.Symbol("nu_1", integer=True), 1, T))),
        (
            "sum(ν₁, ν1, 1, T)",
            sp.Sum(sp.Symbol("nu1", integer=True), (sp.Symbol("nu1", integer=True), 1, T)),
        ),
        ("c[t, 1]", c[t, 1]),
        ("abs(-3)", sp.Integer(3)),
        ("max(x, y)", Maximum(x, y)),
        ("max(x,y,1,2,3,4,5,6,7)", Maximum(x, y, 7)),
        ("min(x, y)", -Maximum(-x, -y)),
        ("tanh(x)", sp.tanh(x)),
        ("0**0 + 0**T", sp.Integer(1)),
        ("x**1000", x**1000),
        ("2**1000", sp.Integer(2) ** 1000),
        ("exp(1000)", sp.exp(1000)),
        ("exp(-x/1000)", sp.exp(-x / 1000)),
        ("0/x + 0*y", sp.Integer(0)),
        ("0/5", sp.Integer(0)),
    ],
)
def test_what_is_typed_is_what_is_read(text, expected):
    assert parse(text, SYMBOLS) == expected


def test_max_and_min_evaluate_on_numbers():
    assert parse("max(x, 0) + min(x, 0)", SYMBOLS).subs(x, -3) == -3
    assert parse("max(1, 2, 3)", SYMBOLS) == 3


def test_symbols_keep_their_assumptions_and_bound_indices_do_not_leak():
    assert parse("sqrt(gamma^2)", [gamma]) == gamma
    total = parse("k + sum(c[k], k, 1, T)", {"k": x, "c": c, "T": T})
    assert total.free_symbols & {x, k} == {x}
    assert parse("m + 1", {"m": gamma**2}) == gamma**2 + 1


def test_the_question_may_bring_its_own_functions():
    assert parse("sigmoid(x)", [x], functions={"sigmoid": lambda a: 1 / (1 + sp.exp(-a))}) == 1 / (
        1 + sp.exp(-x)
    )
    assert column("sigmoid(x)") == 1


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 1, "nothing was typed"),
        ("  ", 1, "nothing was typed"),
        ("gama", 1, "did you mean gamma"),
        ("x + alhpa", 5, "'alhpa' is not known here; the symbols of this question are gamma"),
        ("θ", 1, "not known here; the symbols"),
        ("c", 1, r"needs an index: c\[\.\.\.\]"),
        ("c(t)", 1, r"square brackets: c\[\.\.\.\]"),
        ("x[t]", 1, "no index here"),
        ("exp", 1, r"is a function: exp\(\.\.\.\)"),
        ("exp x", 5, "brackets around its argument"),
        ("exp(x, y)", 1, "one argument, not 2"),
        ("delta(i)", 1, "two arguments, not 1"),
        ("max(x)", 1, "2 to 9 arguments"),
        ("foo(x)", 1, "not a function that can be used here; there are sqrt, exp"),
        ("sum(c[t], t)", 1, r"as in sum\(c\[t\], t, 1, T\)"),
        ("sum(c[t], 1, 1, T)", 11, "name of its index"),
        ("sum(c[t], t, 1, t)", 11, "own range"),
        ("sum(c[t] for t in range(T))", 10, "write a sum as"),
        ("x = 1", 3, "expression only"),
        ("x < 1", 3, "not a comparison"),
        ("x!", 2, "factorial"),
        ("x//2", 2, "floor"),
        ("x%2", 2, "percentage"),
        ("x +", 4, "stops after '\\+'"),
        ("x + * y", 5, "after '\\+' a number, a name"),
        ("* x", 1, "at the beginning"),
        ("--x", 2, "after '-'"),
        ("(x", 1, "never closed"),
        ("x)", 2, "closes nothing"),
        ("(x]", 3, "does not close the '\\(' of column 1"),
        ("x, y", 1, "one expression"),
        ("[x]", 1, "an index needs a name"),
        ("c[t][t]", 5, "only a name"),
        ("c[]", 3, "after '\\['"),
        ("exp()", 5, "after '\\('"),
        ("1/0", 3, "divides by zero"),
        ("0**-1", 4, "divides by zero"),
        ("1/(x - x)", 4, "divides by zero"),
        ("log(0)", 1, "no value"),
        ("**".join(["x"] * 150), 1, "too deeply nested: at most 100 operations"),
        ("(" * 31 + "x", 31, "at most 30"),
        ("x" * 1001, 1001, "1001 characters; at most 1000"),
        ("x+" * 200 + "x", 401, "at most 400 numbers"),
        ("1" * 31, 1, "'111111111...': a number may have 30 digits"),
        ("1e99", 1, "'1e99': a number may have 30 digits"),
        ("1e31", 1, "30 digits"),
        ("1e-31", 1, "30 digits"),
        ("1e100", 1, "30 digits"),
        ("0." + "1" * 30, 1, "30 digits"),
        ("0.11e-123456", 1, "'0.11e-123456': a number"),
        ("0.11e-1234567", 1, "'0.11e-123...': a number"),
        ("x" + "²" * 31, 2, "30 digits"),
        ("x + x⁻", 6, "SUPERSCRIPT MINUS"),
        ("²", 1, "at the beginning"),
        ("x\x07y", 2, "a control character cannot be read"),
        ("é", 1, r"'é' \(LATIN SMALL LETTER E WITH ACUTE\) cannot be read here; type numbers"),
        ("x÷y", 2, r"DIVISION SIGN\) cannot be read here; write a/b"),
        ("x$", 2, r"'\$' cannot be read here; dollar signs can stand around"),
        ("x}", 2, "out of place"),
        ("{x", 1, "never closed"),
        ("x:y", 2, "write a range"),
        ("∞", 1, "infinity cannot be typed"),
        ("x.y", 2, "only for decimals"),
        ("x'", 2, "no quotation marks"),
        ('"x"', 1, "no quotation marks"),
        ("x > 1", 3, "not a comparison"),
        ("1.5.2", 4, r"1.5\*.2"),
        ("(x)5", 4, r"\(\.\.\.\)\*5"),
        ("5[t]", 2, "only a name can have an index, '5' cannot"),
        ("(x)[t]", 4, "only a name can have an index, '\\)' cannot"),
        ("x for y", 3, "write a sum as"),
        ("x if y", 3, "not a program"),
        ("print x", 1, "not a program"),
        ("x + (", 6, "stops after '\\('"),
        ("x **", 5, "stops after '\\*\\*'"),
        ("x,", 3, "stops after ','"),
        ("c[t", 2, "'\\[' is never closed"),
        ("((x)", 1, "never closed"),
        ("c[t)]", 4, "'\\)' does not close the '\\[' of column 2"),
        ("x - -y", 5, "after '-'"),
        ("x + -y", 5, "after '\\+'"),
        ("+-x", 2, "after '\\+'"),
        ("()", 2, "after '\\('"),
        ("c[[t]]", 3, "an index needs a name before it"),
        ("(x, y)", 1, "one expression is expected"),
        ("x + (y, t)", 5, "one expression is expected"),
        ("c_", 1, r"needs an index: c_\[\.\.\.\]"),
        ("x_1", 1, "the symbols of this question are gamma, beta_1, lambda, .*, c\\[...\\], W"),
        ("sun(c[t], t, 1, T)", 1, "'sun' is not a function that can be used here; .*, sum, prod"),
        ("sqr + 1", 1, "did you mean sqrt"),
        ("sum(k, (k, 1), T)", 1, "'sum' takes four arguments"),
        ("sum(k, k, 1, T, 2)", 1, "'sum' takes four arguments"),
        ("sum(x, c[t], 1, T)", 8, "name of its index"),
        ("sum(sum(k, k, 1, k), k, 1, T)", 12, "cannot stand in its own range"),
        ("sum(c[k], k, 1, T) + k", 22, "'k' is not known here"),
        ("sum(k(2), k, 1, T)", 5, r"write the product with \*: k\*"),
        ("sum(c[k], k, k, T)", 14, "'k' is not known here"),
        ("log(x, 2)", 1, "'log' takes one argument, not 2"),
        ("delta(i, j, t)", 1, "two arguments, not 3"),
        ("min(x)", 1, "2 to 9 arguments, not 1"),
        ("max(1,2,3,4,5,6,7,8,9,10)", 1, "2 to 9 arguments, not 10"),
        ("x**1001", 4, "an exponent may be at most 1000"),
        ("2**(-1001)", 5, "an exponent may be at most 1000"),
        ("exp(1001)", 1, "an exponent may be at most 1000"),
        ("exp(1001*x)", 1, "an exponent may be at most 1000"),
        ("exp(500 + 501)", 1, "an exponent may be at most 1000"),
        ("2**(500 + 501*x)", 5, "an exponent may be at most 1000"),
        ("2**(500*x - 501)", 5, "an exponent may be at most 1000"),
        ("2**(100*x*11)", 5, "an exponent may be at most 1000"),
        ("2**exp(7)", 4, "an exponent may be at most 1000"),
        ("2**(2**10)", 5, "an exponent may be at most 1000"),
        ("2**max(1, 1001)", 4, "an exponent may be at most 1000"),
        ("2**sum(1001, k, 1, 2)", 4, "an exponent may be at most 1000"),
        ("2**sum(k, k, 1, 1001)", 4, "an exponent may be at most 1000"),
        ("2**sum(k, k, -1001, 1)", 4, "an exponent may be at most 1000"),
        ("exp(exp(7))", 1, "an exponent may be at most 1000"),
        ("(x**1000)**4", 12, "get too large"),
        ("10**1000*10**1000*10**1000*10**999", 28, "get too large"),
        ("sum(10**1000, k, 1, T)**4", 25, "get too large"),
        ("max(x**1000, x)**4", 18, "get too large"),
        ("10**1000*10**1000*10**1000*sum(x, k, 1, 10**1000)", 28, "get too large"),
        ("10**1000*10**1000*10**1000*sum(x, k, 10**1000, T)", 28, "get too large"),
        ("10**1000*10**1000*10**1000*max(x, 10**1000)", 28, "get too large"),
        ("0**(-T)", 5, "divides by zero"),
        ("x/0", 3, "divides by zero"),
        ("max(i, sqrt(x - x)**-1)", 21, "divides by zero"),
    ],
)  # fmt: skip
def test_errors_say_what_where_and_what_is_expected(text, place, said):
    with pytest.raises(ParseError, match=said) as caught:
        parse(text, SYMBOLS)
    assert str(caught.value).startswith(f"column {place}: ")


ATTACKS = [
    "__import__('os').system('true')",
    "__import__",
    "x.__class__",
    "x.__class__.__mro__[1].__subclasses__()",
    "().__class__",
    "getattr(x, y)",
    "eval(x)",
    "exec(x)",
    "open(x)",
    "globals()",
    "lambda: 0",
    "lambda x: x",
    "(lambda x: x)(1)",
    "[x for x in c]",
    "{x for x in c}",
    "(x := 1)",
    "x if y else t",
    "x and y",
    "not x",
    "x is y",
    "x in c",
    "f'{x}'",
    'f"{x.__class__}"',
    "'{0.__class__}'.format(x)",
    "'%s' % x",
    "b'x'",
    "'''x'''",
    "`x`",
    "x; y",
    "x\n;import os",
    "import os",
    "x # comment",
    "x @ y",
    "x == y",
    "x != y",
    "~x",
    "x & y",
    "x | y",
    "x << 9",
    "...",
    "None",
    "True",
    "*c",
    "exp(*c)",
    "exp(x=1)",
    "exp(**c)",
    "c[1:2]",
    "c[...]",
    "await x",
    "yield x",
    "0x10",
    "0b1",
    "1_000",
    "x$",
    "x?",
    "ｅｘｐ(x)",
    "ｘ",
    "𝛾",
    "x\u200b",
    "x\u202e",
    "x\u00a0\u2060y",
    "x\x00",
    "\ud800",
    "١",
    "½x",
    "х",
    "_0",
    "_1 + x",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_code_and_tricks_are_refused(text):
    with pytest.raises(ParseError) as caught:
        parse(text, SYMBOLS)
    assert str(caught.value).isprintable()


LARGE = [
    "10**10**10",
    "9**9**9",
    "9^9^9^9^9",
    "x**(10**9)",
    "exp(10**9)",
    "exp(exp(exp(9)))",
    "exp(exp(exp(exp(x))))",
    "((2*x)**1000)**1000",
    "((((x**999)**999)**999)**999)**999",
    "(10**20*x)**1000",
    "1/(10**1000*10**1000*10**1000)**1000",
    "2**(x + 10**9)/2**x",
    "1e999999999",
    "1e-999999999",
    "7" * 1000,
    "(" * 400 + "x" + ")" * 400,
    "[" * 400,
    "-" * 900 + "x",
    "+".join(["x"] * 300),
    "2**" * 150 + "2",
    "x*" * 499 + "x",
    "exp(" * 100 + "x" + ")" * 100,
    "x" * (10 * 2**20),
    "(" * (10 * 2**20),
    "β₁" * 600,
]


@pytest.mark.parametrize("text", LARGE, ids=range(len(LARGE)))
def test_what_would_hang_is_refused_at_once(text):
    start = time.perf_counter()
    with pytest.raises(ParseError) as caught:
        parse(text, SYMBOLS)
    assert time.perf_counter() - start < 1
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["Sum(x,(v,1,10**9))", "prod(2, v, 1, 10**9)", "c[10**30]"])
def test_what_is_large_only_when_evaluated_is_kept(text):
    start = time.perf_counter()
    parse(text, SYMBOLS)
    assert time.perf_counter() - start < 1


@settings(max_examples=300, deadline=1000)
@given(st.text(alphabet="xγcTt0192+-*/^()[], .eβ₁²sumexplog_\n'", max_size=40) | st.text())
def test_any_text_gives_an_expression_or_a_kind_error(text):
    try:
        assert isinstance(parse(text, SYMBOLS), sp.Expr)
    except ParseError as error:
        assert 1 <= error.column <= len(text) + 1


def _typed(expr: sp.Expr) -> str:
    return str(expr).replace("**", "^")


expressions = st.recursive(
    st.sampled_from([gamma, x, T - t, c[t], sp.Integer(2), sp.Rational(3, 7), epsilon]),
    lambda inner: (
        st.builds(lambda a, b: a + b, inner, inner)
        | st.builds(lambda a, b: a * b, inner, inner)
        | st.builds(lambda a: a**2, inner)
        | st.builds(lambda a: -a if a.has(sp.exp) else sp.exp(-a), inner)
        | st.builds(lambda a: 1 / (a**2 + 1), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(expressions)
def test_what_sympy_prints_is_read_back(expr):
    point = {gamma: sp.Rational(1, 3), x: sp.Rational(-2, 5), T: 4, t: 2, epsilon: 7, c[t]: 3}
    read = parse(_typed(expr), SYMBOLS, largest=InputSize(length=10**4, tokens=10**4))
    assert sp.N((read - expr).subs({c[t]: 3}).subs(point), 30, chop=sp.Float("1e-20")) == 0


def test_sizes_that_are_just_allowed():
    for text in (
        "x**1000",
        "2**999",
        "2**(500 + 500*x)",
        "2**(100*x*10)",
        "(x**1000)**3",
        "10**996*10**996*10**996*10**996",
        "2**exp(6)",
        "exp(exp(6))",
        "2**(2**9)",
        "(" * 30 + "x" + ")" * 30,
        "+".join(["x"] * 99),
        "2**sum(k, k, 1, 1000)",
        "2**(1000*x*1)",
        "(10**1000)**x*(10**1000)**x*(10**1000)**x",
    ):
        assert parse(text, SYMBOLS).free_symbols <= set(SYMBOLS)
    assert parse(" " * 999 + "x", SYMBOLS) == x
    assert parse("x+" * 20 + "x", SYMBOLS, largest=InputSize(tokens=41)) == 21 * x


def test_limits_are_those_of_the_call():
    for text, largest, place, said in (
        ("x + y", InputSize(length=4), 5, "the text has 5 characters; at most 4 can be read"),
        ("x + y + x", InputSize(tokens=3), 7, "at most 3 numbers, names and signs"),
        ("((x))", InputSize(brackets=1), 2, "at most 1"),
        ("x + y + x", InputSize(depth=2), 1, "at most 2 operations"),
        ("x + 123", InputSize(digits=2), 5, "2 digits"),
        ("x + 1e3", InputSize(digits=2), 5, "2 digits"),
        ("x**3", InputSize(exponent=2), 4, "at most 2"),
        ("x**3*x", InputSize(size=4), 6, "get too large"),
    ):
        with pytest.raises(ParseError, match=said) as caught:
            parse(text, SYMBOLS, largest=largest)
        assert caught.value.column == place


def test_names_that_could_be_two_symbols_must_be_typed_in_full():
    one, two = sp.symbols("beta_1 beta1", real=True)
    assert parse("beta_1 + 2*beta1", [one, two]) == one + 2 * two
    with pytest.raises(ParseError, match="'β₁' is not known here"):
        parse("β₁", [one, two])


def test_symbols_of_a_question_may_stand_for_other_names():
    assert parse("c[t] + a", {"c": W, "t": t, "a": x + 1}) == W[t] + x + 1
    with pytest.raises(ParseError, match="the symbols of this question are none"):
        parse("x", [])
    with pytest.raises(TypeError, match="expected Symbols and IndexedBases, got 2"):
        parse("x", [2])
    with pytest.raises(TypeError, match="for 1"):
        parse("x", {1: x})


def test_an_index_is_a_symbol_of_the_question_if_that_is_whole():
    whole = sp.Symbol("m", integer=True, positive=True)
    assert parse("sum(m, m, 1, T)", [T, whole]) == sp.Sum(whole, (whole, 1, T))
    inner = parse("sum(x, x, 1, T)", [T, x])
    assert inner.limits[0][0] == sp.Symbol("x", integer=True) == inner.function
    nested = parse("sum(prod(i, i, 1, j), j, 1, T)", [T, i, j])
    assert nested == sp.Sum(sp.Product(i, (i, 1, j)), (j, 1, T))


def test_functions_of_a_question_take_up_to_nine_arguments():
    add = {"add": lambda *args: sum(args)}
    assert parse("add(x, y, 1)", SYMBOLS, functions=add) == x + y + 1
    with pytest.raises(ParseError, match="1 to 9 arguments, not 10"):
        parse("add(1,2,3,4,5,6,7,8,9,0)", SYMBOLS, functions=add)
    with pytest.raises(ParseError, match="'add' has no value here"):
        parse("add(1)", SYMBOLS, functions={"add": lambda v: sp.oo})
    with pytest.raises(ParseError, match="'add' has no value here"):
        parse("add(1)", SYMBOLS, functions={"add": lambda v: v / [1]})
    with pytest.raises(ParseError, match="there are add, sum, prod"):
        parse("exp(1)", SYMBOLS, functions=add)


def test_bad_calls():
    with pytest.raises(TypeError, match="text: expected a string, got int"):
        parse(1, SYMBOLS)
    with pytest.raises(TypeError, match="symbols: expected"):
        parse("x", ["x"])
    with pytest.raises(TypeError, match="symbols: expected"):
        parse("x", {"x": "y"})
    with pytest.raises(ParseError, match="at most 3 numbers"):
        parse("x + x + x", SYMBOLS, largest=InputSize(tokens=3))


@pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
def test_a_long_sum_or_product_is_not_nested(sign):
    x = sp.Symbol("x", positive=True)
    expected = {"+": 150 * x, "-": -148 * x, "*": x**150, "/": x**-148}
    assert parse(sign.join(["x"] * 150), {"x": x}) == expected[sign]


def test_a_long_sum_keeps_its_order_of_work():
    x = sp.Symbol("x", positive=True)
    assert parse("1 - x + 2*x/4*x - (x - 3) + 2**3*x", {"x": x}) == x**2 / 2 + 6 * x + 4
