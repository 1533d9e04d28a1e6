"""Named boundaries at which a fault test may step in, so that a fault hits a phase and not luck.

In production nothing is installed and :func:`reach` returns at once.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

Failpoint = Literal[
    "message_sent",  # API: the message is in the queue, the job not yet marked sent
    "message_received",  # worker: before the claim
    "job_claimed",  # before the download
    "video_downloaded",  # before the analysis
    "stage_begun",  # the child is at work and has begun another stage
    "lease_renewed",  # heartbeat: before the visibility is extended
    "job_analysed",  # before the commit
    "results_committed",  # before the message is deleted
    "return_set",  # a failed message is due after its wait, the failure not yet recorded
    "failure_recorded",  # before the message is let go, or deleted where the video is rejected
    "lease_released",  # hand-back: before the message is sent anew
    "message_sent_anew",  # hand-back: before the old one is deleted
    "sweep_reserved",  # sweeper: before the message is sent
    "sweep_sent",  # sweeper: before the send is recorded
]
Hook = Callable[[Failpoint], Awaitable[None]]

_hooks: list[Hook] = []


def install(hook: Hook) -> None:
    """Call ``hook`` at every boundary from now on."""
    _hooks.append(hook)


async def reach(failpoint: Failpoint) -> None:
    for hook in _hooks:
        await hook(failpoint)
