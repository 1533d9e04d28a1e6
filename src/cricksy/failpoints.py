"""Named points at which a test may inject a fault, so that it hits a chosen phase of the work.

In production nothing is installed and :func:`reach` returns at once.
"""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Literal

Failpoint = Literal[
    "message_sent",  # API: the message is in the queue, the job not yet marked sent
    "message_received",  # worker: before the claim
    "job_claimed",  # before the download
    "video_downloaded",  # before the analysis
    "stage_begun",  # the child is at work and has begun another stage
    "lease_renewed",  # heartbeat: before the visibility is extended
    "job_analysed",  # before the artifacts are put
    "artifacts_put",  # before the commit
    "results_committed",  # before the message is deleted
    "return_set",  # a failed message is due after its wait, the failure not yet recorded
    "failure_recorded",  # the message is due, or about to be deleted where the video is rejected
    "lease_released",  # hand-back: before the message is sent again
    "message_resent",  # hand-back: before the old one is deleted
    "sweep_reserved",  # sweeper: before the message is sent
    "sweep_sent",  # sweeper: before the send is recorded
]
Hook = Callable[[Failpoint], Awaitable[None]]

_hooks: list[Hook] = []


def install(hook: Hook) -> None:
    """Call ``hook`` at every boundary from now on."""
    _hooks.append(hook)


@contextmanager
def installed(hook: Hook) -> Generator[None]:
    """Call ``hook`` at every boundary for as long as the block runs."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)


async def reach(failpoint: Failpoint) -> None:
    for hook in _hooks:
        await hook(failpoint)
