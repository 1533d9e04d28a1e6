"""Child processes that never outlive the process that started them."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0
_GUARD = Path(__file__).with_name("guard.py")
# Below Linux's range of local ports for outgoing connections (32768–60999).
_PORTS = range(20_000, 32_000)
_reserved: set[int] = set()


class StackError(Exception):
    """The embedded stack or the demo cannot continue. The message is one line: why, and what to do."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """How to run one child."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    """File that its output is appended to."""
    stop_signal: signal.Signals
    """Asks for a clean stop."""
    death_signal: signal.Signals
    """Sent by the kernel when the parent dies."""
    stop_seconds: float
    """Seconds that a clean stop may take before the child is killed."""
    user: str | None = None
    """User that root switches to before running it."""
    kept_fds: tuple[int, ...] = ()
    """Open file descriptors that it inherits."""


class Child:
    """A restartable program. Start it from the main thread: the kernel watches the thread that forks."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        if self._process is None:
            raise StackError(f"{self.program.name} was not started")
        return self._process.pid

    def start(self) -> None:
        program = self.program
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - commands of ours, no shell
                guarded(program.command, program.death_signal, program.user),
                env=program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C in a terminal reaches only the parent, which stops its children in order.
                start_new_session=True,
                pass_fds=program.kept_fds,
            )

    def exit_code(self) -> int | None:
        """``None`` while it runs; the negative signal number if a signal ended it."""
        return None if self._process is None else self._process.poll()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def check_start(self, deadline: float) -> None:
        """Raise :class:`StackError` if the child exited before it was ready or ``deadline`` (monotonic) has passed."""
        if not self.is_running():
            raise self.failure()
        if time.monotonic() > deadline:
            raise StackError(f"{self.program.name} was not ready within {START_SECONDS:g} s (log: {self.program.log})")

    def failure(self) -> StackError:
        """Why the child exited: the last line of its output."""
        return StackError(f"{self.program.name} failed: {self._last_words()} (log: {self.program.log})")

    def how_it_ended(self) -> str:
        code = self.exit_code()
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"exited with code {code}"

    def _last_words(self) -> str:
        with self.program.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").split("\n")
        words = [line.strip() for line in lines if line.strip()]
        return words[-1][:300] if words else f"it {self.how_it_ended()} without output"


def guarded(command: Sequence[str], death_signal: signal.Signals, user: str | None = None) -> list[str]:
    """``command`` wrapped in :mod:`cricksy.embedded.guard`."""
    guard = [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid()), str(int(death_signal)), user or "-"]
    return [*guard, *command]


def bare_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The least that a program needs to start, without the caller's settings, keys and proxies."""
    libraries = {"LD_LIBRARY_PATH": environ["LD_LIBRARY_PATH"]} if "LD_LIBRARY_PATH" in environ else {}
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **libraries}


def is_free(port: int) -> bool:
    """Whether a server can listen on this loopback port. Raises :class:`PermissionError` if we may not use it."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((LOOPBACK, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def reserve(port: int) -> bool:
    """Keep this port from every other process that asks here, until this one ends. False if another has it.

    A child may bind it seconds later, and again after a restart. The name of an abstract Unix socket, which is as local
    to the network namespace as the port, needs no file and goes with the process.
    """
    if port in _reserved or sys.platform != "linux":
        return True
    holder = socket.socket(socket.AF_UNIX)
    try:
        holder.bind(f"\0cricksy-port-{port}")
    except OSError:
        holder.close()
        return False
    # Nobody closes it: it goes with the process.
    holder.detach()
    _reserved.add(port)
    return True


def free_port() -> int:
    """A free loopback port that is this process's alone: no other call, here or in another process, gives it."""
    for _ in range(100):
        port = random.choice(_PORTS)  # noqa: S311 - not a secret
        if port not in _reserved and is_free(port) and reserve(port):
            return port
    raise StackError(f"no free port between {_PORTS.start} and {_PORTS.stop} on {LOOPBACK}")


def accepts(port: int) -> bool:
    """Whether a server accepts connections on this loopback port."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False
