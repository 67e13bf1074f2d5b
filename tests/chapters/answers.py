"""Answers to the book's exercises, right and wrong, and a second look at what is said of them.

Nothing here uses the comparison of `nnlib.exercises`: numbers are put into formulas with SymPy, and
what a message claims is worked out again from its words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import sympy as sp

from nnlib.exercises._feedback import as_plain
from nnlib.symbolic import Maximum, parse, to_latex, to_text

# --- right answers --------------------------------------------------------------------------------


def right_forms(exercise: Any) -> list[Any]:
    """At least five ways to give the right answer."""
    return {
        "formula": _formulas,
        "number": _numbers,
        "choice": _keys,
        "proof": _proofs,
        "function": _functions,
    }[exercise.kind](exercise)


def _formulas(exercise: Any) -> list[Any]:
    solution = exercise.solution
    forms = [sp.expand(solution), sp.together(solution), 2 * solution - solution]
    forms += [sp.factor(solution)] if not solution.has(sp.Sum) else [_other_index(solution)]
    texts = [to_text(solution), to_latex(solution), f"({typed(solution, exercise)})*1"]
    return [*forms, *texts, typed(sp.expand(solution), exercise), _plain_symbols(solution)]


def typed(expr: sp.Expr, exercise: Any) -> str:
    """As somebody types it who knows Python, with the names of the question."""
    text = str(expr)
    if isinstance(exercise.symbols, dict):
        for name, symbol in exercise.symbols.items():
            if not isinstance(symbol, sp.IndexedBase):
                text = re.sub(rf"(?<![\w^]){re.escape(str(symbol))}(?![\w^])", name, text)
    return text


def _other_index(expr: sp.Expr) -> sp.Expr:
    index = sp.Symbol("l", integer=True)
    return expr.replace(
        lambda part: isinstance(part, sp.Sum),
        lambda part: sp.Sum(
            part.function.xreplace({part.limits[0][0]: index}), (index, *part.limits[0][1:])
        ),
    )


def _plain_symbols(expr: sp.Expr) -> sp.Expr:
    labels = {base.label for base in expr.atoms(sp.IndexedBase)}
    bound = {limit[0] for total in expr.atoms(sp.Sum) for limit in total.limits}
    free = expr.free_symbols - labels - bound
    return expr.xreplace({s: sp.Symbol(s.name) for s in free if isinstance(s, sp.Symbol)})


def _numbers(exercise: Any) -> list[Any]:
    solution = exercise.solution
    forms = [solution, to_text(solution), to_latex(solution), str(solution).replace("E", "e")]
    forms.append(f" {float(solution):.15g} {exercise.unit}" if exercise.tolerance else solution)
    if exercise.tolerance >= 0.005:
        forms += [f"{float(solution):.3g}", float(f"{float(solution):.3g}")]
        forms.append(f"{100 * float(solution):.6g}%")
    if exercise.tolerance:
        return [*forms, float(solution) * (1 + 0.9 * exercise.tolerance)]
    return [*forms, int(solution), float(solution), f"{solution} {exercise.unit}"]


def _keys(exercise: Any) -> list[Any]:
    key = exercise.solution
    return [key, f" {key} ", f"({key})", key.upper(), f"({key.upper()}) "]


def _proofs(exercise: Any) -> list[Any]:
    lines = [line.expr for line in exercise.solution.lines]
    texts = [
        typed(sp.sympify(exercise.solution.lines[k].expr), exercise) for k in range(len(lines))
    ]
    return [
        exercise.solution,
        lines,
        lines[1:],
        [to_text(line) for line in lines],
        [to_latex(line) for line in lines],
        texts[1:],
        "\n".join(to_text(line) for line in lines),
    ]


def _functions(exercise: Any) -> list[Any]:
    solution = exercise.solution

    def as_list(*args):
        result = solution(*args)
        return list(result) if isinstance(result, tuple) else result.tolist()

    return [solution, lambda *args: solution(*args), as_list]


# --- wrong answers --------------------------------------------------------------------------------


def wrong_formulas(exercise: Any, draw: random.Random, count: int) -> Iterator[sp.Expr]:
    """Slips made at a random place of the solution, and other formulas in its symbols."""
    found = 0
    for _ in range(20 * count):
        try:
            wrong = _slip(exercise.solution, draw)
        except (ZeroDivisionError, ValueError, TypeError):
            continue
        if found < count and differs(wrong, exercise):
            found += 1
            yield wrong


def _slip(expr: sp.Expr, draw: random.Random) -> sp.Expr:
    places = [
        p for p in sp.preorder_traversal(expr) if isinstance(p, sp.Expr) and p.args or p.is_Number
    ]
    place = draw.choice(places)
    symbols = sorted((s for s in expr.free_symbols if isinstance(s, sp.Symbol)), key=str)
    labels = {base.label for base in expr.atoms(sp.IndexedBase)}
    symbols = [s for s in symbols if s not in labels]
    return expr.xreplace({place: _other(place, symbols, draw)})


def _other(place: sp.Expr, symbols: list[sp.Symbol], draw: random.Random) -> sp.Expr:
    some = draw.choice(symbols) if symbols else sp.Integer(2)
    if place.is_Number:
        return place + draw.choice([1, -1, sp.Rational(1, 2)])
    if isinstance(place, sp.Sum) and draw.random() < 0.6:
        index, low, high = place.limits[0]
        low, high = draw.choice(
            [(low + 1, high), (low, high + 1), (low + 1, high + 1), (low, high - 1)]
        )
        return sp.Sum(place.function, (index, low, high))
    if isinstance(place, sp.Add | sp.Mul) and draw.random() < 0.5:
        return place.func(*(arg for arg in place.args if arg != draw.choice(place.args)))
    return draw.choice(
        [-place, 2 * place, place / 2, place * some, place / some, place + some, 1 / place]
    )


def differs(answer: sp.Expr, exercise: Any) -> bool:
    """Whether two formulas differ at some point that fits the question."""
    for seed in range(12):
        values = point(answer - exercise.solution, exercise, random.Random(seed))
        if values is None:
            continue
        one, other = value(answer, values), value(exercise.solution, values)
        if one is not None and other is not None and abs(one - other) > 1e-9 * (1 + abs(other)):
            return True
    return False


def point(expr: sp.Expr, exercise: Any, draw: random.Random) -> dict[Any, Any] | None:
    """Values for the free symbols at which what is given holds; None if none was found."""
    given = exercise.engine.given
    given = list(given) if isinstance(given, list | tuple) else [given]
    free = expr.free_symbols | exercise.solution.free_symbols
    free |= {s for one in given if isinstance(one, sp.Basic) for s in one.free_symbols}
    labels = {
        base.label for base in sp.Tuple(expr, exercise.solution, *given).atoms(sp.IndexedBase)
    }
    names = sorted((s for s in free if isinstance(s, sp.Symbol) and s not in labels), key=str)
    for _ in range(60):
        values: dict[Any, Any] = {}
        for s in names:
            whole = draw.randint(1, 5)
            values[s] = sp.Integer(whole) if s.is_integer else sp.Rational(draw.randint(1, 19), 10)
        if all(_holds(one, values, draw) for one in given):
            return values
    return None


def _holds(relation: Any, values: dict[Any, Any], draw: random.Random) -> bool:
    if not isinstance(relation, sp.core.relational.Relational):
        return True
    if relation.has(sp.Indexed):
        return True
    return bool(relation.xreplace(values))


def value(expr: sp.Expr, values: dict[Any, Any]) -> complex | None:
    """The number that the formula has there; entries of families are numbers by their index."""
    try:
        there = (
            expr.xreplace(values).doit() if expr.has(sp.Sum, sp.Product) else expr.xreplace(values)
        )
        entries = {
            entry: values.get(str(entry), sp.Rational(3 + (7 * k) % 5, 17 + k))
            for k, entry in enumerate(sorted(there.atoms(sp.Indexed), key=str))
        }
        fixed = {
            entry: values.get(str(entry), sp.Rational(_hashed(str(entry)), 1000))
            for entry in entries
        }
        number = complex(there.xreplace(fixed).replace(Maximum, sp.Max).evalf(30))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if number == number else None


def _hashed(name: str) -> int:
    return 100 + sum(ord(letter) * 31**k for k, letter in enumerate(name)) % 397


# --- what a message claims ------------------------------------------------------------------------

_WORDS = {"starts": 0, "ends": 1}


def claim_is_false(message: str, answer: sp.Expr, exercise: Any) -> str:
    """Why what is said of a wrong answer is false, or "" where it is true or was not understood."""
    said = as_plain(message)
    solution = exercise.solution
    if found := re.match(r"At (.*?) your answer gives (\S+), the right one (\S+)\.$", said):
        return _false_example(found, answer, exercise)
    claimed = _claimed(said, solution, exercise)
    if claimed is not None and _apart(answer, claimed, exercise):
        return f"{answer} is not {claimed}"
    if found := re.match(r"This is right for (\w+) = 1, but not for \1 = 2 or \1 = 3\.", said):
        n = next(s for s in solution.free_symbols | answer.free_symbols if s.name == found[1])
        at = [
            _apart(answer.subs(n, k), solution.subs(n, k), exercise, {n: sp.Integer(k)})
            for k in (1, 2, 3)
        ]
        if at != [False, True, True]:
            return f"right or wrong at 1, 2, 3: {at}"
    return ""


def _claimed(said: str, solution: sp.Expr, exercise: Any) -> sp.Expr | None:
    """The formula that the answer is said to be."""
    simple = {
        "The sign is flipped.": -solution,
        "This is the reciprocal of the right answer.": 1 / solution,
        "This is the reciprocal of the right answer, with the sign flipped.": -1 / solution,
        "This is one minus the right answer.": 1 - solution,
        "This is the square of the right answer.": solution**2,
        "This is the square root of the right answer.": sp.sqrt(solution),
    }
    if said in simple:
        return simple[said]
    patterns = (
        (r"Your answer is (\S+) times the right one\.", lambda a: solution * a),
        (r"The factor (.+) is too much\.", lambda a: solution * a),
        (r"The division by (.+) is missing\.", lambda a: solution * a),
        (r"Yours is the right answer divided by (.+)\.", lambda a: solution / a),
        (r"The factor ([^.]+) is missing\.", lambda a: solution / a),
        (r"Your answer is (\S+) more than the right one.*", lambda a: solution + a),
        (r"Your answer is (\S+) less than the right one.*", lambda a: solution - a),
        (r"The term ([^.]+) is missing\.", lambda a: solution - a),
        (r"The term ([^.]+) has the wrong sign\.", lambda a: solution - 2 * a),
    )
    for pattern, made in patterns:
        found = re.fullmatch(pattern, said)
        if found and " in " not in found[1]:
            return made(parse(found[1], exercise.symbols))
    if found := re.match(r"(\w+) is off by one: .* with \1 ([+-]) 1 for \1\.", said):
        n = next(s for s in solution.free_symbols if s.name == found[1])
        return solution.subs(n, n + (1 if found[2] == "+" else -1))
    if found := re.match(r"(\w+) and (\w+) are exchanged\.", said):
        a, b = (next(s for s in solution.free_symbols if s.name == found[k]) for k in (1, 2))
        return solution.xreplace({a: b, b: a})
    if found := re.match(r"The sum over (\w+) (starts|ends) one term too (early|late)\.", said):
        return _moved(solution, _WORDS[found[2]], -1 if found[3] == "early" else 1)
    return None


def _moved(solution: sp.Expr, end: int, by: int) -> sp.Expr | None:
    sums = list(solution.atoms(sp.Sum))
    if len(sums) != 1:
        return None
    index, *ends = sums[0].limits[0]
    ends[end] += by
    return solution.xreplace({sums[0]: sp.Sum(sums[0].function, (index, *ends))})


def _apart(a: sp.Expr, b: sp.Expr, exercise: Any, fixed: dict[Any, Any] | None = None) -> bool:
    for seed in range(8):
        values = point(a - b, exercise, random.Random(seed))
        if values is None:
            continue
        one, other = value(a, {**values, **(fixed or {})}), value(b, {**values, **(fixed or {})})
        if one is not None and other is not None and abs(one - other) > 1e-8 * (1 + abs(other)):
            return True
    return False


def _false_example(found: re.Match[str], answer: sp.Expr, exercise: Any) -> str:
    values: dict[Any, Any] = {}
    symbols = answer.free_symbols | exercise.solution.free_symbols
    for name, number in re.findall(r"(\S+(?:\[[^\]]*\])?) = ([-\d./e+]+)", found[1]):
        own = [s for s in symbols if isinstance(s, sp.Symbol) and s.name == name]
        if "[" in name:
            values[name] = sp.Rational(number)
        elif own:
            values[own[0]] = sp.Rational(number)
        else:
            return ""  # a symbol of what is given
    for claimed, expr in ((found[2], answer), (found[3], exercise.solution)):
        right = value(expr, values)
        if right is None or abs(complex(sp.Rational(claimed)) - right) > 1e-4 * (1e-9 + abs(right)):
            return f"at {values} it is {right}, not {claimed}"
    given = exercise.engine.given
    for one in given if isinstance(given, list | tuple) else [given]:
        if (
            isinstance(one, sp.Basic)
            and not one.has(sp.Indexed)
            and one.xreplace(values) == sp.false
        ):
            return f"{one} does not hold there"
    return ""
