"""Runs the phases of a check and prints how long each took.

    python tools/phases.py NAME=COMMAND …

Each command is a line for the shell. A name that begins with & runs beside the phases after it, and its output is shown
when they have ended. The first phase that fails ends the run with its exit status.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Took:
    """Seconds on the clock and of processor time, of a phase's own processes."""

    name: str
    wall: float
    cpu: float
    status: int


class Phase:
    """A command that runs. ``beside``: others run meanwhile, so its output is kept for later."""

    def __init__(self, name: str, command: str, *, beside: bool) -> None:
        self._name = name
        self._output = tempfile.TemporaryFile() if beside else None  # noqa: SIM115 - open until the phase has ended
        self._started = time.monotonic()
        # A session of its own, so that what runs beside can be ended with all that it started.
        self._process = subprocess.Popen(  # noqa: S603 - the command is the Makefile's
            ["/bin/sh", "-c", command], stdout=self._output, stderr=self._output, start_new_session=beside
        )

    def wait(self) -> Took:
        _, status, used = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - self._started
        if self._output is not None:
            self._output.seek(0)
            sys.stdout.buffer.write(self._output.read())
            sys.stdout.flush()
        return Took(self._name, took, used.ru_utime + used.ru_stime, self._process.returncode)

    def kill(self) -> None:
        """End what runs beside, and all that it started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self.wait()


def run(phases: dict[str, str]) -> int:
    """Run them in order; the exit status."""
    started = time.monotonic()
    took: list[Took] = []
    beside: list[Phase] = []
    try:
        for name, command in phases.items():
            if name.startswith("&"):
                beside.append(Phase(name[1:], command, beside=True))
                continue
            print(f"== {name}", flush=True)
            took.append(Phase(name, command, beside=False).wait())
            if took[-1].status != 0:
                break
        else:
            while beside:
                took.append(beside.pop(0).wait())
    finally:
        for phase in beside:
            phase.kill()
    _report(took, time.monotonic() - started)
    return next((phase.status for phase in took if phase.status != 0), 0)


def _report(took: list[Took], total: float) -> None:
    print()
    for phase in took:
        failed = "  FAILED" if phase.status else ""
        print(f"{phase.name:<14}{phase.wall:7.1f} s {phase.cpu:8.1f} s of CPU{failed}")
    print(f"{'total':<14}{total:7.1f} s {sum(phase.cpu for phase in took):8.1f} s of CPU", flush=True)


def main(arguments: list[str]) -> int:
    phases = dict(argument.split("=", 1) for argument in arguments)
    if not phases:
        print(f"usage: {shlex.join(sys.argv[:1])} NAME=COMMAND …", file=sys.stderr)
        return 2
    status = run(phases)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
