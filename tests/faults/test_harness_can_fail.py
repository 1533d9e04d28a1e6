"""Each seeded bug makes a run fail, and by the check that is meant to see it."""

import subprocess
import sys

import pytest
from tests.faults.bugs import BUGS
from tests.faults.fleet import ROOT
from tests.support.waiting import PATIENCE_SECONDS

SEEN_BY = {
    "no_fence": "ended by another than the lease holder: ",
    "delete_before_commit": "messages deleted before the job's end: ",
    "no_heartbeat": "attempts that lapsed without a fault: ",
    "no_sweeper": "stuck, not final: ",
    "attempt_not_counted": "claimed without counting an attempt: ",
    "shared_pool": "messages received again without a fault: ",
    "no_hand_back": "attempts that lapsed without a fault: ",
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_seeded_bug_is_noticed(bug: str) -> None:
    command = [sys.executable, "-m", "tests.faults.chaos", "--jobs", "8", "--seconds", "150", "--bug", bug]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2 * PATIENCE_SECONDS, check=False)
    assert (done.returncode, SEEN_BY[bug] in done.stdout) == (1, True), done.stdout + done.stderr
