"""Derivations: what they accept, what they refuse, what the reader sees."""

import numpy as np
import pytest
import sympy as sp

from nnlib.symbolic import (
    Definition,
    Derivation,
    Expectation,
    FalseStep,
    Induction,
    Partial,
    Random,
    Recurrence,
    UnprovedStep,
    derivative,
    equal,
    sym,
    symarray,
    to_latex,
    to_text,
)

i, j, k, t = sp.symbols("i j k t", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
gamma = sp.Symbol("gamma", positive=True)
x, z, c, C = (sp.IndexedBase(name, real=True) for name in ("x", "z", "c", "C"))
memory = (gamma < 1,)
in_range = (j >= 0, j <= K - 1)


def total(term, index=k):
    return sp.Sum(term, (index, 0, K - 1))


rule = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * c[t])
claim = sp.Sum(gamma ** (T - t) * (1 - gamma) * c[t], (t, 1, T))


def chain():
    return Derivation(
        total(gamma**k), (1 - gamma**K) / (1 - gamma), "geometric sum", given=memory
    ).step(1 / (1 - gamma) - gamma**K / (1 - gamma), "two fractions")


def test_text_has_every_line_its_reason_the_conditions_and_one_status():
    assert str(chain()) == (
        "Σ_{k=0}^{K−1} γ^k = (1 − γ^K)/(1 − γ)\n"
        "    geometric sum\n"
        "                  = 1/(1 − γ) − γ^K/(1 − γ)\n"
        "    two fractions\n"
        "for 0 < γ < 1, K ∈ {1, 2, …}\n"
        "[proved]"
    )
    assert chain().status == "proved"
    assert [row["label"] for row in chain().table()] == ["", ""]


def test_latex_has_every_line_with_its_reason():
    latex = chain().latex()
    assert latex.startswith("$$\\begin{aligned}") and latex.endswith("\\end{aligned}$$")
    assert "proved" not in latex  # the whole chain is: no line says so
    assert r"\;&&\; \text{geometric sum}" in latex
    assert r"\text{for } 0 < \gamma < 1,\; K \in \{1, 2, \dots\}" in latex
    assert r"\scriptsize\textsf{definition}" in Derivation(sp.Symbol("y"), 1).latex()


def test_a_false_line_names_itself_and_a_counterexample():
    with pytest.raises(FalseStep) as caught:
        chain().step(1 - gamma**K, "multiply by $1-\\gamma$")
    message = str(caught.value)
    assert "line 3 (multiply by $1-\\gamma$)" in message
    assert "for instance at K = " in message and ": the line before gives " in message
    assert caught.value.refutation.right == 1 - gamma**K


def test_a_false_first_line_is_refused():
    with pytest.raises(FalseStep, match="line 1"):
        Derivation(total(gamma**k), (1 - gamma**K) / (1 + gamma), given=memory)


def test_less_than_proved_must_be_said_out_loud():
    a = sp.Symbol("a", real=True)
    start = Derivation(sp.Symbol("y"), sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, "start")
    with pytest.raises(UnprovedStep, match="was to be proved, but is checked"):
        start.step(1, "double angle")
    assert start.step(1, "double angle", accept="checked").lines[-1].label == "checked"
    assert start.status == "checked"


def test_a_step_needs_a_reason_and_must_say_something_new():
    with pytest.raises(ValueError, match="needs a reason"):
        chain().step(1, " ")
    with pytest.raises(ValueError, match="repeats the line before"):
        chain().step(chain().last, "again")


def test_a_new_name_is_a_definition_and_a_known_one_is_checked():
    m = sp.Symbol("m", real=True)
    assert Derivation(m, total(x[k]) / K).lines[0].label == "definition"
    mean = Definition(m, total(x[k]) / K)
    assert Derivation(m, total(x[i], i) / K, where=mean).lines[0].label == "definition"
    assert Derivation(m, total(x[k] / K), where=mean).lines[0].label == ""
    with pytest.raises(FalseStep):
        Derivation(m, total(x[k]), where=mean)


def test_induction():
    proof = Induction(rule, C[T], claim, given=memory)
    assert [line.label for line in proof.lines] == ["", "definition", "assumed", ""]
    assert proof.last == claim
    assert str(proof).endswith("for every T ≥ 0, 0 < γ < 1\n[proved]")


