"""Time nnlib beside eager PyTorch on the CPU: `make bench`, see README.md in this folder."""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent.parent))

from nnlib import conv, functional, nn, optim
from nnlib.train import train

SECONDS = 1.5  # for each case
TURN = 0.01  # seconds: a turn's first call finds the other side's numbers in the cache
ROUNDS = (5, 200)  # at least and at most

Side = Callable[[], list[Any]]  # does the work once and returns arrays to compare


class Case(NamedTuple):
    """One line of the table; ``make`` returns nnlib's side and PyTorch's."""

    name: str
    goal: float
    make: Callable[[], tuple[Side, Side]]


rng = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype(np.float32)


def leaf(x: np.ndarray) -> torch.Tensor:
    """A tensor on the same memory, whose gradient is wanted."""
    return torch.from_numpy(x).requires_grad_()


def gradients(y: torch.Tensor, dy: torch.Tensor | None, *leaves: torch.Tensor) -> list[Any]:
    for x in leaves:
        x.grad = None
    y.backward(dy)
    return [y.detach(), *(x.grad for x in leaves)]


# --- the cases ------------------------------------------------------------------------------------


def optimizer(name: str, size: int, **settings: Any) -> tuple[Side, Side]:
    w, g = normal(size), normal(size)
    ours = getattr(optim, name)(w.copy(), **settings)
    parameter = torch.from_numpy(w.copy()).requires_grad_()
    parameter.grad = torch.from_numpy(g)
    kind = getattr(torch.optim, name, None) or BESIDE[name]
    theirs = kind([parameter], **settings)

    def step_theirs() -> list[Any]:
        theirs.step()
        return [parameter.detach()]

    def step_ours() -> list[Any]:
        ours.step(g)
        return [ours.params[0]]

    return step_ours, step_theirs


