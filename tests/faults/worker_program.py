"""The worker as ``cricksy-worker`` runs it, that asks the harness at every boundary: ``NAME GATE_SOCKET BUG``."""

import os
import sys
from pathlib import Path

from tests.faults import bugs, gate
from tests.faults.videos import MEMORY_CAP_BYTES

from cricksy.settings import worker_settings
from cricksy_worker.queue.backoff import Backoff
from cricksy_worker.queue.sweeper import SweepSettings
from cricksy_worker.run import Tuning, run


def main() -> None:
    name, socket, bug = sys.argv[1:]
    gate.install(Path(socket), name)
    tuning = Tuning(
        child_command=(sys.executable, "-m", "tests.faults.child_program"),
        memory_cap_bytes=MEMORY_CAP_BYTES,
        redelivery=Backoff(base_seconds=0.1, cap_seconds=1),
        sweep=SweepSettings(
            idle_seconds=7,
            backlog_idle_seconds=20,
            interval_seconds=1.5,
            upload_seconds=15,
            reservation_seconds=4,
            # Longer than an attempt may last.
            artifact_seconds=60,
        ),
    )
    if bug:
        bugs.BUGS[bug].apply()
    run(worker_settings(os.environ), os.environ, tuning)


if __name__ == "__main__":
    main()
