"""As much of traitlets as nnlib.figures uses: traits are declared, and given when a widget is made."""

from __future__ import annotations

from typing import Any


class _Trait:
    def __init__(self, default: Any = None) -> None:
        self.default = default

    def tag(self, **metadata: Any) -> _Trait:
        return self


class Dict(_Trait):
    pass


class Unicode(_Trait):
    pass


class Int(_Trait):
    pass
