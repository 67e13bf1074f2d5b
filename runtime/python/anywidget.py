"""As much of anywidget as nnlib.figures uses; see ipywidgets beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ipywidgets


class AnyWidget(ipywidgets.Widget):
    model_name = "AnyModel"
    _esm: Any = ""

    def state(self) -> dict[str, Any]:
        return {**super().state(), "_esm": self._text(self._esm)}

    def _text(self, source: Any) -> str:
        """The script; nnlib stands in a zip, of which only its loader can read."""
        if not isinstance(source, Path):
            return source
        loader = sys.modules[type(self).__module__].__loader__
        return loader.get_data(str(source)).decode("utf-8")
