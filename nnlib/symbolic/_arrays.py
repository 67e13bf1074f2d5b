"""Arrays of SymPy expressions on which ordinary NumPy code runs unmodified.

A :class:`SymArray` is an ndarray of object dtype. NumPy hands it every ufunc and every function
that code calls on it, and it answers with the same operation of SymPy, exactly: nothing is ever
rounded. So a function written for float64 arrays also says, on symbols, which formula it computes:

>>> import numpy as np
>>> from nnlib.symbolic import symarray
>>> x = symarray("x", 2)
>>> np.sqrt(np.mean(x * x)).item()
sqrt(x_0**2/2 + x_1**2/2)

Numbers
    Integers, booleans, fractions and SymPy numbers are taken as they are. A float is taken for
    the short decimal it prints as (0.9 is 9/10, 1e-5 is 1/100000), or for the quotient with a
    denominator up to 1000 that a float64 is within 2**-52 of (``1 / 3`` is 1/3, ``1 - 0.9`` is
    1/10). Any other, such as ``0.7**5`` or ``math.pi``, is a rounded result whose origin nobody
    can tell: it raises ``TypeError``. Pass ``sympy.Rational(7, 10)``, or a symbol.
Scalars
    Indexing one element, a full reduction and arithmetic on 0-d arrays give a 0-d ``SymArray``.
    As with NumPy's scalars, ``s += 1`` then makes a new one. ``.item()`` is the SymPy expression.
Comparisons
    ``x > 0`` is ``Piecewise((1, x > 0), (0, True))``, or 1 or 0 where the assumptions decide it,
    so ``x * (x > 0)`` and ``np.where(x > 0, x, 0)`` work. If all elements are decided it is a
    plain boolean array, which also serves as an index; ``if x > 0`` raises where it is open.
Maximum
    ``np.maximum`` and ``max`` give a :class:`Maximum`, which stays whole: the shift of a softmax
    must cancel like any symbol.
What is lost
    ``np.asarray`` and ``np.array`` strip the subclass; code that is to run on symbols uses
    ``np.asanyarray`` and makes its scratch space by ``np.empty_like``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from numpy.lib.array_utils import normalize_axis_tuple
from sympy.core.sympify import SympifyError
from sympy.logic.boolalg import Boolean

__all__ = ["Maximum", "SymArray", "exact", "sym", "symarray"]

# Significant decimal digits, and bits of the numerator, up to which a float of that type is read
# as a number somebody wrote; a rounded result uses nearly all the digits the type has.
_SHORT = {"float16": (3, 6), "float32": (6, 12), "float64": (12, 24)}
_SHORT_LONGDOUBLE = (14, 32)
_ROUNDING = Fraction(1, 2**52)


def exact(value: Any) -> sp.Expr:
    """The SymPy expression that is exactly `value`.

    Takes a SymPy expression (floats inside it are made exact), a condition (1 where it holds,
    else 0), bool, int, Fraction, Decimal, float, complex, their NumPy scalars, and a 0-d array of
    these. Raises ``TypeError`` for anything else, and for a float that is a rounded result.
    """
    if isinstance(value, sp.Basic):
        return _exact_basic(value)
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return sp.Integer(int(value))
    if isinstance(value, float | np.floating):
        return _exact_float(value)
    if isinstance(value, complex | np.complexfloating):
        return _exact_float(value.real) + sp.I * _exact_float(value.imag)
    if isinstance(value, Fraction | Decimal):
        return sp.Rational(Fraction(value))
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return exact(value.item())
    if value is None:
        raise TypeError("an element was read that nothing was written to (np.empty_like)")
    raise TypeError(f"expected a number or a SymPy expression, got {type(value).__name__}")


def _exact_basic(value: sp.Basic) -> sp.Expr:
    if isinstance(value, Boolean) and not isinstance(value, sp.Expr):
        return _indicator(value)
    if not isinstance(value, sp.Expr):
        raise TypeError(f"expected a SymPy expression, got {type(value).__name__}")
    if value.has(sp.Float):
        return value.xreplace({f: _exact_float(float(f)) for f in value.atoms(sp.Float)})
    return value


def _exact_float(value: float | np.floating) -> sp.Expr:
    if not np.isfinite(value):
        return sp.nan if np.isnan(value) else sp.oo if value > 0 else -sp.oo
    if isinstance(value, np.longdouble) and float(value) == value:
        value = float(value)
    digits, bits = _SHORT.get(np.dtype(type(value)).name, _SHORT_LONGDOUBLE)
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1 or abs(numerator).bit_length() <= bits:
        return sp.Rational(numerator, denominator)
    text = np.format_float_scientific(value, unique=True, trim="-")
    if len(text.split("e")[0].strip("-").replace(".", "")) <= digits:
        return sp.Rational(text)
    quotient = Fraction(numerator, denominator).limit_denominator(1000)
    error = abs(Fraction(numerator, denominator) - quotient)
    if isinstance(value, float) and quotient and error <= _ROUNDING:
        return sp.Rational(quotient)
    raise TypeError(
        f"the float {value!r} is a rounded result, and symbols are exact: "
        "pass sympy.Rational(p, q), or a symbol made by sym"
    )


def sym(value: Any, **assumptions: bool) -> SymArray:
    """A 0-d :class:`SymArray`: a new symbol if `value` is a name, else `value` itself, exactly.

    A symbol is real unless an assumption says otherwise: ``sym("gamma", positive=True)``.
    """
    if isinstance(value, str):
        value = sp.Symbol(_checked_name(value), **_real_unless_told(assumptions))
    elif assumptions:
        raise TypeError(f"assumptions go with a name; got {type(value).__name__} and assumptions")
    return _as_symbols(value).copy()


def symarray(
    name: str | sp.IndexedBase, shape: int | tuple[int, ...], *, start: int = 0, **assumptions: bool
) -> SymArray:
    """An array of symbols.

    Parameters
    ----------
    name : str or IndexedBase
        ``"x"`` gives the symbols ``x_0, x_1, …`` (``x_0_1`` in two dimensions), real unless an
        assumption says otherwise. An ``IndexedBase`` gives its elements ``x[0], x[1], …``, the
        ones a ``Sum`` over ``x[j]`` contains; it carries its own assumptions.
    shape : int or tuple of int
        Zero is allowed.
    start : int
        The first index along each axis: 1 for a sequence c[1], c[2], …
    """
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if any(not isinstance(n, int | np.integer) or n < 0 for n in shape):
        raise ValueError(f"shape: expected non-negative integers, got {shape}")
    if isinstance(name, sp.IndexedBase):
        if assumptions:
            raise TypeError("assumptions go with a name; an IndexedBase carries its own")
        make: Callable[[tuple[int, ...]], sp.Expr] = lambda index: name[index]  # noqa: E731
    else:
        stem, assumed = _checked_name(name), _real_unless_told(assumptions)
        make = lambda index: sp.Symbol("_".join([stem, *map(str, index)]), **assumed)  # noqa: E731
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        array[index] = make(tuple(n + start for n in index))
    return array.view(SymArray)


def _checked_name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"name: expected a string or an IndexedBase, got {type(name).__name__}")
    if not name or any(c.isspace() or c in ",;:()" for c in name):
        raise ValueError(f"name: expected the name of one symbol, got {name!r}")
    return name


def _real_unless_told(assumptions: dict[str, bool]) -> dict[str, bool]:
    if {"real", "extended_real", "complex", "imaginary"} & assumptions.keys():
        return assumptions
    return {"real": True, **assumptions}


class Maximum(sp.Function):
    """max(a, b, …), kept whole unless every argument is a number.

    SymPy's own ``Max`` compares its arguments pair by pair each time it is built, and rewrites
    itself inside other expressions; this one behaves like a symbol that knows how to be printed,
    substituted, differentiated and evaluated.
    """

    @classmethod
    def eval(cls, *args: sp.Expr) -> sp.Expr | None:
        flat: set[sp.Expr] = set()
        for a in args:
            flat.update(a.args if isinstance(a, cls) else [a])
        if sp.nan in flat:
            return sp.nan
        numbers = {a for a in flat if a.is_number and a.is_extended_real}
        if numbers:
            flat = (flat - numbers) | {sp.Max(*numbers)}
        if sp.oo in flat:
            return sp.oo
        kept = _largest_of_two(flat - {-sp.oo}) or {-sp.oo}
        ordered = tuple(sorted(kept, key=sp.default_sort_key))
        if len(ordered) == 1:
            return ordered[0]
        return None if ordered == args else cls(*ordered)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """1 where this argument is the largest, else 0; where two are largest there is none."""
        this = self.args[argindex - 1]
        rest = [a for i, a in enumerate(self.args) if i != argindex - 1]
        return sp.Piecewise((1, this > type(self)(*rest)), (0, True))

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(a.is_extended_real for a in self.args) else None

    def _eval_is_finite(self) -> bool | None:
        return True if all(a.is_finite for a in self.args) else None

    def _eval_is_positive(self) -> bool | None:
        return _either(a.is_positive for a in self.args)

    def _eval_is_nonnegative(self) -> bool | None:
        return _either(a.is_nonnegative for a in self.args)

    def _eval_rewrite_as_Max(self, *args: sp.Expr, **_: Any) -> sp.Expr:
        return sp.Max(*args)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.func(*[a._evalf(prec) for a in self.args])

    def _sympystr(self, printer: Any) -> str:
        return f"max({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\max\left({', '.join(map(printer._print, self.args))}\right)"
        return text if exp is None else f"{text}^{{{exp}}}"

    def _numpycode(self, printer: Any) -> str:
        amax = printer._module_format("numpy.amax")
        return f"{amax}(({', '.join(map(printer._print, self.args))}), axis=0)"

    def _pythoncode(self, printer: Any) -> str:
        return f"max({', '.join(map(printer._print, self.args))})"


def _either(facts: Iterable[bool | None]) -> bool | None:
    """Whether a property that one argument passes on to the maximum holds (None: unknown)."""
    facts = list(facts)
    return True if any(facts) else False if all(f is False for f in facts) else None


def _largest_of_two(args: set[sp.Expr]) -> set[sp.Expr]:
    """Without the smaller of a symbol and a number, where the symbol's sign settles it."""
    if len(args) != 2:
        return args
    a, b = args
    if not ((a.is_Atom or a.is_Indexed) and (b.is_Atom or b.is_Indexed)):
        return args
    difference = a - b
    return {a} if difference.is_nonnegative else {b} if difference.is_nonpositive else args


