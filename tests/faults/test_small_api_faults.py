"""A few clients hang up on a real process. ``make api-faults`` is the large run, with outages."""

import subprocess
import sys

from tests.faults.fleet import ROOT


def test_clients_that_hang_up_cost_neither_a_connection_nor_an_error() -> None:
    command = [sys.executable, "-m", "tests.faults.api_faults", "--aborts", "16", "--no-outages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=140, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
