"""The guard, run as the stack runs it: by a parent that is then killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.processes import is_alive
from tests.support.waiting import wait_until

from cricksy.embedded import guard
from cricksy.embedded.process import guarded

# Starts a guarded `sleep`, prints its number, and waits to be killed.
PARENT = """
import signal, subprocess, sys, time
from cricksy.embedded.process import guarded
child = subprocess.Popen(guarded(["/bin/sleep", "60"], signal.SIGTERM))
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_with_its_parent(end: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_until(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
        parent.send_signal(end)
    wait_until(lambda: not is_alive(child))


def test_the_command_keeps_the_number_of_the_process() -> None:
    command = guarded(["/bin/sh", "-c", "echo $$"], signal.SIGTERM)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert int(child.stdout.read()) == child.pid


def test_nothing_runs_for_a_parent_that_is_dead_already(tmp_path: Path) -> None:
    command = guarded(["/usr/bin/touch", str(tmp_path / "ran")], signal.SIGTERM)
    position = command.index(str(os.getpid()))
    command[position] = "1"
    assert subprocess.run(command, check=False).returncode == guard.EXIT_GUARD
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_run_is_named() -> None:
    done = subprocess.run(guarded(["/no/such"], signal.SIGTERM), capture_output=True, text=True, check=False)
    assert done.returncode == guard.EXIT_GUARD
    assert done.stderr == "cannot run /no/such: [Errno 2] No such file or directory\n"


def test_an_unknown_user_is_named() -> None:
    command = guarded(["/bin/true"], signal.SIGTERM, user="no-such-user")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == guard.EXIT_GUARD
    assert "no-such-user" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_a_user_that_finds_its_way_through_closed_directories(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("read")
    (closed / "file").chmod(0o600)
    command = guarded(["/bin/sh", "-c", f"id -un; cat {closed}/file"], signal.SIGTERM, user="nobody")
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "nobody\nread"
