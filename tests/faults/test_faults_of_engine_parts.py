"""Faults planted in small modules of ``nnlib.symbolic``; the module's own tests must notice them."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

import pytest
from planted import Fault, checks_by_name, faults_in, must_be_noticed


@functools.cache
def checks(place: str) -> list[Callable[[], object]]:
    module, _, start = place.partition("::")
    found = checks_by_name(importlib.import_module(f"tests.symbolic.test_{module}"))
    return [check for name, check in found.items() if name.startswith(start)]


# test module, or how the names of some of its tests begin -> the faults that they must notice
NOTICED_BY = {
    "budget::an_answer_that_is_looked_up": [
        ("Answers.get", "budget.charge(units)", "pass"),
        ("Answers.get", "budget.work - before", "budget.work"),
        ("Answers.get", "len(self.found) >= self.most", "False"),
    ],
    "budget::what_a_question_costs": [
        ("Answers.get", "budget.charge(units)", "pass"),
    ],
    "notation::a_name_becomes_the_same": [
        ("expand_all", "_expand(freshen(expr), named, found)", "_expand(freshen(expr), named)"),
    ],
    "comparison::a_root_of_what": [
        (
            "_compare_values",
            "min(rest, difference) < max(rest, difference) * _MUCH_LESS",
            "False",
        ),
    ],
    "comparison::a_value_beside": [
        ("_is_at", "digits < CLEAR_DIGITS", "False"),
    ],
    "comparison::rounding_does_not": [
        ("_floor", "nearest if _is_at(value, nearest) else mpmath.floor(value)", "value // 1"),
    ],
    "crossings::sizes_that_satisfy": [
        ("_where_the_sign_changes", "high if first else low", "low"),
    ],
    "crossings::only_wanted": [
        ("meetings", "allowed()", "True"),
    ],
    "random::moments_that_no_law": [
        ("Random._check_possible", "variance.is_negative", "False"),
        ("Random._check_possible", "even.is_negative", "False"),
    ],
    "random::a_moment_is_a_number": [
        ("_check_moments_are_numbers", "hidden[name] & laws", "set()"),
    ],
    "question::what_is_given_of_an_entry": [
        ("_holds_for_every_index", "not general", "True"),
        ("_decide", "expanded.for_every_index(question)", "False"),
    ],
    "points::what_is_hidden": [
        ("_unusual", "attempt % 48 == 22", "False"),
        ("_unusual", "attempt % 48 == 38", "False"),
    ],
    "proof::what_is_known_inside": [
        ("NormalForm.within", "outside.new_child()", "outside"),
    ],
    "chains": [
        ("combined", "len(directions) > 1", "len(directions) > 2"),
        (
            "combined",
            "inequalities[0][0] if strict else f'{inequalities[0][0]}='",
            "inequalities[0][0]",
        ),
        ("as_relation", "relation not in RELATIONS", "False"),
    ],
    "crossings": [
        ("_decided_by", "(node.args[0], sp.S.One)", "(node.args[0], sp.S.Zero)"),
        ("crossings", "symbols & free and symbols <= free", "symbols & free"),
        ("roots", "-b / (2 * a)", "b / (2 * a)"),
        ("roots", "-c / b", "c / b"),
        ("roots", "b * b - 4 * a * c", "b * b + 4 * a * c"),
        ("roots", "point.change(key, before)", "pass"),
        ("beside", "plus(_whole(place), step)", "_whole(place)"),
        ("beside", "STEPS[:3]", "STEPS[:1]"),
        ("_whole", "mpmath.floor(inexact(value))", "mpmath.ceil(inexact(value))"),
        ("as_real", "abs(value.imag) > mpmath.mpf(10) ** -25 * (abs(value.real) + 1)", "False"),
    ],
    "shrink": [
        ("_simpler", "EASY[:EASY.index(value)] if value in EASY else EASY", "EASY"),
        ("simplest", "not is_whole(key)", "is_whole(key)"),
        ("simplest", "not fits(_of(key), candidate)", "False"),
        ("simplest", "trials == MOST_TRIALS", "False"),
        ("simplest", "found[key] = candidate", "pass"),
        ("_simpler", "(below, below + 1)", "(below,)"),
        ("numbers_in", "not isinstance(key, tuple) or isinstance(key[0], sp.IndexedBase)", "True"),
        ("_simpler", "min(abs(int(value)), LARGEST_SIZE)", "LARGEST_SIZE"),
    ],
    "floor": [
        ("_lies_within", "facts.positive(expand(divisor - remainder))", "True"),
        (
            "floor_of_rest",
            "-1 - sp.floor(expand((-above - 1) / below))",
            "-sp.floor(expand((-above - 1) / below))",
        ),
        ("floor_of_rest", "-above - 1", "-above"),
        ("_without_inner_floor", "all((term.is_integer for term in others))", "True"),
        ("_without_inner_floor", "len(floors) == 1", "floors"),
        ("residues", "range(int(below))", "range(int(below) - 1)"),
        ("floor_of_rest", "below.is_integer and facts.positive(below)", "facts.positive(below)"),
        ("floor_of_rest", "below.is_integer and facts.positive(below)", "below.is_integer"),
    ],
    "floor_values": [
        ("split_whole", "whole + shift", "whole"),
        ("_lies_within", "facts.nonnegative(remainder) or facts.positive(remainder)", "True"),
    ],
    "units": [
        ("_unit", "_product([inner, inner])", "inner"),
        ("_unit", "_product([above, below ** -1])", "above"),
        ("_of_power", "_product([unit ** exponent])", "unit"),
        ("_common", "len(found) > 1", "len(found) > 2"),
        ("_must_be_pure", "unit not in (None, PURE)", "unit is None"),
        ("_of_name", "expr.is_integer", "True"),
    ],
    "random": [
        ("Random.moment", "power == 1 or self.binary", "power == 1"),
        (
            "Random.moment",
            "sp.sympify(self.variance) + self._first() ** 2",
            "sp.sympify(self.variance)",
        ),
        ("Random.moment", "self.symmetric and power % 2", "self.symmetric and power % 3"),
        ("Random._first", "sp.S.Zero", "sp.S.One"),
        (
            "Random.moment_of",
            "substitute(moment, dict(zip(self.lhs.indices, entry.indices, strict=True)))",
            "moment",
        ),
    ],
    "expectation": [
        ("_mean_of_powers", "1 - _same_entry(one[0], other[0])", "1"),
        (
            "_mean_of_dependent",
            "law.covariance + _moment(law, one, 1) * _moment(law, other, 1)",
            "_moment(law, one, 1) * _moment(law, other, 1)",
        ),
        ("_mean_of_dependent", "1 - same", "1"),
        ("_carry_out", "_mean(args[0], laws) ** 2", "_mean(args[0], laws)"),
        ("_mean_by_symmetry", "(expr + expr.xreplace({x: -x})) / 2", "expr"),
        (
            "_mean_of_product",
            "sp.Mul(*constants, *[_mean_of_group(names, fs, laws) for names, fs in groups])",
            "sp.Mul(*[_mean_of_group(names, fs, laws) for names, fs in groups])",
        ),
        (
            "_partitions",
            "[*blocks[:place], [first, *block], *blocks[place + 1:]]",
            "[*blocks[:place], [first], *blocks[place + 1:]]",
        ),
    ],
    "indicator": [
        ("_of_nonnegative", "facts.nonnegative(-least - 1)", "facts.nonnegative(-least)"),
        (
            "_of_nonnegative",
            "1 - Indicator(sp.Ge(-least - 1, 0, evaluate=False))",
            "1 - Indicator(sp.Ge(-least, 0, evaluate=False))",
        ),
        ("_of_nonnegative", "sp.floor(number / content)", "number / content"),
        (
            "by_simple_conditions",
            "1 - sp.KroneckerDelta(condition.lhs, condition.rhs)",
            "sp.KroneckerDelta(condition.lhs, condition.rhs)",
        ),
        ("from_piecewise", "none_before *= 1 - Indicator(condition)", "pass"),
        ("by_simple_conditions", "least - int(isinstance(condition, (sp.Gt, sp.Lt)))", "least"),
    ],
    "tangent": [
        (
            "tangent",
            "substitute(slope, {x: at}) * (to - at)",
            "substitute(slope, {x: at}) * (at - to)",
        ),
        ("tangent", "sp.Ge if convex else sp.Le", "sp.Le if convex else sp.Ge"),
        ("_bends", "if needed: ...", "pass"),
        ("tangent", "sp.false in conditions", "False"),
        ("_bounds_an_interval", "sp.degree(difference, x) == 1", "True"),
        ("_declared", "relation(place, 0)", "relation(place, -1)"),
    ],
    "splits": [
        ("_decide", "(sign >= 0) != isinstance(part, sp.Min)", "sign >= 0"),
        ("_larger", "(second, first)", "(first, second)"),
        (
            "possible_signs",
            "{NEGATIVE: -1, ZERO: 0, POSITIVE: 1}",
            "{NEGATIVE: 1, ZERO: 0, POSITIVE: -1}",
        ),
    ],
    "order::what_holds_for_all": [
        ("Search._demands", "yield relation", "pass"),
    ],
    "order::a_strict_inequality": [
        ("Found.refutes", "self._finer.outcome == EQUAL and strict", "False"),
        ("Found.refutes", "strict and difference == 0", "False"),
        ("Search._drawn", "attempt % 8 == 5", "False"),
    ],
    "order::what_is_left": [
        ("Found._is_less_by_more_digits", "greater < less", "True"),
    ],
    "order::a_counterexample_may_stand": [
        (
            "Search.farther",
            "refuting or self._where_the_sides_cross(points) or self.refute(points)",
            "refuting or self.refute(points)",
        ),
    ],
    "order::a_counterexample_has_small": [
        ("Search.simplified", "best = other if better else best", "pass"),
    ],
    "order::an_induction_uses": [
        ("_Question._reached", "named.get(str(s), ())", "()"),
    ],
    "false_questions::what_is_true": [
        ("Point._expectation", "dict(chosen or {})", "dict(self.chosen or {})"),
        ("_two_values", "plus(up, down) == 0", "False"),
        ("_drawn", "of.is_imaginary or of.is_real is False", "False"),
    ],
    "signs::what_lies_above": [
        ("_general_bounds", "NOT_NEGATIVE if of_one else POSITIVE", "POSITIVE"),
        (
            "_general_bounds",
            "atom - 1 - atom.exp * (atom.base - 1)",
            "atom - atom.exp * (atom.base - 1)",
        ),
    ],
    "signs::terms_with": [
        (
            "Signs._by_common_factors",
            "multiply(self.possible(factor, depth), self.possible(sp.Add(*inside), depth))",
            "REAL",
        ),
        (
            "Signs._by_common_factors",
            "add(product, self.possible(sp.Add(*outside), depth))",
            "self.possible(sp.Add(*outside), depth)",
        ),
    ],
    "signs::what_is_given_tells": [
        (
            "Facts._is_seen_to_be_positive",
            "Signs(self.relations(), deep=False).shows(expr, POSITIVE, 1)",
            "False",
        ),
        ("NormalForm._power_of_positive", "inner * exponent", "exponent"),
        ("NormalForm._factors_to_split", "rest *= sign or factor", "rest *= factor"),
    ],
}
FAULTS = [
    (place, fault)
    for place, entries in NOTICED_BY.items()
    for fault in faults_in("nnlib.symbolic", *entries)
]


@pytest.mark.parametrize(("place", "fault"), FAULTS, ids=str)
def test_a_planted_fault_is_noticed(place: str, fault: Fault) -> None:
    must_be_noticed(fault, checks(place))
