"""Exercises of the chapter on convolution output shapes."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np, varied
from nnlib.symbolic import Definition, Derivation

n, k, s, d, L = sp.symbols("n k s d L", integer=True, positive=True)
o = sp.Symbol("o", integer=True, nonnegative=True)


@varied(size=[32, 27, 40, 51], kernel=[5, 4, 7], stride=[2, 3], padding=[1, 2])
def first_count(size, kernel, stride, padding):
    room = size + 2 * padding - kernel
    count = room // stride + 1
    return Number(
        count,
        unit="pixels",
        tolerance=0,
        title="How many pixels",
        question=f"A layer with $k = {kernel}$, $s = {stride}$, $p = {padding}$ and no dilation gets ${size}$ pixels. How many does it make?",
        hints=[
            "How much room is left when the window stands at its first place?",
            f"The room is ${size} + {2 * padding} - {kernel}$. How many strides of {stride} fit?",
        ],
        mistakes=[
            (
                "rounded-up",
                -(-room // stride) + 1,
                "You rounded up: the last window would hang over the end.",
            ),
            (
                "not-rounded",
                sp.Rational(room, stride) + 1,
                "There is no half place: round down before you add the one.",
            ),
            ("stride-one", room + 1, "That is with stride one."),
            (
                "no-padding-no-first",
                (size - kernel) // stride,
                "The padding is missing, and the first place was not counted.",
            ),
            (
                "one-too-few",
                count - 1,
                "One too few: were the first place and the padding counted?",
            ),
        ],
        remark=rf"$\lfloor ({size} + {2 * padding} - {kernel})/{stride}\rfloor + 1 = {count - 1} + 1$.",
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


@varied(size=[30, 29, 41], kernel=[4, 3, 5], stride=[4, 3, 5], padding=[1, 2], dilation=[2, 3])
def left_over(size, kernel, stride, padding, dilation):
    window = dilation * (kernel - 1) + 1
    whole = size + 2 * padding
    room = whole - window
    return Number(
        room % stride,
        unit="pixels",
        tolerance=0,
        title="Pixels that no window reaches",
        question=f"How many pixels at the end are reached by no window, with $W = {size}$, $k = {kernel}$, $s = {stride}$, $p = {padding}$, $d = {dilation}$? (Padding counts as pixels here.)",
        hints=[
            "How many pixels does the window cover? The rest is room.",
            "Divide the room by the stride: what is left over?",
        ],
        mistakes=[
            (
                "window-too-long",
                (whole - dilation * kernel) % stride,
                f"The window has gaps: it covers $d(k-1) + 1$ pixels. With $dk$ {(whole - dilation * kernel) % stride} would be left.",
            ),
            (
                "strides-that-fit",
                room // stride,
                "That is how many strides fit, not what is left over.",
            ),
            ("places", room // stride + 1, "That is how many places there are."),
            (
                "no-padding",
                (size - window) % stride,
                f"That is without the padding: there are ${whole}$ pixels, not ${size}$.",
            ),
        ],
        remark=rf"The window covers ${window}$ of ${whole}$; the room is ${room} = {room // stride} \cdot {stride} + {room % stride}$.",
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
    grid={d: range(1, 6), k: range(1, 14, 2)},  # d*floor(k/2) is as right for an odd kernel
)


@varied(made=[16, 12, 20], stride=[2, 3, 4], kernel=[4, 5, 3], extra=[1, 2, 3])
def output_padding(made, stride, kernel, extra):
    size = (made - 1) * stride - 2 + kernel + extra
    if extra >= stride:
        raise ValueError("an output padding is below the stride")
    return Number(
        extra,
        tolerance=0,
        title="An output padding",
        question=f"A layer with $s = {stride}$, $k = {kernel}$, $p = 1$ has made ${made}$ pixels of ${size}$. Which output padding does its transposed convolution need, to make ${size}$ of ${made}$?",
        hints=[f"How large is what ${made}$ pixels give without any?", "How much is missing then?"],
        mistakes=[
            (
                "none",
                0,
                rf"Without it, $({made}-1)\cdot {stride} - 2 + {kernel} = {size - extra}$ pixels come back.",
            ),
            (
                "a-stride",
                stride,
                f"It must stay below the stride: with {stride} more, the convolution would make ${made + 1}$.",
            ),
            (
                "all-added",
                size - made,
                "That is how many pixels are added; the windows do most of it.",
            ),
        ],
        remark=rf"The room is ${size} + 2 - {kernel} = {made - 1}\cdot {stride} + {extra}$: what is above the strides was dropped, and has to be added.",
    )


@varied(stride=[2, 3, 4], kernel=[3, 5])
def strided_field(stride, kernel):
    reach = sp.Rational(kernel - 1, stride - 1)
    return Formula(
        1 + reach * (stride**L - 1),
        [L],
        closed=True,
        title="What one output sees",
        question=f"$L$ layers, each with $k = {kernel}$ and $s = {stride}$. How many pixels in a row does one output see? Give a formula without a sum.",
        hints=[
            "Try $L = 1$ and $L = 2$.",
            f"Which power of {stride} is the distance of neighbors at layer $l$?",
        ],
        mistakes=[
            (
                "stride-one",
                (kernel - 1) * L + 1,
                f"That is with stride one: each stride makes the distance of neighbors {stride} times as large.",
            ),
            (
                "last-layer",
                (kernel - 1) * stride ** (L - 1) + 1,
                "That counts only the reach of the last layer.",
            ),
            (
                "one-layer-one-pixel",
                1 + reach * (stride ** (L - 1) - 1),
                f"One layer sees {kernel} pixels, not one.",
            ),
            (
                "first-pixel-forgotten",
                reach * (stride**L - 1),
                "That is how far it reaches beyond its first pixel: one more.",
            ),
            (
                "no-overlap",
                kernel**L,
                f"Windows overlap: two layers see {1 + (kernel - 1) * (1 + stride)}, not {kernel**2}.",
            ),
        ],
        remark=rf"$1 + {kernel - 1}\,(1 + {stride} + \dots + {stride}^{{L-1}})$.",
    )


@varied(inputs=[64, 32, 48], outputs=[96, 64, 80], height=[3, 5], width=[5, 7], groups=[8, 4])
def grouped_weights(inputs, outputs, height, width, groups):
    seen, area = inputs // groups, height * width
    if inputs % groups or outputs % groups or inputs == outputs:
        raise ValueError("channels that do not divide, or that cannot be confused")
    return Number(
        outputs * (seen * area + 1),
        tolerance=0,
        title="Weights of a layer in groups",
        question=rf"How many weights and biases has a layer from ${inputs}$ to ${outputs}$ channels with kernels of ${height} \times {width}$, in ${groups}$ groups?",
        hints=[
            "How many input channels does one output channel see?",
            "And how many biases are there?",
        ],
        mistakes=[
            (
                "no-biases",
                outputs * seen * area,
                "The biases are missing: one for each output channel.",
            ),
            (
                "no-groups",
                outputs * (inputs * area + 1),
                f"With groups each output channel sees only ${inputs}/{groups}$ input channels.",
            ),
            (
                "one-group",
                outputs // groups * (seen * area + 1),
                f"That is one group; there are {groups}.",
            ),
            (
                "channels-swapped",
                inputs * (outputs // groups * area + 1),
                "Input and output have changed places.",
            ),
            (
                "bias-for-each-input",
                outputs * (seen * area + seen),
                "One bias for each output channel, not one for each input.",
            ),
        ],
        remark=rf"${outputs}\,({inputs} \cdot {area}/{groups} + 1)$.",
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
