"""Optimizers: the update rules as equations, and classes that keep their state.

A rule such as `adam_` changes its arrays in place and reads as its equation; a class such as
`Adam` owns the parameters, the time step t and the running averages, and calls the rule. Names,
argument names, defaults and results are PyTorch's, but for these: `step` takes the gradients, in the
form in which the parameters were given; groups of parameters are `ParameterGroups`; centered RMSprop
does not become nan; and clipping is `clip_norm_` and `clip_value_`, of gradients.
"""

from nnlib.optim._clipping import clip_norm_, clip_value_
from nnlib.optim._groups import ParameterGroups
from nnlib.optim._lbfgs import LBFGS, two_loop
from nnlib.optim._optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Optimizer,
    Quickprop,
    RMSprop,
    Rprop,
)
from nnlib.optim._rules import (
    accumulate_,
    adadelta_,
    adagrad_,
    adam_,
    adamw_,
    amsgrad_,
    blockwise,
    decay_,
    heavy_ball_,
    momentum_,
    penalized,
    quickprop_,
    rmsprop_,
    rmsprop_centered_,
    rprop_,
    secant_step,
    sgd_,
)

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "ParameterGroups",
    "Quickprop",
    "RMSprop",
    "Rprop",
    "accumulate_",
    "adadelta_",
    "adagrad_",
    "adam_",
    "adamw_",
    "amsgrad_",
    "blockwise",
    "clip_norm_",
    "clip_value_",
    "decay_",
    "heavy_ball_",
    "momentum_",
    "penalized",
    "quickprop_",
    "rmsprop_",
    "rmsprop_centered_",
    "rprop_",
    "secant_step",
    "sgd_",
    "two_loop",
]
