"""How much memory a process has, how much there is for all, and whether the kernel killed for want of it."""

import os
from pathlib import Path
from typing import Final

WORKER_BYTES: Final = 300_000_000
"""What the worker itself takes, with a video on its way to the database."""

_CGROUP: Final = Path("/sys/fs/cgroup")
_LIMITS: Final = ("memory.max", "memory/memory.limit_in_bytes")
"""Of the container's control group, in its second and its first version: cgroups(7)."""
_KILLS: Final = ("memory.events", "memory/memory.oom_control")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(pid: int) -> int:
    """From proc(5); 0 where the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0


def child_cap_bytes(most: int, children: int, cgroup: Path = _CGROUP) -> int:
    """What each of ``children`` may take, ``most`` at most: its share of what the container has.

    A child that grows over it is ended with a reason, before the kernel ends some process of the container without one.
    """
    for name in _LIMITS:
        # Without a limit it is "max", or a number that no machine has.
        if (text := _text(cgroup / name).strip()).isdecimal():
            return max(1, min(most, (int(text) - WORKER_BYTES) // children))
    return most


def oom_kills(cgroup: Path = _CGROUP) -> int:
    """How many processes of the container the kernel has killed because its memory was spent."""
    for name in _KILLS:
        for line in _text(cgroup / name).splitlines():
            key, _, count = line.partition(" ")
            if key == "oom_kill":
                return int(count)
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