# --- the operations, one element at a time -----------------------------------------------------


def _indicator(condition: Any) -> sp.Expr:
    """1 where the condition holds and 0 where it does not."""
    condition = sp.sympify(condition)
    if condition in (sp.true, sp.false):
        return sp.Integer(int(bool(condition)))
    return sp.Piecewise((1, condition), (0, True))


def _holds(value: sp.Expr) -> sp.Basic:
    """The condition that `value` is not zero; that of an indicator is the one it was made from."""
    if isinstance(value, sp.Piecewise) and len(value.args) == 2:
        (one, condition), (zero, otherwise) = value.args
        if (one, zero, otherwise) == (sp.S.One, sp.S.Zero, sp.true):
            return condition
    return sp.Ne(value, 0)


def _select(condition: sp.Expr, yes: sp.Expr, no: sp.Expr) -> sp.Expr:
    test = _holds(condition)
    if yes == no or test == sp.true:
        return yes
    return no if test == sp.false else sp.Piecewise((yes, test), (no, True))


def _divide(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    if b.is_zero:
        raise ZeroDivisionError(f"division of {a} by zero")
    return a / b


def _power(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    if a.is_zero and b.is_negative:
        raise ZeroDivisionError(f"zero to the negative power {b}")
    return a**b


def _log(a: sp.Expr) -> sp.Expr:
    if a.is_zero:
        return -sp.oo  # as NumPy has it; SymPy's log(0) has no sign
    return sp.log(a)


def _compare(relation: Callable[[sp.Expr, sp.Expr], Any]) -> Callable[..., sp.Expr]:
    return lambda a, b: _indicator(relation(a, b))


def _mask_only(a: sp.Expr) -> sp.Expr:
    if a in (sp.S.Zero, sp.S.One):
        return a
    if isinstance(a, sp.Piecewise) and {v for v, _ in a.args} <= {sp.S.Zero, sp.S.One}:
        return a
    raise TypeError(f"bitwise operations are for comparisons (0 or 1), got {a}")


def _and(*args: sp.Expr) -> sp.Expr:
    return _indicator(sp.And(*map(_holds, args)))


def _or(*args: sp.Expr) -> sp.Expr:
    return _indicator(sp.Or(*map(_holds, args)))


def _not(a: sp.Expr) -> sp.Expr:
    return _indicator(sp.Not(_holds(a)))


def _minimum(*args: sp.Expr) -> sp.Expr:
    return -Maximum(*(-a for a in args))


_RULES: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _divide,
    "true_divide": _divide,
    "floor_divide": lambda a, b: sp.floor(_divide(a, b)),
    "remainder": lambda a, b: sp.Mod(a, b),
    "power": _power,
    "float_power": _power,
    "negative": operator.neg,
    "positive": lambda a: a,
    "reciprocal": lambda a: _divide(sp.S.One, a),
    "square": lambda a: a**2,
    "sqrt": sp.sqrt,
    "absolute": sp.Abs,
    "fabs": sp.Abs,
    "sign": sp.sign,
    "conjugate": sp.conjugate,
    "exp": sp.exp,
    "exp2": lambda a: sp.Integer(2) ** a,
    "expm1": lambda a: sp.exp(a) - 1,
    "log": _log,
    "log1p": lambda a: _log(1 + a),
    "log2": lambda a: _log(a) / sp.log(2),
    "log10": lambda a: _log(a) / sp.log(10),
    "logaddexp": lambda a, b: sp.log(sp.exp(a) + sp.exp(b)),
    "hypot": lambda a, b: sp.sqrt(a**2 + b**2),
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "arctan": sp.atan,
    "arctan2": sp.atan2,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "arcsinh": sp.asinh,
    "arccosh": sp.acosh,
    "arctanh": sp.atanh,
    "maximum": Maximum,
    "fmax": Maximum,
    "minimum": _minimum,
    "fmin": _minimum,
    "clip": lambda a, low, high: _minimum(Maximum(a, low), high),
    "heaviside": lambda a, at0: sp.Piecewise((0, a < 0), (at0, sp.Eq(a, 0)), (1, True)),
    "greater": _compare(operator.gt),
    "greater_equal": _compare(operator.ge),
    "less": _compare(operator.lt),
    "less_equal": _compare(operator.le),
    "equal": _compare(sp.Eq),
    "not_equal": _compare(sp.Ne),
    "logical_and": _and,
    "logical_or": _or,
    "logical_not": _not,
    "logical_xor": lambda a, b: _indicator(sp.Xor(_holds(a), _holds(b))),
    "bitwise_and": lambda a, b: _and(_mask_only(a), _mask_only(b)),
    "bitwise_or": lambda a, b: _or(_mask_only(a), _mask_only(b)),
    "invert": lambda a: _not(_mask_only(a)),
    "isnan": lambda a: _indicator(a is sp.nan),
    "isinf": lambda a: _indicator(a in (sp.oo, -sp.oo, sp.zoo)),
    "isfinite": lambda a: _indicator(a not in (sp.nan, sp.oo, -sp.oo, sp.zoo)),
}

_TESTS = frozenset(
    """
    greater greater_equal less less_equal equal not_equal isnan isinf isfinite
    logical_and logical_or logical_not logical_xor bitwise_and bitwise_or invert
    """.split()
)

# Reductions that SymPy does at once, with the value of the empty one (None: there is none).
_REDUCTIONS: dict[str, tuple[Callable[..., sp.Expr], sp.Expr | None]] = {
    "add": (sp.Add, sp.S.Zero),
    "multiply": (sp.Mul, sp.S.One),
    "maximum": (Maximum, None),
    "minimum": (_minimum, None),
    "logical_and": (_and, sp.S.One),
    "logical_or": (_or, sp.S.Zero),
}

_IGNORED = {"casting", "order", "subok"}  # options that change nothing for objects


class SymArray(np.ndarray):
    """An ndarray of SymPy expressions; made by :func:`symarray` and :func:`sym`.

    Everything not listed in this module raises ``TypeError`` and is named there.
    """

    # Lets SymPy's operators step back, so that `expr * array` is an array.
    _op_priority = 1000.0
    # True for what NumPy would give back as a scalar: in-place operators then make a new one.
    _scalar = False

    def __array_ufunc__(
        self,
        ufunc: np.ufunc,
        method: str,
        *inputs: Any,
        out: tuple[Any, ...] | None = None,
        where: Any = True,
        dtype: Any = None,
        **options: Any,
    ) -> Any:
        name = ufunc.__name__
        if set("".join(ufunc.types)) == set("O->"):  # made by np.vectorize or np.frompyfunc
            plain = [np.asarray(a) if isinstance(a, np.ndarray) else a for a in inputs]
            return getattr(ufunc, method)(*plain, out=out, where=where, dtype=dtype, **options)
        if dtype is not None and np.dtype(dtype) != (bool if name in _TESTS else object):
            raise TypeError(f"np.{name}: symbols cannot be computed as {np.dtype(dtype)}")
        options = {k: v for k, v in options.items() if k not in _IGNORED}
        if method == "at":
            return _at(name, ufunc.nin, *inputs)
        result = _compute(name, ufunc.nin, method, inputs, options, where)
        if where is not True and method == "__call__":
            result = _only_where(name, where, result, out)
        return _give(result, out, is_test=name in _TESTS)

    def __array_function__(
        self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        name = func.__name__
        if name in _OWN_FUNCTIONS:
            return _OWN_FUNCTIONS[name](*args, **kwargs)
        if name not in _FUNCTIONS:
            raise TypeError(f"{func.__module__}.{name} does not work on symbols")
        args, kwargs = _exact_arguments(args), _exact_arguments(kwargs)
        try:
            return _as_result(super().__array_function__(func, types, args, kwargs))
        except TypeError as error:
            raise TypeError(f"{func.__module__}.{name} on symbols: {error}") from error

    def __getitem__(self, key: Any) -> SymArray:
        return _as_result(super().__getitem__(_plain_index(key)))

    def __setitem__(self, key: Any, value: Any) -> None:
        self.view(np.ndarray)[_plain_index(key)] = _objects(value, "assignment")[()]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if self.size != 1:
            return super().__bool__()
        return _decided(self.item(), "if, and, or, not")

    def __float__(self) -> float:
        raise TypeError("float() of a symbol would round; keep it as an array and use np functions")

    def __complex__(self) -> complex:
        raise TypeError("complex() of a symbol would round; keep it as an array")

    def __int__(self) -> int:
        return _integer(self.item() if self.size == 1 else self)

    __index__ = __int__

    def _sympy_(self) -> Any:
        if self.ndim == 0:
            return exact(self.item())
        if self.size == 0:
            raise SympifyError("an empty array")
        return sp.Array(self.tolist())

    def item(self, *index: Any) -> sp.Expr:
        """The SymPy expression at this place (of the only element, without an argument)."""
        return exact(super().item(*index))

    def tolist(self) -> Any:
        """Nested lists of SymPy expressions (the expression itself if 0-d)."""
        return _objects(self, "tolist").tolist()

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """A copy; only object dtype, and bool or integer where every element is one."""
        kind = np.dtype(dtype)
        if kind == object:
            return super().astype(object, *args, **kwargs)
        if kind.kind not in "biu":
            raise TypeError(f"astype({kind}) would round: symbols stay of object dtype")
        convert = (lambda a: _decided(a, "astype(bool)")) if kind.kind == "b" else _integer
        return np.asarray(np.frompyfunc(convert, 1, 1)(_objects(self, "astype"))).astype(kind)

    def dot(self, other: Any, out: Any = None) -> Any:
        """As ``np.dot``."""
        return np.dot(self, other, out=out)

    def fill(self, value: Any) -> None:
        """Writes one value everywhere."""
        self[...] = value

    def argmax(self, *args: Any, **kwargs: Any) -> Any:
        """Where the largest element is, if the elements can be compared."""
        return _comparing("argmax", super().argmax, args, kwargs)

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Where the smallest element is, if the elements can be compared."""
        return _comparing("argmin", super().argmin, args, kwargs)

    def sort(self, *args: Any, **kwargs: Any) -> None:
        """Sorts in place, if the elements can be compared."""
        _comparing("sort", super().sort, args, kwargs)

    def argsort(self, *args: Any, **kwargs: Any) -> Any:
        """The order of the elements, if they can be compared."""
        return _comparing("argsort", super().argsort, args, kwargs)

    def __repr__(self) -> str:
        return f"SymArray({self._text(', ')})"

    def __str__(self) -> str:
        return self._text(" ")

    def _text(self, separator: str) -> str:
        plain = self.view(np.ndarray)
        return np.array2string(plain, separator=separator, formatter={"all": str})

    def _repr_latex_(self) -> str:
        inner = sp.latex(self._sympy_()) if self.size else r"\left[\right]"
        return f"$\\displaystyle {inner}$"


def _in_place(name: str, plain: Callable[[Any, Any], Any]) -> Callable[[SymArray, Any], Any]:
    writing = getattr(np.ndarray, name)

    def method(self: SymArray, other: Any) -> Any:
        return plain(self, other) if self._scalar else writing(self, other)

    method.__name__ = name
    return method


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or"):
    _plain = getattr(operator, f"__{_name}__")
    setattr(SymArray, f"__i{_name}__", _in_place(f"__i{_name}__", _plain))


# --- ufuncs ---------------------------------------------------------------------------------------


def _objects(value: Any, name: str) -> np.ndarray:
    """A plain object array of exact SymPy expressions, of the shape of `value`."""
    array = value.view(np.ndarray) if isinstance(value, np.ndarray) else _from_nested(value)
    try:
        converted = np.frompyfunc(exact, 1, 1)(array)
    except TypeError as error:
        raise TypeError(f"np.{name} on symbols: {error}") from error
    return _as_array(converted)


def _from_nested(value: Any) -> np.ndarray:
    """An object array; an expression, even one that has a length, is one element."""
    if isinstance(value, list | tuple):
        parts = [_from_nested(v) for v in value]
        return np.stack(parts) if parts else np.empty(0, dtype=object)
    if isinstance(value, SymArray):
        return value.view(np.ndarray)
    return _as_array(value)


def _as_array(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), dtype=object)
    array[()] = value
    return array


def _as_symbols(value: Any) -> SymArray:
    return _objects(value, "asanyarray").view(SymArray)


def _as_result(value: Any) -> Any:
    """What a NumPy function or an index gave back, as symbols; views stay views."""
    if isinstance(value, tuple | list):
        return type(value)(_as_result(v) for v in value)
    if isinstance(value, np.ndarray):
        return _repaired(value).view(SymArray) if value.dtype == object else value
    return _as_scalar(value) if isinstance(value, sp.Basic) else value


def _repaired(array: np.ndarray) -> np.ndarray:
    """Python numbers that NumPy put into an object array (zeros, padding), made exact in place."""
    if array.flags.writeable:
        plain = array.view(np.ndarray)
        for index in np.ndindex(*plain.shape):
            value = plain[index]
            if value is not None and not isinstance(value, sp.Basic):
                plain[index] = exact(value)
    return array


def _as_scalar(value: sp.Expr) -> SymArray:
    scalar = _as_array(value).view(SymArray)
    scalar._scalar = True
    return scalar


def _compute(
    name: str, nin: int, method: str, inputs: tuple[Any, ...], options: dict[str, Any], where: Any
) -> Any:
    if name in _CONTRACTIONS and method == "__call__":
        return _CONTRACTIONS[name](*(_objects(a, name) for a in inputs), **options)
    if name not in _RULES:
        raise TypeError(f"np.{name} does not work on symbols")
    if method in ("reduce", "accumulate", "reduceat"):
        arrays = [_objects(inputs[0], name), *inputs[1:]]
    else:
        arrays = [_objects(a, name) for a in inputs]
    if method == "reduce" and name in _REDUCTIONS:
        return _reduce(name, arrays[0], where=where, **options)
    if where is not True and method != "__call__":
        raise TypeError(f"np.{name}.{method} with where= does not work on symbols")
    try:
        return getattr(np.frompyfunc(_RULES[name], nin, 1), method)(*arrays, **options)
    except TypeError as error:
        raise TypeError(f"np.{name} on symbols: {error}") from error


def _reduce(
    name: str,
    array: np.ndarray,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> np.ndarray:
    combine, empty = _REDUCTIONS[name]
    if where is not True:
        if empty is None and initial is None:
            raise ValueError(f"np.{name} with where= needs initial=")
        rest = empty if empty is not None else exact(initial)
        array = _where(_as_symbols(where), array, rest).view(np.ndarray)
    axes = tuple(range(array.ndim)) if axis is None else normalize_axis_tuple(axis, array.ndim)
    kept = tuple(i for i in range(array.ndim) if i not in axes)
    shape = tuple(array.shape[i] for i in kept)
    rows = array.transpose(kept + axes).reshape(*shape, -1 if array.size else _count(array, axes))
    start = [] if initial is None or initial is np._NoValue else [exact(initial)]
    if rows.shape[-1] == 0 and not start and empty is None:
        raise ValueError(f"np.{name} of an empty array has no value")
    result = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        terms = [*start, *rows[index]]
        result[index] = combine(*terms) if terms else empty
    return np.expand_dims(result, axes) if keepdims else result


def _count(array: np.ndarray, axes: tuple[int, ...]) -> int:
    return int(np.prod([array.shape[i] for i in axes], dtype=int))


def _at(name: str, nin: int, target: Any, index: Any, *values: Any) -> None:
    """ufunc.at: repeated places count each time."""
    if not isinstance(target, np.ndarray) or target.dtype != object:
        raise TypeError(f"np.{name}.at: symbols cannot be written to {_kind(target)}")
    if name not in _RULES:
        raise TypeError(f"np.{name} does not work on symbols")
    rule, plain = _RULES[name], target.view(np.ndarray)
    places = np.arange(plain.size).reshape(plain.shape)[_plain_index(index)]
    operands = [np.broadcast_to(_objects(v, name), places.shape) for v in values]
    for k, place in np.ndenumerate(places):
        where = np.unravel_index(place, plain.shape)
        plain[where] = rule(exact(plain[where]), *(v[k] for v in operands))


def _matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("np.matmul: expected arrays of at least one dimension")
    left = a if a.ndim > 1 else a[None, :]
    right = b if b.ndim > 1 else b[:, None]
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"np.matmul: shapes {a.shape} and {b.shape} do not fit")
    result = _vecdot(left[..., :, None, :], np.swapaxes(right, -1, -2)[..., None, :, :], real=True)
    if b.ndim == 1:
        result = result[..., 0]
    if a.ndim == 1:
        result = result[..., 0] if b.ndim == 1 else result[..., 0, :]
    return result


def _vecdot(
    a: np.ndarray, b: np.ndarray, axis: int = -1, keepdims: bool = False, real: bool = False
) -> np.ndarray:
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"np.vecdot: shapes {a.shape} and {b.shape} do not fit")
    term = operator.mul if real else lambda u, v: sp.conjugate(u) * v
    products = _as_array(np.frompyfunc(term, 2, 1)(a, b))
    result = _reduce("add", products, axis=-1, keepdims=keepdims)
    return np.moveaxis(result, -1, axis) if keepdims else result


_CONTRACTIONS: dict[str, Callable[..., np.ndarray]] = {
    "matmul": _matmul,
    "vecdot": _vecdot,
    "matvec": lambda a, b: _matmul(a, b[..., None])[..., 0],
    "vecmat": lambda a, b: _vecdot(a[..., None, :], np.swapaxes(b, -1, -2)),
}


def _only_where(name: str, where: Any, result: Any, out: tuple[Any, ...] | None) -> Any:
    if out is None:
        raise TypeError(f"np.{name} with where= needs out=: the rest would be left unset")
    return _where(_as_symbols(where), _as_array(result), _unset_as_zero(out[0]))


def _unset_as_zero(array: np.ndarray) -> np.ndarray:
    """A copy in which places that nothing was written to hold zero (they may hold anything)."""
    plain = np.array(array, dtype=object, subok=False)
    plain[np.equal(plain, None)] = sp.S.Zero
    return plain


def _give(result: Any, out: tuple[Any, ...] | None, is_test: bool = False) -> Any:
    """The result of a ufunc, written to `out` if there is one; a decided test as booleans."""
    result = _as_array(result)
    if out is not None:
        return _write(result, out[0])
    if is_test and all(a in (sp.S.Zero, sp.S.One) for a in result.flat):
        return result.astype(bool)[()]
    return _as_scalar(result.item()) if result.ndim == 0 else result.view(SymArray)


def _write(result: np.ndarray, out: Any) -> Any:
    kind = out.dtype.kind
    if kind not in "Obiu":
        raise TypeError(
            f"symbols cannot be written to {_kind(out)} (out=, or an in-place operator): "
            "make it with np.empty_like or np.zeros_like of an array of symbols"
        )
    if kind == "O":
        out.view(np.ndarray)[...] = result
    else:
        out[...] = _as_symbols(result).astype(out.dtype)
    return out


def _kind(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__


def _decided(value: Any, what: str) -> bool:
    test = _holds(exact(value))
    if test not in (sp.true, sp.false):
        raise TypeError(f"{what}: the symbols leave it open whether {test}")
    return bool(test)


def _integer(value: Any) -> int:
    if not isinstance(value, sp.Integer):
        raise TypeError(f"expected an integer, got {value}")
    return int(value)


def _plain_index(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(map(_plain_index, key))
    if not isinstance(key, SymArray):
        return key
    if any(v.has(sp.Piecewise) for v in _objects(key, "index").flat):
        raise TypeError("a mask that depends on the symbols cannot be an index; use np.where")
    return key.astype(int)


def _comparing(name: str, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    try:
        return call(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}: the symbols leave open which is larger ({error})") from error


# --- NumPy's other functions ----------------------------------------------------------------------


def _exact_arguments(value: Any) -> Any:
    """Floats among the arguments of a NumPy function, made exact; everything else as it is."""
    if isinstance(value, tuple | list):
        return type(value)(_exact_arguments(v) for v in value)
    if isinstance(value, dict):
        return {k: _exact_arguments(v) for k, v in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return _as_symbols(value)
    return exact(value) if isinstance(value, float | complex | np.inexact) else value


def _where(condition: Any, *choices: Any) -> SymArray:
    if len(choices) != 2:
        raise TypeError("np.where on symbols needs three arguments: condition, x, y")
    operands = [_objects(a, "where") for a in (condition, *choices)]
    return _give(np.frompyfunc(_select, 3, 1)(*operands), None)


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    if dst.dtype != object:
        raise TypeError(f"np.copyto: symbols cannot be written to {_kind(dst)}")
    if where is not True:
        src = _where(where, src, _unset_as_zero(dst))
    dst.view(np.ndarray)[...] = _objects(src, "copyto")


def _windows(x: Any, window_shape: Any, axis: Any = None, **options: Any) -> SymArray:
    options["subok"] = False
    plain = x.view(np.ndarray)
    return np.lib.stride_tricks.sliding_window_view(plain, window_shape, axis, **options).view(
        SymArray
    )


def _norm(
    x: SymArray,
    ord: Any = None,
    axis: Any = None,
    keepdims: bool = False,
) -> Any:
    if ord not in (None, 2) or (ord == 2 and axis is None and x.ndim != 1):
        raise TypeError("np.linalg.norm on symbols gives the Euclidean norm only")
    return np.sqrt(np.sum(np.conjugate(x) * x, axis=axis, keepdims=keepdims))


def _einsum(subscripts: str, *operands: Any, out: Any = None, **options: Any) -> Any:
    if not isinstance(subscripts, str):
        raise TypeError("np.einsum on symbols needs its subscripts as a string")
    plain = [_objects(a, "einsum") for a in operands]
    return _give(np.einsum(subscripts, *plain, dtype=object), None if out is None else (out,))


def _outer(a: Any, b: Any, out: Any = None) -> Any:
    return np.multiply.outer(np.ravel(_as_symbols(a)), np.ravel(_as_symbols(b)), out=out)


_OWN_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "copyto": _copyto,
    "einsum": _einsum,
    "norm": _norm,
    "outer": _outer,
    "sliding_window_view": _windows,
    "where": _where,
}

_FUNCTIONS = frozenset(
    """
    all amax amin any append argmax argmin argsort array_equal array_split
    atleast_1d atleast_2d atleast_3d average broadcast_arrays broadcast_to clip column_stack
    concatenate copy cumprod cumsum cumulative_prod cumulative_sum delete diag diagonal diff dot
    dsplit dstack empty_like expand_dims fill_diagonal flip fliplr flipud full_like hsplit hstack
    imag inner insert iscomplexobj isrealobj ix_ matrix_transpose max may_share_memory mean
    meshgrid min moveaxis ndim ones_like pad permute_dims prod put put_along_axis ravel real
    repeat reshape result_type roll rollaxis rot90 shape shares_memory size sort split squeeze
    stack std sum swapaxes take take_along_axis tensordot tile trace transpose tril triu unstack
    var vdot vsplit vstack zeros_like
    """.split()
)
