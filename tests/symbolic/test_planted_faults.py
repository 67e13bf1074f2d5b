"""Faults planted in the engine, and for each the check that must notice it.

The checks are tests of this folder. Each fault is looked for by one of them only, so that this
stays quick; that the check is silent on a change that is no fault is tested as well.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
import test_derivation
import test_equal
import test_evaluate
import test_facts
import test_false_lines
import test_normal
import test_parts
import test_points
import test_print
from planted import check_is_quiet, checks_by_name, faults_in, survivors


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    return checks_by_name(
        test_parts,
        test_equal,
        test_derivation,
        test_false_lines,
        test_evaluate,
        test_facts,
        test_normal,
        test_points,
        test_print,
    )


# check -> (module of nnlib.symbolic, what stands there, what is put in its place)
NOTICED_BY = {
    "the_normal_form_keeps_the_value: a constant": [
        (
            "_normal",
            "return sp.expand(high - low + 1)\n        for delta",
            "return sp.expand(high - low)\n        for delta",
        ),
        (
            "_normal",
            "for n in range(least + 1, int(number) + 1)]",
            "for n in range(least, int(number) + 1)]",
        ),
        ("_normal", "return terms, base + least", "return terms, base + least + 1"),
    ],
    "the_normal_form_keeps_the_value: geometric, any sign": [
        ("_summands", "closed = (1 - r ** (n + 1)) / (1 - r)", "closed = (1 - r**n) / (1 - r)"),
        (
            "_summands",
            "ratio = ratio * sp.Pow(base, slope)",
            "ratio = ratio * sp.Pow(base, -slope)",
        ),
    ],
    "the_normal_form_keeps_the_value: geometric, falling": [
        ("_summands", "+ coefficient * factor", "+ factor"),
    ],
    "the_normal_form_keeps_the_value: ratio one": [
        (
            "_normal",
            "sp.summation(k**moment, (k, low, high))",
            "sp.summation(k**moment, (k, 1, high))",
        ),
    ],
    "the_normal_form_keeps_the_value: moment": [
        ("_summands", "closed = r * sp.diff(closed, r)", "closed = sp.diff(closed, r)"),
        ("_normal", "low ** (moment - p)", "low ** p"),
    ],
    "the_normal_form_keeps_the_value: no moment": [
        ("_summands", "moment += int(factor.exp)", "moment += 1"),
        ("_summands", "if 0 <= moment <= HIGHEST_MOMENT", "if moment <= HIGHEST_MOMENT"),
    ],
    "the_normal_form_keeps_the_value: no geometric sum": [
        (
            "_summands",
            "base.has(index) or sp.expand(exponent - slope * index) != 0 or",
            "base.has(index) or",
        ),
    ],
    "the_normal_form_keeps_the_value: delta perhaps above the range": [
        (
            "_normal",
            "self.facts.nonnegative(value - high - 1)",
            "self.facts.nonnegative(value - high)",
        ),
        (
            "_normal",
            "return self.normal(rest.xreplace({index: value}))",
            "return self.normal(rest.xreplace({index: low}))",
        ),
    ],
    "the_normal_form_keeps_the_value: delta perhaps below the range": [
        (
            "_normal",
            "self.facts.nonnegative(low - value - 1)",
            "self.facts.nonnegative(low - value)",
        ),
    ],
    "the_normal_form_keeps_the_value: delta that is no factor": [
        ("_normal", "if delta not in sp.Mul.make_args(term):", "if False:"),
    ],
    "the_normal_form_keeps_the_value: delta of two ranges": [
        (
            "_facts",
            "if not self.may_assume or expr.atoms(sp.Dummy) or expr.is_negative:",
            "if not self.may_assume or expr.is_negative:",
        ),
    ],
    "the_normal_form_keeps_the_value: delta, one place short": [
        (
            "_normal",
            "return [index - low, high - index]",
            "return [index - low - 1, high - index]",
        ),
    ],
    "the_normal_form_keeps_the_value: range that may be reversed": [
        ("_normal", "if self.facts.require_nonnegative(high - low + 1):", "if True:"),
    ],
    "the_normal_form_keeps_the_value: shifted": [
        ("_normal", "sp.expand(sign * end + offset)", "sp.expand(sign * end - offset)"),
    ],
    "the_normal_form_keeps_the_value: reversed": [
        ("_normal", "low, high = ends if sign > 0 else reversed(ends)", "low, high = ends"),
        ("_normal", "index: sign * (shifted - offset)", "index: sign * shifted - offset"),
    ],
    "the_normal_form_keeps_the_value: written out": [
        (
            "_normal",
            "{index: low + n})) for n in range(length)",
            "{index: low + n + 1})) for n in range(length)",
        ),
    ],
    "the_normal_form_keeps_the_value: split": [
        (
            "_summands",
            "parts[term] = parts.get(term, sp.S.Zero) + coefficient",
            "parts[term] = coefficient",
        ),
    ],
    "the_normal_form_keeps_the_value: square of an inner sum": [
        ("_atoms", "fresh = freshen(base)", "fresh = base"),
    ],
    "the_normal_form_keeps_the_value: triangle": [
        (
            "_atoms",
            "if not inner or any(bound.has(index) for bound in bounds_of(base)):",
            "if not inner:",
        ),
        ("_atoms", "depth = 1 + max(", "depth = 0 * max("),
    ],
    "the_normal_form_keeps_the_value: root of a product": [
        ("_normal", "        if integer:\n", "        if True:\n"),
    ],
    "the_normal_form_keeps_the_value: root of a square that may be complex": [
        (
            "_normal",
            "if isinstance(base, sp.Pow) and exponent.is_integer:",
            "if isinstance(base, sp.Pow):",
        ),
    ],
    "the_normal_form_keeps_the_value: absolute value of a difference": [
        ("_normal", "outside.append(-factor)", "outside.append(factor)"),
    ],
    "the_normal_form_keeps_the_value: logarithm": [
        ("_normal", "power * sp.log(prime)", "sp.log(prime)"),
    ],
    "the_normal_form_keeps_the_value: logarithm of a product": [
        ("_facts", "if all(arg.is_nonnegative or", "if any(arg.is_nonnegative or"),
    ],
    "the_normal_form_keeps_the_value: factorials": [
        ("_normal", "for i in range(1, int(number) + 1)]", "for i in range(int(number))]"),
    ],
    "the_normal_form_keeps_the_value: factorials, below": [
        ("_normal", "less = [base - i for", "less = [base - i - 1 for"),
    ],
    "the_normal_form_keeps_the_value: linear product of odd numbers": [
        ("_normal", "self.power(slope, high - low + 1)", "self.power(slope, high - low)"),
    ],
    "the_normal_form_keeps_the_value: linear product, later start": [
        ("_normal", "/ self.factorial(before)", "/ self.factorial(before + 1)"),
    ],
    "the_normal_form_keeps_the_value: linear product through zero": [
        (
            "_normal",
            "if before.is_integer and self.facts.nonnegative(before):",
            "if before.is_integer:",
        ),
    ],
    "the_normal_form_keeps_the_value: constant product": [
        (
            "_normal",
            "return self.power(factor, high - low + 1)",
            "return self.power(factor, high - low)",
        ),
    ],
    "the_normal_form_keeps_the_value: product of roots of any sign": [
        (
            "_normal",
            "if not factor.exp.has(index) and factor.exp.is_integer:",
            "if not factor.exp.has(index):",
        ),
    ],
    "the_normal_form_keeps_the_value: products, one more": [
        ("_normal", "for n in range(low_is, low_goal)]", "for n in range(low_is, low_goal + 1)]"),
        (
            "_normal",
            "for n in range(high_goal + 1, high_is + 1)]",
            "for n in range(high_goal, high_is)]",
        ),
    ],
    "what_a_closed_form_takes_for_granted_is_noted": [
        (
            "_facts",
            "return all(self.positive(arg) for arg in expr.args)",
            "return any(self.positive(arg) for arg in expr.args)",
        ),
        ("_facts", "self.conditions[_as_inequality(expr)] = None", "pass"),
        ("_facts", "self.conditions[_as_disequality(expr)] = None", "pass"),
        ("_facts", "return sp.Ne(-rest, number)", "return sp.Ne(-rest, -number)"),
        (
            "_normal",
            "root_is_not_one = self.facts.require_nonzero(1 - root)",
            "root_is_not_one = True",
        ),
        (
            "_normal",
            "root_is_not_one = self.facts.require_nonzero(1 - ratio)",
            "root_is_not_one = True",
        ),
        ("_normal", "in_range = self.facts.require_nonnegative(value - low)", "in_range = True"),
        (
            "_normal",
            "if not (in_range and self.facts.require_nonnegative(high - value)):",
            "if not in_range:",
        ),
        (
            "_normal",
            "value = sp.expand(index - difference * slope)",
            "value = sp.expand(index + difference * slope)",
        ),
        (
            "_normal",
            "may_split = all(self.facts.nonnegative(term) for term in terms)",
            "may_split = True",
        ),
    ],
    "what_depends_on_a_bound_index_is_no_condition": [
        ("_facts", "if expr.is_zero or expr.atoms(sp.Dummy):", "if expr.is_zero:"),
    ],
    "zero_is_recognized_and_its_slips_are_not: cube root": [
        ("_zero", "return (atom.exp.q, atom.base)", "return (2, atom.base)"),
        ("_zero", "return root, int(exponent.p)", "return root, 1"),
    ],
    "zero_is_recognized_and_its_slips_are_not: root below": [
        ("_zero", "base.numerator**wraps", "base.numerator"),
    ],
    "zero_is_recognized_and_its_slips_are_not: root of a root": [
        ("_zero", "for _ in range(len(roots) + 1):", "for _ in range(1):"),
    ],
    "zero_is_recognized_and_its_slips_are_not: root of a fraction": [
        ("_zero", "bottom ** (highest - wraps)", "bottom**wraps"),
    ],
    "zero_is_recognized_and_its_slips_are_not: sign": [
        ("_zero", "return 2, sp.S.One", "return 2, -sp.S.One"),
    ],
    "zero_is_recognized_and_its_slips_are_not: fractions": [
        ("_zero", "common[factor] = max(", "common[factor] = min("),
    ],
    "zero_is_recognized_and_its_slips_are_not: same factor below": [
        ("_zero", "= denominator.get(factor, 0) + power", "= power"),
    ],
    "zero_is_recognized_and_its_slips_are_not: signs below": [
        (
            "_zero",
            "content, primitive = -content, -primitive",
            "content, primitive = content, -primitive",
        ),
    ],
    "zero_is_recognized_and_its_slips_are_not: number below": [
        ("_zero", "_Fraction(top.quo_ground(content), bottom)", "_Fraction(top, bottom)"),
    ],
    "zero_is_recognized_and_its_slips_are_not: fraction below": [
        ("_zero", "return self._inverse() ** -n", "return self ** -n"),
    ],
    "zero_is_recognized_and_its_slips_are_not: square below": [
        ("_zero", "bottom[generator] = power", "bottom[generator] = 1"),
    ],
    "different_powers_are_different: gamma + 1": [
        (
            "_zero",
            "sp.Pow(base, rest / number.q), int(number.p)",
            "sp.Pow(base, rest), int(number.p)",
        ),
    ],
    "different_powers_are_different: exp(a)": [
        (
            "_zero",
            "return sp.exp(rest / number.q), int(number.p)",
            "return sp.exp(rest), int(number.p)",
        ),
    ],
    "what_follows_from_facts": [
        (
            "_facts",
            "sp.expand(rest - fact).is_nonnegative",
            "sp.expand(rest + fact).is_nonnegative",
        ),
    ],
    "what_does_not_follow_from_facts": [
        ("_facts", "if greater.is_integer and less.is_integer:", "if True:"),
        ("_facts", "self.nonnegative(high - low) for", "self.nonnegative(high - low + 1) for"),
        (
            "_facts",
            "return not_empty and self.positive(expr.function)",
            "return self.positive(expr.function)",
        ),
        (
            "_facts",
            "return bool(expr.exp.is_real) and self.positive(expr.base)",
            "return bool(expr.exp.is_real)",
        ),
        ("_facts", "return any(self.positive(arg) for arg in expr.args)", "return True"),
        ("_facts", "return all(self.nonzero(arg)", "return any(self.nonzero(arg)"),
    ],
    "facts_about_an_index_hold_inside_only": [
        ("_facts", "del self.nonnegatives[before:]", "pass"),
    ],
    "only_conditions_that_follow_are_left_out": [
        ("_facts", "sp.expand(greater - less)", "sp.expand(less - greater)"),
        (
            "_facts",
            ".nonnegative(condition.gts - condition.lts)",
            ".nonnegative(condition.gts - condition.lts + 1)",
        ),
        ("_facts", "for c in kept if c is not condition and", "for c in kept if"),
    ],
    "without_leave_nothing_is_assumed": [
        ("_facts", "if not self.may_assume or expr.atoms", "if expr.atoms"),
    ],
    "the_proof_alone_proves_no_false_line: ('Adam', 'bias correction'), exponent": [
        (
            "_normal",
            "return self.power(ratio, low) * self.normal(closed)",
            "return self.normal(closed)",
        ),
    ],
    "the_points_alone_refute_a_wrong_proof": [
        ("_equal", "if proved and trial.agreed:", "if proved:"),
    ],
    "a_condition_keeps_points_that_break_it_away": [
        (
            "_equal",
            "    if trial.counterexample:\n",
            "    if trial.counterexample and not proved:\n",
        ),
        (
            "_equal",
            "if early.counterexample and not may_need_conditions(expanded):",
            "if early.counterexample:",
        ),
        ("_equal", "conditions if proved else (),", "(),"),
        (
            "_points",
            "if all(point.holds(demand) for demand in (*question.equations, *demands)):",
            "if True:",
        ),
    ],
    "too_few_points_are_no_check": [
        (
            "_equal",
            'return Trial(False, reason="too few points satisfy what is given")',
            "return _Trial(True)",
        ),
    ],
    "a_given_equation_is_not_divided_by_what_may_be_zero": [
        ("_proof", "    for old, new in rules:\n", "    for old, new in ():\n"),
        ("_proof", "return [(atom, -rest / slope)]", "return [(atom, rest / slope)]"),
        ("_proof", " and facts.nonzero(slope):", ":"),
        ("_question", "return [r for r in self.given if isinstance(r, sp.Eq)]", "return []"),
    ],
    "decimals_are_exact": [
        ("_question", "sp.nsimplify(expr, rational=True) if expr.has(sp.Float) else expr", "expr"),
    ],
    "the_values_of_a_point_are_one_for_each_name": [
        ("_evaluate", "return value * rng.choice((1, -1))", "return value"),
        ("_evaluate", 'random.Random(f"{self.seed} {name}")', 'random.Random(f"{self.seed}")'),
    ],
    "values_at_a_point: Sum(k**2, (k, 1, 4))": [
        ("_evaluate", "for n in range(first, last + 1):", "for n in range(first, last):"),
    ],
    "values_at_a_point: Product(k, (k, 4, T))": [
        ("_evaluate", "return -total if is_sum else 1 / total", "return total"),
    ],
    "values_at_a_point: Sum(i*k, (i, 0, k), (k, 1, 3))": [
        ("_evaluate", "if symbol in bound:", "if False:"),
    ],
    "values_at_a_point: ceiling(a)": [
        (
            "_evaluate",
            '"ceiling": lambda value: -_floor(-value)',
            '"ceiling": lambda value: _floor(value)',
        ),
    ],
    "values_at_a_point: KroneckerDelta(1, T) + 2*KroneckerDelta(2, T)": [
        ("_evaluate", "Fraction(int(same(i, j)))", "Fraction(int(not same(i, j)))"),
    ],
    "values_at_a_point: Piecewise((7, T <= 1), (9, True))": [
        ("_evaluate", "sp.Le: difference <= 0", "sp.Le: difference < 0"),
        (
            "_evaluate",
            "for value, condition in expr.args:",
            "for value, condition in reversed(expr.args):",
        ),
    ],
    "values_at_a_point: Piecewise((5, Ne(T, 1)), (7, True))": [
        ("_evaluate", "== isinstance(condition, sp.Eq)", "!= isinstance(condition, sp.Eq)"),
    ],
    "values_that_differ_in_the_twentieth_digit_are_not_the_same": [
        ("_evaluate", "** (15 - DIGITS)", "** -3"),
    ],
    "a_changed_value_changes_the_sums": [
        ("_evaluate", "        self.computed.clear()\n", ""),
    ],
    "a_sequence_starts_where_it_says": [
        ("_evaluate", "at_start = n == recurrence.start", "at_start = n == 0"),
        (
            "_notation",
            "{self.index: occurrence.indices[0]}",
            "{self.index: occurrence.indices[0] + 1}",
        ),
        (
            "_proof",
            "facts.require_nonnegative(index - recurrence.start - 1)",
            "facts.require_nonnegative(index - recurrence.start)",
        ),
        ("_proof", "{entry: recurrence.initial}", "{entry: sp.S.Zero}"),
    ],
    "nothing_is_captured": [
        (
            "_substitution",
            "(i, lo.xreplace({index: dummy}), hi.xreplace({index: dummy}))",
            "(i, lo, hi)",
        ),
        ("_substitution", "return freshen(expr).xreplace(", "return expr.xreplace("),
    ],
    "an_index_of_a_definition_is_not_captured": [
        (
            "_notation",
            "return _expand(freshen(expr), definitions)",
            "return _expand(expr, definitions)",
        ),
    ],
    "a_definition_with_two_indices_keeps_their_order": [
        (
            "_notation",
            "zip(self.lhs.indices, occurrence.indices, strict=True)",
            "zip(self.lhs.indices, occurrence.indices[::-1], strict=True)",
        ),
    ],
    "derivatives_by_an_entry_with_two_indices": [
        (
            "_derivative",
            "return sp.Mul(*[sp.KroneckerDelta(i, j) for i, j in pairs])",
            "return sp.Add(*[sp.KroneckerDelta(i, j) for i, j in pairs])",
        ),
    ],
    "derivatives_by_a_symbol: log(a**2 + 1), 2*a/(a**2 + 1)": [
        ("_derivative", "terms.append(slope * inner)", "terms.append(slope)"),
    ],
    "derivatives_by_a_symbol: Sum(a**2*x[k], (k, 0, K - 1)), 2*a*Sum(x[k], (k, 0, K - 1))": [
        (
            "_derivative",
            "return sp.Sum(_derive(expr.function, variable), *expr.limits)",
            "return _derive(expr.function, variable)",
        ),
    ],
    "each_case_is_differentiated": [
        ("_derivative", "*factors[n + 1 :]", "*factors[n:]"),
        ("_derivative", "(_derive(e, variable), condition)", "(e, condition)"),
    ],
    "a_range_that_depends_on_the_variable_is_refused": [
        (
            "_derivative",
            "if any(_depends(bound, variable) for limit in expr.limits for bound in limit[1:]):",
            "if False:",
        ),
    ],
    "partial_takes_names_apart_from_the_inside": [
        ("_notation", "if name != by}", "}"),
    ],
    "a_limit_is_compared_with_the_values_near_it": [
        ("_limit_values", "gaps[1] > 0.5 * gaps[0]", "gaps[1] > 5 * gaps[0]"),
    ],
    "a_wrong_limit_is_noticed": [
        (
            "_limit_values",
            "    _confirm(limit, value, near, facts)\n    return value",
            "    return value",
        ),
    ],
    "limits_that_are_found_are_right: Limit(Abs(a)/a, a, 0, dir='-'), -1, ()": [
        (
            "_normal",
            "if self.facts.positive(factor) or factor.is_nonnegative:",
            "if factor.is_real:",
        ),
        ("_limit_values", 'side = -1 if str(direction) == "-" else 1', "side = 1"),
    ],
    "limits_that_are_found_are_right: Limit(gamma**(T + 2)/(gamma**(2*T) + gamma**T), T, oo, dir='-'), gamma**2, (gamma < 1,)": [
        ("_question", "facts = Facts(self.inequalities)", "facts = Facts()"),
    ],
    "the_time_limit_ends_what_goes_on": [
        ("_clock", "if seconds <= 0:", "if False:"),
        ("_clock", "class TimeUp(BaseException)", "class TimeUp(Exception)"),
    ],
    "a_time_limit_gives_the_signal_back": [
        ("_clock", "        signal.signal(signal.SIGALRM, handler)\n", ""),
    ],
    "a_time_limit_inside_another_leaves_it_running": [
        ("_clock", "if left:  #", "if False:  #"),
    ],
    "equal_ends_in_its_time": [
        ("_equal", "decide(question, started + time_limit)", "_decide(question, started + 100)"),
    ],
    "a_derivation_hands_its_time_limit_on": [
        ("_derivation", "time_limit=self.time_limit,", "time_limit=10.0,"),
    ],
    "a_derivation_is_as_sure_as_its_weakest_line": [
        ("_derivation", "return min(statuses, key", "return max(statuses, key"),
        (
            "_derivation",
            "strength = self.accept if accept is None else _as_strength(accept)",
            "strength = self.accept",
        ),
    ],
    "a_match_is_as_sure_as_its_weakest_entry": [
        (
            "_equal",
            "return Verdict(CHECKED, reason=reason)",
            "return Verdict(PROVED, reason=reason)",
        ),
        (
            "_derivation",
            "        return min(\n            (verdict.status",
            "        return max(\n            (verdict.status",
        ),
    ],
    "a_line_may_use_what_it_is_given_and_says_so": [
        ("_derivation", "given=(*self.given, *given),", "given=self.given,"),
        (
            "_derivation",
            "without_implied([*given, *own, *noted])",
            "without_implied([*given, *noted])",
        ),
    ],
    "what_the_proofs_needed_is_among_the_conditions": [
        (
            "_derivation",
            "without_implied([*given, *own, *noted])",
            "without_implied([*given, *own])",
        ),
    ],
    "a_label_names_the_sizes": [
        (
            "_equal",
            "return Verdict(PROVED_FOR_SIZES, sizes=sizes, reason=reason)",
            "return Verdict(PROVED, sizes=sizes, reason=reason)",
        ),
        ("_derivation", "PROVED_FOR_SIZES: 2, CHECKED: 1", "PROVED_FOR_SIZES: 3, CHECKED: 1"),
        ("_derivation", 'return "proved for " + "; ".join(listed)', 'return "proved"'),
    ],
    "a_function_of_arrays_adds_up_and_multiplies": [
        ("_numeric", "np.arange(int(first), int(last) + 1)", "np.arange(int(first), int(last))"),
        ("_numeric", "else terms.prod(axis=-1)", "else terms.sum(axis=-1)"),
        (
            "_numeric",
            "return np.prod(np.broadcast_arrays(*args), axis=0)",
            "return np.sum(np.broadcast_arrays(*args), axis=0)",
        ),
        ("_numeric", "np.equal(i, j)", "np.not_equal(i, j)"),
    ],
    "a_function_of_arrays_does_not_wrap_around": [
        ("_numeric", "place.astype(int) - self.first", "place.astype(int) + self.first"),
        ("_numeric", "if any(np.any(place < 0) for place in shifted):", "if False:"),
    ],
    "proves: geometric, two ratios": [
        ("_proof", "Facts(question.inequalities, may_assume=False)", "Facts(may_assume=False)"),
    ],
    "refutes_with_a_counterexample": [
        ("_points", '"left side": _show(left, digits)', '"left side": _show(right, digits)'),
    ],
    "limits": [
        (
            "_limit_values",
            "shrinks = facts.positive(base) and facts.positive(1 - base)",
            "shrinks = facts.positive(base)",
        ),
        ("_question", "if not isinstance(r, sp.Eq)]", "if False]"),
    ],
    "lines_labels_and_text": [
        ("_derivation", "given=(*self.given, *given),", "given=given,"),
        ("_print", 'sign = ("- " if negative else "+ ") if position', 'sign = "+ " if position'),
    ],
    "less_than_proved_must_be_said_out_loud": [
        ("_derivation", "if STRENGTH.get(verdict.status, 0) < STRENGTH[accept]:", "if False:"),
    ],
    "a_new_name_is_a_definition_and_a_known_one_is_checked": [
        ("_derivation", "and name not in known", ""),
    ],
    "induction": [
        ("_derivation", "return (from_start, *super().conditions)", "return super().conditions"),
    ],
    "induction_refuses_a_false_claim: Sum(gamma**(T - t)*c[t], (t, 1, T))": [
        ("_derivation", "            self.step(following_claim, why)\n", "            pass\n"),
    ],
    "induction_refuses_a_false_claim: gamma**T + Sum(gamma**(T - t)*(1 - gamma)*c[t], (t, 1, T))": [
        (
            "_derivation",
            'recurrence.initial, base_claim, "base case"',
            'base_claim, base_claim, "base case"',
        ),
    ],
    "induction_must_reach_its_base_case": [
        ("_derivation", "if start < _least(index):", "if False:"),
    ],
    "matches_proves_what_code_computes": [
        ("_derivation", "{symbol: n + start for", "{symbol: n for"),
        ("_derivation", "if verdicts[place].status == REFUTED:", "if False:"),
    ],
    "lambdify_agrees_with_brute_force": [
        (
            "_derivation",
            "_at(claim, index, sp.Integer(recurrence.start))",
            "_at(claim, index, sp.Integer(recurrence.start + 1))",
        ),
    ],
    "derivative_does_not_capture": [
        (
            "_derivative",
            "return _derive(freshen(sp.sympify(expr)), variable)",
            "return _derive(sp.sympify(expr), variable)",
        ),
    ],
    "writes_as_a_person_does: gamma*C[t - 1] + (1 - gamma)*c[t], \\gamma C_{t - 1} + \\left(1 - \\gamma\\right) c_{t}": [
        ("_print", "wide = isinstance(factor, (sp.Add, sp.Piecewise)) or (", "wide = ("),
    ],
    "writes_as_a_person_does: -Sum(x[k], (k, 0, K - 1))/K, -\\frac{1}{K} \\sum_{k=0}^{K - 1} x_{k}": [
        (
            "_print",
            "{self._print(low)}}}^{{{self._print(high)}}}",
            "{self._print(high)}}}^{{{self._print(low)}}}",
        ),
    ],
    "writes_as_a_person_does: KroneckerDelta(i, j) - 1/K, \\delta_{ij} - \\frac{1}{K}": [
        ("_print", 'minus = "- " if position else "-"', 'minus = "+ " if position else "-"'),
    ],
    "an_induction_may_end_with_its_hypothesis": [
        ("_derivation", "if self.last != following_claim:", "if True:"),
    ],
    "an_induction_with_lines_of_its_own": [
        ("_derivation", "for expr, reason in steps:", "for expr, reason in ():"),
    ],
    "conditions_in_latex": [
        ("_print", "(lows[middle], middle, highs[middle])", "(lows[middle], middle)"),
        ("_print", "        if middle is None:\n", "        if True:\n"),
    ],
    "a_long_text_is_cut": [
        ("_print", "if len(text) <= length", "if len(text) < length"),
    ],
    "fractions_are_compared_exactly": [
        (
            "_evaluate",
            "        return left == right\n    with",
            "        return abs(left - right) < 10**-30\n    with",
        ),
    ],
    "a_point_is_tame_unless_told": [
        ("_evaluate", "of, self.wide)", "of, False)"),
    ],
    "a_defined_name_has_the_value_of_its_definition": [
        ("_evaluate", "if symbol not in self.values and", "if"),
    ],
    "at_most_two_facts_are_put_together": [
        ("_facts", "for rest in rests for fact", "for rest in rests[:1] for fact"),
    ],
    "what_is_required_is_known_from_then_on": [
        ("_facts", "        self.nonnegatives.append(expr)\n        return", "        return"),
    ],
    "common_bounds_are_those_of_the_shortest_range": [
        ("_normal", "seen[key] = (max(first, own[0]),", "seen[key] = (min(first, own[0]),"),
        ("_normal", "self.used.update(new)", "pass"),
    ],
    "what_has_no_closed_form_stays_a_sum": [
        (
            "_normal",
            "        if any(value.has(sp.nan, sp.zoo, sp.oo) for value in values):\n",
            "        if False:\n",
        ),
    ],
    "normal_forms: Product(x[m], (m, 1, 3)), x[1]*x[2]*x[3]": [
        ("_normal", "return sp.Mul(*self._explicit(", "return sp.Add(*self._explicit("),
    ],
    "the_finest_power_of_each_kind": [
        ("_zero", "finest[atom] = (fine, common // order)", "finest[atom] = (fine, order)"),
    ],
    "equations_as_rules": [
        ("_proof", "not isinstance(e, sp.Sum), sp.default", "isinstance(e, sp.Sum), sp.default"),
    ],
    "deltas_are_split_into_their_cases": [
        ("_proof", "{delta: sp.S.One, index: value}", "{delta: sp.S.One}"),
        ("_proof", "{delta: sp.S.Zero}", "{delta: sp.S.One}"),
    ],
    "indices_are_put_in_the_middle_of_their_ranges": [
        ("_points", "max(lows) <= min(highs)", "min(lows) <= min(highs)"),
    ],
    "indices_stand_at_the_ends_of_ranges": [
        ("_points", "rng.choice((-1, 0, 1))", "rng.choice((-1, 0))"),
    ],
    "points_are_small_at_first_and_of_all_kinds_later": [
        ("_points", "large = attempt > 8 and", "large ="),
    ],
    "points_without_a_value_do_not_count": [
        (
            "_points",
            "        except Undefined:\n            continue\n        compared += 1",
            "        except Undefined:\n            left = right = 1\n        compared += 1",
        ),
    ],
    "as_many_points_are_compared_as_are_asked_for": [
        ("_points", "not (left == 0 and right == 0)", "True"),
    ],
    "a_counterexample_that_is_easy_to_read_is_preferred": [
        ("_points", "next(easy, refuting[0])", "refuting[0]"),
        ("_points", "                break\n            continue\n", "                break\n"),
    ],
    "a_point_is_changed_so_that_an_equation_holds": [
        (
            "_points",
            "with mpmath.workdps(DIGITS):\n            return minus",
            "with mpmath.workdps(15):\n            return minus",
        ),
        ("_points", "            point.change(unknown, solution)\n", ""),
    ],
    "an_equation_does_not_undo_another": [
        ("_points", " and key not in solved\n", "\n"),
    ],
    "a_proof_for_sizes_covers_all_of_them_or_none": [
        ("_proof", "            proved.clear()\n", ""),
    ],
    "what_is_false_far_out_is_refuted: a large positive value": [
        ("_evaluate", "rng.choice(_WIDE if wide else _TAME)", "rng.choice(_TAME)"),
    ],
    "what_is_false_far_out_is_refuted: the larger one": [
        ("_equal", "count = POINTS if proved else POINTS_WITHOUT_PROOF", "count = FIRST_POINTS"),
    ],
}


@pytest.mark.parametrize("name", NOTICED_BY)
def test_planted_faults_are_noticed(name: str) -> None:
    assert survivors(faults_in("nnlib.symbolic", NOTICED_BY[name]), [checks()[name]]) == []


@pytest.mark.parametrize("name", NOTICED_BY)
def test_a_harmless_change_is_not_noticed(name: str) -> None:
    check_is_quiet(
        checks()[name], {f"nnlib.symbolic.{module}" for module, _, _ in NOTICED_BY[name]}
    )
