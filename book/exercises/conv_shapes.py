"""Exercises of the chapter on convolution output shapes."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np
from nnlib.symbolic import Definition, Derivation

n, k, s, d, L = sp.symbols("n k s d L", integer=True, positive=True)
o = sp.Symbol("o", integer=True, nonnegative=True)

first_count = Number(
    15,
    unit="pixels",
    tolerance=0,
    title="How many pixels",
    question="A layer with $k = 5$, $s = 2$, $p = 1$ and no dilation gets $32$ pixels. How many does it make?",
    hints=[
        "How much room is left when the window stands at its first place? How many strides of two fit?"
    ],
    mistakes=[
        ("rounded-up", 16, "You rounded up: the last window would hang over the end."),
        (
            "not-rounded",
            sp.Rational(31, 2),
            "There is no half place: round down before you add the one.",
        ),
        ("one-too-few", 14, "The padding is missing, or the first place was not counted."),
        ("stride-one", 30, "That is with stride one."),
        ("two-too-few", 13, "The padding is missing, and the first place was not counted."),
    ],
    remark="$\\lfloor (32 + 2 - 5)/2\\rfloor + 1 = 14 + 1$.",
)


def ntu(batch, out_channels, kernel_size, stride, padding):
    B, W, H, C = batch
    width, height = (
        (size + 2 * p - k) // s + 1 for size, k, s, p in zip((W, H), kernel_size, stride, padding)
    )
    return B, width, height, out_channels


def _keeps_channels(batch, out_channels, kernel_size, stride, padding):
    return (*ntu(batch, out_channels, kernel_size, stride, padding)[:3], batch[3])


def _pads_once(batch, out_channels, kernel_size, stride, padding):
    B, W, H, C = batch
    sizes = zip((W, H), kernel_size, stride, padding)
    return B, *((size + p - k) // s + 1 for size, k, s, p in sizes), out_channels


def _no_first_place(batch, out_channels, kernel_size, stride, padding):
    B, width, height, C = ntu(batch, out_channels, kernel_size, stride, padding)
    return B, width - 1, height - 1, C


def _vertical_first(batch, out_channels, kernel_size, stride, padding):
    return ntu(batch, out_channels, kernel_size[::-1], stride[::-1], padding[::-1])


def _channels_first(batch, out_channels, kernel_size, stride, padding):
    B, width, height, C = ntu(batch, out_channels, kernel_size, stride, padding)
    return B, C, width, height


def _rounds_up(batch, out_channels, kernel_size, stride, padding):
    B, W, H, C = batch
    sizes = zip((W, H), kernel_size, stride, padding)
    return B, *(-(-(size + 2 * p - k) // s) + 1 for size, k, s, p in sizes), out_channels


def _a_batch(rng):
    batch = tuple(int(q) for q in rng.integers((1, 8, 8, 1), (9, 30, 30, 5)))
    pairs = [tuple(int(q) for q in rng.integers(low, high, 2)) for low, high in PAIRS]
    return (batch, int(rng.integers(5, 9)), *pairs)


PAIRS = ((1, 6), (2, 4), (1, 3))

ntu_shape = Function(
    ntu,
    _a_batch,
    title="The shape of a batch",
    question=r"""NTU asks: how does the shape of a batch change? Write it as a function. The batch is $(B, W, H, C)$, the pairs are horizontal first, and the
