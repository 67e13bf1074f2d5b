"""Letters of plain text: γ, x̂, β₁, η′, and reasons without their TeX."""

from __future__ import annotations

import re
import unicodedata

from sympy.printing.conventions import split_super_sub

GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {'LAMDA' if name == 'lambda' else name.upper()}")
    for name in (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
        "upsilon phi chi psi omega"
    ).split()
} | {"varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "ell": "ℓ"}
GREEK |= {
    name.capitalize(): unicodedata.lookup(f"GREEK CAPITAL LETTER {name.upper()}")
    for name in "gamma delta theta xi pi sigma phi psi omega".split()
} | {"Lambda": "Λ"}
MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain_name(name: str) -> str:
    """A symbol's name as it is written: ``beta1`` is β₁, ``xhat`` is x̂, ``sigma^2`` is σ²."""
    bare = name.rstrip("'")
    primes = "′" * (len(name) - len(bare))
    letter, above, below = split_super_sub(bare)
    written = _letter(letter)
    for index in below:
        written = lowered(written, _letter(index))
    for exponent in above:
        written = raised(written, _letter(exponent))
    return written + primes


def _letter(name: str) -> str:
    if name in GREEK:
        return GREEK[name]
    for mark, sign in MARKS.items():
        if name.endswith(mark) and name != mark:
            inner = _letter(name.removesuffix(mark))
            return inner + sign if len(inner) == 1 else name
    return name


def letters(text: str) -> int:
    """How many letters wide a text is: marks above letters have no width."""
    return sum(not unicodedata.combining(sign) for sign in text)


def raised(base: str, exponent: str) -> str:
    """γ^T, x², γ^{T−t}."""
    exponent = compact(exponent)
    if exponent.isdigit():
        return base + exponent.translate(RAISED)
    return f"{base}^{exponent}" if letters(exponent) == 1 else f"{base}^{{{exponent}}}"


def lowered(base: str, index: str) -> str:
    """x_j, x₀, C_{T−1}."""
    index = compact(index)
    if index.isdigit():
        return base + index.translate(LOWERED)
    return f"{base}_{index}" if letters(index) == 1 else f"{base}_{{{index}}}"


def compact(text: str) -> str:
    """Without the spaces around signs: for indices and exponents."""
    return re.sub(r" ([−+=≤<≥>→]) ", r"\1", text)


COMMANDS = {name: rf"{sign}" for name, sign in GREEK.items()} | {
    "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "approx": "≈", "to": "→", "infty": "∞", "dots": "…", "ldots": "…", "sum": "Σ",
    "prod": "∏", "partial": "∂", "in": "∈", "sqrt": "√", "log": "log", "exp": "exp",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "pm": "±", "quad": " ",
    "left": "", "right": "", "max": "max", "min": "min", "sin": "sin", "cos": "cos",
    "Rightarrow": "⇒", "iff": "⇔", "mapsto": "↦", "mid": "|", "nabla": "∇", "cdots": "⋯",
}  # fmt: skip


def plain_reason(why: str) -> str:
    r"""A reason as plain text: ``$\sum_k \hat x_k = 0$`` is Σ_k x̂_k = 0."""
    parts = re.split(r"\$([^$]*)\$", why)
    parts[1::2] = [_plain_formula(part) for part in parts[1::2]]
    return unicodedata.normalize("NFC", "".join(parts))


def _plain_formula(tex: str) -> str:
    tex = re.sub(r"\\[,;:! ]|~", " ", tex)
    tex = re.sub(r"\\(?:tfrac|dfrac|frac)\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", tex)
    tex = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", tex)
    tex = re.sub(r"\\(?:text|mathrm|operatorname|mathbb)\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(rf"\\(?!(?:{'|'.join(MARKS)})\b)([a-zA-Z]+)(\s*)", _plain_command, tex)
    for mark, sign in MARKS.items():
        tex = re.sub(rf"\\{mark}\s*\{{?\s*(\w)\s*\}}?", rf"\1{sign}", tex)
    tex = re.sub(r"\^(?:\{([0-9]+)\}|([0-9]))", lambda m: (m[1] or m[2]).translate(RAISED), tex)
    tex = re.sub(r"_(?:\{([0-9]+)\}|([0-9]))", lambda m: (m[1] or m[2]).translate(LOWERED), tex)
    tex = re.sub(r"([_^])\{(\w)\}", r"\1\2", tex)
    tex = tex.replace("\\{", "{").replace("\\}", "}").replace("'", "′").replace("-", "−")
    return re.sub(r" +", " ", tex).strip()


def _plain_command(found: re.Match[str]) -> str:
    word, space = found.groups()
    sign = COMMANDS.get(word, word)
    if sign in ("∂", "√", ""):
        return sign
    return sign + (" " if space or len(sign) > 1 else "")
