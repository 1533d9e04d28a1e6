"""A real ``cricksy up`` in a directory of the test's own."""

import os
import signal
import subprocess
from pathlib import Path

import msgspec
from tests.support.processes import CRICKSY
from tests.support.waiting import PATIENCE_SECONDS, wait_until

from cricksy.embedded.stack import Pids, StackFile


def children_of(pids: Pids) -> list[int]:
    return [pids.postgres, pids.aws, pids.api, *pids.workers]


class Up:
    """One run of ``cricksy up``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._output = directory.with_suffix(".out")
        with self._output.open("ab") as output:
            self.process = subprocess.Popen(
                [*CRICKSY, "up", "--data-dir", str(directory), "--port", "0"],
                stdout=output,
                stderr=subprocess.STDOUT,
                # Nothing is in hand that a drain could save.
                env={**os.environ, "DRAIN_SECONDS": "1"},
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> StackFile:
        wait_until(lambda: (self.directory / "stack.json").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.output
        return self.stack()

    def stack(self) -> StackFile:
        return msgspec.json.decode((self.directory / "stack.json").read_bytes(), type=StackFile)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def start_stack(directory: Path) -> Up:
    # What an earlier run left behind is not this one's.
    (directory / "stack.json").unlink(missing_ok=True)
    up = Up(directory)
    up.wait_until_ready()
    return up
