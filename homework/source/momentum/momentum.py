"""Homework on momentum."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

T = sp.Symbol("T", integer=True, positive=True)
eta, gamma = sp.symbols("eta gamma", positive=True)
g = sp.Symbol("g", real=True)


@varied(share=["0.8", "0.9", "0.95", "0.5"], curvature=[10, 25, 40, 200])
def edge_of_stability(share, curvature):
    q = sp.Rational(share)
    return Number(
        2 * (1 + q) / curvature,
        title="The edge",
        question=rf"Momentum runs with $v_t = \gamma v_{{t-1}} - \eta\,g_t$, $w_t = w_{{t-1}} + v_t$ and $\gamma = {share}$ on a bowl whose "
        rf"largest curvature is ${curvature}$. From which rate on does it diverge?",
        hints=[r"For which $a = \eta\lambda$ does a root of $r^2 - (1+\gamma-a)\,r + \gamma$ reach $-1$?"],
        mistakes=[
            ("without-momentum", sp.Rational(2, curvature), r"That is the edge without momentum, $\gamma = 0$."),
            ("average", 2 * (1 + q) / (1 - q) / curvature, r"That is for the average, in which $g_t$ comes with $1-\gamma$."),
            ("wrong-sign", 2 * (1 - q) / curvature, r"Momentum moves the edge outward, not inward."),
        ],
    )  # fmt: skip


@varied(method=["sum", "average"])
def one_kick(method):
    right = eta * g * (1 - gamma**T) * (1 / (1 - gamma) if method == "sum" else 1)
    comes_in = r"\eta" if method == "sum" else r"(1-\gamma)\,\eta"
    return Formula(
        right,
        [eta, gamma, g, T],
        given=gamma < 1,
        closed=True,
        title="One kick",
        question=rf"With $v_t = \gamma v_{{t-1}} + {comes_in}\,g_t$ and $w_t = w_{{t-1}} - v_t$, the first gradient is $g_1 = g$ and all others "
        r"are zero. How far below $w_0$ is $w_T$? Give $w_0 - w_T$ without a sum.",
        hints=["How large is the velocity at step $t$? Add the velocities up."],
        mistakes=[
            ("last-velocity", right * (1 - gamma) * gamma ** (T - 1) / (1 - gamma**T), "That is the last step alone; the way is the sum of all."),
            ("for-ever", right / (1 - gamma**T), r"That is how far it gets in the end, for $T \to \infty$."),
            ("one-step-less", right * (1 - gamma ** (T - 1)) / (1 - gamma**T), "There are $T$ velocities, from step $1$ to step $T$."),
        ],
    )  # fmt: skip


def _with_drop(gradient, w, rate, share, steps):
    v = np.zeros_like(w)
    for t in range(steps):
        v = share * v + gradient(w)
        w = w - (rate if t < steps // 2 else rate / 10) * v
    return w


def _rate_inside(gradient, w, rate, share, steps):
    v = np.zeros_like(w)
    for t in range(steps):
        v = share * v + (rate if t < steps // 2 else rate / 10) * gradient(w)
        w = w - v
    return w


def _no_drop(gradient, w, rate, share, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = share * v + gradient(w)
        w = w - rate * v
    return w


def _late_drop(gradient, w, rate, share, steps):
    v = np.zeros_like(w)
    for t in range(steps):
        v = share * v + gradient(w)
        w = w - (rate if t <= steps // 2 else rate / 10) * v
    return w


def _a_run(rng):
    w = rng.normal(size=3)
    functions = [np.sin, np.arctan, np.tanh]
    return (
        functions[rng.integers(3)],
        w,
        rng.uniform(0.1, 0.3),
        rng.uniform(0.3, 0.9),
        int(rng.integers(4, 12)),
    )


rate_drop = Function(
    _with_drop,
    _a_run,
    title="A rate that drops",
    question="Write momentum as PyTorch has it, with the rate *outside* of the velocity: $v_t = \\gamma v_{t-1} + g_t$, "
    "$w_t = w_{t-1} - \\eta_t v_t$, from a start `w` and a velocity of zero. The rate is `rate` for the first half of the steps "
    "(`steps // 2` of them) and a tenth of it for the rest. `gradient` is a function. Give back the last $w$.",
    hints=["Which of the two formulations keeps the rate out of the memory?"],
    mistakes=[
        ("rate-inside", _rate_inside, "With the rate inside the velocity, old steps keep their old rate after the drop."),
        ("no-drop", _no_drop, "The rate does not drop."),
        ("late-drop", _late_drop, "The rate drops one step too late: the first half has `steps // 2` steps."),
    ],
)  # fmt: skip
