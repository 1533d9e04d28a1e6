"""What a child may use up.

The worker watches what is resident of its memory, twice a second; what is written to between two looks has a bound
here. The address space has none: MediaPipe maps far more than it uses.
"""

import resource
from typing import Final

OPEN_FILES: Final = 256
"""Count; a child at work has some 30 open."""
FILE_BYTES: Final = 512_000_000
"""Of one file. It writes the stills: 1 080 images at most, of some 65 kB."""
TASKS: Final = 8192
"""Count, of all processes and threads of the user, whom other programs may share: a bound for where seccomp is missing.
A child at work has some 30 threads."""


def limit_resources(cpu_seconds: int, data_bytes: int) -> None:
    """``cpu_seconds``: then the kernel ends the process. ``data_bytes``: of private memory, in use or not."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NPROC, TASKS),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_DATA, data_bytes),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