@pytest.mark.parametrize(
    "wrong",
    [
        sp.Sum(gamma ** (T - t) * (1 - gamma) * c[t], (t, 0, T)),  # the base case fails
        sp.Sum(gamma ** (T - t) * c[t], (t, 1, T)),
        sp.Sum(gamma ** (T - t + 1) * (1 - gamma) * c[t], (t, 1, T)),
        claim + gamma**T,
    ],
)
def test_induction_refuses_a_false_claim(wrong):
    with pytest.raises(FalseStep):
        Induction(rule, C[T], wrong)


def test_induction_must_reach_its_base_case():
    positive = sp.Symbol("T", integer=True, positive=True)
    with pytest.raises(ValueError, match="declare T nonnegative"):
        Induction(rule, C[positive], claim.xreplace({T: positive}))


def test_induction_may_not_leave_a_gap_after_its_base_case():
    # C_0 = 0 and C_1 = c_1 = 1 fit the claim 1 - δ_{T0}; the step from 1 on would hold as well
    # for a claim that is wrong at the step from 0 to 1.
    jump = Recurrence(C[t], C[t - 1] + sp.KroneckerDelta(t, 1))
    assert Induction(jump, C[T], 1 - sp.KroneckerDelta(T, 0)).status == "proved"
    with pytest.raises((FalseStep, UnprovedStep)):
        Induction(jump, C[T], sp.S.Zero)
    with pytest.raises(UnprovedStep, match="leaves a gap"):
        Induction(jump, C[T], sp.S.Zero, given=T >= 1)


counting = Recurrence(C[t], C[t - 1] + 1)


def test_an_induction_with_lines_of_its_own():
    split = gamma * claim + c[T + 1] - gamma * c[T + 1]
    proof = Induction(rule, C[T], claim, steps=[(split, "expand")], why="collect", given=memory)
    labels = ["", "definition", "assumed", "", ""]
    assert [line.label for line in proof.lines] == labels
    assert [row["why"] for row in proof.table()] == [
        "base case", "the recurrence", "induction hypothesis", "expand", "collect",
    ]  # fmt: skip
    assert "__" not in str(proof) and "_{_" not in str(proof)  # bound indices keep their names
    lines = str(proof).splitlines()
    assert lines[0].startswith("C₀ = ") and lines[2].startswith("C_{T+1} = γ C_T + ")
    assert lines[4].startswith("   = γ Σ_{t=1}^T ") and lines[-3].startswith("so C_T = Σ_{t=1}^T ")
    latex = proof.latex()
    assert "C_{T + 1} &= " in latex and r"\text{so for every } T \geq 0,\; 0 < \gamma < 1" in latex
    with pytest.raises(FalseStep, match=r"line 4 \(wrong\)"):
        Induction(rule, C[T], claim, steps=[(claim, "wrong")])


def test_an_induction_may_end_with_its_hypothesis():
    proof = Induction(counting, C[T], T)
    assert [line.label for line in proof.lines] == ["", "definition", "assumed"]
    assert proof.status == "proved" and proof.last == T and str(proof.conditions) == "(T >= 0,)"
    assert Induction(Recurrence(C[t], C[t - 1] + 1, initial=1, start=1), C[K], K).last == K
    with pytest.raises(FalseStep, match="base case"):
        Induction(Recurrence(C[t], C[t - 1] + 1, initial=2), C[T], T)


@pytest.mark.parametrize(
    "given", [(), T >= 0, T > -1, sp.Ne(T, -1), (j >= 3, sp.Ne(j, 4)), gamma < 1], ids=str
)
def test_conditions_that_leave_no_gap_in_an_induction(given):
    assert Induction(counting, C[T], T, given=given).status == "proved"


@pytest.mark.parametrize("given", [T >= 1, T > 0, sp.Ne(T, 3), T <= 7, T < 8], ids=str)
def test_conditions_that_leave_a_gap_in_an_induction(given):
    with pytest.raises(UnprovedStep, match="leaves a gap after the base case T = 0"):
        Induction(counting, C[T], T, given=given)


