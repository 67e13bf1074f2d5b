"""What code in the sandbox cannot do, tried out; the next submission runs as ever after each."""

import json
import os
import platform
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from marker.limits import Limits
from marker.sandbox import NoSandbox, Sandbox, Work, _command

LIMITS = Limits(seconds=4, cell_seconds=1, wait_seconds=3, memory_mb=300, output_kb=200, files_mb=8)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(LIMITS) as started:
        yield started


@pytest.fixture
def said(sandbox):
    """Runs cells and gives back the value of `answer`; then a good submission has to work."""

    def run(*cells, names=("answer",)):
        outcome = sandbox.run(Work(list(cells), list(names)))
        return outcome.answers.get("answer")

    yield run
    outcome = sandbox.run(Work(["answer = 6 * 7"], ["answer"]))
    assert (outcome.answers, outcome.ended) == ({"answer": 42}, True)


def tried(code: str) -> str:
    """A cell that says what came of the code."""
    body = "\n".join(f"    {line}" for line in code.strip().splitlines())
    return (
        f"answer = 'nothing'\ntry:\n{body}\n"
        "except BaseException as error:\n    answer = type(error).__name__ + ': ' + str(error)"
    )


# --- what goes in and comes out -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'gamma**T'", "gamma**T"),
        ("3", 3),
        ("0.5", 0.5),
        ("True", True),
        ("float('nan')", {"kind": "float", "value": "nan"}),
        ("np.float64(2)", 2.0),
        ("...", {"kind": "nothing"}),
        ("sp.Symbol('x')**2", {"kind": "formula", "text": "x**2"}),
        (
            "(1, [2.5])",
            {"kind": "list", "items": [1, {"kind": "list", "items": [2.5]}]},
        ),
        ("np.array([1, 2])", {"kind": "list", "items": [1, 2]}),
        ("np.array(0.5)", 0.5),
        ("__import__('fractions').Fraction(2, 3)", {"kind": "formula", "text": "2/3"}),
        ("__import__('decimal').Decimal('1e-3')", {"kind": "formula", "text": "0.001"}),
        ("__import__('decimal').Decimal('nan')", {"kind": "other", "type": "Decimal"}),
        ("1j", {"kind": "other", "type": "complex"}),
        ("lambda: 0", {"kind": "function"}),
        ("object()", {"kind": "other", "type": "object"}),
        ("10**400", {"kind": "other", "type": "a very long number"}),
        ("'x' * 20_000", {"kind": "other", "type": "a text of more than 10000 characters"}),
    ],
)
def test_a_value_comes_out_as_data(said, code, value):
    assert said(f"import numpy as np, sympy as sp\nanswer = {code}") == value


def test_functions_are_called_on_what_is_handed_in(sandbox):
    array = {"array": [1.0, 2.0], "dtype": "float64", "shape": [2]}
    cells = [
        "def f(x, n):\n    return (x * n).sum()",
        "def g(x):\n    x += 1\n    return x",
        "def h(x): return 1 / 0",
    ]
    calls = [("f", 0, [array, 3]), ("f", 1, [array, 1]), ("g", 0, [array]), ("h", 0, [1])]
    outcome = sandbox.run(Work(cells, ["f", "g"], calls))
    assert outcome.values == {
        "f": {0: {"value": 9.0}, 1: {"value": 3.0}},
        "g": {0: {"changed": 0}},
        "h": {0: {"raised": "ZeroDivisionError: division by zero"}},
    }


def test_a_cell_that_stops_leaves_the_others(sandbox):
    cells = ["first = 1", "1 / 0", "%matplotlib inline\n!ls\nlast = first + 1", "def:"]
    outcome = sandbox.run(Work(cells, ["first", "last"]))
    assert outcome.answers == {"first": 1, "last": 2}
    assert outcome.stopped[1] == "ZeroDivisionError: division by zero"
    assert outcome.stopped[3].startswith("SyntaxError")


def test_files_that_were_handed_out_are_there(sandbox):
    work = Work(
        ["import given\nanswer = given.number"], ["answer"], files={"given.py": "number = 5"}
    )
    assert sandbox.run(work).answers == {"answer": 5}


# --- what never ends, fills up or breaks off ------------------------------------------------------

