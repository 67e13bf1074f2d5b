"""The sentences of a chapter, and which of them need a check: the list in book/claims says which.

    python tools/prose.py book/running_averages.ipynb

prints the sentences and numbers of a chapter that stand on nothing yet.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
CLAIMS = ROOT / "book" / "claims"

# What makes a sentence one that must stand on a check.
KINDS = {
    "all": r"\b(all|never|only|always|every\w*|none|nothing|nobody|exactly|impossible|cannot"
    r"|any|anything|alone|neither|nowhere|whatever|whenever|wherever|at (?:most|least))\b",
    "library": r"\b(pandas|PyTorch|torch|scikit-learn|sklearn|Keras|TensorFlow|JAX|optax)\b",
    "text": r"\{cite|\b(MIT notes|cs231n|these notes|the notes|the paper|textbooks?|slides)\b",
    "training": r"\b(train(s|ed|ing)?|learn(s|ed|ing)?|converge\w*|diverge\w*|overfit\w*)\b",
}
# A call of one of these raises where it is wrong.
ASSERTING = re.compile(
    r"assert_\w+|matches|caught|Derivation|Induction|Cases|check_backward|raises|step"
)
# Sentences that need no check: one that says what a word or a symbol means, and a figure of speech.
PLAIN = ("definition", "speech")
SPEECH = 8  # figures of speech that a chapter may have
BLOCK = re.compile(r"^(```|~~~)[\s\S]*?^\1[ \t]*$|^\$\$[\s\S]*?\$\$|<!--[\s\S]*?-->", re.MULTILINE)
LINE = re.compile(r"^\s*(:{3,}.*|#+ .*|\+{3}|---+|:\w+:.*)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\]\((#known-[^)]*)\)")
ROLE = re.compile(r"\{(?!cite)[\w:-]+\}`[^`]*`")
END = re.compile(r"(?<=[.!?])[”’)\]*_]*\s+(?=[“‘(\[*_]*[A-Z0-9$`{])|\n\s*\n|\n\s*(?=[-*|] )")
ABBREVIATION = re.compile(r"\b(e\.g|i\.e|cf|vs|Fig|Eq|Sec)\.$")
# A number that a sentence states: a decimal, or a whole number of two digits or more.
NUMBER = re.compile(r"(?<![\w.^_{/\\-])\d+(?:\.\d+)?(?![\w}]*[}/])")


class Sentence(NamedTuple):
    """A sentence, the id of its cell, and the kinds of claim that it makes."""

    cell: str
    text: str
    kinds: tuple[str, ...]


def cells(notebook: Path) -> list[dict[str, Any]]:
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def prose(notebook: Path) -> Iterator[tuple[str, str]]:
    """Yield id and text of each Markdown cell, without code, displays and directives."""
    for cell in cells(notebook):
        if cell["cell_type"] == "markdown" and not cell["id"].startswith("exercise"):
            text = BLOCK.sub("\n\n", "".join(cell["source"]))
            yield cell["id"], LINE.sub("\n", text)


def sentences(notebook: Path) -> Iterator[Sentence]:
    """Yield every sentence of a chapter's text, its exercises apart."""
    for cell, text in prose(notebook):
        for part in split(text):
            yield Sentence(cell, part, kinds_of(part))


def split(text: str) -> list[str]:
    """The sentences of a text; a list's items and a table's rows are sentences too."""
    found: list[str] = []
    for part in END.split(text):
        part = " ".join(part.split())
        if found and ABBREVIATION.search(found[-1]):
            found[-1] += f" {part}"
        elif part:
            found.append(part)
    return found


def kinds_of(sentence: str) -> tuple[str, ...]:
    if sentence.rstrip("”’)*_ ").endswith("?"):
        return ()  # a question claims nothing
    words = ROLE.sub(" ", re.sub(r"\$[^$]*\$", " ", sentence))
    spoken = re.sub(r"(?<!\})`[^`]*`", " ", words)  # but a library may be named in code
    return tuple(
        kind
        for kind, pattern in KINDS.items()
        if re.search(pattern, words if kind == "library" else spoken, re.IGNORECASE)
    )


def bare_numbers(notebook: Path) -> Iterator[tuple[str, str]]:
    """Yield (cell, number) for the numbers that are not linked to a value."""
    for cell, text in prose(notebook):
        text = LINK.sub(" ", ROLE.sub(" ", re.sub(r"\{cite[^`]*`[^`]*`|`[^`]*`", " ", text)))
        text = re.sub(r"\[[^\]]*\]\([^)]*\)", " ", text)
        for match in NUMBER.finditer(text):
            if "." in match[0] or len(match[0]) > 1:
                yield cell, match[0]