def test_inductions_that_make_no_sense_are_refused():
    a = sp.Symbol("a", real=True)
    for lhs, said in (
        (C[T + 1], "must be an integer symbol"),
        (C[a], "must be an integer symbol"),
        (c[T], "lhs must be an entry of C, got c"),
        (a, "lhs must be an entry of C, got a"),
    ):
        with pytest.raises(ValueError, match=said):
            Induction(rule, lhs, claim)
    with pytest.raises(ValueError, match=r"the recurrence for C\[T \+ 1\] does not hold C\[T\]"):
        Induction(Recurrence(C[t], c[t]), C[T], c[T], where=Definition(c[t], sp.S.Zero))
    with pytest.raises(ValueError, match="T is declared to be at least 0, but the base case is -1"):
        Induction(Recurrence(C[t], C[t - 1] + 1, initial=-1, start=-1), C[T], T)
    assert Induction(Recurrence(C[t], C[t - 1] + 1, initial=-1, start=-1), C[j], j).last == j


def test_lines_know_where_they_come_from():
    a = sp.Symbol("a", real=True)
    lines = Derivation(sp.Symbol("y"), total(a * x[k]), "a $\\mu$").step(a * total(x[k]), "out")
    assert (lines.start, lines.last) == (total(a * x[k]), a * total(x[k]))
    assert [line.lhs for line in lines.lines] == [sp.Symbol("y"), None]
    assert (
        str(lines)
        == repr(lines)
        == (
            "y = Σ_{k=0}^{K−1} a x_k\n    a μ  [definition]\n"
            "  = a Σ_{k=0}^{K−1} x_k\n    out\nfor K ∈ {1, 2, …}\n[proved]"
        )
    )
    assert lines.conditions == ()
    assert lines.latex().count(r" \\[4pt]") == 2
    assert Derivation(z[j], total(x[k])).lines[0].label == "definition"
    assert Derivation(2 * x[j], x[j] + x[j] * 1).lines[0].label == ""
    assert Derivation(sp.Symbol("y"), 1).status == "definition"


def test_what_is_accepted_is_one_of_three():
    said = "accept must be one of 'proved', 'proved for sizes', 'checked', got"
    with pytest.raises(ValueError, match=said):
        Derivation(x[j], 1, accept="sure")
    with pytest.raises(ValueError, match=said):
        chain().step(1, "x", accept="")
    a = sp.Symbol("a", real=True)
    loose = Derivation(sp.Symbol("y"), sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, accept="checked")
    assert loose.step(1, "double angle").status == "checked"
    strict = Derivation(
        sp.Symbol("y"), sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, accept="checked"
    )
    with pytest.raises(UnprovedStep, match="was to be proved for sizes, but is checked"):
        strict.step(1, "double angle", accept="proved for sizes")


def test_a_match_of_one_value():
    a = sp.Symbol("a", real=True)
    mean = Derivation(sp.Symbol("y"), a * total(x[k]))
    computed = sym(a) * symarray(x, 2).sum()
    match = mean.matches(computed, values={K: 2})
    assert str(match) == repr(match) == "proved at K = 2: the code's result equals y"
    assert mean.matches(computed.item(), values={K: 2}).status == "proved"
    with pytest.raises(FalseStep, match=r"y at K = 2 is wrong: 1 \+ a \(x₀ \+ x₁\)"):
        mean.matches(computed + 1, values={K: 2})
    with pytest.raises(ValueError, match=r"has the shape \(1,\), but index names 0"):
        mean.matches(np.stack([computed]), values={K: 2})
    entries = Derivation(sp.Symbol("y"), c[i] * x[k])
    products = np.multiply.outer(symarray(c, 2, start=3), symarray(x, 1, start=3))
    match = entries.matches(products, (i, k), start=3)
    assert set(match.verdicts) == {(0, 0), (1, 0)} and str(match).endswith("equal y")
    with pytest.raises(FalseStep, match="at i = 3, k = 4"):
        entries.matches(products.T, (i, k), start=3)


def test_a_claim_whose_bound_index_is_named_like_the_new_one():
    inner = sp.Sum(c[t], (t, 1, T))
    sums = Recurrence(C[j], C[j - 1] + c[j])
    assert Induction(sums, C[T], inner).status == "proved"
    n = sp.Symbol("t", integer=True, nonnegative=True)
    assert Induction(sums, C[n], sp.Sum(c[t], (t, 1, n))).status == "proved"


