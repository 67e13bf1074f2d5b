"""Runs all code cells of a chapter in the page's Python, as its reader may."""

import json

import page
from drawn import drawn_from

VIEW = "application/vnd.jupyter.widget-view+json"
FORM = "application/vnd.nnlib.form+json"
STATE = "application/vnd.jupyter.widget-state+json"


def as_json(chapter, numbered):
    """Of each cell its outputs and its figures; `numbered` is JSON: [[number, code], …]."""
    return json.dumps([shown(chapter, number, code) for number, code in json.loads(numbered)])


def shown(chapter, number, code):
    asked = (chapter, number, code, 0)
    outputs = json.loads(page.run(*map(json.dumps, asked)))["outputs"]
    figures = []
    for output in outputs:
        data = output.get("data", {})
        data.pop(FORM, None)
        if VIEW in data:
            figures += drawn_from(data.pop(VIEW)["model_id"], data.pop(STATE))
    return {"outputs": outputs, "figures": figures}