ENDLESS = {
    "a loop": ("while True: pass", "loop"),
    "a loop that catches": (
        "while True:\n    try:\n        while True: pass\n    except: pass",
        "",
    ),
    "a loop in C": ("10 ** 10 ** 10", ""),
    "sleep": ("import time\ntime.sleep(1e6)", "waits for longer than 3 s"),
    "a hanging sum": (
        "import sympy as sp\nsp.Sum(sp.Symbol('k')**7, (sp.Symbol('k'), 1, 10**9)).n(900)",
        "",
    ),
    "os._exit": ("import os\nos._exit(0)", "ends the program"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "breaks the program off"),
    "killing all": ("import os\nos.kill(-1, 9); os.kill(os.getpid(), 9); os._exit(3)", ""),
    "sys.exit": ("import sys\nsys.exit(1)", "SystemExit"),
    "a memory bomb": ("bytearray(8 * 2**30)", "MemoryError"),
    "memory, slowly": ("kept = []\nwhile True: kept.append(bytearray(2**20))", ""),
    "waiting for input": ("input()", "EOFError"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_the_other_cells_are_still_answered(sandbox, name):
    code, why = ENDLESS[name]
    outcome = sandbox.run(Work(["before = 1", code, "after = 2"], ["before", "after"]))
    assert outcome.answers == {"before": 1, "after": 2}, outcome
    assert list(outcome.stopped) == [1]
    assert why in outcome.stopped[1]


def test_a_function_that_never_ends_costs_only_its_own_values(sandbox):
    cells = [
        "def f(x):\n    while x: pass",
        "import os\ndef g(x): os._exit(0)",
        "def h(x): return x",
    ]
    calls = [("f", 0, [1]), ("g", 0, [1]), ("g", 1, [1]), ("h", 0, [1])]
    outcome = sandbox.run(Work(cells, ["f", "g", "h"], calls))
    assert outcome.values["f"] == {0: {"time": 1}}
    assert "ends the program" in outcome.values["g"][0]["raised"]
    assert outcome.values["h"] == {0: {"value": 1}}


def test_memory_of_several_processes_is_counted_together(sandbox):
    code = (
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        kept = b'x' * (120 * 2**20)\n"
        "        time.sleep(60)\n"
        "time.sleep(60)"
    )
    started = time.monotonic()
    outcome = sandbox.run(Work([code], ["answer"]))
    assert "300 MB" in outcome.stopped[0]
    assert time.monotonic() - started < 30


def test_memory_cannot_be_hidden(sandbox):
    code = (
        "import ctypes, os, time\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "refused = libc.prctl(4, 0, 0, 0, 0)\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        libc.prctl(4, 0, 0, 0, 0)\n"
        "        kept = b'x' * (120 * 2**20)\n"
        "        time.sleep(60)\n"
        "answer = refused\n"
    )
    outcome = sandbox.run(Work([code, "import time\ntime.sleep(60)"], ["answer"]))
    assert outcome.answers == {"answer": -1}
    assert "300 MB" in " ".join(outcome.stopped.values())


def test_a_fork_bomb_is_bounded(said):
    count = said(
        "import os\nanswer = 0\n"
        "try:\n    for _ in range(500):\n        if os.fork() == 0:\n"
        "            import time; time.sleep(60); os._exit(0)\n        answer += 1\n"
        "except OSError: pass"
    )
    assert 0 < count <= LIMITS.processes


def test_threads_are_bounded(said):
    count = said(
        "import threading, time\nanswer = 0\n"
        "try:\n    for _ in range(500):\n"
        "        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "        answer += 1\nexcept RuntimeError: pass"
    )
    assert 0 < count <= LIMITS.processes


def test_a_flood_of_output_is_cut_off(sandbox):
    flood = "import os\nwhile True: os.write({}, b'x' * 65536)"
    for number in (1, 2):
        outcome = sandbox.run(Work([flood.format(number), "answer = 1"], ["answer"]))
        assert outcome.answers == {"answer": 1}
    outcome = sandbox.run(Work(["answer = 1", flood.format(3), "after = 2"], ["answer", "after"]))
    assert outcome.answers == {"answer": 1, "after": 2}
    assert "200 kB" in outcome.stopped[1]
    printed = "while True: print('x' * 10000)"
    assert "1 s" in sandbox.run(Work([printed], [])).stopped[0]


def test_files_are_bounded(said):
    written = said(
        "answer = 0\n"
        "try:\n    for n in range(100):\n        with open(f'{n}', 'wb') as file:\n"
        "            answer += file.write(bytes(2**20))\nexcept OSError: pass"
    )
    assert 0 < written <= LIMITS.files_mb * 2**20
    assert "File too large" in said(tried("open('big', 'wb').truncate(2**31)"))


def test_memory_that_no_limit_counts_cannot_be_had(said):
    for code in ("import os\nos.memfd_create('x')",):
        assert "PermissionError" in said(tried(code))
    shared = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    get = "answer = str(libc.shmget(0, ctypes.c_size_t(2**20), 0o1600)) + ' ' + str(ctypes.get_errno())"
    assert said(shared + get) == "-1 1"


# --- what lies outside ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.socket()",
        "import socket\nsocket.socket(socket.AF_UNIX)",
        "import socket\nsocket.create_connection(('127.0.0.1', 22))",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')",
    ],
)
def test_no_socket_opens(said, code):
    assert "not permitted" in said(tried(code))


