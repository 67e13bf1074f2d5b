"""The marker's commands: ``python -m marker --help``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from marker import limits, report, tables
from marker.assignment import load_assignment
from marker.collect import collect, read_names
from marker.journal import write_whole
from marker.release import prove, release
from marker.report import Marked
from marker.run import MakeExecutor, cores, mark_folder, pool_of, shown_progress
from marker.sandbox import NoSandbox, Sandbox
from marker.seeds import new_secret, read_secret
from marker.submissions import plain_name
from marker.task import Setup

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 says that it did what it should."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (NoSandbox, ValueError, OSError) as error:
        print(f"marker {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="marker", description="Marks notebooks that students hand in."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    seed = commands.add_parser("seed", help="make a secret seed")
    seed.add_argument("file", type=Path)
    seed.set_defaults(run=_seed)

    check = commands.add_parser("check", help="prove that an assignment is fit to be handed out")
    check.add_argument("source", type=Path, help="the author's notebook")
    limits.add_options(check)
    check.set_defaults(run=_check)

    out = commands.add_parser("release", help="make the students' version of an assignment")
    out.add_argument("source", type=Path, help="the author's notebook")
    out.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    out.add_argument("--students", type=Path, metavar="FILE", help="a line for each student")
    out.add_argument("--seed-file", type=Path, metavar="FILE", help="for numbers of their own")
    out.set_defaults(run=_release)

    into = commands.add_parser("collect", help="sort what a platform gives into a folder a student")
    into.add_argument("download", type=Path, help="a folder or a zip file")
    into.add_argument("folder", type=Path, help="where a folder for each student is made")
    into.add_argument("--assignment", required=True, metavar="NAME")
    into.add_argument("--from", dest="platform", default="plain",
                      choices=["plain", "canvas", "moodle", "gradescope"])  # fmt: skip
    into.add_argument("--names", type=Path, metavar="FILE",
                      help="a line for each student: what the platform calls him, and his name")  # fmt: skip
    limits.add_options(into)
    into.set_defaults(run=_collect)

    mark = commands.add_parser("mark", help="mark a folder of submissions")
    mark.add_argument("folder", type=Path)
    mark.add_argument("--assignment", type=Path, required=True, metavar="NOTEBOOK.ipynb",
                      help="the author's notebook")  # fmt: skip
    mark.add_argument("--seed-file", type=Path, required=True, metavar="FILE")
    mark.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="for the marks")
    mark.add_argument("--workers", type=int, default=cores(), metavar="N", help="%(default)s")
    mark.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster: tls://…")
    mark.add_argument("--certificates", type=Path, metavar="FOLDER", help="for the cluster")
    mark.add_argument("--as-printed", action="store_true",
                      help="everybody was handed the same version")  # fmt: skip
    limits.add_options(mark)
    mark.set_defaults(run=_mark)

    again = commands.add_parser("report", help="write pages and tables anew")
    again.add_argument("folder", type=Path, help="with the marks")
    again.set_defaults(run=lambda options: report.write_reports(options.folder))

    correct = commands.add_parser("correct", help="decide a mark by hand")
    correct.add_argument("folder", type=Path, help="with the marks")
    correct.add_argument("student")
    correct.add_argument("question")
    correct.add_argument("points", type=_hundredths, help="such as 0.75")
    correct.add_argument("--why", default="", help="what the student reads")
    correct.set_defaults(run=_correct)

    export = commands.add_parser("export", help="write the table that a platform imports")
    export.add_argument("folder", type=Path, help="with the marks")
    export.add_argument("platform", choices=["canvas", "moodle", "gradescope"])
    export.add_argument("--roster", type=Path, help="what the platform exported (not Gradescope)")
    export.add_argument("--column", help="what the platform calls the assignment")
    export.set_defaults(run=_export)

    book = commands.add_parser("gradebook", help="put the marks into nbgrader's grade book")
    book.add_argument("folder", type=Path, help="with the marks")
    book.add_argument("course", type=Path, help="nbgrader's folder of the course")
    book.add_argument("--assignment", type=Path, required=True, metavar="NOTEBOOK.ipynb")
    book.add_argument("--submissions", type=Path, metavar="FOLDER", help="COURSE/submitted")
    book.add_argument("--db", metavar="URL", help="sqlite:///COURSE/gradebook.db")
    book.add_argument("--back", action="store_true", help="fetch what was marked by hand there")
    book.set_defaults(run=_gradebook)

    certificates = commands.add_parser("certificates", help="make certificates for a cluster")
    certificates.add_argument("folder", type=Path)
    certificates.set_defaults(run=_certificates)
    return parser


def _hundredths(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", text):
        raise argparse.ArgumentTypeError(f"expected points such as 0.75, got {text!r}")
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def _seed(options: argparse.Namespace) -> None:
    try:
        new_secret(options.file)
    except FileExistsError:
        raise ValueError(f"{options.file}: there is a seed already; marks depend on it") from None
    print(f"A new seed is in {options.file}. Keep it secret, and keep it: marks depend on it.")


def _check(options: argparse.Namespace) -> None:
    assignment = load_assignment(options.source, "only to read it")
    with Sandbox(limits.limits_from(options)) as sandbox:
        found = prove(assignment, sandbox)
    if found:
        raise ValueError("\n  ".join([f"{options.source} is not fit to be handed out:", *found]))
    print(f"{assignment.title}: {tables.points_text(assignment.points)} points")
    for question in assignment.questions:
        how = "by hand" if question.exercise is None else question.exercise.kind
        print(f"  {question.id}: {tables.points_text(question.points)} ({how})")


def _release(options: argparse.Namespace) -> None:
    secret = read_secret(options.seed_file) if options.seed_file else ""
    lines = options.students.read_text(encoding="utf-8").splitlines() if options.students else []
    students = [line.strip() for line in lines if line.strip()]
    if options.students and not students:
        raise ValueError(f"{options.students}: expected a line for each student, got none")
    for line in release(options.source, options.into, students, secret):
        print(line)


def _collect(options: argparse.Namespace) -> None:
    said = collect(
        options.download,
        options.folder,
        options.assignment,
        options.platform,
        limits.limits_from(options),
        read_names(options.names) if options.names else None,
    )
    for line in said:
        print(line)


def _mark(options: argparse.Namespace) -> None:
    given = limits.limits_from(options)
    secret = read_secret(options.seed_file)
    setup = Setup.of(options.assignment, secret, given, as_printed=options.as_printed)
    if not options.folder.is_dir():
        raise ValueError(f"{options.folder}: expected a folder of submissions")
    if options.workers < 1:
        raise ValueError(f"--workers: expected 1 or more, got {options.workers}")
    options.into.mkdir(parents=True, exist_ok=True)
    executor, workers = _executor(options, given)
    with shown_progress() as progress:
        counted = mark_folder(
            options.folder, setup, options.into / report.JOURNAL, executor, workers, progress
        )
    report.remember(options.into, setup.load(), counted.students)
    report.write_reports(options.into)
    print(
        f"{counted.marked} marked in {counted.seconds:.1f} s, {counted.kept} kept from before. "
        f"Pages and tables are in {options.into}."
    )


def _executor(options: argparse.Namespace, given: limits.Limits) -> tuple[MakeExecutor, int]:
    if options.scheduler is None:
        return pool_of(options.workers, given), options.workers
    from marker.cluster import cluster_of

    return cluster_of(options.scheduler, options.certificates)


def _correct(options: argparse.Namespace) -> None:
    report.correct(options.folder, options.student, options.question, options.points, options.why)
    report.write_reports(options.folder)


def _export(options: argparse.Namespace) -> None:
    marked = Marked(options.folder)
    column = options.column or marked.about["title"]
    if options.platform == "gradescope":
        for marks in marked.marks():
            folder = options.folder / "gradescope" / plain_name(marks["student"])
            write_whole(folder / "results.json", tables.gradescope_results(marks))
        print(f"A results.json for each student is in {options.folder / 'gradescope'}.")
        return
    if options.roster is None:
        raise ValueError(f"--roster: expected the table that {options.platform} exports")
    write = {"canvas": tables.canvas_table, "moodle": tables.moodle_table}[options.platform]
    path = options.folder / f"{options.platform}.csv"
    write_whole(path, write(marked.marks(), tables.read_roster(options.roster), column))
    waiting = sum(len(marks["open"]) for marks in marked.marks())
    print(f"{path} is written.")
    if waiting:
        answers = "answers still wait" if waiting > 1 else "answer still waits"
        print(f"{waiting} {answers} for a person: see {options.folder / 'open.csv'}.")


def _gradebook(options: argparse.Namespace) -> None:
    from marker import gradebook

    url = options.db or f"sqlite:///{(options.course / 'gradebook.db').absolute()}"
    if options.back:
        print(f"{gradebook.fetch(options.folder, url)} marks by hand were taken over.")
        report.write_reports(options.folder)
        return
    submissions = options.submissions or options.course / "submitted"
    gradebook.fill(options.folder, options.course, options.assignment, submissions, url)
    print(f"The grade book {url.rsplit('@')[-1]} is filled.")


def _certificates(options: argparse.Namespace) -> None:
    from marker.certificates import make_certificates

    make_certificates(options.folder)
    print(f"Certificates for scheduler, workers and marker are in {options.folder}.")


if __name__ == "__main__":
    sys.exit(main())
