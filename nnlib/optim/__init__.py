"""Optimizers: the update rules as equations, and classes that keep their state.

A rule such as `adam_` changes its arrays in place and reads as its equation; a class such as
`Adam` owns the parameters, the time step t and the running averages, and calls the rule. Names,
argument names, defaults and results are PyTorch's, but for these: `step` takes the gradients, in the
form in which the parameters were given; groups of parameters are `ParameterGroups`; centered RMSprop
does not become nan; and clipping is `clip_norm_` and `clip_value_`, of gradients.
"""

from nnlib.optim import _clipping, _groups, _lbfgs, _optimizers, _rules
from nnlib.optim._clipping import *
from nnlib.optim._groups import *
from nnlib.optim._lbfgs import *
from nnlib.optim._optimizers import *
from nnlib.optim._rules import *

# What is public stands in each module's own list.
__all__: list[str] = []
__all__ += _clipping.__all__
__all__ += _groups.__all__
__all__ += _lbfgs.__all__
__all__ += _optimizers.__all__
__all__ += _rules.__all__