@pytest.mark.parametrize(
    "place",
    ["/", "/usr", "/sandbox", "/sandbox/nnlib", "/sandbox/site0", "/dev", "/proc", "/etc", "/sys"],
)
def test_nothing_can_be_written_outside_its_folders(said, place):
    said_so = said(tried(f"open('{place}/x', 'w')"))
    assert re.match("OSError|PermissionError|FileNotFoundError", said_so), said_so


def test_what_one_student_writes_the_next_does_not_find(said):
    for place in ("/tmp", "/dev/shm"):
        assert said(tried(f"open('{place}/left', 'w').write('x')\nanswer = 'written'")) == "written"
        assert said(f"import os\nanswer = os.listdir('{place}')") == {"kind": "list", "items": []}


def test_the_repository_and_the_home_folders_are_not_there(said, tmp_path):
    secret = tmp_path / "seed.txt"
    secret.write_text("secret")
    root = Path(__file__).parents[2]
    for path in (secret, root / "book", root / "homework", root / "marker", "/home", "/etc/passwd"):
        assert said(f"import os\nanswer = os.path.exists({str(path)!r})") is False, path
    code = "import importlib.util as u\nanswer = [u.find_spec(n) is None for n in {}]"
    names = ["exercises", "homework", "marker", "tests"]
    assert said(code.format(names)) == {"kind": "list", "items": [True] * 4}


def test_the_environment_is_empty(said, monkeypatch):
    monkeypatch.setenv("SECRET", "1")
    with Sandbox(LIMITS) as fresh:
        work = Work(["import os\nanswer = sorted(os.environ)"], ["answer"])
        names = fresh.run(work).answers["answer"]["items"]
    assert "SECRET" not in names
    assert set(names) <= {
        "HOME", "LANG", "LC_CTYPE", "MPLBACKEND", "OPENBLAS_NUM_THREADS", "PATH", "PWD",
        "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
    }  # fmt: skip


def test_other_processes_are_not_there(said):
    assert said("import os\nanswer = [os.getpid(), os.getppid(), os.listdir('/proc')]") == {
        "kind": "list",
        "items": [1, 0, {"kind": "list", "items": []}],
    }


def test_no_file_is_open_but_its_own(said):
    code = (
        "import os\nanswer = []\nfor number in range(2000):\n"
        "    try:\n        os.fstat(number)\n        answer.append(number)\n    except OSError: pass"
    )
    assert said(code) == {"kind": "list", "items": [0, 1, 2, 3]}


def test_it_has_no_rights_and_gets_none(said):
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
answer = [os.getuid() == 0]
for call in (
    lambda: libc.unshare(0x10000000), lambda: libc.mount(b"x", b"/tmp", b"tmpfs", 0, None),
    lambda: libc.umount2(b"/proc", 0), lambda: libc.setns(0, 0), lambda: libc.chroot(b"/tmp"),
    lambda: libc.ptrace(0, 0, 0, 0), lambda: libc.setuid(0), lambda: libc.syscall(425, 1, 0),
    lambda: libc.syscall(321, 0, 0, 0), lambda: libc.setrlimit(7, (ctypes.c_long * 2)(9999, 9999)),
    lambda: libc.syscall(56, 0x10000011, 0, 0, 0, 0),
):
    answer.append(call())
"""
    assert said(code) == {"kind": "list", "items": [False, *[-1] * 11]}


CALL_AS_ON_32_BITS = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex("b814000000cd80c3"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
"""