# --- the list of claims -----------------------------------------------------------------------


def claims_of(notebook: Path) -> dict[str, Any]:
    """The chapter's list: its settings, and its claims with what each stands on."""
    file = CLAIMS / f"{notebook.stem}.yml"
    listed = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    return {"settings": {}, "claims": []} | (listed or {})


def problems(notebook: Path) -> Iterator[str]:
    """What a chapter's text claims without a check, and what its list has wrong."""
    listed = claims_of(notebook)
    spoken = list(sentences(notebook))
    claims = listed["claims"]
    for claim in claims:
        where = [s for s in spoken if squeezed(claim["says"]) in squeezed(s.text)]
        if len(where) != 1:
            yield f"{len(where)} sentences say {claim['says']!r}: give the words of exactly one"
        else:
            yield from stands(notebook, claim, where[0])
    if sum("speech" in claim for claim in claims) > SPEECH:
        yield f"more than {SPEECH} figures of speech: check some, or say them in other words"
    for sentence in spoken:
        covered = any(squeezed(claim["says"]) in squeezed(sentence.text) for claim in claims)
        if sentence.kinds and not covered:
            yield f"{sentence.cell}: [{', '.join(sentence.kinds)}] {sentence.text}"
    settings = {str(value) for value in listed["settings"]}
    stated = list(bare_numbers(notebook))
    for cell, number in stated:
        if number not in settings:
            yield f"{cell}: the number {number} is neither linked to a value nor among the settings"
    for setting in sorted(settings - {number for _, number in stated}):
        yield f"no sentence has the setting {setting}"


def squeezed(text: str) -> str:
    return re.sub(r"[\s*_]+", " ", text).strip()


def stands(notebook: Path, claim: dict[str, Any], sentence: Sentence) -> Iterator[str]:
    """What is wrong with the check that a claim names."""
    ways = set(claim) - {"says"}
    checks = {"cell": problem_of_cell, "test": problem_of_test, "source": problem_of_source}
    if len(ways) != 1 or not ways <= {*checks, *PLAIN}:
        yield f"{claim['says']!r} needs one of {', '.join((*checks, *PLAIN))}; has {sorted(ways)}"
        return
    way = ways.pop()
    if way in PLAIN:
        if not str(claim[way] or "").strip():
            yield f"{claim['says']!r}: say what it means"
    elif wrong := checks[way](notebook, str(claim[way]), sentence):
        yield f"{claim['says']!r}: {wrong}"


def problem_of_cell(notebook: Path, name: str, sentence: Sentence) -> str:
    """A cell of the chapter that raises where the sentence is false."""
    found = [cell for cell in cells(notebook) if cell["id"] == name]
    if not found or found[0]["cell_type"] != "code":
        return f"there is no code cell {name!r}"
    return "" if asserts("".join(found[0]["source"])) else f"the cell {name!r} asserts nothing"


def asserts(source: str) -> bool:
    """Whether the code can raise by what it finds: an assertion that is no constant, or a check."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call):
            called = node.func
            name = getattr(called, "attr", getattr(called, "id", ""))
            if ASSERTING.fullmatch(name):
                return True
    return False


def problem_of_test(notebook: Path, name: str, sentence: Sentence) -> str:
    """A test, as ``tests/test_averages.py::test_half_life``."""
    file, _, function = name.partition("::")
    path = ROOT / file
    if not path.is_file():
        return f"there is no file {file}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    wanted = function.partition("[")[0]
    return "" if wanted.startswith("test_") and wanted in defined else f"{file} has no {function!r}"


def problem_of_source(notebook: Path, place: str, sentence: Sentence) -> str:
    """Where another text says what the sentence says of it: ``mit6036, section 5.1``."""
    key, _, where = place.partition(",")
    known = re.findall(r"@\w+\{([^,]+),", (ROOT / "book" / "references.bib").read_text("utf-8"))
    if key not in known:
        return f"{key!r} is not in references.bib"
    if not where.strip():
        return f"say where in {key}"
    if "text" not in sentence.kinds:
        return "only what a sentence says of another text can stand on that text"
    return ""


if __name__ == "__main__":
    for path in sys.argv[1:]:
        for problem in problems(Path(path)):
            print(problem)
