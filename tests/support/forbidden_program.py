"""An analysis child that tries what a hostile video would have it do; its results say what came of each.

The "video" is the JSON of :class:`Targets`. ``--without=landlock`` and ``--without=seccomp`` before the arguments of a
child take a protection away, as a machine may lack it; ``--analyse`` makes it an honest one that analyses the video.
"""

import ctypes
import errno
import fcntl
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec

from cricksy_worker.children.child import load_analysis, serve
from cricksy_worker.children.protocol import Analysed, Outcome, Request
from cricksy_worker.vision.request import ReportProgress

LANDLOCK_CREATE_RULESET = 444
NEW_USER_NAMESPACE = 0x10000000
PTRACE_SEIZE = 0x4206
ANY_SIGNAL = 0
"""Asks only whether a signal would be allowed."""

libc = ctypes.CDLL(None, use_errno=True)


class Targets(msgspec.Struct, frozen=True):
    outside: Path
    """A folder with a file ``file`` that is none of the child's."""
    readable: Path
    """A file that the child may read."""


def call(name: str, *arguments: object) -> None:
    checked(getattr(libc, name)(*arguments))


def checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def system_call(number: int, *arguments: object) -> None:
    checked(libc.syscall(ctypes.c_long(number), *arguments))


def connect_to(address: tuple[str, int], kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as connection:
        connection.connect(address)


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def open_many() -> None:
    opened: list[int] = []
    try:
        while len(opened) < 1000:
            opened.append(os.dup(0))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def read_memory(pid: int) -> None:
    """The first 8 bytes of the parent that its map names."""

    class Part(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    kept = ctypes.create_string_buffer(8)
    ours, theirs = Part(ctypes.addressof(kept), 8), Part(ctypes.addressof(kept), 8)
    call("process_vm_readv", pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)


def attempts(targets: Targets, own: Path) -> dict[str, Callable[[], object]]:
    """What must fail on any machine, then ``files:`` what fails with Landlock, then ``may:`` what must not fail."""
    parent, outside = os.getppid(), targets.outside
    (own / "mine").write_text("mine")
    return {
        "tcp": lambda: connect_to(("127.0.0.1", 9), socket.SOCK_STREAM),
        "udp": lambda: connect_to(("127.0.0.1", 9), socket.SOCK_DGRAM),
        "unix": lambda: socket.socket(socket.AF_UNIX),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "io_uring": lambda: system_call(425, 8, ctypes.create_string_buffer(120)),
        "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - it must not start
        "fork": fork,
        "fork and exec": lambda: subprocess.run(["/bin/true"], check=True),
        "kill the parent": lambda: os.kill(parent, ANY_SIGNAL),
        "kill the group": lambda: os.kill(0, ANY_SIGNAL),
        "kill everybody": lambda: os.kill(-1, ANY_SIGNAL),
        "kill by thread": lambda: system_call(234, parent, parent, ANY_SIGNAL),
        "kill by descriptor": lambda: os.pidfd_open(parent),
        "signals of a file to the parent": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, parent),
        "ptrace": lambda: call("ptrace", PTRACE_SEIZE, parent, None, None),
        "read the parent's memory": lambda: read_memory(parent),
        "open the parent's memory": lambda: Path(f"/proc/{parent}/mem").open("rb+"),
        "open the parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "the parent's limits": lambda: resource.prlimit(parent, resource.RLIMIT_CPU),
        "the parent's priority": lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
        "the parent's cores": lambda: os.sched_setaffinity(parent, {0}),
        "a namespace": lambda: call("unshare", NEW_USER_NAMESPACE),
        "symbolic link": lambda: (own / "link").symlink_to("/etc/passwd"),
        "link": lambda: os.link(own / "mine", own / "another"),
        "pipe in the folder": lambda: os.mkfifo(own / "pipe"),
        "change of another's mode": lambda: (outside / "file").chmod(0o777),
        "shared memory": lambda: call("shmget", 0, 4096, 0o600),
        "many open files": open_many,
        "a huge file": lambda: os.truncate(own / "mine", 1 << 40),
        "much memory": lambda: bytearray(1 << 40),
        "more than its limits": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
        "files: write outside": lambda: (outside / "new").write_text("new"),
        "files: change outside": lambda: (outside / "file").write_text("changed"),
        "files: truncate outside": lambda: os.truncate(outside / "file", 0),
        "files: remove outside": (outside / "file").unlink,
        "files: list outside": lambda: list(outside.iterdir()),
        "files: read another's": (outside / "file").read_text,
        "files: read the passwords": lambda: Path("/etc/shadow").read_text(),
        "files: read the accounts": lambda: Path("/etc/passwd").read_text(),
        "files: read of the parent": lambda: Path(f"/proc/{parent}/cmdline").read_text(),
        "may: own files": (own / "mine").read_text,
        "may: remove own": (own / "mine").unlink,
        "may: make a folder": (own / "folder").mkdir,
        "may: read what it was given": targets.readable.read_bytes,
        "may: start a thread": lambda: threading.Thread(target=int).start(),
        "may: signal itself": lambda: os.kill(os.getpid(), ANY_SIGNAL),
        "may: chance": lambda: os.urandom(8),
        "may: import": lambda: import_module("wave"),
    }


def outcome_of(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    except (MemoryError, ValueError) as error:
        return type(error).__name__
    return "done"


def analyse(request: Request, _on_progress: ReportProgress) -> Outcome:
    targets = msgspec.json.decode(request.video.read_bytes(), type=Targets, dec_hook=lambda kind, value: kind(value))
    results = {name: outcome_of(attempt) for name, attempt in attempts(targets, Path.cwd()).items()}
    return Analysed(results=msgspec.json.encode(results), landmarks=b"landmarks", models={})


def do_without(protection: str) -> None:
    if protection == "seccomp":
        sys.modules["pyseccomp"] = None  # type: ignore[assignment] - an import of it then fails
    if protection == "landlock":
        lib = import_module("pyseccomp")
        kernel = lib.SyscallFilter(lib.ALLOW)
        kernel.add_rule(lib.ERRNO(errno.ENOSYS), LANDLOCK_CREATE_RULESET)
        kernel.load()


if __name__ == "__main__":
    while sys.argv[1].startswith("--without="):
        do_without(sys.argv.pop(1).removeprefix("--without="))
    if sys.argv[1] == "--analyse":
        sys.argv.pop(1)
        serve(load_analysis)
    else:
        serve(lambda: analyse)
