"""The worker as ``cricksy-worker`` runs it, with the analysis child of the tests and quick redeliveries."""

import os
import sys
from pathlib import Path

from cricksy.settings import worker_settings
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.run import Tuning, run

if __name__ == "__main__":
    child_command = (sys.executable, str(Path(__file__).with_name("child_program.py")))
    tuning = Tuning(child_command=child_command, redelivery=Backoff(base_seconds=0.1, cap_seconds=1))
    run(worker_settings(os.environ), os.environ, tuning)