def test_the_other_tables_of_system_calls_are_closed(sandbox):
    tables = [
        "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 41, 1, 1, 0)",
        CALL_AS_ON_32_BITS,
    ]
    for code in tables if platform.machine() == "x86_64" else []:  # others have one table
        outcome = sandbox.run(Work([code, "answer = 1"], ["answer"]))
        assert outcome.answers == {"answer": 1}
        assert "breaks the program off" in outcome.stopped[0]


def test_what_is_left_behind_ends_with_it(sandbox):
    """Threads, `atexit` and processes of their own session."""
    marker = f"left-{os.getpid()}"
    code = f"""
import atexit, os, signal, sys, threading, time
atexit.register(lambda: os.write(3, b'{{"answer": "answer", "value": "late"}}\\n'))
def late():
    time.sleep(1)
    os.write(3, b'{{"answer": "answer", "value": "late"}}\\n')
threading.Thread(target=late).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        os.execv('/bin/sh', ['{marker}', '-c', 'while :; do sleep 0.1; done'])
    os._exit(0)
answer = 'in time'
"""
    started = time.monotonic()
    outcome = sandbox.run(Work([code], ["answer"]))
    assert outcome.answers == {"answer": "in time"}
    assert time.monotonic() - started < 30
    assert not any(marker.encode() in command for _, command, _ in _processes())


def test_the_memory_it_starts_with_holds_nothing_of_the_one_before(sandbox):
    word = "Wer-das-liest-hat-abgeschrieben"
    spelled = "".join(map(chr, [ord(c) for c in word]))
    sandbox.run(Work([f"answer = '{spelled}'"], ["answer"], files={"a.txt": spelled}))
    code = f"""
import ctypes, gc, re, sys
word = bytes({[ord(c) + 1 for c in word]})
word = bytes(c - 1 for c in word)
found = [x for x in gc.get_objects() if word.decode() in repr(type(x))]
low, high = id(object()) - 2**22, id(object()) + 2**22
import mmap
answer = 0
for start in range(low & ~4095, high, 4096):
    import os
    read, write = os.pipe()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.write(write, ctypes.c_void_p(start), 4096) == 4096:
            answer += word in os.read(read, 4096)
    finally:
        os.close(read), os.close(write)
"""
    pages = sandbox.run(Work([code], ["answer"])).answers["answer"]
    assert pages <= 1  # its own copy


def test_it_cannot_signal_whoever_watches_it(sandbox):
    """The group of processes that it was started in reaches further than what it sees."""
    for call in (
        "os.kill(0, 9)",
        "os.killpg(os.getpgrp(), 9)",
        "os.kill(0, 19)",
        "os.kill(-1, 19)",
    ):
        started = time.monotonic()
        tried = f"import os\ntry: {call}\nexcept OSError: pass"
        outcome = sandbox.run(Work([tried, "answer = 1"], ["answer"]))
        assert outcome.answers == {"answer": 1}
        assert time.monotonic() - started < 30


def test_without_who_watches_it_does_not_go_on(sandbox):
    """Should a student ever get rid of that process, everything inside ends at once."""
    sandbox.run(Work([], []))
    parents = {process: _parent(process) for process, command, _ in _processes() if HOST in command}
    ours = sandbox._process.pid
    (host,) = [p for p, parent in parents.items() if ours in (parent, _parent(parent))]
    threading.Timer(1.5, os.kill, (host, signal.SIGKILL)).start()
    started = time.monotonic()
    outcome = sandbox.run(Work(["import time\ntime.sleep(2.5)\nanswer = 1"], ["answer"]))
    assert time.monotonic() - started < 30
    assert "ends the program" in outcome.stopped[0]


# --- what it says -------------------------------------------------------------------------------


