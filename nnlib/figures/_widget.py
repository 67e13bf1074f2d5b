"""The figure itself: standard ipywidgets around one canvas, joined on the page's side."""

import base64
import hashlib
import html
import itertools
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets
from ipywidgets.widgets.widget_link import Link

from nnlib.figures._controls import Choice, Control, Panel, Pointer, Slider, as_axis
from nnlib.figures._frames import Encoder, grid_of, longest_cards, longest_notes, marks_of, pack
from nnlib.figures._marks import Mark
from nnlib.figures._progress import Progress
from nnlib.figures._shapes import Shape

HERE = pathlib.Path(__file__).parent
MOST_CONTROLS = 6
_serial = itertools.count()


class Canvas(anywidget.AnyWidget):
    """Draws the frame that the numbers `i0` … `i5` (one for each control) pick."""

    _esm = HERE / "canvas.js"
    _css = HERE / "canvas.css"
    spec = traitlets.Dict().tag(sync=True)
    frames = traitlets.Unicode().tag(sync=True)
    i0 = traitlets.Int(0).tag(sync=True)
    i1 = traitlets.Int(0).tag(sync=True)
    i2 = traitlets.Int(0).tag(sync=True)
    i3 = traitlets.Int(0).tag(sync=True)
    i4 = traitlets.Int(0).tag(sync=True)
    i5 = traitlets.Int(0).tag(sync=True)


class _Ids:
    """Model ids that depend on the figure and its place in the run, not on chance.

    A notebook that is run again from the top is then the same file again.
    """

    def __init__(self, content: str) -> None:
        seed = f"{next(_serial)} {content}"
        self._seed = hashlib.sha256(seed.encode()).hexdigest()[:28]
        self._count = itertools.count()

    def new(self) -> str:
        return f"{self._seed}{next(self._count):04x}"

    def make(self, kind: type[ipywidgets.Widget], **traits: Any) -> Any:
        """A widget of this kind; its layout, its style and itself get their ids from here.

        Traits of the layout and of the style begin with "layout_" and "style_".
        """
        for part in ("layout", "style"):
            trait = kind.class_traits().get(part)
            if trait is not None:
                own = {k: traits.pop(k) for k in list(traits) if k.startswith(f"{part}_")}
                own = {k.removeprefix(f"{part}_"): v for k, v in own.items()}
                traits[part] = trait.klass(model_id=self.new(), **own)
        return kind(model_id=self.new(), **traits)


