"""As much of ipywidgets as nnlib.figures uses, for a page that has no kernel.

The page's host script draws widgets from their state; making that state takes no more than this.
A test holds it against the real ipywidgets.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "Dropdown",
    "HBox",
    "HTMLMath",
    "Layout",
    "Link",
    "Play",
    "SelectionSlider",
    "ToggleButtons",
    "VBox",
    "Widget",
    "state_of",
]

_made: dict[str, Widget] = {}


class Widget:
    """A widget is its traits; those that begin with "_" are not part of its state."""

    model_name = ""

    def __init__(self, model_id: str = "", **traits: Any) -> None:
        self.model_id = model_id or f"widget{len(_made)}"
        self.traits = traits
        self.classes: tuple[str, ...] = ()
        _made[self.model_id] = self

    @classmethod
    def class_traits(cls) -> dict[str, Any]:
        """The parts that a widget is given by name: neither is drawn, so there are none."""
        return {}

    def add_class(self, name: str) -> None:
        self.classes += (name,)

    def state(self) -> dict[str, Any]:
        shown = {name: _referred(value) for name, value in self.traits.items()}
        return {**shown, "_dom_classes": list(self.classes)}


def _referred(value: Any) -> Any:
    if isinstance(value, Widget):
        return f"IPY_MODEL_{value.model_id}"
    if isinstance(value, list | tuple):
        return [_referred(one) for one in value]
    return value


class Layout(Widget):
    model_name = "LayoutModel"


class _Box(Widget):
    def __init__(self, children: Any = (), **traits: Any) -> None:
        super().__init__(children=list(children), **_drawn(traits))


class VBox(_Box):
    model_name = "VBoxModel"


class HBox(_Box):
    model_name = "HBoxModel"


class _Selection(Widget):
    def __init__(self, options: Any = (), **traits: Any) -> None:
        labels = [label for label, _ in options]
        super().__init__(_options_labels=labels, **_drawn(traits))


class SelectionSlider(_Selection):
    model_name = "SelectionSliderModel"


class Dropdown(_Selection):
    model_name = "DropdownModel"


class ToggleButtons(_Selection):
    model_name = "ToggleButtonsModel"


class Play(Widget):
    model_name = "PlayModel"

    def __init__(self, **traits: Any) -> None:
        super().__init__(**_drawn(traits))


class HTMLMath(Widget):
    model_name = "HTMLMathModel"

    def __init__(self, **traits: Any) -> None:
        super().__init__(description="", **traits)


class Link(Widget):
    model_name = "LinkModel"

    def __init__(self, source: Any = (), target: Any = (), **traits: Any) -> None:
        super().__init__(source=list(source), target=list(target), **traits)

    def state(self) -> dict[str, Any]:
        return {name: _referred(value) for name, value in self.traits.items()}


def _drawn(traits: dict[str, Any]) -> dict[str, Any]:
    """The traits that the page draws: it has a style sheet of its own."""
    return {
        name: value
        for name, value in traits.items()
        if not name.startswith(("layout", "style")) or name == "model_id"
    }


def state_of(widget: Widget) -> dict[str, Any]:
    """The state of a widget, of all below it, and of the links between them, by model id."""
    found: dict[str, Widget] = {}

    def walk(one: Widget) -> None:
        found[one.model_id] = one
        for child in one.traits.get("children", []):
            walk(child)

    walk(widget)
    for one in list(_made.values()):
        if isinstance(one, Link) and one.traits["source"][0].model_id in found:
            found[one.model_id] = one
    return {
        name: {"model_name": one.model_name, "state": one.state()} for name, one in found.items()
    }
