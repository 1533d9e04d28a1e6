"""A small run under faults: nothing is lost, ended twice, stuck or wronged. ``make chaos`` is the large one."""

import subprocess
import sys

from tests.faults.fleet import ROOT
from tests.support.waiting import PATIENCE_SECONDS


def test_nothing_is_lost_under_faults() -> None:
    command = [sys.executable, "-m", "tests.faults.chaos", "--jobs", "16", "--seed", "3", "--seconds", "150"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2 * PATIENCE_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
