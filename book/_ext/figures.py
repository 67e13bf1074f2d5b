"""Figures that move on a page without a kernel.

A cell's widget becomes a mount: room of the right height, the still picture with its alt text for
where no script runs, and the view that nnlib's host script fills. A MovingFigure that has a
caption becomes a numbered figure, found by ``{numref}`` under its name. The widget manager that
MyST-NB would load from a content network is not needed.
"""

import hashlib
import html
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from myst_nb.sphinx_ import NbMetadataCollector
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from .packing import small_script

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PARTS = files("nnlib.figures")
SCRIPTS = ("host.js",)
UNSEEN = re.compile(r"Layout|Style")
LINK = re.compile(r"^(Directional)?LinkModel$")
MOUNT = re.compile(r'<div class="nnh-mount" data-model="(\w+)">')
CONTROLS = re.compile(r"(SelectionSlider|Dropdown|ToggleButtons)Model")


def widget_state(env: Any, docname: str) -> dict[str, Any]:
    """The page's widget models by id, as the run of the notebook left them."""
    _, script = NbMetadataCollector.get_js_files(env, docname).get("ipywidgets_state", (None, {}))
    return json.loads(script["body"])["state"] if script else {}


def is_bundle(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def part(bundle: nodes.container, mime_type: str) -> nodes.container | None:
    """The part of an output that has this type."""
    return next((c for c in bundle.children if c.get("mime_type") == mime_type), None)


def root_id(bundle: nodes.container) -> str | None:
    """The id of the widget that an output shows."""
    view = part(bundle, VIEW)
    if view is None:
        return None
    found = re.search(r'"model_id":\s*"(\w+)"', view.astext())
    return found and found[1]


def family(state: dict[str, Any], model_id: str) -> list[dict[str, Any]]:
    """A model and all below it."""
    model = state.get(model_id)
    if model is None:
        return []
    below = [child.removeprefix("IPY_MODEL_") for child in model["state"].get("children", [])]
    return [model, *(m for child in below for m in family(state, child))]


def figure_spec(models: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What a MovingFigure says of itself, if one is among the models."""
    specs = (m["state"].get("spec") for m in models if m["model_name"] == "AnyModel")
    return next((spec for spec in specs if isinstance(spec, dict) and "alt" in spec), None)


def is_wide(spec: dict[str, Any]) -> bool:
    """Whether a figure needs the whole page, so that its caption stands below."""
    return len(spec["panels"]) > 1 or bool(spec["cards"])


class CaptionFigures(SphinxTransform):
    """Give each MovingFigure its alt text, caption, name and room, before figures are numbered."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        bundles = [node for node in self.document.findall(is_bundle) if root_id(node)]
        state = widget_state(self.env, self.env.docname) if bundles else {}
        for bundle in bundles:
            models = family(state, root_id(bundle))
            spec = figure_spec(models)
            if spec is None:
                continue
            for image in bundle.findall(nodes.image):
                image["alt"] = spec["alt"]
            bundle["room"] = room(spec, sum(bool(CONTROLS.match(m["model_name"])) for m in models))
            if spec["caption"] and not isinstance(bundle.parent, nodes.figure):
                self.wrap(bundle, spec)

    def wrap(self, bundle: nodes.container, spec: dict[str, Any]) -> None:
        figure = nodes.figure(classes=["nnb-wide"] if is_wide(spec) else [])
        figure.source, figure.line = bundle.source, bundle.line
        bundle.replace_self(figure)
        figure += [bundle, self.caption(spec["caption"], bundle)]
        if spec["name"]:
            figure["names"].append(nodes.fully_normalize_name(spec["name"]))
            self.document.note_explicit_target(figure, figure)
        else:
            self.document.set_id(figure)  # Sphinx numbers what has an id

    def caption(self, text: str, place: nodes.Element) -> nodes.caption:
        """The caption's Markdown as nodes."""
        parsed = new_document(str(place.source), self.document.settings)
        MystParser().parse(text, parsed)
        caption = nodes.caption(text, "", *parsed.children[0].children)
        caption.source, caption.line = place.source, place.line
        return caption


class MountWidgets(SphinxPostTransform):
    """On pages, an output with a widget and a picture becomes a mount that holds both."""

    default_priority = 3  # before MyST-NB picks one type of each output
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for bundle in list(self.document.findall(is_bundle)):
            view, picture = part(bundle, VIEW), part(bundle, "image/png")
            if view is not None and picture is not None:
                model = root_id(bundle) or ""
                bundle.replace_self(mount(model, bundle.get("room", ""), view, picture))


def mount(
    model: str, waiting: str, view: nodes.container, picture: nodes.container
) -> list[nodes.Node]:
    def raw(text: str) -> nodes.raw:
        return nodes.raw("", text, format="html")

    return [
        raw(f'<div class="nnh-mount" data-model="{model}">'),
        raw("<noscript><style>.nnh-wait{display:none}</style>"),
        *picture.children,
        raw("</noscript>" + waiting),
        *view.children,
        raw("</div>"),
    ]


def room(spec: dict[str, Any], controls: int) -> str:
    """Empty boxes of the heights that the picture, the words and the controls will take."""
    phones = [panel["phone"] for panel in spec["panels"]]
    style = (
        f"--nnf-height:{spec['height']}px;--nnf-free:{phones.count(None)};"
        f"--nnf-fixed:{sum(filter(None, phones))}px"
    )
    below = " nnf-below" if spec["cardsBelow"] else ""
    cards = "".join(f'<div class="nnf-room">{card_html(card)}</div>' for card in spec["cards"])
    notes = "".join(f"<p>{html.escape(text)}</p>" for text in spec["notes"])
    return (
        f'<div class="nnh-wait" aria-hidden="true"><div class="nnf{below}">'
        f'<div class="nnf-body" style="{style}"><div class="nnf-picture"></div>'
        + (f'<div class="nnf-card">{cards}</div>' if cards else "")
        + "</div>"
        + (f'<div class="nnf-note"><div class="nnf-room">{notes}</div></div>' if notes else "")
        + "</div>"
        + '<div class="nnh-row"></div>' * controls
        + "</div>"
    )


def card_html(marks: list[dict[str, Any]]) -> str:
    """A card's words as the script will set them."""
    out = ""
    for mark in marks:
        rows = "".join(
            f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>"
            for term, text in mark.get("rows", [])
        )
        out += f'<p class="nnf-cardtitle">{html.escape(mark.get("title", ""))}</p><dl>{rows}</dl>'
    return out


def add_host(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Send a page that has widgets the host script, and what each widget needs when it comes near."""
    if app.builder.format != "html" or doctree is None:
        return
    scripts = NbMetadataCollector.get_js_files(app.env, pagename)
    state = widget_state(app.env, pagename)
    for key in [key for key in scripts if key.startswith("ipywidgets_")]:
        scripts.pop(key)
    if not state or VIEW not in context.get("body", ""):
        return
    state = shared(app, slim(state))
    body, ways = context["body"], context["pathto"]
    for model in MOUNT.findall(body):
        file = write_state(app, state, model)
        body = body.replace(f'data-model="{model}"', f'data-state="{ways(file, 1)}"')
        body = body.replace(f'"{model}"', '"m0"')
    if VIEW in re.sub(r'<div class="nnh-mount" data-state=.*?</script>', "", body, flags=re.DOTALL):
        body += f'\n<script type="{STATE}">{whole(state)}</script>\n'
    context["body"] = body
    for script in SCRIPTS:
        app.add_js_file(f"figures/{script}", loading_method="defer")


def write_state(app: Sphinx, state: dict[str, Any], model: str) -> str:
    """Write what one widget needs to a script of its own; return the script's path.

    A script, because a page opened from disk may not fetch data. Models go by their place, so that
    the same figure is the same file after each run.
    """
    ids = within(state, model)
    links = [key for key in state if LINK.search(state[key]["model_name"])]
    ids += [key for key in links if key not in ids and set(ends(state[key])) <= set(ids)]
    text = whole({key: state[key] for key in ids})
    for place, key in enumerate(ids):
        text = text.replace(key, f"m{place}")
    name = "state-" + hashlib.sha256(text.encode()).hexdigest()[:12]
    file = Path(app.outdir, "_static", "figures", f"{name}.js")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"(globalThis.nnhStates ??= {{}})[{json.dumps(name)}] = {text};\n", "utf-8")
    return f"_static/figures/{name}.js"


def within(state: dict[str, Any], model: str) -> list[str]:
    """The ids of a model and of all below it, in the order in which they are drawn."""
    if model not in state:
        return []
    below = state[model]["state"].get("children", [])
    return [model, *(key for one in below for key in within(state, plain_id(one)))]


def ends(link: dict[str, Any]) -> list[str]:
    return [plain_id(link["state"][end][0]) for end in ("source", "target")]


def plain_id(reference: str) -> str:
    return reference.removeprefix("IPY_MODEL_")


def whole(state: dict[str, Any]) -> str:
    """A state as the widget managers write it."""
    page = {"version_major": 2, "version_minor": 0, "state": state}
    return json.dumps(page, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def slim(state: dict[str, Any]) -> dict[str, Any]:
    """The models and traits that a page draws; it has no use for layouts, styles and nulls."""
    return {
        key: {
            "model_name": model["model_name"],
            "state": {
                trait: value
                for trait, value in model["state"].items()
                if value is not None and not re.match("_(model|view)_|layout$|style$", trait)
            },
        }
        for key, model in state.items()
        if not UNSEEN.search(model["model_name"])
    }


def shared(app: Sphinx, state: dict[str, Any]) -> dict[str, Any]:
    """Move the widgets' scripts to files that pages share; the state then names them.

    A file holds its script as a string, because a page opened from disk may not import modules.
    """
    for model in state.values():
        source = model["state"].get("_esm")
        if source is None:
            continue
        key = "module-" + hashlib.sha256(source.encode()).hexdigest()[:12]
        file = Path(app.outdir, "_static", "figures", f"{key}.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"(globalThis.nnhModules ??= {{}})[{json.dumps(key)}] = {json.dumps(small_script(source))};\n",
            encoding="utf-8",
        )
        model["state"]["_esm"] = key
        app.add_js_file(f"figures/{key}.js", loading_method="defer")
        if model["state"].get("_css") == PARTS.joinpath("canvas.css").read_text("utf-8"):
            del model["state"]["_css"]
    return state


def copy_parts(app: Sphinx) -> None:
    """Put the host script and the styles where pages find them."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "figures")
    target.mkdir(parents=True, exist_ok=True)
    for name in SCRIPTS:
        script = small_script(PARTS.joinpath(name).read_text("utf-8"))
        (target / name).write_text(script, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(CaptionFigures)
    app.add_post_transform(MountWidgets)
    app.connect("builder-inited", copy_parts)
    app.connect("html-page-context", add_host, priority=400)  # before MyST-NB adds its scripts
    return {"parallel_read_safe": True, "parallel_write_safe": True}
