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
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.sympify import SympifyError

from ._elementwise import TESTS, condition_of
from ._exact import exact
from ._ufuncs import as_array, choose, compute, kind_of, objects, write_at

__all__ = ["SymArray", "sym", "symarray"]


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
        make: Callable[[tuple[int, ...]], sp.Expr] = lambda index: name[index]
    else:
        stem, assumed = _checked_name(name), _real_unless_told(assumptions)
        make = lambda index: sp.Symbol("_".join([stem, *map(str, index)]), **assumed)
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
        if dtype is not None and np.dtype(dtype) != (bool if name in TESTS else object):
            raise TypeError(f"np.{name}: symbols cannot be computed as {np.dtype(dtype)}")
        options = {k: v for k, v in options.items() if k not in _IGNORED}
        if method == "at":
            return write_at(name, _plain_index(inputs[1]), inputs[0], *inputs[2:])
        result = compute(name, ufunc.nin, method, inputs, options, where)
        if where is not True and method == "__call__":
            result = _only_where(name, where, result, out)
        return _give(result, out, is_test=name in TESTS)

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
        self.view(np.ndarray)[_plain_index(key)] = objects(value, "assignment")[()]

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
        return objects(self, "tolist").tolist()

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """A copy; only object dtype, and bool or integer where every element is one."""
        kind = np.dtype(dtype)
        if kind.kind == "O":
            return super().astype(object, *args, **kwargs)
        if kind.kind not in "biu":
            raise TypeError(f"astype({kind}) would round: symbols stay of object dtype")
        convert = (lambda a: _decided(a, "astype(bool)")) if kind.kind == "b" else _integer
        return np.asarray(np.frompyfunc(convert, 1, 1)(objects(self, "astype"))).astype(kind)

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


# --- from NumPy's results to symbols, and back ----------------------------------------------------


def _as_symbols(value: Any) -> SymArray:
    return objects(value, "asanyarray").view(SymArray)


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
    scalar = as_array(value).view(SymArray)
    scalar._scalar = True
    return scalar


def _only_where(name: str, where: Any, result: Any, out: tuple[Any, ...] | None) -> Any:
    if out is None:
        raise TypeError(f"np.{name} with where= needs out=: the rest would be left unset")
    return _where(_as_symbols(where), as_array(result), _unset_as_zero(out[0]))


def _unset_as_zero(array: np.ndarray) -> np.ndarray:
    """A copy in which places that nothing was written to hold zero (they may hold anything)."""
    plain = np.array(array, dtype=object, subok=False)
    plain[np.equal(plain, None)] = sp.S.Zero
    return plain


def _give(result: Any, out: tuple[Any, ...] | None, is_test: bool = False) -> Any:
    """The result of a ufunc, written to `out` if there is one; a decided test as booleans."""
    result = as_array(result)
    if out is not None:
        return _write(result, out[0])
    if is_test and all(a in (sp.S.Zero, sp.S.One) for a in result.flat):
        return result.astype(bool)[()]
    return _as_scalar(result.item()) if result.ndim == 0 else result.view(SymArray)


def _write(result: np.ndarray, out: Any) -> Any:
    kind = out.dtype.kind
    if kind not in "Obiu":
        raise TypeError(
            f"symbols cannot be written to {kind_of(out)} (out=, or an in-place operator): "
            "make it with np.empty_like or np.zeros_like of an array of symbols"
        )
    if kind == "O":
        out.view(np.ndarray)[...] = result
    else:
        out[...] = _as_symbols(result).astype(out.dtype)
    return out


def _decided(value: Any, what: str) -> bool:
    test = condition_of(exact(value))
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
    if any(v.has(sp.Piecewise) for v in objects(key, "index").flat):
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
    return _give(choose(condition, *choices), None)


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    if dst.dtype != object:
        raise TypeError(f"np.copyto: symbols cannot be written to {kind_of(dst)}")
    if where is not True:
        src = _where(where, src, _unset_as_zero(dst))
    dst.view(np.ndarray)[...] = objects(src, "copyto")


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
    plain = [objects(a, "einsum") for a in operands]
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