class MovingFigure(ipywidgets.VBox):
    """A picture that the reader moves, drawn from `frame` over the whole grid of the controls.

    ``frame(**values)`` gets one value of each control, by name, and returns a list of marks. It is
    called for every combination when the figure is made; numbers are kept to 4 significant digits
    (and no finer than 1/100 000 of an axis). After that neither Jupyter nor a page needs Python:
    the page's script looks the frame up and draws it.

    Parameters
    ----------
    frame : callable
        Takes the controls' values by name, returns a list of marks.
    alt : str
        What a reader who cannot see the picture should know: required.
    x, y : Axis or tuple
        The axes of a single panel: an Axis, ``(label, low, high)`` or ``(low, high)``.
    panels : sequence of Panel
        Instead of `x` and `y`: panels side by side.
    caption, name : str
        The caption (Markdown, with formulas) makes it a numbered figure of the book, and `name`
        the label by which ``{numref}`` finds it.
    height : int
        Height of the picture in pixels on a wide page.
    pointer : Pointer
        Two sliders that pointing into the picture moves.
    cards_below : bool
        Whether the words of cards stand below the picture on a wide page too, in its full width.
    **controls : Slider or Choice
        One to six controls, by the names that `frame` expects.

    Raises
    ------
    TypeError
        A control, panel or mark of an unknown kind.
    ValueError
        No alt text, a default outside its grid, too large a grid, numbers that are not finite.
    """

    def __init__(
        self,
        frame: Callable[..., Sequence[Mark]],
        *,
        alt: str = "",
        x: Any = None,
        y: Any = None,
        panels: Sequence[Panel] | None = None,
        caption: str = "",
        name: str = "",
        height: int = 320,
        pointer: Pointer | None = None,
        cards_below: bool = False,
        **controls: Control,
    ) -> None:
        _check_alt(alt)
        _check_controls(controls)
        self.panels = _panels(panels, x, y)
        self.pointer, self.cards_below = pointer, bool(cards_below)
        _check_pointer(pointer, controls, self.panels)
        self.frame, self.controls, self.alt, self.height = frame, controls, alt, height
        at = [control.default_index(key) for key, control in controls.items()]
        encoded = self._computed()
        packed, spec = pack(encoded), self._spec(encoded, caption, name)
        ids = _Ids(f"{packed} {spec}")
        index = {f"i{k}": place for k, place in enumerate(at)}
        canvas = ids.make(Canvas, spec=spec, frames=packed, **index)
        rows = [
            _row(ids, control, key, (canvas, f"i{k}"))
            for k, (key, control) in enumerate(controls.items())
        ]
        below = [_caption(ids, caption)] if caption else []
        super().__init__(
            children=[canvas, *rows, *below],
            layout=ipywidgets.Layout(model_id=ids.new()),
            model_id=ids.new(),
        )
        self.canvas = canvas

    def _computed(self) -> list[list[dict[str, Any]]]:
        """Every frame of the grid, as shapes."""
        encoder = Encoder(self.panels, self.controls)
        grid = grid_of(self.controls)
        with Progress(len(grid)) as progress:
            out = []
            for values in grid:
                out.append(encoder.drawn(marks_of(self.frame, values), values))
                progress.advance()
        return out

    def _spec(self, encoded: list[list[dict[str, Any]]], caption: str, name: str) -> dict[str, Any]:
        """All that the script must know besides the frames."""
        return {
            "alt": self.alt,
            "caption": caption,
            "name": name,
            "height": self.height,
            "panels": [_panel_spec(panel) for panel in self.panels],
            "sizes": [len(control.values) for control in self.controls.values()],
            "notes": longest_notes(encoded),
            "cards": longest_cards(encoded),
            "cardsBelow": self.cards_below,
            "pointer": self._pointer_spec(),
        }

    def _pointer_spec(self) -> dict[str, Any] | None:
        """For each direction the number of its control and the values of that."""
        if self.pointer is None:
            return None
        names = list(self.controls)
        ends = {"x": self.pointer.x, "y": self.pointer.y}
        return {"panel": self.pointer.panel} | {
            way: {"control": names.index(name), "values": self.controls[name].values}
            for way, name in ends.items()
        }

    def marks(self, **values: Any) -> list[dict[str, Any]]:
        """The marks of one frame as they are stored: kinds, words and rounded numbers.

        Controls that are not named stand at their default.
        """
        unknown = sorted(set(values) - set(self.controls))
        if unknown:
            raise TypeError(
                f"marks() got {', '.join(unknown)}; expected {', '.join(self.controls)}"
            )
        chosen = self._default() | values
        return Encoder(self.panels, self.controls).frame(marks_of(self.frame, chosen), chosen)

    def shapes(self) -> list[Shape]:
        """The shapes of the default frame, which the page and the still picture draw."""
        chosen = self._default()
        return Encoder(self.panels, self.controls).drawn(marks_of(self.frame, chosen), chosen)

    def _default(self) -> dict[str, Any]:
        return {
            key: control.values[control.default_index(key)]
            for key, control in self.controls.items()
        }

    def picture(self) -> bytes:
        """The default frame as a PNG picture, for where no script runs."""
        from nnlib.figures._picture import draw

        return draw(self.shapes(), self.panels, self.height)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live view, a picture where there is none, and words where there is no picture."""
        data = {
            "text/plain": f"Figure: {self.alt}",
            "image/png": base64.b64encode(self.picture()).decode("ascii"),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.model_id,
            },
        }
        return data, {"image/png": {"alt": self.alt, "width": 720}}


def _check_alt(alt: str) -> None:
    if not isinstance(alt, str) or len(alt.split()) < 3:
        raise ValueError(
            f"MovingFigure: alt came as {alt!r}; expected a sentence that says what the picture "
            "shows, for readers who cannot see it"
        )


def _check_controls(controls: dict[str, Control]) -> None:
    for key, control in controls.items():
        if not isinstance(control, Control):
            raise TypeError(f"MovingFigure: {key} came as {control!r}; expected a Slider or Choice")
    if not 1 <= len(controls) <= MOST_CONTROLS:
        raise ValueError(
            f"MovingFigure: {len(controls)} controls came; expected 1 to {MOST_CONTROLS}"
        )


def _check_pointer(
    pointer: Pointer | None, controls: dict[str, Control], panels: Sequence[Panel]
) -> None:
    if pointer is None:
        return
    if not isinstance(pointer, Pointer):
        raise TypeError(f"MovingFigure: pointer came as {pointer!r}; expected Pointer(x=…, y=…)")
    for way, name in (("x", pointer.x), ("y", pointer.y)):
        if not isinstance(controls.get(name), Slider):
            raise ValueError(
                f"MovingFigure: pointer.{way} came as {name!r}; expected the name of a Slider"
            )
    if not 0 <= pointer.panel < len(panels):
        raise ValueError(
            f"MovingFigure: pointer.panel came as {pointer.panel!r}; "
            f"expected 0 to {len(panels) - 1}"
        )


def _panels(panels: Sequence[Panel] | None, x: Any, y: Any) -> list[Panel]:
    if panels is None:
        return [Panel(x=as_axis(x, "MovingFigure: x"), y=as_axis(y, "MovingFigure: y"))]
    if x is not None or y is not None:
        raise TypeError("MovingFigure: x and y came together with panels; expected one of the two")
    for panel in panels:
        if not isinstance(panel, Panel):
            raise TypeError(f"MovingFigure: panels holds {panel!r}; expected Panel(x=…, y=…)")
    if not panels:
        raise ValueError("MovingFigure: panels came empty; expected at least one Panel")
    return list(panels)


def _panel_spec(panel: Panel) -> dict[str, Any]:
    def axis(a: Any) -> dict[str, Any]:
        ticks = (
            None
            if a.ticks is None
            else [[t[0], t[1]] if isinstance(t, tuple) else [t, None] for t in a.ticks]
        )
        return {"label": a.label, "low": a.low, "high": a.high, "log": a.log, "ticks": ticks}

    return {
        "x": axis(panel.x),
        "y": axis(panel.y),
        "title": panel.title,
        "share": panel.share,
        "axes": panel.axes,
        "equal": panel.equal,
        "turn": panel.turn,
        "phone": panel.phone_height,
    }


def _row(ids: _Ids, control: Control, key: str, target: tuple[Any, str]) -> ipywidgets.Widget:
    """The control's widgets, joined to the canvas on the page's side."""
    words = control.label or key
    common = {
        "options": [(label, k) for k, label in enumerate(control.labels)],
        "index": control.default_index(key),
        "description": words,
    }
    if isinstance(control, Choice):
        kind = ipywidgets.Dropdown if control.menu else ipywidgets.ToggleButtons
        style = {} if control.menu else {"style_button_width": "auto"}
        widget = ids.make(kind, **common, **style)
        ids.make(Link, source=(widget, "index"), target=target)
        return widget
    slider = ids.make(ipywidgets.SelectionSlider, **common, layout_width="min(30rem, 100%)")
    ids.make(Link, source=(slider, "index"), target=target)
    assert isinstance(control, Slider)
    if not control.play:
        return slider
    play = ids.make(
        ipywidgets.Play,
        min=0,
        max=len(control.values) - 1,
        value=common["index"],
        interval=control.interval,
        description=f"Play {words}",
    )
    ids.make(Link, source=(play, "value"), target=(slider, "index"))
    return ids.make(ipywidgets.HBox, children=[slider, play], layout_flex_flow="row wrap")


def _caption(ids: _Ids, caption: str) -> ipywidgets.HTMLMath:
    """The caption for Jupyter; in the book the page sets it, numbered."""
    widget = ids.make(ipywidgets.HTMLMath, value=html.escape(caption))
    widget.add_class("nnf-caption")
    return widget