def test_matches_proves_what_code_computes():
    proof = Induction(rule, C[T], claim, given=memory)
    values = symarray(c, 3, start=1)
    computed, state = [], 0
    for value in values:
        state = sym(gamma) * state + (1 - sym(gamma)) * value
        computed.append(state)
    right = np.stack(computed)
    assert str(proof.matches(right, T, start=1)).startswith("proved: all 3 entries")
    with pytest.raises(FalseStep, match="at T = 2"):
        proof.matches(np.stack([right[0], right[0], right[2]]), T, start=1)
    with pytest.raises(ValueError, match="output has the shape"):
        proof.matches(right, (T, k), start=1)


def test_lambdify_agrees_with_brute_force():
    rng = np.random.default_rng(1)
    data = rng.normal(size=5)
    w = sp.IndexedBase("w", real=True)
    nested = sp.Sum(w[i, j] * c[i] * sp.Sum(c[k], (k, 1, j)), (i, 1, K), (j, 1, K))
    weights = rng.normal(size=(5, 5))
    f = Derivation(sp.Symbol("y"), nested).lambdify(origin={c: 1, w: 1})
    expected = sum(
        weights[a, b] * data[a] * data[: b + 1].sum() for a in range(5) for b in range(5)
    )
    assert f(K=5, c=data, w=weights) == pytest.approx(expected, rel=1e-13)
    g = Induction(rule, C[T], claim).lambdify(origin={c: 1})
    assert g(T=3, gamma=0.5, c=data) == pytest.approx(data[2] / 2 + data[1] / 4 + data[0] / 8)
    with pytest.raises(TypeError, match="missing"):
        g(T=3, c=data)


def test_derivative_does_not_capture():
    squares = sp.Sum(x[i] ** 2, (i, 0, K - 1))
    assert equal(derivative(squares, x[i]), 2 * x[i], given=(i >= 0, i <= K - 1)).status == "proved"
    p = sp.IndexedBase("p", positive=True)
    softmax = Definition(p[j], sp.exp(z[j]) / total(sp.exp(z[k])))
    both = (*in_range, i >= 0, i <= K - 1)
    delta = sp.KroneckerDelta(i, j)
    line = Partial(p[i], z[j])
    assert equal(line, p[i] * (delta - p[j]), where=softmax, given=both).status == "proved"
    assert equal(line, p[i] * (1 - p[j]), where=softmax, given=both).status == "refuted"


def test_derivative_against_finite_differences():
    from nnlib.symbolic._evaluate import Point

    loss = sp.log(total(sp.exp(z[k]) * (1 + z[k] ** 2))) / sp.sqrt(1 + total(z[k] ** 2))
    h = sp.Rational(1, 10**12)
    n = 2
    moved = loss.xreplace({K: sp.Integer(4)}).doit().xreplace({z[n]: z[n] + h})
    point = Point("derivative", values={K: sp.Integer(4)})
    point.values = {K: point.evaluate(sp.Integer(4))}
    slope = (point.evaluate(moved) - point.evaluate(loss)) / point.evaluate(h)
    exact = point.evaluate(derivative(loss, z[j]).xreplace({j: sp.Integer(n)}))
    assert abs(slope - exact) < 1e-10


def test_derivative_refuses_what_it_does_not_know():
    with pytest.raises(NotImplementedError, match="Product"):
        derivative(sp.Product(x[k], (k, 0, K - 1)), x[j])
    with pytest.raises(TypeError, match="variable"):
        derivative(x[j] ** 2, x[j] ** 2)


@pytest.mark.parametrize(
    ("expr", "latex"),
    [
        (
            gamma * C[t - 1] + (1 - gamma) * c[t],
            r"\gamma C_{t - 1} + \left(1 - \gamma\right) c_{t}",
        ),
        (-total(x[k]) / K, r"-\frac{\sum_{k=0}^{K - 1} x_{k}}{K}"),
        (sp.KroneckerDelta(i, j) - 1 / K, r"\delta_{ij} - \frac{1}{K}"),
        (Partial(C[t], c[j]), r"\frac{\partial C_{t}}{\partial c_{j}}"),
        (2 * x[k] ** 2, r"2 x_{k}^{2}"),
        (total(x[k]) ** 2, r"\left(\sum_{k=0}^{K - 1} x_{k}\right)^{2}"),
        (3 * sp.Rational(1, 2) * gamma, r"\frac{3 \gamma}{2}"),
    ],
)
def test_writes_as_a_person_does(expr, latex):
    assert to_latex(expr) == latex


