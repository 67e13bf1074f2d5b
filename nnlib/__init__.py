"""The executable half of the book: every algorithm that the chapters derive, in NumPy.

``import nnlib`` brings the numeric modules, which need NumPy only. The modules that need more
are imported when you ask for them: ``nnlib.symbolic`` (SymPy), ``nnlib.figures`` and
``nnlib.exercises``.
"""

from nnlib import averages, conv, functional, gradcheck, init, nn, optim, schedules, train

__all__ = [
    "averages",
    "conv",
    "functional",
    "gradcheck",
    "init",
    "nn",
    "optim",
    "schedules",
    "train",
]

__version__ = "0.1.0"
