"""Replay what Binder would do with this repository, in a fresh environment, and run the chapters.

repo2docker's dry run prints the whole recipe of the image without making one. The steps that
come from this repository are taken from it and carried out in a new environment; a step that
this script does not know makes it fail, so that it cannot fall behind unnoticed.

    python .ci/binder.py REPO2DOCKER    the path of the jupyter-repo2docker program
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the image has before it looks at the repository, in so far as running a notebook needs it.
BASE = ("ipykernel", "nbclient")
INSTALL = re.compile(r"RUN \$\{KERNEL_PYTHON_PREFIX\}/bin/(pip install .+)")
OWN_STEPS = ("RUN chmod +x binder/postBuild", "RUN ./binder/postBuild")


def main(repo2docker: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "repo")
        unpack(folder)
        recipe = dry_run(repo2docker, folder)
        python = python_for(recipe)
        environment = Path(name, "environment")
        print(f"--- a fresh environment with {python}", flush=True)
        subprocess.run([python, "-m", "venv", environment], check=True)
        programs = environment / "bin"
        run([programs / "python", "-m", "pip", "install", "-q", *BASE], folder, environment)
        for step in steps(recipe):
            print(f"--- {step}", flush=True)
            run(["bash", "-c", step], folder, environment)
        run_chapters(folder, environment)


def unpack(folder: Path) -> None:
    """Put the committed files there, as Binder would fetch them."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")


def dry_run(repo2docker: str, folder: Path) -> str:
    command = [repo2docker, "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or "FROM " not in done.stdout + done.stderr:
        sys.exit(f"repo2docker's dry run failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def python_for(recipe: str) -> str:
    """Return a Python of the version that the image would have."""
    version = re.search(r"conda environment for python=(3\.\d+)", recipe)[1]
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    return shutil.which(f"python{version}") or sys.exit(
        f"Binder would use Python {version}, and there is no python{version} here."
    )


def steps(recipe: str) -> list[str]:
    """Return the commands of the recipe that come from this repository, in order."""
    found = []
    for line in recipe.splitlines():
        if match := INSTALL.fullmatch(line.strip()):
            found.append("${KERNEL_PYTHON_PREFIX}/bin/" + match[1])
        elif line.strip() in OWN_STEPS:
            found.append(line.strip().removeprefix("RUN "))
        elif line.startswith("RUN") and ("binder/" in line or "pip " in line):
            sys.exit(f"Binder would do this, which the replay does not know: {line}")
    if not any("pip install" in step for step in found):
        sys.exit("Binder would install nothing from this repository.")
    return found


def run(command: list, folder: Path, environment: Path) -> None:
    settings = {
        "KERNEL_PYTHON_PREFIX": str(environment),
        "PATH": f"{environment}/bin:{os.environ['PATH']}",
        "PYTHONPATH": "",
    }
    subprocess.run(command, cwd=folder, env={**os.environ, **settings}, check=True)


def run_chapters(folder: Path, environment: Path) -> None:
    chapters = sorted(path for path in (folder / "book").rglob("*.ipynb"))
    if not chapters:
        sys.exit("There is no notebook under book/: nothing would be run.")
    for chapter in chapters:
        print(f"--- running {chapter.relative_to(folder)}", flush=True)
        run(
            [environment / "bin" / "jupyter-execute", "--timeout=300", chapter], folder, environment
        )
    print(f"Binder would run {len(chapters)} notebook(s).")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
