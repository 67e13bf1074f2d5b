"""What platforms give, sorted by student; nothing is written outside, whatever names say."""

import io
import os
import stat
import zipfile

import pytest
from small_course import answered, hand_in

from marker.collect import collect, read_names
from marker.limits import Limits
from marker.submissions import Unreadable, find, plain_name, read_notebook, read_submission

LIMITS = Limits(upload_mb=1)


def archive(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries:
            out.writestr(name, data)
    return path


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("platform", "names", "students"),
    [
        ("plain", ["ann.ipynb", "ben-2.ipynb", "x/cleo.zip"], ["ann", "ben", "cleo"]),
        (
            "canvas",
            ["doeann_11_901_hw.ipynb", "roeben_LATE_22_902_my_33_44_hw-3.ipynb"],
            ["11", "22"],
        ),
        (
            "moodle",
            [
                "Ann Doe_11_assignsubmission_file_/hw.ipynb",
                "Ben_99_assignsubmission_file_x_22_assignsubmission_file/a b.ipynb",
            ],
            ["11", "22"],
        ),
        (
            "gradescope",
            ["assignment_7_export/submission_11/hw.ipynb", "submission_22/hw.ipynb"],
            ["11", "22"],
        ),
    ],
)
def test_files_go_to_their_students(tmp_path, platform, names, students):
    path = archive(tmp_path / "all.zip", *((name, b"{}") for name in names))
    said = collect(path, tmp_path / "in", "hw", platform, LIMITS)
    assert sorted(p.name for p in (tmp_path / "in").iterdir()) == students
    assert said[-1].startswith(f"{len(names)} files of {len(students)} students")
    assert len(find(tmp_path / "in", "hw")) == len(students)


def test_students_can_have_other_names_here_than_on_the_platform(tmp_path):
    """Whoever got questions of his own under a name is marked under that name."""
    files = [f"submission_{number}/hw.ipynb" for number in (11, 22, 33)]
    path = archive(tmp_path / "all.zip", *((name, b"{}") for name in files))
    table = tmp_path / "names.csv"
    table.write_text("\ufeff11, ann\n\n22,ben\n")
    said = collect(path, tmp_path / "in", "hw", "gradescope", LIMITS, read_names(table))
    assert files_in(tmp_path / "in") == ["ann/hw/hw.ipynb", "ben/hw/hw.ipynb"]
    assert said[0] == "left out, its student has no name: submission_33/hw.ipynb"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("11,ann\n22\n", "line 2: expected two names, got '22'"),
        ("11,ann\n22,\n", "line 2: expected two names, got '22,'"),
        ("11,ann\n11,ben\n", "stands in it twice"),
        ("11,ann\n22,ann\n", "stands in it twice"),
    ],
)
def test_a_faulty_table_of_names_is_refused(tmp_path, text, message):
    (tmp_path / "names.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_names(tmp_path / "names.csv")


def test_nothing_is_written_outside(tmp_path):
    names = [
        "../../evil.ipynb", "/etc/evil.ipynb", "a/../../b.ipynb", "..ipynb", "....ipynb",
        "C:\\evil.ipynb", "evil\x00.ipynb", "notes.txt", "\u202egpj.ipynb", "-2.ipynb",
    ]  # fmt: skip
    path = archive(tmp_path / "all.zip", *((name, b"{}") for name in names))
    before = files_in(tmp_path)
    collect(path, tmp_path / "deep" / "in", "../hw", "plain", LIMITS)
    new = set(files_in(tmp_path)) - set(before)
    assert new and all(name.startswith("deep/in/") for name in new)
    assert not any(".." in name.split("/") for name in new)
    assert all(name.isascii() for name in new)


def test_bombs_and_links_are_left_out(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bomb.ipynb", bytes(50 * 2**20))
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")
        out.writestr("good.ipynb", "{}")
    said = collect(path, tmp_path / "in", "hw", "plain", LIMITS)
    assert files_in(tmp_path / "in") == ["good/hw/good.ipynb"]
    assert any("bomb.ipynb: It is larger than 1 MB" in line for line in said)
    assert any("link.ipynb: It is a link" in line for line in said)
    folder = tmp_path / "download"
    folder.mkdir()
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "good.ipynb").write_text("{}")
    said = collect(folder, tmp_path / "in2", "hw", "plain", LIMITS)
    assert files_in(tmp_path / "in2") == ["good/hw/good.ipynb"]


def test_damaged_archives_are_named(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("ann.ipynb", "{}" * 1000)
    broken = bytearray(data.getvalue())
    broken[40:60] = b"x" * 20
    (tmp_path / "all.zip").write_bytes(broken)
    said = collect(tmp_path / "all.zip", tmp_path / "in", "hw", "plain", LIMITS)
    assert "damaged or locked" in said[0]
    (tmp_path / "none.zip").write_bytes(b"no archive")
    with pytest.raises(ValueError, match="expected a folder or a zip file"):
        collect(tmp_path / "none.zip", tmp_path / "in", "hw", "plain", LIMITS)


def test_the_later_file_counts(tmp_path):
    for name, when in (("b.ipynb", 100), ("a.ipynb", 200)):
        path = hand_in(tmp_path, "ann", answered(), name)
        os.utime(path, (when, when))
    (found,) = find(tmp_path)
    assert found.path.name == "a.ipynb"
    assert found.note == "2 files were handed in; the latest counts: a.ipynb, not b.ipynb."
    hand_in(tmp_path, "ann", answered(), "hw-2.ipynb")
    hand_in(tmp_path, "ann", answered(), "hw-10.ipynb")
    assert find(tmp_path)[0].path.name == "hw-10.ipynb"


def test_nbgraders_folders_are_understood(tmp_path):
    hand_in(tmp_path, "ann", answered(), "adam/adam.ipynb")
    hand_in(tmp_path, "ann", answered(), "momentum/momentum.ipynb")
    hand_in(tmp_path, "ann", answered(), "old.ipynb")
    assert [s.path.name for s in find(tmp_path, "adam")] == ["adam.ipynb"]


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b", "../x", ".hidden", "a\nb", "ä", "x" * 300, "a ", "con\x00"]
)
def test_a_name_leads_nowhere_else(name):
    made = plain_name(name)
    assert made.isascii() and "/" not in made and not made.startswith(".") and len(made) < 100
    assert plain_name(name) == made
    assert made != plain_name(name + "x")


def test_an_archive_is_read_no_further_than_allowed(tmp_path):
    two = archive(tmp_path / "two.zip", ("a.ipynb", b"{}"), ("b.ipynb", b"{}"))
    with pytest.raises(Unreadable, match="holds 2 notebooks"):
        read_submission(two, LIMITS)
    mac = archive(tmp_path / "mac.zip", ("__MACOSX/._a.ipynb", b""), ("a.ipynb", b'{"cells": []}'))
    assert read_notebook(read_submission(mac, LIMITS), LIMITS).cells == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"[]", "no cells"),
        (b'{"cells": [' + b'{"cell_type": "code", "source": "1"},' * 999 + b"{}]}", "1000 cells"),
        (b'{"cells": [' + b'{"cell_type": "code"},' * 500 + b"{}]}", "more than 400 code cells"),
        (b'{"cells": 1e999}', "no cells"),
        (b'{"cells": ' + b"9" * 5000 + b"}", "cut off"),
    ],
)
def test_odd_notebooks_are_named(data, why):
    with pytest.raises(Unreadable, match=why):
        read_notebook(data, LIMITS)