new shape is wanted, all four numbers.""",
    hints=["Each axis is counted alone. Which of the four numbers has nothing to do with windows?"],
    mistakes=[
        (
            "keeps-channels",
            _keeps_channels,
            "The channels change too: there is one for each kernel.",
        ),
        ("pads-once", _pads_once, "The padding comes on both sides."),
        ("no-first-place", _no_first_place, "The first place takes no stride: one more."),
        (
            "vertical-first",
            _vertical_first,
            "The pairs are horizontal first here, and so is the shape of the batch.",
        ),
        ("channels-first", _channels_first, "Here the channels are the last axis."),
        ("rounds-up", _rounds_up, "A stride that is not whole does not count: round down."),
    ],
    remark="The assignment gave three quarters of a point to whoever forgot the channels.",
)

left_over = Number(
    1,
    unit="pixels",
    tolerance=0,
    title="Pixels that no window reaches",
    question="How many pixels at the end are reached by no window, with $W = 30$, $k = 4$, $s = 4$, $p = 1$, $d = 2$? (Padding counts as pixels here.)",
    hints=["How many pixels does the window cover? The rest is room; divide it by the stride."],
    mistakes=[
        (
            "window-too-long",
            0,
            "The window has gaps: it covers $d(k-1) + 1$ pixels. With $dk$ none would be left.",
        ),
        ("strides-that-fit", 6, "That is how many strides fit, not what is left over."),
        ("places", 7, "That is how many places there are."),
        ("no-padding", 3, "That is without the padding: there are $32$ pixels, not $30$."),
    ],
    remark="The window covers $7$ of $32$; the room is $25 = 6 \\cdot 4 + 1$.",
)

keeps_size = Formula(
    d * (k - 1) / 2,
    [d, k],
    title="A padding that keeps the size",
    question="Stride one, an odd kernel $k$, dilation $d$. Which $p$ keeps the size?",
    hints=["The room must be $W - 1$."],
    mistakes=[
        ("both-sides", d * (k - 1), "That is both sides together."),
        ("no-dilation", (k - 1) / 2, "The gaps make the window longer."),
        (
            "window-too-long",
            d * k / 2,
            "A window covers one pixel more than its gaps: $d(k-1) + 1$.",
        ),
    ],
    remark="With $k = 3$ it is $p = d$.",
)

output_padding = Number(
    1,
    tolerance=0,
    title="An output padding",
    question="A layer with $s = 2$, $k = 4$, $p = 1$ has made $16$ pixels of $33$. Which output padding does its transposed convolution need, to make $33$ of $16$?",
    hints=["How large is what $16$ pixels give without any? How much is missing?"],
    mistakes=[
        ("none", 0, "Without it, $(16-1)\\cdot 2 - 2 + 3 + 1 = 32$ pixels come back."),
        (
            "a-stride",
            2,
            "It must stay below the stride: with two more, the convolution would make $17$.",
        ),
        ("all-added", 17, "That is how many pixels are added; the windows do most of it."),
    ],
    remark="The room $33 + 2 - 4 = 31$ is odd: one pixel was dropped, and one has to be added.",
)

strided_field = Formula(
    2 ** (L + 1) - 1,
    [L],
    closed=True,
    title="What one output sees",
    question="$L$ layers, each with $k = 3$ and $s = 2$. How many pixels in a row does one output see? Give a formula without a sum.",
    hints=[
        "Try $L = 1$ and $L = 2$. Which power of two is the distance of neighbors at layer $l$?"
    ],
    mistakes=[
        (
            "stride-one",
            2 * L + 1,
            "That is with stride one: each stride doubles the distance of neighbors.",
        ),
        ("last-layer", 2**L + 1, "That counts only the reach of the last layer."),
        ("one-layer-one-pixel", 2**L - 1, "One layer sees three pixels, not one."),
        (
            "power-whole",
            2 ** (L + 1),
            "The sum of the powers of two is one less than the next power.",
        ),
        ("no-overlap", 3**L, "Windows overlap: two layers see seven, not nine."),
    ],
    remark="$1 + 2\\,(1 + 2 + \\dots + 2^{L-1})$.",
)

grouped_weights = Number(
    96 * (8 * 15 + 1),
    tolerance=0,
    title="Weights of a layer in groups",
    question=r"How many weights and biases has a layer from $64$ to $96$ channels with kernels of $3 \times 5$, in $8$ groups?",
    hints=["How many input channels does one output channel see? And how many biases are there?"],
    mistakes=[
        ("no-biases", 96 * 8 * 15, "The biases are missing: one for each output channel."),
        (
            "no-groups",
            96 * (64 * 15 + 1),
            "With groups each output channel sees only $64/8$ input channels.",
        ),
        ("one-group", 12 * (8 * 15 + 1), "That is one group; there are eight."),
        ("channels-swapped", 64 * (12 * 15 + 1), "Input and output have changed places."),
        (
            "bias-for-each-input",
            96 * (8 * 15 + 8),
            "One bias for each output channel, not one for each input.",
        ),
    ],
    remark="$96\\,(64 \\cdot 15/8 + 1)$.",
)

what_it_is = Choice(
    {
        "a": "its gradient map, applied to an image",
        "b": "the inverse of a convolution",
        "c": "a convolution with the kernel turned around, whatever the stride",
    },
    "a",
    title="What a transposed convolution is",
    question="A transposed convolution is said to be three things. Which is right?",
    hints=[
        "Did the three pixels above come back? And which of the other two gives a larger image with a "
        "stride of two?"
    ],
    mistakes=[
        (
            "inverse",
            "b",
            "It brings back the size, not the values: three pixels came back changed above.",
        ),
        (
            "turned-kernel",
            "c",
            "With stride one that is so, if the padding fits. With larger strides zeros have to be "
            "put between the pixels first.",
        ),
    ],
    remark="A convolution goes forward with $M$ and backward with $M^{\\mathsf T}$; the transposed one goes "
    "forward with $M^{\\mathsf T}$.",
)


def backward(g, w, W, s, p, d):
    dx = np.zeros(W)
    for n in range(len(g)):
        for m in range(len(w)):
            j = s * n + d * m - p
            if 0 <= j < W:
                dx[j] += g[n] * w[m]
    return dx


def _moved(offset):
    def wrong(g, w, W, s, p, d):
        return backward(g, w, W, s, offset(p), d)

    return wrong


def _without_stride(g, w, W, s, p, d):
    return backward(g, w, W, 1, p, d)


def _without_dilation(g, w, W, s, p, d):
    return backward(g, w, W, s, p, 1)


def _kernel_turned(g, w, W, s, p, d):
    return backward(g, w[::-1], W, s, p, d)


def _overwrites(g, w, W, s, p, d):
    dx = np.zeros(W)
    for n in range(len(g)):
        for m in range(len(w)):
            j = s * n + d * m - p
            if 0 <= j < W:
                dx[j] = g[n] * w[m]
    return dx


def _wraps_around(g, w, W, s, p, d):
    dx = np.zeros(W)
    for n in range(len(g)):
        for m in range(len(w)):
            dx[(s * n + d * m - p) % W] += g[n] * w[m]
    return dx


def _a_row(rng):
    k, s, p, d = int(rng.integers(3, 5)), int(rng.integers(2, 4)), int(rng.integers(1, 3)), 2
    count = int(rng.integers(3, 6))
    W = (count - 1) * s + d * (k - 1) + 1 - 2 * p + int(rng.integers(0, s))
    return rng.normal(size=count), rng.normal(size=k), W, s, p, d


backward_row = Function(
    backward,
    _a_row,
    title="The backward pass of a row",
    question=r"Write the backward pass of a row: from `g`, `w` and the settings to $\partial L/\partial x$, an array of `W` numbers, for any stride, padding and dilation.",
    hints=[
        "Output $n$ read pixel $s n + d m - p$ with the weight $w_m$. So where does "
        "$g_n w_m$ belong, and what if that is no pixel?"
    ],
    mistakes=[
        (
            "no-padding",
            _moved(lambda p: 0),
            "The padding is forgotten: everything is moved to the right.",
        ),
        (
            "padding-sign",
            _moved(lambda p: -p),
            "The padding has the wrong sign: pixel $0$ is not at place $0$.",
        ),
        ("no-stride", _without_stride, "Neighboring outputs are $s$ pixels apart."),
        ("no-dilation", _without_dilation, "Neighboring weights are $d$ pixels apart."),
        (
            "kernel-turned",
            _kernel_turned,
            "The kernel is turned around; the pixel that $w_m$ read gets $w_m$ back.",
        ),
        ("overwrites", _overwrites, "Where windows overlap, gradients are added: `+=`."),
        (
            "wraps-around",
            _wraps_around,
            "What belongs to the padding is dropped; here it comes in on the other side.",
        ),
    ],
)

U = sp.Symbol("U", integer=True)
restored = Definition(U, (n - 1) * s + k + o)
round_trip = Proof(
    Derivation(
        sp.floor((U - k) / s) + 1,
        sp.floor(((n - 1) * s + o) / s) + 1,
        "the kernel cancels",
        given=o < s,
        where=restored,
    )
    .step(n + sp.floor(o / s), "whole strides move out of the floor")
    .step(n, "$o$ is less than a stride"),
    [n, s, k, o, U],
    title="There and back",
    question=r"""Prove that a convolution takes the size $U = (n-1)s + k + o$ of the transposed one back to $n$, for $p = 0$, $d = 1$ and $0 \le o < s$: lines from
`floor((U - k)/s) + 1` to `n`, as a list, with at least one between them.""",
    hints=["Put $U$ in. What cancels? Then take the whole strides out of the floor."],
    mistakes=[
        ("first-place-twice", sp.floor(o / s) + n + 1, "The first place is counted twice."),
        (
            "output-padding-counted",
            n + o,
            "What is less than a stride makes no place: $\\lfloor o/s\\rfloor = 0$.",
        ),
    ],
)
