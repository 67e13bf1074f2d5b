"""Seeds that are derived from an instructor's secret; who does not know it cannot guess them."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

__all__ = ["judge_seed", "new_secret", "personal_seed", "read_secret"]

_SHORTEST = 16


def judge_seed(secret: str, assignment: str, question: str) -> str:
    """The seed of what a question's answers are tried on."""
    return _derived(secret, "judge", assignment, question)


def personal_seed(secret: str, assignment: str, question: str, student: str) -> str:
    """The seed of one student's own numbers and data."""
    return _derived(secret, "personal", assignment, question, student)


def _derived(secret: str, *purpose: str) -> str:
    # The lengths keep ("ab", "c") apart from ("a", "bc").
    text = "".join(f"{len(part)}:{part}" for part in purpose)
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def new_secret(path: Path) -> str:
    """Write a new secret into a file that only its owner can read; never over one that is there."""
    secret = secrets.token_hex(32)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(number, "w") as file:
        file.write(secret + "\n")
    return secret


def read_secret(path: Path) -> str:
    """The secret in a file; ``ValueError`` if there is none, or one that could be guessed."""
    try:
        secret = path.read_text().strip()
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no seed; make one with: marker seed {path}") from None
    if len(secret) < _SHORTEST:
        raise ValueError(f"{path}: expected a seed of {_SHORTEST} characters or more")
    return secret
