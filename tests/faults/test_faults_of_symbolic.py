"""Faults planted in ``nnlib.symbolic``, and for each the test that must notice it.

Each fault is looked for by one test only, so that this stays quick.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from planted import Fault, checks_by_name, faults_in, must_be_noticed

from tests.symbolic import (
    test_derivation,
    test_derivation_status,
    test_derivative,
    test_equal,
    test_equal_guards,
    test_evaluate,
    test_evaluate_values,
    test_facts,
    test_facts_written,
    test_false_limits,
    test_false_lines,
    test_limit_values_known,
    test_match,
    test_names,
    test_normal,
    test_normal_values,
    test_notation,
    test_numeric,
    test_points,
    test_print,
    test_proof,
    test_sequences,
    test_substitution,
    test_zero,
)


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    return checks_by_name(
        test_derivation,
        test_equal,
        test_evaluate,
        test_facts,
        test_false_limits,
        test_false_lines,
        test_normal,
        test_normal_values,
        test_zero,
        test_facts_written,
        test_proof,
        test_equal_guards,
        test_evaluate_values,
        test_sequences,
        test_substitution,
        test_names,
        test_notation,
        test_derivative,
        test_limit_values_known,
        test_derivation_status,
        test_match,
        test_numeric,
        test_points,
        test_print,
    )


# test -> the faults that it must notice
NOTICED_BY = {
    "two_facts_about_numbers_that_are_not_whole_are_taken_together": faults_in(
        "nnlib.symbolic",
        ("Facts._is_nonnegative", "rest - fact", "rest + fact"),
    ),
    "the_normal_form_keeps_the_value: a constant": faults_in(
        "nnlib.symbolic",
        ("NormalForm._sum_term", "high - low + 1", "high - low"),
        ("NormalForm._peel_to_least", "least + 1", "least"),
        ("NormalForm._peel_to_least", "(terms, base + least)", "(terms, base + least + 1)"),
    ),
    "the_normal_form_keeps_the_value: geometric, any sign": faults_in(
        "nnlib.symbolic",
        ("_power_sum_of_dummies", "n + 1", "n"),
        ("geometric", "sp.Pow(base, slope)", "sp.Pow(base, -slope)"),
    ),
    "the_normal_form_keeps_the_value: geometric, falling": faults_in(
        "nnlib.symbolic",
        ("_product_of_parts", "coefficient * factor", "factor"),
    ),
    "the_normal_form_keeps_the_value: ratio one": faults_in(
        "nnlib.symbolic",
        ("NormalForm._geometric_sum", "(k, low, high)", "(k, 1, high)"),
    ),
    "the_normal_form_keeps_the_value: moment": faults_in(
        "nnlib.symbolic",
        ("NormalForm._geometric_sum", "moment - p", "p"),
    ),
    "the_normal_form_keeps_the_value: no moment": faults_in(
        "nnlib.symbolic",
        ("geometric", "int(factor.exp)", "1"),
        ("geometric", "0 <= moment <= HIGHEST_MOMENT", "moment <= HIGHEST_MOMENT"),
    ),
    "the_normal_form_keeps_the_value: delta perhaps above the range": faults_in(
        "nnlib.symbolic",
        ("NormalForm._collapse", "value - high - 1", "value - high"),
        ("NormalForm._collapse", "{index: value}", "{index: low}"),
    ),
    "the_normal_form_keeps_the_value: delta perhaps below the range": faults_in(
        "nnlib.symbolic",
        ("NormalForm._collapse", "low - value - 1", "low - value"),
    ),
    "the_normal_form_keeps_the_value: delta that is no factor": faults_in(
        "nnlib.symbolic",
        ("NormalForm._collapse", "delta not in sp.Mul.make_args(term)", "False"),
    ),
    "the_normal_form_keeps_the_value: delta of two ranges": faults_in(
        "nnlib.symbolic",
        (
            "Facts.require_nonnegative",
            "not self.may_assume or expr.atoms(sp.Dummy) or expr.is_negative",
            "not self.may_assume or expr.is_negative",
        ),
    ),
    "the_normal_form_keeps_the_value: range that may be reversed": faults_in(
        "nnlib.symbolic",
        ("NormalForm._in_range", "self.facts.require_nonnegative(high - low + 1)", "True"),
    ),
    "the_normal_form_keeps_the_value: shifted": faults_in(
        "nnlib.symbolic",
        ("NormalForm._irreducible", "sign * end + offset", "sign * end - offset"),
    ),
    "the_normal_form_keeps_the_value: reversed": faults_in(
        "nnlib.symbolic",
        ("NormalForm._irreducible", "ends if sign > 0 else reversed(ends)", "ends"),
        ("NormalForm._irreducible", "sign * (shifted - offset)", "sign * shifted - offset"),
    ),
    "the_normal_form_keeps_the_value: written out": faults_in(
        "nnlib.symbolic",
        ("NormalForm._explicit", "low + n", "low + n + 1"),
    ),
    "the_normal_form_keeps_the_value: split": faults_in(
        "nnlib.symbolic",
        ("split_terms", "parts.get(term, sp.S.Zero) + coefficient", "coefficient"),
    ),
    "the_normal_form_keeps_the_value: square of an inner sum": faults_in(
        "nnlib.symbolic",
        ("_flatten", "freshen(base)", "base"),
    ),
    "the_normal_form_keeps_the_value: triangle": faults_in(
        "nnlib.symbolic",
        (
            "_flatten",
            "not inner or any((bound.has(index) for bound in bounds_of(base)))",
            "not inner",
        ),
        (
            "standard_atom",
            "1 + max((_depth(s) for s in term.atoms(sp.Symbol)), default=-1)",
            "0 * max((_depth(s) for s in term.atoms(sp.Symbol)), default=-1)",
        ),
    ),
    "the_normal_form_keeps_the_value: root of a product": faults_in(
        "nnlib.symbolic",
        ("NormalForm._factors_to_split", "integer", "True"),
    ),
    "the_normal_form_keeps_the_value: root of a square that may be complex": faults_in(
        "nnlib.symbolic",
        (
            "_nested_power",
            "isinstance(base, sp.Pow) and exponent.is_integer",
            "isinstance(base, sp.Pow)",
        ),
    ),
    "the_normal_form_keeps_the_value: absolute value of a difference": faults_in(
        "nnlib.symbolic",
        ("NormalForm.absolute", "outside.append(-factor)", "outside.append(factor)"),
    ),
    "the_normal_form_keeps_the_value: logarithm": faults_in(
        "nnlib.symbolic",
        ("NormalForm._log_of_positive", "power * sp.log(prime)", "sp.log(prime)"),
    ),
    "the_normal_form_keeps_the_value: logarithm of a product": faults_in(
        "nnlib.symbolic",
        (
            "Facts._is_positive",
            "all((arg.is_nonnegative or self.positive(arg) for arg in expr.args))",
            "any((arg.is_nonnegative or self.positive(arg) for arg in expr.args))",
        ),
    ),
    "the_normal_form_keeps_the_value: factorials": faults_in(
        "nnlib.symbolic",
        ("NormalForm.factorial", "range(1, int(number) + 1)", "range(int(number))"),
    ),
    "the_normal_form_keeps_the_value: factorials, below": faults_in(
        "nnlib.symbolic",
        ("NormalForm.factorial", "base - i", "base - i - 1"),
    ),
    "the_normal_form_keeps_the_value: linear product of odd numbers": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._product_factor",
            "self.power(slope, high - low + 1)",
            "self.power(slope, high - low)",
        ),
    ),
    "the_normal_form_keeps_the_value: linear product, later start": faults_in(
        "nnlib.symbolic",
        ("NormalForm._linear_product", "self.factorial(before)", "self.factorial(before + 1)"),
    ),
    "the_normal_form_keeps_the_value: linear product through zero": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._linear_product",
            "before.is_integer and self.facts.nonnegative(before)",
            "before.is_integer",
        ),
    ),
    "the_normal_form_keeps_the_value: constant product": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._product_factor",
            "self.power(factor, high - low + 1)",
            "self.power(factor, high - low)",
        ),
    ),
    "the_normal_form_keeps_the_value: product of roots of any sign": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._product_factor",
            "not factor.exp.has(index) and factor.exp.is_integer",
            "not factor.exp.has(index)",
        ),
    ),
    "the_normal_form_keeps_the_value: products, one more": faults_in(
        "nnlib.symbolic",
        ("NormalForm._peel", "range(low_is, low_goal)", "range(low_is, low_goal + 1)"),
        ("NormalForm._peel", "range(high_goal + 1, high_is + 1)", "range(high_goal, high_is)"),
    ),
    "what_a_closed_form_takes_for_granted_is_noted": faults_in(
        "nnlib.symbolic",
        (
            "Facts._is_positive",
            "all((self.positive(arg) for arg in expr.args))",
            "any((self.positive(arg) for arg in expr.args))",
        ),
        ("Facts.require_nonnegative", "self.conditions[as_inequality(expr)] = None", "pass"),
        ("Facts.require_nonzero", "self.conditions[as_disequality(expr)] = None", "pass"),
        ("as_disequality", "sp.Ne(-rest, number)", "sp.Ne(-rest, -number)"),
        ("NormalForm._geometric_sum", "self.facts.require_nonzero(1 - root)", "True"),
        ("NormalForm._geometric_sum", "self.facts.require_nonzero(1 - ratio)", "True"),
        ("NormalForm._collapse", "self.facts.require_nonnegative(value - low)", "True"),
        (
            "NormalForm._collapse",
            "in_range and self.facts.require_nonnegative(high - value)",
            "in_range",
        ),
        ("NormalForm._collapse", "index - difference * slope", "index + difference * slope"),
        ("NormalForm.power", "all((self.facts.nonnegative(term) for term in terms))", "True"),
    ),
    "what_depends_on_a_bound_index_is_no_condition": faults_in(
        "nnlib.symbolic",
        ("Facts.require_nonzero", "expr.is_zero or expr.atoms(sp.Dummy)", "expr.is_zero"),
    ),
    "zero_is_recognized_and_its_slips_are_not: cube root": faults_in(
        "nnlib.symbolic",
        ("_relation", "(atom.exp.q, atom.base)", "(2, atom.base)"),
        ("split_power", "int(exponent.p)", "1"),
    ),
    "zero_is_recognized_and_its_slips_are_not: sign": faults_in(
        "nnlib.symbolic",
        ("_relation", "(2, sp.S.One)", "(2, -sp.S.One)"),
    ),
    "zero_is_recognized_and_its_slips_are_not: fractions": faults_in(
        "nnlib.symbolic",
        (
            "_Fraction.__add__",
            "max(common.get(factor, 0), power)",
            "min(common.get(factor, 0), power)",
        ),
    ),
    "zero_is_recognized_and_its_slips_are_not: same factor below": faults_in(
        "nnlib.symbolic",
        ("_Fraction.__mul__", "denominator.get(factor, 0) + power", "power"),
    ),
    "zero_is_recognized_and_its_slips_are_not: signs below": faults_in(
        "nnlib.symbolic",
        ("_Fraction._inverse", "(-content, -primitive)", "(content, -primitive)"),
    ),
    "zero_is_recognized_and_its_slips_are_not: number below": faults_in(
        "nnlib.symbolic",
        ("_Fraction._inverse", "top.quo_ground(content)", "top"),
    ),
    "zero_is_recognized_and_its_slips_are_not: fraction below": faults_in(
        "nnlib.symbolic",
        ("_Fraction.__pow__", "self._inverse()", "self"),
    ),
    "different_powers_are_different: gamma + 1": faults_in(
        "nnlib.symbolic",
        ("split_power", "sp.Pow(base, rest / number.q)", "sp.Pow(base, rest)"),
    ),
    "different_powers_are_different: exp(a)": faults_in(
        "nnlib.symbolic",
        ("split_power", "sp.exp(rest / number.q)", "sp.exp(rest)"),
    ),
    "what_does_not_follow_from_facts": faults_in(
        "nnlib.symbolic",
        ("Facts.learn", "greater.is_integer and less.is_integer", "True"),
        ("Facts._is_positive", "high - low", "high - low + 1"),
        (
            "Facts._is_positive",
            "not_empty and self.positive(expr.function)",
            "self.positive(expr.function)",
        ),
        (
            "Facts._is_positive",
            "bool(expr.exp.is_real) and self.positive(expr.base)",
            "bool(expr.exp.is_real)",
        ),
        ("Facts._is_positive", "any((self.positive(arg) for arg in expr.args))", "True"),
        (
            "Facts.nonzero",
            "all((self.nonzero(arg) for arg in expr.args))",
            "any((self.nonzero(arg) for arg in expr.args))",
        ),
    ),
    "facts_about_an_index_hold_inside_only": faults_in(
        "nnlib.symbolic",
        ("Facts.within", "del self.nonnegatives[before:]", "pass"),
    ),
    "only_conditions_that_follow_are_left_out": faults_in(
        "nnlib.symbolic",
        ("Facts.learn", "greater - less", "less - greater"),
        ("without_implied", "condition.gts - condition.lts", "condition.gts - condition.lts + 1"),
        (
            "without_implied",
            "c is not condition and (not isinstance(c, sp.Eq))",
            "not isinstance(c, sp.Eq)",
        ),
    ),
    "without_leave_nothing_is_assumed": faults_in(
        "nnlib.symbolic",
        (
            "Facts.require_nonnegative",
            "not self.may_assume or expr.atoms(sp.Dummy) or expr.is_negative",
            "expr.atoms(sp.Dummy) or expr.is_negative",
        ),
    ),
    "the_proof_alone_proves_no_false_line: ('Adam', 'bias correction'), exponent": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._geometric_sum",
            "self.power(ratio, low) * self.normal(closed)",
            "self.normal(closed)",
        ),
    ),
    "the_points_alone_refute_a_wrong_proof": faults_in(
        "nnlib.symbolic",
        ("_decide", "proved and trial.agreed", "proved"),
    ),
    "a_condition_keeps_points_that_break_it_away": faults_in(
        "nnlib.symbolic",
        ("_decide", "conditions if proved else ()", "()"),
        (
            "_decide",
            "early.counterexample and (not may_need_conditions(expanded))",
            "early.counterexample",
        ),
    ),
    "a_given_equation_is_not_divided_by_what_may_be_zero": faults_in(
        "nnlib.symbolic",
        ("_as_rule", "-rest / slope", "rest / slope"),
        (
            "_as_rule",
            "slope != 0 and (not rest.has(x)) and (not slope.has(x)) and facts.nonzero(slope)",
            "slope != 0 and (not rest.has(x)) and (not slope.has(x))",
        ),
        ("Question.equations", "[r for r in self.given if isinstance(r, sp.Eq)]", "[]"),
    ),
    "the_values_of_a_point_are_one_for_each_name": faults_in(
        "nnlib.symbolic",
        ("Point._drawn", "f'{self.seed} {name}'", "f'{self.seed}'"),
    ),
    "values_at_a_point: Sum(k**2, (k, 1, 4))": faults_in(
        "nnlib.symbolic",
        ("Point._accumulate", "range(first, last + 1)", "range(first, last)"),
    ),
    "values_at_a_point: Product(k, (k, 4, T))": faults_in(
        "nnlib.symbolic",
        ("Point._accumulate", "-total if is_sum else 1 / total", "total"),
    ),
    "values_at_a_point: Sum(i*k, (i, 0, k), (k, 1, 3))": faults_in(
        "nnlib.symbolic",
        ("Point.symbol", "symbol in bound", "False"),
    ),
    "values_at_a_point: ceiling(a)": faults_in(
        "nnlib.symbolic",
        ("_EXACT", "-_floor(-value)", "_floor(value)"),
    ),
    "values_at_a_point: KroneckerDelta(1, T) + 2*KroneckerDelta(2, T)": faults_in(
        "nnlib.symbolic",
        ("_EXACT", "same(i, j)", "not same(i, j)"),
    ),
    "values_at_a_point: Piecewise((7, T <= 1), (9, True))": faults_in(
        "nnlib.symbolic",
        (
            "Point.holds",
            "close or (difference > 0) == isinstance(condition, sp.Ge)",
            "not close and (difference > 0) == isinstance(condition, sp.Ge)",
        ),
        ("Point._piecewise", "expr.args", "reversed(expr.args)"),
    ),
    "values_at_a_point: Piecewise((5, Ne(T, 1)), (7, True))": faults_in(
        "nnlib.symbolic",
        (
            "Point.holds",
            "close == isinstance(condition, sp.Eq)",
            "close != isinstance(condition, sp.Eq)",
        ),
    ),
    "values_that_differ_in_the_twentieth_digit_are_not_the_same": faults_in(
        "nnlib.symbolic",
        ("same", "15 - digits", "-3"),
    ),
    "a_changed_value_changes_the_sums": faults_in(
        "nnlib.symbolic",
        ("Point.change", "self.computed.clear()", "pass"),
    ),
    "a_sequence_starts_where_it_says": faults_in(
        "nnlib.symbolic",
        ("Recurrence.unfold", "occurrence.indices[0]", "occurrence.indices[0] + 1"),
    ),
    "nothing_is_captured": faults_in(
        "nnlib.symbolic",
        (
            "_freshly_bound",
            "(i, lo.xreplace({index: dummy}), hi.xreplace({index: dummy}))",
            "(i, lo, hi)",
        ),
        ("substitute", "freshen(expr)", "expr"),
    ),
    "what_is_remembered_belongs_to_a_point_and_to_sides": faults_in(
        "nnlib.symbolic",
        (
            "Remembered.compare_at",
            "(point.seed, frozenset(point.values.items()), sides, careful)",
            "(point.seed, sides, careful)",
        ),
    ),
    "a_definition_with_two_indices_keeps_their_order": faults_in(
        "nnlib.symbolic",
        ("Definition.unfold", "occurrence.indices", "occurrence.indices[::-1]"),
    ),
    "derivatives_by_an_entry_with_two_indices": faults_in(
        "nnlib.symbolic",
        (
            "_derive",
            "sp.Mul(*[sp.KroneckerDelta(i, j) for i, j in pairs])",
            "sp.Add(*[sp.KroneckerDelta(i, j) for i, j in pairs])",
        ),
    ),
    "derivatives_by_a_symbol: log(a**2 + 1), 2*a/(a**2 + 1)": faults_in(
        "nnlib.symbolic",
        ("_chain_rule", "slope * inner", "slope"),
    ),
    (
        "derivatives_by_a_symbol: Sum(a**2*x[k], (k, 0, K - 1)), 2*a*Sum(x[k], (k, 0, K - 1))"
    ): faults_in(
        "nnlib.symbolic",
        (
            "_derive",
            "sp.Sum(_derive(expr.function, variable), *expr.limits)",
            "_derive(expr.function, variable)",
        ),
    ),
    "each_case_is_differentiated": faults_in(
        "nnlib.symbolic",
        ("_derive", "n + 1", "n"),
        ("_derive", "_derive(e, variable)", "e"),
    ),
    "a_range_that_depends_on_the_variable_is_refused": faults_in(
        "nnlib.symbolic",
        (
            "_derive",
            "any((_depends(bound, variable) for limit in expr.limits for bound in limit[1:]))",
            "False",
        ),
    ),
    "limits_that_are_found_are_right: Limit(Abs(a)/a, a, 0, dir='-'), -1, ()": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm.absolute",
            "self.facts.positive(factor) or factor.is_nonnegative",
            "factor.is_real",
        ),
    ),
    "a_derivation_is_as_sure_as_its_weakest_line": faults_in(
        "nnlib.symbolic",
        (
            "Derivation.status",
            "min(statuses, key=STRENGTH.__getitem__, default='definition')",
            "max(statuses, key=STRENGTH.__getitem__, default='definition')",
        ),
        (
            "Derivation.step",
            "self.accept if accept is None else _as_strength(accept)",
            "self.accept",
        ),
    ),
    "a_match_is_as_sure_as_its_weakest_entry": faults_in(
        "nnlib.symbolic",
        ("Match.status", "min", "max"),
    ),
    "a_line_may_use_what_it_is_given_and_says_so": faults_in(
        "nnlib.symbolic",
        ("Derivation._append", "(*self.given, *given)", "self.given"),
    ),
    "a_label_names_the_sizes": faults_in(
        "nnlib.symbolic",
        ("_decide", "PROVED_FOR_SIZES", "PROVED"),
        ("_label", "'proved for ' + '; '.join(listed)", "'proved'"),
    ),
    "a_function_of_arrays_adds_up_and_multiplies": [
        *faults_in(
            "nnlib.symbolic",
            ("_Numeric._accumulate", "int(last) + 1", "int(last)"),
            ("_Numeric._accumulate", "terms.prod(axis=-1)", "terms.sum(axis=-1)"),
            (
                "_Numeric.value",
                "np.prod(np.broadcast_arrays(*args), axis=0)",
                "np.sum(np.broadcast_arrays(*args), axis=0)",
            ),
        ),
        *faults_in(
            "nnlib.symbolic._numeric",
            ("*", "np.equal", "np.not_equal"),
        ),
    ],
    "a_function_of_arrays_does_not_wrap_around": faults_in(
        "nnlib.symbolic",
        (
            "_Numeric.value",
            "place.astype(int) - self.first.get(name, 0)",
            "place.astype(int) + self.first.get(name, 0)",
        ),
        ("_Numeric.value", "any((np.any(place < 0) for place in shifted))", "False"),
    ),
    "refutes_with_a_counterexample": faults_in(
        "nnlib.symbolic",
        ("_describe", "_show(left, digits)", "_show(right, digits)"),
    ),
    "limits": faults_in(
        "nnlib.symbolic",
        ("Question.inequalities", "not isinstance(r, sp.Eq)", "False"),
    ),
    "less_than_proved_must_be_said_out_loud": faults_in(
        "nnlib.symbolic",
        ("Derivation._append", "STRENGTH.get(verdict.status, 0) < STRENGTH[accept]", "False"),
    ),
    "a_new_name_is_a_definition_and_a_known_one_is_checked": faults_in(
        "nnlib.symbolic",
        (
            "Derivation._defines",
            "isinstance(lhs, (sp.Symbol, sp.Indexed)) and name not in known",
            "isinstance(lhs, (sp.Symbol, sp.Indexed))",
        ),
    ),
    "induction": faults_in(
        "nnlib.symbolic",
        ("Induction.conditions", "(from_start, *super().conditions)", "super().conditions"),
    ),
    "induction_must_reach_its_base_case": faults_in(
        "nnlib.symbolic",
        ("_induction_index", "start < _least(index)", "False"),
    ),
    "matches_proves_what_code_computes": faults_in(
        "nnlib.symbolic",
        ("Match.of", "n + start", "n"),
        ("Match.of", "verdicts[place].status == REFUTED", "False"),
    ),
    "conditions_in_latex": faults_in(
        "nnlib.symbolic",
        ("_chained", "middle is None", "True"),
    ),
    "a_long_text_is_cut": faults_in(
        "nnlib.symbolic",
        ("shortened", "len(text) <= length", "len(text) < length"),
    ),
    "fractions_are_compared_exactly": faults_in(
        "nnlib.symbolic",
        ("same", "left == right", "abs(left - right) < 10 ** (-30)"),
    ),
    "a_defined_name_has_the_value_of_its_definition": faults_in(
        "nnlib.symbolic",
        (
            "Point.symbol",
            "symbol not in self.values and isinstance(self.named.get(symbol), Definition)",
            "isinstance(self.named.get(symbol), Definition)",
        ),
    ),
    "at_most_two_facts_are_put_together": faults_in(
        "nnlib.symbolic",
        (
            "Facts._is_nonnegative",
            "(expand(rest - fact).is_nonnegative for rest in rests for fact in known)",
            "(expand(rest - fact).is_nonnegative for rest in rests[:1] for fact in known)",
        ),
    ),
    "what_is_required_is_known_from_then_on": faults_in(
        "nnlib.symbolic",
        ("Facts.require_nonnegative", "self.nonnegatives.append(expr)", "pass"),
    ),
    "common_bounds_are_those_of_the_shortest_range": faults_in(
        "nnlib.symbolic",
        (
            "Bounds.common",
            "self.seen[key] = (max(first, own[0]), min(last, own[1]))",
            "self.seen[key] = (min(first, own[0]), min(last, own[1]))",
        ),
        ("Bounds.learn", "self.used.update(new)", "pass"),
    ),
    "what_has_no_closed_form_stays_a_sum": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm._peel",
            "any((value.has(sp.nan, sp.zoo, sp.oo) for value in values))",
            "False",
        ),
    ),
    "normal_forms: Product(x[m], (m, 1, 3)), x[1]*x[2]*x[3]": faults_in(
        "nnlib.symbolic",
        (
            "NormalForm.product",
            "sp.Mul(*self._explicit(body, index, low, int(length)))",
            "sp.Add(*self._explicit(body, index, low, int(length)))",
        ),
    ),
    "equations_as_rules": faults_in(
        "nnlib.symbolic",
        ("_as_rule", "not isinstance(e, sp.Sum)", "isinstance(e, sp.Sum)"),
    ),
    "deltas_are_split_into_their_cases": faults_in(
        "nnlib.symbolic._proof",
        (
            "*",
            (
                "def _vanishes_with_delta(expr: sp.Expr, delta: sp.KroneckerDelta, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    if not _vanishes(expr.xreplace({delta: sp.S.Zero}), normal, known, "
                "splits):\n"
                "        return False\n"
                "    index, value = solve_delta(delta)\n"
                "    if normal.facts.positive(index - value) or normal.facts.positive(value - "
                "index):\n"
                "        return True\n"
                "    at = {delta: sp.S.One, index: value}\n"
                "    return _vanishes(expr.xreplace(at), normal, known.at(at), splits)\n"
                "def _vanishes_with_sign(expr: sp.Expr, decisive: sp.Expr, sign: int, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    facts = normal.facts\n"
                "    expr = with_sign(expr, decisive, sign)\n"
                "    if sign == 0:\n"
                "        known = known.and_zero(decisive, facts)\n"
                "        if known.applied(expr).has(sp.nan, sp.zoo):\n"
                "            return facts.require_nonzero(decisive)\n"
                "    with facts.supposing(sign * decisive) if sign else nullcontext():\n"
                "        return _vanishes(expr, NormalForm(facts), known, splits)"
            ),
            (
                "def _vanishes_with_delta(expr: sp.Expr, delta: sp.KroneckerDelta, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    if not _vanishes(expr.xreplace({delta: sp.S.Zero}), normal, known, "
                "splits):\n"
                "        return False\n"
                "    index, value = solve_delta(delta)\n"
                "    if normal.facts.positive(index - value) or normal.facts.positive(value - "
                "index):\n"
                "        return True\n"
                "    at = {delta: sp.S.One}\n"
                "    return _vanishes(expr.xreplace(at), normal, known.at(at), splits)\n"
                "def _vanishes_with_sign(expr: sp.Expr, decisive: sp.Expr, sign: int, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    facts = normal.facts\n"
                "    expr = with_sign(expr, decisive, sign)\n"
                "    if sign == 0:\n"
                "        known = known.and_zero(decisive, facts)\n"
                "        if known.applied(expr).has(sp.nan, sp.zoo):\n"
                "            return facts.require_nonzero(decisive)\n"
                "    with facts.supposing(sign * decisive) if sign else nullcontext():\n"
                "        return _vanishes(expr, NormalForm(facts), known, splits)"
            ),
        ),
        (
            "*",
            (
                "def _vanishes_with_delta(expr: sp.Expr, delta: sp.KroneckerDelta, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    if not _vanishes(expr.xreplace({delta: sp.S.Zero}), normal, known, "
                "splits):\n"
                "        return False\n"
                "    index, value = solve_delta(delta)\n"
                "    if normal.facts.positive(index - value) or normal.facts.positive(value - "
                "index):\n"
                "        return True\n"
                "    at = {delta: sp.S.One, index: value}\n"
                "    return _vanishes(expr.xreplace(at), normal, known.at(at), splits)\n"
                "def _vanishes_with_sign(expr: sp.Expr, decisive: sp.Expr, sign: int, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    facts = normal.facts\n"
                "    expr = with_sign(expr, decisive, sign)\n"
                "    if sign == 0:\n"
                "        known = known.and_zero(decisive, facts)\n"
                "        if known.applied(expr).has(sp.nan, sp.zoo):\n"
                "            return facts.require_nonzero(decisive)\n"
                "    with facts.supposing(sign * decisive) if sign else nullcontext():\n"
                "        return _vanishes(expr, NormalForm(facts), known, splits)"
            ),
            (
                "def _vanishes_with_delta(expr: sp.Expr, delta: sp.KroneckerDelta, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    if not _vanishes(expr.xreplace({delta: sp.S.One}), normal, known, "
                "splits):\n"
                "        return False\n"
                "    index, value = solve_delta(delta)\n"
                "    if normal.facts.positive(index - value) or normal.facts.positive(value - "
                "index):\n"
                "        return True\n"
                "    at = {delta: sp.S.One, index: value}\n"
                "    return _vanishes(expr.xreplace(at), normal, known.at(at), splits)\n"
                "def _vanishes_with_sign(expr: sp.Expr, decisive: sp.Expr, sign: int, normal: "
                "NormalForm, known: _Known, splits: int) -> bool:\n"
                "    facts = normal.facts\n"
                "    expr = with_sign(expr, decisive, sign)\n"
                "    if sign == 0:\n"
                "        known = known.and_zero(decisive, facts)\n"
                "        if known.applied(expr).has(sp.nan, sp.zoo):\n"
                "            return facts.require_nonzero(decisive)\n"
                "    with facts.supposing(sign * decisive) if sign else nullcontext():\n"
                "        return _vanishes(expr, NormalForm(facts), known, splits)"
            ),
        ),
    ),
    "indices_are_put_in_the_middle_of_their_ranges": faults_in(
        "nnlib.symbolic",
        ("_put_in_range", "max(lows) <= min(highs)", "min(lows) <= min(highs)"),
    ),
    "indices_stand_at_the_ends_of_ranges": faults_in(
        "nnlib.symbolic",
        ("_at_ends", "(-1, 0, 1)", "(-1, 0)"),
    ),
    "points_are_small_at_first_and_of_all_kinds_later": faults_in(
        "nnlib.symbolic",
        ("points", "attempt > 8 and (wide or attempt % 8 == 3)", "wide or attempt % 8 == 3"),
    ),
    "a_counterexample_that_is_easy_to_read_is_preferred": faults_in(
        "nnlib.symbolic",
        ("compare_at_points", "next(easy, refuting[0])", "refuting[0]"),
    ),
    "a_point_is_changed_so_that_an_equation_holds": faults_in(
        "nnlib.symbolic",
        ("_satisfy", "point.change(unknown, solution)", "pass"),
    ),
    "what_is_not_proved_is_compared_at_more_points": faults_in(
        "nnlib.symbolic",
        ("_decide", "POINTS if proved else POINTS_WITHOUT_PROOF", "FIRST_POINTS"),
    ),
}
FAULTS = [(name, fault) for name, faults in NOTICED_BY.items() for fault in faults]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=str)
def test_a_planted_fault_is_noticed(name: str, fault: Fault) -> None:
    must_be_noticed(fault, [checks()[name]])
