"""What a moving figure is drawn from: read from a widget state, in CPython and in the page."""

import json


def drawn_from(view, models):
    """The specification and the frames of each canvas at or below a widget."""
    state = models[view]["state"]
    if "frames" in state:
        return [{"spec": state["spec"], "frames": json.loads(state["frames"])}]
    below = [child.removeprefix("IPY_MODEL_") for child in state.get("children", [])]
    return [figure for child in below for figure in drawn_from(child, models)]