def test_text_of_conditions():
    assert to_text(sp.Ne(gamma, 1)) == "γ ≠ 1"


# --- a first line, and what it may be -------------------------------------------------------------


def test_a_first_line_that_restates_a_definition_proves_nothing():
    mean, value = sp.Symbol("m", real=True), sp.Symbol("E", real=True)
    told = Derivation(value, total(x[k]), where=Definition(value, total(x[i], i)))
    assert (told.lines[0].label, told.status) == ("definition", "definition")
    told = Derivation(z[i], x[i] + mean, where=Definition(z[j], x[j] + mean))
    assert told.status == "definition"
    assert Derivation(z[i], mean + x[i] * 1, where=Definition(z[j], 2 * x[j] + mean - x[j]))
    with pytest.raises(FalseStep):
        Derivation(z[i], x[i] - mean, where=Definition(z[j], x[j] + mean))


def test_a_name_with_a_meaning_is_not_defined_again():
    q, r = sp.symbols("q r", real=True)
    for lhs, start, given, where, said in (
        (q, sp.Abs(q) + 1, (), (), "q stands on the right as well"),
        (C[T + 1], gamma * C[T], (), (), "stands on the right as well"),
        (q, r + 1, (), Definition(r, 2 * q), "q stands on the right as well"),
        (gamma, 2, gamma < 1, (), "gamma has a meaning already, in gamma < 1"),
        (q, 2, (), Definition(r, q**2), "q has a meaning already, in r"),
        (sp.Symbol("q"), 2 * r, (), Definition(r, q), "two different names are both called q"),
        (q, 2 * r, (), Definition(sp.Symbol("q", positive=True), r), "both called q"),
    ):
        with pytest.raises(ValueError, match=said):
            Derivation(lhs, start, given=given, where=where)


# --- inductions that would prove too much ---------------------------------------------------------


def test_an_induction_does_not_capture_its_own_index():
    a = sp.Symbol("a", real=True)
    falling = Recurrence(C[t], C[t - 1] + T - t + 1)
    through = Recurrence(C[t], C[t - 1] + a - t + 1)
    family = Definition(x[t], T - t + 1)
    for rule, names in (
        (falling, ()),
        (through, Definition(a, T)),
        (Recurrence(C[t], C[t - 1] + x[t]), family),
        (Recurrence(C[t], C[t - 1] + 1, initial=T), ()),
    ):
        with pytest.raises(ValueError, match="holds T, which the induction runs over"):
            Induction(rule, C[T], sp.S.Zero, where=names)
    with pytest.raises(ValueError, match=r"a stands for an expression with T"):
        Induction(counting, C[T], a, where=Definition(a, T))
    other = sp.Symbol("N", integer=True, nonnegative=True)
    assert Induction(falling, C[other], other * T - other * (other - 1) / 2).status == "proved"


def test_what_is_given_of_one_index_says_nothing_of_the_next():
    sums = Recurrence(C[t], C[t - 1] + c[t - 1])
    for given in (sp.Eq(c[T], 0), sp.Eq(c[T + 1], 0), sp.Ge(c[T], 0), sp.Eq(T, 3)):
        with pytest.raises(ValueError, match="says something of one T only"):
            Induction(sums, C[T], sp.S.Zero, given=given)


def test_an_induction_is_compared_with_the_sequence_itself():
    dividing = Recurrence(C[t], C[t - 1] / (t - 3))
    with pytest.raises((FalseStep, UnprovedStep)):
        Induction(dividing, C[T], sp.S.Zero)


# --- what a match must cover ----------------------------------------------------------------------


def softmax_entries(size):
    e = [sp.exp(entry) for entry in symarray(z, size)]
    return np.array([entry / sum(e) for entry in e], dtype=object)