def test_forged_lines_say_nothing_of_anybody_else(sandbox):
    forged = [
        {"answer": "other", "value": 1},
        {"answer": "answer", "value": {"kind": "pickle", "data": "x"}},
        {
            "answer": "answer",
            "value": {"kind": "array", "dtype": "object", "shape": [], "data": [1]},
        },
        {
            "answer": "answer",
            "value": {"kind": "array", "dtype": "int64", "shape": [10**9] * 16, "data": []},
        },
        {"answer": "answer", "value": [1]},
        {"answer": ["answer"], "value": 1},
        {"outcome": {"value": 1}, "of": "f", "position": 7},
        {"outcome": {"value": 1}, "of": "g", "position": 0},
        {"outcome": {"value": 1, "status": "right"}, "of": "f", "position": 0},
        {"outcome": {"points": 100}, "of": "f", "position": 0},
        {"stopped": -1, "why": "x"},
        {"stopped": 99, "why": "x"},
        {"points": 100, "status": "right"},
        {"jail": "open"},
    ]
    lines = [json.dumps(line) for line in forged]
    lines += ["[" * 100_000, "{", "nonsense", "\x00\xff", '{"answer": "answer", "value": NaN}']
    lines += [
        '{"answer": "answer", "value": 1e999}',
        '{"answer": "answer", "value": ' + "9" * 5000 + "}",
    ]
    written = "\n".join(lines)
    code = f"import os\nos.write(3, {written!r}.encode('utf-8', 'surrogatepass') + b'\\n')"
    outcome = sandbox.run(Work([code], ["answer"], [("f", 0, [])]))
    assert outcome.answers in ({}, {"answer": float("inf")})
    assert "value" not in outcome.values.get("f", {}).get(0, {})
    assert set(outcome.stopped) <= {0}


def test_an_answer_that_runs_code_when_it_is_written_down(said):
    code = """
import sympy as sp, os
class Evil(sp.Symbol):
    def __str__(self): os._exit(0)
    def __reduce__(self): return (os.system, ('touch /tmp/x',))
class Text(str):
    def __str__(self): return 'x' * 10**9
answer = 'fine'
"""
    assert said(code) == "fine"
    assert said(code + "answer = Evil('x')") is None
    assert said(code + "answer = Text('abc')") == {"kind": "other", "type": "Text"}


def test_patching_everything_changes_only_what_it_says_itself(said):
    patched = """
import json, sympy, numpy, nnlib.symbolic
json.dumps = lambda *a, **k: '{}'
sympy.simplify = numpy.allclose = nnlib.symbolic.equal = lambda *a, **k: True
import sys
frame = sys._getframe()
seen = []
while frame:
    seen += list(frame.f_locals) + list(frame.f_globals)
    frame = frame.f_back
answer = 'expected' in seen or 'solution' in seen
"""
    assert said(patched) in (None, False)


# --- where none can be made -----------------------------------------------------------------------


def test_without_bubblewrap_nothing_runs(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoSandbox, match="apt install bubblewrap.*\n(.*\n)*.*no command 'bwrap'"):
        Sandbox(LIMITS).start()


def test_where_the_kernel_forbids_it_nothing_runs(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSandbox, match="No permissions to create a new namespace"):
        Sandbox(LIMITS).start()


def test_a_bubblewrap_that_only_pretends_is_noticed(monkeypatch, tmp_path):
    """It starts the warm process with nothing around it."""
    fake = tmp_path / "bwrap"
    fake.write_text('#!/bin/sh\nwhile [ "$1" != "--chdir" ]; do shift; done\nshift 2\nexec "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSandbox):
        Sandbox(LIMITS).start()


def test_root_does_not_run_it_as_root(sandbox):
    users = [user for _, command, user in _processes() if HOST in command]
    assert users and "0" not in users


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0  # it has ended


HOST = b"-S\0/sandbox/marker_inside/host.py"


def _processes() -> list[tuple[int, bytes, str]]:
    """Number, command and user of every process on this machine, but for bubblewrap's own."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes()
                user = re.search(r"Uid:\s+(\d+)", (folder / "status").read_text())[1]
            except OSError:
                continue  # it has ended
            if not command.split(b"\0")[0].endswith(b"bwrap"):
                found.append((int(folder.name), command, user))
    return found


def test_it_starts_again_after_it_was_lost(sandbox):
    sandbox._process.kill()
    sandbox._process.wait()
    assert sandbox.run(Work(["answer = 1"], ["answer"])).answers == {"answer": 1}


def test_limits_are_settings_and_checked():
    assert Limits(seconds=3).to_data()["seconds"] == 3
    for value in (0, -1, 1.5, True, "3"):
        with pytest.raises(ValueError, match="seconds: expected a whole number above 0"):
            Limits(seconds=value)


def test_nothing_secret_is_on_the_command_line():
    command = " ".join(_command(LIMITS))
    assert "seed" not in command
    assert str(Path(__file__).parents[2] / "homework") not in command
