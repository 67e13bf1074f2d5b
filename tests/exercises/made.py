"""What the exercises of the tests have in common."""

ASKED = {"title": "A title", "question": "What is it?", "hints": ["h"]}


def named(*pairs):
    """Mistakes of pairs (wrong answer, message), with ids of their own."""
    return [(f"m{number}", *pair) for number, pair in enumerate(pairs, start=1)]
