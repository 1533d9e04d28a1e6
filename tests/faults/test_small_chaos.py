"""A small run under faults: nothing is lost, ended twice, stuck or wronged. ``make chaos`` is the large one."""

import subprocess
import sys

from tests.faults.fleet import ROOT


def test_nothing_is_lost_under_faults() -> None:
    command = [sys.executable, "-m", "tests.faults.chaos", "--jobs", "16", "--seed", "3", "--seconds", "90"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