class TorchLion(torch.optim.Optimizer):
    """What the authors of Lion published for PyTorch, which has none of its own."""

    def __init__(self, params: Any, lr: float = 1e-4, betas: Any = (0.9, 0.99)) -> None:
        super().__init__(params, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                m = state.setdefault("m", torch.zeros_like(p))
                update = m * beta1 + p.grad * (1 - beta1)
                p.add_(update.sign_(), alpha=-group["lr"])
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


BESIDE = {"Lion": TorchLion}  # optimizers that torch.optim does not have


def activation(name: str) -> tuple[Side, Side]:
    x, dy = normal(64, 32, 28, 28), normal(64, 32, 28, 28)
    x_leaf, dy_tensor = leaf(x), torch.from_numpy(dy)
    forward, backward = getattr(functional, name), getattr(functional, f"{name}_backward")

    def ours() -> list[Any]:
        y, cache = forward(x)
        return [y, backward(dy, cache)]

    return ours, lambda: gradients(getattr(F, name)(x_leaf), dy_tensor, x_leaf)


def cross_entropy() -> tuple[Side, Side]:
    z, target = normal(1024, 1000), rng.integers(0, 1000, size=1024)
    z_leaf, target_tensor = leaf(z), torch.from_numpy(target)

    def ours() -> list[Any]:
        loss, cache = functional.cross_entropy(z, target)
        return [loss, functional.cross_entropy_backward(cache)]

    return ours, lambda: gradients(F.cross_entropy(z_leaf, target_tensor), None, z_leaf)


def batch_norm(*shape: int) -> tuple[Side, Side]:
    x, gamma, beta, dy = normal(*shape), normal(shape[1]), normal(shape[1]), normal(*shape)
    mean, var = np.zeros_like(gamma), np.ones_like(gamma)
    leaves = leaf(x), leaf(gamma), leaf(beta)
    running = torch.zeros(shape[1]), torch.ones(shape[1])
    dy_tensor = torch.from_numpy(dy)

    def ours() -> list[Any]:
        y, cache = functional.batch_norm(x, gamma, beta, running_mean=mean, running_var=var)
        return [y, *functional.batch_norm_backward(dy, cache)]

    def theirs() -> list[Any]:
        y = F.batch_norm(leaves[0], *running, *leaves[1:], training=True)
        return gradients(y, dy_tensor, *leaves)

    return ours, theirs


def normalization(name: str, shape: tuple[int, ...], features: int, of: Any) -> tuple[Side, Side]:
    """Layer or group norm, of a shape or of so many groups."""
    x, gamma, beta, dy = normal(*shape), normal(features), normal(features), normal(*shape)
    leaves, dy_tensor = (leaf(x), leaf(gamma), leaf(beta)), torch.from_numpy(dy)
    forward, backward = getattr(functional, name), getattr(functional, f"{name}_backward")
    groups = () if name == "layer_norm" else (of,)

    def ours() -> list[Any]:
        y, cache = forward(x, *groups, gamma, beta)
        return [y, *backward(dy, cache)]

    def theirs() -> list[Any]:
        return gradients(getattr(F, name)(leaves[0], of, *leaves[1:]), dy_tensor, *leaves)

    return ours, theirs


def mse_loss() -> tuple[Side, Side]:
    y, target = normal(1024, 1000), normal(1024, 1000)
    y_leaf, target_tensor = leaf(y), torch.from_numpy(target)

    def ours() -> list[Any]:
        loss, cache = functional.mse_loss(y, target)
        return [loss, functional.mse_loss_backward(cache)]

    return ours, lambda: gradients(F.mse_loss(y_leaf, target_tensor), None, y_leaf)


def conv_transpose2d(kernel: int, stride: int, padding: int) -> tuple[Side, Side]:
    x, w, b = normal(64, 32, 14, 14), normal(32, 16, kernel, kernel), normal(16)
    leaves = leaf(x), leaf(w), leaf(b)
    dy = normal(*conv.conv_transpose2d(x, w, b, stride, padding)[0].shape)
    dy_tensor = torch.from_numpy(dy)

    def ours() -> list[Any]:
        y, cache = conv.conv_transpose2d(x, w, b, stride, padding)
        return [y, *conv.conv_transpose2d_backward(dy, cache)]

    def theirs() -> list[Any]:
        return gradients(F.conv_transpose2d(*leaves, stride, padding), dy_tensor, *leaves)

    return ours, theirs


def conv2d(kernel: int, stride: int, padding: int) -> tuple[Side, Side]:
    x, w, b = normal(64, 16, 28, 28), normal(32, 16, kernel, kernel), normal(32)
    leaves = leaf(x), leaf(w), leaf(b)
    dy = normal(*conv.conv2d(x, w, b, stride, padding)[0].shape)
    dy_tensor = torch.from_numpy(dy)

    def ours() -> list[Any]:
        y, cache = conv.conv2d(x, w, b, stride, padding)
        return [y, *conv.conv2d_backward(dy, cache)]

    return ours, lambda: gradients(F.conv2d(*leaves, stride, padding), dy_tensor, *leaves)


def max_pool() -> tuple[Side, Side]:
    x, dy = normal(64, 32, 28, 28), normal(64, 32, 14, 14)
    x_leaf, dy_tensor = leaf(x), torch.from_numpy(dy)

    def ours() -> list[Any]:
        y, cache = conv.max_pool2d(x, 2)
        return [y, conv.max_pool2d_backward(dy, cache)]

    return ours, lambda: gradients(F.max_pool2d(x_leaf, 2), dy_tensor, x_leaf)


def avg_pool() -> tuple[Side, Side]:
    x, dy = normal(64, 32, 28, 28), normal(64, 32, 14, 14)
    x_leaf, dy_tensor = leaf(x), torch.from_numpy(dy)

    def ours() -> list[Any]:
        y, cache = conv.avg_pool2d(x, 2)
        return [y, conv.avg_pool2d_backward(dy, cache)]

    return ours, lambda: gradients(F.avg_pool2d(x_leaf, 2), dy_tensor, x_leaf)


def epoch(ours: nn.Sequential, theirs: torch.nn.Module, *image: int) -> tuple[Side, Side]:
    """An epoch over as many examples as the 8x8 digits have for training, 32 at a time."""
    N, size = 1437, 32
    x, target = normal(N, *image), rng.integers(0, 10, size=N)
    x_tensor, target_tensor = torch.from_numpy(x), torch.from_numpy(target)
    adam_ours, adam_theirs = optim.Adam(ours.W), torch.optim.Adam(theirs.parameters())

    def epoch_ours() -> list[Any]:
        train(ours, x, target, adam_ours, epochs=1, rng=0, batch_size=size)
        return []

    def epoch_theirs() -> list[Any]:
        for rows in torch.randperm(N).split(size):
            adam_theirs.zero_grad()
            F.cross_entropy(theirs(x_tensor[rows]), target_tensor[rows]).backward()
            adam_theirs.step()
        return []

    return epoch_ours, epoch_theirs


def mlp() -> tuple[Side, Side]:
    f = np.float32
    ours = nn.Sequential(
        nn.Linear(64, 64, rng=0, dtype=f), nn.ReLU(), nn.Linear(64, 10, rng=0, dtype=f)
    )
    t = torch.nn
    theirs = t.Sequential(t.Linear(64, 64), t.ReLU(), t.Linear(64, 10))
    return epoch(ours, theirs, 64)


def cnn() -> tuple[Side, Side]:
    f = np.float32
    ours = nn.Sequential(
        nn.Conv2d(1, 16, 3, rng=0, padding=1, dtype=f), nn.BatchNorm(16, dtype=f), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, rng=0, padding=1, dtype=f), nn.ReLU(),
        nn.Flatten(), nn.Linear(512, 10, rng=0, dtype=f),
    )  # fmt: skip
    t = torch.nn
    theirs = t.Sequential(
        t.Conv2d(1, 16, 3, padding=1), t.BatchNorm2d(16), t.ReLU(), t.MaxPool2d(2),
        t.Conv2d(16, 32, 3, padding=1), t.ReLU(), t.Flatten(), t.Linear(512, 10),
    )  # fmt: skip
    return epoch(ours, theirs, 1, 8, 8)


