"""Calls of the Linux kernel that Python has no function for, and a filter for the rest of them."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct

__all__ = [
    "NEW_IPC",
    "NEW_MOUNTS",
    "NEW_NAMES",
    "NEW_PROCESSES",
    "NEW_USERS",
    "die_with_parent",
    "drop_privileges",
    "filter_calls",
    "fork_into",
    "make_mounts_private",
    "mount_files",
    "own_user_namespace",
    "unshare",
]

NEW_MOUNTS = 0x0002_0000
NEW_NAMES = 0x0400_0000
NEW_IPC = 0x0800_0000
NEW_USERS = 0x1000_0000
NEW_PROCESSES = 0x2000_0000

_NEW_ANYTHING = 0x7E02_0000  # every kind of namespace that clone can make

_NO_SETUID_PROGRAMS, _NO_DEVICES, _NO_PROGRAMS, _READ_ONLY = 2, 4, 8, 1
_RECURSIVE, _PRIVATE = 0x4000, 0x4_0000

_PARENT_DEATH_SIGNAL = 1
_SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES, _DROP_FROM_BOUNDS = 4, 38, 24
_SET_FILTER, _FILTER_MODE, _AMBIENT, _CLEAR_AMBIENT = 22, 2, 47, 4

_libc = ctypes.CDLL(None, use_errno=True)
_python_libc = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock
_python = ctypes.pythonapi


def _call(name: str, *args: object) -> int:
    result = getattr(_libc, name)(*args)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(kinds: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _call("unshare", kinds)


def fork_into(kinds: int) -> int:
    """Fork into new namespaces, in one step: the child is the first of its processes.

    Python has no function for it, and forking once more for `unshare` costs as much as a light
    notebook. This process must have one thread only.
    """
    _python.PyOS_BeforeFork()
    process = _python_libc.syscall(_CLONE[_column()], kinds | signal.SIGCHLD, 0, 0, 0, 0)
    if process == 0:
        _python.PyOS_AfterFork_Child()
        return 0
    number = ctypes.get_errno()
    _python.PyOS_AfterFork_Parent()
    if process < 0:
        raise OSError(number, f"clone: {os.strerror(number)}")
    return process


def own_user_namespace(user: int, group: int) -> None:
    """Enter a user namespace in which this process may mount; outside it stays what it was."""
    _call("prctl", _SET_DUMPABLE, 1, 0, 0, 0)  # else its files in /proc belong to root
    outer_user, outer_group = os.geteuid(), os.getegid()
    unshare(NEW_USERS | NEW_MOUNTS)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {outer_user} 1")
    _write("/proc/self/gid_map", f"{group} {outer_group} 1")
    _call("prctl", _SET_DUMPABLE, 1, 0, 0, 0)  # again, for who counts the memory
    make_mounts_private()


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def make_mounts_private() -> None:
    """What is mounted here from now on is mounted nowhere else."""
    _call("mount", None, b"/", None, ctypes.c_ulong(_RECURSIVE | _PRIVATE), None)


def mount_files(place: str, megabytes: int, *, read_only: bool = False) -> None:
    """Mount an empty folder in memory that holds at most so much, and no programs."""
    flags = _NO_SETUID_PROGRAMS | _NO_DEVICES | _NO_PROGRAMS | (_READ_ONLY if read_only else 0)
    settings = f"size={megabytes}m,nr_inodes=4096,mode=0700".encode()
    _call("mount", b"tmpfs", place.encode(), b"tmpfs", ctypes.c_ulong(flags), settings)


def die_with_parent() -> None:
    """Be killed when the process that started this one ends."""
    _call("prctl", _PARENT_DEATH_SIGNAL, 9, 0, 0, 0)


def drop_privileges() -> None:
    """Give up every capability for good."""
    _call("prctl", _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _call("prctl", _AMBIENT, _CLEAR_AMBIENT, 0, 0, 0)
    for capability in range(64):
        try:
            _call("prctl", _DROP_FROM_BOUNDS, capability, 0, 0, 0)
        except OSError as error:
            if error.errno != errno.EINVAL:  # this kernel has fewer of them
                raise
    header = struct.pack("=Ii", 0x2008_0522, 0)  # version 3, this process
    nothing = bytes(24)
    _call("capset", header, nothing)


# --- which calls are refused ----------------------------------------------------------------------

# Numbers on x86-64 and on AArch64. Refused is what reaches beyond the process (sockets, other
# processes, shared memory that no limit counts) and what has often been the way through a kernel.
_REFUSED = {
    "socket": (41, 198),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "vmsplice": (278, 75),
    "personality": (135, 92),
    "quotactl": (179, 60),
    "swapon": (167, 224),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "syslog": (103, 116),
    "acct": (163, 89),
}
_CLONE = (56, 220)
_PRCTL = (157, 167)
_CLONE3 = (435, 435)
_MACHINES = ("x86_64", "aarch64")
_ARCHITECTURES = (0xC000_003E, 0xC000_00B7)

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_IF_ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _REFUSE, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000


def filter_calls() -> None:
    """Refuse the listed calls from now on, in this process and in all that it starts."""
    column = _column()
    architecture = _ARCHITECTURES[column]
    code = b"".join(_program(column, architecture))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(_kept(code)))
    _call("prctl", _SET_FILTER, _FILTER_MODE, program, 0, 0)


def _column() -> int:
    """Which of the two tables of numbers this machine has."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(f"the sandbox knows x86_64 and aarch64, this machine is {machine}")
    return _MACHINES.index(machine)


def _program(column: int, architecture: int) -> list[bytes]:
    refuse = _step(_RETURN, _REFUSE | errno.EPERM)
    lines = [
        _step(_LOAD, 4),  # the architecture of the call
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),  # the number of the call
    ]
    if column == 0:  # the second table of numbers that x86-64 has
        lines += [_step(_JUMP_AT_LEAST, 0x4000_0000, 0, 1), _step(_RETURN, _KILL)]
    for numbers in _REFUSED.values():
        lines += [_step(_JUMP_EQUAL, numbers[column], 0, 1), refuse]
    # clone3 keeps its flags in memory, where a filter cannot look; without it, clone is used.
    not_there = _step(_RETURN, _REFUSE | errno.ENOSYS)
    lines += [_step(_JUMP_EQUAL, _CLONE3[column], 0, 1), not_there]
    lines += [
        _step(_JUMP_EQUAL, _CLONE[column], 0, 3),
        _step(_LOAD, 16),  # the lower half of its first argument, the flags
        _step(_JUMP_IF_ANY, _NEW_ANYTHING, 0, 1),
        refuse,
        _step(_LOAD, 0),
        # A process that may not be looked into would hide how much memory it holds.
        _step(_JUMP_EQUAL, _PRCTL[column], 0, 3),
        _step(_LOAD, 16),
        _step(_JUMP_EQUAL, _SET_DUMPABLE, 0, 1),
        refuse,
    ]
    return [*lines, _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _kept(code: bytes) -> ctypes.Array[ctypes.c_char]:
    buffer = ctypes.create_string_buffer(code, len(code))
    _buffers.append(buffer)
    return buffer


_buffers: list[ctypes.Array[ctypes.c_char]] = []