def test_a_match_covers_every_entry_that_the_formula_speaks_of():
    p = sp.IndexedBase("p", positive=True)
    formula = sp.exp(z[j]) / total(sp.exp(z[k]))
    for chain in (
        Derivation(p[j], formula),
        Derivation(p[j], formula, given=in_range),
        Derivation(p[j], formula, where=Definition(p[j], formula)),
    ):
        assert str(chain.matches(softmax_entries(3), j, values={K: 3})).startswith("proved at K")
        for wrong in (softmax_entries(3)[:2], softmax_entries(5)):
            with pytest.raises(ValueError, match="output has . entries along axis 0"):
                chain.matches(wrong, j, values={K: 3})
        with pytest.raises(ValueError, match=r"output is empty: it has the shape \(0,\)"):
            chain.matches(softmax_entries(3)[:0], j, values={K: 3})
    with pytest.raises(ValueError, match="from j = 1 on, but j goes from 0 to 2"):
        chain.matches(softmax_entries(3), j, start=1, values={K: 3})


def test_a_match_is_as_sure_as_the_derivation_asks():
    a = sp.Symbol("a", real=True)
    one = sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2
    with pytest.raises(UnprovedStep, match="was to be proved equal to y, but is checked"):
        Derivation(sp.Symbol("y"), sp.S.One).matches(one)
    loose = Derivation(sp.Symbol("y"), sp.S.One, accept="checked")
    assert loose.matches(one).status == "checked"


def test_a_match_needs_sizes_that_tell_constants_apart():
    y = sp.Symbol("y", real=True)
    halves = Derivation(y, total(x[k]) / (2 * K))
    assert halves.matches(symarray(x, 3).sum() / 6, values={K: 3}).status == "proved"
    with pytest.raises(ValueError, match="K = 2 is also a number in the formula"):
        halves.matches(symarray(x, 2).sum() / 4, values={K: 2})
    with pytest.raises(ValueError, match="at K = 1 every power of K is 1"):
        halves.matches(symarray(x, 1).sum() / 2, values={K: 1})
    with pytest.raises(FalseStep):
        halves.matches(symarray(x, 2).sum() / 2, values={K: 2})
    two = Derivation(y, total(x[k]) / T**2)
    with pytest.raises(ValueError, match="K and S are both 3"):
        S = sp.Symbol("S", integer=True, positive=True)
        Derivation(y, total(x[k]) / S).matches(symarray(x, 3).sum() / 3, values={K: 3, S: 3})
    assert two.matches(symarray(x, 3).sum() / 25, values={K: 3, T: 5}).status == "proved"


def test_a_match_keeps_the_sequences_of_its_chain():
    chain = Derivation(C[T], gamma * C[T - 1] + (1 - gamma) * c[T], where=rule)
    value = sym(gamma) * (1 - sym(gamma)) * symarray(c, 2, start=1)[0]
    value = value + (1 - sym(gamma)) * symarray(c, 2, start=1)[1]
    assert chain.matches(value, values={T: 2}).status == "proved"


def test_a_chain_may_stand_on_declared_moments() -> None:
    mu, sigma = sp.Symbol("mu", real=True), sp.Symbol("sigma", positive=True)
    average = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * c[t])
    weights = sp.Sum((1 - gamma) * gamma ** (T - t) * c[t], (t, 1, T))
    unrolled = Induction(average, C[T], weights, given=memory)
    law = Random(c[t], mean=mu, variance=sigma**2)
    chain = Derivation(
        Expectation(C[T]), mu * (1 - gamma**T), "linear", where=(unrolled, law), given=memory
    )
    assert chain.status == "proved"
    assert "using C_T =" in str(chain)


def test_data_of_a_chain_for_the_page():
    proof = Induction(rule, C[T], claim, name="eq-unrolled", given=memory)
    bundle = proof._repr_mimebundle_()
    data = bundle["application/vnd.nnlib.derivation+json"]
    assert set(bundle) == {"text/plain", "text/latex", "application/vnd.nnlib.derivation+json"}
    assert (data["kind"], data["name"], data["status"]) == ("induction", "eq-unrolled", "proved")
    assert [row["label"] for row in data["rows"]] == ["", "definition", "assumed", ""]
    assert data["rows"][1]["lhs"] == "C_{T + 1}" and data["rows"][2]["lhs"] == ""
    assert data["closing"].startswith(r"C_{T} = \sum_{t=1}^{T} \gamma^{T - t}")
    assert data["given"] == [r"T \geq 0", r"\gamma < 1"] and data["needed"] == []
    assert data["carried"] == [r"\gamma > 0"]
    assert data["rests_on"][0]["kind"] == "definition"
    assert data["text"] == bundle["text/plain"] == str(proof)
    assert proof.data() == Induction(rule, C[T], claim, name="eq-unrolled", given=memory).data()