def step(name: str, size: int, goal: float, **settings: Any) -> Case:
    text = {1000: "10^3", 10_000_000: "10^7"}[size]
    momentum = ", momentum" if "momentum" in settings else ""
    return Case(f"{name}{momentum} step, {text}", goal, lambda: optimizer(name, size, **settings))


CASES = [
    step("SGD", 1000, 0.25),
    step("SGD", 1000, 0.3, momentum=0.9),
    *(step(name, 1000, 0.35) for name in ("Adagrad", "RMSprop", "Adadelta")),
    *(step(name, 1000, 0.4) for name in ("Adam", "AdamW", "Rprop", "NAdam", "Lion")),
    *(step(name, 10_000_000, 0.5) for name in ("Adam", "RMSprop", "Adadelta")),
    step("SGD", 10_000_000, 1.2, momentum=0.9),
    *(Case(f"{name}, 64x32x28x28", goal, lambda name=name: activation(name))
      for name, goal in (("relu", 2.2), ("leaky_relu", 13.0), ("elu", 5.0), ("sigmoid", 3.0),
                         ("tanh", 0.5), ("silu", 4.0))),
    Case("squared error, 1024x1000", 1.2, mse_loss),
    Case("softmax + cross-entropy, 1024x1000", 1.1, cross_entropy),
    Case("batch norm, 256x1024", 1.7, lambda: batch_norm(256, 1024)),
    Case("batch norm, 64x32x28x28", 0.9, lambda: batch_norm(64, 32, 28, 28)),
    Case("layer norm, 256x1024", 2.9,
         lambda: normalization("layer_norm", (256, 1024), 1024, (1024,))),
    Case("group norm, 64x32x28x28", 3.4,
         lambda: normalization("group_norm", (64, 32, 28, 28), 32, 8)),
    Case("average pool 2x2, 64x32x28x28", 0.7, avg_pool),
    Case("max pool 2x2, 64x32x28x28", 0.5, max_pool),
    Case("conv 3x3, padding 1", 2.5, lambda: conv2d(3, 1, 1)),
    Case("conv 3x3, padding 1, stride 2", 2.0, lambda: conv2d(3, 2, 1)),
    Case("conv 5x5, padding 2", 2.9, lambda: conv2d(5, 1, 2)),
    Case("transposed conv 4x4, padding 1, stride 2", 2.2, lambda: conv_transpose2d(4, 2, 1)),
    Case("epoch of the MLP", 0.5, mlp),
    Case("epoch of the CNN", 1.3, cnn),
]  # fmt: skip


# --- timing ---------------------------------------------------------------------------------------


def agree(ours: Side, theirs: Side) -> None:
    """Raise unless both sides compute the same, to float32's rounding of long sums."""
    for a, b in zip(ours(), theirs(), strict=True):
        b = np.asarray(b)
        scale = np.max(np.abs(b), initial=1e-6)
        np.testing.assert_allclose(np.asarray(a) / scale, b / scale, atol=1e-3)


def seconds(side: Side, times: int) -> float:
    """The processor's time for one call; both sides use one thread."""
    start = time.process_time()
    for _ in range(times):
        side()
    return (time.process_time() - start) / times


def measure(ours: Side, theirs: Side) -> tuple[float, float]:
    """The median time of each side, the sides taking turns; short work is repeated in a turn."""
    times = max(1, int(TURN / seconds(theirs, 3)))
    rounds: list[tuple[float, float]] = []
    start = time.perf_counter()
    while len(rounds) < ROUNDS[0] or (
        len(rounds) < ROUNDS[1] and time.perf_counter() - start < SECONDS
    ):
        rounds.append((seconds(ours, times), seconds(theirs, times)))
    mine, other = zip(*rounds, strict=True)
    return statistics.median(mine), statistics.median(other)


def readable(t: float) -> str:
    return f"{t * 1e3:.3g} ms" if t >= 1e-3 else f"{t * 1e6:.3g} us"


def chosen(words: list[str]) -> Iterator[Case]:
    names = [word.lower() for word in words]
    yield from (c for c in CASES if not names or any(n in c.name.lower() for n in names))


def main() -> None:
    torch.set_num_threads(1)
    versions = f"NumPy {np.__version__}, PyTorch {torch.__version__}"
    print(f"{versions}; one thread, float32")
    print("medians of the processor's time; ratio = nnlib / PyTorch\n")
    print(f"{'':<44}{'nnlib':>10}{'PyTorch':>10}{'ratio':>8}{'goal':>7}")
    missed = 0
    for case in chosen(sys.argv[1:]):
        print(f"{case.name:<44}", end="", flush=True)
        ours, theirs = case.make()
        agree(ours, theirs)
        mine, other = measure(ours, theirs)
        ratio = mine / other
        missed += ratio > case.goal
        mark = "" if ratio <= case.goal else "  above"
        print(f"{readable(mine):>10}{readable(other):>10}", end="")
        print(f"{ratio:>8.2f}{case.goal:>7}{mark}", flush=True)
    print(f"\n{missed} above their goal" if missed else "\nall within their goals")


if __name__ == "__main__":
    main()
