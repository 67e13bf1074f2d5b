"""Homework on the shapes of convolutions."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

k1, k2, k3, s1, s2 = sp.symbols("k1 k2 k3 s1 s2", integer=True, positive=True)


def places(size, k, s=1, p=0, d=1):
    return (size + 2 * p - d * (k - 1) - 1) // s + 1


@varied(
    size=[224, 192, 227, 160],
    first=[(7, 2, 3), (5, 2, 2), (11, 4, 2)],
    pool=[(3, 2, 1), (2, 2, 0), (3, 2, 0)],
)
def through_two(size, first, pool):
    between = places(size, *first)
    right = places(between, *pool)
    exact = sp.Rational(size + 2 * first[2] - first[0], first[1]) + 1
    return Number(
        right,
        tolerance=0,
        unit="pixels",
        title="Through two layers",
        question=rf"A row of ${size}$ pixels goes through a convolution with $k = {first[0]}$, $s = {first[1]}$, $p = {first[2]}$, then through a pooling with $k = {pool[0]}$, $s = {pool[1]}$, "
        rf"$p = {pool[2]}$. How many pixels are left?",
        hints=["Round down after each layer, not at the end."],
        mistakes=[
            ("first-only", between, "That is after the first layer."),
            ("no-first-place", right - 1, "One too few: the first place of a window takes no stride."),
            ("rounded-at-the-end", sp.ceiling((exact + 2 * pool[2] - pool[0]) / pool[1]) + 1, "One too many: rounded up somewhere."),
        ],
    )  # fmt: skip


@varied(layers=[2, 3])
def what_one_sees(layers):
    right = k1 + (k2 - 1) * s1 + ((k3 - 1) * s1 * s2 if layers == 3 else 0)
    symbols = [k1, k2, s1] + ([k3, s2] if layers == 3 else [])
    strides = "$s_1$" if layers == 2 else "$s_1$ and $s_2$"
    return Formula(
        right,
        symbols,
        title="What one output sees",
        question=rf"{'Two' if layers == 2 else 'Three'} layers follow each other, with kernels {'$k_1$, $k_2$' if layers == 2 else '$k_1$, $k_2$, $k_3$'}; the stride{'s' if layers == 3 else ''} of all but the last "
        rf"{'are' if layers == 3 else 'is'} {strides}. How many pixels in a row does one output see?",
        hints=["Neighbours behind the first layer stand $s_1$ pixels apart in front of it."],
        mistakes=[
            ("strides-forgotten", right.subs({s1: 1, s2: 1}), "The strides move the windows of the later layers apart."),
            ("product", k1 * k2 * (k3 if layers == 3 else 1), "The windows overlap: their sizes are not multiplied."),
            ("one-too-many", right + s1, "Between $k$ places there are $k - 1$ strides."),
        ],
    )  # fmt: skip


def _seen(size, k, s, d):
    counts = np.zeros(size, dtype=int)
    for n in range(places(size, k, s, d=d)):
        counts[n * s : n * s + d * (k - 1) + 1 : d] += 1
    return counts


def _without_dilation(size, k, s, d):
    return _seen(size, k, s, 1)


def _stride_one(size, k, s, d):
    return _seen(size, k, 1, d)


def _one_less(size, k, s, d):
    return _seen(size - s, k, s, d).tolist() + [0] * s


def _gaps_filled(size, k, s, d):
    counts = np.zeros(size, dtype=int)
    for n in range(places(size, k, s, d=d)):
        counts[n * s : n * s + d * (k - 1) + 1] += 1
    return counts


def _a_row(rng):
    k, s, d = (int(q) for q in rng.integers(2, 4, size=3))
    return int(rng.integers(d * (k - 1) + 2 + s, 24)), k, s, d


times_seen = Function(
    _seen,
    _a_row,
    title="How often each pixel is seen",
    question="Write `times_seen(size, k, s, d)`: for a row of `size` pixels, an array of `size` whole numbers that says in how many places of the window each "
    "pixel is seen. The window has `k` pixels, the stride is `s`, the dilation `d`; there is no padding.",
    hints=["The window at place $n$ begins at pixel $ns$; its pixels are $d$ apart."],
    mistakes=[
        ("without-dilation", _without_dilation, "The pixels of a window are `d` apart."),
        ("stride-one", _stride_one, "The windows begin `s` pixels apart."),
        ("one-less", _one_less, "One place is missing: the last window ends where the row ends, or before."),
        ("gaps-filled", _gaps_filled, "Between the pixels of a dilated window there are gaps, which it does not see."),
    ],
)  # fmt: skip