def test_data_of_definitions_matches_and_refutations():
    mean = Definition(sp.Symbol("mu"), total(x[k]) / K, name="eq-mean").data()
    assert (mean["kind"], mean["name"], mean["status"]) == ("definition", "eq-mean", "definition")
    assert rule.data()["kind"] == "recurrence" and rule.data()["given"] == [r"t \geq 1"]
    mean = Derivation(sp.Symbol("m", real=True), total(x[k]) / K)

    def plain_mean(values):
        """Not shown."""
        return values.sum() / len(values)

    data = mean.matches(plain_mean(symarray(x, 3)), values={K: 3}, of=plain_mean).data()
    assert data["kind"] == "match" and data["function"] == ["plain_mean"]
    assert data["code"] == ["def plain_mean(values):", "    return values.sum() / len(values)"]
    assert data["at"] == ["K = 3"] and data["entries"] == 1
    with pytest.raises(FalseStep) as caught:
        mean.matches(symarray(x, 3).sum(), values={K: 3})
    data = caught.value.refutation.data("text")
    assert [one["who"] for one in data["gives"]] == ["the code gives", "the formula gives"]
    assert data["at"][0].startswith("x_{0} = ") and data["code"] == "x_{0} + x_{1} + x_{2}"


# --- how far each line was checked ----------------------------------------------------------------


def test_what_is_stored_says_how_many_points_and_not_how_much_work():
    proof = chain()
    assert proof.data()["checked"] == {"points": 24, "sizes": []}
    rows = proof.table()
    assert [(row.pop("status"), row.pop("points")) for row in rows] == [("proved", 24)] * 2
    assert all(row.pop("work") > 0 for row in rows)
    assert rows == proof.data()["rows"]


def test_a_chain_counts_the_points_of_its_weakest_line():
    least = Derivation(Partial(gamma**2, gamma), 2 * gamma, "power rule").step(
        gamma**2 + 1, "a square is not negative", relation="<="
    )
    first, second = (row["points"] for row in least.table())
    assert least.data()["checked"]["points"] == second < first


def test_a_name_that_is_defined_was_not_compared_anywhere():
    (row,) = Derivation(gamma, x[0], "a name").table()
    assert (row["status"], row["points"], row["work"]) == (None, None, None)


# --- what cannot be so ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [-gamma, sp.S.Zero, -sp.exp(x[0]), -(x[0] ** 2) - 1, gamma - gamma**2 - 1], ids=str
)
def test_a_positive_name_cannot_stand_for_what_never_is_positive(body):
    with pytest.raises(ValueError, match="sigma is declared with assumptions"):
        Derivation(sp.Symbol("sigma", positive=True), body)


def test_a_name_may_stand_for_what_fits_somewhere():
    sigma = sp.Symbol("sigma", positive=True)
    for body in (x[0] - x[1], x[0] ** 2, sp.exp(-x[0]), gamma - 1, sp.sqrt(x[0]), total(x[k] ** 2)):
        assert Derivation(sigma, body).status == "definition"


@pytest.mark.parametrize(
    "divisor", [t - 100, t**2 - 2500, sp.log(t) - sp.log(60), (t - 77) * gamma], ids=str
)
def test_a_recurrence_may_not_divide_by_zero_however_late(divisor):
    with pytest.raises(UnprovedStep, match="divides by"):
        Induction(Recurrence(C[t], C[t - 1] / divisor), C[T], 0)


def test_a_recurrence_may_divide_by_what_never_vanishes():
    for divisor in (t, t**2 + 1, gamma + t, 1 - gamma ** (t + 1)):
        rule = Recurrence(C[t], C[t - 1] / divisor)
        assert Induction(rule, C[T], 0, given=memory).status == "proved"
